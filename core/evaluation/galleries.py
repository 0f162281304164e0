"""Pictures of an evaluation by what noise did to their prediction: queries on the predictions table. No torch."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explanation.contour import TOP_SHARE
from core.noise.catalogue import CLEAN

GROUPS = ("became_wrong", "stayed_wrong", "became_right", "stayed_right")
"""Right or wrong on the clean picture, then with noise; what noise does and a model fails at first."""
CLEAN_GROUPS = ("wrong", "right")
"""Without noise there is no before and after."""

SAME_PLACES = 0.5
"""Intersection over union from which two areas count as the same place, as object detection has it."""
BLIND = TOP_SHARE / (2 - TOP_SHARE)
"""Intersection over union of two such areas thrown on a picture blindly; up to it they lie elsewhere."""
FINE = 7 * 7
"""Places of a map from which its fifth (ten of them) says where it lies; of 4 x 4 it is three, and chance moves one."""
FEWEST = 20
"""Fewer pictures than this say too little of what is usual."""


def pairs(predictions: pd.DataFrame, noise: str, severity: int) -> pd.DataFrame:
    """Each picture clean and under one noise and severity, a row a picture.

    Args:
        predictions: a predictions table; with the column "map" the maps come along.
        severity: 0 for the clean picture beside itself, whatever the noise.

    Returns:
        image, truth, clean_prediction, clean_confidence, prediction, confidence, group (a category of GROUPS,
        at severity 0 of CLEAN_GROUPS); where the table has maps: clean_map, map. Empty when the cell was not
        evaluated.
    """
    clean = predictions[predictions["noise"] == CLEAN]
    noisy = clean
    if severity > 0:
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
    if severity > 0:
        group = np.select(
            [was_right & ~is_right, ~was_right & ~is_right, ~was_right & is_right], GROUPS[:3], GROUPS[3]
        )
    else:
        group = np.where(is_right, "right", "wrong")
    return table.assign(group=pd.Categorical(group, GROUPS if severity > 0 else CLEAN_GROUPS))


def counts(table: pd.DataFrame) -> dict[str, int]:
    """How many pictures of `pairs` are in each group, in the order of GROUPS or CLEAN_GROUPS."""
    return {group: int((table["group"] == group).sum()) for group in table["group"].cat.categories}


def members(table: pd.DataFrame, group: str) -> pd.DataFrame:
    """The pictures of one group, those with the most confident answer under noise first."""
    return table[table["group"] == group].sort_values(["confidence", "image"], ascending=[False, True])


def alike_when_clean(table: pd.DataFrame, group: str) -> int:
    """How many pictures of `pairs` were as right, or as wrong, as the group's before noise: what it is a part of.

    Of a group of CLEAN_GROUPS: all.
    """
    if group in CLEAN_GROUPS:
        return len(table)
    number = counts(table)
    right = ("became_wrong", "stayed_right")
    wanted = right if group in right else ("stayed_wrong", "became_right")
    return sum(number[one] for one in wanted)


def first_group(table: pd.DataFrame) -> str:
    """The first group of `pairs` that has a picture; of none the first."""
    number = counts(table)
    return next((group for group in number if number[group]), next(iter(number)))


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


def places(same: float, shape: tuple[int, int]) -> Literal["same", "partly", "elsewhere"] | None:
    """What an overlap, 0..1, of two maps of `shape` says to the eye: where the answer's reasons lie with noise.

    "elsewhere": no more than by blind chance (BLIND); "same": the areas coincide by half or more (SAME_PLACES);
    None: such maps are too coarse (FINE) to say.
    How alike unrelated pictures are (`chance_overlap`) has no say here: where every subject is in the middle
    they are very much so, and two maps that anybody sees to overlap would lie "elsewhere".
    """
    if shape[0] * shape[1] < FINE:
        return None
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
