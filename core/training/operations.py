"""AugMix's nine operations, PIL's own, as batched torch: a picture each at a level of its own.

Hendrycks et al. 2020 (arXiv:1912.02781), severity 3: those that are also noises of ImageNet-C are left out.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from core.training.augmentation import Operation, shared_out, shuffled_places, signs, uniform

SEVERITY = 3.0
LOWEST = 0.1
"""Levels are drawn evenly from here to the severity; 10 is the strongest."""
LEVELS = 255.0


def random_operation(images: Tensor, generator: torch.Generator) -> Tensor:
    """float32 N,3,H,H in 0..1: each picture after one of the nine, all as likely."""
    order = shuffled_places(len(images), images, generator)
    changed = shared_out(images.index_select(0, order), generator, OPERATIONS)
    return torch.empty_like(changed).index_copy_(0, order, changed)


def transformed(images: Tensor, maps: Tensor) -> Tensor:
    """Pictures moved by affine maps, bilinear, black where nothing comes from.

    Args:
        maps: float32 N,2,3: from a place of the new picture to its place in the old, both -1..1 from edge to edge.
    """
    grid = F.affine_grid(maps, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


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


def _levels(images: Tensor, generator: torch.Generator) -> Tensor:
    """float32 N."""
    return LOWEST + (SEVERITY - LOWEST) * uniform((len(images),), images, generator)


def _moving(maps: Callable[[Tensor], Tensor]) -> Operation:
    """Moves pictures by the maps of their levels, each one way or the other."""

    def move(images: Tensor, generator: torch.Generator) -> Tensor:
        level = _levels(images, generator)
        return transformed(images, maps(level * signs(level.shape, images, generator)))

    return move


def _toning(tone: Callable[[Tensor, Tensor], Tensor]) -> Operation:
    return lambda images, generator: tone(images, _levels(images, generator))


OPERATIONS: list[Operation] = [
    _moving(lambda level: rotation((level * 3).trunc())),
    _moving(lambda level: shear_x(level * 0.03)),
    _moving(lambda level: shear_y(level * 0.03)),
    _moving(lambda level: translation(level / 30, torch.zeros_like(level))),
    _moving(lambda level: translation(torch.zeros_like(level), level / 30)),
    *map(_toning, (autocontrast, equalize, posterize, solarize)),
]
