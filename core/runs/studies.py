"""Studies in the workspace: made, listed, opened. Imports no torch."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.errors import UnknownName
from core.records import text_or_none
from core.runs.runs import Run, list_runs
from core.store import Workspace, add_row, checked_name, new_id
from core.tables import StudyRow
from core.words import Text


@dataclass(frozen=True)
class Study:
    """Runs that differ in what they train on."""

    id: str
    name: str
    created: float
    demo: bool
    label: Text | None = None
    """What screens call it; None: as `name`."""
    plan: dict[str, Any] | None = None
    """What it asks and tests (core.studies.study.Plan); None: nothing more is known of it."""


def new_study(
    name: str,
    demo: bool = False,
    study_id: str | None = None,
    label: Text | None = None,
    plan: dict[str, Any] | None = None,
) -> Study:
    """A study that is not entered yet."""
    return Study(study_id or new_id(), checked_name(name), time.time(), demo, label, plan)


def create_study(workspace: Workspace, name: str, demo: bool = False, study_id: str | None = None) -> Study:
    """A study without runs; it is kept in the run.json of its runs."""
    study = new_study(name, demo, study_id)
    with workspace.session() as session:
        add_row(session, StudyRow, study.__dict__)
    return study


def list_studies(workspace: Workspace) -> list[Study]:
    """Every study, newest first."""
    with workspace.session() as session:
        rows = session.scalars(select(StudyRow).order_by(StudyRow.created.desc())).all()
    return [_study(row) for row in rows]


def _study(row: StudyRow) -> Study:
    return Study(row.id, row.name, row.created, row.demo, text_or_none(row.label), row.plan)


def open_study(workspace: Workspace, name_or_id: str) -> Study:
    """The study of that id, or else the newest of that name.

    Raises:
        UnknownName: there is none.
    """
    known = list_studies(workspace)
    for study in sorted(known, key=lambda study: study.id != name_or_id):
        if name_or_id in (study.id, study.name):
            return study
    raise UnknownName(Text(en="study", ko="연구"), name_or_id, [study.name for study in known])


def runs_of(workspace: Workspace, study_id: str) -> list[Run]:
    """The runs of a study, in the order in which they were entered."""
    return [run for run in reversed(list_runs(workspace)) if run.study_id == study_id]
