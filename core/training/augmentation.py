"""What the ways to change a training picture share: their record, and draws a picture that never wait for the device.

The ways themselves are files in core/training/augmentations/. Imports torch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.registry import Registry


@dataclass(frozen=True)
class Augmentation:
    """One way to change the pictures of a training step."""

    key: str
    apply: Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]
    """From pictures float32 N,3,H,H in 0..1, targets float32 N,C (shares of the classes, 1 in sum) and a generator, all on
    one device, to new ones of the same shapes. The same state of the generator gives the same result; what is given
    stays as it was. Nothing in it waits for the device."""
    mixes_classes: bool = False
    """Targets change, too: a picture may be of several classes then."""


def uniform(shape: Sequence[int], images: Tensor, generator: torch.Generator) -> Tensor:
    """float32 in [0, 1), on the device of `images`."""
    return torch.rand(tuple(shape), device=images.device, generator=generator)


def normal(shape: Sequence[int], images: Tensor, generator: torch.Generator) -> Tensor:
    """float32 of mean 0 and standard deviation 1, on the device of `images`."""
    return torch.randn(tuple(shape), device=images.device, generator=generator)


def signs(shape: Sequence[int], images: Tensor, generator: torch.Generator) -> Tensor:
    """float32 -1 or 1, each half of the time."""
    return (uniform(shape, images, generator) < 0.5).float() * 2 - 1


def shuffled_places(count: int, images: Tensor, generator: torch.Generator) -> Tensor:
    """int64: the numbers 0..count - 1 in random order, on the device of `images`."""
    return torch.randperm(count, device=images.device, generator=generator)


def dealt(count: int, hands: int, images: Tensor, generator: torch.Generator) -> list[Tensor]:
    """The numbers 0..count - 1 dealt at random to so many hands, whose sizes differ by one at most.

    So an operation works on the pictures of its own hand alone, and how many those are is known without asking the device.
    Each number is as likely in every hand: which hands get one more is decided by the generator's seed.
    """
    found = list(shuffled_places(count, images, generator).tensor_split(hands))
    first = generator.initial_seed() % hands
    return found[first:] + found[:first]


Operation = Callable[[Tensor, torch.Generator], Tensor]
"""From pictures float32 N,3,H,H in 0..1 to new ones, each by a draw of its own."""


def shared_out(images: Tensor, generator: torch.Generator, operations: Sequence[Operation]) -> Tensor:
    """Each picture after one of the operations, as many after one as after any other.

    Args:
        images: in random order, as neighbours get the same operation.
    """
    first = generator.initial_seed() % len(operations)
    turned = [*operations[first:], *operations[:first]]
    hands = zip(turned, images.tensor_split(len(turned)), strict=True)
    return torch.cat([operation(hand, generator) for operation, hand in hands if len(hand)])


WIDTH = 3
"""Chains that are mixed to one picture."""
DEPTH = 3
"""Operations of the longest chain."""


def mixed_chains(images: Tensor, generator: torch.Generator, operations: Sequence[Operation]) -> Tensor:
    """AugMix's mixing (Hendrycks et al. 2020, arXiv:1912.02781): three chains of one to three operations, their results
    weighted by a Dirichlet(1, 1, 1) draw, and that blended with the picture by a Beta(1, 1) draw.

    Returns:
        float32 N,3,H,H in 0..1.
    """
    count = len(images)
    chain = shuffled_places(WIDTH * count, images, generator)
    working = images.index_select(0, chain % count)
    weights, rest = mixing_weights(count, images, generator)
    weights, mixed = weights.view(-1), images * rest[:, None, None, None]
    for length in range(1, DEPTH + 1):
        working = shared_out(working, generator, operations)
        longer = WIDTH * count * (DEPTH - length) // DEPTH
        done, ended = working[longer:], chain[longer:]
        mixed.index_add_(0, ended % count, done.mul_(weights[ended][:, None, None, None]))
        # The next operation is another one for each: neighbours go apart.
        order = shuffled_places(longer, images, generator)
        working, chain = working[:longer].index_select(0, order), chain[:longer].index_select(0, order)
    return mixed.clamp_(0, 1)


def mixing_weights(count: int, images: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """float32 WIDTH,N of the chains and N of the picture itself, 1 in sum."""
    # Even over all that are 1 in sum: exponential draws, divided by their sum.
    weights = torch.log1p(-uniform((WIDTH, count), images, generator)).clamp(max=-1e-7)
    share = uniform((count,), images, generator)
    return weights / weights.sum(0) * share, 1 - share


AUGMENTATIONS: Registry[Augmentation] = Registry("core.training.augmentations", "augmentations")
