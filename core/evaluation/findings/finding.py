"""A finding: one thing that the tests of some runs show, in words, with how sure it is and what it rests on. No torch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from core.words import Text

if TYPE_CHECKING:
    from core.evaluation.findings.evidence import Evidence

Sure = Literal["observed", "likely", "suspected"]
SURE: dict[Sure, Text] = {
    "observed": Text(en="observed", ko="관찰"),
    "likely": Text(en="likely", ko="유력"),
    "suspected": Text(en="only suspected", ko="의심"),
}
MEANS: dict[Sure, Text] = {
    "observed": Text(
        en="Counted in the test itself; the interval says how far other pictures might move it.",
        ko="시험에서 그대로 센 것입니다. 다른 사진이라면 얼마나 달라질지는 구간이 말해 줍니다.",
    ),
    "likely": Text(
        en="A test says that chance alone would hardly do this. Where several were looked at, its p is Holm's, which makes good for that.",
        ko="우연만으로는 이렇게 되기 어렵다고 검정이 말하는 것입니다. 여러 가지를 살펴보았다면 p는 그만큼 Holm 방법으로 보정했습니다.",
    ),
    "suspected": Text(
        en="Something speaks for it, but nothing here can prove it.",
        ko="그렇게 볼 실마리는 있지만 여기서 증명할 수는 없습니다.",
    ),
}
TITLES: dict[str, Text] = {
    "few": Text(en="Are there pictures enough?", ko="사진은 충분한가"),
    "guesses": Text(en="Does it see anything at all?", ko="애초에 구별하기는 하는가"),
    "costs": Text(en="What costs most", ko="무엇이 가장 큰 손실을 주나"),
    "repaired": Text(en="Repaired and broken", ko="고친 것과 망친 것"),
    "far": Text(en="Does it carry over to noise far from training?", ko="배운 것과 다른 노이즈에도 통하나"),
    "distance": Text(en="Distance and errors", ko="거리와 오류"),
    "swallowed": Text(en="Does one class swallow the rest?", ko="한 클래스가 나머지를 삼키나"),
    "threshold": Text(en="Has the threshold moved?", ko="기준값이 움직였나"),
    "sureness": Text(en="Does it know when it is wrong?", ko="틀릴 때를 스스로 아나"),
    "spectrum": Text(en="Fine or coarse patterns", ko="고운 무늬와 굵은 무늬"),
    "files": Text(en="May it have learned how files were saved?", ko="파일을 저장한 방식을 배운 것은 아닌가"),
    "shortcut": Text(en="Is there a short cut?", ko="지름길이 있지는 않은가"),
    "chosen": Text(en="Were the tests new to it?", ko="처음 보는 시험이었나"),
}
"""What findings of a kind answer, by their key."""
LIKELY = 0.05
"""A finding is likely where its p, after Holm's correction, is below this."""


@dataclass(frozen=True)
class Where:
    """Where a finding can be seen."""

    page: Literal["results", "explain"]
    choices: Mapping[str, str]
    """What is chosen there, by its name in the page's address: on Results a tab, a noise, two runs."""


@dataclass(frozen=True)
class Finding:
    """One finding."""

    key: str
    """Its kind."""
    sure: Sure
    sentence: Text
    basis: Text
    """What it rests on: pictures, severities, the test and its p."""
    runs: tuple[str, ...] = ()
    """The ids of the runs that it is about."""
    where: Where | None = None
    p: float | None = None
    """Of a test, after Holm's correction for all that were looked at; None where nothing was tested."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """What the sentence is made of, unrounded."""


Finder = Callable[["Evidence"], Iterable[Finding]]
