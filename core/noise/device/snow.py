"""Snow on the device."""

import torch
from torch import Tensor

from core.noise.device.filters import along_sides, smeared
from core.noise.device.forms import cut, device_form, each
from core.noise.device.resampling import linear_weights


@device_form("snow")
def snow(
    images: Tensor,
    generator: torch.Generator,
    mean: Tensor,
    sd: Tensor,
    zoom: Tensor,
    threshold: Tensor,
    radius: Tensor,
    sigma: Tensor,
    photo: Tensor,
) -> Tensor:
    number, _, height, width = images.shape
    degrees = -135 + 90 * torch.rand(number, generator=generator, device=images.device)
    flakes = torch.randn((number, 1, height, width), generator=generator, device=images.device)
    times = each(zoom, images).view(-1, 1)
    flakes = along_sides(_enlarging(height, times), flakes, _enlarging(width, times))
    flakes = flakes * each(sd, images) + each(mean, images)
    flakes = torch.where(flakes < each(threshold, images), 0.0, flakes).clamp_(max=1) * 255
    drift = smeared(flakes, radius, sigma, degrees, "up")
    drift = drift + drift.flip((2, 3))

    values, left = images.float(), each(photo, images)
    red, green, blue = values.split(1, dim=1)
    grey = (0.299 * red + 0.587 * green + 0.114 * blue).round_()
    pale = (1.5 * grey + 127.5) * (1 - left)
    return cut(torch.maximum(values * left + pale, values) + drift)


def _enlarging(length: int, zoom: Tensor) -> Tensor:
    """N,length,length: the middle of a side enlarged `zoom` times (N,1), from corner to corner."""
    used = torch.ceil(length / zoom)
    large = torch.round(used * zoom).clamp(min=length)
    place = torch.arange(length, device=zoom.device) + torch.floor((large - length) / 2)
    place = place * ((used - 1) / (large - 1).clamp(min=1))
    return linear_weights(place + torch.floor((length - used) / 2), length)
