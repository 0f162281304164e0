"""From calculated values back to levels."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pixels import Image

WHOLE = 1 / 256
"""Added before a fraction is cut off: rounding errors must not take a whole number below itself."""


def whole_levels(values: NDArray[np.float32]) -> Image:
    """uint8 of float32 values from 0 on, any shape H,W or H,W,C: fractions cut off, white from 255 on.

    The same on every machine: one addition, then OpenCV's rounding to the nearest.
    """
    return np.asarray(cv2.convertScaleAbs(values, alpha=1, beta=WHOLE - 0.5), np.uint8).reshape(values.shape)


def plus(image: Image, fields: Sequence[NDArray[np.floating[Any]]]) -> Image:
    """The picture with one field H,W added to all channels, or each of three to its own; fractions cut off.

    Args:
        fields: levels, floating point; altered.
    """
    # The picture's values are whole, so the field's fraction can be cut off instead of the sum's.
    planes = [np.floor(np.clip(field, -255, 255, out=field), out=field).astype(np.int16) for field in fields]
    added = cv2.merge(planes * (3 // len(planes))).reshape(image.shape)
    return np.asarray(cv2.add(image, added, dtype=cv2.CV_8U), np.uint8)
