"""The CSV file that says the class of each picture: `path,label`, perhaps `split` and `group`; or the same in lines
of JSON."""

import csv
import io
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from core.data.intake.letters import IN_WORDS, is_utf8, legacy_encoding
from core.data.intake.split_names import codes, exact_split, folds, in_words, split_of
from core.data.splits import TEST, TRAIN, VALIDATION
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
    "image_name",
    "image_id",
    "img",
    "img_path",
    "img_name",
    "경로",
    "파일",
    "파일명",
    "id",
    "id_code",
)
LABELS = (
    "label",
    "class",
    "class_name",
    "classname",
    "label_name",
    "label_str",
    "labels",
    "category",
    "target",
    "라벨",
    "레이블",
    "클래스",
)
SPLITS = ("split", "set", "subset", "partition", "fold", "folds", "kfold", "분할")
GROUPS = ("group", "group_id", "그룹", "묶음")
"""What the columns may be called; the first is the one that is documented."""
EXPORTED = ("path", "label", "split", "group", "original")
"""The columns of a data set that was exported here."""
_FOLDS = ("fold", "folds", "kfold")
_FLAGS = {
    "is_train": TRAIN,
    "is_training": TRAIN,
    "is_valid": VALIDATION,
    "is_val": VALIDATION,
    "is_validation": VALIDATION,
    "is_test": TEST,
}
"""Columns that say yes or no to one split."""
_YES = frozenset({"1", "1.0", "true", "t", "yes", "y"})
_NO = frozenset({"0", "0.0", "false", "f", "no", "n", ""})


class Row(NamedTuple):
    """One picture's line."""

    path: str
    label: str
    """As it stands there: a blank at its end is another label, as it is another folder."""
    split: int | None
    """TRAIN, VALIDATION or TEST."""
    group: str | None
    """What the picture shares with others: a person, a place, a video."""


@dataclass(frozen=True)
class Table:
    """A label file."""

    rows: list[Row]
    folded: bool = False
    """Its splits are folds of a cross-validation, which count for less than those of folders."""
    exported: bool = False
    """It is of a data set that was exported here."""
    untrained: list[str] = field(default_factory=list)
    """Its words for splits, where none of them is training."""
    notes: list[Text] = field(default_factory=list)
    split_notes: list[Text] = field(default_factory=list)


def read_table(data: bytes, name: str) -> Table:
    """The rows of a CSV: comma, semicolon or tab; UTF-8, UTF-16, or what Windows uses in Korea, Japan, China or the
    West; or, by the name's ending, of lines of JSON.

    Where no column holds the labels, a column for each class may, with one 1 in every row.

    Raises:
        BadLabels: no header with a path and a label, or not a table.
    """
    text, notes = _text(data, name)
    lines = _json_lines(text, name) if name.lower().endswith(".jsonl") else _csv_lines(text, name)
    titles = [cell.strip() for cell in lines[0]] if lines else []
    head = [title.casefold() for title in titles]
    path, label, group = (_column(head, names) for names in (PATHS, LABELS, GROUPS))

    def cells(column: int | None) -> list[str]:
        """Composed as the names of files are."""
        return [
            unicodedata.normalize("NFC", row[column]) if column is not None and column < len(row) else ""
            for row in lines[1:]
        ]

    if path is None:
        raise BadLabels(name=name, why=fill_text(_NO_HEAD, found=listing(head) or "-"))
    if label is None:
        others = (*PATHS, *SPLITS, *GROUPS, *_FLAGS)
        marks = {
            titles[place]: cells(place)
            for place in range(len(head))
            if place != path and head[place] not in others
        }
        labels = _marked(marks, head, name)
        told = fill_text(_MARKED, name=name, classes=listing(sorted(set(labels))))
        notes.append(told)
    else:
        labels = _words(cells(label), [cells(head.index(other)) for other in LABELS if other in head])
    flags = {head[column]: cells(column) for column in _all_columns(head, tuple(_FLAGS))}
    splits = _Splits({head[column]: cells(column) for column in _all_columns(head, SPLITS)}, flags, name)
    rows = [
        Row(path_.strip(), label_, split, group_.strip() or None)
        for path_, label_, split, group_ in zip(
            cells(path), labels, splits.of_rows or [None] * (len(lines) - 1), cells(group), strict=True
        )
    ]
    exported = tuple(head) == EXPORTED
    return Table(rows, splits.folded, exported, splits.untrained, notes, splits.notes)


def csv_text(data: bytes, name: str) -> tuple[str, str]:
    """What a CSV says from its header on, and what stands between its cells: a comma, semicolon or tab.

    Raises:
        BadLabels: it is not text.
    """
    return _separated(_text(data, name)[0])


def _separated(text: str) -> tuple[str, str]:
    if separator := re.match(r"sep=(.)\r?\n", text):  # a hint for Excel
        text = text[separator.end() :]
    first = text.split("\n", 1)[0]
    return text, separator[1] if separator else max(",;\t", key=first.count)


def _csv_lines(text: str, name: str) -> list[list[str]]:
    """
    Raises:
        BadLabels.
    """
    text, delimiter = _separated(text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        return [row for row in reader if any(row)]
    except csv.Error as error:
        raise BadLabels(name=name, why=_no_table(str(error))) from error


def _words(labels: list[str], columns: list[list[str]]) -> list[str]:
    """`labels`, or where they are mere numbers those of a column that has a word for each of them."""
    if all(re.fullmatch(r"\s*\d+\s*", label) for label in labels):
        for words in columns:
            pairs = set(zip(labels, words, strict=True))
            one_to_one = (
                len(pairs) == len({number for number, _ in pairs}) == len({word for _, word in pairs})
            )
            if one_to_one and not any(word.strip().isdecimal() or not word.strip() for _, word in pairs):
                return words
    return labels


class _Splits:
    """What the columns say that may tell the splits: the first that is understood counts.

    Args:
        columns, flags: those of SPLITS and of _FLAGS, with their cells.
    """

    def __init__(self, columns: dict[str, list[str]], flags: dict[str, list[str]], name: str) -> None:
        self.of_rows: list[int | None] = []
        self.folded = False
        self.untrained: list[str] = []
        self.notes: list[Text] = []
        for column, cells in columns.items():
            values = [cell.strip() for cell in cells]
            known = self._understood(name, column, [value for value in values if value])
            if known:
                self.of_rows = [known.get(value) for value in values]
                return
        if flags:
            self._flagged(name, flags)

    def _flagged(self, name: str, flags: dict[str, list[str]]) -> None:
        """What is in no column's split is in the one that has no column: training, if that is open."""
        different = {cell.strip() for cells in flags.values() for cell in cells}
        if not {value.casefold() for value in different} <= _YES | _NO:
            values = listing(sorted(different - {""}), 4)
            self.notes.append(fill_text(_NO_SPLITS, name=name, column=listing(list(flags)), values=values))
            return
        named = {_FLAGS[column] for column in flags}
        others = next((split for split in (TRAIN, TEST) if split not in named), None)
        for row in zip(*flags.values(), strict=True):
            said = {
                _FLAGS[column]
                for column, cell in zip(flags, row, strict=True)
                if cell.strip().casefold() in _YES
            }
            self.of_rows.append(others if not said else said.pop() if len(said) == 1 else None)
        self.notes.append(fill_text(_FLAGGED, name=name, column=listing(list(flags))))

    def _understood(self, name: str, column: str, values: list[str]) -> dict[str, int]:
        """{value: split}; empty where the column tells none."""
        different = sorted(set(values))
        words = {value: split for value in different if (split := split_of(value)) is not None}
        if TRAIN in words.values() or any(exact_split(value) is not None for value in different):
            self.untrained = [] if TRAIN in words.values() else different
            return words
        coded = None if column in _FOLDS else codes(values)
        if coded:
            self.notes.append(fill_text(_CODED, name=name, column=column, pairs=in_words(coded)))
            return coded
        folded = folds(values)
        if folded and (column in _FOLDS or len(folded) > 3):
            self.folded = True
            bare = {re.sub(r"(?i)^fold[ _-]?", "", value): split for value, split in folded.items()}
            tested = next(value for value, split in bare.items() if split == TEST)
            validated = next((value for value, split in bare.items() if split == VALIDATION), None)
            text = _FOLDED_IN_TWO if validated is None else _FOLDED
            told = {"n": len(folded), "test": tested, "validation": validated}
            self.notes.append(fill_text(text, name=name, column=column, **told))
            return folded
        if different:
            self.notes.append(fill_text(_NO_SPLITS, name=name, column=column, values=listing(different, 4)))
        return {}


_CODED = Text(
    en="The numbers in the column {column} of {name} were taken for splits: {pairs}.",
    ko="{name}의 {column} 열에 있는 숫자를 분할로 읽었습니다: {pairs}.",
)
_FOLDED = Text(
    en="The column {column} of {name} holds {n} folds of a cross-validation: fold {test} is the test, fold {validation}"
    " validation, all others training.",
    ko="{name}의 {column} 열은 교차 검증 폴드 {n}개입니다. 폴드 {test:은/는} 시험, 폴드 {validation:은/는} 검증, 나머지는 학습에"
    " 씁니다.",
)
_FOLDED_IN_TWO = Text(
    en="The column {column} of {name} holds {n} folds of a cross-validation: fold {test} is the test, the other one"
    " training.",
    ko="{name}의 {column} 열은 교차 검증 폴드 {n}개입니다. 폴드 {test:은/는} 시험, 나머지는 학습에 씁니다.",
)
_FLAGGED = Text(
    en="The splits come from {column} in {name}.", ko="분할은 {name}의 {column} 열에서 읽었습니다."
)
_NO_SPLITS = Text(
    en="The column {column} of {name} ({values}) tells no split of training, validation and test, and is not used.",
    ko="{name}의 {column} 열({values})은 학습·검증·시험 분할을 알려 주지 않아 쓰지 않았습니다.",
)


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _all_columns(head: list[str], names: tuple[str, ...]) -> list[int]:
    return [head.index(name) for name in names if name in head]


_TAKEN = Text(
    en="{name} is not in UTF-8 and was read as {letters} ({encoding}). If letters in it look wrong, save it as UTF-8"
    " and import again.",
    ko="{name:은/는} UTF-8이 아니어서 {letters}({encoding})로 읽었습니다. 글자가 이상하면 UTF-8로 저장해 다시 가져와 주세요.",
)


def _text(data: bytes, name: str) -> tuple[str, list[Text]]:
    """What it says, and by which letters where that had to be found out."""
    no_text = Text(en="it is not a table of text", ko="글로 된 표가 아닙니다")
    encoding, taken = "utf-8-sig", None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif not is_utf8(data):
        foreign = [line for line in data.splitlines() if not line.isascii()]
        encoding = taken = legacy_encoding(foreign)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadLabels(name=name, why=no_text) from error
    if "\0" in text:
        raise BadLabels(name=name, why=no_text)
    letters = [] if taken is None else [fill_text(_TAKEN, name=name, letters=IN_WORDS[taken], encoding=taken)]
    return text, letters


_NO_HEAD = Text(
    en="its first line must name the columns path and label, but reads {found}",
    ko="첫 줄에 path와 label 열 이름이 있어야 하는데 {found}입니다",
)
_NO_LABELS = Text(
    en="it holds no labels: it needs the columns path and label, but has {found}",
    ko="라벨이 없습니다. path와 label 열이 있어야 하는데 {found}입니다",
)
_SEVERAL_MARKS = Text(
    en="it has a column for each class ({classes}), but not exactly one 1 in every line",
    ko="클래스마다 열({classes})이 하나씩 있지만, 1이 하나가 아닌 줄이 있습니다",
)
_MARKED = Text(
    en="{name} has a column for each class, with a 1 where a picture is of it: {classes}.",
    ko="{name}에는 클래스마다 열이 있고, 사진의 클래스에 1이 적혀 있습니다: {classes}.",
)


def _marked(columns: dict[str, list[str]], head: list[str], name: str) -> list[str]:
    """The label of each row, where columns are classes and hold 0 or 1.

    Raises:
        BadLabels: there are no two such columns, or a row has none or several.
    """
    marks = {
        title: [cell.strip() in ("1", "1.0") for cell in cells]
        for title, cells in columns.items()
        if title and cells and all(cell.strip() in ("0", "1", "0.0", "1.0") for cell in cells)
    }
    if len(marks) < 2:
        raise BadLabels(name=name, why=fill_text(_NO_LABELS, found=listing(head) or "-"))
    labels = []
    for row in zip(*marks.values(), strict=True):
        if sum(row) != 1:
            raise BadLabels(name=name, why=fill_text(_SEVERAL_MARKS, classes=listing(list(marks))))
        labels.append(unicodedata.normalize("NFC", list(marks)[row.index(True)]))
    return labels


def _json_lines(text: str, name: str) -> list[list[str]]:
    """A table of objects, one a line, with their keys as its first row.

    Raises:
        BadLabels: a line that is none.
    """
    rows: list[dict[str, object]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise BadLabels(name=name, why=fill_text(_NO_JSON, number=f"{number:,}"))
            rows.append(row)
    head = list(dict.fromkeys(key for row in rows for key in row))
    plain = [[row.get(key) for key in head] for row in rows]
    return [
        head,
        *([str(cell) if isinstance(cell, str | int | float) else "" for cell in row] for row in plain),
    ]


_NO_JSON = Text(en="its line {number} is no JSON object", ko="{number}번째 줄이 JSON 객체가 아닙니다")


def _no_table(detail: str) -> Text:
    return fill_text(
        Text(en="it is not a table of text ({detail})", ko="글로 된 표가 아닙니다({detail})"), detail=detail
    )
