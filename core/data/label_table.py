"""The CSV file that says the class of each picture: `path,label`, perhaps `split` and `group`."""

import csv
import io
from dataclasses import dataclass
from typing import NamedTuple

from core.errors import BadLabels
from core.words import Text, fill_text, listing

PATHS = (
    "path",
    "file",
    "filename",
    "file_name",
    "filepath",
    "file_path",
    "image",
    "image_path",
    "경로",
    "파일",
)
LABELS = ("label", "class", "class_name", "classname", "category", "target", "라벨", "레이블", "클래스")
SPLITS = ("split", "set", "subset", "fold", "분할")
GROUPS = ("group", "group_id", "그룹", "묶음")
"""What the columns may be called; the first is the one that is documented."""


class Row(NamedTuple):
    """One picture's line."""

    path: str
    label: str
    split: str | None
    group: str | None
    """What the picture shares with others: a person, a place, a video."""


@dataclass(frozen=True)
class Table:
    """A label file."""

    rows: list[Row]
    has_splits: bool


def read_table(data: bytes, name: str) -> Table:
    """The rows of a CSV: comma, semicolon or tab; UTF-8, UTF-16 or Korean Windows' cp949.

    Raises:
        BadLabels: no header with a path and a label, or not a table.
    """
    text = _text(data, name)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise BadLabels(name=name, why=_no_table(str(error))) from error
    head = [cell.strip().casefold() for cell in lines[0]] if lines else []
    path, label, split, group = (_column(head, names) for names in (PATHS, LABELS, SPLITS, GROUPS))
    if path is None or label is None:
        why = fill_text(
            Text(
                en="its first line must name the columns path and label, but reads {found}",
                ko="첫 줄에 path와 label 열 이름이 있어야 하는데 {found}입니다",
            ),
            found=listing(head) or "-",
        )
        raise BadLabels(name=name, why=why)

    def cell(row: list[str], column: int | None) -> str:
        return row[column].strip() if column is not None and column < len(row) else ""

    rows = [
        Row(cell(row, path), cell(row, label), cell(row, split) or None, cell(row, group) or None)
        for row in lines[1:]
    ]
    return Table(rows, split is not None)


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _text(data: bytes, name: str) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadLabels(name=name, why=Text(en="it is not a table of text", ko="글로 된 표가 아닙니다"))


def _no_table(detail: str) -> Text:
    return fill_text(
        Text(en="it is not a table of text ({detail})", ko="글로 된 표가 아닙니다({detail})"), detail=detail
    )
