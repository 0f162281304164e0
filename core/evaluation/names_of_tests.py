"""What tests of one run are called beside each other: when they were begun, on what, and what sets one apart. No torch."""

from collections.abc import Callable, Sequence

from core.evaluation.joined import JoinedEvaluation, tested_data
from core.runs.runs import Run
from core.words import Text, fill_text


def told_apart_by(run: Run, tests: Sequence[JoinedEvaluation]) -> list[list[Text]]:
    """Of each test how many noises it has, in which way it was made, and how it differs from the others.

    Args:
        tests: newest first.
    """
    weights = [test.parts[0].facts.weights_fingerprint for test in tests]
    differing: list[
        tuple[Callable[[JoinedEvaluation], object], Callable[[JoinedEvaluation], Text | None]]
    ] = [
        (lambda test: test.images, lambda test: _pictures(test.images)),
        (
            lambda test: tested_data(run, test),
            lambda test: None if tested_data(run, test) == tested_data(run, tests[0]) else _OTHER_DATA,
        ),
        (
            lambda test: test.parts[0].facts.weights_fingerprint,
            lambda test: None if test.parts[0].facts.weights_fingerprint == weights[0] else _OTHER_WEIGHTS,
        ),
        (lambda test: test.draws, lambda test: None if test.draws_as_now else _EARLIER_DRAWS),
        (lambda test: test.parts[0].facts.seed, lambda test: _drawn(test.parts[0].facts.seed)),
    ]
    said: list[list[Text]] = []
    for test in tests:
        own = [_noises(len(test.noises)), *test.mode.words]
        for of, words in differing:
            if len({of(one) for one in tests}) > 1 and (text := words(test)) is not None:
                own.append(text)
        said.append(own)
    return said


def _noises(n: int) -> Text:
    return Text(en=f"{n} noise{'' if n == 1 else 's'}", ko=f"노이즈 {n}가지")


def _pictures(n: int) -> Text:
    return Text(en=f"{n:,} pictures", ko=f"사진 {n:,}장")


def _drawn(seed: int) -> Text:
    return fill_text(Text(en="noise drawn with seed {seed}", ko="노이즈 시드 {seed}"), seed=seed)


_OTHER_DATA = Text(en="pictures before they changed", ko="바뀌기 전 사진")
_OTHER_WEIGHTS = Text(en="earlier weights", ko="이전 가중치")
_EARLIER_DRAWS = Text(en="earlier draws of noise", ko="이전 방식으로 만든 노이즈")
