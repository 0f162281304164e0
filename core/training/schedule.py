"""The learning rate as a pure function of the step."""

import math
from collections.abc import Callable

from core.runs.recipe import Schedule

WARM_UP = 0.25
"""Share of the steps in which the rate of one cycle rises."""
FIRST = 0.04
"""The rate of the first step of one cycle, as a share of the highest."""
SHORT_WARM_UP = 0.05
"""The same share for `cosine`."""


def one_cycle(step: int, steps: int, highest: float) -> float:
    """One cycle (Smith and Topin 2017, arXiv:1708.07120): a cosine up, then a cosine down to near zero.

    Args:
        step: 0..steps - 1.
        highest: the rate at the top.
    """
    done = (step + 0.5) / steps
    if done < WARM_UP:
        return highest * (FIRST + (1 - FIRST) * (1 - math.cos(math.pi * done / WARM_UP)) / 2)
    return highest * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


def cosine(step: int, steps: int, highest: float) -> float:
    """A short rise in a straight line, then a cosine down to near zero (Loshchilov and Hutter 2017, arXiv:1608.03983)."""
    done = (step + 0.5) / steps
    if done < SHORT_WARM_UP:
        return highest * done / SHORT_WARM_UP
    return highest * (1 + math.cos(math.pi * (done - SHORT_WARM_UP) / (1 - SHORT_WARM_UP))) / 2


def constant(step: int, steps: int, highest: float) -> float:
    """The highest all along."""
    return highest


SCHEDULES: dict[Schedule, Callable[[int, int, float], float]] = {
    "one_cycle": one_cycle,
    "cosine": cosine,
    "constant": constant,
}
