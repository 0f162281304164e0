"""Liquid on the lens, on the device."""

import torch
import torch.nn.functional as F
from torch import Tensor

from core.noise.device.filters import blurred, grown, padded
from core.noise.device.forms import constant, cut, device_form, each

_WATER, _MUD = (175.0, 238.0, 238.0), (63.0, 42.0, 20.0)
_FARTHEST = 20
"""px; water is as deep from here on."""
_LINKS = 16
"""Steps by which faint edges are followed from clear ones."""


@device_form("spatter")
def spatter(
    images: Tensor,
    generator: torch.Generator,
    mean: Tensor,
    sd: Tensor,
    sigma: Tensor,
    threshold: Tensor,
    strength: Tensor,
    liquid: list[str],
) -> Tensor:
    number, _, height, width = images.shape
    layer = torch.randn((number, 1, height, width), generator=generator, device=images.device)
    layer = blurred(layer, sigma) * each(sd, images) + each(mean, images)
    wet = layer >= each(threshold, images)
    noisy = torch.empty_like(images)
    for kind in dict.fromkeys(liquid):
        mine = [place for place, word in enumerate(liquid) if word == kind]
        which = constant(mine, images)
        values, strong = images[which].float(), strength[constant(mine, strength)]
        if kind == "water":
            cover = _water(torch.where(wet[which], layer[which], 0.0), each(strong, images))
        else:
            cover = blurred(wet[which].float(), strong)
            cover = torch.where(cover < 0.8, 0.0, cover)
            values *= 1 - cover
        colour = constant(_WATER if kind == "water" else _MUD, images).view(1, 3, 1, 1)
        noisy[which] = cut(values + cover * colour + 1e-3)
    return noisy


def _water(layer: Tensor, strength: Tensor) -> Tensor:
    """How much of water's light is added, by its height and its distance from an edge; up to `strength`."""
    height = (layer * 255).clamp(max=255).floor_()
    near = _mean_of_nine(_distance(_edges(height))).floor_()
    # Light from the upper left: an emboss of the evened-out distances.
    emboss = constant([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]], layer)
    shade = F.conv2d(padded(_equalised(near), 1, "reflect_101"), emboss[None, None]).round_().clamp_(0, 255)
    water = height * _mean_of_nine(shade).round_()
    most = water.amax((2, 3), keepdim=True)
    return water * (strength / most.clamp(min=1e-6))


def _mean_of_nine(values: Tensor) -> Tensor:
    return F.avg_pool2d(padded(values, 1, "reflect_101"), 3, stride=1)


def _edges(height: Tensor) -> Tensor:
    """Canny's edges between 50 and 150 of levels N,1,H,W, as OpenCV's: bool."""
    around = padded(height, 1, "replicate")
    columns = around[..., 2:] - around[..., :-2]
    across = columns[:, :, :-2] + 2 * columns[:, :, 1:-1] + columns[:, :, 2:]
    rows = around[:, :, 2:] - around[:, :, :-2]
    down = rows[..., :-2] + 2 * rows[..., 1:-1] + rows[..., 2:]
    size = across.abs() + down.abs()

    ring = F.pad(size, (1, 1, 1, 1))
    tall, wide = size.shape[2:]

    def at(y: int, x: int) -> Tensor:
        return ring[:, :, 1 + y : 1 + y + tall, 1 + x : 1 + x + wide]

    # The steepest place across the edge, in one of four directions.
    level = (size > at(0, -1)) & (size >= at(0, 1))
    upright = (size > at(-1, 0)) & (size >= at(1, 0))
    falling = (size > at(-1, -1)) & (size > at(1, 1))
    rising = (size > at(-1, 1)) & (size > at(1, -1))
    slanted = torch.where((across < 0) != (down < 0), rising, falling)
    steep = down.abs()
    peak = torch.where(
        steep < 0.41421356 * across.abs(),
        level,
        torch.where(steep > 2.41421356 * across.abs(), upright, slanted),
    )
    faint = peak & (size > 50)
    edges = faint & (size > 150)
    for _ in range(_LINKS):
        edges = grown(edges, corners=True) & faint
    return edges


def _distance(edges: Tensor) -> Tensor:
    """Distance to the nearest edge, px, up to _FARTHEST."""
    tall, wide = edges.shape[2:]
    far = 4.0 * (tall + wide + _FARTHEST)
    x = torch.arange(wide, device=edges.device, dtype=torch.float32)
    before = torch.where(edges, x, -far).cummax(3).values
    after = torch.where(edges, x, far).flip(3).cummin(3).values.flip(3)
    in_row = torch.minimum(x - before, after - x).clamp_(max=_FARTHEST).square_()
    rows = F.pad(in_row, (0, 0, _FARTHEST, _FARTHEST), value=float(_FARTHEST**2))
    nearest = in_row
    for step in range(-_FARTHEST, _FARTHEST + 1):
        first = _FARTHEST + step
        nearest = torch.minimum(nearest, rows[:, :, first : first + tall] + step * step)
    return nearest.sqrt().clamp_(max=_FARTHEST)


def _equalised(levels: Tensor) -> Tensor:
    """Whole levels 0.._FARTHEST spread by their share of the picture, as OpenCV's equalizeHist."""
    flat = levels.flatten(1).long()
    ones = torch.ones_like(flat)
    count = torch.zeros((len(flat), _FARTHEST + 1), dtype=torch.long, device=flat.device)
    count.scatter_add_(1, flat, ones)
    below = count.cumsum(1)
    pixels = flat.shape[1]
    first = count.gather(1, flat.amin(1, keepdim=True))
    spread = torch.round((below - first) * (255 / (pixels - first).clamp(min=1))).clamp(min=0)
    # A picture of one level keeps it.
    same = torch.arange(_FARTHEST + 1, device=flat.device).expand_as(spread)
    spread = torch.where(first == pixels, same.float(), spread)
    return spread.gather(1, flat).view_as(levels)
