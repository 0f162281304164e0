"""Facts that pages show of a data set."""

from collections.abc import Iterable
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.pixels import Image


def example_indices(
    data_set: DataSet, per_class: int, split: str = "train", seed: int = 0
) -> dict[str, NDArray[np.int64]]:
    """Numbers of up to `per_class` pictures of each class, drawn from `split` by `seed`, ascending."""
    indices = data_set.indices(split)
    labels = np.asarray(data_set.labels)[indices]
    chosen = {}
    for label, name in enumerate(data_set.classes):
        found = indices[labels == label]
        drawn = np.random.default_rng([seed, label]).permutation(len(found))[:per_class]
        chosen[name] = np.sort(found[drawn])
    return chosen


def in_turn(of_class: Iterable[Iterable[int]], count: int) -> list[int]:
    """The first `count` numbers, one of each class in turn."""
    return [int(number) for turn in zip_longest(*of_class) for number in turn if number is not None][:count]


MEANT = 200
"""Most pictures of a class that its mean image, and the channels' histogram, are taken from."""


def mean_images(data_set: DataSet, first: int | None = None) -> dict[str, Image]:
    """The mean of up to MEANT training pictures of each class: what they share shows, what differs blurs.

    Args:
        first: of so many classes; None for all.
    """
    found = example_indices(data_set, MEANT)
    return {
        name: np.rint(np.mean([data_set.images[i] for i in found[name]], axis=0)).astype(np.uint8)
        for name in data_set.classes[:first]
        if len(found[name])
    }


def channel_histograms(data_set: DataSet, bins: int = 32) -> NDArray[np.float64]:
    """3,bins: the share of red, green and blue values in each bin, over up to MEANT training pictures a class."""
    counts = np.zeros((3, 256), np.int64)
    for indices in example_indices(data_set, MEANT).values():
        for index in indices:
            for channel in range(3):
                counts[channel] += np.bincount(data_set.images[index][:, :, channel].ravel(), minlength=256)
    return counts.reshape(3, bins, -1).sum(axis=2) / max(1, int(counts[0].sum()))
