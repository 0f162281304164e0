"""What sentences and bases of findings share. No torch."""

import math

from core.evaluation.comparison import Measured
from core.evaluation.findings.finding import LIKELY, Sure
from core.words import Text, fill_text, plain, rounded


def p_said(p: float) -> str:
    """ "p < 0.001" or "p = 0.012"."""
    return "p < 0.001" if p < 0.001 else f"p = {rounded(p, 3)}"


def sure_by(p: float) -> Sure:
    """ "likely" where chance alone would hardly do it."""
    return "likely" if p < LIKELY else "observed"


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
