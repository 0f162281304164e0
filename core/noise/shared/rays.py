"""Distances and directions from a point of the picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def around(rows: slice, width: int, y: float, x: float) -> tuple[Field, Field]:
    """How far the pixels of some rows are from (y, x), px, and in which direction, 0..2 pi, 0 upwards.

    Directions are good to 2e-4 radians.
    """
    down = (y - np.arange(rows.start, rows.stop)).astype(np.float32)[:, None]
    across = (x - np.arange(width)).astype(np.float32)
    shape = len(down), width
    found = cv2.cartToPolar(
        np.ascontiguousarray(np.broadcast_to(down, shape)),
        np.ascontiguousarray(np.broadcast_to(across, shape)),
    )
    distance, angle = (np.asarray(part, np.float32).reshape(shape) for part in found)
    return distance, angle
