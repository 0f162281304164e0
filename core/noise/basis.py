"""A basis fitted on pictures: what `pca_dataset` projects the tiles of a picture on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.pixels import Image

MOST_COMPONENTS = 256
LARGEST_TILE = 64
"""Pictures up to this side are one tile, px: their components are whole pictures, as eigenfaces are."""
USUAL_TILE = 32
"""Side of the tiles of larger pictures, px."""
MOST_TILES = 1000
"""Tiles that a basis is fitted on; the first components of photographs hardly change with more."""


@dataclass(frozen=True, eq=False)
class Basis:
    """The mean tile and the first principal components of tiles of pictures; equal to itself only."""

    side: int
    """Of a tile, px."""
    mean: NDArray[np.float32]
    """side * side * 3 values, in the order of a side,side,3 picture."""
    components: NDArray[np.float32]
    """K,side*side*3: of unit length, at right angles, that of the largest variance first."""


def tile_side(picture_side: int) -> int:
    """The side of the tiles that pictures of `picture_side` px are cut into."""
    return picture_side if picture_side <= LARGEST_TILE else USUAL_TILE


def fit_basis(pictures: Sequence[Image], side: int) -> Basis:
    """The principal components (Pearson 1901; Turk and Pentland 1991 for faces) of the pictures' tiles.

    Args:
        pictures: RGB uint8 H,W,3, each at least `side` px high and wide; of at most MOST_TILES of them,
            evenly chosen, whole tiles are taken, evenly chosen too.
        side: of a tile, px.
    """
    chosen = np.unique(np.linspace(0, len(pictures) - 1, min(len(pictures), MOST_TILES)).round().astype(int))
    share = max(1, MOST_TILES // len(chosen))
    tiles = np.concatenate([_some_tiles(pictures[number], side, share, number) for number in chosen])
    count = len(tiles)
    # Products of whole numbers add up exactly in 64 bits, whatever the order: the basis is the same everywhere.
    products = np.zeros((count, count))
    for start in range(0, tiles.shape[1], 1024):
        block = tiles[:, start : start + 1024].astype(np.float64)
        products += block @ block.T
    middle = products.mean(axis=0)
    products -= middle
    products -= middle[:, None] - middle.mean()
    variances, vectors = np.linalg.eigh(products)
    kept = slice(None, -MOST_COMPONENTS - 1, -1)
    variances, vectors = variances[kept], vectors[:, kept]
    # Directions in which the tiles don't differ are rounding errors.
    some = variances > 1e-9 * max(variances[0], 1.0)
    weights = (vectors[:, some] / np.sqrt(variances[some])).astype(np.float32)
    mean = tiles.mean(axis=0, dtype=np.float64).astype(np.float32)
    components = weights.T @ (tiles - mean)
    for part in (mean, components):
        part.flags.writeable = False
    return Basis(side, mean, components)


def _some_tiles(picture: Image, side: int, most: int, number: int) -> Image:
    """At most `most` whole tiles of the picture, each a row."""
    rows, columns = picture.shape[0] // side, picture.shape[1] // side
    places = np.arange(rows * columns)
    if len(places) > most:
        places = np.random.default_rng(number).choice(places, most, replace=False)
    found = np.empty((len(places), side * side * 3), np.uint8)
    for tile, place in zip(found, places.tolist(), strict=True):
        y, x = side * (place // columns), side * (place % columns)
        tile[:] = picture[y : y + side, x : x + side].reshape(-1)
    return found
