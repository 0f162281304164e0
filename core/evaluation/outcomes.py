"""Two runs on the same pictures: which both had right, which the second repaired, which it broke. No torch."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from core.evaluation.answers import Answers
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
