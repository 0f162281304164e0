"""Which pictures of a gallery, in what order, and what they have in common. No torch."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.galleries import Pairs
from core.evaluation.joined import JoinedEvaluation, read_joined
from core.evaluation.map_numbers import maps_of, rank_correlations
from core.evaluation.predictions import decode_map
from core.noise.catalogue import CLEAN
from core.pixels import Image

ORDERS = ("surest", "least_sure", "moved", "stayed")
"""The most confident answers first, the least confident ones, those whose map noise moved most, and least."""
MEAN_OF = 200
"""Pictures that a mean is made of at most: nobody sees what more would change."""


def map_moves(evaluation: JoinedEvaluation, noise: str, severity: int) -> dict[int, float]:
    """Of each picture Spearman's rank correlation of its clean and its noisy map, both for the class read clean: -1..1.

    A picture one of whose maps is flat is left out.
    """
    columns = ["image", "noise", "severity", "map", "map_reference"]
    rows = read_joined(evaluation, columns, {(CLEAN, 0), (noise, severity)})
    clean = rows[rows["noise"] == CLEAN].set_index("image").sort_index()
    noisy = rows[(rows["noise"] == noise) & (rows["severity"] == severity)].set_index("image")
    noisy = noisy.loc[noisy.index.intersection(clean.index)].sort_index()
    if not len(noisy):
        return {}
    shape = evaluation.map_shape
    before, after = (
        maps_of(clean.loc[noisy.index], "map", shape),
        maps_of(noisy, "map_reference", shape),
    )
    found = rank_correlations(before, after)
    return {
        int(image): float(value) for image, value in zip(noisy.index, found, strict=True) if value == value
    }


def chosen_members(
    pairs: Pairs,
    group: str,
    truth: int | None = None,
    order: str = "surest",
    moves: Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """The rows of `pairs.table` of one group that are looked at, in the order that is asked for.

    Args:
        truth: those of this class alone; None: of every class.
        order: of ORDERS.
        moves: `map_moves`, for the orders that go by it; pictures that are not in it come last.
    """
    rows = pairs.members(group)
    if truth is not None:
        rows = rows[rows["truth"] == truth]
    if order == "surest":
        return rows
    if order == "least_sure":
        return rows.iloc[::-1]
    known = moves or {}
    sign = 1.0 if order == "moved" else -1.0
    keys = np.array([sign * known.get(int(image), np.inf * sign) for image in rows["image"]])
    return rows.iloc[np.argsort(keys, kind="stable")]


def mean_map(maps: pd.Series, shape: tuple[int, int]) -> NDArray[np.float32] | None:
    """Which places count on average: h,w, summing to 1; each map's positive part as shares of its own sum.

    So a picture whose map is strong has no more say than one whose map is weak. None where nothing is positive in any.

    Args:
        maps: as they are stored; the first MEAN_OF are used.
    """
    positive = [np.maximum(decode_map(one, shape), 0) for one in maps.iloc[:MEAN_OF]]
    shares = [one / one.sum() for one in positive if one.sum() > 0]
    return np.mean(shares, axis=0, dtype=np.float32) if shares else None


def mean_picture(data_set: DataSet, images: NDArray[np.int64]) -> Image:
    """RGB uint8 H,W,3: the mean of the first MEAN_OF of some clean pictures, at least one."""
    taken = data_set.images[np.sort(images[:MEAN_OF])]
    return np.rint(taken.mean(axis=0, dtype=np.float64)).astype(np.uint8)
