"""Whether there are pictures, and groups of them, enough to tell anything."""

from collections.abc import Iterator

from core.evaluation.findings.evidence import Evidence
from core.evaluation.findings.finding import Finding, Where
from core.evaluation.findings.said import counted
from core.evaluation.phrases import few_pictures
from core.words import Text, fill_text

FEW_OF_A_CLASS = 20
"""Test pictures of a class below which little can be said of it."""


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each number of test pictures once."""
    said: set[tuple[int, int]] = set()
    for one in evidence.runs:
        key = one.arm.images, one.independent
        if key in said:
            continue
        said.add(key)
        few = few_pictures(one.arm.images, one.independent)
        least = min(one.arm.class_sizes, default=0)
        if few is None and least < FEW_OF_A_CLASS:
            few = fill_text(
                Text(
                    en="One class has only {n} test pictures: what is said of that class alone may be chance.",
                    ko="시험 사진이 {n}장뿐인 클래스가 있어 그 클래스만 따로 말한 것은 우연일 수 있습니다.",
                ),
                n=least,
            )
        if few is not None:
            runs = tuple(
                run
                for other in evidence.runs
                if (other.arm.images, other.independent) == key
                for run in other.ids
            )
            where = Where("results", {"tab": "numbers"})
            yield Finding("few", "observed", few, counted(*key), runs, where)
