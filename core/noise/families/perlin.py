"""Perlin's gradient noise as a veil of light."""

from functools import lru_cache
from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Param, noise
from core.noise.shared.levels import whole_levels
from core.noise.sources import IMAGENET_C_BAR
from core.pixels import Image
from core.words import Text

_CELLS = 7
"""Lattice cells along the shorter side."""
_OCTAVES = (1, 2, 4, 8, 16)
_POINTS = 256
"""After how many lattice points the drawn permutation begins anew."""
_BLOCK = 256
"""Side of the piece that is worked on at once, px."""


@noise(
    name=Text(en="Perlin noise", ko="펄린 노이즈"),
    sentence=Text(
        en="A bright veil of wisps and dark creases, as computer graphics draws clouds and marble (ImageNet-C-bar).",
        ko="컴퓨터 그래픽의 구름이나 대리석처럼 주름진 밝은 막이 사진을 덮습니다 (ImageNet-C-bar).",
    ),
    also=Text(en="smoke, marble, veil", ko="연기, 대리석 무늬"),
    family="held_out",
    source=IMAGENET_C_BAR,
    identity={"alpha": 0},
    differs=1,
    severities={
        "imagenet_c": tuple({"alpha": alpha} for alpha in (0.23, 0.26, 0.29, 0.38, 0.44)),
        "noiselens": tuple({"alpha": alpha} for alpha in (0.26, 0.32, 0.38, 0.44, 0.5)),
    },
)
def perlin_noise(
    image: Image,
    generator: np.random.Generator,
    alpha: Annotated[float, Param(0.0, 1.0, 0.01, Text(en="Share of the veil", ko="막의 비율"))] = 0.29,
) -> Image:
    """out = floor((1 - alpha) * image + alpha * 255 * min(1/2 + T / 2, 1)), T = sum of |noise(f * place)| / f

    T sums five octaves, f = 1, 2, 4, 8, 16, of gradient noise on a lattice of a seventh of the shorter side.

    Mintun, Kirillov and Xie 2021 (arXiv 2102.11273), after Perlin 1985. Gradients are whole-numbered and made of
    length 1, so a little more often diagonal. Severities for 32 and 64 px are ours: every other step of the
    reference's own scan of ten at 32 px.
    """
    gradients, order = _drawn_gradients(generator)
    height, width = image.shape[:2]
    shorter = min(height, width)
    noisy = np.empty_like(image)
    for top in range(0, height, _BLOCK):
        for left in range(0, width, _BLOCK):
            block = slice(top, min(top + _BLOCK, height)), slice(left, min(left + _BLOCK, width))
            veil = _turbulence(gradients, order, *block, shorter)
            veil *= np.float32(0.5)
            veil += np.float32(0.5)
            np.minimum(veil, 1, out=veil)
            veil *= np.float32(255 * alpha)
            values = image[block] * np.float32(1 - alpha)
            values += cv2.merge([veil, veil, veil]).reshape(values.shape)
            noisy[block] = whole_levels(values)
    return noisy


def _drawn_gradients(
    generator: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """256 gradients (x, y) of length 1, and the order in which lattice points take them."""
    vectors = generator.integers(-_POINTS, _POINTS, (_POINTS, 2))
    while (missing := ~vectors.any(axis=1)).any():  # a vector without length has no direction
        vectors[missing] = generator.integers(-_POINTS, _POINTS, (int(missing.sum()), 2))
    gradients = vectors / np.hypot(*vectors.T)[:, None]
    return gradients.astype(np.float32), generator.permutation(_POINTS)


def _turbulence(
    gradients: NDArray[np.float32], order: NDArray[np.intp], rows: slice, columns: slice, shorter: int
) -> NDArray[np.float32]:
    """The sum over octaves of |noise| / f for some rows and columns of a picture."""
    total = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    for octave in _OCTAVES:
        down, down_slope, i = _between_points(rows.start, rows.stop, octave, shorter)
        across, across_slope, j = _between_points(columns.start, columns.stop, octave, shorter)
        corner = gradients[order[(order[j % _POINTS, None] + i) % _POINTS]].transpose(2, 1, 0)
        # Along each side a pixel is weighted by its two lattice points: all pixels are one product of matrices.
        left = np.concatenate([down @ corner[0], down_slope @ corner[1]], axis=1)
        field = left @ np.concatenate([across_slope, across], axis=1).T
        total += np.abs(field, out=field) * np.float32(1.5 / octave)
    return total


@lru_cache(maxsize=64)
def _between_points(
    start: int, stop: int, octave: int, shorter: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """Along a side from `start` to `stop`, for each pixel and lattice point: the weight, the weight times the distance; the points.

    The two points around a pixel have weights by 3 t^2 - 2 t^3, all others 0.
    """
    # A quotient of whole numbers: exactly whole where a pixel lies on a lattice point.
    place = np.arange(start, stop) * (_CELLS * octave) / shorter
    before = np.floor(place)
    t = place - before
    points, index = np.unique(np.concatenate([before, before + 1]).astype(np.intp), return_inverse=True)
    weights = np.zeros((len(place), len(points)), np.float32)
    slopes = np.zeros_like(weights)
    pixel = np.arange(len(place))
    for which, weight, distance in (
        (index[: len(place)], 1 - t * t * (3 - 2 * t), t),
        (index[len(place) :], t * t * (3 - 2 * t), t - 1),
    ):
        weights[pixel, which] = weight
        slopes[pixel, which] = weight * distance
    for part in (weights, slopes, points):
        part.flags.writeable = False
    return weights, slopes, points
