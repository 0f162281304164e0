"""What a learning-rate range test finds, and the rate that it suggests. Imports no torch."""

from dataclasses import dataclass, field

import numpy as np

from core.records import Record

STEPS = 100
"""Of the test, each with a rate of its own."""
SKIPPED = 10
"""Points at the beginning that tell more of the first batches than of the rate."""
BESIDE = 5
"""Points on each side of one, with which its slope is told: a straight line through them all."""
FEWEST = 2 * BESIDE
"""Points from which a fall can be told, besides those that are skipped."""
LEAST_FALL = 0.02
"""Share of its first value by which the loss must have fallen for its steepest place to mean anything."""
BELOW = 10
"""Where it does not fall, the rate is so many times lower than the one at which the loss ran away."""


@dataclass(frozen=True)
class RateCurve(Record):
    """What a range test found."""

    rates: list[float] = field(default_factory=list)
    """Ascending, evenly apart in their logarithm."""
    losses: list[float] = field(default_factory=list)
    """Smoothed, at each of the rates."""
    suggested: float | None = None
    """The rate to take; None where the curve tells none."""
    diverged: float | None = None
    """The rate at which the loss ran away; None where it did not."""


def suggested_rate(rates: list[float], losses: list[float], diverged: float | None) -> float | None:
    """The rate at which the loss falls fastest as the logarithm of the rate grows, to two digits.

    After Smith 2017 (arXiv:1506.01186); the first points and the single batch count little. Where it falls nowhere to speak of, a tenth of the rate at which it ran away.
    """
    found: float | None = None
    until = int(np.argmin(losses)) + 1 if losses else 0
    if until >= SKIPPED + FEWEST and losses[until - 1] < (1 - LEAST_FALL) * losses[SKIPPED]:
        logs = np.log(rates)
        slopes = []
        for place in range(SKIPPED, until):
            near = slice(max(0, place - BESIDE), place + BESIDE + 1)
            slopes.append(np.polyfit(logs[near], losses[near], 1)[0])
        found = rates[SKIPPED + int(np.argmin(slopes))]
    if found is None and diverged is not None:
        found = diverged / BELOW
    return None if found is None else float(f"{found:.2g}")
