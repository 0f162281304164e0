"""Fog on the device."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from core.noise.device.forms import cut, device_form, each
from core.noise.families.weather import LARGEST_MAP


@device_form("fog")
def fog(images: Tensor, generator: torch.Generator, strength: Tensor, decay: Tensor) -> Tensor:
    height, width = images.shape[2:]
    shrink = max(1.0, max(height, width) / LARGEST_MAP)
    rows, columns = math.ceil(height / shrink), math.ceil(width / shrink)
    side = max(2, 1 << (max(rows, columns) - 1).bit_length())
    field = _plasma_fields(generator, each(decay, images)[:, 0], side)[:, None, :rows, :columns]
    if shrink > 1:
        field = F.interpolate(field, (height, width), mode="bilinear")
    brightest, thick = images.amax((1, 2, 3), keepdim=True) / 255, each(strength, images)
    # A black picture has no brightest value to put back: nothing is added to it.
    scale = torch.where(brightest > 0, brightest / (brightest + thick).clamp(min=1e-6), 0.0)
    return cut(images * scale + field * (255 * thick * scale))


def _plasma_fields(generator: torch.Generator, decay: Tensor, side: int) -> Tensor:
    """As core.noise.families.weather.plasma_field, N,side,side for `decay` N,1,1."""
    number, device = len(decay), decay.device
    field = torch.zeros((number, side, side), device=device)
    step, amplitude = side, torch.ones_like(decay)

    def moved(total: Tensor) -> Tensor:
        chance = torch.rand(total.shape, generator=generator, device=device)
        return total * 0.25 + (2 * chance - 1) * amplitude

    while step >= 2:
        half = step // 2
        corners = field[:, ::step, ::step]
        right, below = corners.roll(-1, 2), corners.roll(-1, 1)
        centres = moved(corners + right + below + below.roll(-1, 2))
        # Middle of a square's upper side: the corners left and right, the centres above and below.
        above = moved(corners + right + centres + centres.roll(1, 1))
        # Middle of its left side likewise.
        left = moved(corners + below + centres + centres.roll(1, 2))
        field[:, half::step, half::step] = centres
        field[:, ::step, half::step] = above
        field[:, half::step, ::step] = left
        step = half
        amplitude = amplitude / decay**2
    field -= field.amin((1, 2), keepdim=True)
    return field / field.amax((1, 2), keepdim=True)
