"""What sentences and bases of findings share. No torch."""

import math
from collections.abc import Callable

from core.evaluation.arms import Measured
from core.evaluation.findings.evidence import OfRun
from core.evaluation.findings.finding import LIKELY, Sure
from core.words import Text, fill_text, plain, rounded


def p_said(p: float) -> str:
    """ "p < 0.001" or "p = 0.012"."""
    return "p < 0.001" if p < 0.001 else f"p = {rounded(p, 3)}"


def sure_by(p: float, every: bool = True) -> Sure:
    """ "likely" where chance alone would hardly do it.

    Args:
        every: it holds for every seed, where there are several: what another seed may turn is no more than observed.
    """
    return "likely" if p < LIKELY and every else "observed"


def points(one: Measured) -> Text:
    """How much, without its sign: "37 points (95 %: 34 to 40)"."""
    low, high = sorted((abs(one.low), abs(one.high)) if one.low * one.high > 0 else (one.low, one.high))
    number = rounded(abs(one.mean))
    digits = 0 if rounded(low) != rounded(high) and number != "0" else 1
    text = Text(
        en="{n} points (95 %: {low} to {high})"
        if rounded(abs(one.mean), digits) != "1"
        else "1 point (95 %: {low} to {high})",
        ko="{n}%포인트(95% 구간: {low}에서 {high})",
    )
    return fill_text(
        text, n=rounded(abs(one.mean), digits), low=rounded(low, digits), high=rounded(high, digits)
    )


def percent(share: float) -> str:
    """0..1 as "61", or "–" where it is not known."""
    return "–" if math.isnan(share) else rounded(100 * share)


def among(noises: int) -> Text:
    """Behind a p: for how many it was corrected; nothing for one."""
    if noises < 2:
        return plain("")
    return fill_text(
        Text(en=" after Holm, {n} noises looked at", ko="(노이즈 {n}가지에 대한 Holm 보정)"), n=noises
    )


def counted(images: int, independent: int) -> Text:
    """ "600 test pictures", and in how many groups where they belong together."""
    if images == independent:
        return fill_text(Text(en="{n} test pictures", ko="시험 사진 {n}장"), n=f"{images:,}")
    return fill_text(
        Text(en="{n} test pictures in {groups} groups", ko="시험 사진 {n}장(그룹 {groups}개)"),
        n=f"{images:,}",
        groups=f"{independent:,}",
    )


def noises_said(number: int) -> Text:
    """ "1 noise", "12 noises"."""
    return Text(en=f"{number} noise{'' if number == 1 else 's'}", ko=f"노이즈 {number}가지")


def in_runs(one: OfRun, holds: Callable[[OfRun], bool]) -> tuple[Text, bool]:
    """Of several seeds in how many what a finding says holds, to stand behind what it rests on, and whether in all of them;
    nothing of a single run.

    Args:
        holds: of one of the runs alone.
    """
    if not one.seeds:
        return plain(""), True
    held = sum(map(holds, one.seeds))
    said = fill_text(
        Text(
            en="; mean of {all} seeds, so in {n} of {all} runs",
            ko=". 시드 {all}개의 평균이며 모델 {all}개 가운데 {n}개에서 그렇습니다",
        ),
        n=held,
        all=len(one.seeds),
    )
    return said, held == len(one.seeds)
