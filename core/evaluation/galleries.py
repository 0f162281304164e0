"""Pictures of an evaluation by what noise did to their prediction: queries on the predictions table. No torch."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.predictions import CLEAN

GROUPS = ("became_wrong", "stayed_wrong", "became_right", "stayed_right")
"""Right or wrong on the clean picture, then with noise; what noise does and a model fails at first."""
TOP_SHARE = 0.2
"""The part of a map that counts as "the area that counted most" (Ghorbani et al. 2019, arXiv:1710.10547)."""

SAME_PLACES = 0.5
"""Intersection over union from which two areas count as the same place, as object detection has it."""
BLIND = TOP_SHARE / (2 - TOP_SHARE)
"""Intersection over union of two such areas thrown on a picture blindly; up to it they lie elsewhere."""
FEWEST = 20
"""Fewer pictures than this say too little of what is usual."""


def pairs(predictions: pd.DataFrame, noise: str, severity: int) -> pd.DataFrame:
    """Each picture clean and under one noise and severity, a row a picture.

    Args:
        predictions: a predictions table; with the column "map" the maps come along.

    Returns:
        image, truth, clean_prediction, clean_confidence, prediction, confidence, group (one of GROUPS);
        where the table has maps: clean_map, map. Empty when the cell was not evaluated.
    """
    clean = predictions[predictions["noise"] == CLEAN]
    noisy = predictions[(predictions["noise"] == noise) & (predictions["severity"] == severity)]
    with_maps = "map" in predictions
    clean_columns = ["image", "prediction", "confidence"] + (["map"] if with_maps else [])
    noisy_columns = ["image", "truth", "prediction", "confidence"]
    noisy_columns += ["map"] if with_maps else []
    renamed = clean[clean_columns].rename(
        columns={"prediction": "clean_prediction", "confidence": "clean_confidence", "map": "clean_map"}
    )
    table = noisy[noisy_columns].merge(renamed, on="image", how="inner")
    was_right = (table["clean_prediction"] == table["truth"]).to_numpy()
    is_right = (table["prediction"] == table["truth"]).to_numpy()
    group = np.select(
        [was_right & ~is_right, ~was_right & ~is_right, ~was_right & is_right], GROUPS[:3], GROUPS[3]
    )
    return table.assign(group=group)


def counts(table: pd.DataFrame) -> dict[str, int]:
    """How many pictures of `pairs` are in each group, in the order of GROUPS."""
    return {group: int((table["group"] == group).sum()) for group in GROUPS}


def members(table: pd.DataFrame, group: str) -> pd.DataFrame:
    """The pictures of one group, those with the most confident answer under noise first."""
    return table[table["group"] == group].sort_values(["confidence", "image"], ascending=[False, True])


def alike_when_clean(table: pd.DataFrame, group: str) -> int:
    """How many pictures of `pairs` were as right, or as wrong, as the group's before noise: what it is a part of."""
    number = counts(table)
    right = ("became_wrong", "stayed_right")
    wanted = right if group in right else ("stayed_wrong", "became_right")
    return sum(number[one] for one in wanted)


def first_group(table: pd.DataFrame) -> str:
    """The first of GROUPS that has a picture; of none the first."""
    number = counts(table)
    return next((group for group in GROUPS if number[group]), GROUPS[0])


def first_to_show(table: pd.DataFrame) -> int | None:
    """The picture that tells most: the most confident of the first group that is not empty; None for no picture."""
    found = members(table, first_group(table))
    return int(found["image"].iloc[0]) if len(found) else None


def top_area(attribution: NDArray[np.floating], share: float = TOP_SHARE) -> NDArray[np.bool_] | None:
    """Where a signed map h,w is among its highest `share` and positive; None where nothing is positive.

    A cell that speaks against the class never counts, so the area may be smaller than `share`.
    """
    flat = np.asarray(attribution, dtype=np.float64).ravel()
    if not (flat > 0).any():
        return None
    number = max(1, round(share * flat.size))
    area = np.zeros(flat.size, dtype=bool)
    area[np.argsort(-flat, kind="stable")[:number]] = True
    return (area & (flat > 0)).reshape(attribution.shape)


def overlap(a: NDArray[np.floating], b: NDArray[np.floating], share: float = TOP_SHARE) -> float | None:
    """How far the areas that counted most in two maps coincide: intersection over union, 0..1.

    None where one of the maps has no positive place: there is no area to compare.
    """
    first, second = top_area(a, share), top_area(b, share)
    if first is None or second is None:
        return None
    return float((first & second).sum() / (first | second).sum())


def places(same: float) -> Literal["same", "partly", "elsewhere"]:
    """What an overlap, 0..1, says to the eye: where the answer's reasons lie with noise.

    "elsewhere": no more than by blind chance (BLIND); "same": the areas coincide by half or more (SAME_PLACES).
    How alike unrelated pictures are (`chance_overlap`) has no say here: where every subject is in the middle
    they are very much so, and two maps that anybody sees to overlap would lie "elsewhere".
    """
    if same <= BLIND:
        return "elsewhere"
    return "same" if same >= SAME_PLACES else "partly"


def chance_overlap(
    clean: Sequence[NDArray[np.floating]], noisy: Sequence[NDArray[np.floating]], limit: int = 500
) -> float | None:
    """The mean overlap of pictures that have nothing to do with each other: map i clean, map i + 1 noisy.

    Maps share a bias to the centre, so this level is well above zero; an overlap means something only
    beside it. None for fewer than FEWEST pictures.

    Args:
        clean, noisy: maps of the same pictures in the same order.
        limit: the first so many pictures are used.
    """
    first, second = list(clean)[:limit], list(noisy)[:limit]
    values = [overlap(a, b) for a, b in zip(first, second[1:] + second[:1], strict=True)]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(first) >= FEWEST and known else None
