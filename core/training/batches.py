"""Pictures of a data set with their noise, batch by batch, made ahead of the network. No torch."""

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.noise.mix import Mix

Indices = NDArray[np.int64]
Images = NDArray[np.uint8]
VALIDATION_SEED = 1
"""The noise of validation is the same draw after every epoch and in every run."""


def shuffled(indices: Indices, batch_size: int, seed: int, epoch: int) -> list[Indices]:
    """All of `indices` in batches of nearly equal size, at most `batch_size`; decided by (seed, epoch)."""
    order = np.random.default_rng([seed, epoch]).permutation(indices)
    return np.array_split(order, -(-len(order) // batch_size))


def noise_seed(seed: int, epoch: int, draw: int = 0) -> int:
    """The seed of the noise of one epoch of a run.

    Args:
        draw: tells the noisy views of one picture apart.
    """
    parts = [seed, epoch, draw] if draw else [seed, epoch]
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def pictures(data_set: DataSet, mix: Mix, seed: int, indices: Indices) -> Images:
    """uint8 n,H,W,3: the pictures with those numbers, each with the noise that (seed, number) draws."""
    data_set.will_read(indices)
    if not mix.parts:
        # Sorted reading is kinder to the disk than the shuffled order.
        return np.asarray(data_set.images[np.sort(indices)])[np.argsort(np.argsort(indices))]
    found = np.empty((len(indices), *data_set.images.shape[1:]), np.uint8)
    for place, index in enumerate(indices.tolist()):
        image = np.asarray(data_set.images[index])
        second = data_set.second_for(index)
        found[place] = mix.apply(image, seed, index, data_set.table, second, data_set.fitted_basis)
    return found
