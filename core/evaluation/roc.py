"""Two classes and a score: how well any threshold tells them apart. NumPy only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Roc:
    """Scores of positive and negative rows, each different score once.

    A row counts as positive from a threshold on. Of K different scores there are K + 1 thresholds that differ: number k
    is just below score k, the last above all of them.
    """

    place: NDArray[np.int64]
    """N: the number of each row's score."""
    positive: NDArray[np.bool_]
    """N."""
    scores: Floats
    """K, ascending."""
    missed: Floats
    """K + 1: share of positive rows below each threshold."""
    alarmed: Floats
    """K + 1: share of negative rows from each threshold on."""

    @classmethod
    def of(cls, scores: NDArray[Any], positive: NDArray[np.bool_]) -> "Roc | None":
        """None where one of the two classes has no row."""
        m = int(np.count_nonzero(positive))
        if m in (0, len(positive)):
            return None
        values, place = np.unique(np.asarray(scores, np.float64), return_inverse=True)
        place = place.reshape(-1)
        of_positive = np.bincount(place, weights=positive, minlength=len(values))
        of_negative = np.bincount(place, minlength=len(values)) - of_positive
        missed = np.concatenate([[0.0], np.cumsum(of_positive)]) / m
        alarmed = 1 - np.concatenate([[0.0], np.cumsum(of_negative)]) / (len(positive) - m)
        return cls(place, positive, values, missed, alarmed)

    @property
    def positives(self) -> int:
        """Pictures of the second class."""
        return int(np.count_nonzero(self.positive))

    @property
    def negatives(self) -> int:
        """Pictures of the first class."""
        return len(self.positive) - self.positives

    def thresholds(self) -> Floats:
        """K + 1, 0..1 for scores that are probabilities: between the scores, and beyond the outer ones."""
        outer = np.concatenate([[min(0.0, self.scores[0])], self.scores, [max(1.0, self.scores[-1])]])
        return np.asarray((outer[:-1] + outer[1:]) / 2, np.float64)

    def auc(self) -> tuple[float, Floats]:
        """The area under the curve, the chance that a positive row scores above a negative one (ties half), with what each row
        adds (DeLong et al. 1988)."""
        below = 1 - (self.alarmed[:-1] + self.alarmed[1:]) / 2  # of negative rows, ties half
        above = 1 - (self.missed[:-1] + self.missed[1:]) / 2  # of positive rows
        mine = np.where(self.positive, below[self.place], above[self.place])
        value = float(below[self.place][self.positive].mean())
        return value, (mine - value) / np.where(self.positive, self.positives, self.negatives)

    def _crossing(self) -> tuple[int, float]:
        """The threshold k up to which fewer positive rows are missed than negative ones alarm, and how far beyond it, 0..1, on
        the way to the next both are the same."""
        gap = self.missed - self.alarmed
        first = int(np.argmax(gap >= 0))  # the last is 1, the first -1
        before = gap[first - 1]
        return first - 1, float(-before / (gap[first] - before))

    def equal_error(self) -> tuple[float, Floats]:
        """The equal error rate, where as large a share of positive rows is missed as of negative ones alarms, with what each row
        adds.

        It moves along the curve with both shares; how much with which follows from the slope there.
        """
        k, part = self._crossing()
        value = float((1 - part) * self.missed[k] + part * self.missed[k + 1])
        missed = (self.place < k) + part * (self.place == k)
        mine = np.where(self.positive, missed - value, 1 - missed - value)
        near = np.abs(self.alarmed - value) <= max(0.05, len(self.scores) ** (-1 / 3))
        near[[k, k + 1]] = True
        ends = np.flatnonzero(near)[[0, -1]]
        rise = np.abs(np.diff(self.missed[ends])[0]) + 1e-12
        run = np.abs(np.diff(self.alarmed[ends])[0]) + 1e-12
        slope = rise / run
        weight = np.where(
            self.positive, 1 / (1 + slope) / self.positives, slope / (1 + slope) / self.negatives
        )
        return value, weight * mine

    def equal_threshold(self) -> float:
        """The threshold where these two shares are nearest to each other."""
        k, part = self._crossing()
        return float(self.thresholds()[k + (part > 0.5)])

    def threshold_within(self, half: float) -> tuple[float, float]:
        """The thresholds where the two shares differ by `half` either way: an interval of `equal_threshold` (Woodruff 1952)."""
        gap, thresholds = self.missed - self.alarmed, self.thresholds()
        inside = np.flatnonzero(np.abs(gap) <= half)
        k, _ = self._crossing()
        low = min(k, int(inside[0])) if len(inside) else k
        high = max(k + 1, int(inside[-1])) if len(inside) else k + 1
        return float(thresholds[low]), float(thresholds[high])

    def gap_influence(self) -> Floats:
        """What each row adds to the difference of the two shares at `equal_threshold`."""
        k, part = self._crossing()
        below = self.place < k + (part > 0.5)
        missed, alarmed = below[self.positive].mean(), (~below[~self.positive]).mean()
        return np.where(
            self.positive, (below - missed) / self.positives, -(~below - alarmed) / self.negatives
        )
