"""Which way a run fails (its bias): how often it gives each class under each noise, and for two classes where its scores lie. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.fixed import Fixed
from core.evaluation.measures.telling_apart import FALSE_POSITIVE, POSITIVE, THRESHOLD_MOVED, TRUE_POSITIVE
from core.noise.catalogue import CLEAN
from core.statistics import wilson

TRUTH = "truth"
"""In the place of a noise: what the pictures are."""
BINS = 20
"""Of scores, 0..1."""


def answer_shares(predictions: pd.DataFrame, classes: int, independent: int) -> pd.DataFrame:
    """How often each class is given, a row a noise and class: noise, answer, answers, share, low, high (0..1; 95 %, Wilson's of as
    many as are independent, whatever the number of severities).

    The first rows are of TRUTH: what the clean pictures are.

    Args:
        predictions: noise, truth, prediction, of all severities that are looked at, clean among them.
        independent: pictures that say something of their own.
    """
    clean = predictions[predictions["noise"] == CLEAN]
    parts = [(TRUTH, clean["truth"])]
    parts += [
        (str(noise), own["prediction"])
        for noise, own in predictions.groupby("noise", sort=False, observed=True)
    ]
    rows = []
    for noise, answers in parts:
        counts = np.bincount(answers.to_numpy(np.int64), minlength=classes)
        total = max(1, int(counts.sum()))
        for answer, number in enumerate(counts.tolist()):
            share = number / total
            rows.append((noise, answer, number, share, *wilson(share * independent, independent)))
    return pd.DataFrame(rows, columns=["noise", "answer", "answers", "share", "low", "high"])


def positive_scores(predictions: pd.DataFrame) -> NDArray[np.float64]:
    """N: the probability of the second of two classes.

    Args:
        predictions: prediction and confidence: the probability of what is predicted.
    """
    sure = predictions["confidence"].to_numpy(np.float64)
    return np.where(predictions["prediction"].to_numpy() == POSITIVE, sure, 1 - sure)


@dataclass(frozen=True)
class Scores:
    """The scores of two classes: of so many pictures of each, which share lies in each of BINS equal parts of 0..1."""

    negative: NDArray[np.float64]
    """BINS, 1 in sum."""
    positive: NDArray[np.float64]
    pictures: tuple[int, int]
    """Answers that both are of, the negative first."""


def scores_of(predictions: pd.DataFrame) -> Scores | None:
    """How sure a run is of the second class, by the class that is true; None where one of the two has no picture, or no score
    is known.

    Args:
        predictions: a table of one or several cells of a run on two classes: truth, prediction and confidence.
    """
    scores, truth = positive_scores(predictions), predictions["truth"].to_numpy()
    if np.isnan(scores).any():
        return None
    found = []
    for label in (1 - POSITIVE, POSITIVE):
        own = scores[truth == label]
        if not len(own):
            return None
        found.append((np.histogram(own, BINS, (0, 1))[0] / len(own), len(own)))
    (negative, without), (positive, having) = found
    return Scores(negative, positive, (without, having))


def score_table(scores: Scores) -> pd.DataFrame:
    """A row a class and part of 0..1: positive, from, to, share (0..1), answers."""
    ends = np.linspace(0, 1, BINS + 1)
    parts = [
        pd.DataFrame({"positive": which, "from": ends[:-1], "to": ends[1:], "share": shares, "answers": n})
        for which, shares, n in zip(
            (False, True), (scores.negative, scores.positive), scores.pictures, strict=True
        )
    ]
    return pd.concat(parts, ignore_index=True)


def threshold_table(cells: pd.DataFrame, fixed: Fixed | None, noises: Sequence[str]) -> pd.DataFrame | None:
    """At the threshold that was fixed on clean validation pictures: a row clean and each noise.

    Columns noise, tpr, tpr_low, tpr_high, fpr, fpr_low, fpr_high (0..1), threshold (where both errors are alike now), moved,
    moved_low, moved_high (-1..1). None where nothing was fixed, or there are not two classes.

    Args:
        cells: a row a noise, as core.evaluation.arms.Arm.by_noise.
    """
    if fixed is None or fixed.threshold is None:
        return None
    by = {str(row["noise"]): row for row in cells.to_dict("records")}
    rows = []
    for noise in (CLEAN, *noises):
        own = by[noise]
        moved = [float(own[name]) for name in THRESHOLD_MOVED.columns[:3]]
        if np.isnan(moved[0]):
            continue
        rates = [float(own[name]) for one in (TRUE_POSITIVE, FALSE_POSITIVE) for name in one.columns[:3]]
        rows.append((noise, *rates, fixed.threshold + moved[0], *moved))
    names = [
        "tpr",
        "tpr_low",
        "tpr_high",
        "fpr",
        "fpr_low",
        "fpr_high",
        "threshold",
        "moved",
        "moved_low",
        "moved_high",
    ]
    return pd.DataFrame(rows, columns=["noise", *names]) if rows else None
