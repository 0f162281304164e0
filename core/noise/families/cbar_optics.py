"""Noises kept for tests that a camera could make: circular motion blur, transverse chromatic aberration."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.levels import whole_levels
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_TURNS = np.arange(-10, 11) / 10
"""Of the copies that circular motion blur lays over each other, as shares of the angle."""


@noise(
    name=Text(en="Circular motion blur", ko="회전 흐림"),
    sentence=Text(
        en="The camera turns about its own axis while it looks: sharp in the middle, smeared in circles outside "
        "(CIFAR-10-C-bar).",
        ko="카메라가 보는 방향을 축으로 도는 사이에 찍은 것처럼, 가운데는 또렷하고 바깥은 둥글게 번집니다 (CIFAR-10-C-bar).",
    ),
    also=Text(en="spin, rotation, radial", ko="돌림, 원형"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"angle": 0},
    differs=1,
    severities={
        "cifar_10_c": tuple({"angle": angle} for angle in (4.2, 5.4, 6.6, 7.8, 9.0)),
        "noiselens": tuple({"angle": angle} for angle in (1.5, 3.0, 4.5, 6.6, 9.0)),
    },
)
def circular_motion_blur(
    image: Image,
    generator: np.random.Generator,
    angle: Annotated[
        float, Param(0.0, 45.0, 0.1, Text(en="Turn to each side", ko="한쪽으로 도는 각도"), unit="degrees")
    ] = 6.6,
) -> Image:
    """out = floor(sum over j of w_j * image turned by j * angle), w_j ~ exp(-2 j^2), j = -1, -.9 .. 1

    About the middle, black outside, the weights' sum being 1 (Mintun, Kirillov and Xie 2021); no chance in it.
    """
    if angle == 0:
        return image.copy()
    height, width = image.shape[:2]
    middle = ((width - 1) / 2, (height - 1) / 2)
    weights = np.exp(-2 * _TURNS**2)
    weights /= weights.sum()
    total = np.zeros(image.shape, np.float32)
    clean = image.astype(np.float32)
    for share, weight in zip(_TURNS, weights, strict=True):
        back = cv2.getRotationMatrix2D(middle, share * angle, 1.0)
        turned = cv2.warpAffine(
            clean,
            back,
            (width, height),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        x, y = np.arange(width), np.arange(height)[:, None]
        a, b = (row[0] * x + row[1] * y + row[2] for row in back)
        inside = (a >= 0) & (a <= width - 1) & (b >= 0) & (b <= height - 1)
        total += weight * turned.reshape(image.shape) * inside[..., None]
    return whole_levels(np.maximum(total, 0))


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
        "noiselens": tuple({"enlargement": size} for size in (0.01, 0.05, 0.1, 0.2, 0.4)),
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
    noisy = np.empty_like(image)
    for channel, share in enumerate(generator.permutation(3) / 2):
        plane = image[..., channel].astype(np.float32)
        for _ in range(2):  # the rows, then, laid on its side, the columns
            plane = _enlarged(plane, 1 + share * enlargement).T
        noisy[..., channel] = np.rint(plane)
    return noisy


def _enlarged(plane: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """As many rows as it has, from the middle of the plane enlarged along its rows."""
    length = len(plane)
    longer = round(length * scale)
    rows = np.arange(length) + (longer - length) // 2
    places = rows * ((length - 1) / max(longer - 1, 1))
    first = np.floor(places)
    t = (places - first)[:, None]
    weights = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3
    total = np.zeros_like(plane)
    for step, weight in zip((-1, 0, 1, 2), weights, strict=True):
        total += (weight / 6).astype(np.float32) * plane[_mirrored(first.astype(int) + step, length)]
    return total


def _mirrored(places: NDArray[np.int_], length: int) -> NDArray[Any]:
    """Places within the plane for any: past its border it goes back, the border's pixel once."""
    if length == 1:
        return np.zeros_like(places)
    round_trip = 2 * (length - 1)
    places = places % round_trip
    return np.minimum(places, round_trip - places)
