"""What the stored maps of a test come to: how far noise moves them, how much of a picture counts, and whether the peak lies in
what was changed. From the rows alone, no torch.

Maps are compared on their own grid, signed, for one class: that which the clean picture was read as, or the true one. Beside
each stands what unrelated pictures give, as maps share a bias to the middle (Sarkar et al. 2025, arXiv 2508.18154, for drift
split by the answer kept or changed; Ghorbani et al. 2019, arXiv 1710.10547, for rank correlation and top-k intersection).
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from core.data.dataset import DataSet
from core.evaluation.clusters import mean_of, numbered
from core.evaluation.galleries import overlap
from core.evaluation.joined import JoinedEvaluation, read_joined
from core.evaluation.predictions import decode_map, map_of_truth
from core.evaluation.stored_answers import groups_of
from core.noise.catalogue import CLEAN, Cell

MOST = 300
"""Pictures of a cell whose maps are compared: their mean is as sure as anybody can see."""
_COMPARED_SIDE = 64
"""px of the picture that areas are compared on; a mean of many needs each less exactly."""

Maps = NDArray[np.float32]
"""N,h,w, signed."""


class Drift(NamedTuple):
    """How far a noise moves the map of one class."""

    spearman: float
    """Mean rank correlation of clean and noisy map, -1..1."""
    spearman_chance: float
    """The same of unrelated pictures: map i clean, map i + 1 noisy."""
    overlap: float
    """Mean intersection over union of the fifths that counted most, 0..1."""
    chance: float
    """Of unrelated pictures."""
    n: int
    """Pairs, a picture once a severity."""
    kept: float
    """Mean rank correlation where the answer stayed the same; NaN where it never did."""
    changed: float
    """And where noise changed it."""
    low: float
    high: float
    """Student's 95 % interval of `spearman` over pictures, each the mean over its severities, those of one group together."""


NEAR = 0.05
"""Up to which a number is as that of unrelated pictures."""


def how_far(drift: Drift) -> Literal["unrelated", "partly", "little"] | None:
    """What rank correlations say in a word: maps no more alike than those of unrelated pictures, to NEAR; nearer to the same
    than to unrelated ones; or between. None where nothing can be compared."""
    if np.isnan(drift.spearman) or np.isnan(drift.spearman_chance):
        return None
    found = beside_chance(drift.spearman, drift.spearman_chance)
    if found == "partly":
        return "partly"
    return "little" if found == "much" else "unrelated"


def beside_chance(value: float, chance: float) -> Literal["less", "as", "partly", "much"]:
    """What a likeness up to 1 (the same) says beside that of unrelated pictures: less than, or as, these (to NEAR); nearer to
    the same than to them ("much"); or between."""
    if value <= chance + NEAR:
        return "less" if value < chance - NEAR else "as"
    return "much" if value >= (1 + chance) / 2 else "partly"


class Area(NamedTuple):
    """The effective share of the places, exp(entropy) / places of the positive part: 1 where all count alike."""

    mean: float
    low: float
    high: float
    n: int


class InMask(NamedTuple):
    """How often the strongest place of a map lies in what is known to have been changed (the pointing game, arXiv 1608.00507)."""

    share: float
    chance: float
    """Mean share of the picture that was changed."""
    n: int


def rank_correlations(a: Maps, b: Maps) -> NDArray[np.float64]:
    """N: Spearman's of each pair of maps; NaN where one of them is flat."""
    ranks = [rankdata(one.reshape(len(one), -1), axis=1) for one in (a, b)]
    first, second = (one - one.mean(axis=1, keepdims=True) for one in ranks)
    below = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((first * second).sum(axis=1) / below)


def effective_areas(maps: Maps) -> NDArray[np.float64]:
    """N, 1 / places..1; NaN where nothing is positive."""
    positive = np.maximum(maps.reshape(len(maps), -1).astype(np.float64), 0)
    total = positive.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = positive / total
        entropy = -np.where(share > 0, share * np.log(np.where(share > 0, share, 1)), 0).sum(axis=1)
    return np.asarray(np.where(total[:, 0] > 0, np.exp(entropy) / positive.shape[1], np.nan))


def _overlaps(a: Maps, b: Maps) -> list[float]:
    found = (overlap(one, other, _COMPARED_SIDE) for one, other in zip(a, b, strict=True))
    return [one for one in found if one is not None]


def _mean(values: Sequence[float] | NDArray[np.float64]) -> float:
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else float("nan")


def maps_of(rows: pd.DataFrame, column: str, shape: tuple[int, int]) -> Maps:
    """Those of a predictions table, in its order."""
    return np.stack([decode_map(one, shape) for one in rows[column]])


def drift_of(
    evaluation: JoinedEvaluation, cells: Sequence[Cell], of: Literal["clean", "truth"] = "clean"
) -> Drift:
    """Over several severities of a noise; the first MOST pictures of each.

    Args:
        of: the class whose maps are compared: that which the clean picture was read as, or the true one. Older tests keep the
            latter's only where a picture was given that class, clean or with noise: pairs that lack one are left out.
    """
    columns = ["image", "noise", "severity", "prediction", "map", "map_reference"]
    if of == "truth":
        columns += ["truth", "map_true"]
    rows = read_joined(evaluation, columns, {(CLEAN, 0), *cells})
    clean = rows[rows["noise"] == CLEAN].set_index("image").sort_index().iloc[:MOST]
    before, known = _of_one_class(clean, clean, evaluation.map_shape, of)
    same, other, areas, chance, kept, n = [], [], [], [], [], 0
    for noise, severity in cells:
        noisy = rows[(rows["noise"] == noise) & (rows["severity"] == severity)].set_index("image")
        noisy = noisy.loc[clean.index]
        after, there = _of_one_class(noisy, clean, evaluation.map_shape, of)
        n += int((known & there).sum())
        aside = np.roll(after, -1, axis=0)
        same.append(rank_correlations(before, after))
        other.append(rank_correlations(before, aside))
        areas += _overlaps(before, after)
        chance += _overlaps(before, aside)
        kept.append((noisy["prediction"] == clean["prediction"]).to_numpy())
    correlations, stayed = np.concatenate(same), np.concatenate(kept)
    low, high = _ends(evaluation, clean.index, _of_pictures(np.stack(same)))
    return Drift(
        spearman=_mean(correlations),
        spearman_chance=_mean(np.concatenate(other)),
        overlap=_mean(areas),
        chance=_mean(chance),
        n=n,
        kept=_mean(correlations[stayed]),
        changed=_mean(correlations[~stayed]),
        low=low,
        high=high,
    )


def _of_one_class(
    rows: pd.DataFrame, clean: pd.DataFrame, shape: tuple[int, int], of: Literal["clean", "truth"]
) -> tuple[Maps, NDArray[np.bool_]]:
    """The maps of a cell's pictures, each for one class (see `drift_of`), and which of them are kept; of others all is 0, which
    nothing is compared with.

    Args:
        clean: the clean rows of the same pictures, in the same order.
    """
    if of == "clean":
        return maps_of(rows, "map" if rows is clean else "map_reference", shape), np.ones(len(rows), bool)
    found = [
        map_of_truth({str(name): value for name, value in row.items()}, int(prediction), shape)
        for row, prediction in zip(rows.to_dict("records"), clean["prediction"], strict=True)
    ]
    there = np.array([one is not None for one in found], bool)
    none = np.zeros(shape, np.float32)
    return np.stack([none if one is None else one for one in found]), there


def _of_pictures(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cells x N values to a mean a picture, NaN of one that has none: severities of one picture are not independent."""
    there = ~np.isnan(values)
    many = there.sum(axis=0)
    return np.where(many > 0, np.where(there, values, 0).sum(axis=0) / np.maximum(many, 1), np.nan)


def _ends(
    evaluation: JoinedEvaluation, images: "pd.Index[int] | pd.Series[int]", values: NDArray[np.float64]
) -> tuple[float, float]:
    """95 % interval of a mean over pictures, those of one group together; NaN where none has a value.

    Args:
        images: their numbers.
        values: -1..1; NaN is left out.
    """
    known = ~np.isnan(values)
    groups = groups_of(evaluation.parts[0].folder)
    numbers = np.asarray(images)[known].tolist()
    among = None if groups is None else numbered(np.array([groups[number] for number in numbers], np.int64))
    return mean_of(values[known], among)[1:]


def _clean_rows(evaluation: JoinedEvaluation, column: str) -> pd.DataFrame:
    return read_joined(
        evaluation, ["image", "truth", "prediction", "noise", "severity", column], {(CLEAN, 0)}
    )


def area_of(evaluation: JoinedEvaluation) -> Area:
    """Of the clean pictures, with Student's 95 % interval of the mean over pictures."""
    rows = _clean_rows(evaluation, "map")
    found = effective_areas(maps_of(rows, "map", evaluation.map_shape))
    known = found[~np.isnan(found)]
    low, high = _ends(evaluation, rows["image"], found)
    return Area(_mean(known), float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1)), len(known))


def in_mask_of(evaluation: JoinedEvaluation, data_set: DataSet) -> InMask | None:
    """Of the clean pictures that something was changed in and that were read right; None where no masks are known, or none
    is left."""
    masks = data_set.masks
    if masks is None:
        return None
    rows = _clean_rows(evaluation, "map")
    rows = rows[rows["truth"] == rows["prediction"]]
    hits, shares = [], []
    for number, row in zip(rows["image"], rows["map"], strict=True):
        mask = np.asarray(masks[int(number)])
        attribution = decode_map(row, evaluation.map_shape)
        if not mask.any() or not (attribution > 0).any():
            continue
        shown = cv2.resize(attribution, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
        peak = np.unravel_index(int(shown.argmax()), shown.shape)
        hits.append(bool(mask[peak]))
        shares.append(float((mask > 0).mean()))
    return InMask(_mean(hits), _mean(shares), len(hits)) if hits else None
