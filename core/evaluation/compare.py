"""Runs beside each other: what noise costs each, in numbers. No torch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.metrics import accuracy_cells, pooled
from core.evaluation.predictions import CLEAN
from core.words import Text

COLUMNS = ["image", "noise", "severity", "truth", "prediction"]
"""The columns of a predictions table that a comparison needs."""


@dataclass(frozen=True)
class EvaluatedRun:
    """One evaluated run, as a comparison takes it."""

    id: str
    name: str
    label: Text
    """What screens call it."""
    seen: tuple[str, ...]
    """Noises of its training mix; none for a clean-trained run."""
    classes: int
    predictions: pd.DataFrame
    """With at least COLUMNS."""


@dataclass(frozen=True)
class Arm:
    """What a comparison says of one run."""

    id: str
    name: str
    label: Text
    seen: tuple[str, ...]
    classes: int
    images: int
    """Clean pictures it was tested on."""
    cells: pd.DataFrame
    """accuracy_cells of clean and every noise and severity compared."""
    by_noise: pd.DataFrame
    """The same over severities: clean first, then the noises compared."""
    mean_drop: float
    """Points of accuracy lost to the noises compared, on average; 0.0 when there is none."""
    drop_low: float
    drop_high: float
    """95 % interval of mean_drop over pictures."""

    @property
    def noise_trained(self) -> bool:
        return bool(self.seen)

    @property
    def clean(self) -> float:
        """Accuracy on clean pictures, 0..1."""
        return float(self.by_noise["accuracy"].iloc[0])

    def drops(self) -> "pd.Series[float]":
        """Points lost to each noise, by key, in the order of the evaluation."""
        noises = self.by_noise[self.by_noise["noise"] != CLEAN].set_index("noise")
        return 100 * (self.clean - noises["accuracy"])

    @property
    def worst(self) -> str | None:
        """The noise that costs most."""
        drops = self.drops()
        return str(drops.idxmax()) if len(drops) else None

    def rate(self, noise: str, column: str = "accuracy") -> float:
        """A number of `by_noise` for one noise."""
        return float(self.by_noise.set_index("noise")[column][noise])

    def guesses(self, noise: str) -> bool:
        """Its accuracy under a noise cannot be told from guessing (95 %)."""
        return bool(self.rate(noise, "low") <= 1 / self.classes)


@dataclass(frozen=True)
class Comparison:
    """Runs on the noises and severities that all of them were tested under."""

    arms: tuple[Arm, ...]
    noises: tuple[str, ...]
    severities: tuple[int, ...]
    left_out: tuple[str, ...]
    """Noises that only some of the runs were tested under."""
    seen: tuple[str, ...]
    """Compared noises that at least one of the runs was trained with."""
    same_pictures: bool
    """All were tested on the same clean pictures, with the same true classes."""


def compare(
    tested: Sequence[EvaluatedRun],
    severities: Collection[int] | None = None,
    noises: str = "all",
) -> Comparison:
    """The runs beside each other.

    Args:
        severities: those to look at; None for all.
        noises: "all", "seen" (by at least one of the runs in training) or "unseen" (by none).
    """
    cells = [accuracy_cells(run.predictions) for run in tested]
    tables = [table[table["noise"] != CLEAN] for table in cells]
    known = [list(dict.fromkeys(table["noise"])) for table in tables]
    shared = [noise for noise in (known[0] if known else []) if all(noise in other for other in known)]
    shown_severities = sorted(
        set.intersection(*[set(table["severity"]) for table in tables])
        & (set(severities) if severities is not None else set(range(1, 6)))
        if tables
        else set()
    )
    trained_with = {noise for run in tested for noise in run.seen}
    kept = [noise for noise in shared if noises == "all" or (noise in trained_with) == (noises == "seen")]
    arms = tuple(_arm(run, table, kept, shown_severities) for run, table in zip(tested, cells, strict=True))
    pictures = [_pictures(run.predictions) for run in tested]
    return Comparison(
        arms=arms,
        noises=tuple(kept),
        severities=tuple(int(severity) for severity in shown_severities),
        left_out=tuple(dict.fromkeys(noise for names in known for noise in names if noise not in shared)),
        seen=tuple(noise for noise in kept if noise in trained_with),
        same_pictures=all(other.equals(pictures[0]) for other in pictures),
    )


def _pictures(predictions: pd.DataFrame) -> "pd.Series[int]":
    clean = predictions[predictions["noise"] == CLEAN]
    return clean.set_index("image")["truth"].sort_index()


def _arm(run: EvaluatedRun, cells: pd.DataFrame, noises: Sequence[str], severities: Sequence[int]) -> Arm:
    clean = cells["noise"] == CLEAN
    kept = cells[clean | (cells["noise"].isin(noises) & cells["severity"].isin(severities))]
    drop, half = _mean_drop(run.predictions, noises, severities)
    return Arm(
        id=run.id,
        name=run.name,
        label=run.label,
        seen=run.seen,
        classes=run.classes,
        images=int(cells[clean]["images"].iloc[0]),
        cells=kept.reset_index(drop=True),
        by_noise=pooled(kept),
        mean_drop=drop,
        drop_low=drop - half,
        drop_high=drop + half,
    )


def _mean_drop(
    predictions: pd.DataFrame, noises: Sequence[str], severities: Sequence[int]
) -> tuple[float, float]:
    """Mean points lost and half its 95 % interval, picture by picture against the same picture clean."""
    noisy = predictions[predictions["noise"].isin(noises) & predictions["severity"].isin(severities)]
    if not len(noisy):
        return 0.0, 0.0
    clean = predictions[predictions["noise"] == CLEAN]
    # Each noise weighs the same, whatever the number of severities it has here.
    right = noisy.assign(right=noisy["prediction"] == noisy["truth"])
    each = right.groupby(["image", "noise"])["right"].mean().groupby("image").mean()
    before = (clean["prediction"] == clean["truth"]).set_axis(clean["image"]).astype(float)
    lost = 100 * (before.loc[each.index] - each).to_numpy()
    half = 1.96 * lost.std(ddof=1) / np.sqrt(len(lost)) if len(lost) > 1 else 0.0
    return float(lost.mean()), float(half)


def confusion_counts(
    predictions: pd.DataFrame, classes: Sequence[str], noise: str, severities: Collection[int]
) -> pd.DataFrame:
    """How many pictures of each true class (rows) were read as each class (columns) under one noise, or "clean"."""
    wanted = predictions["noise"] == noise
    if noise != CLEAN:
        wanted &= predictions["severity"].isin(list(severities))
    chosen = predictions[wanted]
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (chosen["truth"].to_numpy(), chosen["prediction"].to_numpy()), 1)
    return pd.DataFrame(counts, index=list(classes), columns=list(classes))


def numbers(comparison: Comparison) -> pd.DataFrame:
    """Every cell of every run (by name) as one table, unrounded: run, noise, severity, images, right, accuracy, low, high."""
    tables = [arm.cells.assign(run=arm.name) for arm in comparison.arms]
    whole = pd.concat(tables, ignore_index=True)
    return whole[["run", *[name for name in whole.columns if name != "run"]]]
