"""Intervals of shares, and what guessing gives. Imports nothing heavy: every room may ask it."""

from collections.abc import Iterable
from math import ceil
from statistics import NormalDist


def wilson(
    right: float, n: float, confidence: float = 0.95, quantile: float | None = None
) -> tuple[float, float]:
    """Lower and upper end of the Wilson score interval for `right` of `n`, 0..1; (0, 1) for n = 0.

    As scipy.stats.binomtest has it, which counts whole pictures only and whose import takes longer than all else that
    opens Results: several severities of one picture, or several frames of one video, make a part of one.

    Args:
        quantile: in the place of the normal distribution's, as Student's where `n` is itself only estimated.

    Reference: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2) if quantile is None else quantile
    share = right / n
    centre = share + z * z / (2 * n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    whole = 1 + z * z / n
    # At the ends the formula gives 0 and 1 up to rounding.
    low = 0.0 if right == 0 else (centre - half) / whole
    high = 1.0 if right == n else (centre + half) / whole
    return low, high


def widest(n: int) -> float:
    """Half of the 95 % interval for `n` pictures where it is widest, at half of them right; 0..1."""
    low, high = wilson(n / 2, n)
    return (high - low) / 2


def enough_for(half: float) -> int:
    """How many pictures bring `widest` down to `half`, 0..0.5."""
    z = NormalDist().inv_cdf(0.975)
    # Wilson's interval at half right is z / (2 (n + z²)^½) to each side.
    return max(0, ceil(z * z * (1 / (4 * half * half) - 1)))


def guessing_share(counts: Iterable[float]) -> float:
    """The accuracy of guessing, 0..1: of always giving the commonest class.

    Args:
        counts: pictures of each class, at least one.
    """
    among = list(counts)
    return float(max(among) / sum(among))
