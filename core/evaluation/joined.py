"""Evaluations of one run that saw the same pictures, joined cell by cell to one. No torch."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

import pandas as pd

from core.data.dataset import DataSet
from core.noise.catalogue import CLEAN, RESAVED_SEVERITY, Cell, resaved_rows
from core.runs.evaluations import Evaluation, list_evaluations, read_predictions
from core.runs.mode import Mode
from core.runs.runs import Run
from core.store import Workspace
from core.words import Text


@dataclass(frozen=True)
class JoinedEvaluation:
    """What is known of a run from its evaluations on the same pictures: of each cell the newest."""

    parts: tuple[Evaluation, ...]
    """Newest first, at least one."""

    @property
    def id(self) -> str:
        """That of the first of its evaluations: it stays when the run is tested further."""
        return self.parts[-1].id

    @property
    def key(self) -> str:
        """Another one whenever what is in it changes."""
        return " ".join(part.id for part in self.parts)

    @property
    def run_id(self) -> str:
        """Of the run that was tested."""
        return self.parts[0].run_id

    @property
    def created(self) -> float:
        """When its newest part was made, s since 1970."""
        return self.parts[0].created

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Noises and severities that were tested, clean left out; noises in the order in which they first were.

        A noise may have severities that another has not.
        """
        found: dict[str, set[int]] = {}
        for part in reversed(self.parts):
            for noise, severity in part.cells:
                if noise not in part.facts.resaved:
                    found.setdefault(noise, set()).add(severity)
        return tuple((noise, severity) for noise, levels in found.items() for severity in sorted(levels))

    @property
    def resaved(self) -> tuple[str, ...]:
        """Rows that a test of an imported data set has besides, each at RESAVED_SEVERITY."""
        return tuple(dict.fromkeys(noise for part in reversed(self.parts) for noise in part.facts.resaved))

    @property
    def taken(self) -> list[tuple[Evaluation, set[Cell]]]:
        """Of each part that gives any the cells that are taken from it, clean among them; newest first."""
        left = {(CLEAN, 0), *self.cells, *((noise, RESAVED_SEVERITY) for noise in self.resaved)}
        found = []
        for part in self.parts:
            own = left & {(CLEAN, 0), *part.cells}
            left -= own
            if own:
                found.append((part, own))
        return found

    def giving(self, cells: Collection[Cell] | None = None) -> list[Evaluation]:
        """The parts that any of `cells` is taken from, (CLEAN, 0) among them; None for all cells."""
        return [part for part, own in self.taken if cells is None or not own.isdisjoint(cells)]

    @property
    def noises(self) -> tuple[str, ...]:
        """Those of `cells`, in the order in which they were first tested."""
        return tuple(dict.fromkeys(noise for noise, _ in self.cells))

    @property
    def severities(self) -> tuple[int, ...]:
        """Those that at least one noise was tested at, ascending."""
        return tuple(sorted({severity for _, severity in self.cells}))

    def severities_of(self, noise: str) -> tuple[int, ...]:
        """Those that this noise was tested at, ascending."""
        return tuple(severity for one, severity in self.cells if one == noise)

    @property
    def images(self) -> int:
        """How many pictures were tested."""
        return self.parts[0].facts.images

    @property
    def classes(self) -> list[str]:
        """In the order in which truth, prediction and probabilities count them."""
        return self.parts[0].classes

    @property
    def class_labels(self) -> list[Text]:
        """What screens call the classes, in their order."""
        return self.parts[0].class_labels

    @property
    def map_shape(self) -> tuple[int, int]:
        """Height and width of its maps."""
        return self.parts[0].map_shape

    @property
    def method(self) -> str:
        """What made its maps: a key of core.explanation.methods."""
        return self.parts[0].facts.method

    @property
    def table(self) -> str:
        """The severity table."""
        return self.parts[0].facts.table

    @property
    def plain(self) -> bool:
        """As of Facts."""
        return self.parts[0].facts.plain

    @property
    def as_plain(self) -> bool:
        """`plain`, or a quick look at some of the same pictures."""
        return self.parts[0].facts.as_plain

    @property
    def mode(self) -> Mode:
        """How it was made."""
        return self.parts[0].facts.mode

    @property
    def draws(self) -> int:
        """As of Evaluation."""
        return self.parts[0].draws

    @property
    def draws_as_now(self) -> bool:
        """As of Evaluation."""
        return self.parts[0].draws_as_now


_SAME = ("split", "images", "table", "seed")
"""Facts of an evaluation that say, beside fingerprints and draws, which noisy pictures it saw."""


def tested_data(run: Run, evaluation: Evaluation | JoinedEvaluation) -> str:
    """The fingerprint of the data set that it was made on; "" where that is not known."""
    one = evaluation.parts[0] if isinstance(evaluation, JoinedEvaluation) else evaluation
    # Evaluations that do not say so were made on the data set as the run was trained on it.
    return one.facts.data_fingerprint or run.recipe.data_set_fingerprint


def tested_set(
    run: Run, evaluation: Evaluation | JoinedEvaluation, data_sets: Iterable[DataSet]
) -> DataSet | Literal["deleted", "changed"]:
    """The data set whose pictures were tested, or why it is not among `data_sets` as it was then."""
    found = next((one for one in data_sets if one.id == run.recipe.data_set_id), None)
    if found is None:
        return "deleted"
    then, now = tested_data(run, evaluation), found.card.fingerprint
    return "changed" if then and now and then != now else found


def pictures_key(run: Run, evaluation: Evaluation | JoinedEvaluation) -> tuple[Any, ...]:
    """The same for evaluations, of whatever run, that saw the same noisy pictures."""
    one = evaluation.parts[0] if isinstance(evaluation, JoinedEvaluation) else evaluation
    mode = one.facts.mode
    of_mode = () if mode.plain else (json.dumps(mode.to_json(), sort_keys=True),)
    return (tested_data(run, one), one.draws, *(getattr(one.facts, name) for name in _SAME), *of_mode)


def whole_grid(cells: Iterable[Cell], without: Collection[str] = ()) -> tuple[Cell, ...]:
    """The cells that a mean can be taken over: of the noises that share their severities, each at each of these.

    Of all such grids the one with most cells, among equals that with more noises; CLEAN is left out. So a further test
    of one noise neither takes it out of the mean nor gives it another weight there. Rows of pictures saved again are in no mean.

    Args:
        without: noises that no mean is to be taken over, besides these.
    """
    leave = {*without, *resaved_rows()}
    levels: dict[str, set[int]] = {}
    for noise, severity in cells:
        if noise != CLEAN and noise not in leave:
            levels.setdefault(noise, set()).add(severity)
    among = sorted(set().union(*levels.values()))
    grids = [
        (shared, [noise for noise, own in levels.items() if own.issuperset(shared)])
        for number in range(1, len(among) + 1)
        for shared in combinations(among, number)
    ]
    if not grids:
        return ()
    shared, noises = max(grids, key=lambda grid: (len(grid[0]) * len(grid[1]), len(grid[1])))
    return tuple((noise, severity) for noise in noises for severity in shared)


def joined(run: Run, evaluations: Sequence[Evaluation]) -> list[JoinedEvaluation]:
    """Evaluations of one run, joined where they saw the same pictures with the same weights; newest first.

    Args:
        evaluations: newest first.
    """
    said = [one.facts.weights_fingerprint for one in evaluations]
    known = [weights for weights in said if weights is not None]
    first = known[-1] if known else None  # of evaluations that do not say: they are older than those that do
    groups: dict[tuple[Any, ...], list[Evaluation]] = {}
    for one in evaluations:
        weights = one.facts.weights_fingerprint or first
        groups.setdefault((weights, *pictures_key(run, one)), []).append(one)
    return [JoinedEvaluation(tuple(parts)) for parts in groups.values()]


def joined_evaluations(workspace: Workspace, run: Run, quick: bool = False) -> list[JoinedEvaluation]:
    """`joined` of the plain evaluations of a run, as trained on the whole test split; the first has the newest.

    Args:
        quick: quick looks come behind them; what they found of a picture is what a plain test finds.
    """
    return _plain_first(run, list_evaluations(workspace, run.id), every=False, quick=quick)


def evaluations_by_run(
    workspace: Workspace, runs: Sequence[Run], every: bool = False, quick: bool = False
) -> dict[str, list[JoinedEvaluation]]:
    """`joined_evaluations` of each of the runs that has any, by id, with one question to the database.

    Args:
        every: those of other modes and splits come behind them, each kind apart.
        quick: as of `joined_evaluations`.
    """
    of_run: dict[str, list[Evaluation]] = {}
    for one in list_evaluations(workspace):
        of_run.setdefault(one.run_id, []).append(one)
    found = {run.id: _plain_first(run, of_run.get(run.id, ()), every, quick) for run in runs}
    return {run_id: tests for run_id, tests in found.items() if tests}


def _plain_first(
    run: Run, evaluations: Sequence[Evaluation], every: bool, quick: bool
) -> list[JoinedEvaluation]:
    """`joined` of those that are wanted: of `every` kind, or the plain ones and, with `quick`, quick looks."""
    wanted = [one for one in evaluations if every or one.facts.plain or (quick and one.facts.as_plain)]
    return sorted(joined(run, wanted), key=lambda one: not one.plain)


def latest_joined(workspace: Workspace, run: Run, quick: bool = False) -> JoinedEvaluation | None:
    """Of `joined_evaluations` the first, or None."""
    found = joined_evaluations(workspace, run, quick)
    return found[0] if found else None


def read_joined(
    evaluation: JoinedEvaluation,
    columns: list[str] | None = None,
    cells: Collection[Cell] | None = None,
) -> pd.DataFrame:
    """The predictions table of all parts, each cell from the newest that has it; noises in the order of `noises`.

    Args:
        columns: as of `read_predictions`.
        cells: to read the rows of these alone, (CLEAN, 0) among them; None for all.
    """
    tables = []
    for part, taken in evaluation.taken:
        some = taken if cells is None else taken.intersection(cells)
        if some:
            whole = some == {(CLEAN, 0), *part.cells}
            tables.append(read_predictions(part, columns, None if whole else sorted(some)))
    if not tables:  # none of the cells was tested: the columns, and no row
        return read_predictions(evaluation.parts[0], columns, [])
    return pd.concat(reversed(tables), ignore_index=True)
