"""Shape: elastic bending of the picture's plane."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice, Param, Preset, Value, noise
from core.noise.shared.draws import once, uniform16
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text

_WIDEST_KERNEL = 31
"""Taps up to which a blur is fastest tap by tap."""
_WAVES_A_TAP = 4
"""Cosine waves that cost as much as one tap."""


_TABLE_SIDE = 224
"""px; the side of the pictures that lengths of scale "side" are for."""
_PUBLISHED = (
    (488, 170.8, 24.4),
    (488, 19.52, 48.8),
    (12.2, 2.44, 4.88),
    (17.08, 2.44, 4.88),
    (29.28, 2.44, 4.88),
)
"""Alpha, sigma and jitter of severities 1 to 5 in the files of the benchmark itself, px."""


def _rows(*triples: tuple[float, float, float], scale: str = "px") -> tuple[dict[str, Value], ...]:
    return tuple(
        {"alpha": alpha, "sigma": sigma, "jitter": jitter, "scale": scale} for alpha, sigma, jitter in triples
    )


@noise(
    name=Text(en="Elastic transform", ko="탄성 변형"),
    sentence=Text(
        en="Bent like a print on rubber: the whole is skewed, small regions are stretched or squeezed (ImageNet-C).",
        ko="고무에 인쇄한 사진처럼 전체가 기울고 군데군데 늘어나거나 줄어듭니다 (ImageNet-C).",
    ),
    also=Text(en="warped, wobbly", ko="일그러짐"),
    family="geometry",
    source=IMAGENET_C,
    identity={"alpha": 0, "jitter": 0},
    exceptions={
        "order": Text(
            en="By the constants for small pictures the mild severities skew the whole, the strong ones bend "
            "small regions.",
            ko="작은 사진용 상수에 따라 약한 강도는 전체를 기울이고 강한 강도는 작은 부분을 휩니다.",
        )
    },
    differs=16,
    presets={
        f"published_{severity}": Preset(
            Text(en=f"ImageNet-C's files, severity {severity}", ko=f"ImageNet-C 원본 파일, 강도 {severity}"),
            Text(
                en=f"The constants by which the published pictures of ImageNet-C were made, severity {severity}.",
                ko=f"공개된 ImageNet-C 사진을 만들 때 쓴 강도 {severity}의 값입니다.",
            ),
            row,
        )
        for severity, row in enumerate(_rows(*_PUBLISHED), start=1)
    },
    severities={
        # As the package imagecorruptions has them (Michaelis et al. 2019), by which our figures of the
        # reference were made: alpha 0.005 of the side times 12.5 to 30, sigma 0.01 of it, no skew.
        "imagenet_c": _rows(
            *((0.005 * _TABLE_SIDE * times, 0.01 * _TABLE_SIDE, 0) for times in (12.5, 16.25, 21.25, 25, 30)),
            scale="side",
        ),
        "tiny_imagenet_c": _rows(
            (0, 0, 5.12), (3.2, 19.2, 3.84), (6.4, 5.12, 3.84), (6.4, 1.92, 1.92), (10.24, 1.92, 1.28)
        ),
        "cifar_10_c": _rows(
            (0, 0, 2.56), (1.6, 6.4, 2.24), (2.56, 1.92, 1.92), (3.2, 1.28, 1.6), (3.2, 0.96, 0.96)
        ),
    },
)
def elastic_transform(
    image: Image,
    generator: np.random.Generator,
    alpha: Annotated[float, Param(0.0, 600.0, 0.5, Text(en="Bending", ko="휘는 정도"), unit="px")] = 12.2,
    sigma: Annotated[
        float, Param(0.0, 200.0, 0.5, Text(en="Size of the bends", ko="휘는 부분의 크기"), unit="px")
    ] = 2.44,
    jitter: Annotated[
        float, Param(0.0, 60.0, 0.5, Text(en="Skew of the whole", ko="전체가 기우는 정도"), unit="px")
    ] = 4.88,
    scale: Annotated[
        str,
        Choice(
            {
                "px": Text(en="As they are", ko="그대로"),
                "side": Text(en="For a side of 224 px", ko="한 변 224픽셀 기준"),
            },
            Text(en="Lengths in px count", ko="길이(픽셀) 기준"),
        ),
    ] = "px",
) -> Image:
    """out = floor(skewed[p + alpha * blur(U(-1, 1), sigma)]), skewed = image, 3 points moved by jitter * U(-1, 1)

    A random affine map, then each pixel moved by even noise in -alpha..alpha blurred by `sigma`.

    Hendrycks and Dietterich 2019, after Simard, Steinkraus and Platt 2003. The affine map moves three
    points around the middle by up to `jitter` in each direction; the picture goes on mirrored outside.
    With scale "side" the three lengths grow and shrink with the picture's shorter side.
    OpenCV takes places to 1/32 px, so a last bit that differs may move a value by 1/32 of a step.
    """
    corners = once(generator, "corners", lambda: generator.uniform(-1, 1, (3, 2)))
    if alpha == 0 and jitter == 0:
        return image.copy()
    if scale == "side":
        times = min(image.shape[:2]) / _TABLE_SIDE
        alpha, sigma, jitter = alpha * times, sigma * times, jitter * times
    # 1/256 of a level: the reference rounds at the end only, and cuts the fraction off there.
    noisy = np.left_shift(image, 8, dtype=np.uint16)
    if jitter > 0:
        noisy = _skewed(noisy, corners * jitter)
    if alpha > 0:
        height, width = image.shape[:2]
        bends = once(
            generator,
            (height, width, sigma),
            lambda: [_blurred(_even(generator, (height, width)), sigma) for _ in ("x", "y")],
        )
        across, down = (one * np.float32(alpha) for one in bends)
        across += np.arange(width, dtype=np.float32)
        down += np.arange(height, dtype=np.float32)[:, None]
        bent = cv2.remap(noisy, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        noisy = np.asarray(bent, np.uint16)
    return (noisy >> 8).astype(np.uint8)


def _skewed(image: NDArray[np.uint16], moves: NDArray[np.float64]) -> NDArray[np.uint16]:
    """`image` under the affine map that moves three points around its middle by `moves`."""
    height, width = image.shape[:2]
    middle = np.array([width // 2, height // 2])
    reach = max(1, min(height, width) // 3)
    before = np.array([middle + reach, middle + np.array([reach, -reach]), middle - reach], np.float32)
    matrix = cv2.getAffineTransform(before, (before + moves).astype(np.float32))
    skewed = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(skewed, np.uint16)


def _even(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Independent values, even in -1..1."""
    values = uniform16(generator, shape).astype(np.float32)
    values -= np.float32(32767.5)
    values *= np.float32(1 / 32768)
    return values


def _blurred(field: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """`field` under a normal curve of `sigma` cut off at 3 sigma; it goes on mirrored outside."""
    reach = int(3 * sigma + 0.5)
    if reach == 0:
        return field
    taps, waves = 2 * reach + 1, _waves(max(field.shape), sigma)
    if taps < _WIDEST_KERNEL or waves > _WAVES_A_TAP * taps:
        weights = cv2.getGaussianKernel(taps, sigma, cv2.CV_32F)
        blurred = cv2.sepFilter2D(field, cv2.CV_32F, weights, weights, borderType=cv2.BORDER_REFLECT)
        return np.asarray(blurred, np.float32)
    # A symmetric blur of a mirrored field only scales its cosine waves, and leaves the long ones alone.
    rows, rows_left = _cosines(field.shape[0], sigma)
    columns, columns_left = _cosines(field.shape[1], sigma)
    spectrum = (rows @ field) @ columns.T
    spectrum *= rows_left[:, None] * columns_left
    return np.asarray((rows.T @ spectrum) @ columns, np.float32)


def _waves(length: int, sigma: float) -> int:
    """How many cosine waves along `length` keep 1/1000 of themselves or more."""
    return min(length, int(1.3 * length / sigma) + 2)


@lru_cache(maxsize=8)
def _cosines(length: int, sigma: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The cosine waves K,length that the blur leaves a trace of, of length 1, and how much it leaves of each."""
    reach = int(3 * sigma + 0.5)
    weights = np.exp(-((np.arange(reach + 1) / sigma) ** 2) / 2)
    weights /= weights[0] + 2 * weights[1:].sum()
    angles = np.pi * np.arange(_waves(length, sigma)) / length
    left = weights[0] + 2 * np.cos(angles[:, None] * np.arange(1, reach + 1)) @ weights[1:]
    waves = np.cos(angles[:, None] * (np.arange(length) + 0.5)) * np.sqrt(2 / length)
    waves[0] = np.sqrt(1 / length)
    return waves.astype(np.float32), left.astype(np.float32)
