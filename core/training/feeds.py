"""Where the batches of training come from. Imports torch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.networks.network import Network
from core.noise.mix import Mix
from core.training.batches import Images, Indices, noise_seed, pictures, shuffled
from core.training.objectives import View

Batch = tuple[Sequence[Tensor], Tensor]
"""The views of some pictures, each float32 N,3,side,side as the network's module takes it, and int64 N labels;
both on the network's device."""


class Feed(Protocol):
    """Training pictures, epoch by epoch."""

    @property
    def steps(self) -> int:
        """Batches of each epoch."""

    def epoch(self, n: int) -> Iterator[Batch]:
        """The batches of epoch `n`, 0 the first; depend on no other epoch's having been asked for."""


@dataclass(frozen=True)
class HostFeed:
    """Pictures read, and noise made, on the processor, ahead of the network.

    With `world` above 1 it is a shard: the shards of all ranks together are at each step the batch of the whole.
    """

    network: Network
    data_set: DataSet
    indices: Indices
    """Numbers of the pictures, at least one."""
    mix: Mix
    batch_size: int
    """At most so many pictures at a step, all ranks together."""
    seed: int
    views: Sequence[View] = ("noisy",)
    rank: int = 0
    """0..world - 1."""
    world: int = 1

    @property
    def steps(self) -> int:
        return len(shuffled(self.indices, self.batch_size, self.seed, 0))

    def epoch(self, n: int) -> Iterator[Batch]:
        order = shuffled(self.indices, self.batch_size, self.seed, n)
        shard = [batch[self.rank :: self.world] for batch in order]
        draws = [
            (Mix(), 0)
            if view == "clean"
            else (self.mix, noise_seed(self.seed, n, self.views[:place].count("noisy")))
            for place, view in enumerate(self.views)
        ]
        return fed(self.network, self.data_set, draws, shard)


def fed(
    network: Network, data_set: DataSet, draws: Sequence[tuple[Mix, int]], order: Sequence[Indices]
) -> Iterator[Batch]:
    """Batches with the pictures of these numbers.

    Args:
        draws: one for each view: the mix and the seed of its noise.
    """

    def make(indices: Indices) -> list[Images]:
        return [pictures(data_set, mix, seed, indices) for mix, seed in draws]

    for indices, made in made_ahead(make, order):
        labels = torch.from_numpy(np.array(data_set.labels[indices])).to(network.device, non_blocking=True)
        yield [network.inputs(torch.from_numpy(images)) for images in made], labels
