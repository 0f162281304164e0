"""How firmly an answer stands: the same photo saved, scaled and moved a little, or with faint noise. Imports torch."""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from core.explanation.classifier import Classifier
from core.images import encode_jpeg
from core.networks.loading import one_core
from core.pixels import Image

QUALITIES = (95, 90, 85, 80)
"""Of a JPEG: what a chat program makes of a photo."""
SCALES = (0.94, 0.97, 1.03, 1.06)
SHIFTS = ((-0.03, 0.0), (0.03, 0.0), (0.0, -0.03), (0.0, 0.03), (-0.02, -0.02), (0.02, 0.02))
"""Of the width and of the height."""
NOISES = (1.0, 1.0, 2.0, 2.0, 3.0, 3.0)
"""Standard deviations of 255, seen by nobody."""
VERSIONS = len(QUALITIES) + len(SCALES) + len(SHIFTS) + len(NOISES)


class Held(NamedTuple):
    """In how many mild versions an answer was the same."""

    of: int
    kept: int


def mild_versions(picture: Image, seed: int = 0) -> Iterator[Image]:
    """VERSIONS of a picture (RGB uint8 H,W,3), of its size, that nobody would call another one.

    Args:
        seed: of the faint noise.
    """
    height, width = picture.shape[:2]
    for quality in QUALITIES:
        file = np.frombuffer(encode_jpeg(picture, quality), np.uint8)
        yield np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR_RGB), np.uint8)
    middle = ((width - 1) / 2, (height - 1) / 2)
    for scale in SCALES:
        yield _moved(picture, cv2.getRotationMatrix2D(middle, 0.0, scale))
    for right, down in SHIFTS:
        yield _moved(picture, np.array([[1.0, 0.0, right * width], [0.0, 1.0, down * height]]))
    for number, deviation in enumerate(NOISES):
        drawn = np.random.default_rng([seed, number]).normal(0.0, deviation, picture.shape)
        yield np.clip(np.rint(picture + drawn), 0, 255).astype(np.uint8)


def _moved(picture: Image, matrix: np.ndarray) -> Image:
    height, width = picture.shape[:2]
    moved = cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(moved, np.uint8)


def held(classifier: Classifier, picture: Image, answer: int, seed: int = 0) -> Held:
    """In how many of its mild versions a picture (as `Classifier.prepare` gives it) is given the same class.

    Args:
        answer: the class that it is given as it is.
    """
    with one_core():  # as the answer was made
        found = classifier.answers(list(mild_versions(picture, seed)))
    return Held(len(found), found.count(answer))
