"""CutMix (Yun et al. 2019, arXiv:1905.04899): a rectangle of another picture pasted in; the classes' shares are the areas'."""

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, shuffled_places, uniform
from core.training.boxes import inside

MIXED = 0.5
"""Share of the pictures that get a rectangle, as the paper has it for small pictures."""


def _cutmix(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    count, side = len(images), images.shape[-1]
    others = shuffled_places(count, images, generator)
    # The area is even in 0..1 before what lies outside is cut off; the middle lies anywhere in the picture.
    half = uniform((count,), images, generator).sqrt() / 2 * side
    x, y, chosen = uniform((3, count), images, generator)
    half = half * (chosen < MIXED)
    box = inside(images, *((middle * side + sign * half).round() for middle in (x, y) for sign in (-1, 1)))
    share = box.float().mean((1, 2, 3))[:, None]
    return torch.where(box, images.index_select(0, others), images), targets.lerp(targets[others], share)


AUGMENTATIONS.add(Augmentation("cutmix", _cutmix, mixes_classes=True))
