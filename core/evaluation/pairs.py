"""Two runs on the same noisy pictures: how much more often the second is right, and how sure that is. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from core.evaluation.answers import Answers
from core.evaluation.clusters import NOTHING, independent, mean_of, numbered, spread_of
from core.noise.catalogue import CLEAN, Cell, resaved_rows

Test = Literal["mcnemar", "paired"]


@dataclass(frozen=True)
class Pair:
    """Two runs under one noise, or clean."""

    noise: str
    severities: tuple[int, ...]
    """That both were tested at; (0,) for clean."""
    n: int
    """Pictures."""
    difference: float
    """Accuracy of the second less that of the first over these severities, -1..1."""
    low: float
    high: float
    """Its 95 % interval, pair by pair."""
    p: float
    """Of no difference, two-sided."""
    test: Test
    """McNemar's exact test of one severity; of several a paired test whose rows are pictures, or their groups."""
    repaired: int
    """Pictures x severities that the first has wrong and the second right ..."""
    broken: int
    """... and the other way round."""
    p_holm: float | None = None
    """`p` for that so many noises were looked at (Holm 1979); None for clean and pictures saved again, which are none of them."""


def pairs_of(first: Answers, second: Answers) -> list[Pair]:
    """Each noise that both were tested under, clean first.

    Args:
        first, second: of the same pictures under the same noise.
    """
    mine = {place: row for row, place in enumerate(first.places)}
    theirs = {place: row for row, place in enumerate(second.places)}
    shared: dict[str, list[Cell]] = {}
    for place in first.places:
        if place in theirs:
            shared.setdefault(place[0], []).append(place)
    found = [
        _pair(first, second, [mine[place] for place in places], [theirs[place] for place in places], places)
        for places in shared.values()
    ]
    none = (CLEAN, *resaved_rows())
    held = iter(holm([one.p for one in found if one.noise not in none]))
    return [one if one.noise in none else replace(one, p_holm=next(held)) for one in found]


def _pair(
    first: Answers, second: Answers, mine: Sequence[int], theirs: Sequence[int], places: Sequence[Cell]
) -> Pair:
    before, after = first.right[mine].astype(np.int64), second.right[theirs].astype(np.int64)
    gained = (after - before).sum(axis=0)
    groups = None if first.groups is None else numbered(first.groups)
    alone = groups is None or bool(np.bincount(groups).max(initial=1) == 1)
    repaired, broken = int((after > before).sum()), int((after < before).sum())
    difference, low, high = mean_of(gained / len(places), groups)
    test: Test = "mcnemar" if len(places) == 1 and alone else "paired"
    p = mcnemar(repaired, broken) if test == "mcnemar" else paired_p(gained / len(places), groups)
    levels = tuple(severity for _, severity in places)
    return Pair(places[0][0], levels, len(gained), difference, low, high, p, test, repaired, broken)


def mcnemar(repaired: int, broken: int) -> float:
    """The exact test of as many pairs that change one way as the other (McNemar 1947), two-sided."""
    from scipy.stats import binomtest

    changed = repaired + broken
    return float(binomtest(repaired, changed).pvalue) if changed else 1.0


def paired_p(values: NDArray[Any], groups: NDArray[np.int64] | None) -> float:
    """Of a mean of 0, two-sided: Student's test of the sums of groups, or of the values where there are none.

    Where all are moved alike there is no spread to go by: the sign test of them.

    Args:
        values: N differences.
        groups: N, counted from 0.
    """
    from scipy.stats import binomtest

    mean = float(values.mean()) if len(values) else 0.0
    if abs(mean) < 1e-12:
        return 1.0
    spread = spread_of((values - mean) / len(values), groups)
    if np.isinf(spread.variance):
        return 1.0
    if spread.variance <= NOTHING:
        alike = independent(groups, len(values))
        return float(binomtest(alike, alike).pvalue)
    return float(2 * stdtr(spread.degrees, -abs(mean) / spread.variance**0.5))


def holm(values: Sequence[float]) -> list[float]:
    """p values made good for that there are several (Holm 1979), each 0..1, in their order."""
    order = np.argsort(values, kind="stable")
    rising = np.maximum.accumulate(np.asarray(values, np.float64)[order] * np.arange(len(values), 0, -1))
    found = np.empty(len(values))
    found[order] = np.minimum(rising, 1.0)
    return [float(value) for value in found]
