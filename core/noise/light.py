"""Light and colour: how bright, how contrasted and how colourful a picture is."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Image, Param, noise
from core.noise.draws import strips
from core.noise.sources import IMAGENET_C
from core.words import Text

_WHOLE = 1e-3
"""Added before a fraction is cut off, so that a whole number stays one whatever its last bit."""


@noise(
    name=Text(en="Brightness", ko="밝기"),
    sentence=Text(
        en="Too much light: the whole picture is brighter, its highlights are lost (ImageNet-C).",
        ko="빛이 너무 많아 사진 전체가 밝아지고 밝은 곳의 모습이 사라집니다 (ImageNet-C).",
    ),
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
    """`added` to the value V of HSV, that is, to the brightest of a pixel's three; the others in proportion.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    table = _brightened(added)
    noisy = np.empty_like(image)
    for rows in strips(image):
        brightest, _ = _extremes(image[rows])
        above = brightest.astype(np.uint16) << 8
        for channel in range(3):
            places = above | image[rows, :, channel]
            noisy[rows, :, channel] = np.take(table, places, mode="wrap")
    return noisy


@lru_cache(maxsize=8)
def _brightened(added: float) -> NDArray[np.uint8]:
    """Noisy level for 256 x a pixel's brightest value + the value."""
    brightest, value = np.arange(256.0)[:, None], np.arange(256.0)
    # A black pixel has no colour to keep: it turns grey.
    share = np.where(brightest > 0, value / np.maximum(brightest, 1), 1.0)
    noisy = share * np.minimum(brightest + 255 * added, 255) + _WHOLE
    table = np.minimum(noisy, 255).astype(np.uint8).ravel()
    table.flags.writeable = False
    return table


@noise(
    name=Text(en="Contrast", ko="대비"),
    sentence=Text(
        en="Low contrast: all values move towards the picture's mean, as in flat light (ImageNet-C).",
        ko="빛이 밋밋할 때처럼 모든 값이 사진의 평균 쪽으로 모여 대비가 낮아집니다 (ImageNet-C).",
    ),
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
    """Each value's distance from the mean of its channel times `factor`.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    means = np.array(cv2.mean(image)[:3])
    table = (np.arange(256.0)[:, None] - means) * factor + means + _WHOLE
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
    """The saturation S of HSV times `factor` plus `offset`, within 0..1.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    table = _saturation_gain(factor, offset)
    noisy = np.empty_like(image)
    for rows in strips(image):
        brightest, darkest = _extremes(image[rows])
        gain = np.take(table, (brightest.astype(np.uint16) << 8) | darkest, mode="wrap")
        grey = brightest == darkest if offset > 0 else None
        for channel in range(3):
            # A value's distance from the pixel's brightest one grows by the same factor as S.
            values = (brightest - image[rows, :, channel]) * gain
            np.subtract(brightest, values, out=values)
            if grey is not None and channel > 0:
                values[grey] = brightest[grey] * np.float32(1 - offset)
            values += np.float32(_WHOLE)
            noisy[rows, :, channel] = values
    return noisy


@lru_cache(maxsize=8)
def _saturation_gain(factor: float, offset: float) -> NDArray[np.float32]:
    """What S is multiplied by, for 256 x a pixel's brightest value + its darkest."""
    brightest, darkest = np.arange(256.0)[:, None], np.arange(256.0)
    saturation = np.clip((brightest - darkest) / np.maximum(brightest, 1), 0, 1)
    wanted = np.clip(saturation * factor + offset, 0, 1)
    gain = np.divide(wanted, saturation, out=np.zeros_like(saturation), where=saturation > 0)
    table = gain.astype(np.float32).ravel()
    table.flags.writeable = False
    return table


def _extremes(image: Image) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The brightest and the darkest of each pixel's three values, uint8 H,W."""
    red, green, blue = cv2.split(image)
    brightest, darkest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return np.asarray(brightest, np.uint8), np.asarray(darkest, np.uint8)
