"""Squares of a turned checkerboard cut out of the picture."""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import AT_ONCE, looked_up, strips, uniform16
from core.noise.shared.optics import three
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_SIDE = 64
"""After how many cells along a side the draw begins anew; a square picture has at most 15."""
_GREY = 128


@noise(
    name=Text(en="Checkerboard cutout", ko="체크무늬 구멍"),
    sentence=Text(
        en="Grey squares of a turned checkerboard hide parts of the picture (ImageNet-C-bar).",
        ko="비스듬한 체크무늬의 회색 칸들이 사진 군데군데를 가립니다 (ImageNet-C-bar).",
    ),
    also=Text(en="grey squares, missing pieces", ko="회색 네모, 가려진 조각"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"share": 0},
    severities={
        "imagenet_c": tuple({"share": share} for share in (0.2, 0.3, 0.4, 0.5, 0.6)),
        "cifar_10_c": tuple({"share": share} for share in (0.1, 0.2, 0.3, 0.4, 0.5)),
        "noiselens": tuple({"share": share} for share in (0.115, 0.225, 0.38, 0.54, 0.62)),
    },
)
def checkerboard_cutout(
    image: Image,
    generator: np.random.Generator,
    share: Annotated[
        float,
        Param(0.0, 1.0, 0.005, Text(en="Share of every other square", ko="한 칸 건너 가려지는 비율")),
    ] = 0.4,
) -> Image:
    """out = 128 in cells (floor u, floor w) both even or both odd that are drawn with chance share, else image

    u and w are the place turned by a drawn angle about the top left corner, in cells of a drawn size.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). Cells are 0.1 to 0.25 of the shorter side, at least 1 px; half
    of `share` is hidden on average. Severities for 64 px are ours, calibrated on photos of that size
    (benchmarks/calibrate_severities.py).
    """
    height, width = image.shape[:2]
    angle = generator.uniform(0, 2 * np.pi)
    cell = max(1.0, generator.uniform(0.1, 0.25) * min(height, width))
    cut = uniform16(generator, (_SIDE, _SIDE)) < share * 65536
    cut[::2, 1::2] = cut[1::2, ::2] = False
    hidden = np.where(cut, 255, 0).astype(np.uint8).reshape(-1)

    cos, sin = np.cos(angle) / cell, np.sin(angle) / cell
    across, down = np.arange(width), np.arange(height)[:, None]
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        # In double precision no pixel of another machine falls into another cell.
        u = np.floor(down[rows] * cos + across * sin).astype(np.int64) & (_SIDE - 1)
        w = np.floor(across * cos - down[rows] * sin).astype(np.int64) & (_SIDE - 1)
        mask = three(looked_up(hidden, (u * _SIDE + w).astype(np.uint16)))
        noisy[rows] = cv2.bitwise_or(cv2.bitwise_and(image[rows], ~mask), mask & _GREY).reshape(mask.shape)
    return noisy
