"""Blur: each value becomes a mean of values near it."""

from collections.abc import Callable
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.draws import once, strips, uniform16
from core.noise.shared.levels import WHOLE
from core.noise.sources import IMAGENET_C
from core.pixels import Image
from core.words import Text


@noise(
    name=Text(en="Gaussian blur", ko="가우시안 흐림"),
    sentence=Text(
        en="Soft all over, as from a smeared lens or a picture that was enlarged (ImageNet-C).",
        ko="렌즈가 뿌옇거나 작은 사진을 키운 것처럼 전체가 부드럽게 흐려집니다 (ImageNet-C).",
    ),
    also=Text(en="blurry, blurred, soft", ko="블러, 흐릿함"),
    family="blur",
    source=IMAGENET_C,
    identity={"sigma": 0},
    differs=1,
    severities={
        "imagenet_c": tuple({"sigma": sigma} for sigma in (1, 2, 3, 4, 6)),
        "tiny_imagenet_c": tuple({"sigma": sigma} for sigma in (0.5, 0.75, 1, 1.25, 1.5)),
        "cifar_10_c": tuple({"sigma": sigma} for sigma in (0.4, 0.6, 0.7, 0.8, 1)),
    },
)
def gaussian_blur(
    image: Image,
    generator: np.random.Generator,
    sigma: Annotated[float, Param(0.0, 20.0, 0.1, Text(en="Spread", ko="번짐"), unit="px")] = 3.0,
) -> Image:
    """out = floor(sum of w * image around), w = normal weights of spread sigma up to 4 sigma

    A mean with normal weights of standard deviation `sigma`; the border's values go on outside.

    Hendrycks and Dietterich 2019. No chance in it.
    """
    return _softened(image, sigma)


def _softened(image: Image, sigma: float) -> Image:
    """`image` under a normal curve cut off at 4 sigma, fractions cut off; always a new picture."""
    reach = int(4 * sigma + 0.5)
    if reach == 0:
        return image.copy()
    weights = cv2.getGaussianKernel(2 * reach + 1, sigma, cv2.CV_32F)

    # OpenCV rounds to the nearest: half a level less cuts the fraction off.
    soft = cv2.sepFilter2D(image, -1, weights, weights, delta=WHOLE - 0.5, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(soft, np.uint8).reshape(image.shape)


def by_strips(
    image: Image, reach: int, blur: Callable[[Image], NDArray], values_at_once: int | None = None
) -> Image:
    """`blur` of the whole picture, strip by strip, fractions cut off.

    Args:
        reach: how far up and down it looks, px.
        blur: gives values in 0..255 and a fraction.
        values_at_once: as `strips` has it.
    """
    blurred = np.empty_like(image)
    for rows in strips(image, values_at_once):
        first = max(0, rows.start - reach)
        values = blur(image[first : rows.stop + reach])
        blurred[rows] = values[rows.start - first : rows.stop - first]
    return blurred


def _lines(*pairs: tuple[int, float]) -> tuple[dict[str, float], ...]:
    return tuple({"radius": radius, "sigma": sigma} for radius, sigma in pairs)


@noise(
    name=Text(en="Motion blur", ko="움직임 흐림"),
    sentence=Text(
        en="The camera moved while it took the picture: everything is smeared in one direction (ImageNet-C).",
        ko="찍는 동안 카메라가 움직여 한 방향으로 번진 사진입니다 (ImageNet-C).",
    ),
    also=Text(en="blurry, blurred, camera shake", ko="블러, 손떨림, 흔들린 사진"),
    family="blur",
    source=IMAGENET_C,
    identity={"radius": 0},
    differs=1,
    severities={
        "imagenet_c": _lines((10, 3), (15, 5), (15, 8), (15, 12), (20, 15)),
        "tiny_imagenet_c": _lines((10, 1), (10, 1.5), (10, 2), (10, 2.5), (12, 3)),
        "cifar_10_c": _lines((6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)),
    },
)
def motion_blur(
    image: Image,
    generator: np.random.Generator,
    radius: Annotated[int, Param(0, 50, 1, Text(en="Radius", ko="반지름"), unit="px")] = 15,
    sigma: Annotated[float, Param(0.0, 30.0, 0.5, Text(en="Spread", ko="번짐"), unit="px")] = 8.0,
) -> Image:
    """out = floor(sum over k of w(k) * image[k steps on]), w(k) ~ exp(-(k / sigma)^2 / 2), k = 0..2 radius

    Half a normal curve of spread `sigma` along a line of 2 radius + 1 pixels, -45 to 45 degrees.

    Hendrycks and Dietterich 2019, by the motion blur of ImageMagick. The direction is drawn.
    """
    degrees = generator.uniform(-45, 45)
    # The fraction is cut off, as in the reference.
    return by_strips(image, 2 * radius + 1, lambda part: smeared(part, radius, sigma, degrees))


def smeared(values: NDArray, radius: int, sigma: float, degrees: float) -> NDArray[np.float32]:
    """Means along a line that begins at each place and runs to the right, turned clockwise by `degrees`.

    Args:
        values: H,W or H,W,3; its border's values go on outside.
        radius: the line has 2 radius + 1 pixels.
        sigma: spread of the half normal curve that weighs them, px.

    Returns:
        float32, 1/256 more than the mean, so that rounding errors don't take a whole number below itself.
    """
    angle = np.deg2rad(degrees)
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-((steps / max(sigma, 0.05)) ** 2) / 2)  # at 0.05 all weight is on the first
    weights /= weights.sum()
    weights = weights[weights >= 1e-6]
    right = np.ceil(steps * np.cos(angle) - 0.5).astype(int)[: len(weights)]
    down = np.ceil(steps * np.sin(angle) - 0.5).astype(int)[: len(weights)]

    height, width = values.shape[:2]
    above, left = max(0, -int(down.min())), max(0, -int(right.min()))
    source = cv2.copyMakeBorder(
        values.astype(np.float32),
        above,
        max(0, int(down.max())),
        left,
        max(0, int(right.max())),
        cv2.BORDER_REPLICATE,
    )
    blurred = np.full(values.shape, WHOLE, np.float32)
    for weight, x, y in zip(weights, right + left, down + above, strict=True):
        cv2.scaleAdd(source[y : y + height, x : x + width], float(weight), blurred, blurred)
    return blurred


def _shards(*triples: tuple[float, int, int]) -> tuple[dict[str, float], ...]:
    return tuple({"sigma": sigma, "reach": reach, "rounds": rounds} for sigma, reach, rounds in triples)


@noise(
    name=Text(en="Glass blur", ko="유리 흐림"),
    sentence=Text(
        en="Seen through frosted glass: pixels change places with ones near them (ImageNet-C).",
        ko="불투명 유리 너머로 본 것처럼 픽셀이 가까운 픽셀과 자리를 바꿉니다 (ImageNet-C).",
    ),
    also=Text(en="blurry, blurred, frosted glass", ko="블러, 불투명 유리"),
    family="blur",
    source=IMAGENET_C,
    identity={"sigma": 0, "rounds": 0},
    differs=2,
    exceptions={
        "order": Text(
            en="By its constants a wider reach comes with fewer rounds: severity 4 is milder than 3.",
            ko="정해진 상수에 따라 거리가 늘 때 횟수가 줄어, 강도 4가 3보다 약합니다.",
        )
    },
    severities={
        "imagenet_c": _shards((0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)),
        "tiny_imagenet_c": _shards((0.1, 1, 1), (0.5, 1, 1), (0.6, 1, 2), (0.7, 2, 1), (0.9, 2, 2)),
        "cifar_10_c": _shards((0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)),
    },
)
def glass_blur(
    image: Image,
    generator: np.random.Generator,
    sigma: Annotated[float, Param(0.0, 3.0, 0.05, Text(en="Spread", ko="번짐"), unit="px")] = 1.0,
    reach: Annotated[int, Param(1, 10, 1, Text(en="Reach of a move", ko="옮기는 거리"), unit="px")] = 2,
    rounds: Annotated[int, Param(0, 5, 1, Text(en="Rounds", ko="횟수"))] = 2,
) -> Image:
    """out = blur(moved(blur(image))), blur = normal of spread sigma, moved = `rounds` times up to reach

    Gaussian blur, then `rounds` times each pixel takes the value of one up to `reach` away, then blur again.

    Hendrycks and Dietterich 2019. The pixels move one after the other, from the lower right to the
    upper left, so a value taken from below or from the right may have come from further away. (The
    reference means to swap two pixels, but NumPy's views make it a copy; that is what its pictures show.)
    """
    # Four bytes a pixel, so that a pixel is moved as one number.
    pixels = cv2.cvtColor(_softened(image, sigma), cv2.COLOR_RGB2RGBA).view(np.uint32)[..., 0]
    for _ in range(rounds):
        pixels = _moved(pixels, generator, reach)
    shards = cv2.cvtColor(pixels[..., None].view(np.uint8), cv2.COLOR_RGBA2RGB)
    return _softened(np.asarray(shards, np.uint8), sigma)


def _moved(pixels: NDArray[np.uint32], generator: np.random.Generator, reach: int) -> NDArray[np.uint32]:
    """Each pixel from the last to the first replaced by one -reach..reach-1 rows and columns away."""
    height, width = pixels.shape
    moved = pixels.copy()
    for rows in reversed(list(strips(pixels))):
        draw = uniform16(generator, (2, rows.stop - rows.start, width))
        first, end = max(rows.start, reach + 1), min(rows.stop, height - reach + 1)
        if first >= end or width <= 2 * reach:
            continue
        window = moved[first - reach : end + reach - 1]
        moves = (
            (draw[:, first - rows.start : end - rows.start, reach + 1 : width - reach + 1])
            * np.uint32(2 * reach)
            >> 16
        )
        window[reach : reach + end - first] = _followed(window, moves.view(np.int32), reach)
    return moved


def _followed(window: NDArray[np.uint32], moves: NDArray[np.int32], reach: int) -> NDArray[np.uint32]:
    """The rows of `window` from `reach` on, as many as `moves` has, after their pixels have moved.

    Args:
        window: the rows above have not moved, those below have.
        moves: 2,R,C in 0..2 reach-1, rows and columns, for the columns from reach + 1 on.
    """
    _, rows, columns = moves.shape
    width = window.shape[1]
    # Where each pixel's value comes from, pixel numbers counted row by row.
    own = np.arange(window.size, dtype=np.int32).reshape(window.shape)
    comes_from = own.copy()
    moving = comes_from[reach : reach + rows, reach + 1 : reach + 1 + columns]
    moving += moves[0] * np.int32(width) + moves[1] - np.int32(reach * (width + 1))
    # A pixel that moved earlier (a higher number) holds what came to it: follow until none is left.
    # All chains are followed at once, each step doubling what has been followed.
    last = np.maximum(comes_from, own)
    while True:
        further = np.take(last, last, mode="wrap")
        if np.array_equal(further, last):
            break
        last = further
    # The chain's last pixel took a value that had not moved, at or above its own place.
    kept = last[reach : reach + rows]
    return np.take(window, np.take(comes_from, kept, mode="wrap"), mode="wrap")


def _zooms(*triples: tuple[float, float]) -> tuple[dict[str, float], ...]:
    return tuple({"largest": largest, "step": step} for largest, step in triples)


_SMALL_ZOOMS = _zooms((1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01))


@noise(
    name=Text(en="Zoom blur", ko="줌 흐림"),
    sentence=Text(
        en="The camera came closer or zoomed while it took the picture: all is smeared outwards (ImageNet-C).",
        ko="찍는 동안 다가가거나 줌을 당겨 모든 것이 바깥쪽으로 번집니다 (ImageNet-C).",
    ),
    also=Text(en="blurry, blurred", ko="블러"),
    family="blur",
    source=IMAGENET_C,
    identity={"largest": 1},
    differs=1,
    severities={
        "imagenet_c": _zooms((1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)),
        "tiny_imagenet_c": _SMALL_ZOOMS,
        "cifar_10_c": _SMALL_ZOOMS,
    },
)
def zoom_blur(
    image: Image,
    generator: np.random.Generator,
    largest: Annotated[
        float, Param(1.0, 1.6, 0.01, Text(en="Zoom up to, not including", ko="최대 줌 (미만)"))
    ] = 1.21,
    step: Annotated[float, Param(0.01, 0.1, 0.01, Text(en="Step", ko="간격"))] = 0.02,
) -> Image:
    """out = floor((image + sum over z of enlarged(image, z)) / (n + 1)), z = n zooms 1, 1 + step .. < largest

    The mean of the picture and its enlargements by 1, 1 + step, ... below `largest`; no chance in it.

    Hendrycks and Dietterich 2019. Enlargements are placed to within 1/6 px of the reference's.
    """
    zooms = np.arange(1, largest, step)
    if len(zooms) == 0:
        return image.copy()
    # Sums of the picture and its first enlargements, by how many: those of a milder severity are the beginning.
    sums: dict[int, NDArray[np.uint16]] = once(generator, step, lambda: {0: image.astype(np.uint16)})
    known = max(count for count in sums if count <= len(zooms))
    if known < len(zooms):
        total = sums[known].copy()
        for zoom in zooms[known:]:
            np.add(total, _enlarged(image, zoom), out=total)
        sums[len(zooms)] = total
    # The mean, its fraction cut off.
    return (sums[len(zooms)] // np.uint16(len(zooms) + 1)).astype(np.uint8)


def _enlarged(image: Image, zoom: float) -> Image:
    """The middle of `image`, `zoom` times as large, in the same frame."""
    height, width = image.shape[:2]
    # Whole pixels are enlarged, so the result may be a little too large; its middle is kept.
    rows, columns = int(np.ceil(height / zoom)), int(np.ceil(width / zoom))
    top, left = (height - rows) // 2, (width - columns) // 2
    high, wide = max(height, round(rows * zoom)), max(width, round(columns * zoom))
    middle = image[top : top + rows, left : left + columns]
    large = cv2.resize(middle, (wide, high), interpolation=cv2.INTER_LINEAR)
    top, left = (high - height) // 2, (wide - width) // 2
    return np.asarray(large, np.uint8)[top : top + height, left : left + width]
