"""Networks on noisy pictures: the rows of predictions tables. Imports torch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.evaluation.predictions import PredictionsWriter, encode_maps, noisy_pictures, schema
from core.explanation.attribution import CamMethod, predicted_classes
from core.explanation.methods.grad_cam import GRAD_CAM
from core.hardware import cores
from core.networks.loading import some_cores
from core.networks.network import Network, Preprocessing
from core.noise.catalogue import CLEAN, get_noise
from core.noise.costs import noise_ms
from core.progress import Report
from core.runs.estimate import CORES, look_ms
from core.words import Text

BATCH = 100
"""Pictures that are looked at at once, by all threads together."""
MOST_THREADS = 4
"""That make pictures, and on a processor ask the networks about them."""


@dataclass(frozen=True)
class Chunk:
    """Some pictures under one noise and severity."""

    noise: str
    severity: int
    indices: NDArray[np.int64]


@dataclass
class Rows:
    """Where the rows of one network go, and what is known of them so far."""

    writer: PredictionsWriter
    map_shape: tuple[int, int] = (0, 0)
    """So without maps, too."""
    clean: dict[int, int] = field(default_factory=dict)
    """Picture number -> class predicted without noise."""


def predict(
    networks: Sequence[Network],
    writers: Sequence[PredictionsWriter],
    data_set: DataSet,
    indices: NDArray[np.int64],
    noises: Sequence[str],
    severities: Sequence[int],
    report: Report,
    method: CamMethod = GRAD_CAM,
) -> list[Rows]:
    """Predictions and signed attribution maps of each network: clean, then each noise at each severity; no maps where a
    network has no layers to look into.

    The noisy pictures are made once for all the networks; they depend on the evaluation seed, the
    picture's number, noise, severity and the data set's table alone.

    Args:
        writers: one a network; its rows go there.
        indices: numbers of the pictures in the data set, at least one.
        noises: keys of the catalogue.
        severities: 1..5.
        method: that makes the maps.

    Returns:
        One Rows a network.

    Raises:
        CannotWrite, DiskFull.
        Cancelled: from `report`, called at every batch.
    """
    on_cpu = all(network.device.type == "cpu" for network in networks)
    threads = min(cores(), MOST_THREADS)
    size = BATCH // threads if on_cpu else BATCH
    parts = [indices[i : i + size] for i in range(0, len(indices), size)]
    labels = data_set.labels[:]
    found = [Rows(writer) for writer in writers]

    def make(chunk: Chunk) -> NDArray[np.uint8]:
        return noisy_pictures(data_set, chunk.indices, chunk.noise, chunk.severity, data_set.table)

    def ask(chunk: Chunk, images: NDArray[np.uint8]) -> list[pa.RecordBatch]:
        pixels = torch.from_numpy(images)
        inputs: dict[tuple[int, Preprocessing], torch.Tensor] = {}  # alike for most networks
        tables = []
        for network, rows in zip(networks, found, strict=True):
            key = network.side, network.preprocessing
            if key not in inputs:
                inputs[key] = network.inputs(pixels)
            tables.append(_rows_of(network, method, rows, chunk, inputs[key], labels[chunk.indices]))
        return tables

    def make_and_ask(chunk: Chunk) -> list[pa.RecordBatch]:
        # Each thread has cores of its own: none waits for another after every layer.
        with some_cores(max(1, cores() // threads)):
            return ask(chunk, make(chunk))

    def asked(chunks: Sequence[Chunk]) -> Iterable[tuple[Chunk, list[pa.RecordBatch]]]:
        if on_cpu:
            return made_ahead(make_and_ask, chunks, threads)
        return ((chunk, ask(chunk, images)) for chunk, images in made_ahead(make, chunks, threads))

    cells = [(CLEAN, 0), *((noise, severity) for noise in noises for severity in severities)]
    # By what they take, so that the time left can be told while a heavy noise is on.
    look = sum(look_ms(network.spec, network.side, method.passes) for network in networks)
    whole = len(indices) * sum(look + _noise_ms(noise, data_set.size) for noise, _ in cells)
    done = 0.0
    # What a network says of a picture without noise is asked for under each noise.
    for some in (cells[:1], cells[1:]):
        for chunk, tables in asked([Chunk(*cell, part) for cell in some for part in parts]):
            report(done / whole, _saying(chunk))
            done += len(chunk.indices) * (look + _noise_ms(chunk.noise, data_set.size))
            for rows, table in zip(found, tables, strict=True):
                rows.writer.add(table)
    return found


def _rows_of(
    network: Network,
    method: CamMethod,
    rows: Rows,
    chunk: Chunk,
    batch: torch.Tensor,
    truth: NDArray[np.int64],
) -> pa.RecordBatch:
    """The rows of some pictures, as `schema` says.

    Args:
        rows: knows what was said of these pictures without noise; is told it, where they have none.
        batch: as Network.inputs gives it.
    """
    maps: list[torch.Tensor] = []
    if network.explained:
        wanted: list[torch.Tensor | None] = [None]
        if chunk.noise != CLEAN:
            clean = [rows.clean[i] for i in chunk.indices.tolist()]
            wanted.append(torch.tensor(clean, device=network.device))
        logits, made = method.explain(network, batch, wanted)
        maps = [made[0], made[-1]]
    else:
        logits = network.module(batch)
    probabilities = logits.float().softmax(1)
    confidence, predicted = probabilities.amax(1), predicted_classes(logits)
    if chunk.noise == CLEAN:
        if maps:
            rows.map_shape = (maps[0].shape[1], maps[0].shape[2])
        rows.clean.update(zip(chunk.indices.tolist(), predicted.tolist(), strict=True))
    count = len(chunk.indices)
    columns = [
        chunk.indices,
        [chunk.noise] * count,
        [chunk.severity] * count,
        truth,
        predicted.cpu().numpy(),
        confidence.cpu().numpy(),
        list(probabilities.cpu().numpy()),
        *(encode_maps(one.float().cpu().numpy()) for one in maps),
    ]
    fields = schema(rows.map_shape if maps else None)
    arrays = [pa.array(values, type=column.type) for values, column in zip(columns, fields, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=fields)


def _noise_ms(noise: str, size: int) -> float:
    return 0.0 if noise == CLEAN else noise_ms(noise, size) / CORES


def _saying(chunk: Chunk) -> Text:
    if chunk.noise == CLEAN:
        return Text(en="Testing on clean pictures", ko="원본 사진 시험 중")
    name = get_noise(chunk.noise).name
    return Text(
        en=f"Testing under {name['en']}, severity {chunk.severity}",
        ko=f"{name['ko']} 강도 {chunk.severity} 시험 중",
    )
