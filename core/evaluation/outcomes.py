"""Two runs on the same pictures: which both had right, which the second repaired, which it broke. No torch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from core.evaluation.answers import Answers
from core.evaluation.joined import JoinedEvaluation, read_joined
from core.evaluation.predictions import decode_map
from core.noise.catalogue import Cell

Outcome = Literal["repaired", "broken", "both_wrong", "both_right"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""Wrong before and right with the second run; right before and wrong with it; alike."""


class Shown(NamedTuple):
    """A picture as both runs were shown it."""

    image: int
    """Its number in the data set."""
    cell: Cell


@dataclass(frozen=True)
class Outcomes:
    """What became of each picture under each of some cells."""

    cells: tuple[Cell, ...]
    images: NDArray[np.int32]
    """N numbers, ascending."""
    of: NDArray[np.int8]
    """cells,N: the place in OUTCOMES; -1 where one of the runs was not shown the picture."""

    @property
    def counts(self) -> dict[Outcome, int]:
        """Of pictures x severities."""
        return {outcome: int((self.of == place).sum()) for place, outcome in enumerate(OUTCOMES)}

    @property
    def total(self) -> int:
        """Pictures x severities that both runs were shown."""
        return int((self.of >= 0).sum())

    def members(self, outcome: Outcome, most: int) -> list[Shown]:
        """The first so many, each picture once: under the first of the cells where it is so."""
        found: dict[int, Shown] = {}
        for cell, row in zip(self.cells, self.of == OUTCOMES.index(outcome), strict=True):
            for image in self.images[row].tolist():
                if len(found) == most:
                    return list(found.values())
                found.setdefault(image, Shown(image, cell))
        return list(found.values())


def outcomes(first: Answers, second: Answers, cells: Collection[Cell]) -> Outcomes:
    """Of the pictures that both were tested on, under those of `cells` that both were tested under, in the first's order.

    Args:
        first, second: tested on the same noisy pictures (core.evaluation.joined.pictures_key).
    """
    shared = tuple(cell for cell in first.places if cell in cells and cell in second.places)
    images, mine, theirs = np.intersect1d(first.images, second.images, return_indices=True)
    before, after = first.under(shared), second.under(shared)
    was, now = before.right[:, mine], after.right[:, theirs]
    shown = before.shown[:, mine] & after.shown[:, theirs]
    of = np.select([~was & now, was & ~now, ~was & ~now], [0, 1, 2], 3)
    return Outcomes(shared, images, np.where(shown, of, -1).astype(np.int8))


def maps_of(evaluation: JoinedEvaluation, shown: Sequence[Shown]) -> list[NDArray[np.float32] | None]:
    """What counted for the answer to each: its stored map, h,w; None where that was dropped or never made."""
    rows = read_joined(evaluation, ["image", "noise", "severity", "map"], {one.cell for one in shown})
    wanted = rows[rows["image"].isin([one.image for one in shown])]
    keys = zip(wanted["image"], wanted["noise"], wanted["severity"], strict=True)
    stored = dict(zip(((image, (noise, level)) for image, noise, level in keys), wanted["map"], strict=True))
    found = [stored.get((one.image, one.cell)) for one in shown]
    return [decode_map(one, evaluation.map_shape) if isinstance(one, bytes) else None for one in found]
