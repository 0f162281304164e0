"""Noises made of every frequency at once, each with a drawn phase: blue and brownish ones."""

from functools import cache, lru_cache
from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import looked_up, uniform16
from core.noise.shared.levels import plus
from core.noise.shared.optics import three
from core.noise.sources import GRAIN_IN_COLOUR, IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Blue noise sample", ko="블루 노이즈 표본"),
    sentence=Text(
        en="Single pixels turn black, spread evenly over the picture without clumps (ImageNet-C-bar).",
        ko="픽셀이 뭉치지 않고 고르게 흩어져 하나씩 검게 빠집니다 (ImageNet-C-bar).",
    ),
    also=Text(en="black dots, dead pixels", ko="검은 점"),
    family="held_out",
    fleeting=True,
    source=IMAGENET_C_BAR,
    identity={"threshold": -6},
    severities={
        "imagenet_c": tuple({"threshold": threshold} for threshold in (-2.26, -2.02, -1.78, -1.3, -0.82)),
        "cifar_10_c": tuple({"threshold": threshold} for threshold in (-2.29, -2.08, -1.87, -1.45, -1.24)),
        "noiselens": tuple({"threshold": threshold} for threshold in (-2.28, -2.06, -1.84, -1.4, -1.09)),
    },
)
def blue_noise_sample(
    image: Image,
    generator: np.random.Generator,
    threshold: Annotated[
        float,
        Param(-6.0, 3.0, 0.01, Text(en="How much turns black (threshold)", ko="검게 되는 정도 (문턱값)")),
    ] = -1.78,
) -> Image:
    """out = 0 where Z <= threshold, else image; Z = real(IFFT(d * exp(i * phase))), standard deviation 1

    A pixel is black where a field whose frequencies grow with their distance d from 0 is low (blue noise).

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). Severities for 64 px are ours: about a third of the
    way from those for 32 px to those for 224 px, as log(64) lies between log(32) and log(224). Photos cannot calibrate
    them: at that size a network for photos falls at the mildest.
    """
    height, width = image.shape[:2]
    # In double precision no pixel of another machine falls on the other side of the threshold.
    field = _random_field(generator, np.sqrt(_squared_distances(height, width)), width)
    kept = three(np.where(field > threshold, np.uint8(255), np.uint8(0)))
    return np.asarray(cv2.bitwise_and(image, kept), np.uint8).reshape(image.shape)


@noise(
    name=Text(en="Brownish noise", ko="브라운 노이즈"),
    sentence=Text(
        en="Soft clouds of colour, large ones stronger than small ones, and a colour cast over all (ImageNet-C-bar).",
        ko="큰 것일수록 짙은 색 구름이 번지고 사진 전체에 색이 낍니다 (ImageNet-C-bar).",
    ),
    also=Text(en="colour clouds, stains", ko="색 얼룩"),
    family="held_out",
    fleeting=True,
    source=IMAGENET_C_BAR,
    identity={"strength": 0},
    exceptions={"grey": GRAIN_IN_COLOUR},
    differs=1,
    severities={
        "imagenet_c": tuple({"strength": strength} for strength in (6.4, 12.8, 19.2, 25.6, 32)),
        "cifar_10_c": tuple({"strength": strength} for strength in (16, 25.6, 35.2, 41.6, 44.8)),
        "noiselens": tuple({"strength": strength} for strength in (7.0, 13.6, 24.6, 31.2, 48.2)),
    },
)
def brownish_noise(
    image: Image,
    generator: np.random.Generator,
    strength: Annotated[float, Param(0.0, 64.0, 0.1, Text(en="Strength", ko="세기"), unit="levels")] = 19.2,
) -> Image:
    """out = floor(clip(image + strength * Z)), Z = real(IFFT(exp(i * phase) / (d^2 + 1))), sd 1, for each channel

    Each channel gets a field of its own, whose frequencies fall off with their distance d from 0.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273). The field's mean stays in: frequency 0 weighs most, hence
    the colour cast. Severities for 64 px are ours, calibrated on photos of
    that size (benchmarks/calibrate_severities.py).
    """
    height, width = image.shape[:2]
    weights = (1 / (_squared_distances(height, width) + 1)).astype(np.float32)
    fields = [_random_field(generator, weights, width) for _ in range(3)]
    return plus(image, [field * np.float32(strength) for field in fields])


def _random_field(
    generator: np.random.Generator, weights: NDArray[np.floating[Any]], width: int
) -> NDArray[np.floating[Any]]:
    """The real part of a spectrum of drawn phases, H,W of the type of `weights`, over its own standard deviation.

    Of a full spectrum the real part takes (F(k) + conj(F(-k))) / 2: two phases for each frequency of the half
    that is drawn here, hence amplitudes of chance too.

    Args:
        weights: amplitudes H,W/2+1 of the half spectrum, real.
    """
    from scipy import fft  # slow to import; an eighth of NumPy's time

    spectrum = looked_up(_turns(), uniform16(generator, weights.shape))
    # The first column, and the last of an even width, holds both halves of itself: irfft2 takes its real part.
    inner = spectrum[:, 1 : (width + 1) // 2]
    inner += looked_up(_turns(), uniform16(generator, inner.shape))
    inner *= np.float32(0.5)
    field = np.asarray(fft.irfft2(spectrum * weights, s=(len(weights), width), overwrite_x=True))
    spread = float(cv2.meanStdDev(field)[1].item())
    if spread > 0:  # a picture of one pixel has no spread
        field *= field.dtype.type(1 / spread)
    return field


@cache
def _turns() -> NDArray[np.complex64]:
    """exp(i * phase) for 65,536 phases around the circle."""
    turns = np.exp(2j * np.pi * np.arange(65536) / 65536).astype(np.complex64)
    turns.flags.writeable = False
    return turns


@lru_cache(maxsize=4)
def _squared_distances(height: int, width: int) -> NDArray[np.float64]:
    """Squares of the frequencies' distance from 0, H,W/2+1, in waves on the shorter side."""
    shorter = min(height, width)
    down, across = np.fft.fftfreq(height) * shorter, np.fft.rfftfreq(width) * shorter
    squares: NDArray[np.float64] = (down**2)[:, None] + across**2
    squares.flags.writeable = False
    return squares
