"""Does the model know how sure it may be?

Expected calibration error (Naeini et al. 2015; Guo et al. 2017): pictures are put into BINS equal parts of the confidence
0..1; in each, how far apart mean confidence and share of right answers are, weighted by its pictures. It is a mean over
pictures of confidence less right (or its negative, where a part is underconfident), of which the interval is Student's.
After a temperature: the same with the probabilities p^(1/T), made to add up to 1, T fixed on clean validation pictures.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.clusters import mean_of
from core.measure import MEASURES, UNKNOWN, Groups, Measure, Rows, Value
from core.words import Text

BINS = 15
LEAST_SHARE = 1e-12
"""A probability of 0 is taken for this: its logarithm has no end."""


def bins_of(confidence: NDArray[Any]) -> NDArray[np.int64]:
    """N: the part of 0..1 that each lies in, 0 to BINS - 1; one on a border is in the part below it."""
    return np.clip(np.ceil(np.asarray(confidence, np.float64) * BINS).astype(np.int64) - 1, 0, BINS - 1)


def scaled(probabilities: NDArray[Any], temperature: float) -> NDArray[np.float64]:
    """N,C: probabilities after a temperature (Guo et al. 2017); above 1 they are less sure."""
    logits = np.log(np.maximum(np.asarray(probabilities, np.float64), LEAST_SHARE)) / temperature
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _error(confidence: NDArray[Any], right: NDArray[np.bool_], groups: Groups | None) -> Value:
    n = len(right)
    if not n:
        return UNKNOWN
    excess = confidence.astype(np.float64) - right
    part = bins_of(confidence)
    sign = np.sign(np.bincount(part, weights=excess, minlength=BINS))
    value, low, high = mean_of(sign[part] * excess, groups)
    return Value(value, max(0.0, low), high, n)


def _ece(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    return _error(rows["confidence"], rows["prediction"] == rows["truth"], groups)


def _ece_scaled(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    temperature = float(rows["temperature"][0])
    if np.isnan(temperature):
        return UNKNOWN
    confidence = scaled(rows["probabilities"], temperature).max(axis=1)
    return _error(confidence, rows["prediction"] == rows["truth"], groups)


_INTERVAL = Text(
    en="The thin line is Student's 95 % interval. With few pictures the error is above 0 even for a model that knows itself "
    "perfectly.",
    ko="가는 선은 95% Student 구간입니다. 사진이 적으면 스스로를 완벽히 아는 모델이라도 0보다 크게 나옵니다.",
)
ECE = MEASURES.add(
    Measure(
        key="ece",
        name=Text(en="calibration error", ko="보정 오차"),
        sentence=Text(
            en="How far the model's sureness is from how often it is right: 0 where it is right on 80 % of what it is 80 % sure of "
            "(expected calibration error, 15 parts).",
            ko="모델의 확신이 실제로 맞히는 비율과 얼마나 다른지입니다. 80% 확신한 사진을 80% 맞히면 0입니다(기대 보정 오차, 15구간).",
        ),
        interval=_INTERVAL,
        of=_ece,
        needs=("truth", "prediction", "confidence"),
        higher_is_better=False,
    )
)
ECE_SCALED = MEASURES.add(
    Measure(
        key="ece_scaled",
        name=Text(en="calibration error after temperature", ko="온도 보정 뒤 보정 오차"),
        sentence=Text(
            en="The same after the model's sureness was set right once, by one number, on clean validation pictures: what is left "
            "under noise is what noise does to it.",
            ko="원본 검증 사진에서 수 하나로 확신을 한 번 바로잡은 뒤의 보정 오차입니다. 노이즈에서 남는 오차는 노이즈 때문입니다.",
        ),
        interval=_INTERVAL,
        of=_ece_scaled,
        needs=("truth", "prediction", "probabilities", "temperature"),
        higher_is_better=False,
    )
)
