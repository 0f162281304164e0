"""Runs are deleted: kept aside for a day, in which they can be brought back. Imports no torch."""

import os
from dataclasses import dataclass

from sqlalchemy import delete

from core.errors import DiskFull, UnknownName
from core.files import folder_bytes, read_json, remove_folder
from core.folders import RunFolder
from core.records import text_or_none
from core.runs.runs import Run, open_run
from core.store import Workspace
from core.tables import EvaluationRow, RunRow
from core.words import Text, plain


def delete_run(workspace: Workspace, run: Run) -> None:
    """Remove a run with its checkpoint, metrics and evaluations; for a day `bring_back` undoes it."""
    aside = workspace.deleted / run.id
    # The folder first: without a row it would come back with the next index.
    try:
        aside.parent.mkdir(exist_ok=True)
        os.replace(run.folder.path, aside)
        os.utime(aside)  # its day begins now
    except OSError:  # no space for it, a file in it that is held, or gone: another has deleted it
        remove_folder(run.folder.path)
    try:
        _forget(workspace, run.id)
    except DiskFull:
        remove_folder(aside)  # it is this that makes room
        _forget(workspace, run.id)


def discard_run(workspace: Workspace, run: Run) -> None:
    """Remove what has come of a run that was never whole: nobody brings it back."""
    remove_folder(run.folder.path)
    _forget(workspace, run.id)


@dataclass(frozen=True)
class DeletedRun:
    """A run that can still be brought back."""

    id: str
    label: Text
    """What screens called it."""
    when: float
    """It was deleted, Unix seconds."""
    bytes: int
    """That it takes on the disk."""


def list_deleted(workspace: Workspace) -> list[DeletedRun]:
    """What can be brought back, the last deleted first."""
    found = []
    for path in workspace.deleted.glob("*/run.json"):
        folder = path.parent
        if folder.name.startswith("."):  # being removed
            continue
        try:
            said, when = read_json(RunFolder(folder).run), folder.stat().st_mtime
        except (OSError, ValueError):
            continue
        label = text_or_none(said.get("label")) if isinstance(said, dict) else None
        found.append(DeletedRun(folder.name, label or plain(folder.name), when, folder_bytes(folder)))
    return sorted(found, key=lambda one: -one.when)


def bring_back(workspace: Workspace, run_id: str) -> Run:
    """Undo the deletion of a run; where its name has been taken meanwhile, it gets a number.

    Raises:
        UnknownName: it has been removed for good.
    """
    try:
        os.replace(workspace.deleted / run_id, workspace.run_folder(run_id).path)
    except FileNotFoundError:
        known = [one.label for one in list_deleted(workspace)]
        raise UnknownName(Text(en="deleted run", ko="삭제한 모델"), run_id, known) from None
    workspace.index()
    return open_run(workspace, run_id)


def remove_for_good(workspace: Workspace, run_id: str) -> None:
    """Free what a deleted run takes on the disk, before its day is over."""
    remove_folder(workspace.deleted / run_id)


def _forget(workspace: Workspace, run_id: str) -> None:
    with workspace.session() as session:
        session.execute(delete(EvaluationRow).where(EvaluationRow.run_id == run_id))
        session.execute(delete(RunRow).where(RunRow.id == run_id))
