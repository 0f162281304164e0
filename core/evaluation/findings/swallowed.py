"""Whether one class swallows the rest under a noise."""

from collections.abc import Iterator

import numpy as np

from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import Finding, Where
from core.evaluation.findings.said import counted, in_runs, percent
from core.evaluation.measures.commonest import COMMONEST
from core.noise.catalogue import CLEAN, Cell, noise_name
from core.words import Text, fill_text

SWALLOWS = 0.5
"""A class swallows the rest where it is given for so much of the way from its own pictures' share to all of them."""


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run the noise under which one class takes most answers, where it swallows the rest."""
    for one in evidence.told:
        yield from _of(one, evidence)


def _of(one: OfRun, evidence: Evidence) -> Iterator[Finding]:
    value, low, _, _ = COMMONEST.columns
    cells = one.arm.by_noise.set_index("noise")
    limit = one.arm.guessing + SWALLOWS * (1 - one.arm.guessing)
    noises = [noise for noise in evidence.comparison.noises if cells[low][noise] >= limit]
    if not noises or len(one.arm.class_sizes) < 2 or cells[value][CLEAN] >= limit:
        return
    worst = max(noises, key=lambda noise: float(cells[value][noise]))
    levels = {(worst, level) for level in evidence.comparison.severities_of(worst)}
    answer, share = _commonest(one, levels)
    if share < limit:  # seeds that each give another class nearly always
        return

    def so(seed: OfRun) -> bool:
        return seed.arm.rate(worst, low) >= limit and _commonest(seed, levels)[0] == answer

    seeds, _ = in_runs(one, so)
    more = Text(
        en=" So it is under {n} of {all} noises.", ko=" 노이즈 {all}가지 가운데 {n}가지에서 그렇습니다."
    )
    yield Finding(
        "swallowed",
        "observed",
        fill_text(
            Text(
                en="Under {noise} {name} calls nearly everything “{answer}”: {share} % of its answers; of clean pictures its most frequent answer has {clean} %.{more}",
                ko="{noise:이/가} 끼면 {name:은/는} 거의 모두 “{answer}”{answer:-으로/로} 답합니다. 답의 {share}%이고 원본에서는 가장 흔한 답이 {clean}%입니다.{more}",
            ),
            noise=noise_name(worst),
            name=one.name,
            answer=one.test.class_labels[answer],
            share=percent(share),
            clean=percent(float(cells[value][CLEAN])),
            more=fill_text(more, n=len(noises), all=len(evidence.comparison.noises))
            if len(noises) > 1
            else Text(en="", ko=""),
        ),
        fill_text(
            Text(
                en="{pictures}{severities}; the lower end of its 95 % interval is beyond half of the way to all answers{seeds}",
                ko="{pictures}{severities}. 95% 구간의 아래 끝이 모든 답까지의 절반을 넘었습니다{seeds}",
            ),
            pictures=counted(one.arm.images, one.independent),
            severities=evidence.severities,
            seeds=seeds,
        ),
        one.ids,
        Where("results", {"tab": "ways", "ways_run": one.run.id, "ways_noise": worst}),
        None,
        {"share": share},
    )


def _commonest(one: OfRun, cells: set[Cell]) -> tuple[int, float]:
    """The number of the class that it gives most often, and the share of its answers, 0..1."""
    answers = one.rows(["noise", "severity", "prediction"], cells)["prediction"].to_numpy(np.int64)
    counts = np.bincount(answers)
    return int(counts.argmax()), float(counts.max() / len(answers))
