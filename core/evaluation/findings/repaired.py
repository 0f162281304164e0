"""What one run repaired of another's answers, and what it broke."""

from collections.abc import Iterator

import numpy as np

from core.evaluation.comparison import Measured, difference
from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import LIKELY, Finding, Where
from core.evaluation.findings.said import counted, p_said, points
from core.evaluation.outcomes import outcomes
from core.evaluation.pairs import paired_p, pairs_of
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
    counts = outcomes(first.answers, second.answers, evidence.comparison.cells).counts
    lead: Measured = difference(second.arm, first.arm)
    cells = evidence.looked_at
    shared = [
        answer.under([cell for cell in answer.places if cell in cells])
        for answer in (first.answers, second.answers)
    ]
    told = [one for one in pairs_of(*shared) if one.noise != CLEAN and (one.p_holm or 0) < LIKELY]
    better, worse = (sum(sign * one.difference > 0 for one in told) for sign in (1, -1))
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
        " {worse}. Of these two runs: another seed may differ",
        ko="{pictures}{severities}, 쌍체 검정, {p}. 노이즈별로 Holm 보정을 하면 {n}가지 가운데 {better}가지에서 낫고 {worse}가지에서"
        " 못합니다. 이 두 모델의 결과이며 시드가 다르면 달라질 수 있습니다",
    )
    return Finding(
        "repaired",
        "likely" if p < LIKELY else "observed",
        fill_text(
            sentence,
            first=first.name,
            second=second.name,
            repaired=f"{counts['repaired']:,}",
            broken=f"{counts['broken']:,}",
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
        ),
        (first.run.id, second.run.id),
        Where("results", {"tab": "two", "first": first.run.id, "second": second.run.id, "two_noise": "all"}),
        p,
        {"repaired": counts["repaired"], "broken": counts["broken"], "difference": lead.mean},
    )
