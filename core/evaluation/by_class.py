"""A cell class by class: how many pictures of each are right, and how many answers each is given. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.clusters import numbered, share_of


@dataclass(frozen=True)
class OfClass:
    """One class in one cell."""

    name: str
    images: int
    """Pictures of it; a class may have none."""
    right: int
    accuracy: float
    """NaN without pictures, as its interval is 0..1 then."""
    low: float
    high: float
    answers: int
    """Pictures that were given this class, theirs or not."""
    share: float
    """These of all; all shares are 1 together."""


def by_class(
    truth: NDArray[Any],
    prediction: NDArray[Any],
    classes: Sequence[str],
    groups: NDArray[np.int64] | None = None,
) -> list[OfClass]:
    """Every class of the data set, in its order, also those without a test picture.

    Args:
        truth, prediction: N numbers of classes.
        groups: N, where pictures belong together.
    """
    among = None if groups is None else numbered(groups)
    found = []
    for number, name in enumerate(classes):
        own, named = truth == number, prediction == number
        hits = named[own]
        accuracy, low, high = share_of(hits, None if among is None else among[own])
        answers = int(np.count_nonzero(named))
        share = answers / len(truth) if len(truth) else 0.0
        found.append(OfClass(name, len(hits), int(hits.sum()), accuracy, low, high, answers, share))
    return found
