"""Whether a run is surer under noise than it is right, or less sure."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from core.evaluation.arms import Measured
from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import LIKELY, Finding, Where
from core.evaluation.findings.said import counted, in_runs, p_said, percent, points, sure_by
from core.evaluation.pairs import holm, paired_p
from core.noise.catalogue import CLEAN
from core.words import Text, fill_text

WORTH = 3.0
"""Points that it has to be surer than right, or less sure, to be worth a sentence."""


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run that gives how sure it is, by a test of sureness less right over pictures."""
    cells = {
        (noise, level)
        for noise in evidence.comparison.in_means
        for level in evidence.comparison.mean_severities
    }
    known = [(one, excess) for one in evidence.told if cells and (excess := _excess(one, cells)) is not None]
    corrected = holm([paired_p(excess["noisy"].to_numpy(np.float64), one.groups) for one, excess in known])
    for (one, excess), p in zip(known, corrected, strict=True):
        noisy = Measured.over(excess["noisy"], one.arm.group_of)
        if p < LIKELY and abs(noisy.mean) >= WORTH:
            seeds, every = in_runs(one, partial(_alike, cells=cells, sign=float(np.sign(noisy.mean))))
            yield _finding(one, excess, noisy, p, len(known), evidence, seeds, every)


def _alike(one: OfRun, cells: set[tuple[str, int]], sign: float) -> bool:
    """Whether a run alone is as surely too sure (sign 1), or too little so (-1)."""
    excess = _excess(one, cells)
    if excess is None:
        return False
    noisy = Measured.over(excess["noisy"], one.arm.group_of)
    return noisy.told and noisy.mean * sign > 0


def _excess(one: OfRun, cells: set[tuple[str, int]]) -> pd.DataFrame | None:
    """A row a picture: sure (0..1) and right under noise, their difference (noisy), and the same clean; None without sureness."""
    if one.test.parts[0].facts.classes_alone:
        return None
    rows = one.rows(["image", "noise", "severity", "truth", "prediction", "confidence"], {(CLEAN, 0), *cells})
    rows = rows.assign(right=(rows["truth"] == rows["prediction"]).astype(np.float64))
    by = (
        rows.groupby(["image", rows["noise"].astype(str) == CLEAN], observed=True)[["confidence", "right"]]
        .mean()
        .unstack()
    )
    # Each noise has the same severities, so that each weighs the same in the mean.
    found = pd.DataFrame(
        {
            "sure": by["confidence"][False],
            "right": by["right"][False],
            "noisy": by["confidence"][False] - by["right"][False],
            "clean": by["confidence"][True] - by["right"][True],
        }
    )
    return None if found["sure"].isna().all() else found.loc[one.arm.by_picture.index]


def _finding(
    one: OfRun,
    excess: pd.DataFrame,
    noisy: Measured,
    p: float,
    runs: int,
    evidence: Evidence,
    seeds: Text,
    every: bool,
) -> Finding:
    """Args: seeds, every: as core.evaluation.findings.said.in_runs gives them."""
    sentence = Text(
        en="Under noise {name} is surer than it is right: {sure} % sure on average, right on {right} %, {points} too sure (clean: {clean}).",
        ko="노이즈가 끼면 {name:은/는} 맞히는 것보다 더 확신합니다. 평균 {sure}% 확신하고 {right}%를 맞혀 {points}만큼 지나칩니다(원본: {clean}).",
    )
    if noisy.mean < 0:
        sentence = Text(
            en="Under noise {name} is less sure than it could be: {sure} % sure on average, right on {right} %, {points} too little (clean: "
            "{clean}).",
            ko="노이즈가 끼면 {name:은/는} 맞히는 것보다 덜 확신합니다. 평균 {sure}% 확신하고 {right}%를 맞혀 {points}만큼 모자랍니다(원본: {clean}).",
        )
    clean = float(excess["clean"].mean())
    sign = "+" if clean > 0 else "−"
    return Finding(
        "sureness",
        sure_by(p, every),
        fill_text(
            sentence,
            name=one.name,
            sure=percent(float(excess["sure"].mean())),
            right=percent(float(excess["right"].mean())),
            points=points(noisy),
            clean=f"{sign}{percent(abs(clean))}",
        ),
        fill_text(
            Text(
                en="{pictures}{severities}, test of how sure less how right, {p}{holm}{seeds}",
                ko="{pictures}{severities}, 확신과 정답의 차이 검정, {p}{holm}{seeds}",
            ),
            pictures=counted(one.arm.images, one.independent),
            severities=evidence.severities,
            p=p_said(p),
            holm=Text(en=f" after Holm, {runs} runs looked at", ko=f"(모델 {runs}개에 대한 Holm 보정)")
            if runs > 1
            else Text(en="", ko=""),
            seeds=seeds,
        ),
        one.ids,
        Where("results", {"tab": "sure", "sure_noise": "all"}),
        p,
        {"excess": noisy.mean, "low": noisy.low, "high": noisy.high, "clean": 100 * clean},
    )
