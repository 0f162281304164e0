"""PixMix (Hendrycks et al. 2022, arXiv:2112.05135): up to four times mixed with a fractal, a pattern, or an altered copy.

With the numbers that the paper takes for small pictures. Fractals and patterns are NoiseLens's own drawings.
"""

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, dealt, uniform
from core.training.mixing_pictures import mixing_pictures
from core.training.operations import random_operation

ROUNDS = 4
"""Most mixings; 0 to so many are as likely."""
BETA = 3.0
"""Of the Beta(3, 1) and Beta(1, 3) draws of the weights: higher leaves more of the picture."""


def _pixmix(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    count = len(images)
    altered, _ = dealt(count, 2, images, generator)
    mixed = images.clone()
    if len(altered):
        mixed.index_copy_(0, altered, random_operation(images.index_select(0, altered), generator))
    pictures = mixing_pictures(images.shape[-1], images.device)
    rounds = dealt(count, ROUNDS + 1, images, generator)
    for done in range(ROUNDS):
        working = torch.cat(rounds[done + 1 :])
        hands = dealt(len(working), 4, images, generator)
        for hand, (mix, own) in zip(hands, _WAYS, strict=True):
            if len(hand) == 0:
                continue
            places = working[hand]
            if own:
                second = random_operation(images.index_select(0, places), generator)
            else:
                drawn = (uniform((len(hand),), images, generator) * len(pictures)).long()
                second = pictures.index_select(0, drawn).float() / 255
            shares = weights(len(hand), images, generator)
            mixed.index_copy_(0, places, mix(mixed.index_select(0, places), second, *shares))
    return mixed, targets


def weights(count: int, images: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """float32 N,1,1,1 each, of the picture and of what is mixed in: half of the time Beta(3, 1) and Beta(1, 3), else 1 +
    Beta(1, 3) and -Beta(1, 3), so that something is taken away."""
    first, second, adds = uniform((3, count, 1, 1, 1), images, generator)
    small = 1 - second ** (1 / BETA)
    adds = adds < 0.5
    own = torch.where(adds, first ** (1 / BETA), 2 - first ** (1 / BETA))
    return own, torch.where(adds, small, -small)


def added(images: Tensor, others: Tensor, own: Tensor, second: Tensor) -> Tensor:
    """The sum of both, weighted, with grey as nothing; kept to 0..1."""
    return ((own * (images * 2 - 1) + second * (others * 2 - 1) + 1) / 2).clamp_(0, 1)


def multiplied(images: Tensor, others: Tensor, own: Tensor, second: Tensor) -> Tensor:
    """The product of both, their weights as powers, with grey as 1; kept to 0..1."""
    powers = own * (images * 2).clamp(min=1e-30).log() + second * (others * 2).clamp(min=1e-30).log()
    return (powers.exp() / 2).clamp_(0, 1)


_WAYS = [(added, True), (added, False), (multiplied, True), (multiplied, False)]
"""How two pictures are mixed, and whether the second is an altered copy of the first or one of the mixing set."""

AUGMENTATIONS.add(Augmentation("pixmix", _pixmix))
