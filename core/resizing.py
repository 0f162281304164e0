"""Pictures brought to another size."""

from typing import Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pixels import Image

PHOTO_SIDE = 512
"""Photos are shrunk to this before noise and ImageNet models: larger ones gain nothing at 224 px."""
LINEAR = 1.5
"""Pictures that become so many times smaller at most are interpolated, not averaged."""
_T = TypeVar("_T", np.uint8, np.float32)


def fit_within(image: Image, side: int) -> Image:
    """`image` shrunk so that its longer side is `side` px at most; itself if it is no larger."""
    height, width = image.shape[:2]
    size = size_within(width, height, side)
    if size == (width, height):
        return image
    return _averaged(image, size)


def size_within(width: int, height: int, side: int) -> tuple[int, int]:
    """Width and height, px, of a picture once its longer side is `side` px at most."""
    longer = max(height, width)
    if longer <= side:
        return width, height
    return max(1, round(width * side / longer)), max(1, round(height * side / longer))


def square(image: Image, size: int) -> Image:
    """The centre square of `image`, its side brought to `size` px; always a new array."""
    centre = np.ascontiguousarray(_centre(image))
    side = centre.shape[0]
    if side == size:
        return centre if centre.base is None and centre is not image else centre.copy()
    if side > size:
        return _averaged(centre, (size, size))
    return np.asarray(cv2.resize(centre, (size, size), interpolation=cv2.INTER_CUBIC))


def _centre(image: NDArray[_T]) -> NDArray[_T]:
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


Fit = Literal["crop", "pad", "stretch"]
"""How a picture becomes square: its centre, all of it between black bars, or all of it pulled into shape."""


def fitted(image: NDArray[_T], size: int, how: Fit, bars: float = 0) -> NDArray[_T]:
    """`image`, H,W or H,W,3, as a square of `size` px; always a new array. Fast, as an import does it with every picture.

    Args:
        bars: what is black.
    """
    if how == "crop":
        return _resized(_centre(image), size, size)
    height, width = image.shape[:2]
    wide = high = size
    if how == "pad":
        longer = max(height, width)
        wide, high = max(1, round(width * size / longer)), max(1, round(height * size / longer))
    inner = _resized(image, wide, high)
    if (wide, high) == (size, size):
        return inner
    canvas = np.full((size, size, *image.shape[2:]), bars, image.dtype)
    top, left = (size - high) // 2, (size - wide) // 2
    canvas[top : top + high, left : left + wide] = inner
    return canvas


def _resized(image: NDArray[_T], wide: int, high: int) -> NDArray[_T]:
    """`image` at `wide` by `high` px, each pixel an average of what it covers; always a new array.

    Up to LINEAR times smaller OpenCV's linear interpolation is as near to Lanczos' filter, and faster; beyond that it
    falls behind (benchmarks/importing.py).
    """
    height, width = image.shape[:2]
    if (width, height) == (wide, high):
        return image.copy()
    factors = (width / wide, height / high)
    if min(factors) < 1:
        return np.asarray(cv2.resize(image, (wide, high), interpolation=cv2.INTER_CUBIC))
    if max(factors) <= LINEAR:
        return np.asarray(cv2.resize(image, (wide, high), interpolation=cv2.INTER_LINEAR))
    return _averaged(image, (wide, high))


def _averaged(image: NDArray[_T], size: tuple[int, int]) -> NDArray[_T]:
    """`image` at a smaller `size` (width, height), each pixel the average of what it covers.

    Intel's routine, where OpenCV has it, takes a third to a fifth of the time and differs by one level at most. So it
    counts as inexact and must be asked for; for this call alone, as the setting is the thread's and noises are exact.
    """
    cv2.ipp.setUseIPP_NotExact(True)
    try:
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    finally:
        cv2.ipp.setUseIPP_NotExact(False)


def prepared_photo(photo: Image) -> Image:
    """A photo (RGB uint8) at the size where noise is added to it and ImageNet models take it."""
    return fit_within(photo, PHOTO_SIDE)
