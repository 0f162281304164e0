"""Accuracy: right of n, with Wilson's interval (Wilson 1927, as core.statistics has it)."""

from collections.abc import Sequence

import numpy as np

from core.measure import CellColumns, Groups, Measure, Rows, Value, register_measure
from core.statistics import guessing_share, wilson
from core.words import Text


def _accuracy(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    right, n = int(np.count_nonzero(rows["prediction"] == rows["truth"])), len(rows["truth"])
    return Value(right / n if n else np.nan, *wilson(right, n), n)


def _over(values: Sequence[Value]) -> Value:
    """All answers count; how sure that is follows from the pictures, each of which gave one a severity."""
    times, n = len(values), sum(one.n for one in values)
    right = sum(round(one.value * one.n) for one in values if one.n)
    return Value(right / n if n else np.nan, *wilson(right / times, n / times), n)


ACCURACY = register_measure(
    Measure(
        key="accuracy",
        name=Text(en="accuracy", ko="정확도"),
        sentence=Text(
            en="Of how many test pictures the model names the true class.",
            ko="시험 사진 가운데 모델이 실제 클래스를 맞힌 비율입니다.",
        ),
        interval=Text(
            en="How sure an accuracy is. It was measured on a limited number of test pictures; a thin line shows "
            "where, in 95 of 100 such tests, the true value lies (Wilson's interval).",
            ko="정확도가 얼마나 확실한지 보여 줍니다. 한정된 수의 사진으로 쟀기 때문에 조금 달라질 수 있고, 이런 시험을 100번 하면 "
            "95번은 참값이 가는 선 안에 있습니다(Wilson 구간).",
        ),
        of=_accuracy,
        over=_over,
        guessing=guessing_share,
        counted=Text(en="{right} of {images} right", ko="{images}장 중 {right}장 맞힘"),
        written=CellColumns("accuracy", "low", "high", "images"),
    )
)
