"""Random erasing (Zhong et al. 2020, arXiv:1708.04896): a rectangle of half of the pictures becomes random colours."""

import math

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, uniform
from core.training.boxes import inside

ERASED = 0.5
"""Share of the pictures that lose a rectangle."""
SMALLEST, LARGEST = 0.02, 0.4
"""Its share of the picture."""
NARROWEST = 0.3
"""Its height to its width, from that to 1 / that."""
TRIES = 10
"""Rectangles drawn; the first one that fits into the picture is taken."""


def _random_erasing(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    count, side = len(images), images.shape[-1]
    area, ratio = uniform((2, count, TRIES), images, generator)
    area = (SMALLEST + (LARGEST - SMALLEST) * area) * side**2
    ratio = torch.exp((1 - 2 * ratio) * math.log(NARROWEST))
    heights, widths = (area * ratio).sqrt().round(), (area / ratio).sqrt().round()
    fits = (heights < side) & (widths < side)
    first = fits.float().argmax(1, keepdim=True)
    x, y, chosen = uniform((3, count), images, generator)
    erased = fits.any(1) & (chosen < ERASED)
    height, width = (sizes.gather(1, first)[:, 0] * erased for sizes in (heights, widths))
    left, top = (x * (side - width + 1)).floor(), (y * (side - height + 1)).floor()
    box = inside(images, left, left + width, top, top + height)
    return torch.where(box, uniform(images.shape, images, generator), images), targets


AUGMENTATIONS.add(Augmentation("random_erasing", _random_erasing))
