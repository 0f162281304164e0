"""Blur on the device."""

import numpy as np
import torch
from torch import Tensor

from core.noise.device.filters import blurred, correlated, smeared
from core.noise.device.forms import cut, device_form, each, exact, largest
from core.noise.device.resampling import places, sampled
from core.noise.families.defocus import _disc
from core.noise.shared.levels import WHOLE

_DOUBLINGS = 6
"""Chains of moved pixels are followed over 64 moves: each goes on with a chance under a half."""


def softened(images: Tensor, sigma: Tensor) -> Tensor:
    """uint8 pictures under a normal curve, fractions cut off."""
    return cut(blurred(images.float(), sigma) + WHOLE)


@device_form("gaussian_blur")
def gaussian_blur(images: Tensor, generator: torch.Generator, sigma: Tensor) -> Tensor:
    return softened(images, sigma)


@device_form("defocus_blur")
def defocus_blur(images: Tensor, generator: torch.Generator, radius: Tensor, softness: Tensor) -> Tensor:
    pairs = list(zip(exact(radius).tolist(), exact(softness).tolist(), strict=True))
    kinds = list(dict.fromkeys(pairs))
    discs = [_disc(*pair) for pair in kinds]
    side = max(len(weights) for weights in discs)
    kernels = np.stack([np.pad(weights, (side - len(weights)) // 2) for weights in discs])
    which = torch.tensor([kinds.index(pair) for pair in pairs])
    weights = torch.from_numpy(kernels)[which].to(images.device, non_blocking=True)
    return cut(correlated(images.float(), weights, "reflect_101") + WHOLE)


@device_form("motion_blur")
def motion_blur(images: Tensor, generator: torch.Generator, radius: Tensor, sigma: Tensor) -> Tensor:
    degrees = 90 * torch.rand(len(images), generator=generator, device=images.device) - 45
    return cut(smeared(images.float(), radius, sigma, degrees, "right"))


@device_form("glass_blur")
def glass_blur(
    images: Tensor, generator: torch.Generator, sigma: Tensor, reach: Tensor, rounds: Tensor
) -> Tensor:
    pixels = softened(images, sigma)
    for turn in range(round(largest(rounds))):
        pixels = _moved(pixels, generator, each(reach, images), each(rounds, images) > turn)
    return softened(pixels, sigma)


def _moved(pixels: Tensor, generator: torch.Generator, reach: Tensor, active: Tensor) -> Tensor:
    """Each pixel from the last to the first replaced by one -reach..reach-1 rows and columns away."""
    number, channels, height, width = pixels.shape
    device = pixels.device
    draw = torch.rand((number, 2, height, width), generator=generator, device=device)
    moves = torch.minimum((draw * (2 * reach)).floor_(), 2 * reach - 1) - reach
    y = torch.arange(height, device=device).view(1, 1, -1, 1)
    x = torch.arange(width, device=device).view(1, 1, 1, -1)
    moving = active & (y > reach) & (y <= height - reach) & (x > reach) & (x <= width - reach)
    own = torch.arange(height * width, device=device).view(1, 1, height, width)
    comes_from = own + torch.where(moving, moves[:, :1] * width + moves[:, 1:], 0.0).long()
    # A pixel that moved earlier (a higher number) holds what came to it: follow until none is left, all
    # chains at once, each step doubling what has been followed.
    comes_from = comes_from.view(number, -1)
    last = torch.maximum(comes_from, own.view(1, -1))
    for _ in range(_DOUBLINGS):
        last = last.gather(1, last)
    source = comes_from.gather(1, last)[:, None].expand(-1, channels, -1)
    return pixels.flatten(2).gather(2, source).view_as(pixels)


@device_form("zoom_blur")
def zoom_blur(images: Tensor, generator: torch.Generator, largest: Tensor, step: Tensor) -> Tensor:
    number, _, height, width = images.shape
    top, step = exact(largest), exact(step)
    counts = torch.ceil((top - 1) / step).clamp(min=0)
    values = images.float()
    total = values.clone()
    x, y = places(height, width, images.device)
    for turn in range(int(counts.max())):
        zoom = each(1 + turn * step, images).view(-1, 1, 1)
        across, down = _enlarged_places(x, width, zoom), _enlarged_places(y, height, zoom)
        large = sampled(
            values, across.expand(-1, height, -1), down.expand(-1, -1, width), ["replicate"] * number
        )
        total += large.round_() * (each(counts, images) > turn)
    return cut((total + WHOLE) / (each(counts, images) + 1))


def _enlarged_places(place: Tensor, length: int, zoom: Tensor) -> Tensor:
    """Where in the picture the places of its middle come from that is enlarged by `zoom`."""
    # Whole pixels are enlarged, so the result may be a little too large; its middle is kept.
    used = torch.ceil(length / zoom - 1e-5)
    large = torch.round(used * zoom).clamp(min=length)
    within = (place + torch.floor((large - length) / 2) + 0.5) * (used / large) - 0.5
    return torch.minimum(within.clamp(min=0), used - 1) + torch.floor((length - used) / 2)
