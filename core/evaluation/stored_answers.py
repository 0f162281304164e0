"""The small tables of an evaluation in its folder: written once, read by charts, made anew where they are missing or of other formulas. No torch."""

import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.errors import CannotWrite, DiskFull
from core.evaluation.answers import Answers, row_columns
from core.evaluation.fixed import Fixed, read_fixed
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.metrics import cell_columns, formulas, in_order
from core.files import DAMAGED, read_json, write_bytes
from core.folders import EvaluationFolder, RunFolder
from core.measure import Groups
from core.runs.evaluations import Facts


def write_answers(folder: EvaluationFolder, fixed: Fixed | None = None) -> None:
    """Make both files from the rows of an evaluation, which are there, as are its facts.

    Args:
        fixed: what was fixed on its run's clean validation pictures.

    Raises:
        CannotWrite, DiskFull.
    """
    _keep(folder, _made(folder, fixed))


def _made(folder: EvaluationFolder, fixed: Fixed | None) -> Answers:
    """From the rows of an evaluation."""
    facts = _facts(folder)
    names = row_columns()
    if facts.classes_alone:
        names = [name for name in names if name not in ("confidence", "probabilities")]
    with pq.ParquetFile(folder.predictions) as file:
        names = [name for name in names if name in file.schema_arrow.names]
        small = [name for name in names if name != "probabilities"]
        table = pq.read_table(folder.predictions, columns=small, read_dictionary=["noise"]).to_pandas()
        columns: dict[str, Any] = {name: table[name] for name in table}
        if "probabilities" in names:
            columns["probabilities"] = _Probabilities(file)
        return Answers.of(columns, facts.classes, groups_of(folder), fixed)


class _Probabilities:
    """The column of that name, read part by part: of very many classes it is more than memory holds."""

    dtype = np.dtype(np.float32)

    def __init__(self, file: pq.ParquetFile) -> None:
        self._file = file
        about = file.metadata
        rows = [about.row_group(number).num_rows for number in range(about.num_row_groups)]
        self._ends = np.cumsum([0, *rows])
        self._last: tuple[int, NDArray[np.float32]] = -1, np.empty((0, 0), np.float32)

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, rows: Any) -> Any:
        if not isinstance(rows, slice):  # not in the order of the file
            return self._between(0, len(self))[rows]
        if rows == slice(None):
            return self
        start, stop, _ = rows.indices(len(self))
        return self._between(start, stop)

    def _between(self, start: int, stop: int) -> NDArray[np.float32]:
        first = int(np.searchsorted(self._ends, start, side="right")) - 1
        parts = []
        for number in range(max(0, first), len(self._ends) - 1):
            begin = int(self._ends[number])
            if begin >= stop:
                break
            parts.append(self._group(number)[max(0, start - begin) : stop - begin])
        return np.concatenate(parts) if parts else np.empty((0, 0), np.float32)

    def _group(self, number: int) -> NDArray[np.float32]:
        if self._last[0] != number:
            column = self._file.read_row_group(number, ["probabilities"])["probabilities"].combine_chunks()
            flat = column.flatten().to_numpy(zero_copy_only=False)
            self._last = number, flat.reshape(len(column), -1)
        return self._last[1]


def _keep(folder: EvaluationFolder, answers: Answers) -> None:
    table = pa.Table.from_pandas(answers.cells, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _FORMULAS: formulas()})
    file = io.BytesIO()
    pq.write_table(table, file)
    write_bytes(folder.answers, answers.to_bytes(), lasting=False)
    write_bytes(folder.cells, file.getvalue(), lasting=False)


_FORMULAS = b"formulas"
"""In the metadata of a table of cells: which formulas made its numbers."""


def _facts(folder: EvaluationFolder) -> Facts:
    """What it says of itself; of a damaged file what facts are without one."""
    try:
        return Facts.read(read_json(folder.facts))
    except (OSError, ValueError):
        return Facts()


def write_groups(folder: EvaluationFolder, images: NDArray[np.int64], groups: Groups) -> None:
    """Keep which of the pictures belong together, in the order of their numbers: the data set may be deleted.

    Args:
        images: N, the numbers of the pictures tested.
        groups: of every picture of the data set, by its number.

    Raises:
        CannotWrite, DiskFull.
    """
    file = io.BytesIO()
    np.save(file, np.stack([images, groups[images]]), allow_pickle=False)
    write_bytes(folder.groups, file.getvalue())


def groups_of(folder: EvaluationFolder) -> dict[int, int] | None:
    """Of each picture the number of its group; None where there are none, or an older version kept none."""
    try:
        images, groups = np.load(folder.groups, allow_pickle=False)
    except (OSError, ValueError):
        return None
    return dict(zip(images.tolist(), groups.tolist(), strict=True))


def _fresh(folder: EvaluationFolder, file: Path) -> bool:
    """It is there, and no older than the rows and what was fixed before them."""
    try:
        made = file.stat().st_mtime_ns
        if made < folder.predictions.stat().st_mtime_ns:
            return False
    except FileNotFoundError:
        return False
    try:
        return made >= RunFolder(folder.of_run).fixed.stat().st_mtime_ns
    except FileNotFoundError:
        return True


def stored_answers(folder: EvaluationFolder) -> Answers:
    """Those of an evaluation; made from its rows where they are not there, as of an older version."""
    cells = _stored_table(folder)
    if cells is not None and _fresh(folder, folder.answers):
        try:
            return Answers.from_file(folder.answers, cells, groups_of(folder))
        except DAMAGED:  # half a file: the rows are the truth
            pass
    facts = _facts(folder)
    answers = _made(folder, read_fixed(RunFolder(folder.of_run), facts.weights_fingerprint))
    with suppress(CannotWrite, DiskFull):  # what is reckoned can be shown where the disk takes nothing
        _keep(folder, answers)
    return answers


def stored_cells(folder: EvaluationFolder) -> pd.DataFrame:
    """The table of cells of an evaluation; made from its rows where it is not there, or lacks a measure."""
    cells = _stored_table(folder)
    return stored_answers(folder).cells if cells is None else cells


def _stored_table(folder: EvaluationFolder) -> pd.DataFrame | None:
    """The table of cells as it is on disk; None where it is not there, damaged, or of a version with other measures or formulas."""
    if not _fresh(folder, folder.cells):
        return None
    try:
        table = pq.read_table(folder.cells)
        if (table.schema.metadata or {}).get(_FORMULAS) != formulas().encode():
            return None
        cells = table.to_pandas()
    except (OSError, ValueError):
        return None
    return cells[cell_columns()] if set(cell_columns()) <= set(cells) else None


def joined_answers(evaluation: JoinedEvaluation) -> Answers:
    """Of all parts, each cell from the newest that has it; noises in the order of `evaluation.noises`."""
    taken = [(stored_answers(part.folder), cells) for part, cells in evaluation.taken]
    some = [
        answers.under([place for place in answers.places if place in cells])
        for answers, cells in reversed(taken)
    ]
    # The parts saw the same pictures, so they have the same columns.
    return replace(
        some[0],
        places=tuple(place for one in some for place in one.places),
        right=np.concatenate([one.right for one in some]),
        shown=np.concatenate([one.shown for one in some]),
        cells=pd.concat([one.cells for one in some], ignore_index=True),
    )._in_order()


def joined_cells(evaluation: JoinedEvaluation) -> pd.DataFrame:
    """core.evaluation.metrics.cell_table of all parts, each cell from the newest that has it."""
    tables = []
    for part, cells in evaluation.taken:
        table = stored_cells(part.folder)
        places = zip(table["noise"], table["severity"].astype(int), strict=True)
        tables.append(table[[place in cells for place in places]])
    return in_order(pd.concat(reversed(tables), ignore_index=True)).reset_index(drop=True)
