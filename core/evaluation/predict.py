"""Networks on noisy pictures: the rows of predictions tables. Imports torch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.adapting import adapted
from core.evaluation.cells import Piece
from core.evaluation.predictions import RowMaps, noisy_levels, row_batch
from core.explanation.attribution import CamMethod, predicted_classes
from core.networks.at_once import batch_of, in_batches
from core.networks.network import Network
from core.noise.catalogue import CLEAN, table_for_size
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

    def rows(
        self,
        images: Image,
        indices: NDArray[np.int64],
        noise: str,
        severity: int,
        truth: NDArray[np.int64],
        clean: Mapping[int, int],
    ) -> pa.RecordBatch:
        """Rows of one batch, asked at once.

        Args:
            images: the pictures with their noise, RGB uint8 N,H,H,3.
            indices: their numbers.
            truth: their classes.
            clean: the class predicted of each without noise, by its number; needed for maps under noise.
        """
        maps = None
        with torch.inference_mode(self.method is None), self._numbers():
            batch = self.network.inputs(torch.from_numpy(images))
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
    return noisy_levels(
        data_set, part, noise, severities, table_of(data_set, asked), asked.mode, asked.network.whole
    )


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
            )
            for part in chunks_of(piece, asked.mode, batch or batch_of(asked.network))
        )


def predicted_of(rows: pa.Table | pa.RecordBatch) -> dict[int, int]:
    """The class predicted of each picture, by its number."""
    return dict(zip(rows["image"].to_pylist(), rows["prediction"].to_pylist(), strict=True))


def needs_clean(asked: Iterable[Asked], piece: Piece) -> bool:
    """Whether a map of a piece is of the class that was predicted without noise."""
    return piece.noise != CLEAN and any(one.method is not None for one in asked)
