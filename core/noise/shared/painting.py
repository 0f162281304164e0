"""What noises that put something on a picture share: where it falls, what fills it, and how it is laid on."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Choice
from core.pixels import Image
from core.words import Text

FILL = Choice(
    {
        "black": Text(en="Black", ko="검정"),
        "grey": Text(en="Grey", ko="회색"),
        "white": Text(en="White", ko="하양"),
        "mean": Text(en="Mean colour of the picture", ko="사진의 평균 색"),
        "noise": Text(en="Random values", ko="무작위 값"),
    },
    Text(en="Filled with", ko="채우는 색"),
)
"""What is put in place of hidden pixels."""
_LEVELS = {"black": 0, "grey": 128, "white": 255}


def place(share: float, length: int, whole: int) -> int:
    """Where a piece of `length` px starts on a side of `whole` px, drawn by `share` in 0..1.

    It lies wholly inside, and all lengths of one share contain each other.
    """
    return round(share * (whole - length))


def box_sides(
    height: int, width: int, area: float, ratio: float, shape: tuple[int, int] = (1, 1)
) -> tuple[float, float]:
    """Height and width, px, of a box of `area` (0..1) of the picture's pixels, inside the picture.

    Its sides are in the proportion of `shape` times `ratio`, until one is as long as the picture's.
    """
    pixels = area * height * width
    rows = min(height, np.sqrt(pixels * ratio * shape[0] / shape[1]))
    columns = min(width, pixels / max(rows, 1e-9))
    return min(height, pixels / max(columns, 1e-9)), columns


def hidden(image: Image, mask: Image, fill: str, generator: np.random.Generator) -> Image:
    """A copy of `image` with `fill` (a choice of FILL) where `mask` (uint8 H,W) is not 0.

    Only "noise" draws, a value for each of the whole picture, so that a larger mask keeps a smaller one's.
    """
    noisy = image.copy()
    if fill == "noise":
        other = np.frombuffer(generator.bytes(image.size), np.uint8).reshape(image.shape)
    else:
        colour = cv2.mean(image)[:3] if fill == "mean" else _LEVELS[fill]
        other = np.empty_like(image)
        other[:] = np.rint(colour)
    return np.asarray(cv2.copyTo(other, mask, noisy))


def lay_over(noisy: Image, colour: Image | int, alpha: Image, y: int = 0, x: int = 0) -> None:
    """Lay a layer on `noisy`, in place, its top left corner at (y, x); what is past the border is left out.

    Args:
        colour: uint8 h,w,3 already multiplied by alpha, or one grey level.
        alpha: uint8 h,w: 255 hides what is below.
    """
    height, width = noisy.shape[:2]
    top, left = max(0, -y), max(0, -x)
    bottom, right = min(alpha.shape[0], height - y), min(alpha.shape[1], width - x)
    if bottom <= top or right <= left:
        return
    kept = np.s_[top:bottom, left:right]
    part = noisy[y + top : y + bottom, x + left : x + right]
    over = cv2.merge([alpha[kept]] * 3)
    below = cv2.multiply(part, cv2.bitwise_not(over), scale=1 / 255)
    if isinstance(colour, int):
        above = cv2.convertScaleAbs(over, alpha=colour / 255)
    else:
        above = np.ascontiguousarray(colour[kept])
    # Channels may be one wide: OpenCV then drops no dimension that NumPy needs.
    part[:] = cv2.add(below, above).reshape(part.shape)


class Cutout(NamedTuple):
    """Something drawn to be put on a picture: uint8 h,w,4, the colours multiplied by the alpha beside them."""

    pixels: Image

    @classmethod
    def of(cls, colour: Image, alpha: Image) -> "Cutout":
        """From colours (h,w,3) and an alpha channel (h,w)."""
        multiplied = cv2.multiply(colour, cv2.merge([alpha] * 3), scale=1 / 255)
        return cls(np.dstack([multiplied, alpha]))


def put_on(noisy: Image, cutout: Cutout, matrix: NDArray[np.float64], opacity: float = 1.0) -> None:
    """Draw `cutout` on `noisy`, in place.

    Args:
        matrix: 2x3, upright: from places in the cutout to places in the picture, px.
        opacity: 1 as it is drawn, 0 unseen.
    """
    pixels, matrix = cutout.pixels, matrix.copy()
    # Shrunk in halves first, as linear sampling alone would leave out most of its pixels.
    while min(abs(matrix[0, 0]), abs(matrix[1, 1])) < 0.5 and min(pixels.shape[:2]) > 2:
        shape = pixels.shape[1] // 2, pixels.shape[0] // 2
        scale = pixels.shape[1] / shape[0], pixels.shape[0] / shape[1]
        pixels = np.asarray(cv2.resize(pixels, shape, interpolation=cv2.INTER_AREA), np.uint8)
        matrix[:, 2] += matrix[:, :2] @ ((np.array(scale) - 1) / 2)
        matrix[:, :2] *= scale
    height, width = pixels.shape[:2]
    corners = matrix @ np.array([[-1, width, -1, width], [-1, -1, height, height], [1, 1, 1, 1]])
    left, top = (max(0, int(np.floor(low))) for low in corners.min(axis=1))
    right = min(noisy.shape[1], int(np.ceil(corners[0].max())) + 1)
    bottom = min(noisy.shape[0], int(np.ceil(corners[1].max())) + 1)
    if right <= left or bottom <= top:
        return
    matrix[:, 2] -= left, top
    drawn: Any = cv2.warpAffine(pixels, matrix, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    if opacity < 1:
        drawn = cv2.convertScaleAbs(drawn, alpha=opacity)
    lay_over(noisy, drawn[..., :3], drawn[..., 3], top, left)
