"""Light and colour: how bright, how contrasted and how colourful a picture is."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import strips
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text

_WHOLE = 1e-3
"""Added before a fraction is cut off, so that a whole number stays one whatever its last bit."""
_AT_ONCE = 3 << 16
"""Values of a picture that are worked on at once: their fractions stay near the processor."""
_VALUES = np.arange(256.0)[:, None]


@noise(
    name=Text(en="Brightness", ko="밝기"),
    sentence=Text(
        en="Too much light: the whole picture is brighter, its highlights are lost (ImageNet-C).",
        ko="빛이 너무 많아 사진 전체가 밝아지고 밝은 곳의 모습이 사라집니다 (ImageNet-C).",
    ),
    also=Text(en="too bright", ko="너무 밝음"),
    family="light",
    source=IMAGENET_C,
    identity={"added": 0},
    severities={
        "imagenet_c": tuple({"added": added} for added in (0.1, 0.2, 0.3, 0.4, 0.5)),
        "tiny_imagenet_c": tuple({"added": added} for added in (0.1, 0.2, 0.3, 0.4, 0.5)),
        "cifar_10_c": tuple({"added": added} for added in (0.05, 0.1, 0.15, 0.2, 0.3)),
    },
)
def brightness(
    image: Image,
    generator: np.random.Generator,
    added: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Added", ko="더하는 밝기"), unit="of white")] = 0.3,
) -> Image:
    """out = floor(image * min(V + 255 * added, 255) / V), V = max(R, G, B)

    `added` to the value V of HSV, that is, to the brightest of a pixel's three; the others in proportion.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    gains = _brighter(added)
    noisy = np.empty_like(image)
    for rows in strips(image, _AT_ONCE):
        planes = cv2.split(image[rows])
        brightest, _ = _extremes(planes)
        gain = cv2.LUT(brightest, gains)
        brighter = []
        for plane in planes:
            values = plane.astype(np.float32)
            values *= gain
            brighter.append(values.astype(np.uint8))
        if not brightest.all():
            # A black pixel has no colour to keep: it turns grey.
            for plane in brighter:
                plane[brightest == 0] = int(min(255 * added + _WHOLE, 255))
        cv2.merge(brighter, noisy[rows])
    return noisy


@lru_cache(maxsize=8)
def _brighter(added: float) -> NDArray[np.float32]:
    """What a pixel's values are multiplied by, for its brightest value."""
    brightest = np.maximum(np.arange(256.0), 1)
    # A little more than is right: a whole number stays one whatever its last bit.
    gains = (np.minimum(brightest + 255 * added, 255) / brightest * (1 + _WHOLE / 256)).astype(np.float32)
    gains.flags.writeable = False
    return gains


@noise(
    name=Text(en="Contrast", ko="대비"),
    sentence=Text(
        en="Low contrast: all values move towards the picture's mean, as in flat light (ImageNet-C).",
        ko="빛이 밋밋할 때처럼 모든 값이 사진의 평균 쪽으로 모여 대비가 낮아집니다 (ImageNet-C).",
    ),
    also=Text(en="washed out, flat", ko="밋밋함"),
    family="light",
    source=IMAGENET_C,
    identity={"factor": 1},
    severities={
        "imagenet_c": tuple({"factor": factor} for factor in (0.4, 0.3, 0.2, 0.1, 0.05)),
        "tiny_imagenet_c": tuple({"factor": factor} for factor in (0.4, 0.3, 0.2, 0.1, 0.05)),
        "cifar_10_c": tuple({"factor": factor} for factor in (0.75, 0.5, 0.4, 0.3, 0.15)),
    },
)
def contrast(
    image: Image,
    generator: np.random.Generator,
    factor: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Contrast left", ko="남는 대비"))] = 0.2,
) -> Image:
    """out = floor(mean + factor * (image - mean)), mean = the channel's

    Each value's distance from the mean of its channel times `factor`.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    means = np.array(cv2.mean(image)[:3])
    table = (_VALUES - means) * factor + means + _WHOLE
    return np.asarray(cv2.LUT(image, table.astype(np.uint8)[:, None]))


def _rows(*pairs: tuple[float, float]) -> tuple[dict[str, float], ...]:
    return tuple({"factor": factor, "offset": offset} for factor, offset in pairs)


@noise(
    name=Text(en="Saturation", ko="채도"),
    sentence=Text(
        en="Colours fade nearly to grey or become glaring (ImageNet-C).",
        ko="색이 거의 회색으로 바래거나 지나치게 강해집니다 (ImageNet-C).",
    ),
    family="light",
    source=IMAGENET_C,
    identity={"factor": 1, "offset": 0},
    exceptions={
        "order": Text(
            en="By its constants severities 1 and 2 fade colours, 3 to 5 strengthen them.",
            ko="정해진 상수에 따라 강도 1과 2는 색을 바래게 하고 3부터 5까지는 짙게 합니다.",
        ),
        "grey": Text(
            en="The offset gives grey a saturation too; its hue counts as red, as in the reference.",
            ko="더하는 값이 회색에도 채도를 줍니다. 이때 색상은 기준 구현과 같이 빨강으로 봅니다.",
        ),
    },
    severities={
        "imagenet_c": _rows((0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)),
        "tiny_imagenet_c": _rows((0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (30, 0.2)),
        "cifar_10_c": _rows((0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)),
    },
)
def saturate(
    image: Image,
    generator: np.random.Generator,
    factor: Annotated[float, Param(0.0, 30.0, 0.1, Text(en="Saturation, times", ko="채도 배수"))] = 2.0,
    offset: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Added saturation", ko="더하는 채도"))] = 0.0,
) -> Image:
    """out = floor(V - gain * (V - image)), V = max(R, G, B), gain = min(1, factor * S + offset) / S

    The saturation S of HSV times `factor` plus `offset`, within 0..1.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    noisy = np.empty_like(image)
    for rows in strips(image, _AT_ONCE):
        planes = cv2.split(image[rows])
        brightest, darkest = _extremes(planes)
        top = brightest.astype(np.float32)
        # A value's distance from the pixel's brightest one grows by the same factor as S does.
        most = top / np.maximum(brightest - darkest, 1)  # S becomes 1, the darkest value 0
        gain = np.minimum(most, factor + offset * most if offset > 0 else np.float32(factor))
        base = top + np.float32(_WHOLE)
        base -= top * gain
        changed = []
        for plane in planes:
            values = plane.astype(np.float32)
            values *= gain
            values += base
            changed.append(values.astype(np.uint8))
        if offset > 0 and (grey := brightest == darkest).any():
            paler = (top[grey] * np.float32(1 - offset) + np.float32(_WHOLE)).astype(np.uint8)
            changed[0][grey] = brightest[grey]
            changed[1][grey] = changed[2][grey] = paler
        cv2.merge(changed, noisy[rows])
    return noisy


def _extremes(planes: Sequence[Any]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The brightest and the darkest of each pixel's three values, uint8 H,W."""
    red, green, blue = planes
    brightest, darkest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return np.asarray(brightest, np.uint8), np.asarray(darkest, np.uint8)
