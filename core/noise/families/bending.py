"""Bent pictures, kept for tests: ripple, pinch and twirl, of CIFAR-10-C-bar."""

from typing import Annotated

import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.shared.optics import Field, moved
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_CELLS = 3
"""Twirls along the shorter side."""


@noise(
    name=Text(en="Ripple", ko="물결 왜곡"),
    sentence=Text(
        en="Rows and columns swing to and fro, as seen through rippled water (CIFAR-10-C-bar).",
        ko="잔물결 너머로 보듯 가로줄과 세로줄이 이리저리 흔들립니다 (CIFAR-10-C-bar).",
    ),
    also=Text(en="wavy, water", ko="일렁임, 물"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"amplitude": 0},
    differs=1,
    severities={
        "cifar_10_c": tuple({"amplitude": size} for size in (0.01375, 0.015, 0.01625, 0.0175, 0.02)),
        "noiselens": tuple(
            {"amplitude": amplitude} for amplitude in (0.00625, 0.00875, 0.01375, 0.015, 0.0175)
        ),
    },
)
def ripple(
    image: Image,
    generator: np.random.Generator,
    amplitude: Annotated[
        float,
        Param(
            0.0,
            0.1,
            0.00125,
            Text(en="Swing to each side", ko="한쪽으로 흔들리는 폭"),
            unit="share of the side",
        ),
    ] = 0.01625,
) -> Image:
    """out = floor(image read at r + A sin(2 pi r/wr + pr), c + A sin(2 pi c/wc + pc)), A = amplitude * N

    r is the row, c the column, N the shorter side; wavelengths wr, wc are drawn from U(.1, .3) N, phases pr, pc from
    U(0, 2 pi). Read bilinearly, black outside (Mintun, Kirillov and Xie 2021).
    """
    side = min(image.shape[:2])
    waves = generator.uniform(0.1, 0.3, 2) * side
    phases = generator.uniform(0, 2 * np.pi, 2)
    if amplitude == 0:
        return image.copy()
    down, across = (
        (places + amplitude * side * np.sin(2 * np.pi * places / wave + phase)).astype(np.float32)
        for places, wave, phase in zip(map(np.arange, image.shape[:2]), waves, phases, strict=True)
    )

    def where(rows: slice, columns: slice) -> tuple[Field, Field]:
        x, y = np.meshgrid(across[columns], down[rows])
        return x, y

    return moved(image, where, black_outside=True)


@noise(
    name=Text(en="Pinch and twirl", ko="조이고 비틀기"),
    sentence=Text(
        en="Nine discs of the picture are each drawn outwards and twisted about their middles (CIFAR-10-C-bar).",
        ko="사진을 아홉 칸으로 나눠 칸마다 둥글게 조이면서 비틉니다 (CIFAR-10-C-bar).",
    ),
    also=Text(en="whirls", ko="소용돌이"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"turn": 0, "pinch": 0},
    differs=1,
    severities={
        "cifar_10_c": tuple(
            {"turn": turn, "pinch": pinch}
            for turn, pinch in ((49.5, 0.32), (54.0, 0.34), (58.5, 0.36), (76.5, 0.44), (90.0, 0.5))
        ),
        "noiselens": tuple(
            {"turn": turn, "pinch": pinch}
            for turn, pinch in ((23.5, 0.13), (32.5, 0.18), (42.5, 0.24), (50.5, 0.28), (62.0, 0.34))
        ),
    },
)
def pinch_and_twirl(
    image: Image,
    generator: np.random.Generator,
    turn: Annotated[
        float, Param(0.0, 180.0, 0.5, Text(en="Turn in the middle", ko="가운데의 회전"), unit="degrees")
    ] = 58.5,
    pinch: Annotated[float, Param(0.0, 0.9, 0.01, Text(en="Pinch", ko="조임"))] = 0.36,
) -> Image:
    """out = floor(image read at v sin(pi D/2)^-pinch, turned by +-turn (1 - D)^2), D = |v| / radius

    v goes from the middle of a cell. Cells are of N // 3 px from the top left, N the shorter side; a disc fills its
    cell, and what is outside discs stays.
    The sign is drawn for each cell. Read bilinearly, fractions cut off (Mintun, Kirillov and Xie 2021).
    """
    height, width = image.shape[:2]
    side = min(height, width)
    cell = side // _CELLS
    # Of a square 3 x 3; a longer side has room for more.
    down, across = _CELLS * height // side, _CELLS * width // side
    signs = np.where(generator.random((down, across)) < 0.5, -1, 1)
    if cell == 0 or (turn == 0 and pinch == 0):
        return image.copy()
    rows, columns = np.indices((cell, cell), np.float64) - cell / 2
    apart = np.hypot(rows, columns) / (cell / 2)
    inside = (apart > 0) & (apart < 1)
    apart[~inside] = 1  # turned by nothing, pinched by nothing
    pinched = np.sin(np.pi / 2 * apart) ** -pinch
    cosine = (pinched * np.cos(np.radians(turn) * (1 - apart) ** 2)).astype(np.float32)
    sine = (pinched * np.sin(np.radians(turn) * (1 - apart) ** 2)).astype(np.float32)
    # How far each pixel of a cell moves, for either sign.
    moves = {
        sign: (
            cosine * columns + sign * sine * rows - columns,
            cosine * rows - sign * sine * columns - rows,
        )
        for sign in (-1, 1)
    }
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for (i, j), sign in np.ndenumerate(signs):
        place = np.s_[i * cell : (i + 1) * cell, j * cell : (j + 1) * cell]
        x[place] += moves[int(sign)][0]
        y[place] += moves[int(sign)][1]
    return moved(image, lambda rows, columns: (x[rows, columns], y[rows, columns]), black_outside=True)
