"""Grain: random values added to every value of the picture."""

from typing import Annotated

import numpy as np

from core.noise.catalogue import Image, Param, noise
from core.noise.sources import GRAIN_IN_COLOUR, IMAGENET_C
from core.words import Text


@noise(
    name=Text(en="Gaussian noise", ko="가우시안 노이즈"),
    sentence=Text(
        en="Random grain on every colour value, as from a camera in poor light (ImageNet-C).",
        ko="어두운 곳에서 찍은 사진처럼 색 값마다 무작위 입자를 더합니다 (ImageNet-C).",
    ),
    family="additive",
    source=IMAGENET_C,
    identity={"sd": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    severities={
        "imagenet_c": tuple({"sd": sd} for sd in (0.08, 0.12, 0.18, 0.26, 0.38)),
        "tiny_imagenet_c": tuple({"sd": sd} for sd in (0.04, 0.08, 0.12, 0.15, 0.18)),
        "cifar_10_c": tuple({"sd": sd} for sd in (0.04, 0.06, 0.08, 0.09, 0.10)),
    },
)
def gaussian_noise(
    image: Image,
    generator: np.random.Generator,
    sd: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Standard deviation", ko="표준편차"), unit="of white")
    ] = 0.18,
) -> Image:
    """Independent normal noise of standard deviation `sd` on each channel (Hendrycks and Dietterich 2019)."""
    noisy = generator.standard_normal(image.shape, dtype=np.float32)
    noisy *= np.float32(255 * sd)
    noisy += image
    np.clip(noisy, 0, 255, out=noisy)
    # The reference cuts off the fraction, so its pictures are half a level darker than rounded ones.
    return noisy.astype(np.uint8)
