"""Out of focus: each value becomes the mean over a disc."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.families.blur import by_strips
from core.noise.shared.levels import WHOLE
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text


def _disks(*pairs: tuple[float, float]) -> tuple[dict[str, float], ...]:
    return tuple({"radius": radius, "softness": softness} for radius, softness in pairs)


@noise(
    name=Text(en="Defocus blur", ko="초점 흐림"),
    sentence=Text(
        en="Out of focus: every point becomes a disc (ImageNet-C).",
        ko="초점이 맞지 않아 점 하나하나가 원판으로 퍼집니다 (ImageNet-C).",
    ),
    also=Text(en="blurry, blurred, out of focus, bokeh", ko="블러, 아웃포커스"),
    family="blur",
    source=IMAGENET_C,
    identity={"radius": 0, "softness": 0},
    differs=1,
    severities={
        "imagenet_c": _disks((3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)),
        "tiny_imagenet_c": _disks((0.5, 0.6), (1, 0.1), (1.5, 0.1), (2.5, 0.01), (3, 0.1)),
        "cifar_10_c": _disks((0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)),
    },
)
def defocus_blur(
    image: Image,
    generator: np.random.Generator,
    radius: Annotated[float, Param(0.0, 20.0, 0.5, Text(en="Radius", ko="반지름"), unit="px")] = 6.0,
    softness: Annotated[
        float,
        Param(0.0, 2.0, 0.1, Text(en="Softness of the disc's rim", ko="원판 가장자리의 부드러움"), unit="px"),
    ] = 0.5,
) -> Image:
    """out = floor(min(sum of w * image around, 255)), w = even disc of radius, blurred by softness

    The mean over a disc of `radius` whose rim is blurred by `softness`; no chance in it.

    Hendrycks and Dietterich 2019. Where the disc touches its grid (radius 8 and 10) the reference's
    weights add up to a little over 1; ours do as well.
    """
    disc = _disc(radius, softness)
    reach = len(disc) // 2
    if reach == 0:
        return image.copy()
    if radius < _TOUCHING:
        # Small strips, as the sums are read many times and should stay close to the processor.
        return by_strips(image, reach, lambda part: _soft_disc(part, radius, softness), 1 << 19)

    def defocused(part: Image) -> NDArray:
        # In float32 OpenCV goes the direct way, which is faster here than its Fourier transform.
        values = np.asarray(cv2.filter2D(part.astype(np.float32), -1, disc, delta=WHOLE))
        return np.minimum(values, 255, out=values)

    return by_strips(image, reach, defocused)


_TOUCHING = 7
"""Radius from which on the disc's rim is softened at the edge of its grid, where a little is added to it."""


def _soft_disc(image: Image, radius: float, softness: float) -> Image:
    """What `_disc` gives for a radius below _TOUCHING: sums over the hard disc, then its rim's normal curve.

    Sums go up and down a column as differences of sums from the top. 16 bits hold them: such a disc has
    less than 257 pixels, and what runs over on the way runs back.
    """
    height, width = image.shape[:2]
    columns = _disc_columns(radius)
    reach = int(radius)
    bordered = cv2.copyMakeBorder(image, reach, reach, reach, reach, cv2.BORDER_REFLECT_101)
    above = cv2.integral(bordered).astype(np.uint16).reshape(height + 2 * reach + 1, -1)
    above = above[:, 3:] - above[:, :-3]  # of one column, not of all to the left
    total = np.zeros((height, width * 3), np.uint16)
    for high, places in columns.items():
        sums = above[reach + high + 1 :][:height] - above[reach - high :][:height]
        for place in places:
            total += sums[:, 3 * place : 3 * (place + width)]
    values = total.reshape(image.shape).astype(np.float32)
    curve = cv2.getGaussianKernel(3, softness, cv2.CV_32F) if softness > 0 else np.ones((1, 1), np.float32)
    count = sum((2 * high + 1) * len(places) for high, places in columns.items())
    # As in _softened: half a level less, and OpenCV's rounding cuts the fraction off.
    soft = cv2.sepFilter2D(values, cv2.CV_8U, curve / np.float32(count), curve, delta=WHOLE - 0.5)
    return np.asarray(soft, np.uint8).reshape(image.shape)


@lru_cache(maxsize=8)
def _disc_columns(radius: float) -> dict[int, list[int]]:
    """How far up and down the disc goes -> the columns, counted from its left, in which it does."""
    found: dict[int, list[int]] = {}
    reach = int(radius)
    for place, x in enumerate(range(-reach, reach + 1)):
        found.setdefault(int((radius**2 - x**2) ** 0.5), []).append(place)
    return found


@lru_cache(maxsize=8)
def _disc(radius: float, softness: float) -> NDArray[np.float32]:
    """The weights, without rows and columns of nothing."""
    half = 8 if radius <= 8 else int(np.ceil(radius))
    across = np.arange(-half, half + 1)
    disc = (across**2 + across[:, None] ** 2 <= radius**2).astype(np.float32)
    disc /= disc.sum()
    if softness > 0:
        side = 3 if radius <= 8 else 5
        disc = np.asarray(cv2.GaussianBlur(disc, (side, side), softness), np.float32)
    used = int(np.abs(across[disc.max(axis=0) > 0]).max())
    return disc[half - used : half + used + 1, half - used : half + used + 1]
