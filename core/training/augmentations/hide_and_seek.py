"""Hide-and-Seek (Singh et al. 2018, arXiv:1811.02545): squares of a grid are hidden, each half of the time.

The grid has 14, 7, 5 or 4 squares a side, or nothing is hidden: the paper's 16, 32, 44 and 56 px of 224. Hidden is the
picture's own mean colour, so that means stay as they are where all is seen.
"""

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, dealt, uniform

GRIDS = (4, 5, 7, 14)
"""Squares a side; each as likely as none at all."""
HIDDEN = 0.5


def _hide_and_seek(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    side = images.shape[-1]
    hidden = torch.zeros((len(images), 1, side, side), dtype=torch.bool, device=images.device)
    hands = dealt(len(images), len(GRIDS) + 1, images, generator)
    for squares, hand in zip(GRIDS, hands, strict=False):
        square = torch.arange(side, device=images.device) * squares // side
        hides = uniform((len(hand), squares, squares), images, generator) < HIDDEN
        hidden[hand] = hides[:, square][:, :, square][:, None]
    return torch.where(hidden, images.mean((2, 3), keepdim=True), images), targets


AUGMENTATIONS.add(Augmentation("hide_and_seek", _hide_and_seek))
