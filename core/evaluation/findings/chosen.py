"""Whether the pictures that were tested had a say in which weights were kept."""

from collections.abc import Iterator

from core.evaluation.findings.evidence import Evidence
from core.evaluation.findings.finding import Finding
from core.noise.catalogue import noise_name
from core.words import Text, fill_text

_VALIDATION = Text(
    en="{name} was tested on validation pictures, which also chose the epoch that is kept: on fresh pictures it may do worse.",
    ko="{name:은/는} 남길 에폭을 고른 검증 사진으로 시험했습니다. 처음 보는 사진에서는 더 못할 수 있습니다.",
)
_TRAINED = Text(
    en="{name} was tested on pictures that it was trained on: on fresh ones it will do worse.",
    ko="{name:은/는} 학습한 사진으로 시험했습니다. 처음 보는 사진에서는 더 못할 것입니다.",
)
_NOISES = Text(
    en="Validation pictures under {noises} chose the epoch that is kept of {name}; these noises are shown, but in no mean.",
    ko="{noises:을/를} 넣은 검증 사진으로 {name}에서 남길 에폭을 골랐습니다. 이 노이즈는 보여 주되 평균에는 넣지 않습니다.",
)


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run whose test was not of pictures and noises that are new to it."""
    for one in evidence.runs:
        split = one.test.mode.split
        if split == "train" and one.run.origin is None:
            yield _finding(_TRAINED, one.ids, name=one.name)
        elif (
            split == "validation"
            and one.run.summary is not None
            and one.run.summary.chosen_by in ("clean", "clean_and_noisy")
        ):
            yield _finding(_VALIDATION, one.ids, name=one.name)
    chose = evidence.comparison.choosers
    for one in evidence.told if chose else ():
        own = [noise for noise in chose if noise in one.run.choosers]
        if own:
            names = [noise_name(noise) for noise in own]
            noises = Text(
                en=", ".join(name["en"] for name in names), ko=", ".join(name["ko"] for name in names)
            )
            yield _finding(_NOISES, one.ids, name=one.name, noises=noises)


def _finding(sentence: Text, runs: tuple[str, ...], **values: Text) -> Finding:
    basis = Text(en="How it was trained and tested", ko="학습과 시험의 기록")
    return Finding("chosen", "observed", fill_text(sentence, **values), basis, runs)
