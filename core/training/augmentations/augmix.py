"""AugMix (Hendrycks et al. 2020, arXiv:1912.02781): chains of the nine operations, mixed with each other and the picture."""

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, mixed_chains
from core.training.operations import OPERATIONS


def _augmix(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    return mixed_chains(images, generator, OPERATIONS), targets


AUGMENTATIONS.add(Augmentation("augmix", _augmix))
