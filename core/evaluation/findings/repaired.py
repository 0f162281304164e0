"""What one run repaired of another's answers, and what it broke."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.evaluation.arms import Measured
from core.evaluation.comparison import difference, told_apart
from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import LIKELY, Finding, Where
from core.evaluation.findings.said import counted, p_said, points, sure_by
from core.evaluation.outcomes import outcomes
from core.evaluation.pairs import holm, paired_p, pairs_of
from core.noise.catalogue import CLEAN
from core.words import Text, fill_text


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of the least and the most accurate of the runs, where both were tested on the same pictures; of two that cannot be told
    apart what training that is to make one hold did to the other, not the other way round.
    """
    if len(evidence.told) > 1 and evidence.comparison.in_means and evidence.comparison.same_pictures:
        yield _of(evidence.told[0], evidence.told[-1], evidence)


def _of(first: OfRun, second: OfRun, evidence: Evidence) -> Finding:
    gained = second.arm.right_under() - first.arm.right_under()
    p = paired_p(gained.to_numpy(np.float64), first.groups)
    if p >= LIKELY and second.run.reference:
        first, second = second, first
    together = list(zip(first.singles, second.singles, strict=False))
    repaired, broken = _changed(together, evidence)
    lead: Measured = difference(second.arm, first.arm)
    better, worse = _by_noise(first, second, evidence)
    seeds, every = _in_pairs(first, second, together, p)
    sentence = Text(
        en="{second} repaired {repaired} wrong answers of {first} and broke {broken}: on average it is right {points} more often.",
        ko="{second:은/는} {first:이/가} 틀린 답 {repaired}개를 고치고 맞힌 답 {broken}개를 망쳤습니다. 평균 정답률이 {points} 더 높습니다.",
    )
    if p >= LIKELY:
        sentence = Text(
            en="{second} repaired {repaired} wrong answers of {first} and broke {broken}: no difference can be told on average.",
            ko="{second:은/는} {first:이/가} 틀린 답 {repaired}개를 고치고 맞힌 답 {broken}개를 망쳤습니다. 평균으로는 차이를 가릴 수 없습니다.",
        )
    basis = Text(
        en="{pictures}{severities}, paired test, {p}; noise by noise after Holm it is better under {better} of {n} and worse under"
        " {worse}. {seeds}",
        ko="{pictures}{severities}, 쌍체 검정, {p}. 노이즈별로 Holm 보정을 하면 {n}가지 가운데 {better}가지에서 낫고 {worse}가지에서"
        " 못합니다. {seeds}",
    )
    return Finding(
        "repaired",
        sure_by(p, every),
        fill_text(
            sentence,
            first=first.name,
            second=second.name,
            repaired=f"{repaired:,}",
            broken=f"{broken:,}",
            points=points(lead),
        ),
        fill_text(
            basis,
            pictures=counted(first.arm.images, first.independent),
            severities=evidence.severities,
            p=p_said(p),
            better=better,
            worse=worse,
            n=len(evidence.comparison.noises),
            seeds=seeds,
        ),
        (*first.ids, *second.ids),
        Where("results", {"tab": "two", "first": first.run.id, "second": second.run.id, "two_noise": "all"}),
        p,
        {"repaired": repaired, "broken": broken, "difference": lead.mean},
    )


def _changed(together: Sequence[tuple[OfRun, OfRun]], evidence: Evidence) -> tuple[int, int]:
    """Answers repaired and broken, of all pairs of runs."""
    counts = [outcomes(a.answers, b.answers, evidence.comparison.cells).counts for a, b in together]
    return sum(one["repaired"] for one in counts), sum(one["broken"] for one in counts)


def _by_noise(first: OfRun, second: OfRun, evidence: Evidence) -> tuple[int, int]:
    """Under how many of the noises the second is better, and worse, after Holm; of several seeds by their mean on each picture."""
    if first.seeds or second.seeds:
        noises = evidence.comparison.noises
        gains = [second.arm.by_picture[noise] - first.arm.by_picture[noise] for noise in noises]
        tests = holm([paired_p(gain.to_numpy(np.float64), first.groups) for gain in gains])
        told = [float(gain.mean()) for gain, p in zip(gains, tests, strict=True) if p < LIKELY]
    else:
        cells = evidence.looked_at
        shared = [
            answer.under([cell for cell in answer.places if cell in cells])
            for answer in (first.answers, second.answers)
        ]
        pairs = pairs_of(*shared)
        told = [one.difference for one in pairs if one.noise != CLEAN and (one.p_holm or 0) < LIKELY]
    return sum(one > 0 for one in told), sum(one < 0 for one in told)


def _in_pairs(
    first: OfRun, second: OfRun, together: Sequence[tuple[OfRun, OfRun]], p: float
) -> tuple[Text, bool]:
    """What other seeds may change, and whether none of those that there are does: every pair of runs says the same, and the
    difference of the means is more than that of seeds."""
    if not (first.seeds and second.seeds):
        return Text(en="Another seed may differ", ko="시드가 다르면 달라질 수 있습니다"), not (
            first.seeds or second.seeds
        )
    mean = difference(second.arm, first.arm).mean
    leads = [difference(b.arm, a.arm) for a, b in together]
    held = sum(one.told and one.mean * mean > 0 if p < LIKELY else not one.told for one in leads)
    said = Text(
        en="Counted over {all} pairs of seeds, so in {n} of them",
        ko="시드 {all}쌍을 합쳐 셌고, 그 가운데 {n}쌍에서 그렇습니다",
    )
    return (
        fill_text(said, all=len(together), n=held),
        held == len(together) and told_apart(first.arm, second.arm),
    )
