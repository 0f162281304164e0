"""Which pictures a test is made of: a split, or a quick look at a part of it. No torch."""

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.errors import EmptySplit
from core.evaluation.predictions import EVALUATION_SEED
from core.runs.mode import SPLIT_NAMES, Mode

MIXED = 0.25
"""Batches count as sorted by class where their classes are by so much of what is left further from those of all pictures than in
an order by chance."""


def part_of(labels: NDArray[np.int64], images: int) -> NDArray[np.int64]:
    """Places, ascending, of a part in which each class has the share that it has in the whole, to one picture.

    A smaller part lies within each larger one.

    Args:
        labels: the class of each of N pictures.
        images: how many are wanted; all N where there are no more.
    """
    chance = np.random.default_rng(EVALUATION_SEED).random(len(labels))
    by_class = np.lexsort((chance, labels))
    _, first, counts = np.unique(labels[by_class], return_index=True, return_counts=True)
    place = np.arange(len(labels)) - np.repeat(first, counts)
    # Each class spread evenly over 0..1: whatever is cut off, its share stays.
    at = (place + 0.5) / np.repeat(counts, counts)
    return np.sort(by_class[np.argsort(at, kind="stable")[:images]])


def pictures_tested(data_set: DataSet, mode: Mode) -> NDArray[np.int64]:
    """The numbers of the pictures of a test, in the order in which they are shown: ascending, unless batches matter.

    Raises:
        EmptySplit.
    """
    indices = data_set.indices(mode.split)
    if len(indices) == 0:
        raise EmptySplit(name=data_set.name, split=SPLIT_NAMES[mode.split])
    labels = np.asarray(data_set.labels)
    if 0 < mode.part < len(indices):
        indices = indices[part_of(labels[indices], mode.part)]
    if mode.adapt:
        indices = np.random.default_rng(EVALUATION_SEED).permutation(indices)
    if mode.adapt == "bn-by-class":
        indices = indices[np.argsort(labels[indices], kind="stable")]
    return indices


def sorted_by_class(labels: NDArray[np.int64], batch: int) -> bool:
    """Whether batches, in this order, are far less mixed than the whole: what is taken of them is of a class, not of the noise.

    Args:
        labels: the class of each of N pictures, in the order in which they are shown.
        batch: pictures in each.
    """
    if not len(labels):
        return False
    as_shown = _apart(labels, batch)
    by_chance = _apart(np.random.default_rng(EVALUATION_SEED).permutation(labels), batch)
    return bool(as_shown > by_chance + MIXED * (1 - by_chance))


def _apart(labels: NDArray[np.int64], batch: int) -> float:
    """How far the classes of batches are from those of all, 0..1: the mean total variation distance."""
    whole = np.bincount(labels) / len(labels)
    parts = [labels[start : start + batch] for start in range(0, len(labels), batch)]
    shares = [np.bincount(part, minlength=len(whole)) / len(part) for part in parts]
    return float(np.mean([np.abs(share - whole).sum() / 2 for share in shares]))
