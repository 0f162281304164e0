"""APR-SP (Chen et al. 2021, arXiv:2108.08487): a network learns from phases if amplitudes are changed without changing
what is to be seen.

Single: after one of AugMix's operations, half of the pictures swap amplitudes with a second such copy of their own. Pair: 60 %
take the amplitudes of another picture of the batch. The phases stay, and with them the class.
"""

import torch
from torch import Tensor

from core.training.augmentation import AUGMENTATIONS, Augmentation, dealt, shuffled_places, uniform
from core.training.operations import random_operation

PAIRED = 0.6
"""Share of the pictures that take another's amplitudes."""
_PICTURE = (1, 2, 3)


def _apr(images: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    first = random_operation(images, generator)
    mixed, _ = dealt(len(images), 2, images, generator)
    if len(mixed):
        phases, amplitudes = (
            first.index_select(0, mixed),
            random_operation(images.index_select(0, mixed), generator),
        )
        swapped = uniform((len(mixed), 1, 1, 1), images, generator) < 0.5
        changed = recombined(
            torch.where(swapped, amplitudes, phases), torch.where(swapped, phases, amplitudes)
        )
        first.index_copy_(0, mixed, changed)
    order = shuffled_places(len(images), images, generator)
    paired = order[: round(PAIRED * len(images))]
    if len(paired):
        others = shuffled_places(len(images), images, generator)[: len(paired)]
        changed = recombined(first.index_select(0, paired), first.index_select(0, others))
        first.index_copy_(0, paired, changed)
    return first, targets


def recombined(phases: Tensor, amplitudes: Tensor) -> Tensor:
    """float32 N,3,H,H in 0..1: the phases of one picture with the amplitudes of another, of a picture's whole spectrum."""
    phase = torch.fft.rfftn(phases, dim=_PICTURE)
    amplitude = torch.fft.rfftn(amplitudes, dim=_PICTURE).abs()
    found = torch.fft.irfftn(torch.sgn(phase) * amplitude, s=list(phases.shape[1:]), dim=_PICTURE)
    return found.clamp_(0, 1)


AUGMENTATIONS.add(Augmentation("apr", _apr))
