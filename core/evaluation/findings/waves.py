"""Which patterns break a run: fine or coarse ones."""

from collections.abc import Iterator

from core.evaluation.findings.evidence import Evidence
from core.evaluation.findings.finding import Finding, Where
from core.evaluation.fourier import sentence
from core.words import Text, fill_text


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run, each seed for itself, whose Fourier map has been measured."""
    of_told = [seed for one in evidence.told for seed in one.singles]
    for one in of_told:
        known = one.spectrum
        if known is None or known.right is None:
            continue
        basis = Text(
            en="Waves of {n} frequencies, one at a time, on {images} test pictures",
            ko="주파수 {n}가지의 물결무늬를 하나씩 넣은 시험 사진 {images}장",
        )
        yield Finding(
            "spectrum",
            "observed",
            fill_text(Text(en="{name}: {said}", ko="{name}: {said}"), name=one.name, said=sentence(known)),
            fill_text(basis, n=f"{len(known.frequencies):,}", images=f"{len(known.images):,}"),
            (one.run.id,),
            Where("results", {"tab": "spectrum"}),
        )
