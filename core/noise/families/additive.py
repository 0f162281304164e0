"""Grain: random values added to every value of the picture."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, SeverityTable, Value, noise
from core.noise.shared.draws import AT_ONCE, looked_up, normal_quantiles, strips, uniform16
from core.noise.sources import GRAIN_IN_COLOUR, IMAGENET_C
from core.pixels import Image
from core.words import Text

_CHANCES = 4096
"""Steps of the chance that photon counts are looked up by."""
GAUSSIAN_SEVERITIES: dict[SeverityTable, tuple[dict[str, Value], ...]] = {
    "imagenet_c": tuple({"sd": sd} for sd in (0.08, 0.12, 0.18, 0.26, 0.38)),
    "tiny_imagenet_c": tuple({"sd": sd} for sd in (0.04, 0.08, 0.12, 0.15, 0.18)),
    "cifar_10_c": tuple({"sd": sd} for sd in (0.04, 0.06, 0.08, 0.09, 0.10)),
}
"""Of Gaussian noise as published; uniform noise has the same standard deviations."""


@noise(
    name=Text(en="Gaussian noise", ko="가우시안 노이즈"),
    sentence=Text(
        en="Random grain on every colour value, as from a camera in poor light (ImageNet-C).",
        ko="어두운 곳에서 찍은 사진처럼 색 값마다 무작위 입자를 더합니다 (ImageNet-C).",
    ),
    also=Text(en="grainy, static", ko="자글자글"),
    family="additive",
    fleeting=True,
    source=IMAGENET_C,
    identity={"sd": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    severities=GAUSSIAN_SEVERITIES,
)
def gaussian_noise(
    image: Image,
    generator: np.random.Generator,
    sd: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Standard deviation", ko="표준편차"), unit="of white")
    ] = 0.18,
) -> Image:
    """out = clip(image + floor(255 * sd * N(0, 1)))

    Independent normal noise of standard deviation `sd` on each channel (Hendrycks and Dietterich 2019).
    """
    return _with_grain(image, generator, _normal_levels(sd))


def _with_grain(image: Image, generator: np.random.Generator, levels: NDArray[np.int16]) -> Image:
    """The picture with one of 65,536 `levels` added to each value."""
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        clean = image[rows]
        added = looked_up(levels, uniform16(generator, clean.shape))
        # Within 16 bits: 4.3 x 255 + 255; saturates at black and white.
        cv2.add(clean, added, dst=noisy[rows], dtype=cv2.CV_8U)
    return noisy


@lru_cache(maxsize=8)
def _normal_levels(sd: float) -> NDArray[np.int16]:
    """What each draw adds, levels.

    The reference cuts off the fraction of the sum, so its pictures are half a level darker than
    rounded ones. The picture's values are whole, so the noise's fraction can be cut off instead.
    """
    return _whole(normal_quantiles() * (255 * sd))


def _whole(added: NDArray[np.float64]) -> NDArray[np.int16]:
    levels = np.floor(added).astype(np.int16)
    levels.flags.writeable = False
    return levels


@noise(
    name=Text(en="Uniform noise", ko="균등 노이즈"),
    sentence=Text(
        en="Random grain on every colour value, all strengths up to a limit equally likely.",
        ko="색 값마다 정해진 한도 안에서 고르게 뽑은 입자를 더합니다.",
    ),
    also=Text(en="white noise, grainy, static", ko="백색 잡음, 자글자글"),
    family="additive",
    fleeting=True,
    source=Text(
        en="Geirhos et al., Generalisation in Humans and Deep Neural Networks, NeurIPS 2018, on each colour and at each severity as wide as Gaussian noise",
        ko="Geirhos et al., Generalisation in Humans and Deep Neural Networks, NeurIPS 2018의 균등 노이즈를 색마다, 강도별 폭은 가우시안 노이즈와 같게",
    ),
    identity={"sd": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    severities=GAUSSIAN_SEVERITIES,
)
def uniform_noise(
    image: Image,
    generator: np.random.Generator,
    sd: Annotated[
        float, Param(0.0, 1.0, 0.01, Text(en="Standard deviation", ko="표준편차"), unit="of white")
    ] = 0.18,
) -> Image:
    """out = clip(image + floor(255 * U(-a, a))), a = sd * sqrt(3)

    Independent uniform noise of standard deviation `sd` on each channel (Geirhos et al. 2018).
    """
    return _with_grain(image, generator, _uniform_levels(sd))


@lru_cache(maxsize=8)
def _uniform_levels(sd: float) -> NDArray[np.int16]:
    """What each draw adds, levels: the middle of its share of -a..a."""
    return _whole(((np.arange(65536) + 0.5) / 32768 - 1) * (255 * sd * 3**0.5))


@noise(
    name=Text(en="Speckle noise", ko="스펙클 노이즈"),
    sentence=Text(
        en="Grain that is stronger where the picture is brighter, as in radar and ultrasound pictures (ImageNet-C).",
        ko="레이더나 초음파 영상처럼 밝은 곳일수록 입자가 거칠어집니다 (ImageNet-C).",
    ),
    family="additive",
    fleeting=True,
    source=IMAGENET_C,
    identity={"sd": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    severities={
        "imagenet_c": tuple({"sd": sd} for sd in (0.15, 0.2, 0.35, 0.45, 0.6)),
        "tiny_imagenet_c": tuple({"sd": sd} for sd in (0.15, 0.2, 0.25, 0.3, 0.35)),
        "cifar_10_c": tuple({"sd": sd} for sd in (0.06, 0.1, 0.12, 0.16, 0.2)),
    },
)
def speckle_noise(
    image: Image,
    generator: np.random.Generator,
    sd: Annotated[
        float,
        Param(0.0, 1.0, 0.01, Text(en="Standard deviation, of the value", ko="값에 대한 표준편차")),
    ] = 0.35,
) -> Image:
    """out = floor(clip(image * max(1 + sd * N(0, 1), 0)))

    Each value times 1 plus normal noise of standard deviation `sd` (Hendrycks and Dietterich 2019).
    """
    factors = _normal_factors(sd)
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        values = looked_up(factors, uniform16(generator, image[rows].shape))
        values *= image[rows]
        np.minimum(values, 255, out=values)
        noisy[rows] = values  # the fraction is cut off, as in the reference
    return noisy


@lru_cache(maxsize=8)
def _normal_factors(sd: float) -> NDArray[np.float32]:
    """What each draw multiplies a value by."""
    factors = np.maximum(1 + sd * normal_quantiles(), 0).astype(np.float32)
    factors.flags.writeable = False
    return factors


@noise(
    name=Text(en="Shot noise", ko="샷 노이즈"),
    sentence=Text(
        en="Grain of light itself: so little light fell on the sensor that single photons count (ImageNet-C).",
        ko="빛이 너무 적어 광자가 드문드문 들어올 때 생기는 거친 입자입니다 (ImageNet-C).",
    ),
    also=Text(en="grainy", ko="자글자글"),
    family="additive",
    fleeting=True,
    source=IMAGENET_C,
    exceptions={
        "identity": Text(
            en="However many photons there are, their number is chance.",
            ko="광자가 아무리 많아도 그 수는 우연에 달려 있습니다.",
        ),
        "grey": GRAIN_IN_COLOUR,
    },
    severities={
        "imagenet_c": tuple({"photons": count} for count in (60, 25, 12, 5, 3)),
        "tiny_imagenet_c": tuple({"photons": count} for count in (250, 100, 50, 30, 15)),
        "cifar_10_c": tuple({"photons": count} for count in (500, 250, 100, 75, 50)),
    },
)
def shot_noise(
    image: Image,
    generator: np.random.Generator,
    photons: Annotated[int, Param(1, 1000, 1, Text(en="Photons at white", ko="흰색일 때의 광자 수"))] = 12,
) -> Image:
    """out = floor(255 * min(Poisson(photons * image / 255), photons) / photons)

    Each value is a Poisson count of photons, `photons` of them being white on average.

    Hendrycks and Dietterich 2019. The count is the Poisson quantile of one number drawn a value, in
    4,096 steps, so that more photons go on with the same draw.
    """
    table = _poisson_levels(photons)
    noisy = np.empty_like(image)
    for rows in strips(image, AT_ONCE):
        # Row of the table: the clean value; column: the draw.
        places = image[rows].astype(np.intp)
        places *= _CHANCES
        places += uniform16(generator, image[rows].shape) >> 4
        np.take(table, places, out=noisy[rows], mode="wrap")
    return noisy


@lru_cache(maxsize=8)
def _poisson_levels(photons: int) -> NDArray[np.uint8]:
    """Noisy level uint8 256,4096 for each clean level and each step of chance."""
    rate = np.arange(256)[:, None] * (photons / 255)
    # From `photons` counts on all is white.
    count = np.arange(photons + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(count[1:]))])
    with np.errstate(divide="ignore", invalid="ignore"):
        log_chance = count * np.log(rate) - rate - log_factorial
    log_chance[0] = np.where(count == 0, 0.0, -np.inf)
    # How many of the steps lie under each count, the step's middle deciding.
    below = np.rint(np.cumsum(np.exp(log_chance), axis=1) * _CHANCES).astype(np.int64)
    np.clip(below, 0, _CHANCES, out=below)
    below[:, -1] = _CHANCES
    levels = np.floor(count * 255 / photons + 1e-9).astype(np.uint8)
    table = np.repeat(
        np.broadcast_to(levels, below.shape).ravel(), np.diff(below, axis=1, prepend=0).ravel()
    ).reshape(256, _CHANCES)
    table.flags.writeable = False
    return table
