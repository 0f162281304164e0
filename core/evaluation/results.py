"""All that is known of some runs from their tests, in numbers: cells, summaries, errors against a baseline, pairs. No torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.evaluation.answers import Answers
from core.evaluation.arms import Arm, Measured, evaluated_run
from core.evaluation.clusters import of_groups
from core.evaluation.comparison import Comparison, compare
from core.evaluation.corruption_error import CorruptionErrors, corruption_errors
from core.evaluation.distance import Distance
from core.evaluation.grouped import Seeds, grouped, sd_over_seeds
from core.evaluation.joined import JoinedEvaluation, pictures_key, read_joined
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.metrics import Table, numbered_cells
from core.evaluation.pairs import Pair, pairs_of
from core.evaluation.psychometric import Falls, falls_under
from core.evaluation.rows import rows_of
from core.evaluation.stored_answers import groups_of as picture_groups
from core.evaluation.stored_answers import joined_answers
from core.evaluation.validation import Validated
from core.noise.catalogue import CLEAN, Cell
from core.runs.groups import groups_of
from core.runs.runs import Run
from core.words import Text

Level = Literal["picture", "group"]
Kept = Literal["best", "last"]

OTHER_PICTURES = Text(
    en="They were tested on different pictures, or under other draws of the noise.",
    ko="서로 다른 사진이나 다르게 뽑은 노이즈로 시험했습니다.",
)
NO_BASELINE = Text(
    en="None of these runs was trained on clean pictures alone: name a baseline.",
    ko="원본으로만 학습한 모델이 없습니다. 기준 모델을 정해 주세요.",
)
NO_NOISE = Text(
    en="Of ImageNet-C's fifteen noises none was tested for both.",
    ko="ImageNet-C의 열다섯 노이즈 가운데 둘 다 시험한 것이 없습니다.",
)
OWN_VALUES = Text(
    en="Corruption errors are of severities 1 to 5; this test has values of its own.",
    ko="손상 오류는 강도 1~5로 정의되는데, 이 시험은 따로 정한 값으로 했습니다.",
)
OF_GROUPS = Text(
    en="Counted are groups (videos, persons): each by the mean probability of its pictures, and one whose pictures are of several "
    "classes once for each of these. Thresholds are of groups of validation pictures.",
    ko="그룹(동영상, 사람)을 셉니다. 그룹의 답은 그 사진들의 확률 평균으로 정하고, 여러 클래스의 사진이 섞인 그룹은 클래스마다 한 번씩 셉니다. "
    "기준값도 검증 사진의 그룹으로 정했습니다.",
)
NO_GROUPS = Text(
    en="Nothing is known of which pictures belong together: each stands for itself.",
    ko="어떤 사진이 한 그룹인지 알 수 없어 사진마다 따로 셉니다.",
)


@dataclass(frozen=True)
class Checkpoint:
    """Which weights were tested, and what chose them."""

    kept: Kept | None
    """"best": of the epoch that validation pictures chose; None where that is not known."""
    averaged: bool
    """They are an average over steps."""
    chosen_by: str | None
    """As of core.runs.runs.Summary; None where that is not known."""
    epoch: int
    """1 the first; 0 where that is not known."""


def checkpoint_of(run: Run) -> Checkpoint:
    """What is known of the weights of a run."""
    summary = run.summary
    if run.origin is not None or summary is None:
        return Checkpoint(None, False, None, 0)
    chosen = summary.chosen_by
    kept: Kept = "best" if chosen in ("clean", "clean_and_noisy") else "last"
    return Checkpoint(kept, run.recipe.average > 0, chosen, summary.chosen_epoch or summary.epochs)


@dataclass(frozen=True)
class Tested:
    """A run with one of its tests, as numbers are made of it."""

    run: Run
    test: JoinedEvaluation
    answers: Answers
    """Of pictures, or of groups where these are what is counted."""
    validated: Validated
    grouped: bool
    """What is counted are groups."""
    notes: tuple[Text, ...] = ()

    def predicted(self) -> Iterator[tuple[Cell, NDArray[Any], NDArray[Any], NDArray[np.int64] | None]]:
        """Cell by cell, clean first: of N things that are counted the true and the predicted class (their places), and
        their groups' numbers, N each; None where no groups are known."""
        rows = _rows(self.test, self.grouped)
        places, number = numbered_cells(rows)
        truth, prediction = np.asarray(rows["truth"]), np.asarray(rows["prediction"])
        known = None if self.answers.groups is None else self.answers.group_of
        groups = None if known is None else known.loc[np.asarray(rows["image"])].to_numpy()
        for place, cell in enumerate(places):
            own = number == place
            yield cell, truth[own], prediction[own], None if groups is None else groups[own]


def _rows(test: JoinedEvaluation, grouped: bool) -> Table:
    """A predictions table of what is counted."""
    columns = ["image", "noise", "severity", "truth", "probabilities" if grouped else "prediction"]
    rows = read_joined(test, columns)
    groups = picture_groups(test.parts[0].folder) if grouped else None
    return rows if groups is None else of_groups(rows, groups)


def tested(run: Run, test: JoinedEvaluation, level: Level, validated: Validated) -> Tested:
    """A run's answers, each picture for itself, or a group for its pictures.

    Args:
        level: "group": the class that is likeliest by the mean probability of a group's pictures.
        validated: of what is counted: core.evaluation.validation.fixed_of_groups has it of groups.
    """
    groups = picture_groups(test.parts[0].folder)
    if level == "picture" or groups is None:
        notes = () if level == "picture" else (NO_GROUPS,)
        return Tested(run, test, joined_answers(test), validated, False, notes)
    rows = _rows(test, grouped=True)
    answers = Answers.of(rows, test.classes, None, validated.fixed)
    return Tested(run, test, answers, validated, True, (OF_GROUPS,))


@dataclass(frozen=True)
class Summary:
    """A run in a few numbers, each 0..1 with its 95 % interval."""

    clean: Measured
    """As the others in per cent."""
    mean: Measured | None
    """Accuracy over the noises that all runs share and that are in means; None without any."""
    balanced: Measured | None
    """As `mean`, but noises that say the same of models count together (core.noise.overlap)."""
    lost: Measured | None
    """Points that these cost."""
    far: Measured | None
    """As `mean`, over the noises of the mean that are far from what it was trained with; None where none is known to be."""
    far_noises: tuple[str, ...]
    errors: CorruptionErrors | None
    """Against the baseline."""
    why: Text | None
    """Why there are none."""


@dataclass(frozen=True)
class RunResults:
    """One run."""

    tested: Tested
    arm: Arm
    summary: Summary
    limit: float
    """The accuracy of `falls`."""
    falls: dict[str, Falls]
    """By noise; none of a test at a noise's own values, whose places are no severities."""
    distance: Mapping[str, Distance]
    """By noise, of those that it is known of."""


@dataclass(frozen=True)
class PairResults:
    """Two runs, the first as it was given first."""

    a: str
    b: str
    pairs: list[Pair] = field(default_factory=list)
    why: Text | None = None
    """Why they cannot be compared."""


@dataclass(frozen=True)
class GroupResults:
    """Runs that differ in their seed alone, by their mean."""

    arm: Arm
    clean: Measured
    clean_sd: float
    """Standard deviation over seeds, in points, as the others."""
    mean: Measured | None
    """As of Summary."""
    mean_sd: float | None
    lost: Measured | None
    lost_sd: float | None


@dataclass(frozen=True)
class Results:
    """Some runs."""

    runs: list[RunResults]
    comparison: Comparison
    pairs: list[PairResults]
    baseline: str | None
    """The id of the run that corruption errors are of."""
    groups: list[GroupResults] = field(default_factory=list)
    """Those of several seeds; a run alone is no group."""


def results_of(
    some: Sequence[Tested],
    baseline: Tested | None = None,
    limit: float | None = None,
    distances: Mapping[str, Mapping[str, Distance]] | None = None,
) -> Results:
    """Everything that follows from the tests of these runs.

    Args:
        baseline: that corruption errors are against; None: the first run that was trained on clean pictures alone.
        limit: an accuracy, 0..1, that noises are to be told the severity of; None: half way from each run's clean accuracy
            to guessing.
        distances: by the id of a run and noise, as far as they are known.
    """
    comparison = compare([evaluated_run(one.run, one.test, one.answers) for one in some])
    base = baseline or next((one for one in some if one.run.reference), None)
    runs = []
    for one, arm in zip(some, comparison.arms, strict=True):
        wanted = limit if limit is not None else (arm.clean + arm.guessing) / 2
        found = (distances or {}).get(one.run.id, {})
        runs.append(
            RunResults(
                tested=one,
                arm=arm,
                summary=_summary(one, arm, comparison, base, found),
                limit=wanted,
                falls={} if one.test.mode.at else _falls(one.answers, wanted, _even(one.test)),
                distance=found,
            )
        )
    return Results(
        runs,
        comparison,
        [_pair(a, b) for a, b in combinations(some, 2)],
        base.run.id if base else None,
        [_group(arm) for arm in grouped(comparison, seeds_among(some)).arms if arm.seeds],
    )


def seeds_among(some: Sequence[Tested]) -> list[Seeds]:
    """The runs, those that differ in their seed alone and saw the same pictures as one, in the order in which they are given."""
    tests = {one.run.id: [one.test] for one in some}
    places = {one.run.id: place for place, one in enumerate(some)}
    rows = rows_of(groups_of(sorted((one.run for one in some), key=lambda run: -run.created)), tests)
    found = [row.seeds for row in rows]
    found += [Seeds(run.id, run.label, (run.id,)) for row in rows for run in row.apart]
    return sorted(found, key=lambda one: min(places[run] for run in one.runs))


def _group(arm: Arm) -> GroupResults:
    noisy = bool(arm.in_means)
    return GroupResults(
        arm=arm,
        clean=Measured(*(100 * arm.rate(CLEAN, name) for name in ACCURACY.columns[:3])),
        clean_sd=sd_over_seeds(arm, [CLEAN]) or 0.0,
        mean=arm.under() if noisy else None,
        mean_sd=sd_over_seeds(arm) if noisy else None,
        lost=arm.lost_to() if noisy else None,
        lost_sd=sd_over_seeds(arm, lost=True) if noisy else None,
    )


def _summary(
    one: Tested, arm: Arm, comparison: Comparison, base: Tested | None, distance: Mapping[str, Distance]
) -> Summary:
    noises = comparison.in_means
    far = [noise for noise in noises if noise in distance and distance[noise].kind == "far"]
    errors, why = None, None
    if one.test.mode.at:
        why = OWN_VALUES
    elif base is None:
        why = NO_BASELINE
    elif _pictures(one) != _pictures(base):
        why = OTHER_PICTURES
    else:
        errors = corruption_errors(one.answers, base.answers)
        why = None if errors.mean else NO_NOISE
    return Summary(
        clean=Measured(*(100 * arm.rate(CLEAN, one) for one in ACCURACY.columns[:3])),
        mean=arm.under() if noises else None,
        balanced=arm.balanced() if noises else None,
        lost=arm.lost_to() if noises else None,
        far=arm.under(far) if far else None,
        far_noises=tuple(far),
        errors=errors,
        why=why,
    )


def _pictures(one: Tested) -> object:
    """The same for tests that saw the same noisy pictures, counted in the same way."""
    return (*pictures_key(one.run, one.test), one.grouped, one.answers.images.tobytes())


def _pair(a: Tested, b: Tested) -> PairResults:
    if _pictures(a) != _pictures(b):
        return PairResults(a.run.id, b.run.id, why=OTHER_PICTURES)
    return PairResults(a.run.id, b.run.id, pairs_of(a.answers, b.answers))


def _even(test: JoinedEvaluation) -> float:
    """What naming any class by chance gives."""
    return 1 / max(1, len(test.classes))


def _falls(answers: Answers, limit: float, guess: float) -> dict[str, Falls]:
    rows: dict[str, list[tuple[int, Cell]]] = {}
    for row, place in enumerate(answers.places):
        rows.setdefault(place[0], []).append((row, place))
    clean = rows.pop(CLEAN, [])
    found = {}
    for noise, own in rows.items():
        chosen = [*clean, *own]
        right = answers.right[[row for row, _ in chosen]]
        severities = np.array([severity for _, (_, severity) in chosen])
        told = falls_under(right, severities, limit, guess, answers.groups)
        if told is not None:
            found[noise] = told
    return found
