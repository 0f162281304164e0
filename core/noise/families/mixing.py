"""Mixing: another picture gives a piece, its colours or its coarse structure."""

from typing import Annotated, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.painting import box_sides, place
from core.pixels import Image
from core.words import Text


def covering(second: Image, height: int, width: int) -> Image:
    """The middle of the second picture that has the shape of `height` x `width`, brought to that size."""
    rows, columns = second.shape[:2]
    share = min(rows / height, columns / width)
    down, across = max(1, round(height * share)), max(1, round(width * share))
    top, left = (rows - down) // 2, (columns - across) // 2
    middle = second[top : top + down, left : left + across]
    how = cv2.INTER_AREA if share > 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(middle, (width, height), interpolation=how))


@noise(
    name=Text(en="CutMix patch", ko="컷믹스"),
    sentence=Text(
        en="A rectangle of a second picture is pasted over the same place of this one, with sharp edges.",
        ko="다른 사진의 사각형 한 부분을 오려 같은 자리에 그대로 붙입니다.",
    ),
    family="mixing",
    source="Yun et al., CutMix, ICCV 2019",
    identity={"area": 0},
    differs=1,
    severities={"noiselens": tuple({"area": area} for area in (0.04, 0.16, 0.26, 0.36, 0.51))},
)
def cutmix(
    image: Image,
    generator: np.random.Generator,
    second: Image,
    area: Annotated[
        float,
        Param(
            0.0,
            1.0,
            0.01,
            Text(en="From the second picture", ko="두 번째 사진의 넓이"),
            unit="share of pixels",
        ),
    ] = 0.22,
) -> Image:
    """out = second in a box at a drawn place, h * w = area * pixels, h / w = height / width, else image

    A box of the picture's own shape and `area` times its pixels, at a drawn place, comes from `second`.
    """
    height, width = image.shape[:2]
    top, left = generator.random(2)
    rows, columns = (round(side) for side in box_sides(height, width, area, 1.0, (height, width)))
    noisy = image.copy()
    if rows and columns:
        y, x = place(top, rows, height), place(left, columns, width)
        noisy[y : y + rows, x : x + columns] = covering(second, height, width)[y : y + rows, x : x + columns]
    return noisy


@noise(
    name=Text(en="Double exposure", ko="이중 노출"),
    sentence=Text(
        en="A second picture is exposed onto the same film: its bright parts shine through.",
        ko="한 필름에 두 번 찍은 것처럼 다른 사진의 밝은 부분이 비쳐 보입니다.",
    ),
    family="mixing",
    source=Text(
        en="Screen blending (W3C Compositing and Blending Level 1)",
        ko="스크린 혼합 (W3C Compositing and Blending Level 1)",
    ),
    identity={"exposure": 0},
    differs=1,
    severities={"noiselens": tuple({"exposure": exposure} for exposure in (0.25, 0.3, 0.45, 0.7, 0.95))},
)
def double_exposure(
    image: Image,
    generator: np.random.Generator,
    second: Image,
    exposure: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Exposure of the second picture", ko="두 번째 사진의 노출"))
    ] = 0.55,
) -> Image:
    """out = 255 - round((255 - image) * round(255 - exposure * second) / 255)

    What white lacks is multiplied: 1 - (1 - picture)(1 - exposure x second). No chance in it.
    """
    height, width = image.shape[:2]
    darkened = cv2.convertScaleAbs(covering(second, height, width), alpha=-exposure, beta=255)
    left: Any = cv2.multiply(~image, darkened, scale=1 / 255)
    return np.asarray(~left).reshape(image.shape)


@noise(
    name=Text(en="Frequency mix", ko="주파수 섞기"),
    sentence=Text(
        en="Coarse light and colour come from a second picture, outlines stay: the spectra's low amplitudes are "
        "exchanged.",
        ko="윤곽은 그대로 두고 큰 빛과 색의 흐름만 다른 사진에서 가져옵니다. 주파수의 낮은 진폭을 바꿉니다.",
    ),
    family="mixing",
    source="Yang and Soatto, FDA: Fourier Domain Adaptation for Semantic Segmentation, CVPR 2020",
    identity={"strength": 0},
    differs=1,
    severities={"noiselens": tuple({"strength": strength} for strength in (0.3, 0.5, 0.65, 0.9, 0.95))},
)
def frequency_mix(
    image: Image,
    generator: np.random.Generator,
    second: Image,
    strength: Annotated[
        float, Param(0.0, 1.0, 0.05, Text(en="Share of the second picture", ko="두 번째 사진의 비율"))
    ] = 0.55,
    beta: Annotated[
        float,
        Param(0.0, 0.5, 0.01, Text(en="Lowest frequencies", ko="낮은 주파수 범위"), unit="share of the side"),
    ] = 0.06,
) -> Image:
    """out = clip(round(IFFT(F * (1 + strength * (|S| / |F| - 1)) to beta, F beyond))), F, S = FFT of image, second

    Amplitudes of frequencies up to `beta` times the shorter side mixed with those of `second`; phases kept.

    The paper takes them over whole (strength 1) with beta from 0.01 to 0.09. No chance in it.
    """
    if strength == 0:
        return image.copy()
    from scipy import fft  # slow to import; an eighth of NumPy's time

    height, width = image.shape[:2]
    reach = int(beta * min(height, width))
    other = covering(second, height, width)
    rows = np.r_[: reach + 1, max(reach + 1, height - reach) : height]
    noisy = np.empty_like(image)
    for channel in range(3):
        plane = image[..., channel].astype(np.float32)
        low = _low_waves(plane, reach)[rows]
        aim = np.abs(_low_waves(other[..., channel].astype(np.float32), reach)[rows])
        # What is added to the low waves; a frequency that the picture lacks has no phase to keep and stays missing.
        added = np.zeros((height, reach + 1), np.complex64)
        added[rows] = low * (np.float32(strength) * (aim / np.maximum(np.abs(low), np.float32(1e-3)) - 1))
        plane += fft.irfft(fft.ifft(added, axis=0), width)
        noisy[..., channel] = cv2.convertScaleAbs(np.maximum(plane, 0, out=plane))
    return noisy


def _low_waves(plane: NDArray[np.float32], reach: int) -> NDArray[np.complex64]:
    """The first `reach` + 1 columns of the plane's spectrum H,W/2+1."""
    from scipy import fft

    return np.asarray(fft.fft(fft.rfft(plane)[:, : reach + 1], axis=0))


_STEEPEST = 4.0
"""Times that contrast grows at most: a nearly flat picture would show its rounding."""
_SHARES = np.arange(256, dtype=np.float32) / 255
"""Of white, by level."""
_PIXELS_AT_ONCE = 2**21
"""Bounds the memory for large pictures."""


@noise(
    name=Text(en="Colour transfer", ko="색감 옮기기"),
    sentence=Text(
        en="The picture takes on the colours of a second one: its average light, its tint and its contrast.",
        ko="다른 사진의 평균 밝기와 색조, 대비를 입혀 색감을 닮게 합니다.",
    ),
    family="mixing",
    source=Text(
        en="Reinhard, Ashikhmin, Gooch and Shirley, Color Transfer between Images, IEEE Computer Graphics and Applications 2001, in CIE Lab",
        ko="Reinhard, Ashikhmin, Gooch and Shirley, Color Transfer between Images, IEEE Computer Graphics and Applications 2001을 CIE Lab에서 적용",
    ),
    identity={"strength": 0},
    differs=1,
    severities={"noiselens": tuple({"strength": strength} for strength in (0.2, 0.45, 0.65, 0.85, 0.95))},
)
def colour_transfer(
    image: Image,
    generator: np.random.Generator,
    second: Image,
    strength: Annotated[float, Param(0.0, 1.0, 0.05, Text(en="Strength", ko="세기"))] = 0.6,
) -> Image:
    """out = RGB(g * (L - m) + m + strength * (m2 - m)), g = 1 + strength * (min(sd2 / sd, 4) - 1), L = Lab(image)

    Mean and spread of lightness and of both opponent colours brought `strength` of the way to those of
    `second`. No chance in it.
    """
    if strength == 0:
        return image.copy()
    height, width = image.shape[:2]
    apart = max(1, int(np.sqrt(height * width / _PIXELS_AT_ONCE)))
    seen = _lab(image[::apart, ::apart])
    means, spreads, grey = _colours(seen)
    mean_aims, spread_aims, grey_aim = _colours(_lab(_thumbnail(second)))
    gain = np.minimum(spread_aims / np.maximum(spreads, 1e-3), _STEEPEST)
    gain = 1 + strength * (gain - 1)
    shift = means + strength * (mean_aims - means) - gain * means
    change = np.column_stack([np.diag(gain), shift]).astype(np.float32)
    noisy = np.empty_like(image)
    rows = height if apart == 1 else max(1, _PIXELS_AT_ONCE // width)
    for top in range(0, height, rows):
        lab = cv2.transform(seen if apart == 1 else _lab(image[top : top + rows]), change)
        levels = np.maximum(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), 0)
        part = noisy[top : top + rows]
        part[:] = np.asarray(cv2.convertScaleAbs(levels, alpha=255)).reshape(part.shape)
    if grey and grey_aim:
        noisy[..., 1:] = noisy[..., :1]  # free of rounding
    return noisy


def _lab(image: Image) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(cv2.LUT(image, _SHARES), cv2.COLOR_RGB2Lab), np.float32)


def _colours(lab: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Mean and spread of L, a and b, and whether the picture is grey."""
    means, spreads = (np.asarray(value, np.float64).ravel() for value in cv2.meanStdDev(lab))
    return means, spreads, bool(max(np.abs(means[1:]).max(), spreads[1:].max()) < 0.01)


def _thumbnail(second: Image) -> Image:
    """The second picture small: its mean and spread are found faster, and are nearly the same."""
    height, width = second.shape[:2]
    size = min(width, 128), min(height, 128)
    return np.asarray(cv2.resize(second, size, interpolation=cv2.INTER_AREA))
