"""How sure a number is where rows are not independent: frames of one video, pictures of one person. No torch.

A number that is made of rows is, near enough, its true value and a sum of what each row adds (its influence). Rows of one
group add together; the variance is that of the groups' sums (Liang and Zeger 1986; for numbers made of a confusion
matrix arXiv 2606.03656, for the area under a curve Obuchowski 1997).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from core.measure import Groups
from core.statistics import wilson

Floats = NDArray[np.float64]
NOTHING = 1e-24
"""Up to which a variance is rounding alone."""
FEW = 1.5
"""Groups that differ from the rest, up to which these are taken to be of one mind within (`design_effect`)."""


def numbered(groups: NDArray[Any]) -> Groups:
    """N: groups counted from 0, whatever their numbers are."""
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def group_sums(values: NDArray[Any], groups: Groups | None) -> Floats:
    """The sum of `values` in each group, those without a row left out; each row its own where there are none.

    Args:
        groups: N, counted from 0 (`numbered`).
    """
    if groups is None:
        return np.asarray(values, np.float64)
    there = np.bincount(groups) > 0
    return np.asarray(np.bincount(groups, weights=values)[there], np.float64)


def independent(groups: Groups | None, n: int) -> int:
    """How many of `n` rows say something of their own: one of each group."""
    return n if groups is None else int(np.count_nonzero(np.bincount(groups))) if n else 0


def quantile(degrees: float) -> float:
    """Of a 95 % interval, Student's; infinite for no degree of freedom."""
    return float(stdtrit(degrees, 0.975)) if degrees > 0 else np.inf


class Spread(NamedTuple):
    """How far a number may be off."""

    variance: float
    """Infinite where one group alone makes the number."""
    degrees: float
    """Of freedom, of Student's distribution that its error follows."""

    @property
    def half(self) -> float:
        """Half of its 95 % interval."""
        return quantile(self.degrees) * self.variance**0.5 if np.isfinite(self.variance) else np.inf


def spread_of(
    influence: NDArray[Any], groups: Groups | None, side: NDArray[np.bool_] | None = None
) -> Spread:
    """Of a number that its rows add these to (they sum to 0), the groups independent.

    The variance is the jackknife's: (G - 1) / G times the sum of squares of what the groups add, each over the part of the rows
    that is not its own, or a group of many rows would be taken for more settled than it is (CR3: MacKinnon and White 1985).
    Degrees of freedom: groups less one; fewer, 2 G / (kurtosis - 1), where few groups make most of it (Satterthwaite 1946).
    Copies of rows change nothing: groups of one size, each with rows that add the same, are so many rows.

    Args:
        side: N: rows whose number is of two means, as of two classes: which of them each helps to make.
    """
    if groups is not None and len(influence):
        influence, groups, side = _without_copies(influence, groups, side)
    n = len(influence)
    if groups is None:
        return Spread(n / (n - 1) * float((influence * influence).sum()) if n > 1 else np.inf, n - 1)
    within = 2 * groups + (0 if side is None else side)
    of_group = np.bincount(within)
    of_side = np.array([of_group[::2].sum(), of_group[1::2].sum()])
    left = 1 - of_group[within] / of_side[within % 2]
    if left.min(initial=1) <= 0:
        return Spread(np.inf, 0)
    sums = group_sums(influence / left, groups)
    squares, clusters = sums * sums, len(sums)
    whole = float(squares.sum())
    if not whole:
        return Spread(0.0, clusters - 1)
    kurtosis = clusters * float((squares * squares).sum()) / whole**2
    degrees = min(clusters - 1, 2 * clusters / (kurtosis - 1)) if kurtosis > 1 else clusters - 1
    return Spread((clusters - 1) / clusters * whole, degrees)


def _without_copies(
    values: NDArray[Any], groups: Groups, side: NDArray[np.bool_] | None
) -> tuple[NDArray[Any], Groups | None, NDArray[np.bool_] | None]:
    """One row for each group, which adds what all its rows do, where they are so many copies of it; else the rows as they are."""
    sizes = np.bincount(groups)
    size = int(sizes.max())
    if not ((sizes == size) | (sizes == 0)).all():
        return values, groups, side
    order = np.argsort(groups, kind="stable")
    together = values[order].reshape(-1, size)
    if not (together == together[:, :1]).all():
        return values, groups, side
    return together[:, 0] * size, None, None if side is None else side[order][::size]


def share_interval(
    value: float,
    influence: NDArray[Any],
    groups: Groups | None,
    most: float,
    side: NDArray[np.bool_] | None = None,
) -> tuple[float, float]:
    """95 % interval of a share, 0..1: Wilson's, of as many independent rows as its variance speaks for.

    Args:
        value: the share; NaN gives (NaN, NaN).
        influence, side: what each row adds to it, as of `spread_of`.
        most: independent rows where they show no spread, as where all or none are right.
    """
    if np.isnan(value):
        return np.nan, np.nan
    spread = spread_of(influence, groups, side)
    if spread.variance == 0 or value in (0.0, 1.0):
        return wilson(value * most, most)
    if not np.isfinite(spread.variance):
        return 0.0, 1.0
    n = value * (1 - value) / spread.variance
    return wilson(value * n, n, quantile=quantile(spread.degrees))


def share_of(hits: NDArray[np.bool_], groups: Groups | None) -> tuple[float, float, float]:
    """A share of rows, with Wilson's interval: n is that of the rows divided by the design effect of their groups.

    Where groups are of one size and of one mind they are so many rows, and the interval is theirs.
    """
    n = len(hits)
    if n == 0:
        return np.nan, 0.0, 1.0
    share = float(np.count_nonzero(hits)) / n
    if groups is None:
        return share, *wilson(share * n, n)
    sizes = group_sums(np.ones(n), groups)
    sums = group_sums(hits, groups)
    clusters = len(sizes)
    if share in (0.0, 1.0) or (sizes.min() == sizes.max() and bool(((sums == 0) | (sums == sizes)).all())):
        return share, *wilson(share * clusters, clusters)
    if clusters < 2:
        return share, 0.0, 1.0
    alone = n / design_effect(sums, sizes)
    return share, *wilson(share * alone, alone, quantile=quantile(clusters - 1))


def design_effect(sums: Floats, sizes: Floats) -> float:
    """How many times as large as of independent rows the variance of a share is (Kish 1965), at least 1.

    The larger of two estimates, as each is too small now and then: the jackknife over groups, and 1 + (mean size - 1) times
    the correlation within groups. That is of the analysis of variance, and taken towards 1 by (FEW / k)² of the way, where k
    groups alone have hits, or misses: of so few it is hardly known, and one video of which three frames are wrong may as well
    be one of many that are wrong altogether. FEW is from simulations (`python -m benchmarks.coverage`).

    Args:
        sums: G: hits of each group, neither none nor all.
        sizes: G: its rows.
    """
    n, clusters = sizes.sum(), len(sizes)
    share = sums.sum() / n
    off = sums - sizes * share
    jackknife = (clusters - 1) / clusters * ((off / (1 - sizes / n)) ** 2).sum() / (share * (1 - share) * n)
    between = float((off * off / sizes).sum() / (clusters - 1))
    within = float((sums * (1 - sums / sizes)).sum() / (n - clusters)) if n > clusters else between
    square = (sizes * sizes).sum() / n
    typical = (n - square) / (clusters - 1)
    whole = between + (typical - 1) * within
    alike = min(1.0, max(0.0, (between - within) / whole)) if whole > 0 else 0.0
    told = min(np.count_nonzero(sums), np.count_nonzero(sums < sizes))
    alike += (1 - alike) * min(1.0, (FEW / told) ** 2)
    return max(1.0, float(jackknife), float(1 + (square - 1) * alike))


def mean_of(values: NDArray[Any], groups: Groups | None) -> tuple[float, float, float]:
    """The mean of a value a row, -1..1, with Student's interval; rows of one group count together.

    Where all are the same, as far from it as the share of others may be that such rows do not show (Wilson's interval).
    """
    n = len(values)
    if n == 0:
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    clusters = independent(groups, n)
    spread = spread_of((values - mean) / n, groups)
    if np.isinf(spread.variance):
        return mean, -1.0, 1.0
    half = wilson(0, clusters)[1] if spread.variance <= NOTHING else spread.half
    return mean, max(-1.0, mean - half), min(1.0, mean + half)


def of_groups(predictions: pd.DataFrame, groups: Mapping[int, int]) -> dict[str, NDArray[Any]]:
    """A predictions table in which a group stands for its pictures: the mean of their probabilities in each cell, and the
    class that is likeliest by it. Pictures of one group that are of several classes are a group for each of these.

    Args:
        predictions: image, noise, severity, truth, probabilities.
        groups: of each picture.

    Returns:
        image (groups counted from 0), noise, severity, truth, prediction, confidence, probabilities.
    """
    group = np.array([groups[number] for number in predictions["image"].tolist()])
    truth = predictions["truth"].to_numpy(np.int64)
    found, place = np.unique(np.stack([group, truth], axis=1), axis=0, return_inverse=True)
    noise, noises = pd.factorize(predictions["noise"])
    severity = predictions["severity"].to_numpy(np.int64)
    cells, cell = np.unique(np.stack([noise, severity], axis=1), axis=0, return_inverse=True)
    rows, row = np.unique(cell.reshape(-1) * len(found) + place.reshape(-1), return_inverse=True)
    probabilities = np.stack(predictions["probabilities"].tolist()).astype(np.float64)
    sums = np.zeros((len(rows), probabilities.shape[1]))
    np.add.at(sums, row, probabilities)
    mean = sums / np.bincount(row)[:, None]
    of_cell, of_group = cells[rows // len(found)], rows % len(found)
    return {
        "image": of_group,
        "noise": np.asarray(noises)[of_cell[:, 0]],
        "severity": of_cell[:, 1],
        "truth": found[of_group, 1],
        "prediction": mean.argmax(axis=1),
        "confidence": mean.max(axis=1),
        "probabilities": mean,
    }
