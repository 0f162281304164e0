"""Specks on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import device_form, each


@device_form("impulse_noise")
def impulse_noise(images: Tensor, generator: torch.Generator, fraction: Tensor) -> Tensor:
    draw = torch.rand(images.shape, generator=generator, device=images.device)
    half = each(fraction, images) / 2
    noisy = images.masked_fill(draw < half, 0)
    return noisy.masked_fill_(draw >= 1 - half, 255)


@device_form("salt_pepper")
def salt_pepper(
    images: Tensor,
    generator: torch.Generator,
    fraction: Tensor,
    salt: Tensor,
    floor: Tensor,
    ceiling: Tensor,
) -> Tensor:
    number, _, height, width = images.shape
    pixels, device = height * width, images.device
    # With replacement: a place may be drawn twice. Drawn places past a picture's own count go beside it.
    places = torch.randint(pixels, (number, pixels), generator=generator, device=device)
    count = (each(fraction, images) * pixels).round().view(-1, 1)
    places = torch.where(torch.arange(pixels, device=device) < count, places, pixels)
    hit = torch.zeros((number, pixels + 1), dtype=torch.bool, device=device).scatter_(1, places, True)
    hit = hit[:, :pixels].view(number, 1, height, width)
    white = torch.rand(hit.shape, generator=generator, device=device) < each(salt, images)
    noisy = torch.where(hit, (white * 255).to(torch.uint8), images)
    low, high = ((255 * each(end, images)).round().to(torch.uint8) for end in (floor, ceiling))
    return noisy.maximum(low).minimum(high)
