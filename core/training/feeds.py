"""Where the batches of training come from. Imports torch."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import zip_longest
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.hardware import cores
from core.networks.loading import one_core
from core.networks.network import Network
from core.noise.mix import Mix
from core.runs.recipe import Recipe
from core.training.augmentations import all_augmentations
from core.training.batches import Images, Indices, Moves, balanced, batch_seed, noise_seed, pictures, shuffled
from core.training.objectives import View

MOST_MAKERS = 4
"""Threads that make batches. More than the one that a light noise needs: where pictures take longer than the network, as
under PRIME, both share the cores by what each has to do."""
Batch = tuple[Sequence[Tensor], Tensor]
"""The views of some pictures, each float32 N,3,side,side as the network's module takes it, and what they are: int64 N
labels, or where these are not all of it float32 N,C, the share of each class times the picture's weight; both on the
network's device."""


class Feed(Protocol):
    """Training pictures, epoch by epoch."""

    @property
    def steps(self) -> int:
        """Batches of each epoch."""

    def epoch(self, n: int, first: int = 0) -> Generator[Batch, None, None]:
        """The batches of epoch `n`, 0 the first; depend on no other epoch's having been asked for.

        Args:
            first: batches that are left out at its beginning.
        """


@dataclass(frozen=True)
class RecipeFeed:
    """What a recipe says of the batches of an epoch, wherever they are made.

    With `world` above 1 it is a shard: the shards of all ranks together are at each step the batch of the whole.
    """

    network: Network
    data_set: DataSet
    indices: Indices
    """Numbers of the pictures, at least one."""
    recipe: Recipe
    """Its batches have at most `batch_size` pictures, all ranks together."""
    views: Sequence[View] = ("noisy",)
    rank: int = 0
    """0..world - 1."""
    world: int = 1

    @property
    def steps(self) -> int:
        return -(-len(self.indices) // self.recipe.batch_size)

    def _order(self, epoch: int) -> list[Indices]:
        """The numbers of the pictures of each batch."""
        whole = shuffled(self._numbers(epoch), self.recipe.batch_size, self.recipe.seed, epoch)
        return [batch[self.rank :: self.world] for batch in whole]

    def _numbers(self, epoch: int) -> Indices:
        """Of the pictures of an epoch, in any order."""
        if self.recipe.balance != "sampling":
            return self.indices
        labels = np.asarray(self.data_set.labels)[self.indices]
        return balanced(self.indices, labels, len(self.data_set.images), self.recipe.seed, epoch)

    def _draws(self, epoch: int) -> list[tuple[Mix, int]]:
        """The mix of each view, and the seed of its noise."""
        recipe = self.recipe
        mix = recipe.mix_at(epoch, self.data_set.table)
        drawn = 0 if recipe.drawn == "once" else epoch
        return [
            (Mix(), 0)
            if view == "clean"
            else (mix, noise_seed(recipe.seed, drawn, self.views[:place].count("noisy")))
            for place, view in enumerate(self.views)
        ]

    def _moves(self, epoch: int) -> Moves | None:
        recipe = self.recipe
        if not (recipe.flips or recipe.crops):
            return None
        numbers = int(self._numbers(epoch).max()) + 1
        return Moves.draw(recipe.flips, recipe.crops, numbers, self.data_set.size, recipe.seed, epoch)

    @cached_property
    def _weights(self) -> Tensor | None:
        """float32 C on the network's device: what a picture of each class counts, 1 on average over the pictures;
        None where all count the same."""
        if self.recipe.balance != "weights":
            return None
        labels = np.asarray(self.data_set.labels)[self.indices]
        counts = np.bincount(labels, minlength=len(self.data_set.classes))
        weights = len(labels) / (np.maximum(counts, 1) * np.count_nonzero(counts))
        return torch.from_numpy(weights.astype(np.float32)).to(self.network.device)

    def _soft(self, targets: Tensor) -> Tensor:
        classes = len(self.data_set.classes)
        return soft_targets(targets, classes, self.recipe.label_smoothing, self._weights)


@dataclass(frozen=True)
class HostFeed(RecipeFeed):
    """Pictures read, and noise made, on the processor, ahead of the network."""

    def epoch(self, n: int, first: int = 0) -> Generator[Batch, None, None]:
        changes = self._changes(n, first)
        order = self._order(n)[first:]
        for views, targets in fed(
            self.network, self.data_set, self._draws(n), order, self._moves(n), changes
        ):
            yield views, self._soft(targets)

    def _changes(self, epoch: int, first: int) -> "list[Change | None]":
        """What the augmentation does to each view."""
        if not self.recipe.augmentation:
            return [None] * len(self.views)
        augmentation = all_augmentations()[self.recipe.augmentation]

        def change(view: int, place: int, images: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
            seed = batch_seed(self.recipe.seed, epoch, first + place, view, self.rank)
            generator = torch.Generator(images.device).manual_seed(seed)
            found, shares = augmentation.apply(images, F.one_hot(targets, classes).float(), generator)
            return found, shares if augmentation.mixes_classes else targets

        classes = len(self.data_set.classes)
        return [
            None if view == "clean" else partial(change, number) for number, view in enumerate(self.views)
        ]


def shown_pictures(data_set: DataSet, recipe: Recipe, numbers: Indices) -> Images:
    """uint8 n,H,H,3: pictures as a batch of them would be shown in the first epoch, after noise and augmentation."""
    images = pictures(data_set, recipe.mix_at(0, data_set.table), noise_seed(recipe.seed, 0), numbers)
    if not recipe.augmentation:
        return images
    labels = torch.from_numpy(np.array(data_set.labels[numbers]))
    found, _ = all_augmentations()[recipe.augmentation].apply(
        torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255,
        F.one_hot(labels, len(data_set.classes)).float(),
        torch.Generator().manual_seed(batch_seed(recipe.seed, 0, 0, 0, 0)),
    )
    return (found * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()


def soft_targets(targets: Tensor, classes: int, smoothing: float, weights: Tensor | None) -> Tensor:
    """What a network is to say of pictures, as of `Batch`; as it was where there is nothing to do.

    Args:
        targets: int64 N labels, or float32 N,C shares of the classes.
        smoothing: part of a target that all classes share (Szegedy et al. 2016, arXiv:1512.00567), 0..1.
        weights: float32 C, of a picture of each class; the cross entropy of a picture is multiplied by its own.
    """
    if not smoothing and weights is None:
        return targets
    shares = targets if targets.is_floating_point() else F.one_hot(targets, classes).float()
    soft = (1 - smoothing) * shares + smoothing / classes
    return soft if weights is None else soft * (shares @ weights)[:, None]


Change = Callable[[int, Tensor, Tensor], tuple[Tensor, Tensor]]
"""From the number of a batch, pictures float32 N,3,H,H in 0..1 and int64 N labels to pictures and targets, as of `Batch`."""


def fed(
    network: Network,
    data_set: DataSet,
    draws: Sequence[tuple[Mix, int]],
    order: Sequence[Indices],
    moves: Moves | None = None,
    changes: Sequence[Change | None] = (),
) -> Generator[Batch, None, None]:
    """Batches with the pictures of these numbers.

    Args:
        draws: one for each view: the mix and the seed of its noise.
        order: as core.training.batches.pictures takes them.
        changes: one for each view, if any is changed: what is done to its pictures, on the network's device.
    """
    ahead = network.device.type == "cpu"

    def ready(place: int, views: Sequence[Tensor], labels: Tensor) -> tuple[list[Tensor], Tensor]:
        """Changed where there is a change, as the network takes them, and the targets."""
        found, targets = [], labels
        for images, change in zip_longest(views, changes):
            if change is None:
                found.append(network.inputs(images))
                continue
            planes = images.to(network.device, non_blocking=True).permute(0, 3, 1, 2).contiguous()
            changed, targets = change(place, planes.float().div_(255), labels)
            found.append(network.prepared(changed))
        return found, targets

    def make(batch: tuple[int, Indices]) -> tuple[list[Tensor], Tensor]:
        place, numbers = batch
        views = [torch.from_numpy(pictures(data_set, mix, seed, numbers, moves)) for mix, seed in draws]
        labels = torch.from_numpy(np.array(data_set.labels[numbers % len(data_set.images)]))
        if not ahead:
            return views, labels
        # Threads that wait for the core on which the network works would take ten times as long.
        with one_core():
            return ready(place, views, labels)

    for (place, _), (views, targets) in made_ahead(make, list(enumerate(order)), min(cores(), MOST_MAKERS)):
        yield (
            (views, targets) if ahead else ready(place, views, targets.to(network.device, non_blocking=True))
        )
