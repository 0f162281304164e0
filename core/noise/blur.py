"""Blur: each value becomes a mean of values near it."""

from typing import Annotated

import cv2
import numpy as np

from core.noise.catalogue import Image, Param, noise
from core.noise.sources import IMAGENET_C
from core.words import Text


def _rows(*pairs: tuple[int, float]) -> tuple[dict[str, float], ...]:
    return tuple({"radius": radius, "sigma": sigma} for radius, sigma in pairs)


@noise(
    name=Text(en="Motion blur", ko="움직임 흐림"),
    sentence=Text(
        en="The camera moved while it took the picture: everything is smeared in one direction (ImageNet-C).",
        ko="찍는 동안 카메라가 움직여 한 방향으로 번진 사진입니다 (ImageNet-C).",
    ),
    family="blur",
    source=IMAGENET_C,
    identity={"radius": 0},
    severities={
        "imagenet_c": _rows((10, 3), (15, 5), (15, 8), (15, 12), (20, 15)),
        "tiny_imagenet_c": _rows((10, 1), (10, 1.5), (10, 2), (10, 2.5), (12, 3)),
        "cifar_10_c": _rows((6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)),
    },
)
def motion_blur(
    image: Image,
    generator: np.random.Generator,
    radius: Annotated[int, Param(0, 50, 1, Text(en="Radius", ko="반지름"), unit="px")] = 15,
    sigma: Annotated[float, Param(0.0, 30.0, 0.5, Text(en="Spread", ko="번짐"), unit="px")] = 8.0,
) -> Image:
    """Half a normal curve of spread `sigma` along a line of 2 radius + 1 pixels, -45 to 45 degrees.

    Hendrycks and Dietterich 2019, by the motion blur of ImageMagick. The direction is drawn.
    """
    angle = np.deg2rad(generator.uniform(-45, 45))
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-((steps / max(sigma, 0.05)) ** 2) / 2)  # at 0.05 all weight is on the first
    weights /= weights.sum()
    right = np.ceil(steps * np.cos(angle) - 0.5).astype(int)
    down = np.ceil(steps * np.sin(angle) - 0.5).astype(int)

    height, width = image.shape[:2]
    above, below = max(0, -int(down[-1])), max(0, int(down[-1]))
    padded = cv2.copyMakeBorder(image, above, below, 0, int(right[-1]), cv2.BORDER_REPLICATE)
    # The fraction is cut off, as in the reference; the small start is for a flat area, whose
    # sum may fall short of its value by rounding.
    blurred = np.full(image.shape, 1 / 256, np.float32)
    source = padded.astype(np.float32)
    for weight, dx, dy in zip(weights, right, down + above, strict=True):
        if weight < 1e-6:
            break
        cv2.scaleAdd(source[dy : dy + height, dx : dx + width], float(weight), blurred, blurred)
    return np.minimum(blurred, 255).astype(np.uint8)
