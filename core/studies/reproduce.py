"""A run made again from its recipe, and laid beside the first: what came out the same, what did not, and why. No torch.

Nothing is kept of which run repeats which: a run repeats another where both have the same recipe, as it was settled when they
began, and the same fingerprint of their data.
"""

import filecmp
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import DataSet
from core.errors import DataChangedSince, TrainedElsewhere
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import compare
from core.evaluation.joined import (
    JoinedEvaluation,
    joined_evaluations,
    pictures_key,
    read_joined,
    whole_grid,
)
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.stored_answers import joined_answers
from core.evaluation.versions import version_words
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.job import Job
from core.noise.catalogue import CLEAN, all_noises, noise_name
from core.runs.estimate import Span, seconds_for, seconds_to_test
from core.runs.recipe import Recipe
from core.runs.runs import Run, data_set_of, list_runs, settled, without_network
from core.store import Workspace
from core.training.job import Training, started_from, submit_trainings
from core.words import Text, fill_text, rounded


@dataclass(frozen=True)
class Repeat:
    """What making a run again is."""

    run: Run
    data_set: DataSet
    recipe: Recipe
    noises: tuple[str, ...]
    """That it is tested under; none where the first was not tested."""
    severities: tuple[int, ...]
    time: Span


def repeat_of(workspace: Workspace, run: Run) -> Repeat:
    """How a run would be made again.

    Raises:
        TrainedElsewhere: it was brought in. NotTrained: it has not come to its end. DataSetDeleted. DataChangedSince. What
        `Recipe.check` and `started_from` raise: this version cannot train it.
    """
    if run.origin is not None:
        raise TrainedElsewhere(name=run.label)
    if run.summary is None:
        raise without_network(run)
    data_set = data_set_of(workspace, run)
    then, now = run.recipe.data_set_fingerprint, data_set.card.fingerprint
    if then and then != now:
        raise DataChangedSince(name=run.label, then=then, now=now)
    recipe = settled(run)
    recipe.check()
    started_from(workspace, recipe)
    tests = joined_evaluations(workspace, run)
    known = {noise.key for noise in all_noises()}
    cells = whole_grid([cell for cell in tests[0].cells if cell[0] in known]) if tests else ()
    noises = tuple(dict.fromkeys(noise for noise, _ in cells))
    severities = tuple(sorted({severity for _, severity in cells}))
    time = seconds_for(workspace, recipe, data_set)
    if tests:
        time = time + seconds_to_test(workspace, recipe, data_set, noises, severities, GRAD_CAM.passes)
    return Repeat(run, data_set, recipe, noises, severities, time.with_start)


def submit_repeat(workspace: Workspace, repeat: Repeat) -> tuple[Run, Job]:
    """Queue making a run again: training, and the test that it had.

    Raises:
        As `core.training.job.submit_trainings`.
    """
    follow = None
    if repeat.noises:
        follow = {"noises": list(repeat.noises), "severities": list(repeat.severities)}
    label = fill_text(Text(en="{name} again", ko="{name} (재현)"), name=repeat.run.label)
    again = Training(repeat.recipe, f"{repeat.run.name[:70]} again", follow, rename=True, label=label)
    return submit_trainings(workspace, repeat.data_set, [again])[0]


def of_same_recipe(workspace: Workspace, run: Run) -> list[Run]:
    """The other runs of the same recipe and data, newest first, also those that are still to be trained."""
    if run.origin is not None:
        return []
    wanted = _what_decides(run)
    return [
        one
        for one in list_runs(workspace)
        if one.id != run.id and one.origin is None and _what_decides(one) == wanted
    ]


def repeats(workspace: Workspace, run: Run) -> list[Run]:
    """Those of them that have been trained."""
    return [one for one in of_same_recipe(workspace, run) if one.summary is not None]


def _what_decides(run: Run) -> Recipe:
    return replace(settled(run), data_set_id="", preset="", device="auto")


@dataclass(frozen=True)
class Number:
    """One number of both runs, in per cent."""

    key: str
    """"validation", "clean", "mean", or a noise."""
    name: Text
    first: float
    second: float
    low: float | None = None
    high: float | None = None
    """The first's 95 % interval; None where none is known."""

    @property
    def difference(self) -> float:
        """In points; positive where the second is better."""
        return self.second - self.first

    @property
    def within(self) -> bool | None:
        """Whether the second lies within the first's interval; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.second <= self.high


@dataclass(frozen=True)
class Reproduction:
    """Two runs of one recipe beside each other."""

    first: Run
    second: Run
    numbers: tuple[Number, ...]
    same_weights: bool | None
    """Bit for bit; None where the weights of one of them are gone."""
    answers: int
    """Rows of predictions that both have: pictures x cells ..."""
    same_answers: int
    """... of which so many name the same class ..."""
    exact_answers: int
    """... and so many with the very same probability."""
    tested: bool
    """Both were tested on the same noisy pictures."""
    apart: tuple[Text, ...]
    """What differs around them: versions, processor, device."""
    unknown: bool
    """Of one of them it is not known with which versions or on which processor it was trained."""

    @property
    def outside(self) -> list[Number]:
        """Numbers of the second that lie outside the first's interval."""
        return [one for one in self.numbers if one.within is False]

    @property
    def identical(self) -> bool:
        """Weights and, where both were tested, answers are the same bit for bit."""
        return bool(self.same_weights) and self.exact_answers == self.answers

    @property
    def should_be(self) -> bool | None:
        """Whether it is to come out bit for bit: on the same processor with the same versions; None: not known."""
        if self.apart or {_device(self.first), _device(self.second)} != {"CPU"}:
            return False
        return None if self.unknown else True

    @property
    def sentence(self) -> Text:
        """What came of it."""
        far = max(self.numbers, key=lambda one: abs(one.difference), default=None)
        most = {"points": rounded(abs(far.difference), 1), "where": far.name} if far else {}
        if self.identical:
            said = _IDENTICAL if self.tested else _IDENTICAL_UNTESTED
        elif not self.tested:
            said = _UNTESTED
        elif not self.outside:
            said = _WITHIN
        else:
            said = _OUTSIDE
        return fill_text(said, n=len(self.outside), of=len(self.numbers), answers=f"{self.answers:,}", **most)

    @property
    def expected(self) -> Text:
        """Whether that is what was to be expected."""
        if self.identical:
            return _AS_IT_SHOULD if self.should_be else _LUCKY if self.apart else _AS_IT_MAY
        if self.should_be:
            return _NOT_AS_IT_SHOULD
        return _MAY if self.apart else _NOT_KNOWN


_IDENTICAL = Text(
    en="The same, bit for bit: the weights, and all {answers} answers with their probabilities.",
    ko="비트까지 같습니다. 가중치도, 답 {answers}개와 그 확률도 모두 같습니다.",
)
_IDENTICAL_UNTESTED = Text(
    en="The weights are the same, bit for bit; both were not tested on the same pictures.",
    ko="가중치가 비트까지 같습니다. 둘 다 같은 사진으로 시험하지는 않았습니다.",
)
_WITHIN = Text(
    en="Reproduced: all {of} numbers lie within the first run's 95 % intervals; the largest difference is {points} points "
    "({where}).",
    ko="재현되었습니다. 숫자 {of}개가 모두 처음 결과의 95% 구간 안에 있습니다. 가장 큰 차이는 {points}%포인트({where})입니다.",
)
_OUTSIDE = Text(
    en="{n} of {of} numbers lie outside the first run's 95 % intervals; the largest difference is {points} points ({where}).",
    ko="숫자 {of}개 가운데 {n}개가 처음 결과의 95% 구간을 벗어났습니다. 가장 큰 차이는 {points}%포인트({where})입니다.",
)
_UNTESTED = Text(
    en="Only training can be compared: both were not tested on the same pictures.",
    ko="둘 다 같은 사진으로 시험하지 않아 학습 결과만 비교할 수 있습니다.",
)
_AS_IT_SHOULD = Text(
    en="So it should be: same processor, same versions, same threads.",
    ko="프로세서와 버전, 스레드 수가 같으니 그래야 합니다.",
)
_AS_IT_MAY = Text(
    en="On the same processor with the same versions it has to be; an older run does not say which it had.",
    ko="프로세서와 버전이 같으면 그래야 합니다. 다만 예전 모델은 그것을 적어 두지 않았습니다.",
)
_LUCKY = Text(
    en="That is more than had to be expected.", ko="꼭 같을 것이라 기대하지 않아도 되는데 같게 나왔습니다."
)
_NOT_AS_IT_SHOULD = Text(
    en="On the same processor with the same versions it should be the same bit for bit: something else changed, such as the "
    "program's own code.",
    ko="프로세서와 버전이 같으면 비트까지 같아야 합니다. 프로그램의 코드처럼 다른 것이 바뀌었습니다.",
)
_MAY = Text(
    en="It need not be the same bit for bit: what is listed below differs.",
    ko="아래가 서로 달라 비트까지 같지 않을 수 있습니다.",
)
_NOT_KNOWN = Text(
    en="Whether it had to be the same bit for bit is not known: it is on a processor with the same versions; an older run does "
    "not say which it had, and a graphics card adds in another order each time.",
    ko="비트까지 같아야 하는지는 알 수 없습니다. 같은 버전으로 프로세서에서 학습하면 같아야 하지만, 예전 모델은 버전을 적어 두지 않았고 "
    "그래픽 카드는 매번 다른 순서로 더합니다.",
)


def reproduction(workspace: Workspace, first: Run, second: Run) -> Reproduction:
    """Lay two runs beside each other; both have been trained."""
    tests = _tests(workspace, first, second)
    numbers = [*_of_training(first, second), *(_of_tests(first, second, tests) if tests else [])]
    rows, same, exact = _answers(tests) if tests else (0, 0, 0)
    apart, unknown = _apart(first, second, tests)
    return Reproduction(
        first,
        second,
        tuple(numbers),
        _same_weights(first, second),
        rows,
        same,
        exact,
        tests is not None,
        tuple(apart),
        unknown,
    )


def _tests(workspace: Workspace, first: Run, second: Run) -> tuple[JoinedEvaluation, JoinedEvaluation] | None:
    """The newest tests of both on the same noisy pictures."""
    theirs = {pictures_key(second, one): one for one in reversed(joined_evaluations(workspace, second))}
    for one in joined_evaluations(workspace, first):
        if pictures_key(first, one) in theirs:
            return one, theirs[pictures_key(first, one)]
    return None


def _of_training(first: Run, second: Run) -> list[Number]:
    one, other = first.summary, second.summary
    if one is None or other is None or one.validation_accuracy is None or other.validation_accuracy is None:
        return []
    name = Text(en="validation accuracy", ko="검증 정확도")
    return [Number("validation", name, 100 * one.validation_accuracy, 100 * other.validation_accuracy)]


def _of_tests(first: Run, second: Run, tests: tuple[JoinedEvaluation, JoinedEvaluation]) -> list[Number]:
    """The numbers that Results shows of both."""
    runs = zip((first, second), tests, strict=True)
    comparison = compare([evaluated_run(run, test, joined_answers(test)) for run, test in runs])
    one, other = comparison.arms
    value, low, high, _ = ACCURACY.columns
    found = []
    for noise in (CLEAN, *comparison.noises):
        name = Text(en="clean", ko="원본") if noise == CLEAN else noise_name(noise)
        was, least, most = (100 * one.rate(noise, column) for column in (value, low, high))
        found.append(Number(noise, name, was, 100 * other.rate(noise, value), least, most))
    if comparison.in_means:
        under = one.under()
        name = Text(en="mean under noise", ko="노이즈 평균")
        found.insert(1, Number("mean", name, under.mean, other.under().mean, under.low, under.high))
    return found


def _answers(tests: tuple[JoinedEvaluation, JoinedEvaluation]) -> tuple[int, int, int]:
    """Rows that both have, those that name the same class, and those that do so with the same probability."""
    shared = {(CLEAN, 0), *tests[0].cells} & {(CLEAN, 0), *tests[1].cells}
    by = ["image", "noise", "severity"]
    columns = [*by, "prediction", "confidence"]
    one, other = (read_joined(test, columns, shared).astype({"noise": str}) for test in tests)
    both = one.merge(other, on=by)
    same = both["prediction_x"] == both["prediction_y"]
    exact = same & np.equal(both["confidence_x"], both["confidence_y"])
    return len(both), int(same.sum()), int(exact.sum())


def _same_weights(first: Run, second: Run) -> bool | None:
    try:
        return filecmp.cmp(first.folder.checkpoint, second.folder.checkpoint, shallow=False)
    except FileNotFoundError:
        return None


def _device(run: Run) -> str:
    return run.summary.device if run.summary else ""


def _apart(first: Run, second: Run, tests: Sequence[JoinedEvaluation] | None) -> tuple[list[Text], bool]:
    """What differs around both, in words; and whether anything of that is not known."""
    one, other = first.summary, second.summary
    assert one is not None
    assert other is not None
    said = [
        words
        for name, was, now in (
            (_DEVICE, one.device, other.device),
            (_PROCESSOR, one.machine, other.machine),
            (_THREADS, one.threads, other.threads),
            (_PRECISION, one.precision, other.precision),
        )
        for words in _then_now(name, was, now)
    ]
    said += version_words(one.versions, other.versions)
    if tests is not None:
        facts, others = (test.parts[0].facts for test in tests)
        said += _then_now(_TESTED_ON, facts.device, others.device)
        said += [words for words in version_words(facts.versions, others.versions) if words not in said]
    return said, not (one.versions and other.versions and one.machine and other.machine)


_DEVICE = Text(en="device", ko="장치")
_PROCESSOR = Text(en="processor", ko="프로세서")
_THREADS = Text(en="threads", ko="스레드")
_PRECISION = Text(en="precision", ko="정밀도")
_TESTED_ON = Text(en="tested on", ko="시험한 장치")


def _then_now(name: Text, was: str | int, now: str | int) -> list[Text]:
    """That they differ, where both are known."""
    if not was or not now or was == now:
        return []
    return [
        fill_text(
            Text(en="{name}: {was}, then {now}", ko="{name}: {was} → {now}"), name=name, was=was, now=now
        )
    ]
