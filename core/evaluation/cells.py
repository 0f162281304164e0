"""Cells of evaluations that have not come to their end: kept one by one, claimed by any process, found again. No torch.

A cell is a function of what its fingerprint names and of its pictures alone, so whoever wants it takes it from wherever it is:
from a folder of an evaluation that was cut off, or from a finished one. Large cells are kept in pieces.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.predictions import EVALUATION_SEED, map_shape_of, schema
from core.files import writing
from core.jobs.executors import alive, this_process
from core.noise.catalogue import CLEAN, RESAVED_SEVERITY, Cell, resaved_rows
from core.noise.stack import DRAWS
from core.runs.evaluations import Evaluation
from core.runs.mode import Mode
from core.store import ROOT

PIECE = 2_000
"""Pictures of a cell that are kept together: so many at most are asked again after a crash."""
LOST = 120.0
"""Seconds without a sign of life after which a claim of another machine's process counts as given up."""
_CODE = ("core/noise", "core/networks", "core/explanation", "models")
_CODE_FILES = ("core/evaluation/predict.py", "core/evaluation/predictions.py", "core/evaluation/adapting.py")
"""What decides which numbers come out, besides libraries."""


@cache
def code_fingerprint() -> str:
    """Of the program's own files that decide what a cell holds."""
    digest = hashlib.sha256()
    files = [
        file for folder in _CODE for file in (ROOT / folder).rglob("*") if file.suffix in (".py", ".json")
    ]
    for file in sorted([*files, *(ROOT / name for name in _CODE_FILES)]):
        digest.update(file.relative_to(ROOT).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cells_fingerprint(
    data_set: DataSet,
    table: str,
    weights: str,
    preprocessing: Any,
    mode: Mode,
    versions: dict[str, str],
    device: str,
    indices: NDArray[np.int64],
) -> str:
    """What two cells of the same noise and severity share, where one can stand for the other.

    Args:
        table: the severity table.
        weights: the digest of the checkpoint.
        preprocessing: all that decides what the network is given for a picture, plain JSON.
        device: that it is calculated on.
        indices: numbers of all pictures; they count where pictures are not asked one by one.
    """
    # Split and part say which pictures, not what comes of one.
    how = mode.to_json() | {"split": None, "part": None}
    named = {
        "data": data_set.card.fingerprint or data_set.id,
        "weights": weights,
        "table": table,
        "seed": EVALUATION_SEED,
        "draws": DRAWS,
        "preprocessing": preprocessing,
        "mode": how,
        "pictures": None if mode.by_picture else hashlib.sha256(indices.tobytes()).hexdigest(),
        "code": code_fingerprint(),
        "versions": versions,
        "device": device,
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Piece:
    """Pictures of one cell that are asked and kept together."""

    noise: str
    severity: int
    indices: NDArray[np.int64]
    """Numbers of the pictures, in the order in which they are asked."""

    @property
    def cell(self) -> Cell:
        """Its noise and severity."""
        return self.noise, self.severity

    @property
    def name(self) -> str:
        """Of its files: the same for every process that was asked for the same."""
        return f"{self.noise}.{self.severity}.{hashlib.sha256(self.indices.tobytes()).hexdigest()[:12]}"


def cells_of(data_set: DataSet, noises: Sequence[str], severities: Sequence[int]) -> list[Cell]:
    """What an evaluation consists of besides clean: each noise at each severity, and the resaved rows of an imported data set."""
    grid = [(noise, severity) for noise in noises for severity in severities]
    return grid + [cell for key in resaved_of(data_set) if (cell := (key, RESAVED_SEVERITY)) not in grid]


def resaved_of(data_set: DataSet) -> list[str]:
    """The rows that every evaluation of a data set has besides its noises: what was drawn here was never a file."""
    return resaved_rows() if data_set.card.kind == "import" else []


def pieces_of(cells: Sequence[Cell], indices: NDArray[np.int64], by_picture: bool = True) -> list[Piece]:
    """What is to be asked for these cells, clean first.

    Args:
        indices: N, the numbers of the pictures in the order in which they are asked.
        by_picture: a cell may be cut (Mode.by_picture).
    """
    parts = [indices]
    if by_picture:
        parts = [indices[start : start + PIECE] for start in range(0, len(indices), PIECE)]
    whole = [(CLEAN, 0), *(cell for cell in cells if cell[0] != CLEAN)]
    return [Piece(*cell, part) for cell in whole for part in parts]


def folder_of(cells: Path, fingerprint: str, method: str | None) -> Path:
    """Where a run's cells of one fingerprint are kept, each kind of rows apart."""
    return cells / f"{fingerprint}-{method or 'numbers'}"


class CellStore:
    """The cells of one run under one fingerprint."""

    def __init__(
        self, folder: Path, method: str | None, finished: Sequence[Evaluation] = (), fingerprint: str = ""
    ) -> None:
        """
        Args:
            folder: for cells that are in no finished evaluation; it need not be there.
            method: that makes the maps of its rows; None: rows without maps.
            finished: evaluations of the run, newest first; those of another fingerprint are not looked at.
        """
        self.folder = folder_of(folder, fingerprint, method)
        self._method = method
        self._finished = [
            one
            for one in finished
            if fingerprint
            and one.facts.cells_fingerprint == fingerprint
            and (method is None or (one.facts.maps and one.facts.method == method))
        ]
        self._images_of = {one.id: _images(one) for one in self._finished}
        self._kept: dict[str, NDArray[np.int64]] = {}
        """Numbers of the pictures of each file that is there, by its name."""
        self._claimed: dict[str, float] = {}
        self._me = this_process()
        self._map_shape: tuple[int, int] | None = None

    # --- what is there

    def _look(self, cell: Cell) -> dict[str, NDArray[np.int64]]:
        """The files that have rows of a cell; a damaged one is none."""
        found = {}
        for file in sorted(self.folder.glob(f"{cell[0]}.{cell[1]}.*.arrow")):
            if file.name not in self._kept:
                try:
                    table = _read(file)
                except (OSError, pa.ArrowException):
                    file.unlink(missing_ok=True)
                    continue
                self._kept[file.name] = table["image"].to_numpy().astype(np.int64)
                self._map_shape = self._map_shape or map_shape_of(table.schema)
            found[file.name] = self._kept[file.name]
        return found

    def lacking(self, piece: Piece) -> NDArray[np.int64]:
        """The numbers of its pictures that are nowhere, in its order; at most as many as it has."""
        left = piece.indices
        for images in self._sources(piece.cell):
            left = left[~np.isin(left, images)]
            if not len(left):
                break
        return left

    def _sources(self, cell: Cell) -> Iterator[NDArray[np.int64]]:
        yield from self._look(cell).values()
        for one in self._finished:
            if cell == (CLEAN, 0) or cell in one.cells:
                yield self._images_of[one.id]

    def rows(self, cell: Cell, indices: NDArray[np.int64]) -> pa.Table:
        """The rows of a cell, its pictures ascending.

        Raises:
            KeyError: some are nowhere.
        """
        found, left = [], np.sort(indices)
        fields = schema(self.map_shape)
        for name, images in self._look(cell).items():
            found.append(_chosen(_read(self.folder / name), left, fields))
            left = left[~np.isin(left, images)]
        for one in self._finished:
            if len(left) and (cell == (CLEAN, 0) or cell in one.cells):
                wanted = [("noise", "==", cell[0]), ("severity", "==", cell[1])]
                table = pq.read_table(one.folder.predictions, columns=fields.names, filters=wanted)
                found.append(_chosen(table, left, fields))
                left = left[~np.isin(left, self._images_of[one.id])]
        if len(left):
            raise KeyError(f"{cell}: {len(left)} pictures")
        table = pa.concat_tables(found)
        return table.take(np.argsort(table["image"].to_numpy(), kind="stable"))

    @property
    def map_shape(self) -> tuple[int, int] | None:
        """Of the maps in its rows; None without maps, or where there are no rows yet."""
        if self._method is None:
            return None
        if self._map_shape is None and self._finished:
            self._map_shape = self._finished[0].map_shape
        return self._map_shape

    # --- who makes what

    def claim(self, piece: Piece) -> bool:
        """Take a piece for this process, unless another that lives has it.

        Two that take one from a dead process at the same moment may both get it: then it is made twice, and is the same.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        claim = self._claim(piece)
        if claim.exists() and not _given_up(claim):
            return False
        if claim.exists():
            claim.unlink(missing_ok=True)
        # It appears whole or not at all: one that whoever made it was killed over would be nobody's for two minutes.
        written = claim.with_name(f"{claim.name}.{uuid4().hex}")
        try:
            written.write_text(json.dumps(self._me), encoding="utf-8")
            try:
                os.link(written, claim)
            except PermissionError:  # a disk without links
                with claim.open("x", encoding="utf-8") as file:
                    json.dump(self._me, file)
        except FileExistsError:
            return False
        finally:
            written.unlink(missing_ok=True)
        self._claimed[piece.name] = time.monotonic()
        return True

    def live(self) -> None:
        """Give a sign of life for what this process has claimed; cheap, called often."""
        now = time.monotonic()
        for name, said in self._claimed.items():
            if now - said > LOST / 12:
                with suppress(FileNotFoundError):
                    os.utime(self.folder / f"{name}.claim")
                self._claimed[name] = now

    def names(self) -> set[str]:
        """Of the pieces whose files are there."""
        return {file.stem for file in self.folder.glob("*.arrow")}

    def give_up_one(self, piece: Piece) -> None:
        """Leave a claimed piece to others."""
        self._claim(piece).unlink(missing_ok=True)
        self._claimed.pop(piece.name, None)

    def give_up(self) -> None:
        """Leave to others what this process has claimed and not made."""
        for name in self._claimed:
            (self.folder / f"{name}.claim").unlink(missing_ok=True)
        self._claimed.clear()

    def _claim(self, piece: Piece) -> Path:
        return self.folder / f"{piece.name}.claim"

    @contextmanager
    def keeping(self, piece: Piece) -> Iterator["PieceWriter"]:
        """Its rows come here; at the end of the block they are there for everybody, and it is no longer claimed.

        Raises:
            CannotWrite, DiskFull.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self.folder / f"{piece.name}.arrow"
        temporary = self.folder / f"{piece.name}.{os.getpid()}.part"
        writer = PieceWriter(temporary)
        try:
            yield writer
            writer.close()
            with writing(place):
                os.replace(temporary, place)
        finally:
            writer.close()
            temporary.unlink(missing_ok=True)
            self._claim(piece).unlink(missing_ok=True)
            self._claimed.pop(piece.name, None)

    def clear(self, cells: Iterable[Cell]) -> None:
        """Remove what is in a finished evaluation by now."""
        for noise, severity in cells:
            for file in self.folder.glob(f"{noise}.{severity}.*"):
                file.unlink(missing_ok=True)
        with suppress(OSError):  # others are in it
            self.folder.rmdir()
            self.folder.parent.rmdir()


class PieceWriter:
    """Rows of a piece, written as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: pa.RecordBatchFileWriter | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Write further rows.

        Raises:
            CannotWrite, DiskFull.
        """
        with writing(self._path):
            if self._file is None:
                options = pa.ipc.IpcWriteOptions(compression="lz4")
                self._file = pa.ipc.new_file(str(self._path), batch.schema, options=options)
            self._file.write_batch(batch)

    def close(self) -> None:
        """Write what the end of the file needs; once more it does nothing.

        Raises:
            CannotWrite, DiskFull.
        """
        file, self._file = self._file, None
        if file is not None:
            with writing(self._path):
                file.close()


def _read(file: Path) -> pa.Table:
    with pa.OSFile(str(file)) as opened:
        return pa.ipc.open_file(opened).read_all()


def _chosen(table: pa.Table, images: NDArray[np.int64], fields: pa.Schema) -> pa.Table:
    """The rows of these pictures, in columns as `fields` says."""
    among = np.isin(table["image"].to_numpy(), images)
    return table.filter(pa.array(among)).select(fields.names).cast(fields)


def _images(evaluation: Evaluation) -> NDArray[np.int64]:
    """The numbers of the pictures of an evaluation."""
    clean = [("noise", "==", CLEAN)]
    try:
        rows = pq.read_table(evaluation.folder.predictions, columns=["image"], filters=clean)
    except (OSError, pa.ArrowException):  # damaged: it gives nothing
        return np.zeros(0, np.int64)
    return rows["image"].to_numpy().astype(np.int64)


def _given_up(claim: Path) -> bool:
    """Whether whoever claimed it is dead."""
    try:
        said, silent = json.loads(claim.read_text(encoding="utf-8")), time.time() - claim.stat().st_mtime
    except FileNotFoundError:
        return True
    except ValueError:  # damaged
        said, silent = {}, time.time() - claim.stat().st_mtime
    lives = alive(said) if isinstance(said, dict) and said else None
    return lives is False or (lives is None and silent > LOST)
