"""Noises that follow what is in the picture, on the device."""

import torch
from torch import Tensor

from core.noise.device.filters import grown
from core.noise.device.forms import chosen, device_form, each, largest


@device_form("bfs_noise")
def bfs_noise(
    images: Tensor,
    generator: torch.Generator,
    threshold: Tensor,
    rows: Tensor,
    columns: Tensor,
    strength: Tensor,
    sign: list[str],
    overflow: list[str],
    depth: Tensor,
) -> Tensor:
    old = images.float()
    step, mean = _neighbours(old)
    window = _middle(rows, images, 2) & _middle(columns, images, 3)
    # Steps are whole levels: 7.65 of 255 and more means 8 and more.
    edge = each(threshold, images) * 255
    queued = (step >= torch.ceil(edge - 1e-4)) & window
    open_pixels = (step >= torch.ceil(edge / 2 - 1e-4)) & window
    for turn in range(round(largest(depth))):
        queued |= grown(queued, corners=False) & open_pixels & (each(depth, images) > turn)
    amount, gap = mean * each(strength, images), mean - old
    # Towards the neighbours' mean, but not past it.
    towards = chosen(sign, {"towards": 1}, images) > 0
    amount = torch.where(towards, torch.minimum(amount, gap.abs()), amount)
    straight = chosen(sign, {"brighten": 1, "darken": -1}, images)
    by_gap = chosen(sign, {"towards": 1, "away": -1}, images)
    moved = torch.round(old + (straight + by_gap * gap.sign()) * amount)
    wraps = chosen(overflow, {"wrap": 1}, images) > 0
    moved = torch.where(wraps, torch.remainder(moved, 256), moved.clamp(0, 255))
    return torch.where(queued, moved, old).to(torch.uint8)


def _middle(share: Tensor, images: Tensor, axis: int) -> Tensor:
    """Whether a place is in the middle `share` (N) of the pictures along `axis`."""
    length = images.shape[axis]
    first = torch.round(length * (1 - each(share, images)) / 2)
    place = torch.arange(length, device=images.device)
    place = place.view(1, 1, -1, 1) if axis == 2 else place.view(1, 1, 1, -1)
    return (place >= first) & (place < length - first)


def _neighbours(values: Tensor) -> tuple[Tensor, Tensor]:
    """Of each value its largest difference from one of its four neighbours, and their mean.

    At the border a value has only the neighbours that the picture has.
    """
    step, total, count = torch.zeros_like(values), torch.zeros_like(values), torch.zeros_like(values[:1, :1])
    for axis in (2, 3):
        length = values.shape[axis]
        if length == 1:
            continue
        low, high = values.narrow(axis, 0, length - 1), values.narrow(axis, 1, length - 1)
        difference = (high - low).abs_()
        for first, other in ((0, high), (1, low)):
            here = step.narrow(axis, first, length - 1)
            torch.maximum(here, difference, out=here)
            total.narrow(axis, first, length - 1).add_(other)
            count.narrow(axis, first, length - 1).add_(1)
    return step, total / count.clamp(min=1)
