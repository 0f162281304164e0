"""Drawing in the frame of a head: areas, lines, soft tints."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.pixels import Image

Colour = tuple[int, int, int]
Points = NDArray[np.float64]
"""P,2: x and y."""

SMALL = 64
"""Pictures up to this side, px, are drawn without the details that would be lost in them."""
_SHIFT = 5
"""OpenCV draws at 1/32 px."""
_TURNS = np.linspace(0, 2 * np.pi, 36, endpoint=False)
CIRCLE: Points = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)


@dataclass
class Canvas:
    """A picture drawn in the frame of a head: x right, y down, 1 is half the head's width or height."""

    pixels: Image
    """Square, RGB uint8; drawn on in place."""
    centre: tuple[float, float]
    """Of the head, in px."""
    half: tuple[float, float]
    """Half the head's width and height, px."""
    tilt: float
    """Radians."""
    fine: bool
    """With details that only a picture above SMALL can show."""

    def place(self, points: Points) -> Points:
        """Head frame to px."""
        half, turn, centre = self._frame
        return points * half @ turn + centre

    @cached_property
    def _frame(self) -> tuple[Points, Points, Points]:
        cos, sin = np.cos(self.tilt), np.sin(self.tilt)
        return np.array(self.half), np.array([[cos, sin], [-sin, cos]]), np.array(self.centre)

    def fill(self, points: Points, colour: Colour, target: Image | None = None) -> None:
        cv2.fillPoly(
            self.pixels if target is None else target,
            [self._fixed(points)],
            colour,
            cv2.LINE_AA if self.fine else cv2.LINE_8,
            _SHIFT,
        )

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        self.fill(CIRCLE * (wide, high) + (x, y), colour)

    def stroke(self, points: Points, width: float, colour: Colour, closed: bool = False) -> None:
        """A line `width` wide, in the head frame."""
        self.line(points, max(1, round(width * self.half[0])), colour, closed)

    def line(
        self, points: Points, width: int, colour: Colour, closed: bool = False, target: Image | None = None
    ) -> None:
        """A line `width` px wide."""
        onto = self.pixels if target is None else target
        cv2.polylines(onto, [self._fixed(points)], closed, colour, width, cv2.LINE_AA, _SHIFT)

    def tint(self, points: Points, colour: Colour, opacity: float, soft: float) -> None:
        """Colour an area with an edge that fades over `soft` to both sides, in the head frame.

        Args:
            opacity: of the colour in the middle, 0..1.
        """
        fixed = self._fixed(points)
        reach = max(1, round(soft * self.half[0]))
        low = np.maximum((fixed.min(axis=0) >> _SHIFT) - reach - 1, 0)
        high = np.minimum((fixed.max(axis=0) >> _SHIFT) + reach + 2, self.pixels.shape[0])
        if (low >= high).any():
            return
        area = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
        cv2.fillPoly(area, [fixed - (low << _SHIFT)], opacity, cv2.LINE_8, _SHIFT)
        # Two box blurs fade evenly; what lies outside the picture counts as its edge does.
        for _ in range(2):
            area = cv2.blur(area, (reach | 1, reach | 1), borderType=cv2.BORDER_REPLICATE)
        piece = self.pixels[low[1] : high[1], low[0] : high[0]]
        piece[:] = np.rint(piece + (np.array(colour, np.float32) - piece) * area[:, :, None])

    def _fixed(self, points: Points) -> NDArray[np.int32]:
        return np.rint(self.place(points) * (1 << _SHIFT)).astype(np.int32)


def toned(values: NDArray[np.float64] | Colour, factor: float = 1.0) -> Colour:
    """`values` times `factor` as a colour."""
    red, green, blue = (int(min(max(value * factor, 0), 255)) for value in values)
    return red, green, blue


def arc(x: float, y: float, wide: float, high: float, start: float, end: float, count: int = 12) -> Points:
    """Points of an ellipse from `start` to `end` degrees, clockwise on the screen, 0 to the right."""
    return _unit_arc(start, end, count) * (wide, high) + (x, y)


@lru_cache(maxsize=256)
def _unit_arc(start: float, end: float, count: int) -> Points:
    """Not to be written to: most are drawn in each picture."""
    turns = np.radians(np.linspace(start, end, count))
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


def rounded(points: Points, times: int = 3) -> Points:
    """An open line with its corners cut (Chaikin 1974); its ends stay."""
    for _ in range(times):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.concatenate([points[:1], np.stack([near, far], axis=1).reshape(-1, 2), points[-1:]])
    return points
