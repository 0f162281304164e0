"""What is written of a run after it was entered: what came of it, its name and note. Imports no torch."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core.errors import NameTaken, OutOfRange
from core.files import read_json, write_json
from core.runs.origins import Origin
from core.runs.runs import Run, Summary, open_run
from core.store import Workspace, checked_name
from core.tables import RunRow
from core.words import Text, plain

LONGEST_NOTE = 2000
"""Letters."""


def save_summary(workspace: Workspace, run_id: str, summary: Summary) -> None:
    """Write summary.json, then its mirror in the database."""
    said = summary.to_json()
    write_json(workspace.run_folder(run_id).summary, said)
    with workspace.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(summary=said))


def save_origin(workspace: Workspace, run: Run, origin: Origin) -> None:
    """Write where a run was made anew into its run.json, then its mirror in the database."""
    said = origin.to_json()
    write_json(run.folder.run, read_json(run.folder.run) | {"origin": said})
    with workspace.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run.id).values(origin=said))


def edit_run(workspace: Workspace, run: Run, name: str, note: str) -> Run:
    """Give a run another name, or words of one's own.

    Args:
        name: its new one, or what screens call it to leave that as it is.
        note: blank for none.

    Raises:
        NoName, BadName, NameTaken, OutOfRange, CannotWrite.
    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise OutOfRange(
            what=Text(en="The length of the note", ko="메모의 길이"),
            lowest=0,
            highest=LONGEST_NOTE,
            value=len(note),
        )
    called: dict[str, Any] = {}
    if name.strip() not in (run.name, *run.label.values()):
        name = checked_name(name)
        called = {"name": name, "label": plain(name)}
    said = called | {"note": note or None}
    try:
        with workspace.session() as session:
            row = session.get_one(RunRow, run.id)
            for key, value in said.items():
                setattr(row, key, value)
            session.flush()  # the name is ours before the file says so
            write_json(run.folder.run, read_json(run.folder.run) | said)
    except IntegrityError:
        raise NameTaken(name=name) from None
    return open_run(workspace, run.id)
