"""Stars of many rays: light around drawn points, or a picture that is seen only within one."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import AT_ONCE, looked_up, strips
from core.noise.shared.levels import whole_levels
from core.noise.shared.rays import around
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_SPARKLES = 5


@noise(
    name=Text(en="Sparkles", ko="반짝임"),
    sentence=Text(
        en="Five bright stars of many fine rays; their glow lightens the whole picture (ImageNet-C-bar).",
        ko="가는 빛살이 많은 밝은 별 다섯 개가 빛나며 사진 전체를 밝힙니다 (ImageNet-C-bar).",
    ),
    also=Text(en="stars, glitter, glare", ko="별빛, 반짝이"),
    family="held_out",
    source=IMAGENET_C_BAR,
    exceptions={
        "identity": Text(
            en="No ray is shorter than a pixel: five points of light stay.",
            ko="빛살이 1픽셀보다 짧아지지 않아 빛점 다섯 개가 남습니다.",
        )
    },
    differs=1,
    severities={
        "imagenet_c": tuple({"radius": radius} for radius in (0.01, 0.02, 0.03, 0.05, 0.06)),
        "cifar_10_c": tuple({"radius": radius} for radius in (0.007, 0.035, 0.056, 0.063, 0.07)),
        "noiselens": tuple({"radius": radius} for radius in (0.007, 0.042, 0.056, 0.068, 0.092)),
    },
)
def sparkles(
    image: Image,
    generator: np.random.Generator,
    radius: Annotated[
        float,
        Param(0.0, 0.2, 0.001, Text(en="Length of the rays", ko="빛살 길이"), unit="share of the side"),
    ] = 0.03,
) -> Image:
    """out = floor(255 - (255 - image) * product over 5 stars of 1 - min((1 - (y - 1/2)^2) * l^2 / (r^2 + 1e-4), 1))

    At distance r from a star's middle light falls off with r^2, from a ray's length l on; y is the place across a ray.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). A star has 50 to 199 rays, their lengths spread by a quarter
    around `radius` (of the shorter side), none under 1 px. Severities for 64 px are ours, calibrated on
    photos of that size (benchmarks/calibrate_severities.py).
    """
    height, width = image.shape[:2]
    longest = radius * min(height, width)
    stars = []
    for _ in range(_SPARKLES):
        middle = generator.uniform(0, height), generator.uniform(0, width)
        stars.append((*middle, np.maximum(longest * _drawn_lengths(generator), 1)))
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        left = np.ones((rows.stop - rows.start, width), np.float32)
        for y, x, lengths in stars:
            share = _light(rows, width, y, x, lengths)
            np.minimum(share, 1, out=share)
            left *= np.subtract(1, share, out=share)
        noisy[rows] = _lightened(image[rows], left)
    return noisy


@noise(
    name=Text(en="Inverse sparkles", ko="뒤집힌 반짝임"),
    sentence=Text(
        en="The picture shows only inside one star of many rays; outside it fades to white (ImageNet-C-bar).",
        ko="빛살이 많은 별 하나 안에서만 사진이 보이고 바깥은 하얗게 사라집니다 (ImageNet-C-bar).",
    ),
    also=Text(en="white out, peephole", ko="하얗게 날아감"),
    family="held_out",
    source=IMAGENET_C_BAR,
    exceptions={
        "identity": Text(
            en="The gaps between the rays are a little lighter however soft the star is.",
            ko="별이 아무리 흐려도 빛살 사이는 조금 밝아집니다.",
        )
    },
    differs=1,
    severities={
        "imagenet_c": tuple({"falloff": falloff} for falloff in (0.13, 0.26, 0.52, 1.17, 1.3)),
        "cifar_10_c": tuple({"falloff": falloff} for falloff in (0.13, 0.195, 0.325, 0.585, 0.65)),
        "noiselens": tuple({"falloff": falloff} for falloff in (0.13, 0.218, 0.394, 0.793, 0.881)),
    },
)
def inverse_sparkles(
    image: Image,
    generator: np.random.Generator,
    falloff: Annotated[
        float, Param(0.0, 3.0, 0.005, Text(en="How fast it fades outside", ko="바깥이 하얘지는 정도"))
    ] = 0.52,
) -> Image:
    """out = floor(255 - (255 - image) * min((1 - (y - 1/2)^2) * (l^2 / (r^2 + 1e-4)) ** falloff, 1))

    At distance r from the middle, beyond a ray's length l, the picture fades to white; y is the place across a ray.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). One star in the middle half, 50 to 199 rays of a quarter of the
    shorter side. Severities for 64 px as those of `blue_noise_sample`.
    """
    height, width = image.shape[:2]
    y, x = generator.uniform(0.25, 0.75, 2) * (height, width)
    lengths = min(height, width) / 4 * _drawn_lengths(generator)
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        share = _light(rows, width, y, x, lengths, falloff)
        noisy[rows] = _lightened(image[rows], np.minimum(share, 1, out=share))
    return noisy


def _drawn_lengths(generator: np.random.Generator) -> NDArray[np.float64]:
    """How long each of a star's 50 to 199 rays is, of their usual length."""
    rays = int(generator.integers(50, 200))
    return 1 + 0.25 * generator.standard_normal(rays)


def _light(
    rows: slice, width: int, y: float, x: float, lengths: NDArray[np.float64], power: float = 1
) -> NDArray[np.float32]:
    """The light of a star at (y, x) in some rows: 1 or more as far as its rays reach, px, then falling off.

    Between two rays their length is on the line between theirs; light is less by up to a quarter on both sides
    of the middle.
    """
    distance, place = around(rows, width, y, x)
    place *= np.float32(len(lengths) / (2 * np.pi))
    ray = place.astype(np.uint8)
    place -= ray
    light = looked_up((np.roll(lengths, -1) - lengths).astype(np.float32), ray)
    light *= place
    light += looked_up(lengths.astype(np.float32), ray)
    light *= light
    distance *= distance
    distance += np.float32(1e-4)
    light /= distance
    if power != 1:
        light = cv2.pow(light, power).reshape(light.shape)
    place -= np.float32(0.5)
    place *= place
    light *= np.subtract(1, place, out=place)
    return light


def _lightened(image: Image, left: NDArray[np.float32]) -> Image:
    """The picture with what each pixel lacks to white times `left` of it, 0..1."""
    values = 255 - image.astype(np.float32)
    values *= cv2.merge([left, left, left]).reshape(image.shape)
    return whole_levels(np.subtract(255, values, out=values))
