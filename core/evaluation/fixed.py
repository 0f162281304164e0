"""What is fixed on a run's clean validation pictures, before any test: a temperature, a threshold, and when it is unsure.

No test picture has a say in it, or the test would be of what was chosen by it. No torch.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.clusters import numbered
from core.evaluation.measures.calibration import LEAST_SHARE
from core.evaluation.measures.telling_apart import roc_of, threshold_of
from core.files import read_json
from core.folders import RunFolder
from core.records import Record

UNSURE = 0.1
"""Part of the clean validation pictures, the least sure ones, that "I am not sure" is said of."""


@dataclass(frozen=True)
class Fixed(Record):
    """fixed.json of a run."""

    weights_fingerprint: str = ""
    """Of the checkpoint that was asked; for any other it says nothing."""
    data_fingerprint: str = ""
    images: int = 0
    """Validation pictures that it was fixed on."""
    temperature: float | None = None
    """Probabilities to the power of its inverse are best calibrated; above 1 the model is too sure."""
    threshold: float | None = None
    """Two classes: the probability of the second from which on it is named, where both are mistaken as often."""
    threshold_low: float | None = None
    threshold_high: float | None = None
    """Of its 95 % interval (Woodruff 1952): where few pictures lie near, others would have put it elsewhere."""
    unsure_below: float | None = None
    """Confidence of an answer below which "I am not sure" is said."""


def fixed_on(
    truth: NDArray[Any], probabilities: NDArray[Any], about: Fixed, groups: NDArray[np.int64] | None = None
) -> Fixed:
    """What clean validation pictures fix.

    Args:
        truth: N numbers of classes.
        probabilities: N,C.
        about: its fingerprints are taken over.
        groups: N, where pictures belong together.
    """
    confidence = probabilities.max(axis=1)
    roc = roc_of({"truth": truth, "probabilities": probabilities})
    among = None if groups is None else numbered(groups)
    threshold, low, high = threshold_of(roc, among) if roc is not None else (None, None, None)
    return Fixed(
        weights_fingerprint=about.weights_fingerprint,
        data_fingerprint=about.data_fingerprint,
        images=len(truth),
        temperature=temperature_of(truth, probabilities),
        threshold=threshold,
        threshold_low=low,
        threshold_high=high,
        unsure_below=float(np.quantile(confidence, UNSURE, method="higher")),
    )


def temperature_of(truth: NDArray[Any], probabilities: NDArray[Any]) -> float | None:
    """The temperature under which the truth is likeliest (Guo et al. 2017), as scikit-learn finds it.

    None where fewer than two classes have pictures, or no finite one is best, as where all answers are right.

    Args:
        truth: N, the places of the true classes.
        probabilities: N,K, 0..1.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    right = probabilities.argmax(axis=1) == truth
    if len(np.unique(truth)) < 2 or right.all():
        return None
    logits = np.log(np.maximum(np.asarray(probabilities, np.float64), LEAST_SHARE))
    # scikit-learn wants a row of each class; of a class without pictures one of weight 0 changes nothing.
    classes = probabilities.shape[1]
    lacking = np.setdiff1d(np.arange(classes), truth)
    weights = np.concatenate([np.ones(len(truth)), np.zeros(len(lacking))])
    logits = np.concatenate([logits, np.zeros((len(lacking), classes))])
    every = np.arange(len(logits))
    calibrated = CalibratedClassifierCV(
        FrozenEstimator(_known_logits()(classes)), method="temperature", cv=[(every, every)]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that what is frozen takes no weights
        calibrated.fit(logits, np.concatenate([truth, lacking]), sample_weight=weights)
    inverse = float(calibrated.calibrated_classifiers_[0].calibrators[0].beta_)
    return 1 / inverse


def _known_logits() -> Any:
    """A classifier that is shown its own logits: scikit-learn calibrates classifiers."""
    from sklearn.base import BaseEstimator, ClassifierMixin

    class KnownLogits(ClassifierMixin, BaseEstimator):
        def __init__(self, classes: int = 2) -> None:
            self.classes = classes
            self.classes_ = np.arange(classes)

        def fit(self, _logits: Any, _truth: Any) -> "KnownLogits":
            return self

        def decision_function(self, logits: NDArray[Any]) -> NDArray[Any]:
            return logits if self.classes > 2 else (logits[:, 1] - logits[:, 0]) / 2

        def predict(self, logits: NDArray[Any]) -> NDArray[Any]:
            return logits.argmax(axis=1)

    return KnownLogits


def read_fixed(folder: RunFolder, weights_fingerprint: str | None) -> Fixed | None:
    """What is kept of a run; None where nothing is, or it is of other weights."""
    try:
        found = Fixed.read(read_json(folder.fixed))
    except (OSError, ValueError):
        return None
    return found if weights_fingerprint in (None, found.weights_fingerprint) else None
