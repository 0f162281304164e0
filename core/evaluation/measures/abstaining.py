"""What if the model may say "I am not sure"?

Area under the risk-coverage curve (Geifman and El-Yaniv 2017): pictures are answered from the surest on; after each, the
share of wrong answers so far; its mean over all. Equally sure ones come in every order at once, so each is as wrong as they
are on average. The interval is Wilson's by what each picture adds (the functional derivative of that mean).
Answers given: the share of pictures at least as sure as the tenth that was least sure among clean validation pictures; and
how many of these answers are right.
"""

from collections.abc import Sequence

import numpy as np

from core.evaluation.clusters import independent as independent_of
from core.evaluation.clusters import share_interval, share_of
from core.evaluation.measures.shares import pooled_share
from core.measure import MEASURES, UNKNOWN, Groups, Measure, Rows, Value
from core.words import Text


def _aurc(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    n = len(rows["truth"])
    if not n:
        return UNKNOWN
    wrong = (rows["prediction"] != rows["truth"]).astype(np.float64)
    _, tied = np.unique(-rows["confidence"].astype(np.float64), return_inverse=True)
    tied = tied.reshape(-1)
    counts = np.bincount(tied)
    mean_wrong = np.bincount(tied, weights=wrong) / counts
    # In order, the surest first: the rows of one sureness stand side by side.
    order = np.argsort(tied, kind="stable")
    in_turn = mean_wrong[tied[order]]
    rank = np.arange(1, n + 1)
    risk = np.cumsum(in_turn) / rank
    value = float(risk.mean())
    later = np.cumsum((1 / rank)[::-1])[::-1]
    later_risk = np.cumsum((risk / rank)[::-1])[::-1]
    # What a row adds: the risk where it stands, and what it changes in all later ones; equally sure ones stand anywhere among them.
    stands, changes = (
        (np.bincount(tied[order], weights=one) / counts)[tied] for one in (risk - later_risk, later)
    )
    adds = stands - value + wrong * changes
    adds -= adds.mean()
    most = independent_of(groups, n)
    return Value(value, *share_interval(value, adds / n, groups, most), n)


def _answered(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    least = float(rows["unsure_below"][0])
    if np.isnan(least) or not len(rows["truth"]):
        return UNKNOWN
    return Value(*share_of(rows["confidence"] >= np.float32(least), groups), len(rows["truth"]))


def _right_of_answered(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    given = rows["confidence"] >= np.float32(rows["unsure_below"][0])
    if not given.any():  # none where nothing was fixed
        return UNKNOWN
    right = (rows["prediction"] == rows["truth"])[given]
    return Value(*share_of(right, None if groups is None else groups[given]), len(right))


_WILSON = Text(
    en="The thin line is Wilson's 95 % interval of this share.",
    ko="가는 선은 이 비율의 95% Wilson 구간입니다.",
)
AURC = MEASURES.add(
    Measure(
        key="aurc",
        name=Text(en="risk over coverage", ko="위험-응답 면적"),
        sentence=Text(
            en="How often it is wrong on average if it answers the pictures it is surest of first, and stops anywhere: small where "
            "it is unsure of the right ones (area under the risk-coverage curve).",
            ko="가장 확신하는 사진부터 답하다 아무 데서나 멈출 때 평균적으로 틀리는 비율입니다. 틀릴 사진을 스스로 덜 확신할수록 작습니다"
            "(위험-응답 곡선 아래 면적).",
        ),
        interval=_WILSON,
        of=_aurc,
        needs=("truth", "prediction", "confidence"),
        higher_is_better=False,
    )
)
ANSWERED = MEASURES.add(
    Measure(
        key="answered",
        name=Text(en="answers given", ko="답한 비율"),
        sentence=Text(
            en="How many pictures it answers if it may say “I am not sure” where it is less sure than on nine of ten clean validation "
            "pictures.",
            ko="원본 검증 사진 열 장 가운데 아홉 장보다 확신이 낮을 때 “잘 모르겠다”고 해도 된다면 몇 장에 답하는지입니다.",
        ),
        interval=_WILSON,
        of=_answered,
        needs=("truth", "confidence", "unsure_below"),
        over=pooled_share,
    )
)
ANSWERED_RIGHT = MEASURES.add(
    Measure(
        key="answered_right",
        name=Text(en="right of answers given", ko="답한 것의 정확도"),
        sentence=Text(
            en="How many of the answers that are left are right where it may say “I am not sure”.",
            ko="“잘 모르겠다”고 한 사진을 뺀 나머지 답 가운데 맞힌 비율입니다.",
        ),
        interval=_WILSON,
        of=_right_of_answered,
        needs=("truth", "prediction", "confidence", "unsure_below"),
        over=pooled_share,
        counted=Text(en="{n} answers", ko="답 {n}개"),
    )
)
