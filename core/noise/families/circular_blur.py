"""A blur kept for tests: circular motion blur, of CIFAR-10-C-bar."""

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
_LONGEST = 32_000
"""Side that OpenCV's warpAffine takes, px; a longer picture is shrunk meanwhile."""
_FINE_VALUES = 1 << 22
"""Of a larger picture pixels are near enough to each other as they are."""
_NEAR = 1e-6
"""px; rounding errors must not put a pixel outside."""


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
        "noiselens": tuple({"angle": angle} for angle in (1.8, 3.4, 4.6, 5.7, 6.6)),
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
    if max(image.shape) > _LONGEST:
        height, width = image.shape[:2]
        size = min(width, _LONGEST), min(height, _LONGEST)
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        small = circular_motion_blur(small, generator, angle)
        return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    height, width = image.shape[:2]
    weights = np.exp(-2 * _TURNS**2)
    finer = _finer(image) if image.size <= _FINE_VALUES else image
    fine = 2 if finer is not image else 1
    total, turned = np.zeros(image.shape, np.float32), np.empty_like(image)
    for share, weight, whole in zip(_TURNS, weights, weights.cumsum(), strict=True):
        back = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), share * angle, 1.0)
        how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(finer, fine * back, (width, height), dst=turned, flags=how)
        seen = cv2.bitwise_and(turned, turned, mask=_inside(back, height, width))
        cv2.accumulateWeighted(seen.reshape(image.shape), total, weight / whole)
    return whole_levels(total)


def _finer(image: Image) -> Image:
    """The picture with values between its pixels, by H.264's filter of six: 2H-1,2W-1,3.

    Of it the nearest value is near enough: the mean of all copies is that of a smooth curve to some 1 %.
    """
    height, width = image.shape[:2]
    finer = np.empty((2 * height - 1, 2 * width - 1, 3), np.uint8)
    for down, plane in ((0, image), (1, _between(image, 0))):
        rows = finer[down::2]
        rows[:, ::2] = plane[: len(rows)]
        rows[:, 1::2] = _between(plane, 1)[: len(rows), : width - 1]
    return finer


def _between(image: Image, axis: int) -> Image:
    """Halfway from each pixel to the next, down (0) or to the right (1); the last ones tell nothing."""
    filters = [np.ones(1), np.array([1, -5, 20, 20, -5, 1]) / 32]
    across, down = (filters[1 - axis], filters[axis])[::-1]
    return np.asarray(
        cv2.sepFilter2D(
            image, -1, across, down, anchor=(2 * axis, 2 * (1 - axis)), borderType=cv2.BORDER_REFLECT_101
        ),
        np.uint8,
    ).reshape(image.shape)


def _inside(back: NDArray[Any], height: int, width: int) -> NDArray[np.uint8]:
    """1 where the place that a pixel comes from lies between the outermost pixels' middles: beyond all is black."""
    y = np.arange(height)
    first, last = np.zeros(height), np.full(height, width - 1.0)
    for (along, down, offset), most in zip(back, (width - 1, height - 1), strict=True):
        start = down * y + offset
        if abs(along) < 1e-12:
            last[(start < -_NEAR) | (start > most + _NEAR)] = -1
            continue
        ends = np.sort([-start / along, (most - start) / along], axis=0)
        first, last = np.maximum(first, ends[0] - _NEAR), np.minimum(last, ends[1] + _NEAR)
    # In whole numbers of 16 bits it is four times as fast; no picture that OpenCV turns is longer.
    x = np.arange(width, dtype=np.int16)
    first, last = np.ceil(first).clip(-1, width), np.floor(last).clip(-1, width)
    found = (x >= first.astype(np.int16)[:, None]) & (x <= last.astype(np.int16)[:, None])
    return found.view(np.uint8)
