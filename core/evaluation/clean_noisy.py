"""Clean against noisy accuracy of many runs, and the line that clean training follows: above it a run is robust, not just better.

Taori et al. (2020, arXiv 2007.00644) fit a line through the logits of both accuracies of models that nothing was done to; how far
above it a model lies is its effective robustness. No torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.answers import Answers
from core.evaluation.arms import Measured
from core.noise.catalogue import CLEAN, Cell
from core.runs.groups import trained_on
from core.runs.runs import Run

LEAST_RUNS = 4
"""Clean-trained runs from which on a slope is fitted; with fewer it is 1."""
LEAST_SPREAD = 0.3
"""Of the logits of their clean accuracies, from the least to the most, from which on a slope is fitted."""
REACH = 0.1
"""So much clean accuracy beyond the runs that the line goes through it still says something."""


@dataclass(frozen=True)
class Line:
    """What clean training gives: logit(noisy) = offset + slope logit(clean), both as shares of the way from guessing to always right."""

    slope: float
    offset: float
    guessing: float
    """0..1."""
    reach: tuple[float, float]
    """The clean accuracies for which it says something."""
    runs: int
    """That it goes through."""
    fitted: bool
    """The slope is the runs' own; else it is 1, as they are too few or too alike to say."""
    clean_trained: bool
    """It goes through clean-trained runs; else through all, as there are none."""

    def at(self, clean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Noisy accuracies, 0..1, for clean ones."""
        way = 1 / (1 + np.exp(-(self.offset + self.slope * _logit(clean, self.guessing))))
        found: NDArray[np.float64] = self.guessing + (1 - self.guessing) * way
        return found


def _logit(shares: NDArray[np.float64], guessing: float) -> NDArray[np.float64]:
    """Of accuracies, 0..1, as shares of the way from guessing, kept off both ends, where it has none."""
    kept = np.clip((np.asarray(shares, np.float64) - guessing) / (1 - guessing), 0.005, 0.995)
    found: NDArray[np.float64] = np.log(kept / (1 - kept))
    return found


def clean_and_noisy_runs(runs: Sequence[tuple[Run, Answers]], cells: Sequence[Cell]) -> pd.DataFrame:
    """A row a run: run_id, group (the same for seeds of one recipe), seed, clean_trained, clean, clean_low, clean_high, noisy, noisy_low,
    noisy_high (0..1; 95 %), images.

    Args:
        runs: each tested clean and under all of the cells.
        cells: that the noisy mean is taken over, each noise at the same severities; clean is none of them.
    """
    rows = []
    for run, answers in runs:
        by_picture = answers.by_picture({(CLEAN, 0), *cells})
        tested = by_picture.loc[answers.clean_truth.index]
        noises = [name for name in tested if name != CLEAN]
        clean = Measured.share(tested[CLEAN], answers.group_of)
        noisy = Measured.share(tested[noises].mean(axis=1), answers.group_of)
        ends = [value / 100 for one in (clean, noisy) for value in (one.mean, one.low, one.high)]
        rows.append((run.id, trained_on(run), run.recipe.seed, run.reference, *ends, len(tested)))
    names = ["clean", "clean_low", "clean_high", "noisy", "noisy_low", "noisy_high", "images"]
    return pd.DataFrame(rows, columns=["run_id", "group", "seed", "clean_trained", *names])


def line_of(table: pd.DataFrame, guessing: float = 0.0) -> Line | None:
    """The line through the clean-trained runs; None without a run.

    Args:
        table: as of `clean_and_noisy_runs`.
        guessing: accuracy of always giving the commonest class, 0..1, to which noise brings every run in the end.
    """
    through = table[table["clean_trained"]]
    among = len(through) > 0
    through = through if among else table
    if not len(through):
        return None
    x, y = (_logit(through[name].to_numpy(np.float64), guessing) for name in ("clean", "noisy"))
    reach = float(through["clean"].min()) - REACH, float(through["clean"].max()) + REACH
    fitted = len(through) >= LEAST_RUNS and float(np.ptp(x)) >= LEAST_SPREAD
    slope = float(np.polyfit(x, y, 1)[0]) if fitted else 1.0
    offset = float((y - slope * x).mean())
    return Line(slope, offset, guessing, reach, len(through), fitted, among)


def above(table: pd.DataFrame, line: Line) -> pd.DataFrame:
    """The table with columns reached (the line says something there), above, above_low, above_high: by how much noisy accuracy exceeds the line, -1..1, with the ends of the
    interval of the noisy accuracy."""
    there = line.at(table["clean"].to_numpy(np.float64))
    low, high = line.reach
    return table.assign(
        reached=(table["clean"] >= low) & (table["clean"] <= high),
        above=table["noisy"] - there,
        above_low=table["noisy_low"] - there,
        above_high=table["noisy_high"] - there,
    )
