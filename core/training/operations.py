"""AugMix's nine operations, PIL's own, as batched torch: a picture each at a level of its own.

Hendrycks et al. 2020 (arXiv:1912.02781), severity 3: those that are also noises of ImageNet-C are left out.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from core.training.augmentation import dealt, signs, uniform

SEVERITY = 3.0
LOWEST = 0.1
"""Levels are drawn evenly from here to the severity; 10 is the strongest."""
LEVELS = 255.0


def random_operation(images: Tensor, generator: torch.Generator) -> Tensor:
    """float32 N,3,H,H in 0..1: each picture after one of the nine, all as likely."""
    found = torch.empty_like(images)
    hands = dealt(len(images), 9, images, generator)
    moved, toned = hands[: len(_MOVES)], hands[len(_MOVES) :]
    places = torch.cat(moved)
    if len(places):
        maps = [
            move(_levels(hand, generator), hand, generator) for move, hand in zip(_MOVES, moved, strict=True)
        ]
        found.index_copy_(0, places, transformed(images.index_select(0, places), torch.cat(maps)))
    for tone, places in zip(_TONES, toned, strict=True):
        if len(places):
            found.index_copy_(0, places, tone(images.index_select(0, places), _levels(places, generator)))
    return found


def _levels(places: Tensor, generator: torch.Generator) -> Tensor:
    """float32, one for each of the places."""
    return LOWEST + (SEVERITY - LOWEST) * uniform((len(places),), places, generator)


def transformed(images: Tensor, maps: Tensor) -> Tensor:
    """Pictures moved by affine maps, bilinear, black where nothing comes from.

    Args:
        maps: float32 N,2,3: from a place of the new picture to its place in the old, both -1..1 from edge to edge.
    """
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False).clamp_(
        0, 1
    )


def rotation(degrees: Tensor) -> Tensor:
    """Maps N,2,3 of turns about the middle of a square picture; the other maps are made of them and of numbers alike."""
    angle = degrees * (math.pi / 180)
    cos, sin, none = angle.cos(), angle.sin(), torch.zeros_like(angle)
    return torch.stack([cos, -sin, none, sin, cos, none], 1).view(-1, 2, 3)


def shear_x(slope: Tensor) -> Tensor:
    """Rows are pushed aside by `slope` times their distance from the upper edge."""
    one, none = torch.ones_like(slope), torch.zeros_like(slope)
    return torch.stack([one, slope, slope, none, one, none], 1).view(-1, 2, 3)


def shear_y(slope: Tensor) -> Tensor:
    """Columns are pushed down by `slope` times their distance from the left edge."""
    one, none = torch.ones_like(slope), torch.zeros_like(slope)
    return torch.stack([one, none, none, slope, one, slope], 1).view(-1, 2, 3)


def translation(x: Tensor, y: Tensor) -> Tensor:
    """By shares of a side."""
    one, none = torch.ones_like(x), torch.zeros_like(x)
    return torch.stack([one, none, 2 * x, none, one, 2 * y], 1).view(-1, 2, 3)


def _rotate(level: Tensor, hand: Tensor, generator: torch.Generator) -> Tensor:
    return rotation((level * 3).floor() * signs(level.shape, hand, generator))


def _shear_x(level: Tensor, hand: Tensor, generator: torch.Generator) -> Tensor:
    return shear_x(level * 0.03 * signs(level.shape, hand, generator))


def _shear_y(level: Tensor, hand: Tensor, generator: torch.Generator) -> Tensor:
    return shear_y(level * 0.03 * signs(level.shape, hand, generator))


def _translate_x(level: Tensor, hand: Tensor, generator: torch.Generator) -> Tensor:
    return translation(level / 30 * signs(level.shape, hand, generator), torch.zeros_like(level))


def _translate_y(level: Tensor, hand: Tensor, generator: torch.Generator) -> Tensor:
    return translation(torch.zeros_like(level), level / 30 * signs(level.shape, hand, generator))


def autocontrast(images: Tensor, level: Tensor) -> Tensor:
    """Each channel stretched from its darkest to its brightest value; `level` has no say."""
    low, high = images.amin((2, 3), keepdim=True), images.amax((2, 3), keepdim=True)
    flat = high - low < 0.5 / LEVELS
    return torch.where(flat, images, (images - low) / (high - low).clamp(min=0.5 / LEVELS))


def equalize(images: Tensor, level: Tensor) -> Tensor:
    """Each channel's 256 values spread so that all become about as frequent, as PIL does; `level` has no say."""
    values = (images * LEVELS).round().long().flatten(2)
    counts = images.new_zeros((*values.shape[:2], 256)).scatter_add_(
        2, values, torch.ones_like(images).flatten(2)
    )
    # PIL's step leaves out the brightest value's own count, and a channel of one value stays as it is.
    last = counts.gather(2, values.amax(2, keepdim=True))
    step = ((values.shape[2] - last) / LEVELS).floor()
    below = counts.cumsum(2) - counts
    table = ((below + (step / 2).floor()) / step.clamp(min=1)).floor().clamp(max=LEVELS) / LEVELS
    return torch.where(step[..., None] == 0, images, table.gather(2, values).view_as(images))


def posterize(images: Tensor, level: Tensor) -> Tensor:
    """The upper 4 bits are kept of values below `level` 2.5, and 3 above."""
    coarse = (2.0 ** (4 + (level * 0.4).floor()))[:, None, None, None]
    return ((images * LEVELS).round() / coarse).floor() * coarse / LEVELS


def solarize(images: Tensor, level: Tensor) -> Tensor:
    """The brightest values are inverted, more of them with the level."""
    threshold = (256 - (level * 25.6).floor())[:, None, None, None]
    return torch.where((images * LEVELS).round() < threshold, images, 1 - images)


_MOVES: list[Callable[[Tensor, Tensor, torch.Generator], Tensor]] = [
    _rotate,
    _shear_x,
    _shear_y,
    _translate_x,
    _translate_y,
]
_TONES: list[Callable[[Tensor, Tensor], Tensor]] = [autocontrast, equalize, posterize, solarize]
