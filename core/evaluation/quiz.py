"""A person asked the same pictures as the models: which ones, how many were right, and whether both fail alike. No torch.

Every question is one picture under one noise and severity, as an evaluation shows it (core.evaluation.predictions.noisy_picture),
so that what a model says of it stands in its predictions already.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.answers import Answers
from core.evaluation.measures.accuracy import ACCURACY
from core.limits import QUIZ_QUESTIONS
from core.noise.catalogue import CLEAN, Cell
from core.records import Record
from core.statistics import wilson

SECONDS_EACH = 6.0
"""About how long a person takes for one."""
UNDER_NOISE = "noise"
"""In a table of `by_severity`: any noise."""
_RESAMPLES = 2000


@dataclass(frozen=True)
class Question(Record):
    """One picture to be named."""

    image: int = 0
    """Its number in the data set."""
    noise: str = CLEAN
    severity: int = 0
    """1..5; 0 is clean."""
    truth: int = 0
    """Its class."""

    @property
    def cell(self) -> Cell:
        """Its noise and severity."""
        return self.noise, self.severity


@dataclass(frozen=True)
class Pool:
    """What questions are drawn from."""

    images: NDArray[np.int64]
    """N numbers of pictures, ascending."""
    truth: NDArray[np.int64]
    """N: the class of each."""
    cells: tuple[Cell, ...]
    """Noises and severities, clean among them."""


def shared_pool(tested: Sequence[Answers], without: Collection[str] = ()) -> Pool:
    """The pictures and cells that all of these tests have; empty where there are none.

    Args:
        tested: at least one, all of one data set under the same draws of noise; each may be of some of its pictures alone.
        without: noises that no question is of.
    """
    cells = [
        cell
        for cell in tested[0].places
        if cell[0] not in without and all(cell in one.places for one in tested)
    ]
    whole = []
    for one in tested:
        shown = one.under(cells).shown if cells else np.zeros((0, len(one.images)), bool)
        whole.append(one.images[shown.all(axis=0)] if cells else one.images[:0])
    images = whole[0]
    for other in whole[1:]:
        images = np.intersect1d(images, other)
    truth = tested[0].truth[np.searchsorted(tested[0].images, images)]
    return Pool(images.astype(np.int64), truth.astype(np.int64), tuple(cells))


def draw(pool: Pool, seed: int, count: int = QUIZ_QUESTIONS) -> list[Question]:
    """Questions by chance: each class and each severity (clean is one) as often as the others, or once less; so is each noise
    among those of a severity. No picture comes twice.

    Args:
        count: fewer are drawn where there are not so many pictures.
    """
    chance = np.random.default_rng(seed)
    left = {
        int(name): chance.permutation(pool.images[pool.truth == name]).tolist()
        for name in np.unique(pool.truth)
    }
    noises: dict[int, list[str]] = {}
    for noise, severity in pool.cells:
        noises.setdefault(severity, []).append(noise)
    classes, levels, pairs, of_noise = Counter[int](), Counter[int](), Counter[Cell](), Counter[str]()
    questions: list[Question] = []
    while noises and len(questions) < count and any(left.values()):
        open_classes = [name for name, images in left.items() if images]
        fewest = min(classes[name] for name in open_classes)
        rarest = min(levels[level] for level in noises)
        choices = [
            (name, level)
            for name in open_classes
            if classes[name] == fewest
            for level in noises
            if levels[level] == rarest
        ]
        least = min(pairs[str(name), level] for name, level in choices)
        choices = [one for one in choices if pairs[str(one[0]), one[1]] == least]
        name, level = choices[int(chance.integers(len(choices)))]
        fewest = min(of_noise[noise] for noise in noises[level])
        among = [noise for noise in noises[level] if of_noise[noise] == fewest]
        noise = among[int(chance.integers(len(among)))]
        questions.append(Question(int(left[name].pop()), noise, level, name))
        classes[name] += 1
        levels[level] += 1
        pairs[str(name), level] += 1
        of_noise[noise] += 1
    return [questions[place] for place in chance.permutation(len(questions))]


@dataclass(frozen=True)
class Score:
    """How many of some questions were right, with Wilson's 95 % interval of the share, 0..1."""

    right: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that is right, 0..1; NaN of none."""
        return self.right / self.n if self.n else float("nan")

    @classmethod
    def of(cls, right: NDArray[np.bool_]) -> "Score":
        """Args: right: N, a question each."""
        found, n = int(right.sum()), len(right)
        return cls(found, n, *wilson(found, n))


def right_of(questions: Sequence[Question], answers: Answers) -> NDArray[np.bool_]:
    """Whether a tested run was right on each of the questions, which are of the pictures and cells of its test: N."""
    rows = {cell: row for row, cell in enumerate(answers.places)}
    columns = np.searchsorted(answers.images, [one.image for one in questions])
    return np.asarray(
        [answers.right[rows[one.cell], column] for one, column in zip(questions, columns, strict=True)], bool
    )


def by_severity(questions: Sequence[Question], right: NDArray[np.bool_]) -> pd.DataFrame:
    """A row a severity that was asked for, as core.evaluation.metrics has cells: noise (CLEAN or UNDER_NOISE), severity, images,
    right, and accuracy with its Wilson interval.

    Args:
        right: N, of each question.
    """
    severity = np.array([one.severity for one in questions], np.int64)
    value, low, high, n = ACCURACY.columns
    rows = []
    for level in np.unique(severity).tolist():
        score = Score.of(right[severity == level])
        rows.append(
            {
                "noise": UNDER_NOISE if level else CLEAN,
                "severity": level,
                n: score.n,
                "right": score.right,
                value: score.share,
                low: score.low,
                high: score.high,
            }
        )
    return pd.DataFrame(rows, columns=["noise", "severity", n, "right", value, low, high])


@dataclass(frozen=True)
class Agreement:
    """Two who answered the same questions, right or wrong."""

    both: int
    """Right on so many together; then one of them alone, and neither."""
    first: int
    second: int
    neither: int
    kappa: float | None
    """Error consistency (Geirhos, Meding and Wichmann 2020): Cohen's kappa of right and wrong,
    (observed - expected) / (1 - expected), where expected is how often two who fail independently are both right or both wrong.
    1: they fail on the same questions, 0: as alike as chance has it. None: one of them was always right or always wrong,
    which tells nothing of where they fail."""
    low: float | None
    high: float | None
    """Its 95 % interval, by questions drawn anew (percentiles); None where it has none."""
    p: float
    """How likely chance makes one of them better by so many questions: the exact sign test of those that one alone had right
    (McNemar 1947)."""

    @classmethod
    def of(cls, first: NDArray[np.bool_], second: NDArray[np.bool_], seed: int = 0) -> "Agreement":
        """Args:
        first, second: N, right or wrong.
        seed: of what is drawn anew.
        """
        both, alone = int((first & second).sum()), int((first & ~second).sum())
        other, n = int((~first & second).sum()), len(first)
        kappa = _kappa(first[None], second[None])[0]
        low = high = None
        if np.isfinite(kappa):
            drawn = np.random.default_rng(seed).integers(n, size=(_RESAMPLES, n))
            kappas = _kappa(first[drawn], second[drawn])
            low, high = (float(end) for end in np.nanpercentile(kappas, [2.5, 97.5]))
        return cls(
            both,
            alone,
            other,
            n - both - alone - other,
            float(kappa) if np.isfinite(kappa) else None,
            low,
            high,
            sign_test(alone, other),
        )


def _kappa(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of each row of two tables R,N; NaN where one of the two was always right or always wrong."""
    one, two = first.mean(axis=-1), second.mean(axis=-1)
    expected = one * two + (1 - one) * (1 - two)
    observed = (first == second).mean(axis=-1)
    told = (one > 0) & (one < 1) & (two > 0) & (two < 1)
    return np.where(told, (observed - expected) / np.where(told, 1 - expected, 1), np.nan)


def sign_test(one: int, other: int) -> float:
    """How likely a fair coin falls as unevenly as `one` against `other`, or more so: 0..1."""
    n, fewer = one + other, min(one, other)
    return min(1.0, 2 * sum(comb(n, k) for k in range(fewer + 1)) / 2**n)


@dataclass(frozen=True)
class Quiz(Record):
    """Questions and what a person answered."""

    data_set_id: str = ""
    data_set: str = ""
    """Its name then."""
    data_fingerprint: str = ""
    table: str = "imagenet_c"
    """The severity table of its noises."""
    classes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    answers: list[int | None] = field(default_factory=list)
    """Of each question that was asked the class; None: skipped."""
    run_ids: list[str] = field(default_factory=list)
    """Runs beside which it was taken."""

    @property
    def answered(self) -> list[int]:
        """Places of the questions that were answered."""
        return [place for place, answer in enumerate(self.answers) if answer is not None]

    @property
    def over(self) -> bool:
        """Every question was answered or left."""
        return len(self.answers) >= len(self.questions)

    def taken(self) -> tuple[list[Question], NDArray[np.bool_]]:
        """The questions that were answered, and whether each was right: N."""
        asked = [self.questions[place] for place in self.answered]
        said = [self.answers[place] for place in self.answered]
        return asked, np.array(
            [answer == one.truth for one, answer in zip(asked, said, strict=True)], np.bool_
        )

    def guessing(self) -> float:
        """The accuracy of guessing, 0..1: every class comes as often as the others."""
        return 1 / max(1, len(self.classes))


def table_of(
    quiz: Quiz, names: Sequence[str], said: Mapping[str, Sequence[int | None]] | None = None
) -> pd.DataFrame:
    """A row a question that was asked: picture, noise, severity, truth, the person's answer ("" where skipped), and that of runs.

    Args:
        names: of the data set's pictures.
        said: run name -> the class that it named, of each question.
    """
    rows = []
    for place, (one, answer) in enumerate(zip(quiz.questions, quiz.answers, strict=False)):
        row: dict[str, object] = {
            "question": place + 1,
            "picture": names[one.image] if one.image < len(names) else str(one.image),
            "image": one.image,
            "noise": one.noise,
            "severity": one.severity,
            "truth": quiz.classes[one.truth],
            "answer": "" if answer is None else quiz.classes[answer],
        }
        for run, answers in (said or {}).items():
            named = answers[place]
            row[f"run {run}"] = "" if named is None else quiz.classes[named]
        rows.append(row)
    return pd.DataFrame(rows)
