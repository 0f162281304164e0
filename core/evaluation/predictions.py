"""Evaluations in the workspace and their predictions tables. No torch."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sqlalchemy import select

from core.data.dataset import DataSet
from core.data.writing import writing
from core.errors import UnknownName
from core.noise.catalogue import Image
from core.noise.stack import DRAWS, Layer, apply_stack, apply_stack_batch
from core.store import EvaluationFolder, EvaluationRow, Workspace, add_row
from core.words import Text, plain

EVALUATION_SEED = 0
GROUP_BYTES = 4 * 1024**2
"""Rows go to disk in groups of this size: while they wait, each pins some 20 times its bytes of the heap around it."""
CLEAN = "clean"
Cell = tuple[str, int]
"""A noise and a severity; (CLEAN, 0) without noise."""


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of a run."""

    id: str
    run_id: str
    created: float
    facts: dict[str, Any]
    """evaluation.json: id, created, run_id, split, data_fingerprint, weights_fingerprint, table, seed, noises,
    severities, images, classes, class_labels [Text], map_shape [h, w], target_layer, draws, seconds, device."""
    folder: EvaluationFolder

    @property
    def cells(self) -> list[Cell]:
        """What it was tested under besides clean, in the order in which it was."""
        return [(noise, level) for noise in self.facts["noises"] for level in self.facts["severities"]]

    @property
    def class_labels(self) -> list[Text]:
        """What screens call the classes, in their order."""
        return list(self.facts.get("class_labels") or map(plain, self.facts["classes"]))

    @property
    def map_shape(self) -> tuple[int, int]:
        height, width = self.facts["map_shape"]
        return int(height), int(width)

    @property
    def draws(self) -> int:
        """core.noise.stack.DRAWS when it was made: evaluations of one number saw the same noisy pictures."""
        return int(self.facts.get("draws", 1))

    @property
    def draws_as_now(self) -> bool:
        """Whether `noisy_picture` gives what the network was shown, and not another draw of the same noise."""
        return self.draws == DRAWS


def schema(map_shape: tuple[int, int]) -> pa.Schema:
    """The columns of predictions.parquet; a row is one image under one noise and severity.

    A map is float16 little-endian h*w: signed Grad-CAM, unscaled; `map` for the predicted class,
    `map_reference` for the class predicted on the clean picture.
    """
    map_type = pa.binary(2 * map_shape[0] * map_shape[1])
    return pa.schema(
        [
            ("image", pa.int32()),
            ("noise", pa.string()),
            ("severity", pa.int8()),
            ("truth", pa.int16()),
            ("prediction", pa.int16()),
            ("confidence", pa.float32()),
            ("probabilities", pa.list_(pa.float32())),
            ("map", map_type),
            ("map_reference", map_type),
        ]
    )


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


def encode_maps(maps: NDArray[np.floating]) -> list[bytes]:
    """Maps N,h,w as they are stored; a value past float16's range becomes its largest number."""
    top = float(np.finfo(np.float16).max)
    return [row.tobytes() for row in np.clip(maps, -top, top).astype("<f2")]


def decode_map(data: bytes, shape: tuple[int, int]) -> NDArray[np.float32]:
    """A stored map as float32 h,w."""
    return np.frombuffer(data, dtype="<f2").astype(np.float32).reshape(shape)


def list_evaluations(workspace: Workspace, run_id: str | None = None) -> list[Evaluation]:
    """Every evaluation, or those of one run, newest first."""
    query = select(EvaluationRow).order_by(EvaluationRow.created.desc(), EvaluationRow.id.desc())
    if run_id is not None:
        query = query.where(EvaluationRow.run_id == run_id)
    with workspace.session() as session:
        rows = session.scalars(query).all()
    return [_evaluation(workspace, row) for row in rows]


def open_evaluation(workspace: Workspace, evaluation_id: str) -> Evaluation:
    """The evaluation of that id.

    Raises:
        UnknownName: there is none.
    """
    with workspace.session() as session:
        row = session.get(EvaluationRow, evaluation_id)
        if row is None:
            known = session.scalars(select(EvaluationRow.id)).all()
            raise UnknownName(Text(en="evaluation", ko="시험"), evaluation_id, known)
    return _evaluation(workspace, row)


def _evaluation(workspace: Workspace, row: EvaluationRow) -> Evaluation:
    folder = workspace.run_folder(row.run_id).evaluation(row.id)
    return Evaluation(row.id, row.run_id, row.created, row.facts, folder)


def register_evaluation(workspace: Workspace, facts: dict[str, Any]) -> Evaluation:
    """Enter a finished evaluation folder into the database."""
    row = {"id": facts["id"], "run_id": facts["run_id"], "created": facts["created"], "facts": facts}
    with workspace.session() as session:
        add_row(session, EvaluationRow, row)
    return _evaluation(workspace, EvaluationRow(**row))


def read_predictions(
    evaluation: Evaluation, columns: list[str] | None = None, cells: Collection[Cell] | None = None
) -> pd.DataFrame:
    """The predictions table; see `schema` for the columns.

    Args:
        columns: to read a few of them; maps are most of the file.
        cells: to read the rows of these alone.
    """
    wanted = None
    if cells is not None:
        levels: dict[str, list[int]] = {}
        for noise, severity in cells:
            levels.setdefault(noise, []).append(severity)
        wanted = [[("noise", "==", noise), ("severity", "in", among)] for noise, among in levels.items()]
        wanted = wanted or [[("severity", "in", [-1])]]  # of no cell: no row
    return pd.read_parquet(evaluation.folder.predictions, columns=columns, filters=wanted)


def noisy_pictures(
    data_set: DataSet, indices: NDArray[np.int64], noise: str, severity: int, table: str
) -> Image:
    """RGB uint8 N,H,W,3: `noisy_picture` of each of `indices`, faster."""
    images = data_set.images[indices]  # a copy, as the indices are an array
    if noise == CLEAN:
        return images
    layer, numbers = Layer.at_severity(noise, severity, table), indices.tolist()
    seconds = [data_set.second_for(number) for number in numbers]
    return apply_stack_batch(images, [layer], EVALUATION_SEED, numbers, list(seconds), data_set.fitted_basis)


def noisy_picture(data_set: DataSet, index: int, noise: str, severity: int, table: str) -> Image:
    """The very picture that an evaluation showed the network: RGB uint8 H,W,3.

    Args:
        index: the picture's number in the data set.
        noise: a key, or "clean" (severity 0).
        table: the evaluation's severity table.
    """
    image = np.array(data_set.images[index])
    if noise == CLEAN:
        return image
    layer = Layer.at_severity(noise, severity, table)
    second = data_set.second_for(index)
    return apply_stack(image, [layer], EVALUATION_SEED, index, second, data_set.fitted_basis)
