"""Networks on noisy pictures: the rows of predictions tables. Imports torch."""

from collections.abc import Sequence
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
from core.networks.network import Network
from core.noise.catalogue import CLEAN, get_noise
from core.noise.costs import noise_ms
from core.progress import Report
from core.runs.estimate import CORES, look_ms
from core.words import Text

BATCH = 100
NOISE_THREADS = 2


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
    parts = [indices[i : i + BATCH] for i in range(0, len(indices), BATCH)]
    cells = [(CLEAN, 0), *((noise, severity) for noise in noises for severity in severities)]
    chunks = [Chunk(noise, severity, part) for noise, severity in cells for part in parts]
    labels = data_set.labels[:]
    found = [Rows(writer) for writer in writers]

    def make(chunk: Chunk) -> NDArray[np.uint8]:
        return noisy_pictures(data_set, chunk.indices, chunk.noise, chunk.severity, data_set.table)

    # By what they take, so that the time left can be told while a heavy noise is on.
    look = sum(look_ms(network.spec, network.side, method.passes) for network in networks)
    costs = [len(chunk.indices) * (look + _noise_ms(chunk, data_set.size)) for chunk in chunks]
    whole, done = sum(costs), 0.0
    for (chunk, images), cost in zip(made_ahead(make, chunks, NOISE_THREADS), costs, strict=True):
        report(done / whole, _saying(chunk))
        done += cost
        pixels = torch.from_numpy(images)
        for network, rows in zip(networks, found, strict=True):
            _add_rows(network, method, rows, chunk, pixels, labels[chunk.indices])
    return found


def _add_rows(
    network: Network,
    method: CamMethod,
    rows: Rows,
    chunk: Chunk,
    pixels: torch.Tensor,
    truth: NDArray[np.int64],
) -> None:
    batch = network.inputs(pixels)
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
        rows.clean |= dict(zip(chunk.indices.tolist(), predicted.tolist(), strict=True))
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
    rows.writer.add(pa.RecordBatch.from_arrays(arrays, schema=fields))


def _noise_ms(chunk: Chunk, size: int) -> float:
    return 0.0 if chunk.noise == CLEAN else noise_ms(chunk.noise, size) / CORES


def _saying(chunk: Chunk) -> Text:
    if chunk.noise == CLEAN:
        return Text(en="Testing on clean pictures", ko="원본 사진 시험 중")
    name = get_noise(chunk.noise).name
    return Text(
        en=f"Testing under {name['en']}, severity {chunk.severity}",
        ko=f"{name['ko']} 강도 {chunk.severity} 시험 중",
    )
