"""Two classes: how well the probability of the second (the positive one) tells them apart, at any threshold and at one.

Area under the ROC curve with DeLong's variance (1988; of groups Obuchowski 1997), equal error rate, and at the threshold where
both errors were the same on clean validation pictures the true and false positive rate; and by how much that threshold has
moved, with Woodruff's interval (1952) of both thresholds. Wilson's intervals, of as many pictures as the variance speaks for.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from core.evaluation.clusters import independent, share_interval, share_of, spread_of
from core.evaluation.measures.shares import pooled_share
from core.evaluation.roc import Roc
from core.measure import MEASURES, PLAIN, UNKNOWN, Groups, Measure, Rows, Unit, Value
from core.words import Text, plain

POSITIVE = 1
"""The number of the class that counts as positive."""


def roc_of(rows: Rows) -> Roc | None:
    """None where there are not two classes, each with pictures."""
    probabilities = rows["probabilities"]
    if not len(probabilities) or probabilities.shape[1] != 2:
        return None
    return Roc.of(probabilities[:, POSITIVE], rows["truth"] == POSITIVE)


def _fewest(roc: Roc, groups: Groups | None) -> int:
    """Independent rows of the class that has fewer of them."""
    sides = (roc.positive, ~roc.positive)
    return min(independent(None if groups is None else groups[side], int(side.sum())) for side in sides)


def _auc(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    roc = roc_of(rows)
    if roc is None:
        return UNKNOWN
    value, adds = roc.auc()
    return Value(value, *share_interval(value, adds, groups, _fewest(roc, groups), roc.positive), len(adds))


def _eer(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    roc = roc_of(rows)
    if roc is None:
        return UNKNOWN
    value, adds = roc.equal_error()
    return Value(value, *share_interval(value, adds, groups, _fewest(roc, groups), roc.positive), len(adds))


def _called_positive(rows: Rows, groups: Groups | None, of_positive: bool) -> Value:
    """Of the pictures of one of the classes the share that the fixed threshold calls positive."""
    probabilities, threshold = rows["probabilities"], float(rows["threshold"][0])
    if np.isnan(threshold) or not len(probabilities) or probabilities.shape[1] != 2:
        return UNKNOWN
    side = (rows["truth"] == POSITIVE) == of_positive
    if not side.any():
        return UNKNOWN
    hits = probabilities[side, POSITIVE].astype(np.float64) >= threshold
    return Value(*share_of(hits, None if groups is None else groups[side]), len(hits))


def _true_positive(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    return _called_positive(rows, groups, True)


def _false_positive(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    return _called_positive(rows, groups, False)


def threshold_of(roc: Roc, groups: Groups | None) -> tuple[float, float, float]:
    """The threshold where both errors are the same, with Woodruff's 95 % interval."""
    half = spread_of(roc.gap_influence(), groups, roc.positive).half
    return roc.equal_threshold(), *roc.threshold_within(min(half, 2.0))


def _moved(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    fixed, low, high = (float(rows[name][0]) for name in ("threshold", "threshold_low", "threshold_high"))
    roc = roc_of(rows)
    if np.isnan(fixed) or roc is None:
        return UNKNOWN
    now, least, most = threshold_of(roc, groups)
    # Both are only as sure as the pictures they are of let them be (MOVER: Zou and Donner 2008).
    before = (0.0, 0.0) if np.isnan(low) else (fixed - low, high - fixed)
    moved = now - fixed
    ends = moved - float(np.hypot(now - least, before[1])), moved + float(np.hypot(most - now, before[0]))
    return Value(moved, max(-1.0, ends[0]), min(1.0, ends[1]), len(roc.positive))


def _a_half(_counts: Iterable[float]) -> float:
    return 0.5


_CURVE = Text(
    en="The thin line is a 95 % interval by DeLong's variance, Wilson's form; pictures of one video or person count together.",
    ko="가는 선은 DeLong 분산과 Wilson 식으로 구한 95% 구간입니다. 한 동영상이나 한 사람의 사진은 함께 셉니다.",
)
_WILSON = Text(
    en="The thin line is Wilson's 95 % interval of this share.",
    ko="가는 선은 이 비율의 95% Wilson 구간입니다.",
)
AUC = MEASURES.add(
    Measure(
        key="auc",
        name=Text(en="area under the curve", ko="곡선 아래 면적(AUC)"),
        sentence=Text(
            en="Two classes: how often a picture of the second is given a higher probability of it than one of the first; 0.5 is "
            "guessing, 1 tells them apart perfectly at some threshold.",
            ko="두 클래스일 때, 둘째 클래스 사진이 첫째 클래스 사진보다 둘째일 확률을 높게 받는 비율입니다. 0.5는 찍기이고 1이면 "
            "어떤 기준값에서는 완벽히 구별합니다.",
        ),
        interval=_CURVE,
        of=_auc,
        needs=("truth", "probabilities"),
        unit=PLAIN,
        guessing=_a_half,
    )
)
EER = MEASURES.add(
    Measure(
        key="eer",
        name=Text(en="equal error rate", ko="동일 오류율(EER)"),
        sentence=Text(
            en="Two classes: how often it errs at the threshold where it errs as often on one class as on the other.",
            ko="두 클래스일 때, 두 클래스에서 똑같이 틀리게 되는 기준값에서 틀리는 비율입니다.",
        ),
        interval=_CURVE,
        of=_eer,
        needs=("truth", "probabilities"),
        higher_is_better=False,
        guessing=_a_half,
    )
)
TRUE_POSITIVE = MEASURES.add(
    Measure(
        key="tpr",
        name=Text(en="true positive rate", ko="참 양성률"),
        sentence=Text(
            en="Two classes: how many pictures of the second are found, at the threshold that was fixed on clean validation pictures.",
            ko="두 클래스일 때, 원본 검증 사진으로 정해 둔 기준값에서 둘째 클래스 사진을 알아본 비율입니다.",
        ),
        interval=_WILSON,
        of=_true_positive,
        needs=("truth", "probabilities", "threshold"),
        over=pooled_share,
    )
)
FALSE_POSITIVE = MEASURES.add(
    Measure(
        key="fpr",
        name=Text(en="false positive rate", ko="거짓 양성률"),
        sentence=Text(
            en="Two classes: how many pictures of the first are taken for the second, at the threshold that was fixed on clean "
            "validation pictures.",
            ko="두 클래스일 때, 원본 검증 사진으로 정해 둔 기준값에서 첫째 클래스 사진을 둘째로 잘못 본 비율입니다.",
        ),
        interval=_WILSON,
        of=_false_positive,
        needs=("truth", "probabilities", "threshold"),
        over=pooled_share,
        higher_is_better=False,
    )
)
_POINTS = Unit("", 1, 3, plain(""))
THRESHOLD_MOVED = MEASURES.add(
    Measure(
        key="threshold_moved",
        name=Text(en="threshold moved by", ko="기준값 이동"),
        sentence=Text(
            en="Two classes: how far the threshold at which it errs alike on both lies from the one on clean validation pictures. Far "
            "from 0, the model may still tell the classes apart, but no longer at that threshold.",
            ko="두 클래스일 때, 두 클래스에서 똑같이 틀리는 기준값이 원본 검증 사진에서보다 얼마나 움직였는지입니다. 0에서 멀면 "
            "두 클래스를 아직 구별하더라도 정해 둔 기준값으로는 안 됩니다.",
        ),
        interval=Text(
            en="The thin line is a 95 % interval: Woodruff's of both thresholds, as the one on validation pictures is no surer than these "
            "pictures let it be.",
            ko="가는 선은 95% 구간입니다. 검증 사진으로 정한 기준값도 그 사진 수만큼만 확실하므로 두 기준값의 Woodruff 구간을 함께 따졌습니다.",
        ),
        of=_moved,
        needs=("truth", "probabilities", "threshold", "threshold_low", "threshold_high"),
        unit=_POINTS,
        lowest=-1.0,
        higher_is_better=False,
    )
)
