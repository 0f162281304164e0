"""Runs as they are compared: what one measured under each noise, alone or as the mean of its seeds. No torch."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from core.evaluation.answers import Answers
from core.evaluation.clusters import mean_of, numbered
from core.evaluation.joined import JoinedEvaluation, pictures_key
from core.evaluation.measures.accuracy import ACCURACY
from core.noise.catalogue import CLEAN
from core.noise.overlap import cluster_weights
from core.runs.runs import Run
from core.statistics import guessing_share
from core.words import Text

Guess = Literal["hardly", "untold", "worse"]
"""An accuracy is hardly better than guessing; it cannot be told from guessing; it is lower."""
HARDLY = 0.2
"""The part of the way from guessing to always right up to which an accuracy is hardly better than guessing."""


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
