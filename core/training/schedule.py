"""The learning rate as a pure function of the step."""

import math

WARM_UP = 0.25
"""Share of the steps in which the rate rises."""
FIRST = 0.04
"""The rate of the first step, as a share of the highest."""


def rate_at(step: int, steps: int, highest: float) -> float:
    """One cycle (Smith and Topin 2017, arXiv:1708.07120): a cosine up, then a cosine down to near zero.

    Args:
        step: 0..steps - 1.
        highest: the rate at the top.
    """
    done = (step + 0.5) / steps
    if done < WARM_UP:
        return highest * (FIRST + (1 - FIRST) * (1 - math.cos(math.pi * done / WARM_UP)) / 2)
    return highest * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2
