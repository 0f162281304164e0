"""Networks on noisy pictures: the rows of predictions tables. Imports torch."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.dataset import DataSet
from core.evaluation.adapting import adapted
from core.evaluation.cells import Piece
from core.evaluation.predictions import EVALUATION_SEED, RowMaps, noisy_levels, row_batch
from core.explanation.attribution import CamMethod, predicted_classes
from core.networks.at_once import batch_of, in_batches
from core.networks.network import Network
from core.noise.catalogue import CLEAN, get_noise, table_for_size
from core.noise.device import DEVICE_FORMS, apply_on_device
from core.pixels import Image
from core.runs.mode import Mode


@dataclass(frozen=True)
class Asked:
    """A network, and how it is asked."""

    network: Network
    mode: Mode
    method: CamMethod | None
    """That makes the maps; None: rows without maps."""

    @contextmanager
    def ready(self) -> Iterator[None]:
        """As long as it is asked.

        Raises:
            NothingToAdapt.
        """
        with adapted(self.network) if self.mode.adapt else nullcontext():
            yield

    def _numbers(self) -> AbstractContextManager[object]:
        if self.mode.precision == "fp32":
            return nullcontext()
        return torch.autocast(self.network.device.type, torch.bfloat16)

    def _inputs(self, images: Tensor, indices: NDArray[np.int64], add: "AddNoise | None") -> Tensor:
        if add is None:
            return self.network.inputs(images)
        planes = images.to(self.network.device, non_blocking=True).permute(0, 3, 1, 2).contiguous()
        return self.network.prepared(add(planes, indices).float(), 255.0)

    def rows(
        self,
        images: Image,
        indices: NDArray[np.int64],
        noise: str,
        severity: int,
        truth: NDArray[np.int64],
        clean: Mapping[int, int],
        add: "AddNoise | None" = None,
    ) -> pa.RecordBatch:
        """Rows of one batch, asked at once.

        Args:
            images: the pictures with their noise, RGB uint8 N,H,H,3; without it where there is `add`.
            indices: their numbers.
            truth: their classes.
            clean: the class predicted of each without noise, by its number; needed for maps under noise.
            add: `noise_for`.
        """
        maps = None
        with torch.inference_mode(self.method is None), self._numbers():
            batch = self._inputs(torch.from_numpy(images), indices, add)
            if self.method is None:
                logits = self.network.module(batch)
            else:
                reference = None
                if noise != CLEAN:
                    reference = np.array([clean[number] for number in indices.tolist()])
                wanted = [
                    None if one is None else torch.from_numpy(one.astype(np.int64)).to(self.network.device)
                    for one in (None, reference, truth)
                ]
                logits, made = self.method.explain(self.network, batch, wanted)
                found = [one.float().cpu().numpy() for one in made]
            probabilities = logits.float().softmax(1).cpu().numpy()
            predicted = predicted_classes(logits).cpu().numpy()
            if self.method is not None:
                alone = (truth != predicted) & (truth != (predicted if reference is None else reference))
                maps = RowMaps(found[0], found[1], found[2], alone)
        return row_batch(indices, noise, severity, truth, probabilities, predicted, maps)


def chunks_of(piece: Piece, mode: Mode, batch: int) -> list[NDArray[np.int64]]:
    """The numbers of its pictures, batch by batch.

    Args:
        batch: pictures in each, at most; where it matters what comes of them the mode says how many.
    """
    if mode.by_picture:
        return in_batches(piece.indices, batch)
    return [piece.indices[start : start + mode.batch] for start in range(0, len(piece.indices), mode.batch)]


def table_of(data_set: DataSet, asked: Asked) -> str:
    """The severity table that fits the pictures that noise is added to."""
    return data_set.table if asked.mode.noise_at == "stored" else table_for_size(asked.network.whole)


def shown_levels(
    data_set: DataSet, asked: Asked, noise: str, severities: Sequence[int], part: NDArray[np.int64]
) -> Image:
    """Pictures as a network is given them, at each of S severities: RGB uint8 S,N,H,H,3."""
    if on_card(asked.mode, noise):
        clean = noisy_levels(
            data_set, part, CLEAN, [0], table_of(data_set, asked), asked.mode, asked.network.whole
        )
        return np.repeat(clean, len(severities), axis=0)
    return noisy_levels(
        data_set, part, noise, severities, table_of(data_set, asked), asked.mode, asked.network.whole
    )


AddNoise = Callable[[Tensor, NDArray[np.int64]], Tensor]
"""From pictures uint8 N,3,H,H on the network's device and their numbers to the noisy ones."""


def on_card(mode: Mode, noise: str) -> bool:
    """Whether a noise is drawn where the network is: not one without a form for it, nor one that needs a second picture, nor where
    pictures are saved as JPEG before they are shown."""
    there = noise in DEVICE_FORMS and not get_noise(noise).needs_second
    return mode.noise_on == "card" and there and not mode.resave


def noise_for(data_set: DataSet, asked: Asked, noise: str, severity: int) -> AddNoise | None:
    """What draws a noise where the network is; None where pictures come with it.

    What it draws for a batch is decided by the noise and the batch, not by the severity.
    """
    if not on_card(asked.mode, noise):
        return None
    layer = asked.mode.layer(noise, severity, table_of(data_set, asked))
    basis = data_set.fitted_basis() if "basis" in get_noise(noise).needs else None

    def add(planes: Tensor, indices: NDArray[np.int64]) -> Tensor:
        name = f"{EVALUATION_SEED} {noise}".encode() + indices.tobytes()
        seed = int.from_bytes(hashlib.blake2b(name, digest_size=7).digest(), "little")
        generator = torch.Generator(planes.device).manual_seed(seed)
        return apply_on_device(planes, noise, [layer.checked] * len(planes), generator, basis=basis)

    return add


def predict_cell(
    asked: Asked, data_set: DataSet, piece: Piece, clean: Mapping[int, int], batch: int | None = None
) -> pa.Table:
    """The rows of a cell, or a piece of one: of what is given here, and of nothing else.

    Args:
        clean: as of `Asked.rows`; may be empty for the clean cell and without maps.
        batch: pictures that are asked at once; None: `batch_of`.

    Raises:
        NothingToAdapt.
    """
    labels = data_set.labels
    with asked.ready():
        return pa.Table.from_batches(
            asked.rows(
                shown_levels(data_set, asked, piece.noise, [piece.severity], part)[0],
                part,
                piece.noise,
                piece.severity,
                labels[part],
                clean,
                noise_for(data_set, asked, piece.noise, piece.severity),
            )
            for part in chunks_of(piece, asked.mode, batch or batch_of(asked.network))
        )


def predicted_of(rows: pa.Table | pa.RecordBatch) -> dict[int, int]:
    """The class predicted of each picture, by its number."""
    return dict(zip(rows["image"].to_pylist(), rows["prediction"].to_pylist(), strict=True))


def needs_clean(asked: Iterable[Asked], piece: Piece) -> bool:
    """Whether a map of a piece is of the class that was predicted without noise."""
    return piece.noise != CLEAN and any(one.method is not None for one in asked)
