"""mixup (Zhang et al. 2018, arXiv:1710.09412): pictures and their classes blended in pairs, by a Beta(1, 1) draw a pair."""

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, shuffled_places, uniform


def _mixup(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    others = shuffled_places(len(images), images, generator)
    share = uniform((len(images), 1), images, generator)
    return (
        images.lerp(images.index_select(0, others), share[:, :, None, None]),
        targets.lerp(targets[others], share),
    )


AUGMENTATIONS.add(Augmentation("mixup", _mixup, mixes_classes=True))
