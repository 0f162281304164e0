"""The built-in data set `faces`: drawn faces on photographs, real or with a part swapped.

In a swapped face the inner face, or one part of it, is replaced by a moved, recoloured copy of
itself with a faint seam. All else is drawn alike for both classes: light, blur and grain come after.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.builtin.drawing import CIRCLE, SMALL, Canvas
from core.data.builtin.heads import draw_head
from core.data.builtin.photos import crop, region
from core.errors import NotAChoice, OutOfRange
from core.pixels import Image
from core.words import Text, fill_text, listing

CLASSES = {"real": Text(en="real", ko="진짜"), "swapped": Text(en="swapped", ko="바꿔치기")}
"""Each with what screens call it."""
BACKGROUNDS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
"""Colour photographs with everyday light and sharpness, public domain or CC0."""

MIXED = "mixed"
PARTS = {
    MIXED: Text(
        en="a mix: the inner face, the eyes, the mouth or half of the face",
        ko="섞기(얼굴 안쪽, 눈, 입, 얼굴 반쪽)",
    ),
    "inner": Text(en="the whole inner face", ko="얼굴 안쪽 전체"),
    "eyes": Text(en="the eyes", ko="눈"),
    "mouth": Text(en="the mouth", ko="입"),
}
"""What is swapped, each with what screens call it."""
LEAST_STRENGTH, MOST_STRENGTH = 0.25, 1.5

Oval = tuple[float, float, float, float]
"""Middle x, y and half sizes, in the head's frame."""
_OVALS: dict[str, tuple[Oval, ...]] = {
    # The inner face up to the hair and down to the chin, the eyes, the mouth, either half.
    MIXED: (
        (0.0, 0.12, 0.74, 0.7),
        (0.0, -0.1, 0.8, 0.36),
        (0.0, 0.45, 0.6, 0.38),
        (-0.36, 0.1, 0.42, 0.62),
        (0.36, 0.1, 0.42, 0.62),
    ),
    # From brows to mouth: an attribution map can only be checked against a part that leaves most of the picture.
    "inner": ((0.0, 0.15, 0.6, 0.5),),
    "eyes": ((0.0, -0.12, 0.74, 0.29),),
    "mouth": ((0.0, 0.47, 0.54, 0.33),),
}
_SHARES = (0.56, 0.13, 0.13, 0.09, 0.09)
"""Of each oval of a mix."""


@dataclass(frozen=True)
class Swap:
    """What the swapped faces of a set have in common."""

    part: str = MIXED
    """Key of PARTS."""
    strength: float = 1.0
    """LEAST_STRENGTH..MOST_STRENGTH: multiplies how far the copy is moved, turned, enlarged and recoloured, and
    how dark its seam is. With 0 a swapped face would be a real one."""

    @classmethod
    def make(cls, part: str = MIXED, strength: float = 1.0) -> Self:
        """A checked one.

        Raises:
            NotAChoice, OutOfRange.
        """
        if part not in PARTS:
            raise NotAChoice(
                what=Text(en="The swap", ko="바꿔치기"), choices=listing(list(PARTS)), value=part
            )
        if not LEAST_STRENGTH <= strength <= MOST_STRENGTH:  # nor is it, if it is no number
            raise OutOfRange(
                what=Text(en="The strength of the swap", ko="바꿔치기 세기"),
                lowest=LEAST_STRENGTH,
                highest=MOST_STRENGTH,
                value=strength,
            )
        return cls(part, float(strength))

    @property
    def facts(self) -> dict[str, Any]:
        """What a job's payload and a data set's card keep of it; the names are those of the command line."""
        return {"swap": self.part, "strength": self.strength}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Self:
        """The one with such `facts`.

        Raises:
            NotAChoice, OutOfRange.
        """
        return cls.make(facts["swap"], facts["strength"])

    @property
    def suffix(self) -> str:
        """What tells a set of such faces from the default one in its name; "" for the default."""
        part = "" if self.part == MIXED else f" {self.part}"
        return part + ("" if self.strength == 1 else f" x{self.strength:g}")

    @property
    def sentence(self) -> Text:
        """What was done, for a data set's origin."""
        said = Text(en="Swapped: {part}; strength {strength}.", ko="바꿔치기: {part}, 세기 {strength}.")
        return fill_text(said, part=PARTS[self.part], strength=f"{self.strength:g}")


Box = tuple[slice, ...]
"""Rows and columns."""


def _put_swap(canvas: Canvas, swap: Swap, draw: np.random.Generator) -> Box | None:
    """Replace a part of the face by a moved, recoloured copy of itself.

    The draws are the same whatever `swap` says: sets of one seed have the same faces.

    Returns:
        What part of the canvas alone may have changed; None where nothing has.
    """
    by_chance, ovals = int(draw.choice(len(_SHARES), p=_SHARES)), _OVALS[swap.part]
    x, y, wide, high = ovals[by_chance if swap.part == MIXED else 0]
    wide, high = wide * draw.uniform(0.92, 1.08), high * draw.uniform(0.92, 1.08)
    outline = CIRCLE * (wide, high) + (x, y)
    side = canvas.pixels.shape[0]
    # Softened by about half a pixel of the finished picture, as a careful forger would.
    soften = side // (96 if canvas.fine else 48) | 1
    # The seam: a soft shadow where the two meet, about two pixels wide in a small picture, three in a larger one.
    width, shade = side // (40 if canvas.fine else 26), side // (60 if canvas.fine else 36) | 1

    way = draw.uniform(0, 2 * np.pi)
    far = draw.uniform(0.06, 0.16) * canvas.half[0] * swap.strength
    turn, zoom = draw.uniform(-7, 7), draw.uniform(0.9, 1.12)
    matrix = cv2.getRotationMatrix2D(canvas.centre, turn * swap.strength, 1 + (zoom - 1) * swap.strength)
    matrix[:, 2] += far * np.cos(way), far * np.sin(way)
    # Lighter or darker, and tinted against it: never just one of the channels.
    light = draw.choice((-1, 1)) * draw.uniform(0.2, 0.36)
    gain = 1 + light * swap.strength + draw.uniform(-0.1, 0.1, 3) * swap.strength
    tone = draw.uniform(0.38, 0.62)
    if swap.strength == 0:
        return None

    reach = width + soften + shade
    placed = canvas.place(outline)
    low = np.maximum(np.floor(placed.min(axis=0)).astype(int) - reach, 0).tolist()
    end = np.minimum(np.ceil(placed.max(axis=0)).astype(int) + reach, side).tolist()
    box = slice(low[1], end[1]), slice(low[0], end[0])
    whole, seam = np.zeros((side, side), np.uint8), np.full((side, side), 255, np.uint8)
    canvas.fill(outline, (255, 255, 255), whole)
    grey = round(255 * (1 - (1 - tone) * swap.strength))
    canvas.line(outline, width, (grey, grey, grey), closed=True, target=seam)
    soft, shadow = cv2.blur(whole, (soften, soften))[box], cv2.blur(seam, (shade, shade))[box]
    copy = cv2.warpAffine(canvas.pixels, matrix, (end[0], end[1]), borderMode=cv2.BORDER_REPLICATE)[box]
    copy = cv2.transform(copy, np.diag(gain))
    face, weight = canvas.pixels[box], cv2.merge([soft, soft, soft])
    both = cv2.add(
        cv2.multiply(copy, weight, scale=1 / 255),
        cv2.multiply(face, cv2.bitwise_not(weight), scale=1 / 255),
    )
    canvas.pixels[box] = cv2.multiply(both, cv2.merge([shadow, shadow, shadow]), scale=1 / 255)
    return box


def _light(side: int, draw: np.random.Generator) -> NDArray[np.uint8]:
    """Light from one side over everything, with its own warmth: side,side,3, what 1/128 of is a factor."""
    towards = draw.uniform(0, 2 * np.pi)
    slope = draw.uniform(0.0, 0.3)
    grid = np.linspace(-1, 1, 16, dtype=np.float32)
    plane = 1 + slope * (np.cos(towards) * grid[None, :] + np.sin(towards) * grid[:, None]) / 1.4
    level = draw.uniform(0.78, 1.12) * (1 + draw.uniform(-0.06, 0.06, 3))
    field = np.clip(plane[:, :, None] * level * 128, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(field, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)


def draw_face(
    swapped: bool, held_out: bool, size: int, draw: np.random.Generator, swap: Swap | None = None
) -> tuple[Image, Image]:
    """One picture and its mask.

    Args:
        swapped: the class.
        held_out: backgrounds from the photo regions of the test split.
        size: side, px.
        draw: where all chance comes from.
        swap: of a swapped face, the default one if not given. Swap(strength=0) gives its unswapped twin: the same
            face, light and grain, and an empty mask.

    Returns:
        RGB uint8 size,size,3, and uint8 size,size: 1 exactly where the picture differs from that twin.
    """
    times = 4 if size <= SMALL else 3
    side = size * times
    source = region(BACKGROUNDS[draw.integers(len(BACKGROUNDS))], held_out)
    background = cv2.resize(crop(source, draw, 90, 240), (side, side), interpolation=cv2.INTER_LINEAR)
    if draw.random() < 0.5:
        background = cv2.flip(background, 1)
    half = side * draw.uniform(0.28, 0.34)
    canvas = Canvas(
        pixels=np.ascontiguousarray(background),
        centre=(side * draw.uniform(0.45, 0.55), side * draw.uniform(0.46, 0.54)),
        half=(half, half * draw.uniform(1.22, 1.38)),
        tilt=draw.uniform(-0.16, 0.16),
        fine=size > SMALL,
    )
    draw_head(canvas, draw)
    twin = canvas.pixels.copy()
    box = _put_swap(canvas, swap or Swap(), draw) if swapped else None
    light = _light(side, draw)
    blur = draw.uniform(0, 0.45)
    grain = draw.standard_normal((size, size, 3), np.float32) * draw.uniform(0.5, 3.0)

    def smaller(pixels: Image, part: Box) -> Image:
        lit = cv2.multiply(pixels[part], light[part], scale=1 / 128)
        rows, columns = (length // times for length in lit.shape[:2])
        return np.asarray(cv2.resize(lit, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)

    def finished(small: Image) -> Image:
        image = cv2.GaussianBlur(small, (3, 3), blur) if blur > 0.15 else small
        return np.clip(np.rint(image + grain), 0, 255).astype(np.uint8)

    small = smaller(canvas.pixels, (slice(side), slice(side)))
    image = finished(small)
    if box is None:
        return image, np.zeros((size, size), np.uint8)
    # Elsewhere the twin is the same. Whole pixels of the finished picture:
    coarse = tuple(slice(part.start // times, -(-part.stop // times)) for part in box)
    small[coarse] = smaller(twin, tuple(slice(part.start * times, part.stop * times) for part in coarse))
    return image, (image != finished(small)).any(axis=2).astype(np.uint8)


def draw_pairs(size: int, swap: Swap, count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Faces to look at, each as it is and then swapped: uint8 2*count,size,size,3 RGB.

    Args:
        size: side, px.
    """
    faces = [
        draw_face(True, False, size, np.random.default_rng([seed, number]), shown)[0]
        for number in range(count)
        for shown in (replace(swap, strength=0.0), swap)
    ]
    return np.stack(faces)
