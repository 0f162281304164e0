"""Facts that pages show of a data set."""

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet


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
