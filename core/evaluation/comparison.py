"""Runs beside each other: what noise costs each, in numbers. No torch."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluation.arms import Arm, EvaluatedRun, Measured
from core.evaluation.joined import whole_grid
from core.evaluation.measures import all_measures
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.metrics import pooled
from core.measure import Measure
from core.noise.catalogue import CLEAN, Cell, resaved_rows


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
