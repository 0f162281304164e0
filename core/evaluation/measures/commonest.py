"""Does one class swallow the rest? The share of pictures that are given the class that is given most often, with Wilson's
interval; beside it the largest true class would give what the pictures themselves give."""

from collections.abc import Sequence

import numpy as np

from core.evaluation.clusters import share_of
from core.measure import MEASURES, UNKNOWN, Groups, Measure, Rows, Value
from core.words import Text


def _commonest(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    answers = rows["prediction"]
    if not len(answers):
        return UNKNOWN
    most = int(np.bincount(answers.astype(np.int64)).argmax())
    return Value(*share_of(answers == most, groups), len(answers))


COMMONEST = MEASURES.add(
    Measure(
        key="commonest",
        name=Text(en="commonest answer", ko="가장 흔한 답"),
        sentence=Text(
            en="For how many pictures it names the class that it names most often: near 100 % where one class swallows the rest.",
            ko="모델이 가장 자주 말한 클래스가 모든 답에서 차지하는 비율입니다. 100%에 가까우면 한 클래스가 나머지를 삼킨 것입니다.",
        ),
        interval=Text(
            en="The thin line is Wilson's 95 % interval of this share.",
            ko="가는 선은 이 비율의 95% Wilson 구간입니다.",
        ),
        of=_commonest,
        needs=("prediction",),
        higher_is_better=False,
    )
)
