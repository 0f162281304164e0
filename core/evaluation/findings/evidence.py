"""What findings are made of: a comparison of runs, their answers, and what else is known of each. No torch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.answers import Answers
from core.evaluation.arms import Arm
from core.evaluation.clusters import independent, numbered
from core.evaluation.comparison import Comparison
from core.evaluation.distance import Distance, distances
from core.evaluation.fourier import FourierMap, stored_map
from core.evaluation.grouped import Seeds, grouped
from core.evaluation.joined import JoinedEvaluation, read_joined
from core.evaluation.metrics import FEWEST
from core.evaluation.phrases import NAMED
from core.noise.catalogue import CLEAN, Cell
from core.runs.runs import Run
from core.store import Workspace
from core.words import Text, fill_text, levels_text, plain


@dataclass(frozen=True)
class OfRun:
    """One run with its test; or several that differ in their seed alone, as one: then all but `arm` is of the first."""

    run: Run
    test: JoinedEvaluation
    answers: Answers
    arm: Arm
    """Of several the mean."""
    data_set: DataSet | None
    """That it was tested on; None where it is gone or has changed."""
    distance: Mapping[str, Distance]
    """By noise; of those alone that it is known of."""
    spectrum: FourierMap | None
    seeds: tuple["OfRun", ...] = ()
    """The single runs; none where it is one."""

    @property
    def singles(self) -> tuple["OfRun", ...]:
        """The runs that it is made of."""
        return self.seeds or (self,)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of these."""
        return tuple(one.run.id for one in self.singles)

    @property
    def name(self) -> Text:
        """What screens call it, in quotation marks."""
        return fill_text(plain("“{label}”"), label=self.arm.label)

    @cached_property
    def groups(self) -> NDArray[np.int64] | None:
        """Of each row of the arm's `by_picture` the number of its group, counted from 0."""
        known = self.arm.group_of
        return None if known is None else numbered(known.loc[self.arm.by_picture.index].to_numpy())

    @property
    def independent(self) -> int:
        """Test pictures that say something of their own: one of each group."""
        return independent(self.groups, self.arm.images)

    @property
    def enough(self) -> bool:
        """It was tested on so many that accuracies can be spoken of."""
        return self.independent >= FEWEST

    @property
    def guesses(self) -> bool:
        """On clean pictures it is hardly better than guessing, if at all: there is little that noise could take."""
        return self.arm.guess(CLEAN) is not None

    def rows(self, columns: Sequence[str], cells: Collection[Cell]) -> pd.DataFrame:
        """Its predictions table under some cells; of several runs one below the other."""
        tables = [read_joined(one.test, list(columns), cells) for one in self.singles]
        return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


@dataclass(frozen=True)
class Evidence:
    """All that findings are made of."""

    comparison: Comparison
    runs: tuple[OfRun, ...]
    """In the order of the comparison's arms: a run, or several seeds as one."""

    @cached_property
    def told(self) -> tuple[OfRun, ...]:
        """The runs that findings tell of one by one, the least accurate under noise first: NAMED at most, of more the two ends.

        Without those that were tested on too few pictures.
        """
        ranked = sorted((one for one in self.runs if one.enough), key=lambda one: self._level(one.arm))
        return tuple(ranked if len(ranked) <= NAMED else [ranked[0], ranked[-1]])

    def _level(self, arm: Arm) -> float:
        return arm.under().mean if self.comparison.in_means else 100 * arm.clean

    @property
    def looked_at(self) -> set[Cell]:
        """The cells compared, clean among them."""
        return {(CLEAN, 0), *self.comparison.cells}

    @property
    def severities(self) -> Text:
        """Behind a number of pictures: at which severities."""
        levels = self.comparison.mean_severities
        several = Text(en=", severities {levels}", ko=", 강도 {levels}")
        one = Text(en=", severity {levels}", ko=", 강도 {levels}")
        return (
            fill_text(several if len(levels) > 1 else one, levels=levels_text(levels))
            if levels
            else plain("")
        )


def evidence_of(
    workspace: Workspace,
    comparison: Comparison,
    chosen: Sequence[tuple[Run, JoinedEvaluation]],
    answers: Sequence[Answers],
    data_sets: Sequence[DataSet | str],
    measured: Mapping[str, Mapping[str, Distance]] | None = None,
    groups: Sequence[Seeds] = (),
) -> Evidence:
    """What there is; nothing is measured for it.

    Args:
        comparison: of `chosen`, each a run of its own.
        answers, data_sets: of each of `chosen`; in the place of a data set that is not there, why.
        measured: distances by run, where they have been read already.
        groups: of `chosen`: what differs in its seed alone is told of as one; none: each run for itself.
    """
    runs = []
    for (run, test), answer, data_set, arm in zip(chosen, answers, data_sets, comparison.arms, strict=True):
        there = data_set if isinstance(data_set, DataSet) else None
        known = (measured or {}).get(run.id)
        if known is None:
            known = known_distances(workspace, run, there, test.noises)
        runs.append(OfRun(run, test, answer, arm, there, known, known_spectrum(run, there)))
    if not groups:
        return Evidence(comparison, tuple(runs))
    together = grouped(comparison, groups)
    by_id = {one.run.id: one for one in runs}
    rows = []
    for group, arm in zip(groups, together.arms, strict=True):
        own = tuple(by_id[run] for run in group.runs)
        rows.append(replace(own[0], arm=arm, seeds=own if len(own) > 1 else ()))
    return Evidence(together, tuple(rows))


def known_distances(
    workspace: Workspace, run: Run, data_set: DataSet | None, noises: Collection[str]
) -> dict[str, Distance]:
    """core.evaluation.distance.distances; none where the data set or the weights that they are measured with are gone."""
    if data_set is None:
        return {}
    try:
        return distances(workspace, run, data_set, noises)
    except (NoiseLensError, OSError):
        return {}


def known_spectrum(run: Run, data_set: DataSet | None) -> FourierMap | None:
    """core.evaluation.fourier.stored_map; None where the data set is gone or has no test pictures."""
    if data_set is None:
        return None
    try:
        return stored_map(run, data_set)
    except NoiseLensError:
        return None
