"""Waves laid over a picture: rings, a single plane wave, a plasma of folded sines."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import AT_ONCE, strips
from core.noise.shared.levels import plus, whole_levels
from core.noise.shared.rays import around
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Concentric waves", ko="동심원 물결"),
    sentence=Text(
        en="Rings around a point, wavy or star-shaped, each fading from dark to light (ImageNet-C-bar).",
        ko="한 점을 둘러싼 물결이나 별 모양의 고리가 어두운 데서 밝은 데로 번집니다 (ImageNet-C-bar).",
    ),
    also=Text(en="rings, ripples, concentric", ko="고리, 파문"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"strength": 0},
    differs=1,
    severities={
        "imagenet_c": tuple({"strength": strength} for strength in (38.4, 64, 102.4, 115.2, 128)),
        "noiselens": tuple({"strength": strength} for strength in (12.8, 25.6, 38.4, 51.2, 64)),
    },
)
def cocentric_sine_waves(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[float, Param(0.0, 255.0, 0.1, Text(en="Strength", ko="세기"), unit="levels")] = 102.4,
) -> Image:
    """out = floor(clip(image + strength * (t / g - floor(t / g) - 1/2))), t = r + b * sin(m * angle)

    Saw-toothed rings, g wide, around a drawn point; b and m bend them into lobes.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). The centre is anywhere in the picture, b and g up to a
    tenth of the shorter side, m up to 10. Rings narrower than two pixels alias, as in the reference. Severities
    for 32 and 64 px are ours: every other step of the reference's own scan of ten at 32 px, up to half of its
    largest strength.
    """
    height, width = image.shape[:2]
    tenth = min(height, width) / 10
    y, x = generator.uniform(0, height), generator.uniform(0, width)
    lobes, bend = generator.uniform(0, 10), generator.uniform(0, tenth)
    # No ring is so narrow that the number of rings has no fraction.
    ring = max(generator.uniform(0, tenth), 1e-6 * tenth)
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        distance, angle = around(rows, width, y, x)
        angle -= np.float32(np.pi)  # 0 downwards: where the lobes don't close, the seam is above
        angle *= np.float32(lobes)
        field = np.sin(angle, out=angle)
        field *= np.float32(bend)
        field += distance
        field /= np.float32(ring)
        field -= np.floor(field)
        field -= np.float32(0.5)
        field *= np.float32(strength)
        noisy[rows] = plus(image[rows], [field])
    return noisy


@noise(
    name=Text(en="Single wave", ko="단일 주파수 물결"),
    sentence=Text(
        en="Regular grey stripes of one width and direction lie over the picture (ImageNet-C-bar).",
        ko="굵기와 방향이 일정한 회색 줄무늬가 사진을 덮습니다 (ImageNet-C-bar).",
    ),
    also=Text(en="stripes, interference", ko="줄무늬, 간섭무늬"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"strength": 0},
    differs=1,
    severities={
        "imagenet_c": tuple({"strength": strength} for strength in (19.6, 29.4, 39.2, 88.2, 98)),
        "noiselens": tuple({"strength": strength} for strength in (11.76, 23.52, 35.28, 47.04, 58.8)),
    },
)
def single_frequency_greyscale(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[float, Param(0.0, 196.0, 0.1, Text(en="Strength", ko="세기"), unit="levels")] = 39.2,
) -> Image:
    """out = floor(clip(image + strength * sin(fx * column + fy * row + phase)))

    One plane wave of drawn direction, width and phase, grey.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). One frequency is even in -pi..pi radians a pixel, the other
    no farther from 0 than the first: waves are long more often than from a square. Severities for 32 and 64 px
    as those of `cocentric_sine_waves`.
    """
    height, width = image.shape[:2]
    first = generator.uniform(-np.pi, np.pi)
    second = generator.uniform(-abs(first), abs(first))
    phase = generator.uniform(0, 2 * np.pi)
    down, across = (first, second) if generator.integers(2) else (second, first)
    # sin(a + b) = cos(b) sin(a) + sin(b) cos(a): a product of rows by columns.
    a, b = across * np.arange(width) + phase, down * np.arange(height)
    columns = np.stack([np.sin(a), np.cos(a)]).astype(np.float32)
    rows = np.stack([np.cos(b), np.sin(b)], axis=1).astype(np.float32) * np.float32(strength)
    noisy = np.empty_like(image)
    for part in strips(image, AT_ONCE):
        noisy[part] = plus(image[part], [rows[part] @ columns])
    return noisy


@noise(
    name=Text(en="Plasma", ko="플라스마"),
    sentence=Text(
        en="Bright swirls of colour like an old screen saver lie over a darkened picture (ImageNet-C-bar).",
        ko="옛 화면 보호기 같은 알록달록한 소용돌이가 어두워진 사진을 덮습니다 (ImageNet-C-bar).",
    ),
    also=Text(en="psychedelic, swirls of colour", ko="색 소용돌이"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"strength": 0},
    exceptions={
        "grey": Text(en="Its swirls are coloured.", ko="소용돌이에 색이 있습니다."),
    },
    differs=1,
    severities={
        "imagenet_c": tuple({"strength": strength} for strength in (30.4, 44.8, 54.4, 59.2, 64)),
        "noiselens": tuple({"strength": strength} for strength in (8.96, 17.92, 26.88, 35.84, 44.8)),
    },
)
def plasma_noise(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[float, Param(0.0, 255.0, 0.1, Text(en="Strength", ko="세기"), unit="levels")] = 54.4,
) -> Image:
    """out = floor(clip((1 - s/255) * image + s * (sin(x - t), sin((x + y + sin t) / 2), sin(y + t)))), s = strength

    x and y are the place, bent 4 to 6 times by finer and finer sines of each other.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). A bend's waves are 1.93 times as fine as those before it, and
    lower by a drawn sharpness; the first are 0.075 to 0.2 of the shorter side. Severities for 32 and 64 px as
    those of `cocentric_sine_waves`.
    """
    height, width = image.shape[:2]
    t, bends = generator.uniform(0, 6 * np.pi), int(generator.integers(4, 7))
    sharpness, scale = generator.uniform(0.5, 1), generator.uniform(0.075, 0.2) * min(height, width)
    across, down = np.arange(width) / scale, np.arange(height)[:, None] / scale
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        x, y = _bent(across, down[rows], t, bends, sharpness)
        total = x + y
        total += np.float32(np.sin(t))
        total *= np.float32(0.5)
        x -= np.float32(t)
        y += np.float32(t)
        field = np.asarray(cv2.merge([np.sin(x), np.sin(total), np.sin(y)]), np.float32).reshape(
            image[rows].shape
        )
        field *= np.float32(strength)
        field += image[rows] * np.float32(1 - strength / 255)
        noisy[rows] = whole_levels(np.maximum(field, 0, out=field))
    return noisy


def _bent(
    across: NDArray[np.float64], down: NDArray[np.float64], t: float, bends: int, sharpness: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """x and y of the plasma, H,W, from places `across` (W) and `down` (H,1)."""
    # The first bend of a place looks at its column or its row alone.
    x, y = across.astype(np.float32), down.astype(np.float32)
    fineness, slowness, divisor = 1.0, 1.0, 1.0
    for _ in range(bends):
        turn = np.float32(t / slowness)
        p, q = (
            np.cos(y * np.float32(fineness) + turn),
            np.sin(x * np.float32(fineness) + turn),
        )
        p *= np.float32(1 / divisor)
        q *= np.float32(1 / divisor)
        x, y = x + p - np.float32(0.3) * q, y + q + np.float32(0.3) * p
        fineness *= 1.93
        slowness *= 1.15
        divisor *= 2.25 - sharpness
    return x, y
