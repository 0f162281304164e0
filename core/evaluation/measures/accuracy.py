"""Accuracy: right of n, with Wilson's interval (Wilson 1927); where pictures belong together of n divided by the design
effect of their groups (core.evaluation.clusters)."""

from collections.abc import Sequence

import numpy as np

from core.evaluation.clusters import share_of
from core.evaluation.measures.shares import pooled_share
from core.measure import MEASURES, CellColumns, Groups, Measure, Rows, Value
from core.statistics import guessing_share
from core.words import Text


def _accuracy(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    right = np.asarray(rows["prediction"] == rows["truth"])
    return Value(*share_of(right, groups), len(right))


ACCURACY = MEASURES.add(
    Measure(
        key="accuracy",
        name=Text(en="accuracy", ko="정확도"),
        sentence=Text(
            en="Of how many test pictures the model names the true class.",
            ko="시험 사진 가운데 모델이 실제 클래스를 맞힌 비율입니다.",
        ),
        interval=Text(
            en="How sure an accuracy is. It was measured on a limited number of test pictures; a thin line shows "
            "where, in 95 of 100 such tests, the true value lies (Wilson's interval). Frames of one video, or pictures of one "
            "person, are alike: they count for as many as they tell.",
            ko="정확도가 얼마나 확실한지 보여 줍니다. 한정된 수의 사진으로 쟀기 때문에 조금 달라질 수 있고, 이런 시험을 100번 하면 "
            "95번은 참값이 가는 선 안에 있습니다(Wilson 구간). 한 동영상의 장면이나 한 사람의 사진은 서로 비슷하므로 그만큼만 세었습니다.",
        ),
        of=_accuracy,
        over=pooled_share,
        guessing=guessing_share,
        counted=Text(en="{right} of {images} right", ko="{images}장 중 {right}장 맞힘"),
        written=CellColumns("accuracy", "low", "high", "images"),
    )
)
