"""Blue and brownish noise on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import cut, device_form, each


@device_form("blue_noise_sample")
def blue_noise_sample(images: Tensor, generator: torch.Generator, threshold: Tensor) -> Tensor:
    field = _random_fields(images, generator, 1, _squared_distances(images).sqrt())
    return images.masked_fill(field <= each(threshold, images), 0)


@device_form("brownish_noise")
def brownish_noise(images: Tensor, generator: torch.Generator, strength: Tensor) -> Tensor:
    fields = _random_fields(images, generator, 3, 1 / (_squared_distances(images) + 1))
    return cut(fields * each(strength, images) + images)


def _random_fields(images: Tensor, generator: torch.Generator, planes: int, weights: Tensor) -> Tensor:
    """As core.noise.families.random_fields._random_field, float32 N,`planes`,H,W."""
    number, width = len(images), images.shape[3]
    phases = torch.rand(
        (2, number, planes, *weights.shape), generator=generator, device=images.device, dtype=torch.float32
    ).mul_(2 * torch.pi)
    first, second = torch.polar(torch.ones_like(phases), phases)
    inner = torch.zeros(weights.shape[1], dtype=torch.bool, device=images.device)
    inner[1 : (width + 1) // 2] = True
    columns = torch.fft.ifft(torch.where(inner, (first + second) / 2, first) * weights, dim=-2)
    # What holds both halves of itself: some libraries take its real part, others leave the result undefined.
    columns = torch.where(inner, columns, columns.real)
    fields = torch.fft.irfft(columns, n=width, dim=-1)
    spread = fields.std((2, 3), correction=0, keepdim=True)
    return fields / torch.where(spread > 0, spread, 1.0)


def _squared_distances(images: Tensor) -> Tensor:
    """As core.noise.families.random_fields._squared_distances."""
    height, width = images.shape[2:]
    down = torch.fft.fftfreq(height, device=images.device) * min(height, width)
    across = torch.fft.rfftfreq(width, device=images.device) * min(height, width)
    return (down**2)[:, None] + across**2
