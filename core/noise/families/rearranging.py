"""Shape: places change in ways that no straight map has."""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Param, noise
from core.pixels import Image
from core.words import Text

_ROWS_AT_ONCE = 256
"""Bounds the memory for the places of large pictures."""
_LONGEST = 32_000
"""Sides that OpenCV's remap takes, px; a longer picture is shrunk meanwhile."""


@noise(
    name=Text(en="Swirl", ko="소용돌이"),
    sentence=Text(
        en="The picture is twisted about its middle like water going down a drain.",
        ko="물이 빠져나가듯 사진이 가운데를 중심으로 휘감깁니다.",
    ),
    family="geometry",
    source=Text(
        en="scikit-image's swirl (skimage.transform.swirl)",
        ko="scikit-image의 소용돌이 변환 (skimage.transform.swirl)",
    ),
    identity={"strength": 0},
    differs=1,
    severities={"noiselens": tuple({"strength": strength} for strength in (0.4, 1.2, 2.3, 3.3, 4.3))},
)
def swirl(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[
        float, Param(0.0, 20.0, 0.1, Text(en="Turns in the middle", ko="가운데의 회전량"))
    ] = 3.0,
    radius: Annotated[
        float, Param(0.1, 2.0, 0.05, Text(en="Reach", ko="미치는 거리"), unit="share of the side")
    ] = 0.9,
) -> Image:
    """out = image[turned by strength * exp(-d / r) about the middle], r = ln(2) / 5 * radius * side

    Each place takes the colour of one turned by `strength` x exp(-distance / r) radians about the middle,
    r = ln(2) / 5 times the reach, as in scikit-image. No chance in it.
    """
    if strength == 0:
        return image.copy()
    height, width = image.shape[:2]
    if max(height, width) > _LONGEST:
        size = min(width, _LONGEST), min(height, _LONGEST)
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        small = swirl(small, generator, strength, radius)
        return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
    noisy = np.empty_like(image)
    fading = np.float32(np.log(2) * radius * min(height, width) / 5)
    x = np.arange(width, dtype=np.float32)[None] - np.float32((width - 1) / 2)
    for top in range(0, height, _ROWS_AT_ONCE):
        rows = np.arange(top, min(height, top + _ROWS_AT_ONCE), dtype=np.float32)[:, None]
        y = rows - np.float32((height - 1) / 2)
        turn = np.float32(strength) * np.exp(cv2.sqrt(x * x + y * y) / -fading)
        cosine, sine = np.cos(turn), np.sin(turn)
        across = cosine * x - sine * y + np.float32((width - 1) / 2)
        down = sine * x + cosine * y + np.float32((height - 1) / 2)
        strip = cv2.remap(image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        noisy[top : top + len(rows)] = strip.reshape(-1, width, 3)
    return noisy


_MOST_TILES = 16


@noise(
    name=Text(en="Shuffled tiles", ko="조각 뒤섞기"),
    sentence=Text(
        en="The picture is cut into tiles like a puzzle, and some change places.",
        ko="사진을 퍼즐처럼 조각내어 그중 일부의 자리를 서로 바꿉니다.",
    ),
    family="geometry",
    source="Noroozi and Favaro, Unsupervised Learning of Visual Representations by Solving Jigsaw Puzzles, "
    "ECCV 2016",
    identity={"share": 0},
    severities={"noiselens": tuple({"share": share} for share in (0.06, 0.2, 0.32, 0.44, 0.61))},
)
def patch_shuffle(
    image: Image,
    generator: np.random.Generator,
    share: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Tiles that move", ko="옮기는 조각"), unit="share of pixels")
    ] = 0.45,
    tiles: Annotated[int, Param(2, _MOST_TILES, 1, Text(en="Tiles a side", ko="한 변의 조각 수"))] = 6,
) -> Image:
    """out = image with tile k + 1 from its tile k, for the first share of the tiles in a drawn order

    The first `share` of the tiles in a drawn order each take the place of the next, the last that of the first.

    Pixels that are left over at the right and at the bottom stay. A picture of fewer pixels than tiles has
    tiles of one pixel.
    """
    height, width = image.shape[:2]
    down, across = min(tiles, height), min(tiles, width)
    rows, columns = height // down, width // across
    order = np.argsort(generator.random((_MOST_TILES, _MOST_TILES))[:down, :across], axis=None)
    moving = order[: round(share * len(order))].tolist()
    noisy = image.copy()

    def tile(number: int) -> tuple[slice, slice]:
        y, x = number // across * rows, number % across * columns
        return np.s_[y : y + rows, x : x + columns]

    for here, there in zip(moving, moving[1:] + moving[:1], strict=True):
        noisy[tile(there)] = image[tile(here)]
    return noisy
