"""What noise changes, picture by picture against the same picture clean.

Drop: the mean over pictures of right clean (1 or 0) less right under noise, with Student's interval of paired differences.
Flip rate: the share of pictures whose class is another one than clean (Hendrycks and Dietterich 2019 count flips between the
frames of a sequence; here clean is the one frame and noise the other), with Wilson's interval.
"""

from collections.abc import Sequence

import numpy as np

from core.evaluation.clusters import mean_of, share_of
from core.evaluation.measures.shares import pooled_share
from core.measure import CLEAN_PREDICTION, MEASURES, UNKNOWN, Groups, Measure, Rows, Value
from core.words import Text


def _known(rows: Rows, groups: Groups | None) -> tuple[Rows, Groups | None]:
    """The rows of pictures that were also shown clean."""
    known = rows[CLEAN_PREDICTION] >= 0
    if known.all():
        return rows, groups
    some = {name: rows[name][known] for name in ("truth", "prediction", CLEAN_PREDICTION)}
    return some, None if groups is None else groups[known]


def _drop(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    rows, groups = _known(rows, groups)
    n = len(rows["truth"])
    if not n:
        return UNKNOWN
    if _is_clean(rows):
        return Value(0.0, 0.0, 0.0, n)
    right = (rows[name] == rows["truth"] for name in (CLEAN_PREDICTION, "prediction"))
    clean, noisy = (one.astype(np.float64) for one in right)
    return Value(*mean_of(clean - noisy, groups), n)


def _flips(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    rows, groups = _known(rows, groups)
    n = len(rows["truth"])
    if not n:
        return UNKNOWN
    if _is_clean(rows):
        return Value(0.0, 0.0, 0.0, n)
    return Value(*share_of(rows["prediction"] != rows[CLEAN_PREDICTION], groups), n)


def _is_clean(rows: Rows) -> bool:
    """They are the clean ones themselves: nothing is measured of them, the difference is 0."""
    return "severity" in rows and not rows["severity"].any()


DROP = MEASURES.add(
    Measure(
        key="drop",
        name=Text(en="drop from clean", ko="원본 대비 하락"),
        sentence=Text(
            en="How much of the accuracy on clean pictures the noise takes away, on the very same pictures.",
            ko="같은 사진에서 노이즈 때문에 정확도가 원본보다 얼마나 떨어졌는지입니다.",
        ),
        interval=Text(
            en="The thin line shows where, in 95 of 100 such tests, the true drop lies (Student's interval of the differences "
            "picture by picture).",
            ko="이런 시험을 100번 하면 95번은 참값이 가는 선 안에 있습니다(사진별 차이의 Student 구간).",
        ),
        of=_drop,
        needs=("truth", "prediction", "severity", CLEAN_PREDICTION),
        lowest=-1.0,
        higher_is_better=False,
    )
)
FLIPS = MEASURES.add(
    Measure(
        key="flips",
        name=Text(en="changed answers", ko="바뀐 답"),
        sentence=Text(
            en="For how many pictures the model's answer is another one than for the same picture without noise, right or wrong.",
            ko="같은 사진인데 노이즈가 끼자 모델의 답이 원본과 달라진 비율입니다. 맞고 틀림은 따지지 않습니다.",
        ),
        interval=Text(
            en="The thin line is Wilson's 95 % interval of this share.",
            ko="가는 선은 이 비율의 95% Wilson 구간입니다.",
        ),
        of=_flips,
        needs=("truth", "prediction", "severity", CLEAN_PREDICTION),
        over=pooled_share,
        higher_is_better=False,
    )
)
