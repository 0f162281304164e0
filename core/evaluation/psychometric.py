"""How strong a noise may be until a run's accuracy falls under a limit: a psychometric function. No torch.

Accuracy at severity s is taken to be guess + (top - guess) / (1 + exp((s - middle) / width)) with clean as severity 0: the
logistic curve of psychophysics (Wichmann and Hill 2001), turned to fall. top, middle and width are those under which the
answers are likeliest; how sure they are follows from how much the pictures, or their groups, pull at them each for itself
(the sandwich of Liang and Zeger 1986), and for the severity by the delta method.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.clusters import numbered, quantile

Floats = NDArray[np.float64]
STRONGEST = 5.0
"""Severities are known up to here; what lies beyond is not told."""
_STEP = 1e-5


@dataclass(frozen=True)
class Falls:
    """Where accuracy falls under `limit`."""

    limit: float
    severity: float | None
    """0..5; None: it does not, up to the strongest severity that was tested."""
    low: float | None
    high: float | None
    """Of a 95 % interval; None: beyond the strongest severity."""


def falls_under(
    right: NDArray[np.bool_],
    severities: NDArray[Any],
    limit: float,
    guess: float,
    groups: NDArray[np.int64] | None = None,
) -> Falls | None:
    """The severity at which accuracy is `limit`; None where that cannot be told: fewer than three severities with clean.

    Args:
        right: S,N: whether each picture was right at each severity.
        severities: S, clean as 0.
        limit: an accuracy above `guess`, 0..1.
        guess: the accuracy of guessing, 0..1.
        groups: N, of each picture.
    """
    levels = np.asarray(severities, np.float64)
    n = right.shape[1]
    strongest = float(levels.max(initial=0))
    if len(levels) < 3 or not n or limit <= guess:
        return None
    shares = right.mean(axis=1)
    if shares[0] <= limit and levels[0] == 0:
        return Falls(limit, 0.0, 0.0, 0.0)
    theta = _fitted(shares, levels, n, guess)
    place = _where(theta, limit, guess)
    half = _half(theta, right, levels, limit, guess, groups)
    ends = (place - half, place + half)
    if not np.isfinite(place) or place > strongest:
        low = max(0.0, ends[0]) if np.isfinite(ends[0]) and ends[0] <= strongest else None
        return Falls(limit, None, low, None)
    high = ends[1] if ends[1] <= strongest else None
    return Falls(limit, max(0.0, place), max(0.0, ends[0]), high)


def _curve(theta: Floats, levels: Floats, guess: float) -> tuple[Floats, Floats]:
    """Accuracy by (logit of top above guess, middle, logarithm of width): S; and its slopes along these: 3,S."""
    share, width = 1 / (1 + np.exp(-np.clip(theta[0], -30, 30))), np.exp(np.clip(theta[2], -5, 5))
    steps = np.clip((levels - theta[1]) / width, -30, 30)
    falls = 1 / (1 + np.exp(steps))
    room = (1 - guess) * share
    bend = room * falls * (1 - falls)
    slopes = np.stack([(1 - guess) * share * (1 - share) * falls, bend / width, bend * steps])
    return np.clip(guess + room * falls, 1e-6, 1 - 1e-6), slopes


def _where(theta: Floats, limit: float, guess: float) -> float:
    """The severity at which the curve is `limit`; 0 where it never was above."""
    top = guess + (1 - guess) / (1 + np.exp(-theta[0]))
    if top <= limit:
        return 0.0
    return float(theta[1] + np.exp(theta[2]) * np.log((top - limit) / (limit - guess)))


_ORDINARY, _SPREAD = np.array([3.0, 3.0, 0.0]), np.array([3.0, 10.0, 2.0])
"""A touch of what is ordinary keeps a curve that never falls, or falls at once, from running to infinity."""


def _fitted(shares: Floats, levels: Floats, n: int, guess: float) -> Floats:
    """The likeliest parameters."""
    from scipy.optimize import minimize

    def unlikely(theta: Floats) -> tuple[float, Floats]:
        curve, slopes = _curve(theta, levels, guess)
        far = (theta - _ORDINARY) / _SPREAD
        told = n * (shares * np.log(curve) + (1 - shares) * np.log(1 - curve)).sum()
        pull = n * slopes @ ((shares - curve) / (curve * (1 - curve)))
        return float(0.5 * (far * far).sum() - told), far / _SPREAD - pull

    top = np.clip((shares.max() - guess) / (1 - guess), 0.05, 0.995)
    logit = float(np.log(top / (1 - top)))
    starts = [np.array([logit, middle, width]) for middle in np.arange(0.5, 8) for width in (-1.0, 0.0, 1.0)]
    start = min(starts, key=lambda one: unlikely(one)[0])
    return np.asarray(minimize(unlikely, start, jac=True, method="BFGS").x, np.float64)


def _half(
    theta: Floats,
    right: NDArray[np.bool_],
    levels: Floats,
    limit: float,
    guess: float,
    groups: NDArray[np.int64] | None,
) -> float:
    """Half of the interval of the severity; infinite where the fit says nothing."""
    curve, slope = _curve(theta, levels, guess)
    toward = np.array(
        [
            (_where(theta + step, limit, guess) - _where(theta - step, limit, guess)) / (2 * _STEP)
            for step in np.eye(3) * _STEP
        ]
    )
    weight = slope / (curve * (1 - curve))
    information = right.shape[1] * weight @ slope.T + np.diag(1 / _SPREAD**2)
    pulls = weight @ (right - curve[:, None])
    if groups is not None:
        among = numbered(groups)
        pulls = np.stack([np.bincount(among, weights=one) for one in pulls])
    clusters = pulls.shape[1]
    if clusters < 2 or not np.isfinite(toward).all():
        return float(np.inf)
    pulls = pulls - pulls.mean(axis=1, keepdims=True)
    bread = np.linalg.pinv(information)
    covariance = bread @ (clusters / (clusters - 1) * pulls @ pulls.T) @ bread
    return float(quantile(clusters - 1) * max(0.0, toward @ covariance @ toward) ** 0.5)


@dataclass(frozen=True)
class Curve:
    """A curve with its 95 % interval, S each: accuracy 0..1 at `severities`."""

    severities: Floats
    accuracy: Floats
    low: Floats
    high: Floats


_DRAWN = 20_000
"""Curves that answers choose among."""


def curve_through(
    right: NDArray[np.bool_], severities: NDArray[Any], guess: float, steps: int = 51
) -> Curve | None:
    """The curve that a few independent answers speak for, each to a picture of its own; None of fewer than three severities.

    Of so few answers the likeliest parameters say little of how far they may be off, so curves are drawn from what is ordinary
    and weighed by how likely the answers are under each (Bayes' rule): the mean of these, and 2.5 and 97.5 of 100.

    Args:
        right, severities: N, of each answer; clean is severity 0.
        guess: the accuracy of guessing, 0..1.
        steps: points of the curve, from the least to the greatest severity.
    """
    levels, at = np.unique(np.asarray(severities, np.float64), return_inverse=True)
    if len(levels) < 3:
        return None
    drawn = np.random.default_rng(0).normal(_ORDINARY[:, None], _SPREAD[:, None], (3, _DRAWN))
    share, width = 1 / (1 + np.exp(-np.clip(drawn[0], -30, 30))), np.exp(np.clip(drawn[2], -5, 5))

    def curves(places: Floats) -> Floats:
        falls = np.clip((places[:, None] - drawn[1]) / width, -30, 30)
        return np.asarray(np.clip(guess + (1 - guess) * share / (1 + np.exp(falls)), 1e-6, 1 - 1e-6))

    hits, n = np.bincount(at, weights=right)[:, None], np.bincount(at)[:, None]
    known = curves(levels)
    likely = (hits * np.log(known) + (n - hits) * np.log(1 - known)).sum(axis=0)
    weights = np.exp(likely - likely.max())
    weights /= weights.sum()
    places = np.linspace(levels[0], levels[-1], steps)
    found = curves(places)
    order = np.argsort(found, axis=1)
    heaped = np.cumsum(weights[order], axis=1)
    ends = [
        np.take_along_axis(found, np.take_along_axis(order, column[:, None], 1), 1)[:, 0]
        for column in ((heaped < 0.025).sum(axis=1), (heaped < 0.975).sum(axis=1))
    ]
    return Curve(places, found @ weights, *ends)
