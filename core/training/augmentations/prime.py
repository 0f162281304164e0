"""PRIME (Modas et al. 2022, arXiv:2112.13547): random filters, smooth warps and colour curves, mixed as AugMix mixes.

Each of the three is the family of largest entropy for its limits: Gaussian coefficients. The numbers are the paper's for
small pictures. What is drawn a batch there is drawn a picture here. On one core with AVX-512 a picture of 64 px takes
0.45 ms, one of 224 px 9 ms (busy machine): a step of small_cnn at 64 px takes 0.6 ms there.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from core.training.augmentation import AUGMENTATIONS, Augmentation, Operation, mixed_chains, normal, uniform

FILTER_SIZE = 3
FILTER_SD = 4.0
CURVE_WAVES = 100
CURVE_SD = 0.1
FEWEST_WAVES, MOST_WAVES = 2, 100
"""Half waves of the finest mode of a warp along a side."""
LEVELS = 255


def _prime(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    return mixed_chains(images, generator, _FAMILIES), targets


def random_filters(count: int, images: Tensor, generator: torch.Generator, sd: float = FILTER_SD) -> Tensor:
    """float32 N,3,3: the filter that changes nothing, plus Gaussian numbers."""
    drawn = sd * normal((count, FILTER_SIZE, FILTER_SIZE), images, generator)
    drawn[:, FILTER_SIZE // 2, FILTER_SIZE // 2] += 1
    return drawn


def filtered(images: Tensor, filters: Tensor) -> Tensor:
    """Each picture under its filter N,k,k, the same for its three channels, kept to 0..1."""
    count, channels, height, width = images.shape
    kernels = filters.repeat_interleave(channels, 0)[:, None]
    planes = images.reshape(1, count * channels, height, width)
    found = F.conv2d(planes, kernels, padding=filters.shape[-1] // 2, groups=count * channels)
    return found.view_as(images).clamp_(0, 1)


def random_curves(count: int, images: Tensor, generator: torch.Generator, sd: float = CURVE_SD) -> Tensor:
    """float32 N,3,256 in 0..1: what becomes of each of 256 values x of a channel: x plus sines of 1..100 half waves over 0..1
    with Gaussian heights."""
    value = torch.linspace(0, 1, LEVELS + 1, device=images.device)
    waves = torch.arange(1, CURVE_WAVES + 1, device=images.device)
    sines = torch.sin(math.pi * waves[:, None] * value)
    heights = sd * normal((count, 3, CURVE_WAVES), images, generator)
    return (value + heights @ sines).clamp_(0, 1)


def recoloured(images: Tensor, curves: Tensor) -> Tensor:
    """Each picture with its values, to the nearest of 256, looked up in its curves N,3,256."""
    count, levels = len(curves) * curves.shape[1], curves.shape[2]
    first = torch.arange(0, count * levels, levels, device=images.device, dtype=torch.int32)
    # One flat list and small numbers: a quarter faster than a lookup along the last axis.
    values = (images * LEVELS).add_(0.5).int().reshape(count, -1).add_(first[:, None])
    return curves.view(-1).index_select(0, values.view(-1)).view_as(images)


def random_warps(count: int, images: Tensor, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """float32 N,2,H,H: how far from its place each pixel looks, x and y, in sides of the picture.

    A sum of products of sines, i and j half waves along the sides with i^2 + j^2 up to a cut-off's square, of Gaussian
    heights with variance T / (i^2 + j^2). The cut-off is drawn evenly up to a limit that is itself drawn evenly; T evenly
    from where pixels move by half their size to where the first would overtake each other. Nothing moves at the edges.

    Args:
        strength: all is moved by so much of it.
    """
    side = images.shape[-1]
    # Finer modes would add less than a quarter of a pixel, and take most of the time.
    modes = min(MOST_WAVES, side // 2)
    limit, share, warmth = uniform((3, count, 1, 1, 1), images, generator)
    limit = (FEWEST_WAVES + 1 + limit * (MOST_WAVES - FEWEST_WAVES)).floor()
    cut = (FEWEST_WAVES + share * (limit + 1 - FEWEST_WAVES)).floor()
    coolest = 1 / (math.pi * side**2 * cut.log())
    hottest = torch.maximum(coolest, 4 / (math.pi**3 * cut**2 * cut.log()))
    temperature = coolest + warmth * (hottest - coolest)
    wave = torch.arange(1, modes + 1, device=images.device, dtype=torch.float32)
    radius = (wave[:, None] ** 2 + wave**2).sqrt()
    kept = (radius < cut + 0.5).float().div_(radius)
    heights = normal((count, 2, modes, modes), images, generator).mul_(kept)
    sines = torch.sin(math.pi * torch.linspace(0, 1, side, device=images.device)[:, None] * wave)
    return (sines @ heights @ sines.T).mul_(strength * temperature.sqrt())


def warped(images: Tensor, moves: Tensor) -> Tensor:
    """Each picture looked at through its warp N,2,H,H; beyond the edge it goes on as at the edge."""
    side = images.shape[-1]
    place = torch.linspace(-1, 1, side, device=images.device)
    # From the middle of the first pixel to that of the last: a side of n pixels is n / (n - 1) of that.
    grid = moves * (-2 * side / (side - 1))
    grid[:, 0] += place
    grid[:, 1] += place[:, None]
    return F.grid_sample(
        images, grid.permute(0, 2, 3, 1), mode="bilinear", padding_mode="border", align_corners=True
    )


_FAMILIES: list[Operation] = [
    lambda images, generator: filtered(images, random_filters(len(images), images, generator)),
    lambda images, generator: warped(images, random_warps(len(images), images, generator)),
    lambda images, generator: recoloured(images, random_curves(len(images), images, generator)),
]

AUGMENTATIONS.add(Augmentation("prime", _prime))
