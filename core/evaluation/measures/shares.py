"""What measures that are a share of pictures have in common; it registers none."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from core.measure import UNKNOWN, Value


def pooled_share(values: Sequence[Value]) -> Value:
    """A share at several severities of the same pictures, with Wilson's interval.

    All answers count; how sure that is follows from the pictures, each of which gave one a severity: the interval is of as
    many independent ones as those at the single severities, on average.
    """
    known = [one for one in values if one.n and not np.isnan(one.value)]
    n = sum(one.n for one in known)
    if not n:
        return Value(np.nan, 0.0, 1.0, 0) if all(one.low == 0 for one in values) else UNKNOWN
    share = sum(one.value * one.n for one in known) / n
    # Of parts that add up to a whole number; 0.1 + 0.2 is not quite 0.3.
    share = round(share * n) / n if abs(share * n - round(share * n)) < 1e-6 else share
    u = sum(map(_scarcity, known)) / len(known)
    half = sqrt(share * (1 - share) * u + u * u / 4)
    low, high = (share + u / 2 - half) / (1 + u), (share + u / 2 + half) / (1 + u)
    return Value(share, 0.0 if share == 0 else low, 1.0 if share == 1 else high, n)


def _scarcity(one: Value) -> float:
    """The square of the quantile over n of which `one` has Wilson's interval.

    Half its width h follows from the share p and u = z² / n as h² (1 + u)² = p (1 - p) u + u² / 4.
    """
    if one.value in (0.0, 1.0):  # h = u / 2 / (1 + u)
        width = one.high - one.low
        return width / (1 - width) if width < 1 else 1e9
    h = (one.high - one.low) / 2
    a, b, c = h * h - 0.25, 2 * h * h - one.value * (1 - one.value), h * h
    if a > -1e-12:  # the interval is all that a share can be
        return 1e9
    return float((-b - sqrt(max(0.0, b * b - 4 * a * c))) / (2 * a))
