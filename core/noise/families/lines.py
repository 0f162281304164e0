"""Lines over the picture, kept for tests; of CIFAR-10-C-bar."""

import math
from typing import Annotated

import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_GREY = 128
_NEAR = 1e-9
"""A whole number of lines stays one whatever its last bit."""
_BESIDE = np.arange(-1, 3)
"""Columns that a line may touch in a row, from the one left of its middle."""


@noise(
    name=Text(en="Lines", ko="긴 선"),
    sentence=Text(
        en="Long thin grey lines cross the picture, all in much the same direction or in any (CIFAR-10-C-bar).",
        ko="가늘고 긴 회색 선이 사진을 가로지릅니다. 방향은 서로 비슷하기도 하고 제각각이기도 합니다 (CIFAR-10-C-bar).",
    ),
    also=Text(en="strokes, scratches", ko="줄, 긁힘"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"amount": 0},
    severities={
        "cifar_10_c": tuple({"amount": amount} for amount in (0.05, 0.1, 0.15, 0.2, 0.25)),
        "noiselens": tuple({"amount": amount} for amount in (0.04, 0.07, 0.1, 0.13, 0.16)),
    },
)
def lines(
    image: Image,
    generator: np.random.Generator,
    amount: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Lines for each pixel of the side", ko="한 변 1픽셀당 선의 수"))
    ] = 0.15,
) -> Image:
    """out = image under int(amount * N) lines one after the other, each floor(v + coverage * (128 - v))

    N is the shorter side. Each goes N px to both sides of a point drawn, at an angle a + 2 pi w U(-.5, .5); a from
    U(0, 2 pi) and w from U(.1, 1) are drawn once. Coverage is 1 less the distance to the line, px, as in
    scikit-image's line_aa (Mintun, Kirillov and Xie 2021).
    """
    height, width = image.shape[:2]
    side = min(height, width)
    angle, spread = generator.uniform(0, 2 * np.pi), generator.uniform(0.1, 1)
    noisy = image.copy()
    for down, across, turn in generator.random((int(amount * side + _NEAR), 3)).tolist():
        direction = angle + 2 * math.pi * spread * (turn - 0.5)
        x, y = down * height, across * width
        dx, dy = side * math.cos(direction), side * math.sin(direction)
        # Towards zero, as `int` goes.
        _draw(noisy, (int(x - dx), int(y - dy)), (int(x + dx), int(y + dy)))
    return noisy


def _draw(picture: Image, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Lay a line over the picture, from one (row, column) to another."""
    height, width = picture.shape[:2]
    beside, along = 1, width  # how far the next column and row are in the list of all pixels
    if abs(end[1] - start[1]) > abs(end[0] - start[0]):
        # Drawn row by row in any case: a line that is rather level on the picture that lies on its side.
        start, end = start[::-1], end[::-1]
        height, width, beside, along = width, height, along, beside
    if start[0] > end[0]:
        start, end = end, start
    down, across = end[0] - start[0], end[1] - start[1]
    rows = np.arange(max(start[0], 0), min(end[0], height - 1) + 1)
    columns = (across / max(down, 1)) * (rows - start[0]) + start[1]
    places = np.floor(columns).astype(np.intp)[:, None] + _BESIDE
    covered = 1 - np.abs(places - columns[:, None]) * (down / max(math.hypot(down, across), 1))
    touched = (covered > 0) & (places >= 0) & (places < width)
    places *= beside
    places += (rows * along)[:, None]
    pixels, at = picture.reshape(-1, 3), places[touched]
    values = pixels[at].astype(np.float64)
    pixels[at] = values + covered[touched][:, None] * (_GREY - values)
