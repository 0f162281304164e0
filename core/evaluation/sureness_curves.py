"""How far a model's sureness can be trusted, as curves: reliability (Niculescu-Mizil and Caruana 2005; Guo et al. 2017) and how
right it is on the answers it is surest of (selective accuracy, Geifman and El-Yaniv 2017). No torch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.clusters import independent, numbered, share_of

PARTS = 10
"""Equal parts of the confidence 0..1."""
FEWEST = 10
"""Pictures, or groups of them, of a part whose accuracy says anything."""
STEPS = np.arange(5, 101, 5)
"""Per cent of the answers, the surest ones, that selective accuracy is told of."""


def reliability(
    confidence: NDArray[Any], right: NDArray[np.bool_], groups: NDArray[Any] | None = None
) -> pd.DataFrame:
    """Of each part with at least FEWEST pictures or groups: confidence (its mean), accuracy, low, high (Wilson's 95 % interval), n.

    Args:
        confidence: N, 0..1.
        right: N.
        groups: N: answers of one group, as those to one picture under several noises, are not independent.
    """
    sure = np.asarray(confidence, np.float64)
    part = np.clip((sure * PARTS).astype(np.int64), 0, PARTS - 1)
    rows = []
    for number in range(PARTS):
        within = part == number
        n = int(within.sum())
        among = None if groups is None else numbered(groups[within])
        if independent(among, n) >= FEWEST:
            rows.append((float(sure[within].mean()), *share_of(right[within], among), n))
    return pd.DataFrame(rows, columns=["confidence", "accuracy", "low", "high", "n"])


def selective(confidence: NDArray[Any], right: NDArray[np.bool_]) -> pd.DataFrame:
    """How right the surest answers are: share (of all answers, 0..1) and accuracy, for each of STEPS.

    Equally sure answers come in every order at once, so that each counts as their mean.
    """
    n = len(right)
    if not n:
        return pd.DataFrame({"share": [], "accuracy": []})
    _, tied = np.unique(-np.asarray(confidence, np.float64), return_inverse=True)
    tied = tied.reshape(-1)
    mean = np.bincount(tied, weights=right.astype(np.float64)) / np.bincount(tied)
    so_far = np.cumsum(mean[np.sort(tied)])  # the surest first
    kept = np.maximum(1, np.ceil(n * STEPS / 100).astype(np.int64))
    return pd.DataFrame({"share": STEPS / 100, "accuracy": so_far[kept - 1] / kept})


def mean_selective(curves: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Of several runs, at least one, as `selective` of each gives it: share, and the mean accuracy at it."""
    return pd.concat(curves).groupby("share")["accuracy"].mean().reset_index()
