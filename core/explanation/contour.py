"""The line around what counted most: seen on any picture. NumPy and OpenCV only."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pixels import Image

TOP_SHARE = 0.2
"""The part of a map that counts as "the area that counted most" (Ghorbani et al. 2019, arXiv:1710.10547)."""
_ENOUGH = 128
"""A fifth is found as well at so many places a side, and sooner."""


def _line() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What is left of the picture, and the white that is added, by how much of the area (0..255) is around a place.

    Half of it is around the area's edge: white there, black on both sides, soft in between.
    """
    away = np.abs(np.arange(256) / 127.5 - 1)
    white = np.clip((0.4 - away) / 0.12, 0, 1)
    covered = np.clip((0.95 - away) / 0.12, 0, 1)
    return tuple(np.rint(255 * part).astype(np.uint8) for part in (1 - covered, white))  # type: ignore[return-value]


_LEFT, _WHITE = _line()


def counted_most(strength: NDArray[np.float32]) -> NDArray[np.uint8]:
    """uint8 h,w: 255 in the fifth (TOP_SHARE) of h,w values where they are highest and above 0, else 0."""
    step = max(1, min(strength.shape) // _ENOUGH)
    some = strength[::step, ::step].ravel()
    place = int((1 - TOP_SHARE) * some.size)
    least = max(float(np.partition(some, place)[place]), float(np.finfo(np.float32).tiny))
    return (strength >= least).view(np.uint8) * np.uint8(255)


def outlined(image: Image, area: NDArray[np.uint8]) -> Image:
    """The picture (RGB uint8 H,W,3) with a white line between two black ones around `area` (255 in it, 0 outside)."""
    width = 2 * max(2, round(min(area.shape) / 100)) + 1
    around = cv2.blur(_drawable(area, width), (width, width), borderType=cv2.BORDER_REPLICATE)
    left, white = (cv2.cvtColor(cv2.LUT(around, table), cv2.COLOR_GRAY2RGB) for table in (_LEFT, _WHITE))
    return np.asarray(cv2.add(cv2.multiply(image, left, scale=1 / 255), white), np.uint8)


def _drawable(area: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """`area` with specks and tips at least `width` px wide and no gaps below that: black would cover their white line."""
    square, larger = (np.ones((side, side), np.uint8) for side in (width, 2 * width - 1))
    # Round outlines lose a little where a square goes along them: what is near the wide parts is not thin.
    thin = cv2.subtract(area, cv2.dilate(cv2.erode(area, square), larger))
    if cv2.countNonZero(thin):
        area = np.asarray(cv2.max(area, cv2.dilate(thin, square)), np.uint8)
    return np.asarray(cv2.morphologyEx(area, cv2.MORPH_CLOSE, square), np.uint8)
