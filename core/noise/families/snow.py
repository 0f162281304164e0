"""Snow between the camera and what it sees."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.families.blur import smeared
from core.noise.shared.draws import AT_ONCE, normal_field, once, strips
from core.noise.shared.levels import whole_levels
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text


def _snows(*rows: tuple[float, ...]) -> tuple[dict[str, float], ...]:
    names = ("mean", "sd", "zoom", "threshold", "radius", "sigma", "photo")
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


@noise(
    name=Text(en="Snow", ko="눈"),
    sentence=Text(
        en="Falling snow: flakes in streaks, and everything behind them paler (ImageNet-C).",
        ko="눈송이가 줄을 그으며 내리고 그 뒤의 모습은 하얗게 바랩니다 (ImageNet-C).",
    ),
    also=Text(en="snowy", ko="눈 오는 날"),
    family="weather",
    fleeting=True,
    source=IMAGENET_C,
    identity={"mean": 0, "sd": 0, "photo": 1},
    differs=1,
    exceptions={
        "order": Text(
            en="By its constants severity 3 has fewer but larger flakes than 2.",
            ko="정해진 상수에 따라 강도 3은 2보다 눈송이가 크지만 적습니다.",
        )
    },
    severities={
        "imagenet_c": _snows(
            (0.1, 0.3, 3, 0.5, 10, 4, 0.8),
            (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
            (0.55, 0.3, 4, 0.9, 12, 8, 0.7),
            (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
            (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
        ),
        "tiny_imagenet_c": _snows(
            (0.1, 0.2, 1, 0.6, 8, 3, 0.8),
            (0.1, 0.2, 1, 0.5, 10, 4, 0.8),
            (0.15, 0.3, 1.75, 0.55, 10, 4, 0.7),
            (0.25, 0.3, 2.25, 0.6, 12, 6, 0.65),
            (0.3, 0.3, 1.25, 0.65, 14, 12, 0.6),
        ),
        "cifar_10_c": _snows(
            (0.1, 0.2, 1, 0.6, 8, 3, 0.95),
            (0.1, 0.2, 1, 0.5, 10, 4, 0.9),
            (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
            (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
            (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
        ),
    },
)
def snow(
    image: Image,
    generator: np.random.Generator,
    mean: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Amount", ko="눈의 양"), unit="of white")] = 0.55,
    sd: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Variety", ko="고르지 않은 정도"), unit="of white")
    ] = 0.3,
    zoom: Annotated[float, Param(1.0, 8.0, 0.25, Text(en="Size of the flakes", ko="눈송이 크기"))] = 4.0,
    threshold: Annotated[
        float, Param(0.05, 1.0, 0.05, Text(en="Faintest flake", ko="가장 옅은 눈송이"), unit="of white")
    ] = 0.9,
    radius: Annotated[int, Param(0, 30, 1, Text(en="Length of the streaks", ko="줄의 길이"), unit="px")] = 12,
    sigma: Annotated[
        float, Param(0.0, 30.0, 0.5, Text(en="Spread of the streaks", ko="줄의 번짐"), unit="px")
    ] = 8.0,
    photo: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Colours left", ko="남는 색"))] = 0.7,
) -> Image:
    """out = floor(clip(max(image, photo * image + (1 - photo) * (1.5 * Y + 127.5)) + f + f[::-1, ::-1])), f = flakes

    Normal noise enlarged, cut off below `threshold`, smeared by 45 to 135 degrees, and added twice.

    Hendrycks and Dietterich 2019. The second layer is the first turned by half a turn; under them
    the picture is `photo` itself and the rest a pale, grey version of itself where that is lighter.
    """
    degrees = once(generator, "degrees", lambda: generator.uniform(-135, -45))
    field = once(generator, image.shape[:2], lambda: normal_field(generator, image.shape[:2]))
    flakes = once(generator, zoom, lambda: _zoomed(field, zoom)) * np.float32(sd)
    flakes += np.float32(mean)
    flakes *= flakes >= np.float32(threshold)
    np.minimum(flakes, 1, out=flakes)
    flakes *= 255
    drift = smeared(flakes, radius, sigma, degrees)
    drift = drift + drift[::-1, ::-1]

    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    pale = grey * np.float32(1.5 * (1 - photo))
    pale += np.float32(127.5 * (1 - photo))
    noisy = np.empty_like(image)
    for part in strips(image, AT_ONCE):
        clean = image[part].astype(np.float32)
        values = clean * np.float32(photo)
        values += cv2.cvtColor(pale[part], cv2.COLOR_GRAY2RGB)
        np.maximum(values, clean, out=values)
        values += cv2.cvtColor(drift[part], cv2.COLOR_GRAY2RGB)
        noisy[part] = whole_levels(values)
    return noisy


def _zoomed(field: NDArray[np.float32], zoom: float) -> NDArray[np.float32]:
    """The middle of `field` enlarged, from corner to corner; steps of one rounding, equal on every machine."""
    for axis, length in enumerate(field.shape):
        first, second, share = _steps(length, zoom)
        weight = share[:, None] if axis == 0 else share
        near = field.take(first, axis=axis)
        near *= 1 - weight
        far = field.take(second, axis=axis)
        far *= weight
        near += far
        field = near
    return field


@lru_cache(maxsize=8)
def _steps(length: int, zoom: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """The two places that each place of an enlarged side is between, and how near it is to the second."""
    used = int(np.ceil(length / zoom))
    large = max(length, round(used * zoom))
    place = (np.arange(length) + (large - length) // 2) * ((used - 1) / max(1, large - 1))
    first = np.minimum(place.astype(np.int64), max(0, used - 2))
    second = np.minimum(first + 1, used - 1)
    start = (length - used) // 2
    return start + first, start + second, (place - first).astype(np.float32)
