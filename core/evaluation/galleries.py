"""Pictures of an evaluation by what noise did to their prediction: queries on the predictions table. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.predictions import decode_map
from core.explanation.contour import TOP_SHARE
from core.explanation.overlay import counted_area
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
_SIDE = 128
"""px of the picture that areas are compared on: on a larger one they coincide as much, to a hundredth or two."""
FEWEST = 20
"""Fewer pictures than this say too little of what is usual."""
_CHANCE = 300
"""Pictures whose maps say how alike those of unrelated pictures are."""


@dataclass(frozen=True)
class Pairs:
    """Each picture clean and under one noise and severity; what is counted and sorted of them is so once."""

    table: pd.DataFrame
    """A row a picture: image, truth, clean_prediction, clean_confidence, prediction, confidence, group (a category of
    GROUPS, at severity 0 of CLEAN_GROUPS); where the predictions have maps: clean_map, map."""

    @classmethod
    def of(cls, predictions: pd.DataFrame, noise: str, severity: int) -> "Pairs":
        """Those of a predictions table; empty when the cell was not evaluated.

        Args:
            predictions: with the column "map" the maps come along.
            severity: 0 for the clean picture beside itself, whatever the noise.
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
        return cls(table.assign(group=pd.Categorical(group, GROUPS if severity > 0 else CLEAN_GROUPS)))

    @cached_property
    def images(self) -> frozenset[int]:
        """The numbers of the pictures."""
        return frozenset(self.table["image"].tolist())

    def row(self, image: int) -> "pd.Series[Any]":
        """The row of one of `images`."""
        return self.table.iloc[int(np.flatnonzero(self.table["image"].to_numpy() == image)[0])]

    @cached_property
    def _places(self) -> dict[str, NDArray[np.intp]]:
        """The rows of each group, in the order of `members`."""
        codes = self.table["group"].cat.codes.to_numpy()
        order = np.lexsort((self.table["image"].to_numpy(), -self.table["confidence"].to_numpy()))
        names = self.table["group"].cat.categories
        return {name: order[codes[order] == number] for number, name in enumerate(names)}

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many pictures are in each group, in the order of GROUPS or CLEAN_GROUPS."""
        return {group: len(rows) for group, rows in self._places.items()}

    def members(self, group: str, first: int = 0, most: int | None = None) -> pd.DataFrame:
        """The rows of `table` of one group, those with the most confident answer under noise first.

        Args:
            first, most: give no more than `most` of them, from this one on.
        """
        end = None if most is None else first + most
        return self.table.iloc[self._places[group][first:end]]

    def alike_when_clean(self, group: str) -> int:
        """How many pictures were as right, or as wrong, as the group's before noise: what it is a part of.

        Of a group of CLEAN_GROUPS: all.
        """
        if group in CLEAN_GROUPS:
            return len(self.table)
        right = ("became_wrong", "stayed_right")
        wanted = right if group in right else ("stayed_wrong", "became_right")
        return sum(self.counts[one] for one in wanted)

    @property
    def first_group(self) -> str:
        """The first group that has a picture; of none the first."""
        return next((group for group, number in self.counts.items() if number), next(iter(self.counts)))

    @property
    def first_to_show(self) -> int | None:
        """The picture that tells most: the most confident of the first group that is not empty; None for no picture."""
        found = self.members(self.first_group, 0, 1)
        return int(found["image"].iloc[0]) if len(found) else None

    def chance_overlap(self, shape: tuple[int, int], first: int = _CHANCE) -> float | None:
        """`chance_overlap` of the maps of the first so many pictures, each of `shape`."""
        clean, noisy = (
            [decode_map(data, shape) for data in self.table[name].head(first)]
            for name in ("clean_map", "map")
        )
        return chance_overlap(clean, noisy)


def something_counts(attribution: NDArray[np.floating]) -> bool:
    """Whether any place of a signed map h,w speaks for the class: else there is no line around what counted most."""
    return bool((attribution > 0).any())


def overlap(a: NDArray[np.floating], b: NDArray[np.floating], side: int = _SIDE) -> float | None:
    """How far the areas that counted most in two signed maps h,w coincide, those that the white lines are around: intersection
    over union, 0..1.

    None where one of the maps has no positive place: there is no area to compare.

    Args:
        side: of the picture that they are enlarged to, px.
    """
    if not (something_counts(a) and something_counts(b)):
        return None
    side = max(side, *a.shape)
    first, second = (counted_area(one, side, side) > 0 for one in (a, b))
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
    """The mean overlap, 0..1, of pictures that have nothing to do with each other: map i clean, map i + 1 noisy.

    Maps share a bias to the centre, so this level is well above zero; an overlap means something only
    beside it. None for fewer than FEWEST pictures.

    Args:
        clean, noisy: maps h,w of the same pictures in the same order.
        limit: the first so many pictures are used.
    """
    first, second = list(clean)[:limit], list(noisy)[:limit]
    # The mean of many needs each less exactly.
    values = [overlap(a, b, _SIDE // 2) for a, b in zip(first, second[1:] + second[:1], strict=True)]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(first) >= FEWEST and known else None
