"""Rings, plane waves and plasma on the device."""

import torch
from torch import Tensor

from core.noise.device.forms import cut, device_form, each
from core.noise.device.resampling import places


@device_form("cocentric_sine_waves")
def cocentric_sine_waves(images: Tensor, generator: torch.Generator, strength: Tensor) -> Tensor:
    height, width = images.shape[2:]
    tenth = min(height, width) / 10
    y, x, lobes, bend, ring = _drawn(images, generator, 5)
    across, down = places(height, width, images.device)
    across, down = across - x * width, down - y * height
    rounds = torch.hypot(across, down) + bend * tenth * torch.sin(10 * lobes * torch.atan2(across, down))
    rounds = rounds / (ring.clamp(min=1e-6) * tenth)
    field = (rounds - rounds.floor() - 0.5)[:, None]
    return cut(field * each(strength, images) + images)


@device_form("single_frequency_greyscale")
def single_frequency_greyscale(images: Tensor, generator: torch.Generator, strength: Tensor) -> Tensor:
    height, width = images.shape[2:]
    first, second, phase, swapped = _drawn(images, generator, 4)
    first = torch.pi * (2 * first - 1)
    second = first.abs() * (2 * second - 1)
    swapped = swapped < 0.5
    fx, fy = torch.where(swapped, second, first), torch.where(swapped, first, second)
    across, down = places(height, width, images.device)
    field = torch.sin(fx * across + 2 * torch.pi * phase + fy * down)[:, None]
    return cut(field * each(strength, images) + images)


@device_form("plasma_noise")
def plasma_noise(images: Tensor, generator: torch.Generator, strength: Tensor) -> Tensor:
    height, width = images.shape[2:]
    t, bends, sharpness, scale = _drawn(images, generator, 4)
    t = 6 * torch.pi * t
    bends = 4 + (3 * bends).floor().clamp(max=2)
    sharpness, scale = 0.5 + 0.5 * sharpness, (0.075 + 0.125 * scale) * min(height, width)
    across, down = places(height, width, images.device)
    x, y = torch.broadcast_tensors(across / scale, down / scale)
    fineness, slowness, divisor = 1.0, 1.0, torch.ones_like(t)
    for bend in range(6):
        p = torch.cos(fineness * y + t / slowness) / divisor
        q = torch.sin(fineness * x + t / slowness) / divisor
        further = bend < bends
        x, y = torch.where(further, x + p - 0.3 * q, x), torch.where(further, y + q + 0.3 * p, y)
        fineness, slowness, divisor = fineness * 1.93, slowness * 1.15, divisor * (2.25 - sharpness)
    fields = torch.stack([torch.sin(x - t), torch.sin((x + y + torch.sin(t)) / 2), torch.sin(y + t)], dim=1)
    amount = each(strength, images)
    return cut(images * (1 - amount / 255) + fields * amount)


def _drawn(images: Tensor, generator: torch.Generator, count: int) -> Tensor:
    """`count` numbers for each picture, even in 0..1, count,N,1,1."""
    return torch.rand(
        (count, len(images), 1, 1), generator=generator, device=images.device, dtype=torch.float32
    )
