"""Which of a data set's runs may stand in one ranked column: those that were tested on the same cells. No torch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.evaluation.joined import JoinedEvaluation, pictures_key, whole_grid
from core.noise.catalogue import Cell
from core.runs.runs import Run

ENOUGH_CELLS = 10
"""A test of fewer says too little of a run for others to be measured by it alone."""


@dataclass(frozen=True)
class Common:
    """The test that runs are ranked by: the same cells on the same pictures."""

    pictures: tuple[Any, ...]
    """core.evaluation.joined.pictures_key."""
    cells: frozenset[Cell]

    @property
    def noises(self) -> int:
        """How many noises its cells are of."""
        return len({noise for noise, _ in self.cells})

    def of(self, run: Run, tests: Sequence[JoinedEvaluation]) -> JoinedEvaluation | None:
        """The one of a run's tests that has all of it, or None: the run has no place in the column."""
        return next(
            (
                one
                for one in tests
                if pictures_key(run, one) == self.pictures and self.cells <= set(one.cells)
            ),
            None,
        )


def common_test(runs: Sequence[Run], tests: Mapping[str, Sequence[JoinedEvaluation]]) -> Common | None:
    """What most of `runs` were tested on; of tests that as many have, the one that more others have too, then the larger.

    A quick look is what they are ranked by only where none of them was tested on all pictures.

    Args:
        tests: of each run, by its id.
    """
    chose = {noise for run in runs for noise in run.choosers}
    every = [(run, one) for run in runs for one in tests.get(run.id, ()) if one.cells]
    whole = [(run, one) for run, one in every if one.plain]
    known = [
        Common(
            pictures_key(run, one),
            frozenset(whole_grid(one.cells, chose)),
        )
        for run, one in whole or every
    ]
    if not known:
        return None
    number = Counter(known)

    def worth(common: Common) -> tuple[int, int, int]:
        having = sum(one.pictures == common.pictures and common.cells <= one.cells for one in known)
        return number[common], having if len(common.cells) >= ENOUGH_CELLS else 0, len(common.cells)

    return max(number, key=worth)
