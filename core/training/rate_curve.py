"""What a learning-rate range test finds, and the rate that it suggests. Imports no torch."""

from dataclasses import dataclass, field

import numpy as np

from core.records import Record

STEPS = 100
"""Of the test, each with a rate of its own."""
FEWEST = 8
"""Points from which a fall can be told."""
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

    Where it falls nowhere to speak of, a tenth of the rate at which it ran away.
    """
    found: float | None = None
    if len(rates) >= FEWEST:
        until = int(np.argmin(losses)) + 1
        if until > 2 and losses[until - 1] < (1 - LEAST_FALL) * losses[0]:
            slope = np.gradient(np.array(losses[:until]), np.log(rates[:until]))
            found = rates[int(np.argmin(slope))]
    if found is None and diverged is not None:
        found = diverged / BELOW
    return None if found is None else float(f"{found:.2g}")
