"""Colours out of step, kept for tests: transverse chromatic aberration, of CIFAR-10-C-bar."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Transverse chromatic aberration", ko="가로 색수차"),
    sentence=Text(
        en="A simple lens shows the three colours in three sizes, in any order: coloured fringes all over "
        "(CIFAR-10-C-bar).",
        ko="단순한 렌즈가 세 가지 색을 서로 다른 크기로 맺어 곳곳에 색 테두리가 생깁니다. 어느 색이 클지는 그때그때 다릅니다 (CIFAR-10-C-bar).",
    ),
    also=Text(en="color fringes", ko="색 번짐"),
    family="held_out",
    source=IMAGENET_C_BAR,
    exceptions={
        "identity": Text(
            en="The curve through the pixels smooths even a colour that keeps its size.",
            ko="픽셀 사이를 잇는 곡선이 크기가 그대로인 색도 조금 흐리게 합니다.",
        ),
        "grey": Text(
            en="It enlarges the colours differently: edges of a grey picture get coloured fringes.",
            ko="색마다 다르게 늘리므로 회색 사진의 윤곽에도 색 테두리가 생깁니다.",
        ),
    },
    differs=1,
    severities={
        "cifar_10_c": tuple({"enlargement": size} for size in (0.05, 0.1, 0.25, 0.45, 0.5)),
        "noiselens": tuple({"enlargement": enlargement} for enlargement in (0.01, 0.05, 0.08, 0.12, 0.17)),
    },
)
def transverse_chromatic_abberation(
    image: Image,
    generator: np.random.Generator,
    enlargement: Annotated[
        float,
        Param(
            0.0,
            1.0,
            0.01,
            Text(en="Growth of the largest colour", ko="가장 큰 색이 커지는 정도"),
            unit="share of the side",
        ),
    ] = 0.25,
) -> Image:
    """out = (R, G, B enlarged by 1, 1 + e/2 and 1 + e in an order drawn), the middle cut out

    Each by a cubic B-spline without prefilter, corners on corners, rounded (Mintun, Kirillov and Xie 2021).
    """
    noisy = []
    for plane, share in zip(cv2.split(image), generator.permutation(3) / 2, strict=True):
        enlarged = plane.reshape(image.shape[:2]).astype(np.float32)
        for _ in range(2):  # along its height, then, laid on its side, along its width
            enlarged = np.ascontiguousarray(_enlarged(enlarged, 1 + share * enlargement).T)
        noisy.append(cv2.convertScaleAbs(enlarged).reshape(image.shape[:2]))
    return np.asarray(cv2.merge(noisy), np.uint8).reshape(image.shape)


def _enlarged(plane: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """As many rows as it has, from the middle of the plane enlarged along its height."""
    length = len(plane)
    longer = round(length * scale)
    rows = np.arange(length) + (longer - length) // 2
    places = rows * ((length - 1) / max(longer - 1, 1))
    first = np.floor(places)
    t = (places - first)[:, None]
    weights = np.array([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]) / 6
    total = np.zeros_like(plane)
    for step, weight in zip((-1, 0, 1, 2), weights.astype(np.float32), strict=True):
        part = plane[_mirrored(first.astype(int) + step, length)]
        part *= weight
        total += part
    return total


def _mirrored(places: NDArray[np.int_], length: int) -> NDArray[Any]:
    """Places within the plane for any: past its border it goes back, the border's pixel once."""
    if length == 1:
        return np.zeros_like(places)
    round_trip = 2 * (length - 1)
    places = places % round_trip
    return np.minimum(places, round_trip - places)
