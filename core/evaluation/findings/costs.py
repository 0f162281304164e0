"""Which noise costs a run most."""

from collections.abc import Iterator

import numpy as np

from core.evaluation.arms import Measured
from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import LIKELY, Finding, Where
from core.evaluation.findings.said import among, counted, in_runs, p_said, percent, points, sure_by
from core.evaluation.pairs import holm, paired_p
from core.noise.catalogue import CLEAN, noise_name
from core.words import Text, fill_text


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run the noise of the means under which it loses most, by a paired test against the same pictures clean."""
    for one in evidence.told:
        if one.guesses:
            yield _guesses(one)
        elif evidence.comparison.in_means:
            yield _of(one, evidence)


def _guesses(one: OfRun) -> Finding:
    """That it has little to lose."""
    return Finding(
        "guesses",
        "observed",
        fill_text(
            Text(
                en="{name} is hardly better than guessing even on clean pictures ({clean} %, guessing {chance} %): what noise does to it says "
                "little.",
                ko="{name:은/는} 원본에서도 찍는 것과 거의 같아({clean}%, 찍으면 {chance}%) 노이즈의 영향을 말하기 어렵습니다.",
            ),
            name=one.name,
            clean=percent(one.arm.clean),
            chance=percent(one.arm.guessing),
        ),
        counted(one.arm.images, one.independent),
        one.ids,
        Where("results", {"tab": "numbers"}),
    )


def _of(one: OfRun, evidence: Evidence) -> Finding:
    noises = evidence.comparison.in_means
    clean = one.arm.by_picture[CLEAN]
    lost = {noise: clean - one.arm.by_picture[noise] for noise in noises}
    worst = max(noises, key=lambda noise: float(lost[noise].mean()))
    corrected = holm([paired_p(lost[noise].to_numpy(np.float64), one.groups) for noise in noises])
    p = corrected[list(noises).index(worst)]
    cost = Measured.over(lost[worst], one.arm.group_of)
    costs = p < LIKELY and cost.mean > 0
    seeds, every = in_runs(one, lambda seed: seed.arm.lost_to([worst]).low > 0)
    sentence = Text(
        en="{noise} costs {name} most: right on {noisy} % instead of {clean} %, {points} lost.",
        ko="{name}에는 {noise:이/가} 가장 큰 손실을 줍니다. 정답률이 {clean}%에서 {noisy}%로 {points} 떨어집니다.",
    )
    if not costs:
        seeds, every = in_runs(one, lambda seed: seed.arm.lost_to([worst]).low <= 0)
        sentence = Text(
            en="No noise is shown to cost {name} anything; the most is {noise}, right on {noisy} % instead of {clean} %.",
            ko="{name}에서 정답률을 떨어뜨린다고 확인된 노이즈는 없습니다. 가장 나쁜 것은 {noise:으로/로}, {clean}%에서 {noisy}%입니다.",
        )
    basis = Text(
        en="{pictures}{severities}, paired test, {p}{among}{seeds}",
        ko="{pictures}{severities}, 쌍체 검정, {p}{among}{seeds}",
    )
    return Finding(
        "costs",
        sure_by(p, every) if costs else "observed",
        fill_text(
            sentence,
            noise=noise_name(worst),
            name=one.name,
            clean=percent(one.arm.clean),
            noisy=percent(one.arm.rate(worst)),
            points=points(cost),
        ),
        fill_text(
            basis,
            pictures=counted(one.arm.images, one.independent),
            severities=evidence.severities,
            p=p_said(p),
            among=among(len(noises)),
            seeds=seeds,
        ),
        one.ids,
        Where("explain", {"run": one.run.id, "test": one.test.id, "noise": worst})
        if one.test.plain and not one.run.without_maps
        else Where("results", {"tab": "by_noise"}),
        p,
        {"lost": cost.mean, "low": cost.low, "high": cost.high},
    )
