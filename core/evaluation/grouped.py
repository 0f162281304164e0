"""A comparison in which runs that differ in their seed alone are one arm: what they come to on average. No torch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluation.arms import Arm
from core.evaluation.comparison import Comparison
from core.evaluation.metrics import COUNTED, cell_columns
from core.words import Text


@dataclass(frozen=True)
class Seeds:
    """Runs of a comparison that are to be one arm."""

    id: str
    label: Text
    """What screens call it."""
    runs: tuple[str, ...]
    """Ids, at least one."""


def grouped(comparison: Comparison, groups: Sequence[Seeds]) -> Comparison:
    """The comparison with an arm a group, in their order; a group of one run is that run.

    Runs of a group were tested on the same pictures, so that a mean over seeds is one of each picture.
    """
    by_id = {arm.id: arm for arm in comparison.arms}
    arms = tuple(_mean([by_id[run] for run in one.runs], one) for one in groups)
    return replace(comparison, arms=arms)


def _mean(arms: Sequence[Arm], group: Seeds) -> Arm:
    first = arms[0]
    if len(arms) == 1:
        return replace(first, label=group.label)
    facts = {
        name: said if all(arm.facts.get(name) == said for arm in arms) else _listed(arms, name)
        for name, said in first.facts.items()
    }
    return replace(
        first,
        id=group.id,
        name=group.label["en"],
        label=group.label,
        cells=mean_table([arm.cells for arm in arms]),
        tested=mean_table([arm.tested for arm in arms]),
        by_noise=mean_table([arm.by_noise for arm in arms]),
        by_picture=sum((arm.by_picture for arm in arms[1:]), first.by_picture) / len(arms),
        facts=facts,
        seeds=tuple(arms),
    )


def _listed(arms: Sequence[Arm], name: str) -> str:
    return " ".join(str(arm.facts.get(name, "")) for arm in arms)


def mean_table(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of cells, or of noises, of runs on the same pictures: their mean, cell by cell, of the cells that all have.

    An interval is the mean of intervals: it tells of other test pictures, which would move all seeds alike, so that a mean
    over seeds is no surer than one of them; what other seeds would change is their spread.
    """
    keys = ["noise", *(["severity"] if "severity" in tables[0] else [])]
    first, *others = (table.set_index(keys) for table in tables)
    there = first.index
    for other in others:
        there = there[there.isin(other.index)]
    numbers = [name for name in cell_columns() if name in first and name not in keys]
    stacked = np.stack([table.loc[there, numbers].to_numpy(np.float64) for table in (first, *others)])
    found = pd.DataFrame(stacked.mean(axis=0), index=there, columns=numbers).reset_index()
    counts = [name for name in COUNTED if name in numbers]
    return found.astype(dict.fromkeys(counts, np.int64))[list(tables[0])]


def sd_over_seeds(arm: Arm, noises: Collection[str] | None = None, lost: bool = False) -> float | None:
    """Standard deviation (n - 1), in points, that an arm's accuracy has over its seeds; None where it is one run.

    Args:
        noises: as of `Arm.right_under`.
        lost: of the points that the noises cost, instead.
    """
    if not arm.seeds:
        return None
    values = [one.lost_to(noises).mean if lost else 100 * one.right_under(noises).mean() for one in arm.seeds]
    return float(np.std(values, ddof=1))
