"""Predictions made elsewhere, taken back as a run of their own: all of them, or none. No torch."""

import hashlib
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.brought.pack import Pack, read_pack
from core.brought.parquet_pages import unpacked_bytes
from core.data.intake.label_table import csv_text
from core.errors import BadLabels, NotFound, PredictionsDoNotFit
from core.evaluation.job import SPLIT
from core.evaluation.predictions import schema
from core.evaluation.stored_answers import write_answers, write_groups
from core.files import write_json, writing
from core.limits import MAX_ANSWERS_BYTES, MAX_CLASSES
from core.runs.deleted import discard_run
from core.runs.editing import save_summary
from core.runs.entering import NewRun, create_runs
from core.runs.evaluations import Facts, register_evaluation
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, open_run
from core.store import Workspace, new_id
from core.words import Text, fill_text, listing

KEYS = ("image", "noise", "severity")
CLASS, SHA256 = "class", "sha256"
OWN = (*KEYS, CLASS, SHA256, "file")
"""What columns mean by these names, also where a class is called so."""
BEFORE = "p:"
"""Before a class in the name of the column of its probability, where it is called as another column."""
SCHEMA = pa.schema([field for field in schema((1, 1)) if not field.name.startswith("map")])
SUM = 0.02
"""How far the probabilities of a row may be from 1 in all: people round to two digits."""
_MOST_COLUMNS = 2 * MAX_CLASSES
_LONGEST = 200
"""Letters of a cell that means something."""
_LEAST_BYTES = 8 * 1024**2
"""That a Parquet file of however few rows may take unpacked: dictionaries, and room that programs leave."""

Strings = NDArray[np.object_]


class _Table:
    """A table of answers as text, whatever file it was."""

    def __init__(self, columns: pa.Table, names: Sequence[str], decimal: str = ".") -> None:
        """
        Args:
            names: of all its columns, also of those that mean nothing here and were not read.
        """
        self._columns = columns
        self.names = names
        self._decimal = decimal

    def __len__(self) -> int:
        return int(self._columns.num_rows)

    def __contains__(self, name: str) -> bool:
        return name in self._columns.column_names

    def text(self, name: str) -> Strings:
        """A column; "" where there is nothing."""
        column = self._columns[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        found: Strings = pc.fill_null(column.cast(pa.string()), "").to_numpy(zero_copy_only=False)
        return found

    def number(self, name: str) -> NDArray[np.float64]:
        """A column; NaN where there is no number."""
        column = self._columns[name]
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
        text = self.text(name)
        if self._decimal != ".":
            text = np.array([one.replace(self._decimal, ".") for one in text], dtype=object)
        try:
            return np.asarray(pc.utf8_trim_whitespace(pa.array(text)).cast(pa.float64()), np.float64)
        except pa.ArrowInvalid:
            return pd.to_numeric(pd.Series(text), errors="coerce").to_numpy(np.float64)


def read_answers(path: Path, pack: Pack) -> pa.Table:
    """A table of answers as the rows of a predictions table (`SCHEMA`): clean first, then cell by cell.

    Raises:
        PredictionsDoNotFit: it says all that is wrong, with counts.
    """
    cells, images = pack.cells, len(pack.numbers)
    wanted = len(cells) * images
    table = _read(path, wanted, pack.data_set.classes)
    lacking = [name for name in KEYS if name not in table]
    if lacking:
        raise _misfit(path, [fill_text(_NO_COLUMNS, names=", ".join(lacking), found=_few(table.names))])
    _check_rows(path, len(table), wanted)
    wrong: list[Text] = []
    places = _places(table, pack, wrong)
    known = places >= 0
    times = np.bincount(places[known], minlength=wanted)
    if twice := int((times > 1).sum()):
        wrong.append(fill_text(_TWICE, n=f"{twice:,}"))
    if missing := int((times == 0).sum()):
        wrong.append(fill_text(_MISSING, n=f"{missing:,}", of=f"{wanted:,}"))
    if SHA256 in table:
        digests = np.char.lower(np.char.strip(table.text(SHA256).astype(np.str_)))
        other = (digests[known] != "") & (digests[known] != pack.sha256[places[known]])
        if other.any():
            wrong.append(fill_text(_OTHER_PIXELS, n=f"{int(other.sum()):,}"))
    predicted, probabilities = _answers(table, pack.data_set.classes, wrong)
    if wrong:
        raise _misfit(path, wrong)
    # Back to where the pack has them, in each cell by the data set's number, as a test here writes them.
    by_number = np.argsort(pack.numbers)
    order = np.empty(wanted, np.int64)
    order[places] = np.arange(wanted)
    order = (order.reshape(len(cells), images)[:, by_number]).ravel()
    predicted, probabilities = predicted[order], probabilities[order]
    numbers = np.tile(pack.numbers[by_number], len(cells))
    classes = probabilities.shape[1]
    columns = [
        numbers,
        np.repeat(np.array([noise for noise, _ in cells], dtype=object), images),
        np.repeat([level for _, level in cells], images),
        np.asarray(pack.data_set.labels)[numbers],
        predicted,
        np.take_along_axis(probabilities, predicted[:, None], axis=1)[:, 0],
    ]
    arrays = [pa.array(values).cast(field.type) for values, field in zip(columns, SCHEMA, strict=False)]
    offsets = pa.array(np.arange(0, (wanted + 1) * classes, classes, dtype=np.int32))
    arrays.append(pa.ListArray.from_arrays(offsets, pa.array(probabilities.ravel())))
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _check_rows(path: Path, rows: int, wanted: int) -> None:
    """
    Raises:
        PredictionsDoNotFit: these are far more than a pack has pictures.
    """
    if rows > 2 * wanted:
        raise _misfit(path, [fill_text(_TOO_MANY, n=f"{rows:,}", of=f"{wanted:,}")])


def _places(table: _Table, pack: Pack, wrong: list[Text]) -> NDArray[np.int64]:
    """Of each row which of the pack's pictures it is of, counted cell by cell; -1 where it is of none."""
    numbers = {}
    for name in ("image", "severity"):
        values = table.number(name)
        bad = ~(np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 2**31))
        if bad.any():
            wrong.append(fill_text(_NO_NUMBER, column=name, **_counted(bad)))
        numbers[name] = np.where(bad, -1, np.nan_to_num(values)).astype(np.int64)
    code, noises = pd.factorize(table.text("noise"))
    row_of = np.full((len(noises) + 1, 7), -1)
    cells = {cell: number for number, cell in enumerate(pack.cells)}
    for place, noise in enumerate(noises):
        row_of[place, :6] = [cells.get((str(noise).strip(), one), -1) for one in range(6)]
    level, image = numbers["severity"], numbers["image"]
    cell = row_of[code, np.where((level >= 0) & (level <= 5), level, 6)]
    there = (cell >= 0) & (image >= 0) & (image < len(pack.numbers))
    unknown = ~there & (level >= 0) & (image >= 0)
    if unknown.any():
        wrong.append(fill_text(_NOT_IN_PACK, **_counted(unknown)))
    return np.where(there, cell * len(pack.numbers) + image, -1)


def _answers(
    table: _Table, classes: Sequence[str], wrong: list[Text]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """N: the class that each row names; N,C: the probabilities, or 1 for the class that is named."""
    found = _class_columns(table.names, classes)
    given = [name for name in found if name is not None]
    named = np.full(len(table), -1)
    if CLASS in table:
        named = _named(table, classes, wrong)
    elif not given:
        wrong.append(fill_text(_NO_ANSWERS, names=_few([_column(name) for name in classes])))
    if given and len(given) < len(classes):
        lacking = [_column(name) for name, column in zip(classes, found, strict=True) if column is None]
        wrong.append(fill_text(_LACKING, names=_few(lacking)))
    if len(given) < len(classes):
        return named, np.eye(len(classes), dtype=np.float32)[np.maximum(named, 0)]
    shares = np.stack([table.number(name) for name in given], axis=1)
    bad = np.asarray(~np.isfinite(shares).all(axis=1))
    if bad.any():
        wrong.append(fill_text(_NO_SHARE, **_counted(bad)))
    below = np.asarray(~bad & (shares < 0).any(axis=1))
    if below.any():
        wrong.append(fill_text(_BELOW, **_counted(below)))
    with np.errstate(over="ignore", invalid="ignore"):
        sums = shares.sum(axis=1)
    off = ~bad & ~below & (np.abs(sums - 1) > SUM)
    if off.any():
        first = int(np.flatnonzero(off)[0])
        wrong.append(fill_text(_OFF, sum=f"{sums[first]:.4g}", **_counted(off)))
    likeliest = shares.argmax(axis=1) if not bad.any() else np.zeros(len(table), np.int64)
    if CLASS not in table:
        named = likeliest
    elif not (bad.any() or (named < 0).any()):
        rows = np.arange(len(table))
        differs = shares[rows, named] < shares[rows, likeliest]
        if differs.any():
            wrong.append(fill_text(_DIFFERS, **_counted(differs)))
    if wrong:
        return named, shares.astype(np.float32)
    return named, (shares / sums[:, None]).astype(np.float32)


def _class_columns(names: Sequence[str], classes: Sequence[str]) -> list[str | None]:
    """The column of the probability of each class; None where there is none."""
    columns = {_plainly(name): name for name in names}
    return [
        columns.get(_plainly(BEFORE + name)) or (None if name in OWN else columns.get(_plainly(name)))
        for name in classes
    ]


def _named(table: _Table, classes: Sequence[str], wrong: list[Text]) -> NDArray[np.int64]:
    """N: the class that each row names, by its number; -1 where there is none of that name."""
    known = {_plainly(name): number for number, name in enumerate(classes)} | {
        name: number for number, name in enumerate(classes)
    }
    code, names = pd.factorize(table.text(CLASS))
    numbers = np.array([known.get(name, known.get(_plainly(name), -1)) for name in names], np.int64)[code]
    unknown = numbers < 0
    if unknown.any():
        counts = np.bincount(code[unknown], minlength=len(names))
        others = [str(names[one]) for one in np.argsort(-counts, kind="stable") if counts[one]]
        wrong.append(fill_text(_OTHER_CLASSES, names=_few(others), own=_few(classes), **_counted(unknown)))
    return numbers


def _plainly(name: str) -> str:
    """A name composed as one here, however the system or program spelled it."""
    return unicodedata.normalize("NFC", name).strip()


def _column(name: str) -> str:
    """What the column of a class is called."""
    return BEFORE + name if name in OWN else name


def _few(names: Iterable[str], most: int = 3) -> str:
    """Some of them, quoted, short and in one line."""
    shown = ['"' + "".join(c if c.isprintable() else " " for c in one[:40]) + '"' for one in names]
    return listing(shown, most) or "-"


def _counted(rows: NDArray[np.bool_]) -> dict[str, str]:
    """How many rows, and where the first of them is: the first below the header is 1."""
    return {"n": f"{int(rows.sum()):,}", "row": f"{int(np.flatnonzero(rows)[0]) + 1:,}"}


_NO_TABLE = Text(en="it is no table (CSV or Parquet)", ko="CSV나 Parquet 표가 아닙니다")
_TOO_LARGE = Text(en="it holds more than {limit} MB", ko="{limit} MB가 넘습니다")
_WIDE = Text(en="it has {n} columns", ko="열이 {n}개나 됩니다")
_SAME_NAMES = Text(
    en="several of its columns are called {names}", ko="이름이 {names}인 열이 여러 개 있습니다"
)
_NO_COLUMNS = Text(
    en="it has no column {names} (its columns: {found})", ko="{names} 열이 없습니다(있는 열: {found})"
)
_TOO_MANY = Text(
    en="it has {n} rows, and the pack {of} pictures", ko="꾸러미의 사진은 {of}장인데 행이 {n}개입니다"
)
_NO_NUMBER = Text(
    en='in {n} rows (first row {row}) "{column}" is no whole number',
    ko='"{column}"{column:-이/가} 정수가 아닌 행이 {n}개 있습니다(첫 번째는 {row}행)',
)
_NOT_IN_PACK = Text(
    en="{n} rows (first row {row}) are of pictures that are not in the pack",
    ko="꾸러미에 없는 사진의 행이 {n}개 있습니다(첫 번째는 {row}행)",
)
_TWICE = Text(en="{n} pictures are answered more than once", ko="두 번 이상 답한 사진이 {n}장 있습니다")
_MISSING = Text(
    en="{n} of the pack's {of} pictures have no answer",
    ko="꾸러미의 사진 {of}장 가운데 {n}장의 답이 없습니다",
)
_OTHER_PIXELS = Text(
    en="in {n} rows another file was read than the pack's (sha256)",
    ko="꾸러미의 파일과 다른 파일을 읽은 행이 {n}개 있습니다(sha256)",
)
_NO_ANSWERS = Text(
    en='it has neither a column "class" nor one with the probability of each class ({names})',
    ko='"class" 열도, 클래스마다 확률을 적은 열({names})도 없습니다',
)
_LACKING = Text(en="it has no column with the probability of {names}", ko="{names}의 확률 열이 없습니다")
_OTHER_CLASSES = Text(
    en="{n} rows (first row {row}) name other classes ({names}) than the pack's ({own})",
    ko="꾸러미의 클래스({own})가 아닌 것({names})을 적은 행이 {n}개 있습니다(첫 번째는 {row}행)",
)
_NO_SHARE = Text(
    en="in {n} rows (first row {row}) a probability is no number",
    ko="확률이 수가 아닌 행이 {n}개 있습니다(첫 번째는 {row}행)",
)
_BELOW = Text(
    en="in {n} rows (first row {row}) a probability is below 0",
    ko="확률이 0보다 작은 행이 {n}개 있습니다(첫 번째는 {row}행)",
)
_OFF = Text(
    en="in {n} rows the probabilities do not add up to 1 (those of row {row}, the first, to {sum})",
    ko="확률의 합이 1이 아닌 행이 {n}개 있습니다(첫 번째인 {row}행의 합은 {sum})",
)
_DIFFERS = Text(
    en='in {n} rows (first row {row}) "class" is not the class of the highest probability: leave one of them out',
    ko='"class"가 확률이 가장 높은 클래스가 아닌 행이 {n}개 있습니다(첫 번째는 {row}행). 둘 중 하나를 빼 주세요',
)


def _read(path: Path, wanted: int, classes: Sequence[str]) -> _Table:
    """
    Args:
        wanted: rows.
        classes: of the pack.

    Raises:
        PredictionsDoNotFit.
    """
    try:
        if path.stat().st_size > MAX_ANSWERS_BYTES:
            raise _misfit(path, [fill_text(_TOO_LARGE, limit=MAX_ANSWERS_BYTES // 1024**2)])
        with path.open("rb") as file:
            parquet = file.read(4) == b"PAR1"
        return _read_parquet(path, wanted, classes) if parquet else _read_csv(path)
    except BadLabels as error:
        raise _misfit(path, [error.values["why"]]) from error
    except (OSError, ValueError, NotImplementedError, pa.ArrowException) as error:
        raise _misfit(path, [_NO_TABLE]) from error


def _read_csv(path: Path) -> _Table:
    """
    Raises:
        PredictionsDoNotFit, BadLabels, ValueError.
    """
    text, delimiter = csv_text(path.read_bytes(), path.name)
    head = text.split("\n", 1)[0].split(delimiter)
    if len(head) > _MOST_COLUMNS:
        raise _misfit(path, [fill_text(_WIDE, n=f"{len(head):,}")])
    titles = pa_csv.open_csv(
        pa.BufferReader(text[: text.find("\n") + 1 or None].encode()),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
    ).schema.names
    names = _checked_names(path, titles)
    rows = pa_csv.read_csv(
        pa.BufferReader(text.encode()),
        pa_csv.ReadOptions(column_names=names, skip_rows=1, block_size=2**24),
        pa_csv.ParseOptions(delimiter=delimiter),
        pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )
    return _Table(rows, names, "," if delimiter == ";" else ".")


def _read_parquet(path: Path, wanted: int, classes: Sequence[str]) -> _Table:
    """The columns that mean something here, if they are of plain values: no more is unpacked than the pack's rows can take.

    Raises:
        PredictionsDoNotFit, ValueError, ArrowException.
    """
    with path.open("rb") as opened, pq.ParquetFile(opened, memory_map=False) as file:
        about, fields = file.metadata, file.schema_arrow
        if len(fields) > _MOST_COLUMNS:
            raise _misfit(path, [fill_text(_WIDE, n=f"{len(fields):,}")])
        _check_rows(path, about.num_rows, wanted)
        plain = [
            field.name
            for field in fields
            if not pa.types.is_nested(field.type) and not pa.types.is_binary(field.type)
        ]
        names = _checked_names(path, plain)
        meant = {*KEYS, CLASS, SHA256, *_class_columns(names, classes)}
        asked = [column for column, name in zip(plain, names, strict=True) if name in meant]
        words = [column for column in asked if _is_word(fields.field(column).type)]
        most = _LEAST_BYTES + 2 * wanted * (8 * len(asked) + 4 * _LONGEST * len(words))
        most = min(most, 4 * MAX_ANSWERS_BYTES)
        if unpacked_bytes(opened, about, asked) > most:
            raise _misfit(path, [fill_text(_TOO_LARGE, limit=f"{most / 1024**2:,.0f}")])
    rows = pq.read_table(path, columns=asked, read_dictionary=words, memory_map=False)
    for name in words:  # each different word once, however often it is there
        for chunk in rows[name].chunks:
            longest = pc.max(pc.utf8_length(chunk.dictionary)) if len(chunk.dictionary) else None
            if longest is not None and (longest.as_py() or 0) > _LONGEST:
                raise ValueError(name)
    return _Table(rows.rename_columns([_plainly(column) for column in asked]), names)


def _is_word(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _checked_names(path: Path, titles: Sequence[str]) -> list[str]:
    """
    Raises:
        PredictionsDoNotFit: one is there twice.
    """
    names = [_plainly(title) for title in titles]
    again = sorted({name for name in names if name and names.count(name) > 1})
    if again:
        raise _misfit(path, [fill_text(_SAME_NAMES, names=_few(again))])
    # Those without a name mean nothing here; Arrow wants one.
    return [name or f" {number}" for number, name in enumerate(names)]


def _misfit(path: Path, wrong: Sequence[Text]) -> PredictionsDoNotFit:
    why = Text(en="; ".join(one["en"] for one in wrong), ko="; ".join(one["ko"] for one in wrong))
    return PredictionsDoNotFit(name=path.name, why=why)


@dataclass(frozen=True)
class Taken:
    """What was taken."""

    run: Run
    rows: int
    images: int
    cells: int


def bring_predictions(workspace: Workspace, path: Path, pack_path: Path, name: str) -> Taken:
    """Answers to a pack as a run with its test.

    Raises:
        As `read_pack` and `read_answers`; NotFound; BadName, CannotWrite, DiskFull: nothing of it is here then.
    """
    for one in (path, pack_path):
        if not one.is_file():
            raise NotFound(name=str(one))
    pack = read_pack(workspace, pack_path)
    rows = read_answers(path, pack)
    data_set = pack.data_set
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    origin = Origin(kind="predictions", source=path.name, format="table", sha256=digest, split=SPLIT)
    recipe = Recipe(data_set.id, data_set.card.fingerprint, model="", epochs=0)
    (run,) = create_runs(workspace, [NewRun(name, recipe, rename=True, origin=origin)])
    try:
        facts = Facts(
            id=new_id(),
            created=time.time(),
            run_id=run.id,
            split=SPLIT,
            data_fingerprint=data_set.card.fingerprint,
            weights_fingerprint=digest,
            table=pack.table,
            seed=pack.seed,
            noises=pack.noises,
            severities=pack.severities,
            images=len(pack.numbers),
            classes=data_set.classes,
            class_labels=data_set.class_labels,
            maps=False,
            map_shape=(0, 0),
            classes_alone=bool((rows["confidence"].to_numpy() == 1).all()),
            draws=pack.draws,
            versions=pack.versions,
            device="",
        )
        folder = run.folder.evaluation(facts.id)
        with writing(folder.path):
            folder.path.mkdir(parents=True)
            pq.write_table(rows, folder.predictions, compression="zstd", use_dictionary=["noise", "severity"])
        write_json(folder.facts, facts.to_json())
        if data_set.groups is not None:
            write_groups(folder, np.sort(pack.numbers), data_set.groups)
        write_answers(folder)
        register_evaluation(workspace, facts)
        summary = Summary(
            data_set=data_set.name,
            classes=data_set.classes,
            class_labels=data_set.class_labels,
            size=data_set.size,
            table=pack.table,
        )
        save_summary(workspace, run.id, summary)
    except BaseException:
        discard_run(workspace, run)
        raise
    return Taken(open_run(workspace, run.id), len(rows), len(pack.numbers), len(pack.cells))
