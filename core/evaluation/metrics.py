"""Measures on a predictions table: table in, table out. No torch."""

from math import ceil
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CELL_COLUMNS = ["noise", "severity", "images", "right", "accuracy", "low", "high"]


def wilson(right: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Lower and upper end of the Wilson score interval for `right` of `n`, 0..1; (0, 1) for n = 0.

    Reference: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
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


WANTED = 0.1
"""By how much an accuracy may be off, either way (95 %), and still be spoken of: what noise costs one run more than
another is of that size, so that a wider interval hides it."""
FEWEST = enough_for(WANTED)
"""Test pictures from which on that is so."""


def accuracy_cells(predictions: pd.DataFrame) -> pd.DataFrame:
    """Accuracy under each noise and severity, with its 95 % interval.

    Args:
        predictions: a predictions table (core.evaluation.predictions).

    Returns:
        A row a cell: noise, severity, images, right, accuracy, low, high (0..1). Clean first, then the
        noises in the order of the evaluation, each by severity.
    """
    marked = predictions[["noise", "severity"]].assign(
        right=predictions["prediction"].to_numpy() == predictions["truth"].to_numpy()
    )
    cells = (
        marked.groupby(["noise", "severity"], sort=False)["right"]
        .agg(images="size", right="sum")
        .reset_index()
    )
    order = {noise: place for place, noise in enumerate(dict.fromkeys(["clean", *cells["noise"]]))}
    cells = cells.sort_values(
        ["noise", "severity"], key=lambda column: column.map(order) if column.name == "noise" else column
    )
    return _with_intervals(cells)[CELL_COLUMNS]


def pooled(cells: pd.DataFrame) -> pd.DataFrame:
    """Each noise over all its severities: noise, images, right, accuracy, low, high; order kept.

    `images` and `right` count a picture once a severity. The interval counts each picture once, as what it
    shows at one severity says much of what it shows at the next.
    """
    groups = cells.groupby("noise", sort=False)
    sums = groups[["images", "right"]].sum().reset_index()
    return _with_intervals(sums, groups.size().to_numpy())[[n for n in CELL_COLUMNS if n != "severity"]]


def _with_intervals(counts: pd.DataFrame, times: NDArray[np.integer] | int = 1) -> pd.DataFrame:
    """Args: times: how often each picture is among the images."""
    ends = [
        wilson(float(right), float(n))
        for right, n in zip(counts["right"] / times, counts["images"] / times, strict=True)
    ]
    return counts.assign(
        images=counts["images"].astype(int),
        right=counts["right"].astype(int),
        severity=counts["severity"].astype(int) if "severity" in counts else 0,
        accuracy=counts["right"] / counts["images"],
        low=[low for low, _ in ends],
        high=[high for _, high in ends],
    ).reset_index(drop=True)
