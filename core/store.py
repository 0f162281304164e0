"""The workspace: every path is a property here, and the database that indexes its folders.

The folders are the truth (`data/ID/card.json`, `runs/ID/run.json`, ...); the database is an index
of them for lists, and the job queue. `Workspace.open` brings the index to what the folders say.
"""

import logging
import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, inspect, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from core.errors import BadName, CannotWrite, DiskFull, NoName
from core.files import read_json, write_json
from core.folders import DataFolder, JobFolder, RunFolder
from core.names import has_control, is_control
from core.records import filled, text_or_none
from core.tables import DataSetRow, EvaluationRow, Row, RunRow, StudyRow
from core.words import Text, fill_text

_log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent

NAMELESS = Text(en="Run without a name ({id})", ko="이름 없는 모델({id})")
"""What screens call a run whose file does not say."""

DELETED_FOR = 24 * 3600.0
"""Seconds in which a deleted run can be brought back."""
_NAME_BYTES = 220
"""Of a file's name, at most: disks store 255, and browsers add something where a name is taken."""
_PART = 60
"""Letters of a part of it, at most."""
LEAST_FREE = 1 << 20
"""Bytes; with fewer left, what SQLite calls an error of reading and writing is the full disk."""


class Workspace:
    """One folder with everything that NoiseLens keeps."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "noiselens.sqlite3"
        self.data = root / "data"
        self.runs = root / "runs"
        self.jobs = root / "jobs"
        self.uploads = root / "uploads"
        """Archives handed over by the browser, until the job that reads them has ended."""
        self.waiting = root / "waiting"
        """Imports that are read and checked, until somebody accepts or discards them."""
        self.deleted = root / "deleted"
        """Runs that were deleted, for DELETED_FOR seconds."""
        self.showcase = root / "showcase"
        """What the helper process computed for the first page."""
        self.timings = root / "timings"
        """How fast this computer trains, a file each kind of training."""
        self.shifts = root / "shifts"
        """By how much noises move the features of networks, a file each network and data set."""
        self.films = root / "films"
        """Videos that runs are asked about, a folder each, with what they said."""
        self.quizzes = root / "quizzes"
        """Quizzes that somebody chose to keep, a file each."""

    @classmethod
    def open(cls, root: Path | None = None) -> "Workspace":
        """The workspace at `root`, else at $NOISELENS_HOME, else beside app.py; made if missing.

        Raises:
            CannotWrite, DiskFull.
        """
        chosen = root or Path(os.environ.get("NOISELENS_HOME") or ROOT / "workspace")
        workspace = cls(chosen.expanduser().resolve())
        try:
            for folder in (
                workspace.data,
                workspace.runs,
                workspace.jobs,
                workspace.uploads,
                workspace.waiting,
            ):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotWrite(name=str(chosen), why=error.strerror or str(error)) from error
        workspace._create_tables()
        return workspace

    def data_folder(self, data_set_id: str) -> DataFolder:
        return DataFolder(self.data / data_set_id)

    def run_folder(self, run_id: str) -> RunFolder:
        return RunFolder(self.runs / run_id)

    def job_folder(self, job_id: str) -> JobFolder:
        return JobFolder(self.jobs / job_id)

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(f"sqlite:///{self.database}", connect_args={"timeout": 30})

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            # Write-ahead log: the dashboard reads while a worker writes.
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.close()

        return engine

    def close(self) -> None:
        """Let go of the database's files."""
        self._engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A database session; commits at the end, rolls back on an error.

        Raises:
            DiskFull: the database cannot even be opened without space for its log and its index.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if self._is_full(error):
                raise DiskFull(name=str(self.root)) from error
            raise

    def _is_full(self, error: OperationalError) -> bool:
        """Whether what SQLite says comes of a disk without space; where it has none for its index it does not say so."""
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest says where it happened
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            return shutil.disk_usage(self.root).free < LEAST_FREE
        return code == sqlite3.SQLITE_FULL

    def index(self) -> None:
        """Bring the index to what the folders say."""
        with self.session() as session:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            self._index_data(session)
            self._index_runs(session)

    def _create_tables(self) -> None:
        """Tables with all their columns, also in the database of an earlier version; then the index."""
        with self.session() as session:
            connection = session.connection()
            # Several processes may open a workspace at once: each waits for the one before.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for table in Row.metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
                _fit_columns(connection, table)
                for index in table.indexes:
                    connection.execute(CreateIndex(index, if_not_exists=True))
            self._index_data(session)
            self._index_runs(session)

    def _index_data(self, session: Session) -> None:
        """Data sets: rows for the folders that have none, as after a crash; none without its folder."""
        cards = _files(self.data, "card.json")
        names = {row.id: row.name for row in session.execute(select(DataSetRow.id, DataSetRow.name))}
        _drop(session, DataSetRow, names, cards)

        def enter(data_set_id: str, path: Path) -> None:
            card = _with_free_name(path, "({})", set(names.values()))
            known = filled(card, {"name": data_set_id, "created": path.stat().st_mtime})
            row = {"id": data_set_id, "name": known["name"], "created": known["created"], "card": card}
            add_row(session, DataSetRow, row)
            names[data_set_id] = known["name"]

        _enter(cards, names, enter)

    def _index_runs(self, session: Session) -> None:
        """The same for runs, their studies and their evaluations."""
        files = _files(self.runs, "run.json")
        names = {row.id: row.name for row in session.execute(select(RunRow.id, RunRow.name))}
        _drop(session, RunRow, names, files)

        def enter(run_id: str, path: Path) -> None:
            run = _with_free_name(path, "{}", set(names.values()))
            known = filled(run, {"name": run_id, "created": path.stat().st_mtime, "recipe": {}})
            label = text_or_none(known.get("label"))
            if label is None and known["name"] != run.get("name"):
                label = fill_text(NAMELESS, id=run_id)
            study = known.get("study")
            study_id = _enter_study(session, study) if isinstance(study, dict) else None
            row = {
                "id": run_id,
                "name": known["name"],
                "label": label,
                "created": known["created"],
                "data_set_id": filled(known["recipe"], {"data_set_id": ""})["data_set_id"],
                "study_id": study_id,
                "arm": known["arm"] if isinstance(known.get("arm"), dict) else None,
                "recipe": known["recipe"],
                "summary": _summary(RunFolder(path.parent).summary),
                "note": run["note"] if isinstance(run.get("note"), str) else None,
                "origin": run["origin"] if isinstance(run.get("origin"), dict) else None,
            }
            add_row(session, RunRow, row)
            names[run_id] = known["name"]

        _enter(files, names, enter)
        facts_of: dict[str, Path] = {}
        for run_id in files:
            facts_of |= _files(self.run_folder(run_id).evaluations, "evaluation.json")
        known = set(session.scalars(select(EvaluationRow.id)))
        _drop(session, EvaluationRow, known, facts_of)

        def enter_evaluation(evaluation_id: str, path: Path) -> None:
            facts = filled(read_json(path), {"created": path.stat().st_mtime})
            run_id = path.parent.parent.parent.name
            row = {"id": evaluation_id, "run_id": run_id, "created": facts["created"], "facts": facts}
            add_row(session, EvaluationRow, row)

        _enter(facts_of, known, enter_evaluation)


def add_row(session: Session, kind: type[Row], values: dict[str, Any]) -> None:
    """Enter a folder that is in place; no trouble where another process has just indexed it.

    Raises:
        sqlalchemy.exc.IntegrityError: its name belongs to another one.
    """
    session.execute(insert(kind).values(**values).on_conflict_do_nothing(index_elements=["id"]))


def _fit_columns(connection: Connection, table: Table) -> None:
    """Add the columns that a table lacks; drop what this version does not fill and the table wants filled."""
    there = {column["name"]: column for column in inspect(connection).get_columns(table.name)}
    for name, known in there.items():
        if name not in table.columns and not known["nullable"] and known["default"] is None:
            connection.exec_driver_sql(f'ALTER TABLE {table.name} DROP COLUMN "{name}"')
    for column in table.columns:
        if column.name not in there:
            declared = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {declared}")


def _files(top: Path, name: str) -> dict[str, Path]:
    """The file `name` of each folder in `top`, by the folder's name; what is being removed is hidden."""
    return {path.parent.name: path for path in top.glob(f"*/{name}") if not path.parent.name.startswith(".")}


def _drop(session: Session, kind: Any, rows: Collection[str], folders: Collection[str]) -> None:
    """Remove the rows whose folder is gone."""
    for row_id in set(rows) - set(folders):
        session.execute(delete(kind).where(kind.id == row_id))


def _enter(files: dict[str, Path], known: Collection[str], enter: Callable[[str, Path], None]) -> None:
    """Call `enter` for each folder that has no row; a damaged one is left out, and logged."""
    for folder_id, path in sorted(files.items()):
        if folder_id in known:
            continue
        try:
            enter(folder_id, path)
        except (OSError, ValueError):
            _log.exception("%s cannot be read and is left out", path)


def _enter_study(session: Session, study: dict[str, Any]) -> str | None:
    """Enter the study that the run.json of one of its runs tells of; its id, None where it has none."""
    if not isinstance(study.get("id"), str):
        return None
    defaults = {"name": study["id"], "created": 0.0, "demo": False}
    known = filled(study, defaults)
    plan = known.get("plan")
    row = {"id": study["id"], "label": text_or_none(known.get("label"))}
    row |= {name: known[name] for name in defaults} | {"plan": plan if isinstance(plan, dict) else None}
    add_row(session, StudyRow, row)
    return str(study["id"])


def _summary(path: Path) -> dict[str, Any] | None:
    """What came of a run; None before its training has ended, or where it cannot be read."""
    try:
        said = read_json(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        _log.exception("%s cannot be read and is left out", path)
        return None
    return said if isinstance(said, dict) else None


def _with_free_name(path: Path, number: str, taken: Collection[str]) -> dict[str, Any]:
    """What the file `path` says, its name followed by a number where another one has it.

    Raises:
        ValueError: it is no record.
    """
    said: dict[str, Any] = read_json(path)
    if not isinstance(said, dict):
        raise ValueError(f"{path} holds no record")
    if isinstance(said.get("name"), str) and said["name"] in taken:
        tries = (f"{said['name']} {number.format(i)}" for i in range(2, len(taken) + 3))
        said["name"] = next(name for name in tries if name not in taken)
        write_json(path, said)
    return said


def new_id() -> str:
    """A name for a folder and its row: sorts by time, unique without asking anyone."""
    return f"{int(time.time() * 1000):011x}{uuid.uuid4().hex[:6]}"


def file_name(name: str) -> str:
    """What the browser calls a file, as one that every system can store: no folder, 60 characters at most."""
    kept = "".join(c for c in name if not is_control(c) and c not in '<>:"/\\|?*').strip(". ")
    return kept[-60:].lstrip(". ") or "upload"


def part_of_file(name: str, most: int = 24) -> str:
    """A name as one of several that make a file's name: its first letters, without blanks."""
    return "-".join(file_name(name[:most]).split())


def named_file(parts: Sequence[str], ending: str) -> str:
    """The name of a file that says what is in it: parts as `file_name` has them, nothing like a way up ("..") in them, with "_"
    between, the longest cut short until every system can store it.

    Args:
        ending: as ".png".
    """
    kept = [file_name(part[:_PART].replace("..", "")) for part in parts]
    while len("_".join(kept).encode()) + len(ending) > _NAME_BYTES:
        longest = max(range(len(kept)), key=lambda place: len(kept[place].encode()))
        kept[longest] = kept[longest][:-1]
    return "_".join(part.rstrip(". ") for part in kept) + ending


def checked_name(name: str) -> str:
    """`name` trimmed, if a person may give it to a data set or run.

    Raises:
        NoName: there is nothing but blanks.
        BadName: over 80 characters, dots alone, with a slash or a control character.
    """
    trimmed = name.strip()
    if not trimmed:
        raise NoName()
    if (
        len(trimmed) > 80
        or not trimmed.strip(".")
        or any(c in "/\\" for c in trimmed)
        or has_control(trimmed)
    ):
        raise BadName(name=name[:100])
    return trimmed
