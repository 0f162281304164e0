"""Hiding: parts of the picture covered by plain patches."""

from typing import Annotated

import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.shared.painting import FILL, box_sides, hidden, place
from core.pixels import Image
from core.words import Text

_RANDOM_VALUES = Text(
    en="Filled with random values, each colour gets its own.",
    ko="무작위 값으로 채우면 색마다 다른 값을 받습니다.",
)


@noise(
    name=Text(en="Hidden rectangle", ko="사각형 가리기"),
    sentence=Text(
        en="One rectangle of the picture is covered, as by something held before the camera (random erasing).",
        ko="카메라 앞을 무언가가 막은 것처럼 사진에서 사각형 하나를 가립니다 (무작위 지우기).",
    ),
    also=Text(en="covered, cutout", ko="가려짐"),
    family="hiding",
    source="Zhong, Zheng, Kang, Li and Yang, Random Erasing Data Augmentation, AAAI 2020",
    identity={"area": 0},
    severities={"noiselens": tuple({"area": area} for area in (0.05, 0.13, 0.22, 0.33, 0.46))},
)
def occlude_rectangle(
    image: Image,
    generator: np.random.Generator,
    area: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Hidden", ko="가리는 넓이"), unit="share of pixels")
    ] = 0.2,
    fill: Annotated[str, FILL] = "black",
) -> Image:
    """out = fill in a box at a drawn place, h * w = area * pixels, h / w = 2 ** U(-1, 1), else image

    A rectangle at a drawn place, its sides in a drawn ratio from 1:2 to 2:1, replaced by `fill`.
    """
    height, width = image.shape[:2]
    top, left, stretch = generator.random(3)
    rows, columns = (round(side) for side in box_sides(height, width, area, 2 ** (2 * stretch - 1)))
    mask = np.zeros((height, width), np.uint8)
    y, x = place(top, rows, height), place(left, columns, width)
    mask[y : y + rows, x : x + columns] = 1
    return hidden(image, mask, fill, generator)


@noise(
    name=Text(en="Grid mask", ko="격자 가리기"),
    sentence=Text(
        en="Squares in a regular grid are covered; what is between them stays.",
        ko="규칙적인 격자 모양의 사각형들을 가리고 그 사이만 남깁니다.",
    ),
    family="hiding",
    source="Chen, Liu, Zhao and Jia, GridMask Data Augmentation, arXiv:2001.04086, 2020",
    identity={"cover": 0},
    severities={"noiselens": tuple({"cover": cover} for cover in (0.11, 0.15, 0.18, 0.22, 0.27))},
)
def grid_mask(
    image: Image,
    generator: np.random.Generator,
    cover: Annotated[
        float,
        Param(0.0, 1.0, 0.01, Text(en="Side of a square", ko="사각형 한 변"), unit="share of the spacing"),
    ] = 0.5,
    spacing: Annotated[
        float, Param(0.03, 0.6, 0.01, Text(en="Spacing", ko="간격"), unit="share of the side")
    ] = 0.2,
    fill: Annotated[str, FILL] = "black",
) -> Image:
    """out = fill where |frac(x / p + u) - 0.5| < cover / 2 and so for y, else image, p = spacing * shorter side

    Squares of `cover` times `spacing` a side, `spacing` times the shorter side apart; the grid's offset is
    drawn.
    """
    height, width = image.shape[:2]
    period = max(2.0, spacing * min(height, width))
    covered = []
    for length, offset in zip((height, width), generator.random(2), strict=True):
        # How far each line's middle is from the middle of the nearest square, in spacings.
        away = (np.arange(length) + 0.5) / period + offset
        covered.append(np.abs(away - np.floor(away) - 0.5) < cover / 2)
    mask = (covered[0][:, None] & covered[1]).view(np.uint8)
    return hidden(image, mask, fill, generator)


@noise(
    name=Text(en="Hide and Seek", ko="숨바꼭질"),
    sentence=Text(
        en="The picture is cut into tiles, and some of them, drawn by lot, are covered.",
        ko="사진을 조각으로 나누고 그중 몇 개를 제비뽑기로 골라 가립니다.",
    ),
    family="hiding",
    source="Singh and Lee, Hide-and-Seek, ICCV 2017",
    identity={"probability": 0},
    severities={
        "noiselens": tuple({"probability": probability} for probability in (0.05, 0.17, 0.26, 0.35, 0.45))
    },
)
def hide_and_seek(
    image: Image,
    generator: np.random.Generator,
    probability: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Tiles hidden", ko="가리는 조각"), unit="share of pixels")
    ] = 0.3,
    tiles: Annotated[int, Param(2, 32, 1, Text(en="Tiles a side", ko="한 변의 조각 수"))] = 8,
    fill: Annotated[str, FILL] = "mean",
) -> Image:
    """out = fill in those of tiles x tiles tiles where U(0, 1) < probability, else image

    Each of `tiles` x `tiles` tiles is hidden with `probability`, by default with the mean colour.
    """
    height, width = image.shape[:2]
    chosen = (generator.random((32, 32), np.float32)[:tiles, :tiles] < probability).view(np.uint8)
    rows, columns = np.arange(height) * tiles // height, np.arange(width) * tiles // width
    return hidden(image, chosen[rows[:, None], columns], fill, generator)


@noise(
    name=Text(en="Coarse dropout", ko="구멍 뚫기"),
    sentence=Text(
        en="Square holes at random places, as from dead blocks of a transmission.",
        ko="전송 중 깨진 블록처럼 아무 곳에나 네모난 구멍이 납니다.",
    ),
    also=Text(en="cutout, holes", ko="컷아웃"),
    family="hiding",
    source=Text(
        en="DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, arXiv:1708.04552, 2017, with several holes",
        ko="DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, arXiv:1708.04552, 2017. 구멍은 여러 개",
    ),
    identity={"holes": 0},
    severities={"noiselens": tuple({"holes": holes} for holes in (3, 5, 9, 14, 24))},
)
def coarse_dropout(
    image: Image,
    generator: np.random.Generator,
    holes: Annotated[int, Param(0, 100, 1, Text(en="Holes", ko="구멍 수"))] = 18,
    size: Annotated[
        float, Param(0.0, 0.5, 0.01, Text(en="Side of a hole", ko="구멍 한 변"), unit="share of the side")
    ] = 0.12,
    fill: Annotated[str, FILL] = "black",
) -> Image:
    """out = fill in `holes` squares at drawn places, size * min(height, width) a side, else image

    `holes` squares centred on drawn places, cut off at the border; more holes keep the places of fewer.
    """
    height, width = image.shape[:2]
    centres = generator.random((100, 2))[:holes] * (height, width)
    side = size * min(height, width)
    mask = np.zeros((height, width), np.uint8)
    if side > 0:
        for y, x in centres.tolist():
            top, left = round(y - side / 2), round(x - side / 2)
            bottom, right = max(top + 1, round(y + side / 2)), max(left + 1, round(x + side / 2))
            mask[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 1
    return hidden(image, mask, fill, generator)
