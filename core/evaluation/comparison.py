"""Runs beside each other: what noise costs each, in numbers. No torch."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from core.evaluation.answers import Answers
from core.evaluation.clusters import mean_of, numbered
from core.evaluation.joined import JoinedEvaluation, pictures_key, whole_grid
from core.evaluation.measures import all_measures
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.metrics import pooled
from core.measure import Measure
from core.noise.catalogue import CLEAN, Cell, resaved_rows
from core.noise.overlap import cluster_weights
from core.runs.runs import Run
from core.statistics import guessing_share
from core.words import Text

HARDLY = 0.2
"""The part of the way from guessing to always right up to which an accuracy is hardly better than guessing."""
Guess = Literal["hardly", "untold", "worse"]
"""An accuracy is hardly better than guessing; it cannot be told from guessing; it is lower."""


@dataclass(frozen=True)
class EvaluatedRun:
    """One evaluated run, as a comparison takes it."""

    id: str
    name: str
    label: Text
    """What screens call it."""
    seen: tuple[str, ...]
    """Noises of its training mix; none for a clean-trained run."""
    answers: Answers
    brought: bool = False
    """It was made elsewhere: which noises it has seen is not known."""
    augmented: bool = False
    """Its pictures were augmented so that it holds: without a noise in its mix it is not clean-trained either."""
    pictures: Hashable = None
    """The same for runs that were tested on the same noisy pictures (core.evaluation.joined.pictures_key)."""
    evaluation: str = ""
    """The id of its test."""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """What a table for further use says of it, by column."""
    choosers: tuple[str, ...] = ()
    """Noises under which validation pictures chose the epoch that is kept: a test under them is not of the unseen."""


def evaluated_run(run: Run, evaluation: JoinedEvaluation, answers: Answers) -> EvaluatedRun:
    """A run with what one of its evaluations found."""
    recipe, summary = run.recipe, run.summary
    return EvaluatedRun(
        id=run.id,
        name=run.name,
        label=run.label,
        seen=tuple(recipe.mix.noises),
        answers=answers,
        brought=run.origin is not None,
        augmented=bool(recipe.augmentation),
        pictures=pictures_key(run, evaluation),
        evaluation=evaluation.id,
        choosers=run.choosers,
        facts={
            "run_id": run.id,
            "data_set": summary.data_set if summary else recipe.data_set_id,
            "model": recipe.model,
            "mix": " ".join(recipe.mix.to_texts()),
            "seed": recipe.seed,
            "start": "elsewhere" if run.origin else "imagenet" if recipe.pretrained else "scratch",
            "epochs": summary.epochs if summary else recipe.epochs,
        },
    )


@dataclass(frozen=True)
class Measured:
    """A mean over pictures with its 95 % interval, in points (of 100)."""

    mean: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """It is not zero, as far as can be told: the interval does not hold 0."""
        return self.low > 0 or self.high < 0

    @classmethod
    def over(cls, values: "pd.Series[float]", groups: "pd.Series[int] | None" = None) -> "Measured":
        """Of one value a picture, 0..1 or a difference of two such: the mean with its interval (core.evaluation.clusters.mean_of).

        Args:
            values: by the picture's number.
            groups: of each picture, by its number: those of one group are not independent, and count together.
        """
        if not len(values):
            return cls(0.0, 0.0, 0.0)
        among = None if groups is None else numbered(groups.loc[values.index].to_numpy())
        return cls(*(100 * one for one in mean_of(values.to_numpy(dtype=np.float64), among)))

    @classmethod
    def share(cls, values: "pd.Series[float]", groups: "pd.Series[int] | None" = None) -> "Measured":
        """`over` of values 0..1: few pictures make the interval wider than a share can be, which then ends where shares do."""
        found = cls.over(values, groups)
        return cls(found.mean, max(0.0, found.low), min(100.0, found.high))


@dataclass(frozen=True)
class Arm:
    """What a comparison says of one run."""

    id: str
    name: str
    label: Text
    seen: tuple[str, ...]
    images: int
    """Clean pictures it was tested on."""
    class_sizes: tuple[int, ...]
    """How many of the tested pictures each class has, whichever are looked at."""
    cells: pd.DataFrame
    """A table of cells (core.evaluation.metrics) of clean and every noise and severity compared."""
    tested: pd.DataFrame
    """The same of every noise and severity looked at, also of those that another run was not tested under."""
    by_noise: pd.DataFrame
    """The same over severities: clean first, then the noises compared."""
    by_picture: pd.DataFrame
    """Share of right answers over severities, 0..1: a row a picture (its number), a column for clean and each noise."""
    in_means: tuple[str, ...]
    """As of Comparison."""
    evaluation: str
    facts: Mapping[str, str | int]
    """Both as of EvaluatedRun."""
    brought: bool = False
    augmented: bool = False
    """Both as of EvaluatedRun."""
    group_of: "pd.Series[int] | None" = None
    """The group of each picture, by its number; None where nothing is known of that."""
    some_classes: bool = False
    """Pictures of some classes are looked at, of which guessing may read all right or none."""
    seeds: tuple["Arm", ...] = ()
    """The single runs that this is the mean of (core.evaluation.grouped); none where it is one run."""

    @property
    def noise_trained(self) -> bool:
        """It has seen some noise in training."""
        return bool(self.seen)

    @property
    def independent(self) -> int:
        """How many of its clean pictures say something of their own: one of each group."""
        return self.images if self.group_of is None else int(self.group_of.nunique())

    @property
    def guessing(self) -> float:
        """Accuracy of always giving the commonest class, 0..1."""
        return guessing_share(self.class_sizes)

    @property
    def clean(self) -> float:
        """Accuracy on clean pictures, 0..1."""
        return self.rate(CLEAN)

    def right_under(self, noises: Collection[str] | None = None) -> "pd.Series[float]":
        """Of each picture the share of right answers under noise, 0..1; each noise weighs the same.

        Args:
            noises: some of those compared; None for `in_means`.
        """
        chosen = list(self.in_means if noises is None else noises)
        return self.by_picture[chosen].mean(axis=1)

    def under(self, noises: Collection[str] | None = None) -> Measured:
        """Accuracy under noise in per cent: the mean of `right_under`."""
        return Measured.share(self.right_under(noises), self.group_of)

    def balanced(self) -> Measured:
        """As `under`, but noises that say the same of models count together: five blurs not five times."""
        weights = cluster_weights(self.in_means)
        values = (self.by_picture[list(weights)] * pd.Series(weights)).sum(axis=1)
        return Measured.share(values, self.group_of)

    def lost_to(self, noises: Collection[str] | None = None) -> Measured:
        """Points of accuracy lost to noise, picture by picture against the same picture clean."""
        return Measured.over(self.by_picture[CLEAN] - self.right_under(noises), self.group_of)

    def unmoved_by(self, noises: Collection[str] | None = None) -> bool:
        """No picture was read otherwise, as to right or wrong, under noise than clean."""
        return bool((self.by_picture[CLEAN] == self.right_under(noises)).all())

    @property
    def mean_drop(self) -> float:
        """Points of accuracy lost to the noises of `in_means`, on average; 0.0 when there is none."""
        return self.lost_to().mean if self.in_means else 0.0

    @cached_property
    def lost(self) -> pd.DataFrame:
        """Points lost to each noise compared, with the 95 % interval: columns noise, drop, low, high."""
        noises = [noise for noise in self.by_noise["noise"] if noise != CLEAN]
        rows = [self.lost_to([noise]) for noise in noises]
        return pd.DataFrame(
            {
                "noise": noises,
                "drop": [row.mean for row in rows],
                "low": [row.low for row in rows],
                "high": [row.high for row in rows],
            }
        )

    def rate(self, noise: str, column: str = ACCURACY.columns.value) -> float:
        """A number of `by_noise` for one noise, or for clean; accuracy, 0..1, if not told otherwise."""
        return float(self.by_noise.set_index("noise")[column][noise])

    def guess(self, noise: str | None) -> Guess | None:
        """What can be said of its accuracy beside that of guessing, by its interval; None where it is well above.

        Args:
            noise: a key, or CLEAN; None for the mean over `in_means`.
        """
        if self.some_classes:
            return None
        if noise is None:
            low, high = self.under().low / 100, self.under().high / 100
        else:
            low, high = (self.rate(noise, end) for end in (ACCURACY.columns.low, ACCURACY.columns.high))
        if high < self.guessing:
            return "worse"
        if low <= self.guessing:
            return "untold"
        return "hardly" if high <= self.guessing + HARDLY * (1 - self.guessing) else None


@dataclass(frozen=True)
class Comparison:
    """Runs on the noises and severities that all of them were tested under."""

    arms: tuple[Arm, ...]
    cells: tuple[Cell, ...]
    """What is compared besides clean."""
    in_means: tuple[str, ...]
    """Noises that means are taken over, each at every one of `mean_severities`."""
    mean_severities: tuple[int, ...]
    """Ascending."""
    left_out: tuple[str, ...]
    """Noises that only some of the runs were tested under."""
    seen: tuple[str, ...]
    """Compared noises that at least one of the runs was trained with."""
    same_pictures: bool
    """All were tested on the same noisy pictures: only then are they ranked."""
    choosers: tuple[str, ...] = ()
    """Compared noises that are in no mean, as they chose which epoch of one of the runs is kept."""
    classes: tuple[int, ...] = ()
    """Those whose pictures alone are looked at; none: all."""

    @property
    def noises(self) -> tuple[str, ...]:
        """Those compared, in the order of the first run's test."""
        return tuple(dict.fromkeys(noise for noise, _ in self.cells))

    @property
    def severities(self) -> tuple[int, ...]:
        """Those that any noise is compared at, ascending."""
        return tuple(sorted({severity for _, severity in self.cells}))

    def severities_of(self, noise: str) -> tuple[int, ...]:
        """Those that this noise is compared at, ascending."""
        return tuple(sorted(severity for one, severity in self.cells if one == noise))

    @property
    def apart(self) -> dict[str, tuple[int, ...]]:
        """Compared noises, with the severities that are not in the means, as others were not tested there."""
        means = {(noise, severity) for noise in self.in_means for severity in self.mean_severities}
        rest = [cell for cell in self.cells if cell not in means and cell[0] not in self.choosers]
        return {noise: tuple(sorted(level for one, level in rest if one == noise)) for noise, _ in rest}

    @property
    def measures(self) -> list[Measure]:
        """Those that the test of one run or another gives, accuracy first."""
        return [
            one
            for one in all_measures()
            if any(bool(arm.cells[one.columns.value].notna().any()) for arm in self.arms)
        ]

    @property
    def brought(self) -> bool:
        """One or more of the runs were made elsewhere: which noises these have seen is not known."""
        return any(arm.brought for arm in self.arms)

    def guessing(self, measure: Measure = ACCURACY) -> float | None:
        """What guessing gives, where that is a level of this measure and the same for all runs."""
        if measure.guessing is None or any(arm.some_classes for arm in self.arms):
            return None
        levels = {round(measure.guessing(arm.class_sizes), 12) for arm in self.arms}
        return levels.pop() if len(levels) == 1 else None


def difference(first: Arm, second: Arm, noises: Collection[str] | None = None) -> Measured:
    """How much more accurate the first is than the second under noise, in points, picture by picture.

    Args:
        first, second: arms of a comparison whose runs were tested on the same pictures.
        noises: as of `Arm.right_under`.
    """
    return Measured.over(first.right_under(noises) - second.right_under(noises), first.group_of)


def seed_spread(first: Arm, second: Arm, noises: Collection[str] | None = None) -> float:
    """Standard deviation, in points, that the difference of two single runs has by their seeds alone; 0 where one of the
    two has one seed, so that nothing is known of it.

    Args:
        noises: as of `Arm.right_under`.
    """
    if not first.seeds or not second.seeds:
        return 0.0
    a, b = (
        float(np.std([100 * run.right_under(noises).mean() for run in arm.seeds], ddof=1))
        for arm in (first, second)
    )
    return float(np.hypot(a, b))


def told_apart(first: Arm, second: Arm, noises: Collection[str] | None = None) -> bool:
    """Whether they differ by more than other pictures might change, and by more than their seeds alone do.

    Args:
        first, second, noises: as of `difference`.
    """
    found = difference(first, second, noises)
    return found.told and abs(found.mean) > seed_spread(first, second, noises)


def shared_cells(tables: Sequence[pd.DataFrame]) -> list[Cell]:
    """Cells that all of the tables of cells have, clean left out, in the order of the first."""
    sets = [list(zip(table["noise"], table["severity"].astype(int), strict=True)) for table in tables]
    first = sets[0] if sets else []
    rest = [set(other) for other in sets[1:]]
    return [cell for cell in first if cell[0] != CLEAN and all(cell in other for other in rest)]


def compare(
    tested: Sequence[EvaluatedRun],
    severities: Collection[int] | None = None,
    noises: str = "all",
    only: Collection[str] | None = None,
    classes: Collection[int] = (),
) -> Comparison:
    """The runs beside each other.

    Args:
        severities, noises, only, classes: as of core.evaluation.view.View.
    """
    sizes = [run.answers.clean_truth.value_counts() for run in tested]
    if classes:
        tested = [replace(run, answers=run.answers.of_classes(classes)) for run in tested]
    rows = resaved_rows()  # what they show is said of files, not of noise
    tables = [run.answers.cells[~run.answers.cells["noise"].isin(rows)] for run in tested]
    shared = shared_cells(tables)
    compared_noises = {noise for noise, _ in shared}
    known = [noise for table in tables for noise in table["noise"] if noise != CLEAN]
    trained_with = {noise for run in tested for noise in run.seen}

    def looked_at(noise: str, severity: int) -> bool:
        return (
            (severities is None or severity in severities)
            and (only is None or noise in only)
            and (noises not in ("seen", "unseen") or (noise in trained_with) == (noises == "seen"))
        )

    cells = [cell for cell in shared if looked_at(*cell)]
    chose = {noise for run in tested for noise in run.choosers}
    grid = whole_grid(cells, chose)
    in_means = tuple(dict.fromkeys(noise for noise, _ in grid))
    of_means = [cell for cell in cells if cell in grid or cell[0] not in in_means]
    pictures = [run.answers.clean_truth for run in tested]
    arms = [
        _arm(run, table, cells, of_means, in_means, looked_at)
        for run, table in zip(tested, tables, strict=True)
    ]
    return Comparison(
        arms=tuple(
            replace(arm, class_sizes=tuple(map(int, own)), some_classes=bool(classes))
            for arm, own in zip(arms, sizes, strict=True)
        ),
        cells=tuple(cells),
        in_means=in_means,
        mean_severities=tuple(sorted({severity for _, severity in grid})),
        left_out=tuple(dict.fromkeys(noise for noise in known if noise not in compared_noises)),
        seen=tuple(dict.fromkeys(noise for noise, _ in cells if noise in trained_with)),
        classes=tuple(classes),
        choosers=tuple(dict.fromkeys(noise for noise, _ in cells if noise in chose)),
        same_pictures=len({run.pictures for run in tested}) <= 1
        and all(other.equals(pictures[0]) for other in pictures),
    )


def _arm(
    run: EvaluatedRun,
    table: pd.DataFrame,
    cells: Sequence[Cell],
    of_means: Sequence[Cell],
    in_means: tuple[str, ...],
    looked_at: Callable[[str, int], bool],
) -> Arm:
    """Args: of_means: those of `cells` that what is said of a whole noise is made of."""
    places = list(zip(table["noise"], table["severity"].astype(int), strict=True))

    def of(wanted: Collection[Cell]) -> pd.DataFrame:
        return table[[place[0] == CLEAN or place in wanted for place in places]].reset_index(drop=True)

    by_picture = run.answers.by_picture({(CLEAN, 0), *of_means})
    truth = run.answers.clean_truth
    return Arm(
        id=run.id,
        name=run.name,
        label=run.label,
        seen=run.seen,
        images=len(truth),
        class_sizes=(),
        cells=of(set(cells)),
        tested=of({place for place in places if looked_at(*place)}),
        by_noise=pooled(of(set(of_means))),
        by_picture=by_picture,
        in_means=in_means,
        evaluation=run.evaluation,
        facts=run.facts,
        brought=run.brought,
        augmented=run.augmented,
        group_of=run.answers.group_of,
    )
