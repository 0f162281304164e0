"""What noises of light, lens and air share: smooth chance, veils, added light, moved pixels.

No function here is a noise. Pictures are RGB uint8 H,W,3; masks and fields are float32 H,W.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.shared.levels import whole_levels
from core.pixels import Image

Field = NDArray[np.float32]

GAMMA = 2.2
"""Power between light and value, near enough to sRGB's curve where a whole picture is dimmed."""
_TILE = 4096
"""Side of the largest piece that is moved at once, px: bounds memory, and OpenCV's limit is 32,766."""
_STRIP = 1 << 22
"""Pixels that are mixed at once: bounds memory."""


def canvas_of(image: Image, longest: int = 512) -> tuple[int, int]:
    """Height and width of the picture, shrunk so that no side is longer than `longest` px.

    Smooth light and masks are drawn at this size and enlarged: time and memory stay small.
    """
    height, width = image.shape[:2]
    shrink = max(1.0, max(height, width) / longest)
    return max(1, round(height / shrink)), max(1, round(width / shrink))


def reduced(image: Image, longest: int) -> Image:
    """The picture at the size of its canvas."""
    height, width = canvas_of(image, longest)
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8).reshape(height, width, 3)


def fitted(field: NDArray[Any], image: Image) -> NDArray[Any]:
    """`field` (a mask or picture) enlarged to the picture's size."""
    height, width = image.shape[:2]
    if field.shape[:2] == (height, width):
        return field
    return cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)


def smooth_field(
    generator: np.random.Generator, height: int, width: int, cells: int, octaves: int = 1
) -> Field:
    """A smooth random field of mean 0 and a spread of about 1: a small grid of normals, enlarged.

    Args:
        cells: bumps along the longer side; each further octave has twice as many, half as high.
    """
    longest = max(height, width)
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        rows, columns = (max(2, -(-cells * side // longest) + 1) for side in (height, width))
        grid = generator.standard_normal((rows, columns), dtype=np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.5**octave)
        cells *= 2
    return total


def smooth_step(field: Field, low: float, high: float) -> Field:
    """0 below `low`, 1 above `high`, an S between."""
    share = field - np.float32(low)
    share *= np.float32(1 / max(high - low, 1e-6))
    np.clip(share, 0, 1, out=share)
    bend = np.float32(3) - np.float32(2) * share
    share *= share
    share *= bend
    return share


def three(plane: NDArray[np.uint8]) -> Image:
    """One plane as a picture whose three colours are alike."""
    return np.asarray(cv2.merge([plane, plane, plane]), np.uint8)


def times(image: Image, other: Image) -> Image:
    """The product of two pictures, white being 1."""
    return np.asarray(cv2.multiply(image, other, scale=1 / 255), np.uint8)


def dimmed(image: Image, share: Field) -> Image:
    """The picture with each value times the share of its place, 0..1 to a 255th."""
    plane = fitted(cv2.convertScaleAbs(share, alpha=255), image)
    return times(image, three(plane))


def lit(image: Image, light: Image) -> Image:
    """The picture with light added as film adds it: nothing passes white (a "screen" of the two)."""
    return ~times(~image, ~light)


def blended(image: Image, other: Image, share: Field) -> Image:
    """The picture with `share` (0..1) of `other` at each place; a share of 0 leaves a value exactly."""
    height, width = image.shape[:2]
    strip = max(1, _STRIP // width)
    if height <= strip:
        share = np.ascontiguousarray(share)
        return np.asarray(cv2.blendLinear(image, other, 1 - share, share), np.uint8)
    result = np.empty_like(image)
    for top in range(0, height, strip):
        rows = slice(top, top + strip)
        part = np.ascontiguousarray(share[rows])
        result[rows] = cv2.blendLinear(image[rows], other[rows], 1 - part, part)
    return result


def flat(image: Image, colour: tuple[float, float, float]) -> Image:
    """A picture of the same size in one colour, 0..255."""
    plain = np.empty_like(image)
    plain[:] = np.rint(colour)
    return plain


def softened(image: NDArray[Any], sigma: float) -> NDArray[Any]:
    """The picture (or a mask) blurred by a normal curve of spread `sigma` px.

    A wide blur is done on a reduced picture: its time does not grow with its width.
    """
    if sigma < 0.15:
        return image.copy()
    height, width = image.shape[:2]
    shrink = 1
    while sigma / shrink >= 2 and min(height, width) // (2 * shrink) >= 1:
        shrink *= 2
    if shrink == 1:
        return cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    small = cv2.resize(image, (-(-width // shrink), -(-height // shrink)), interpolation=cv2.INTER_AREA)
    # Reducing and enlarging blur too, by variances of a twelfth and a sixth of the square of `shrink`.
    rest = (sigma**2 - shrink**2 / 4) ** 0.5 / shrink
    small = cv2.GaussianBlur(small, (0, 0), rest, borderType=cv2.BORDER_REFLECT)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def moved(
    image: Image, where: Callable[[slice, slice], tuple[Field, Field]], black_outside: bool = False
) -> Image:
    """The picture with each pixel taken from another place, between pixels by the straight line.

    Args:
        where: for the rows and columns of a piece, the column and the row that each of its pixels
            comes from, px. Outside the picture its mirror image is taken.
        black_outside: outside is black instead, and fractions are cut off, not rounded.
    """
    border = cv2.BORDER_CONSTANT if black_outside else cv2.BORDER_REFLECT_101
    height, width = image.shape[:2]
    result = np.empty_like(image)
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            rows, columns = slice(top, min(top + _TILE, height)), slice(left, min(left + _TILE, width))
            across, down = where(rows, columns)
            x0, y0 = max(0, int(across.min()) - 2), max(0, int(down.min()) - 2)
            x1, y1 = min(width, int(across.max()) + 3), min(height, int(down.max()) + 3)
            x0, y0 = min(x0, width - 1), min(y0, height - 1)
            source = image[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
            if x0:
                across = across - np.float32(x0)
            if y0:
                down = down - np.float32(y0)
            # Of whole numbers OpenCV rounds the result.
            source = source.astype(np.float32) if black_outside else source
            piece: NDArray[Any] = cv2.remap(source, across, down, cv2.INTER_LINEAR, borderMode=border)
            piece = whole_levels(piece) if black_outside else piece
            result[rows, columns] = piece.reshape(result[rows, columns].shape)
    return result


def from_centre(image: Image) -> tuple[Field, Field]:
    """Each pixel's place from the middle: x (1,W) and y (H,1), px."""
    height, width = image.shape[:2]
    x = np.arange(width, dtype=np.float32)[None, :] - np.float32((width - 1) / 2)
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32((height - 1) / 2)
    return x, y


def to_light(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light 0..1 of sRGB values 0..1 (IEC 61966-2-1)."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def to_value(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB values 0..1 of light, cut to 0..1 (IEC 61966-2-1)."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


VALUES = np.arange(256) / 255
"""Every value of a picture, black to white as 0..1."""


def by_table(image: Image, curve: NDArray[np.float64]) -> Image:
    """Each value looked up in a curve of 256 entries 0..1: one for all colours, or (256, 3)."""
    table = np.rint(np.clip(curve, 0, 1) * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table[None]), np.uint8)
