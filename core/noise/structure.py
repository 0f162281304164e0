"""Noises that follow what is in the picture."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Image, Param, Preset, noise
from core.noise.sources import ORIGINAL_STUDY, STUDY
from core.words import Text

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


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
            {"threshold": 0.03, "rows": 0.8, "columns": 0.6, "strength": 0.1, "overflow": "wrap", "depth": 0},
        )
    },
    severities={
        "noiselens": tuple(
            {"strength": strength, "depth": depth}
            for strength, depth in ((0.15, 1), (0.25, 1), (0.35, 2), (0.45, 3), (0.6, 4))
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
    """Pixels at edges, channel by channel, moved by `strength` times the mean of their four neighbours.

    Queued is every pixel of the central window that differs from a neighbour by at least
    `threshold`; the search goes `depth` rings further through pixels that differ by at least half
    of it. All values are read from `image`. The defaults are the original study's. No chance in it.
    """
    noisy = image.copy()
    height, width = image.shape[:2]
    top, left = round(height * (1 - rows) / 2), round(width * (1 - columns) / 2)
    window = np.s_[top : height - top, left : width - left]
    if strength == 0 or noisy[window].size == 0 or height * width == 1:
        return noisy

    step, mean = _neighbours(image)
    step, mean, old = step[window], mean[window], image[window].astype(np.float32)
    # Steps are whole levels: 7.65 of 255 and more means 8 and more.
    queued = (step >= np.ceil(255 * threshold - 1e-6)).astype(np.uint8)
    if depth:
        open_pixels = (step >= np.ceil(255 * threshold / 2 - 1e-6)).astype(np.uint8)
        for _ in range(depth):
            ring = cv2.dilate(queued, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
            queued |= ring & open_pixels
    amount = mean * np.float32(strength)
    if sign == "towards":  # as far as the mean, not past it
        amount = np.minimum(amount, np.abs(mean - old))
    direction: float | NDArray[np.float32]
    direction = {"brighten": 1.0, "darken": -1.0}.get(sign) or np.sign(mean - old)
    if sign == "away":
        direction = -direction
    moved = np.rint(old + direction * amount)
    moved = np.clip(moved, 0, 255) if overflow == "clip" else np.mod(moved, 256)
    np.copyto(noisy[window], moved.astype(np.uint8), where=queued.astype(bool))
    return noisy


def _neighbours(image: Image) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Of each value its largest difference from one of its four neighbours, and their mean (both H,W,3).

    At the border a value has only the neighbours that the picture has.
    """
    step = np.zeros_like(image)
    total = np.zeros(image.shape, np.float32)
    count = np.zeros((*image.shape[:2], 1), np.float32)
    for here, there in (
        (np.s_[1:], np.s_[:-1]),
        (np.s_[:-1], np.s_[1:]),
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:, :-1], np.s_[:, 1:]),
    ):
        larger, smaller = np.maximum(image[here], image[there]), np.minimum(image[here], image[there])
        np.maximum(step[here], larger - smaller, out=step[here])
        total[here] += image[there]
        count[here] += 1
    total /= count
    return step, total
