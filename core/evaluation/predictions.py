"""The rows of predictions tables: written group by group, with their maps; and the pictures behind them. No torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.data.dataset import DataSet
from core.files import writing
from core.noise.catalogue import CLEAN
from core.noise.stack import apply_levels, apply_stack
from core.pixels import Image
from core.runs.mode import Mode

EVALUATION_SEED = 0
MAPS = ("map", "map_reference", "map_true")
"""The columns of a predictions table that hold maps; `schema` says of what."""
GROUP_BYTES = 4 * 1024**2
"""Rows go to disk in groups of this size: while they wait, each pins some 20 times its bytes of the heap around it."""


def schema(map_shape: tuple[int, int] | None) -> pa.Schema:
    """The columns of predictions.parquet; a row is one image under one noise and severity.

    Args:
        map_shape: None: there are no maps, as of a network without layers to look into.

    A map is float16 little-endian h*w: signed Grad-CAM, unscaled; `map` for the predicted class,
    `map_reference` for the class predicted on the clean picture, `map_true` for the true class, null where that is one of
    the two (`map_of_truth` gives it all the same) and in files of before there was one.
    """
    columns = [
        ("image", pa.int32()),
        ("noise", pa.string()),
        ("severity", pa.int8()),
        ("truth", pa.int16()),
        ("prediction", pa.int16()),
        ("confidence", pa.float32()),
        ("probabilities", pa.list_(pa.float32())),
    ]
    if map_shape is not None:
        map_type = pa.binary(2 * map_shape[0] * map_shape[1])
        columns += [(name, map_type) for name in MAPS]
    return pa.schema(columns, metadata=map_shape and {_SHAPE: ",".join(map(str, map_shape))})


_SHAPE = b"map_shape"
"""In a schema's metadata: height and width of its maps."""


def map_shape_of(fields: pa.Schema) -> tuple[int, int] | None:
    """Of the maps in a table of this version; None where it has none."""
    said = (fields.metadata or {}).get(_SHAPE)
    if said is None:
        return None
    height, width = map(int, said.split(b","))
    return height, width


class RowMaps(NamedTuple):
    """Of N pictures; maps are N,h,w."""

    predicted: NDArray[np.floating]
    reference: NDArray[np.floating]
    """For the class predicted on the clean picture."""
    truth: NDArray[np.floating]
    alone: NDArray[np.bool_]
    """N: the true class is neither of the other two, so that its map is kept."""


def row_batch(
    indices: NDArray[np.int64],
    noise: str,
    severity: int,
    truth: NDArray[np.int64],
    probabilities: NDArray[np.float32],
    predicted: NDArray[np.int64],
    maps: RowMaps | None,
) -> pa.RecordBatch:
    """Rows as `schema` says, of N pictures under one noise and severity.

    Args:
        probabilities: float32 N,C.
        maps: None: there are none.
    """
    count, classes = probabilities.shape
    offsets = np.arange(0, (count + 1) * classes, classes, dtype=np.int32)[: count + 1]
    fields = schema(maps and (maps.predicted.shape[1], maps.predicted.shape[2]))
    columns: list[pa.Array] = [
        pa.array(indices.astype(np.int32)),
        pa.repeat(pa.scalar(noise, pa.string()), count),
        pa.array(np.full(count, severity, np.int8)),
        pa.array(truth.astype(np.int16)),
        pa.array(predicted.astype(np.int16)),
        pa.array(probabilities.max(1)),
        pa.ListArray.from_arrays(pa.array(offsets), pa.array(probabilities.reshape(-1))),
    ]
    if maps is not None:
        kind = fields.field("map").type
        there = pa.array(maps.alone).buffers()[1]
        blank = np.where(maps.alone[:, None, None], maps.truth, 0)
        for one, known in ((maps.predicted, None), (maps.reference, None), (blank, there)):
            columns.append(pa.Array.from_buffers(kind, count, [known, pa.py_buffer(encoded_maps(one))]))
    return pa.RecordBatch.from_arrays(columns, schema=fields)


class PredictionsWriter:
    """The Parquet file of an evaluation, written while its rows come: maps may be more than memory holds.

    Raises:
        CannotWrite, DiskFull: from `add` and at the end of the block.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = 0  # of those that wait

    def __enter__(self) -> Self:
        return self

    def add(self, batch: pa.RecordBatch) -> None:
        """Rows as `schema` says."""
        self._waiting.append(batch)
        self._bytes += batch.nbytes
        if self._bytes >= GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        fields = self._waiting[0].schema
        with writing(self._path):
            if self._file is None:
                self._file = pq.ParquetWriter(
                    self._path, fields, compression="zstd", use_dictionary=["noise", "severity"]
                )
            self._file.write_table(pa.Table.from_batches(self._waiting, fields))
        self._waiting, self._bytes = [], 0

    def __exit__(self, *error: object) -> None:
        try:
            if error[0] is None:
                self._write()
        finally:
            if self._file is not None:
                with writing(self._path):
                    self._file.close()


def encoded_maps(maps: NDArray[np.floating]) -> NDArray[np.float16]:
    """Maps N,h,w as they are stored; a value past float16's range becomes its largest number."""
    top = float(np.finfo(np.float16).max)
    return np.ascontiguousarray(np.clip(maps, -top, top).astype("<f2"))


def encode_maps(maps: NDArray[np.floating]) -> list[bytes]:
    """The same of N maps, each alone: its float16 values row by row, as a row of a predictions table keeps it."""
    return [row.tobytes() for row in encoded_maps(maps)]


def decode_map(data: bytes, shape: tuple[int, int]) -> NDArray[np.float32]:
    """A stored map as float32 h,w.

    Args:
        data: as `encode_maps` gives it.
        shape: h,w.
    """
    return np.frombuffer(data, dtype="<f2").astype(np.float32).reshape(shape)


def map_of_truth(
    row: Mapping[str, Any], clean_prediction: int, shape: tuple[int, int]
) -> NDArray[np.float32] | None:
    """The map of the true class of a row with all of MAPS; None where an older file does not have it.

    Args:
        clean_prediction: the class that its picture was given without noise.
    """
    truth = int(row["truth"])
    stored = row["map_true"]
    if truth == int(row["prediction"]):
        stored = row["map"]
    elif truth == clean_prediction:
        stored = row["map_reference"]
    return decode_map(stored, shape) if isinstance(stored, bytes) else None


def noisy_pictures(
    data_set: DataSet,
    indices: NDArray[np.int64],
    noise: str,
    severity: int,
    table: str,
    mode: Mode | None = None,
    shown: int | None = None,
) -> Image:
    """RGB uint8 N,H,W,3: `noisy_picture` of each of `indices`, faster."""
    return noisy_levels(data_set, indices, noise, [severity], table, mode, shown)[0]


def noisy_levels(
    data_set: DataSet,
    indices: NDArray[np.int64],
    noise: str,
    severities: Sequence[int],
    table: str,
    mode: Mode | None = None,
    shown: int | None = None,
) -> Image:
    """RGB uint8 S,N,H,W,3: `noisy_pictures` at each of S severities, faster: what they have in common is made once."""
    images = data_set.images[indices]  # a copy, as the indices are an array
    if mode is not None:
        images = _resized(images, mode, shown)
    if noise == CLEAN:
        return images[None]
    levels = [(mode or Mode()).layer(noise, severity, table) for severity in severities]
    numbers = indices.tolist()
    seconds = [data_set.second_for(number) for number in numbers]
    noisy = apply_levels(images, levels, EVALUATION_SEED, numbers, list(seconds), data_set.fitted_basis)
    if mode is not None and mode.resave:
        noisy = np.stack([[resaved(one, mode.resave) for one in level] for level in noisy])
    return noisy


def noisy_picture(
    data_set: DataSet,
    index: int,
    noise: str,
    severity: int,
    table: str,
    mode: Mode | None = None,
    shown: int | None = None,
) -> Image:
    """The very picture that an evaluation showed the network: RGB uint8 H,W,3.

    Args:
        index: the picture's number in the data set.
        noise: a key, or "clean" (severity 0).
        table: the evaluation's severity table.
        mode: how the evaluation was made; None: a plain one.
        shown: side of what its network was shown, px (core.networks.network.Network.whole), where noise came after that.
    """
    image = np.array(data_set.images[index])
    if mode is not None:
        image = _resized(image[None], mode, shown)[0]
    if noise == CLEAN:
        return image
    layer = (mode or Mode()).layer(noise, severity, table)
    second = data_set.second_for(index)
    noisy = apply_stack(image, [layer], EVALUATION_SEED, index, second, data_set.fitted_basis)
    return resaved(noisy, mode.resave) if mode is not None and mode.resave else noisy


def resaved(image: Image, quality: int) -> Image:
    """RGB uint8 H,W,3 saved as JPEG and read again, with colour at half the resolution, as cameras and ImageNet-C have it.

    Args:
        quality: 1..100.
    """
    _, file = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))[..., ::-1])


def _resized(images: Image, mode: Mode, shown: int | None) -> Image:
    """Pictures N,H,W,3 at the size at which noise is added: bilinear over all pixels where they become smaller."""
    if mode.noise_at == "stored" or shown is None or shown == images.shape[1]:
        return images
    side = (shown, shown)
    return np.stack(
        [np.asarray(Pillow.fromarray(one).resize(side, Pillow.Resampling.BILINEAR)) for one in images]
    )
