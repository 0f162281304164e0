"""Fog between the camera and what it sees."""

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import AT_ONCE, once, strips, uniform16
from core.noise.shared.levels import whole_levels
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text

LARGEST_MAP = 2048
"""Side of the largest fog field that is drawn, px; a larger picture gets it enlarged."""


def _rows(*pairs: tuple[float, float]) -> tuple[dict[str, float], ...]:
    return tuple({"strength": strength, "decay": decay} for strength, decay in pairs)


@noise(
    name=Text(en="Fog", ko="안개"),
    sentence=Text(
        en="Drifting fog of uneven thickness hides contrast and brightens what is dark (ImageNet-C).",
        ko="두께가 고르지 않은 안개가 대비를 가리고 어두운 곳을 밝힙니다 (ImageNet-C).",
    ),
    also=Text(en="foggy, mist", ko="안개 낀 날"),
    family="weather",
    source=IMAGENET_C,
    identity={"strength": 0},
    severities={
        "imagenet_c": _rows((1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)),
        "tiny_imagenet_c": _rows((0.4, 3), (0.7, 3), (1, 2.5), (1.5, 2), (2, 1.75)),
        "cifar_10_c": _rows((0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)),
    },
)
def fog(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[
        float, Param(0.0, 5.0, 0.1, Text(en="Thickness", ko="짙기"), unit="times white")
    ] = 2.0,
    decay: Annotated[
        float, Param(1.1, 4.0, 0.1, Text(en="Smoothness of the fog", ko="안개의 부드러움"))
    ] = 2.0,
) -> Image:
    """out = floor((image + 255 * strength * plasma(decay)) * w / (w + 255 * strength)), w = brightest value of image

    A plasma field in 0..1 times `strength` added; then the brightest value is put back where it was.

    Hendrycks and Dietterich 2019. `decay` divides the field's chance at each finer step.
    """
    height, width = image.shape[:2]
    brightest = float(image.max()) / 255
    if brightest == 0:
        return image.copy()
    shrink = max(1.0, max(height, width) / LARGEST_MAP)
    rows, columns = int(np.ceil(height / shrink)), int(np.ceil(width / shrink))
    # A power of two that covers the picture; a cell of one value has no range to scale.
    side = max(2, 1 << (max(rows, columns) - 1).bit_length())
    whole = once(generator, (side, decay), lambda: plasma_field(generator, side, decay))
    field = whole[:rows, :columns]
    if shrink > 1:
        enlarged = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
        field = enlarged.astype(np.float32, copy=False)
    scale = brightest / (brightest + strength)
    noisy = np.empty_like(image)
    for part in strips(image, AT_ONCE):
        values = image[part].astype(np.float32)
        values *= np.float32(scale)
        values += cv2.cvtColor(field[part] * np.float32(255 * strength * scale), cv2.COLOR_GRAY2RGB)
        noisy[part] = whole_levels(values)
    return noisy


def plasma_field(generator: np.random.Generator, side: int, decay: float) -> NDArray[np.float32]:
    """A cloud-like field float32 side,side in 0..1 that repeats without a seam.

    The diamond-square algorithm (Fournier, Fussell and Carpenter 1982) on a torus. The reference
    draws evenly within the square of its amplitude, hence `decay` squared at each halving.

    Args:
        side: a power of two, 2 or more.
        decay: over 1; the larger, the smoother.
    """
    draw = uniform16(generator, side * side - 1).astype(np.float32)
    draw -= 32767.5
    used, amplitude = 0, 1 / 32768

    def moved(total: NDArray[np.float32]) -> NDArray[np.float32]:
        nonlocal used
        chance = draw[used : used + total.size].reshape(total.shape)
        used += total.size
        chance *= np.float32(amplitude)
        total *= 0.25
        total += chance
        return total

    field = np.zeros((1, 1), np.float32)
    while len(field) < side:
        # Beyond the last row and column come the first, and before the first the last.
        around = cv2.copyMakeBorder(field, 0, 1, 0, 1, cv2.BORDER_WRAP)
        above = around[:, :-1] + around[:, 1:]
        left = around[:-1, :-1] + around[1:, :-1]
        centres = moved(above[:-1] + above[1:])
        around = cv2.copyMakeBorder(centres, 1, 0, 1, 0, cv2.BORDER_WRAP)
        # Middle of a square's upper side: the values left and right, the centres below and above.
        above = moved(above[:-1] + centres + around[:-1, 1:])
        # Middle of its left side likewise.
        left = moved(left + centres + around[1:, :-1])
        finer = np.empty((2 * len(field), 2 * len(field)), np.float32)
        finer[::2, ::2], finer[::2, 1::2] = field, above
        finer[1::2, ::2], finer[1::2, 1::2] = left, centres
        field = finer
        amplitude /= decay * decay
    field -= field.min()
    field /= field.max()
    return field
