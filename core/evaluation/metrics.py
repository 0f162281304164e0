"""Measures on a predictions table: table in, table out. No torch."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.noise.catalogue import CLEAN, Cell
from core.statistics import enough_for, wilson

CELL_COLUMNS = ["noise", "severity", "images", "right", "accuracy", "low", "high"]


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
    return _with_intervals(in_order(cells))[CELL_COLUMNS]


def in_order(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows with a noise and a severity: clean first, then the noises as they come, each by severity."""
    order = {noise: place for place, noise in enumerate(dict.fromkeys([CLEAN, *cells["noise"]]))}
    return cells.sort_values(
        ["noise", "severity"], key=lambda column: column.map(order) if column.name == "noise" else column
    )


def counted_cells(
    places: Sequence[Cell], images: NDArray[np.integer], right: NDArray[np.integer]
) -> pd.DataFrame:
    """The table of `accuracy_cells`, from how many pictures each of `places` has and how many of them are right."""
    table = pd.DataFrame(
        {
            "noise": [noise for noise, _ in places],
            "severity": [severity for _, severity in places],
            "images": images,
            "right": right,
        }
    )
    return _with_intervals(table)[CELL_COLUMNS]


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
