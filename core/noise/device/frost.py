"""Frost on the device: the same drawn panes as the NumPy form's."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.noise.device.forms import cut, device_form, each
from core.noise.families.frost import _MEANS, _SIDE, _pane, _tint

_PANES = len(_MEANS)


@device_form("frost")
def frost(images: Tensor, generator: torch.Generator, photo: Tensor, frost: Tensor) -> Tensor:
    number, _, height, width = images.shape
    device = images.device
    draw = torch.rand((4, number, 1, 1), generator=generator, device=device)
    which = (draw[0] * _PANES).long().clamp_(max=_PANES - 1)
    turns = (draw[1] * 4).long().clamp_(max=3)
    mirrored = draw[2] < 0.5
    scale = (0.5 + 0.45 * draw[3]) * _SIDE / max(height, width)

    # Where the sides of the pixels lie on the turned pane, then on the pane itself.
    rows, columns = ((length * scale).round_().clamp_(min=1) for length in (height, width))
    y = torch.arange(height + 1, device=device).view(1, -1, 1) * (rows / height)
    x = torch.arange(width + 1, device=device).view(1, 1, -1) * (columns / width)
    y, x = torch.broadcast_tensors(y, x)
    x = torch.where(mirrored, _SIDE - x, x)
    for turn in range(3):
        further = turns > turn
        y, x = torch.where(further, x, y), torch.where(further, _SIDE - y, x)

    sums, colours = _panes(device)
    corner = _sum_above(sums, which, y, x)
    inside = corner[:, 1:, 1:] - corner[:, :-1, 1:] - corner[:, 1:, :-1] + corner[:, :-1, :-1]
    area = (rows / height * columns / width).double()
    level = torch.round(inside.abs() / area).clamp_(0, 255).long()
    ice = colours[which * 256 + level].permute(0, 3, 1, 2)
    # Rounded half down, as the NumPy form does it.
    return cut(torch.ceil(images * each(photo, images) + ice * each(frost, images) - 0.501))


def _sum_above(sums: Tensor, which: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """Sum of the pane above and to the left of a place, float64: linear within a pixel."""
    top, left = y.floor().clamp(0, _SIDE - 1), x.floor().clamp(0, _SIDE - 1)
    down, across = (y - top).double(), (x - left).double()
    place = (which * (_SIDE + 1) + top.long()) * (_SIDE + 1) + left.long()
    upper = sums[place] * (1 - across) + sums[place + 1] * across
    lower = sums[place + _SIDE + 1] * (1 - across) + sums[place + _SIDE + 2] * across
    return upper * (1 - down) + lower * down


@lru_cache(maxsize=4)
def _panes(device: torch.device) -> tuple[Tensor, Tensor]:
    """Sums of all panes from their corners, float64, and the colours _PANES*256,3 of their levels."""
    sums = np.zeros((_PANES, _SIDE + 1, _SIDE + 1))
    for number in range(_PANES):
        sums[number, 1:, 1:] = _pane(number).astype(np.float64).cumsum(0).cumsum(1)
    colours = np.concatenate([_tint(number)[:, 0] for number in range(_PANES)])
    return (
        torch.from_numpy(sums).flatten().to(device, non_blocking=True),
        torch.from_numpy(colours).to(device, non_blocking=True).float(),
    )
