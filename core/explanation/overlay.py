"""Attribution map and picture to one picture; NumPy and OpenCV only."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Image

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of a picture's width and height."""
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
DEFAULT_OPACITY = 0.6
"""Less leaves a light photo's yellow too pale to be found."""
_UNSEEN = 0.35
"""How bright a place stays that the network did not see."""
_DARK = np.rint(np.arange(256) * _UNSEEN).astype(np.uint8)


def shared_scale(maps: Iterable[NDArray[np.floating]]) -> float:
    """The strongest positive influence in any of the maps, for overlays that can be compared; 0.0 for none."""
    return max((float(np.maximum(attribution, 0).max(initial=0.0)) for attribution in maps), default=0.0)


def strength(
    attribution: NDArray[np.floating],
    width: int,
    height: int,
    scale: float | None = None,
    box: Box = WHOLE,
) -> NDArray[np.float32]:
    """The positive part of a signed map over a picture of `width` x `height` px, 0..1, float32.

    Args:
        attribution: h,w on its native grid, any unit.
        scale: the influence that counts as 1; the map's own maximum by default.
        box: the part of the picture that the map covers; 0 outside.
    """
    positive = np.maximum(np.asarray(attribution, dtype=np.float32), 0)
    top = float(positive.max(initial=0.0)) if scale is None else scale
    canvas = np.zeros((height, width), np.float32)
    if top <= 0:
        return canvas
    left, upper, right, lower = _pixels(box, width, height)
    if right > left and lower > upper:
        # Half-pixel bilinear, as torch's align_corners=False.
        enlarged = cv2.resize(positive / top, (right - left, lower - upper), interpolation=cv2.INTER_LINEAR)
        canvas[upper:lower, left:right] = np.clip(enlarged, 0, 1)
    return canvas


def overlay(
    image: Image,
    attribution: NDArray[np.floating],
    opacity: float = DEFAULT_OPACITY,
    scale: float | None = None,
    box: Box = WHOLE,
) -> Image:
    """The picture with what spoke for the class in viridis over it, dark where the network did not see it.

    Colour covers the picture in step with its strength, so that a place without influence stays as it
    is, and the brightness of what the network saw is never rescaled.

    Args:
        image: RGB uint8 H,W,3.
        attribution: signed h,w; its negative part is not shown.
        opacity: of the strongest place, 0..1.
        scale: see `strength`; give `shared_scale` of several maps to compare their strength.
        box: see `strength`.

    Returns:
        RGB uint8 H,W,3.
    """
    height, width = image.shape[:2]
    shown = strength(attribution, width, height, scale, box)
    colours = cv2.applyColorMap(np.rint(shown * 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)
    # The square root lets middling influence be seen without covering places that have none.
    cover = opacity * cv2.sqrt(shown)
    mixed = cv2.blendLinear(image, cv2.cvtColor(colours, cv2.COLOR_BGR2RGB), 1 - cover, cover)
    return _framed(np.asarray(mixed, np.uint8), box)


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of `box` in px."""
    left, right = sorted((round(box[0] * width), round(box[2] * width)))
    upper, lower = sorted((round(box[1] * height), round(box[3] * height)))
    return left, upper, right, lower


def _framed(image: Image, box: Box) -> Image:
    """`image` dark outside `box`, with a thin light line just around it; `image` itself where nothing is outside."""
    height, width = image.shape[:2]
    left, upper, right, lower = _pixels(box, width, height)
    if (left, upper, right, lower) == (0, 0, width, height):
        return image
    dark = np.asarray(cv2.LUT(image, _DARK), np.uint8)
    line = max(1, round(min(height, width) / 200))
    cv2.rectangle(
        dark, (left - line, upper - line), (right + line - 1, lower + line - 1), (255, 255, 255), -1
    )
    dark[upper:lower, left:right] = image[upper:lower, left:right]
    return dark
