"""A data set as a ZIP that NoiseLens, and everybody else, reads again."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.data.dataset import SPLITS, DataSet
from core.data.intake.label_table import EXPORTED
from core.data.splits import group_sizes
from core.files import CSV_ENCODING, writing
from core.images import encode_png
from core.progress import Report
from core.store import file_name

TABLE = "labels.csv"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PIECE = 256 * 1024


class _Window(io.BytesIO):
    """The end of a file that is handed on piece by piece; a ZIP goes back within its newest member only."""

    _before = 0

    def tell(self) -> int:
        return self._before + super().tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        within = offset - self._before if whence == io.SEEK_SET else offset
        return self._before + super().seek(within, whence)

    def taken(self) -> bytes:
        """What is there, which is forgotten."""
        data = self.getvalue()
        self._before += len(data)
        super().seek(0)
        self.truncate()
        return data


def export_pieces(data_set: DataSet, report: Report) -> Iterator[bytes]:
    """A ZIP in pieces: memory stays flat however large it is.

    Every picture as a PNG in split/class/, and a CSV with its path, label, split, group and original name.
    The group is a number that pictures share which stay in one split; empty where a picture stands alone.

    Raises:
        Cancelled: from `report`.
    """
    rows = io.StringIO()
    # In quotes a blank at the end of a label is meant.
    table = csv.writer(rows, lineterminator="\n", quoting=csv.QUOTE_ALL)
    table.writerow(EXPORTED)
    labels, splits = np.asarray(data_set.labels), np.asarray(data_set.splits)
    groups = np.arange(len(labels)) if data_set.groups is None else np.asarray(data_set.groups)
    shared = group_sizes(groups) > 1
    # Two labels may become one folder where a system cannot store their letters: the number tells them apart.
    folders = [f"{number:03} {file_name(label)}" for number, label in enumerate(data_set.classes)]
    window = _Window()
    with zipfile.ZipFile(window, "w", zipfile.ZIP_STORED) as made:
        for index, name in enumerate(data_set.names):
            split = SPLITS[int(splits[index])]
            path = f"{split}/{folders[int(labels[index])]}/{index:06}.png"
            # The same data set gives the same bytes whenever it is exported.
            made.writestr(zipfile.ZipInfo(path, _EARLIEST), encode_png(np.asarray(data_set.images[index])))
            group = int(groups[index]) if shared[index] else ""
            table.writerow([path, data_set.classes[int(labels[index])], split, group, name])
            report((index + 1) / len(data_set.names))
            if len(window.getbuffer()) >= _PIECE:
                yield window.taken()
        made.writestr(zipfile.ZipInfo(TABLE, _EARLIEST), rows.getvalue().encode(CSV_ENCODING))
    yield window.taken()


def export_file(data_set: DataSet, target: Path, report: Report) -> None:
    """The same into the file `target`, whole or not at all.

    Raises:
        CannotWrite, DiskFull.
        Cancelled: from `report`.
    """
    partial = target.with_name(f".{target.name}.part")
    try:
        with writing(target):
            with partial.open("wb") as file:
                for piece in export_pieces(data_set, report):
                    file.write(piece)
            partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
