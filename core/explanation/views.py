"""Further ways to see a map on a picture: the outline of what counted most, or only that. NumPy and OpenCV only."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.explanation.overlay import overlay, strength
from core.noise.catalogue import Image

TOP_SHARE = 0.2
"""The part of the picture that the outline holds."""
_DIMMED = 0.18


def counted_most(attribution: NDArray[np.floating], width: int, height: int) -> NDArray[np.bool_]:
    """The fifth of a picture of `width` x `height` px where a signed map h,w is highest and positive."""
    shown = strength(attribution, width, height)
    return (shown >= np.quantile(shown, 1 - TOP_SHARE)) & (shown > 0)


def outline(image: Image, attribution: NDArray[np.floating]) -> Image:
    """The picture (RGB uint8 H,W,3) with a line around what counted most, white on black: seen on any colour."""
    height, width = image.shape[:2]
    area = counted_most(attribution, width, height).astype(np.uint8)
    edges, _ = cv2.findContours(area, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    drawn = image.copy()
    thick = max(1, round(min(height, width) / 100))
    cv2.drawContours(drawn, edges, -1, (0, 0, 0), 3 * thick)
    cv2.drawContours(drawn, edges, -1, (255, 255, 255), thick)
    return drawn


def only_counted(image: Image, attribution: NDArray[np.floating]) -> Image:
    """The picture (RGB uint8 H,W,3) dimmed everywhere but where it counted most."""
    height, width = image.shape[:2]
    area = counted_most(attribution, width, height)[:, :, None]
    return np.where(area, image, np.rint(image * _DIMMED).astype(np.uint8))


VIEWS = ("heat", "outline", "only")


def seen(view: str, image: Image, attribution: NDArray[np.floating], scale: float | None = None) -> Image:
    """The picture (RGB uint8 H,W,3) in one of VIEWS; `scale` is for the heat, see core.explanation.overlay."""
    ways: dict[str, Callable[[], Image]] = {
        "heat": lambda: overlay(image, attribution, scale=scale),
        "outline": lambda: outline(image, attribution),
        "only": lambda: only_counted(image, attribution),
    }
    return ways[view]()


def enlarged(image: Image, side: int) -> Image:
    """A small picture (RGB uint8) at least `side` px high by whole steps, its pixels kept as squares."""
    factor = max(1, -(-side // image.shape[0]))
    return np.ascontiguousarray(image.repeat(factor, axis=0).repeat(factor, axis=1))


def mosaic(rows: list[list[Image]], ground: tuple[int, int, int] = (255, 255, 255), gap: int = 4) -> Image:
    """Pictures of one size (RGB uint8) in rows and columns, `gap` px of the colour `ground` between them."""
    height, width = rows[0][0].shape[:2]
    columns = max(len(row) for row in rows)
    shape = (len(rows) * (height + gap) - gap, columns * (width + gap) - gap, 3)
    canvas = np.full(shape, ground, dtype=np.uint8)
    for y, row in enumerate(rows):
        for x, image in enumerate(row):
            top, left = y * (height + gap), x * (width + gap)
            canvas[top : top + height, left : left + width] = image
    return canvas
