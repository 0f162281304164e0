"""Deleted runs: kept aside for a day, in which they can be brought back. Imports no torch."""

import os
from dataclasses import dataclass

from core.errors import UnknownName
from core.files import folder_bytes, read_json, remove_folder
from core.records import text_or_none
from core.runs.runs import Run, open_run
from core.store import RunFolder, Workspace
from core.words import Text, plain


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
