"""The pictures of a test as a map: where a run's last features lie without noise and with it, in two dimensions. No torch.

Principal components of the features of clean pictures; noisy ones are put into the same plane, so that what noise moves is seen
as a way. core.evaluation.features_job measures features.
"""

import hashlib
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.parts import pictures_tested
from core.explanation.views import smoothly
from core.files import DAMAGED, digest_of, write_bytes
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN, Cell
from core.noise.stack import DRAWS
from core.pixels import Image
from core.runs.mode import Mode
from core.runs.runs import Run

PICTURES = 300
"""Test pictures at most: each is a dot with a way."""
Features = NDArray[np.float32]
"""N,W: of each picture the mean of each feature over its places."""
SIDE, COLUMNS = 64, 20
"""Of a picture on a sheet, px, and pictures in a row of it."""
_QUALITY = 85
_FORM = 1
"""Counts the ways in which features were measured."""


class Measured(NamedTuple):
    """Of one cell."""

    features: Features
    sheet: bytes


@dataclass(frozen=True)
class PictureMap:
    """Pictures in a plane."""

    images: NDArray[np.int64]
    """N numbers, ascending."""
    clean: NDArray[np.float64]
    """N,2."""
    noisy: NDArray[np.float64]
    """N,2."""
    explained: tuple[float, float]
    """Of what sets clean pictures apart, the share along each direction, 0..1."""
    moved: NDArray[np.float64]
    """N: how far noise moves each picture in all features; 1 is the root mean square distance of clean pictures from their mean."""
    sheets: tuple[bytes, bytes] = (b"", b"")
    """The pictures clean and with noise, as of `sheet_of`."""


def pictures_for_map(data_set: DataSet) -> NDArray[np.int64]:
    """The numbers of the test pictures that are drawn, ascending: PICTURES at most.

    Raises:
        EmptySplit.
    """
    return np.sort(pictures_tested(data_set, Mode(part=PICTURES)))


def features_file(run: Run, data_set: DataSet, table: str, cell: Cell) -> Path | None:
    """Where the features of a cell lie: another file for other weights, pictures or draws; None where the weights are gone.

    Raises:
        EmptySplit.
    """
    try:
        weights = digest_of(run.folder.checkpoint)
    except OSError:
        return None
    of_cell = [*cell, table, DRAWS] if cell[0] != CLEAN else [CLEAN]
    facts = [_FORM, weights, data_set.card.fingerprint, pictures_for_map(data_set).tolist(), *of_cell]
    return run.folder.features / f"{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]}.npz"


def sheet_of(images: Image) -> bytes:
    """All pictures small on one sheet, COLUMNS in a row: a JPEG.

    Args:
        images: uint8 N,H,W,3, at least one.
    """
    tiles = [smoothly(image, SIDE) for image in images]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    lines = [np.concatenate(tiles[at : at + COLUMNS], axis=1) for at in range(0, len(tiles), COLUMNS)]
    return encode_jpeg(np.concatenate(lines), _QUALITY)


def save_features(file: Path, features: Features, images: Image) -> None:
    """With a sheet of the pictures, whole or not at all.

    Raises:
        CannotWrite, DiskFull.
    """
    memory = io.BytesIO()
    sheet = np.frombuffer(sheet_of(images), np.uint8)
    np.savez(memory, features=features.astype(np.float16), sheet=sheet)
    write_bytes(file, memory.getvalue(), lasting=False)


def stored_features(run: Run, data_set: DataSet, table: str, cell: Cell) -> Measured | None:
    """Those that have been measured; None where they were not, or their file is damaged."""
    file = features_file(run, data_set, table, cell)
    if file is None:
        return None
    try:
        with np.load(file, allow_pickle=False) as opened:
            found = Measured(opened["features"].astype(np.float32), opened["sheet"].tobytes())
    except DAMAGED:
        return None
    fits = found.features.ndim == 2 and len(found.features) == len(pictures_for_map(data_set))
    return found if fits else None


def stored_map(run: Run, data_set: DataSet, table: str, cell: Cell) -> PictureMap | None:
    """The map of a run under a noise; None where its features have not been measured."""
    clean = stored_features(run, data_set, table, (CLEAN, 0))
    noisy = stored_features(run, data_set, table, cell)
    if (
        clean is None
        or noisy is None
        or clean.features.shape != noisy.features.shape
        or len(clean.features) < 2
    ):
        return None
    found = map_of(pictures_for_map(data_set), clean.features, noisy.features)
    return replace(found, sheets=(clean.sheet, noisy.sheet))


def map_of(images: NDArray[np.int64], clean: Features, noisy: Features) -> PictureMap:
    """Both in the plane of the clean ones' two principal components.

    Args:
        images: N numbers.
        clean, noisy: of the same pictures, at least two, N,W.
    """
    before, after = clean.astype(np.float64), noisy.astype(np.float64)
    middle = before.mean(axis=0)
    _, spread, directions = np.linalg.svd(before - middle, full_matrices=False)
    axes = directions[:2]
    # Either way is a principal direction: the one whose largest part is positive is taken, so that a map does not flip.
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    if len(axes) < 2:
        axes = np.vstack([axes, np.zeros_like(axes)])
    total = float((spread**2).sum()) or 1.0
    shares = [float(one) for one in (spread[:2] ** 2 / total)] + [0.0]
    scale = float(np.sqrt(((before - middle) ** 2).sum(axis=1).mean())) or 1.0
    return PictureMap(
        images,
        (before - middle) @ axes.T,
        (after - middle) @ axes.T,
        (shares[0], shares[1]),
        np.linalg.norm(after - before, axis=1) / scale,
    )
