"""From calculated values back to levels."""

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
