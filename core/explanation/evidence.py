"""How much of a class's evidence a part of a picture gave: sums over a signed map. NumPy only."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explanation.overlay import Region


class Evidence(NamedTuple):
    """What the places in a part of a picture gave, and what all of them gave, in the unit of the map."""

    here: float
    whole: float

    @property
    def share(self) -> float | None:
        """0..1 where the part gave some of it; below 0 where it spoke against the class, above 1 where the rest did. None
        where all places together do not speak for the class."""
        return self.here / self.whole if self.whole > 0 else None


def evidence(attribution: NDArray[np.floating], region: Region, positive: bool = False) -> Evidence:
    """The sum of a signed map h,w over a part of its picture; a place that lies in it by a third counts by a third.

    So parts that make up the picture add up to the whole. Where the head is global average pooling and a linear layer the
    whole plus the bias is the logit (core.explanation.classifier.Sum).

    Args:
        region: left, top, right, bottom as fractions of width and height; what lies beyond the picture gives nothing.
        positive: count what speaks for the class alone, where the signed sum has no meaning of its own.
    """
    values = np.asarray(attribution, np.float64)
    if positive:
        values = np.maximum(values, 0)
    left, top, right, bottom = region
    height, width = values.shape
    here = _within(top, bottom, height) @ values @ _within(left, right, width)
    return Evidence(float(here), float(values.sum()))


def against_even(attribution: NDArray[np.floating]) -> NDArray[np.float32]:
    """A signed map h,w in multiples of what each place would be, were all that speaks for the class spread evenly: the mean of
    its positive part is 1. So maps of networks whose scores have scales of their own can be compared: how much they
    concentrate, not how strong they are. All 0 where no place speaks for the class."""
    values = np.asarray(attribution, np.float64)
    even = float(np.maximum(values, 0).mean())
    return np.asarray(values / even if even > 0 else np.zeros_like(values), np.float32)


def _within(begin: float, end: float, places: int) -> NDArray[np.float64]:
    """Of each of so many places side by side how much lies between two fractions of the side."""
    edges = np.arange(places + 1) / places
    covered = np.minimum(edges[1:], end) - np.maximum(edges[:-1], begin)
    return np.asarray(np.clip(covered * places, 0, 1))
