"""A noise kept for tests that draws over the picture: lines, of CIFAR-10-C-bar."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_GREY = 128
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
        "noiselens": tuple({"amount": amount} for amount in (0.05, 0.1, 0.2, 0.35, 0.5)),
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
    for down, across, turn in generator.random((int(amount * side + 1e-9), 3)).tolist():
        middle = np.array([down * height, across * width])
        direction = angle + 2 * np.pi * spread * (turn - 0.5)
        reach = side * np.array([np.cos(direction), np.sin(direction)])
        _draw(noisy, np.trunc(middle - reach), np.trunc(middle + reach))
    return noisy


def _draw(picture: Image, start: NDArray[np.float64], end: NDArray[np.float64]) -> None:
    """Lay a line over the picture, from one (row, column) of whole numbers to another."""
    if abs(end[1] - start[1]) > abs(end[0] - start[0]):
        # Drawn row by row in any case: a line that is rather level on the picture that lies on its side.
        picture, start, end = picture.transpose(1, 0, 2), start[::-1], end[::-1]
    if start[0] > end[0]:
        start, end = end, start
    down, across = end - start
    rows = np.arange(max(start[0], 0), min(end[0], len(picture) - 1) + 1)
    columns = start[1] + across / max(down, 1) * (rows - start[0])
    places = np.floor(columns)[:, None] + _BESIDE
    apart = abs(places - columns[:, None]) * (down / max(np.hypot(down, across), 1))
    touched = (apart < 1) & (places >= 0) & (places < picture.shape[1])
    at = np.broadcast_to(rows[:, None], places.shape)[touched].astype(int), places[touched].astype(int)
    values = picture[at].astype(np.float64)
    picture[at] = values + (1 - apart[touched])[:, None] * (_GREY - values)
