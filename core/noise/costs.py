"""What a noise costs, for telling how long work will take: measured once, on one core of a plain machine."""

import json
from functools import cache
from pathlib import Path

_SIDES = (64, 224)
"""px, of the pictures that were measured."""


@cache
def _measured() -> dict[str, list[float]]:
    """Milliseconds a picture at severity 3, by noise, at each of `_SIDES`; benchmarks/noise.py writes them."""
    costs: dict[str, list[float]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return costs


def noise_ms(noise: str, size: int) -> float:
    """Milliseconds of one core for a picture of `size` px; for a noise that was never measured, of a usual one."""
    small, large = _measured().get(noise) or [0.2, 1.0]
    if size <= _SIDES[0]:
        return small * (size / _SIDES[0]) ** 2
    if size >= _SIDES[1]:
        return large * (size / _SIDES[1]) ** 2
    # Between them by the number of pixels.
    share = (size**2 - _SIDES[0] ** 2) / (_SIDES[1] ** 2 - _SIDES[0] ** 2)
    return small + share * (large - small)
