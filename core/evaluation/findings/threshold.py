"""Whether noise moves the threshold of two classes: the model still tells them apart, but no longer there."""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import LIKELY, Finding, Where
from core.evaluation.findings.said import among, counted, in_runs, p_said, percent, sure_by
from core.evaluation.measures.telling_apart import (
    AUC,
    FALSE_POSITIVE,
    POSITIVE,
    THRESHOLD_MOVED,
    TRUE_POSITIVE,
)
from core.evaluation.pairs import holm
from core.noise.catalogue import noise_name
from core.words import Text, fill_text, rounded

MOVED = 0.1
"""A threshold that moved by less is not worth a sentence."""
TELLS = 0.7
"""An area under the curve from which on a model is said to tell two classes apart still."""


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run of two classes the noise that moves its threshold furthest."""
    for one in evidence.told:
        yield from _of(one, evidence)


def _p(value: float, low: float, high: float) -> float:
    """Of no move, two-sided, from a 95 % interval as of a normal distribution."""
    half = value - low if value > 0 else high - value
    return float(2 * NormalDist().cdf(-abs(value) / max(half / NormalDist().inv_cdf(0.975), 1e-12)))


def _of(one: OfRun, evidence: Evidence) -> Iterator[Finding]:
    cells = one.arm.by_noise.set_index("noise")
    columns = list(THRESHOLD_MOVED.columns[:3])
    noises = [noise for noise in evidence.comparison.noises if not np.isnan(cells[columns[0]][noise])]
    if not noises:
        return
    moved = {noise: tuple(float(cells[name][noise]) for name in columns) for noise in noises}
    corrected = dict(zip(noises, holm([_p(*moved[noise]) for noise in noises]), strict=True))
    worst = max(noises, key=lambda noise: abs(moved[noise][0]))
    p, (value, low, high) = corrected[worst], moved[worst]
    auc = float(cells[AUC.columns.value][worst])
    if p >= LIKELY or abs(value) < MOVED or auc < TELLS:
        return

    def so(seed: OfRun) -> bool:
        own = seed.arm.rate(worst, columns[1]) if value > 0 else -seed.arm.rate(worst, columns[2])
        return own > 0  # not where there is none, either

    seeds, every = in_runs(one, so)
    yield Finding(
        "threshold",
        sure_by(p, every),
        fill_text(
            Text(
                en="Under {noise} {name} still tells the classes apart (area under the curve {auc}), but no longer at the threshold of clean "
                "pictures, which would have to move by {moved} (95 %: {low} to {high}): there it finds {found} % of “{positive}” and "
                "takes {taken} % of “{negative}” for it.",
                ko="{noise:이/가} 끼어도 {name:은/는} 두 클래스를 구별하지만(AUC {auc}) 원본에서 정한 기준값으로는 안 되고 기준값을 {moved}만큼"
                "(95% 구간: {low}에서 {high}) 옮겨야 합니다. 그대로 두면 “{positive}”의 {found}%를 알아보고 “{negative}”의 {taken}%를 그것으로 잘못 봅니다.",
            ),
            noise=noise_name(worst),
            name=one.name,
            auc=rounded(auc, 2),
            moved=f"{'+' if value > 0 else '−'}{rounded(abs(value), 2)}",
            low=rounded(low, 2),
            high=rounded(high, 2),
            found=percent(float(cells[TRUE_POSITIVE.columns.value][worst])),
            taken=percent(float(cells[FALSE_POSITIVE.columns.value][worst])),
            positive=one.test.class_labels[POSITIVE],
            negative=one.test.class_labels[1 - POSITIVE],
        ),
        fill_text(
            Text(
                en="{pictures}{severities}, from Woodruff's interval of both thresholds, {p}{among}{seeds}",
                ko="{pictures}{severities}, 두 기준값의 Woodruff 구간으로 {p}{among}{seeds}",
            ),
            pictures=counted(one.arm.images, one.independent),
            severities=evidence.severities,
            p=p_said(p),
            among=among(len(noises)),
            seeds=seeds,
        ),
        one.ids,
        Where("results", {"tab": "ways", "ways_run": one.run.id, "ways_noise": worst}),
        p,
        {"moved": value, "low": low, "high": high, "auc": auc},
    )
