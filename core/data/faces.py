"""The built-in data set `faces`: drawn faces on photographs, real or with a part swapped.

In a swapped face the inner face, or one part of it, is replaced by a moved, recoloured copy of
itself with a faint seam. All else is drawn alike for both classes: light, blur and grain come after.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.photos import crop, region
from core.noise.catalogue import Image
from core.words import Text

CLASSES = {"real": Text(en="real", ko="진짜"), "swapped": Text(en="swapped", ko="바꿔치기")}
"""Each with what screens call it."""
BACKGROUNDS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
"""Colour photographs with everyday light and sharpness, public domain or CC0."""
Colour = tuple[int, int, int]
Points = NDArray[np.float64]
"""P,2: x and y."""

_SHIFT = 5
"""OpenCV draws at 1/32 px."""
_TURNS = np.linspace(0, 2 * np.pi, 36, endpoint=False)
_CIRCLE: Points = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)
_SKINS = np.array(
    [
        (255, 224, 196),
        (244, 205, 172),
        (232, 187, 148),
        (214, 162, 118),
        (190, 134, 92),
        (160, 106, 70),
        (124, 80, 54),
        (92, 60, 42),
    ],
    np.float64,
)
_HAIRS: tuple[Colour, ...] = (
    (28, 22, 20),
    (52, 36, 28),
    (88, 56, 34),
    (128, 84, 46),
    (178, 134, 76),
    (214, 180, 116),
    (150, 66, 36),
    (152, 148, 144),
    (206, 204, 200),
)
_IRISES: tuple[Colour, ...] = ((72, 46, 28), (104, 72, 40), (62, 104, 130), (92, 134, 150), (74, 110, 70))


@dataclass
class _Canvas:
    """A picture drawn in the frame of a head: x right, y down, 1 is half the head's width or height."""

    pixels: Image
    """Square, RGB uint8; drawn on in place."""
    centre: tuple[float, float]
    """Of the head, in px."""
    half: tuple[float, float]
    """Half the head's width and height, px."""
    tilt: float
    """Radians."""

    def place(self, points: Points) -> Points:
        """Head frame to px."""
        scaled = points * self.half
        cos, sin = np.cos(self.tilt), np.sin(self.tilt)
        turned = scaled @ np.array([[cos, sin], [-sin, cos]])
        return turned + self.centre

    def fill(self, points: Points, colour: Colour, target: Image | None = None) -> None:
        fixed = np.rint(self.place(points) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(self.pixels if target is None else target, [fixed], colour, shift=_SHIFT)

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour) -> None:
        self.fill(_CIRCLE * (wide, high) + (x, y), colour)

    def stroke(self, points: Points, width: float, colour: Colour, closed: bool = False) -> None:
        """A line `width` wide, in the head frame."""
        fixed = np.rint(self.place(points) * (1 << _SHIFT)).astype(np.int32)
        thick = max(1, round(width * self.half[0]))
        cv2.polylines(self.pixels, [fixed], closed, colour, thick, cv2.LINE_AA, _SHIFT)


def _colour(values: NDArray[np.float64] | Colour, factor: float = 1.0) -> Colour:
    red, green, blue = (int(min(max(value * factor, 0), 255)) for value in values)
    return red, green, blue


def _arc(x: float, y: float, wide: float, high: float, start: float, end: float, count: int = 12) -> Points:
    """Points of an ellipse from `start` to `end` degrees, clockwise on the screen, 0 to the right."""
    turns = np.radians(np.linspace(start, end, count))
    return np.stack([x + wide * np.cos(turns), y + high * np.sin(turns)], axis=1)


def _head(jaw: float) -> Points:
    """The outline of a face; `jaw` narrows its lower half, 0..1."""
    narrow = 1 - jaw * np.clip(_CIRCLE[:, 1], 0, 1) ** 2
    return np.stack([_CIRCLE[:, 0] * narrow, _CIRCLE[:, 1]], axis=1)


def _draw_head(canvas: _Canvas, draw: np.random.Generator) -> None:
    """Shoulders, neck, ears, face, hair, eyes, nose, mouth, and what some people wear."""
    place = draw.uniform(0, len(_SKINS) - 1.001)
    low, part = int(place), place - int(place)
    skin = _SKINS[low] * (1 - part) + _SKINS[low + 1] * part + draw.uniform(-8, 8, 3)
    hair = _colour(np.array(_HAIRS[draw.integers(len(_HAIRS))]) + draw.uniform(-10, 10, 3))
    dark = _colour(skin, 0.72)
    jaw = draw.uniform(0.1, 0.34)
    style = draw.choice(("short", "long", "fringe", "bun", "bald"), p=(0.34, 0.26, 0.2, 0.12, 0.08))
    line = draw.uniform(-0.66, -0.46)
    """Where the hair begins on the forehead."""

    if style == "long":
        down = draw.uniform(0.9, 1.5)
        canvas.fill(np.concatenate([_arc(0, -0.1, 1.24, 1.12, 180, 360), [(1.2, down), (-1.2, down)]]), hair)
    elif style == "bun":
        canvas.oval(draw.uniform(-0.3, 0.3), -1.15, 0.42, 0.34, _colour(hair, 0.88))
    cloth = _colour(draw.uniform(30, 225, 3))
    canvas.fill(np.array([(-0.42, 0.5), (0.42, 0.5), (0.5, 1.6), (-0.5, 1.6)]), _colour(skin, 0.8))
    canvas.fill(
        np.concatenate([_arc(0, 2.3, draw.uniform(1.5, 2.0), 1.05, 180, 360), [(2, 4), (-2, 4)]]), cloth
    )
    canvas.fill(_CIRCLE * (0.4, 0.24) + (0, 1.28), _colour(skin, 0.84))
    for side in (-1, 1):
        canvas.oval(side * 0.99, 0.02, 0.15, 0.21, _colour(skin, 0.9))
    canvas.fill(_head(jaw), _colour(skin))
    if style != "bald":
        high = draw.uniform(1.04, 1.16)
        outer = _arc(0, -0.06, 1.07, high, 178, 362, 20)
        part_at = draw.uniform(-0.5, 0.5)
        temple = line + draw.uniform(0.18, 0.4)
        if style == "fringe":
            edge = draw.uniform(-0.5, -0.38)
            inner = np.array(
                [(0.9, -0.05), (0.82, edge), (part_at, edge - 0.05), (-0.82, edge), (-0.9, -0.05)]
            )
        else:
            inner = np.array([(0.95, 0.0), (0.8, temple), (part_at, line), (-0.8, temple), (-0.95, 0.0)])
        canvas.fill(np.concatenate([outer, inner]), hair)
        canvas.stroke(_arc(0, -0.1, 0.86, high - 0.22, 200, draw.uniform(250, 320)), 0.05, _colour(hair, 1.3))

    cheeks = draw.uniform(0, 0.12)
    if cheeks > 0.04:
        blush = _colour(skin * (1 + cheeks, 1 - cheeks, 1 - cheeks))
        for side in (-1, 1):
            canvas.oval(side * 0.56, 0.3, 0.2, 0.13, blush)
    if draw.random() < 0.2:
        beard = _colour(0.45 * np.array(hair) + 0.55 * skin * 0.8)
        lower = _head(jaw)[1:18] * (0.97, 0.98)
        canvas.fill(np.concatenate([lower, _arc(0, 0.36, 0.9, draw.uniform(0.05, 0.16), 180, 0)]), beard)

    apart, level, wide = draw.uniform(0.36, 0.44), draw.uniform(-0.18, -0.06), draw.uniform(0.17, 0.22)
    open_to, look = draw.uniform(0.085, 0.135), draw.uniform(-0.06, 0.06)
    iris = _IRISES[draw.integers(len(_IRISES))]
    brow, brow_thick = draw.uniform(0.2, 0.27), draw.uniform(0.06, 0.11)
    brow_colour = _colour(0.75 * np.array(hair) + 0.1 * skin)
    for side in (-1, 1):
        x = side * apart
        canvas.oval(x, level, wide + 0.03, open_to + 0.035, dark)
        canvas.oval(x, level + 0.01, wide, open_to, (244, 242, 238))
        canvas.oval(x + look, level, 0.1, 0.098, iris)
        canvas.oval(x + look, level, 0.05, 0.05, (16, 14, 14))
        canvas.oval(x + look + 0.03, level - 0.035, 0.024, 0.022, (255, 255, 255))
        canvas.stroke(_arc(x, level, wide + 0.02, open_to + 0.03, 190, 350, 7), 0.045, _colour(hair, 0.5))
        canvas.stroke(_arc(x, level - brow + 0.08, wide + 0.07, 0.1, 205, 335, 7), brow_thick, brow_colour)
    tip = draw.uniform(0.2, 0.32)
    canvas.stroke(np.array([(0.05, level + 0.08), (0.1, tip - 0.05), (0.0, tip + 0.04)]), 0.06, dark)
    canvas.stroke(_arc(0, tip, 0.13, 0.06, 20, 160, 7), 0.05, _colour(skin, 0.62))
    mouth, smile = draw.uniform(0.52, 0.6), draw.uniform(0.02, 0.16)
    lips = _colour(skin * (0.86, 0.58, 0.6) + (draw.uniform(-10, 30), 0, 0))
    across = draw.uniform(0.24, 0.36)
    curve = np.concatenate(
        [_arc(0, mouth, across, smile, 0, 180, 10), _arc(0, mouth, across, 0.07, 180, 360, 10)]
    )
    canvas.fill(curve, lips)
    if smile > 0.08 and draw.random() < 0.6:
        canvas.fill(_arc(0, mouth, across * 0.8, smile * 0.6, 0, 180, 10), (246, 244, 240))
    canvas.stroke(np.array([(-across, mouth), (0, mouth + 0.02), (across, mouth)]), 0.03, _colour(lips, 0.6))
    if draw.random() < 0.25:
        frame = _colour(draw.uniform(10, 90, 3))
        round_ones = _CIRCLE * (wide + 0.13, draw.uniform(0.2, 0.27))
        for side in (-1, 1):
            canvas.stroke(round_ones + np.array((side * apart, level + 0.03)), 0.05, frame, closed=True)
        canvas.stroke(np.array([(-0.1, level), (0.1, level)]), 0.05, frame)


def _swap(canvas: _Canvas, draw: np.random.Generator) -> NDArray[np.uint8]:
    """Replace a part of the face by a moved, recoloured copy of itself; returns how much of it, 0..255."""
    x, y, wide, high = (
        (0.0, 0.12, 0.74, 0.7),
        (0.0, -0.1, 0.8, 0.36),
        (0.0, 0.45, 0.6, 0.38),
        (-0.36, 0.1, 0.42, 0.62),
        (0.36, 0.1, 0.42, 0.62),
    )[draw.choice(5, p=(0.56, 0.13, 0.13, 0.09, 0.09))]
    wide, high = wide * draw.uniform(0.92, 1.08), high * draw.uniform(0.92, 1.08)
    side = canvas.pixels.shape[0]
    whole = np.zeros((side, side), np.uint8)
    canvas.fill(_CIRCLE * (wide, high) + (x, y), (255, 255, 255), whole)
    # Softened by about half a pixel of the finished picture, as a careful forger would.
    soft = cv2.blur(whole, (side // 48 | 1, side // 48 | 1))

    way = draw.uniform(0, 2 * np.pi)
    far = draw.uniform(0.06, 0.16) * canvas.half[0]
    matrix = cv2.getRotationMatrix2D(canvas.centre, draw.uniform(-7, 7), draw.uniform(0.9, 1.12))
    matrix[:, 2] += far * np.cos(way), far * np.sin(way)
    copy = cv2.warpAffine(canvas.pixels, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    # Lighter or darker, and tinted against it: never just one of the channels.
    light = draw.choice((-1, 1)) * draw.uniform(0.2, 0.36)
    gain = 1 + light + draw.uniform(-0.1, 0.1, 3)
    copy = cv2.transform(copy, np.diag(gain))

    weight = cv2.merge([soft, soft, soft])
    cv2.add(
        cv2.multiply(copy, weight, scale=1 / 255),
        cv2.multiply(canvas.pixels, cv2.bitwise_not(weight), scale=1 / 255),
        canvas.pixels,
    )
    # The seam: a soft shadow about two pixels wide (of 64) where the two meet.
    edge = np.rint(canvas.place(_CIRCLE * (wide, high) + (x, y)) * (1 << _SHIFT)).astype(np.int32)
    seam = np.full_like(canvas.pixels, 255)
    tone = round(255 * draw.uniform(0.38, 0.62))
    cv2.polylines(seam, [edge], True, (tone, tone, tone), side // 26, cv2.LINE_AA, _SHIFT)
    shadow = cv2.blur(seam, (side // 36 | 1, side // 36 | 1))
    cv2.multiply(canvas.pixels, shadow, canvas.pixels, scale=1 / 255)
    return np.asarray(soft, np.uint8)


def _light(canvas: _Canvas, draw: np.random.Generator) -> None:
    """Light from one side over everything, with its own warmth."""
    towards = draw.uniform(0, 2 * np.pi)
    slope = draw.uniform(0.0, 0.3)
    grid = np.linspace(-1, 1, 16, dtype=np.float32)
    plane = 1 + slope * (np.cos(towards) * grid[None, :] + np.sin(towards) * grid[:, None]) / 1.4
    level = draw.uniform(0.78, 1.12) * (1 + draw.uniform(-0.06, 0.06, 3))
    field = np.clip(plane[:, :, None] * level * 128, 0, 255).astype(np.uint8)
    side = canvas.pixels.shape[0]
    large = cv2.resize(field, (side, side), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(canvas.pixels, large, canvas.pixels, scale=1 / 128)


def draw_face(swapped: bool, held_out: bool, size: int, draw: np.random.Generator) -> tuple[Image, Image]:
    """One picture and its mask.

    Args:
        swapped: the class.
        held_out: backgrounds from the photo regions of the test split.
        size: side, px.
        draw: where all chance comes from.

    Returns:
        RGB uint8 size,size,3, and uint8 size,size: 1 where the face was changed.
    """
    side = size * (4 if size <= 64 else 3)
    source = region(BACKGROUNDS[draw.integers(len(BACKGROUNDS))], held_out)
    background = cv2.resize(crop(source, draw, 90, 240), (side, side), interpolation=cv2.INTER_LINEAR)
    if draw.random() < 0.5:
        background = cv2.flip(background, 1)
    half = side * draw.uniform(0.28, 0.34)
    canvas = _Canvas(
        pixels=np.ascontiguousarray(background),
        centre=(side * draw.uniform(0.45, 0.55), side * draw.uniform(0.46, 0.54)),
        half=(half, half * draw.uniform(1.22, 1.38)),
        tilt=draw.uniform(-0.16, 0.16),
    )
    _draw_head(canvas, draw)
    changed = _swap(canvas, draw) if swapped else np.zeros((side, side), np.uint8)
    _light(canvas, draw)
    image = cv2.resize(canvas.pixels, (size, size), interpolation=cv2.INTER_AREA)
    blur = draw.uniform(0, 0.45)
    if blur > 0.15:
        image = cv2.GaussianBlur(image, (3, 3), blur)
    grain = draw.standard_normal(image.shape, np.float32) * draw.uniform(0.5, 3.0)
    image = np.clip(np.rint(image + grain), 0, 255).astype(np.uint8)
    mask = cv2.resize(changed, (size, size), interpolation=cv2.INTER_AREA) > 127
    return image, mask.astype(np.uint8)
