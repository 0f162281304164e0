"""Noises that follow what is in the picture."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, Preset, noise
from core.noise.sources import ORIGINAL_STUDY, STUDY
from core.pixels import Image
from core.words import Text

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32)


@noise(
    name=Text(en="BFS noise", ko="BFS 노이즈"),
    sentence=Text(
        en="A search spreads from every edge in the middle of the picture and shifts the colours it meets; "
        "from the original deepfake study.",
        ko="사진 가운데의 윤곽에서 너비 우선 탐색이 번져 나가며 만나는 색을 바꿉니다. 원래 딥페이크 연구의 노이즈입니다.",
    ),
    family="structure",
    source=STUDY,
    identity={"strength": 0},
    presets={
        "original_study": Preset(
            ORIGINAL_STUDY,
            Text(
                en="As the study of real faces and deepfakes had it that NoiseLens began with: colours shift by up to "
                "a tenth of their neighbours' mean, and what gets brighter than white begins again at black.",
                ko="NoiseLens가 시작된 딥페이크 판별 연구에서 쓴 값입니다. 색을 이웃 평균의 10%까지 바꾸고, "
                "흰색을 넘으면 검은색부터 다시 셉니다.",
            ),
            {"threshold": 0.03, "rows": 0.8, "columns": 0.6, "strength": 0.1, "overflow": "wrap", "depth": 0},
        )
    },
    severities={
        "noiselens": tuple(
            {"strength": strength, "depth": depth}
            for strength, depth in ((0.07, 1), (0.18, 1), (0.31, 2), (0.44, 3), (0.6, 4))
        )
    },
)
def bfs_noise(
    image: Image,
    generator: np.random.Generator,
    threshold: Annotated[
        float,
        Param(0.005, 0.5, 0.005, Text(en="Smallest step at an edge", ko="윤곽의 최소 차이"), unit="of white"),
    ] = 0.03,
    rows: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Window height", ko="창 높이"), unit="share of height")
    ] = 0.8,
    columns: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Window width", ko="창 너비"), unit="share of width")
    ] = 0.6,
    strength: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Strength", ko="세기"), unit="share of the neighbours' mean")
    ] = 0.1,
    sign: Annotated[
        str,
        Choice(
            {
                "brighten": Text(en="Brighten", ko="밝게"),
                "darken": Text(en="Darken", ko="어둡게"),
                "away": Text(en="Away from the neighbours", ko="이웃과 멀어지게"),
                "towards": Text(en="Towards the neighbours", ko="이웃과 가까워지게"),
            },
            Text(en="Direction", ko="방향"),
        ),
    ] = "brighten",
    overflow: Annotated[
        str,
        Choice(
            {
                "clip": Text(en="Stop at white", ko="흰색에서 멈춤"),
                "wrap": Text(en="Wrap round to dark (original study)", ko="넘치면 어두운 값으로 (원래 연구)"),
            },
            Text(en="Past white", ko="흰색을 넘으면"),
        ),
    ] = "wrap",
    depth: Annotated[
        int, Param(0, 20, 1, Text(en="How far the search spreads", ko="탐색이 번지는 거리"), unit="px")
    ] = 0,
) -> Image:
    """out = image +- round(strength * mean of 4 neighbours) where a step >= 255 * threshold, and depth px on

    Pixels at edges, channel by channel, moved by `strength` times the mean of their four neighbours.

    Queued is every pixel of the central window that differs from a neighbour by at least
    `threshold`; the search goes `depth` rings further through pixels that differ by at least half
    of it. All values are read from `image`; they move by whole levels. The defaults are the original
    study's. No chance in it.
    """
    noisy = image.copy()
    height, width = image.shape[:2]
    top, left = round(height * (1 - rows) / 2), round(width * (1 - columns) / 2)
    window = np.s_[top : height - top, left : width - left]
    if strength == 0 or noisy[window].size == 0 or height * width == 1:
        return noisy

    step, total, count = _neighbours(image, window)
    old = image[window]
    # Steps are whole levels: 7.65 of 255 and more means 8 and more.
    queued = (step >= np.ceil(255 * threshold - 1e-6)).view(np.uint8)
    if depth:
        open_pixels = (step >= np.ceil(255 * threshold / 2 - 1e-6)).view(np.uint8)
        for _ in range(depth):
            ring = cv2.dilate(queued, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
            queued |= ring & open_pixels
    if isinstance(count, int):
        levels = cv2.convertScaleAbs(total, alpha=strength / count)
    else:
        levels = np.rint((total / count).astype(np.float32) * np.float32(strength))
    raises: NDArray[np.bool_] | bool = sign == "brighten"
    if sign in ("away", "towards"):
        gap = total - np.multiply(old, count, dtype=np.int16)
        raises = gap > 0 if sign == "towards" else gap < 0
        queued &= gap != 0
        if sign == "towards":  # as far as the mean, not past it
            levels = np.minimum(levels, np.rint(np.abs(gap) / np.float32(count)))
    levels = levels.astype(np.uint8, copy=False) * queued
    up, down = (cv2.add, cv2.subtract) if overflow == "clip" else (np.add, np.subtract)
    if isinstance(raises, bool):
        noisy[window] = up(old, levels) if raises else down(old, levels)
    else:
        noisy[window] = np.where(raises, up(old, levels), down(old, levels))
    return noisy


def _neighbours(
    image: Image, window: tuple[slice, slice]
) -> tuple[Image, NDArray[np.int16], NDArray[np.int16] | int]:
    """Of each value in the window its largest difference from one of its four neighbours, their sum (both
    h,w,3), and their number (4, or h,w,1 where some have fewer).

    At the border a value has only the neighbours that the picture has.
    """
    height, width = image.shape[:2]
    rows, columns = (side.indices(length) for side, length in zip(window, (height, width), strict=True))
    above, below = min(rows[0], 1), min(height - rows[1], 1)
    before, after = min(columns[0], 1), min(width - columns[1], 1)
    around = image[rows[0] - above : rows[1] + below, columns[0] - before : columns[1] + after]
    inside = np.s_[above : around.shape[0] - below, before : around.shape[1] - after]

    # OpenCV's dilation and erosion leave out what is past the border.
    larger, smaller = cv2.dilate(around, _CROSS), cv2.erode(around, _CROSS)
    step: Any = cv2.max(cv2.subtract(larger, around), cv2.subtract(around, smaller))
    total: Any = cv2.filter2D(around, cv2.CV_16S, _NEIGHBOURS, borderType=cv2.BORDER_CONSTANT)
    if above and below and before and after:
        return step[inside], total[inside], 4
    count = np.full((*around.shape[:2], 1), 4, np.int16)
    count[0] -= 1
    count[-1] -= 1
    count[:, 0] -= 1
    count[:, -1] -= 1
    return step[inside], total[inside], count[inside]
