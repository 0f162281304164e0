"""Runs are entered into the workspace, all or none. Imports no torch."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import NameTaken
from core.files import remove_folder, write_json
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.runs.runs import Run, RunArm, read_run, training_states
from core.runs.studies import Study
from core.store import Workspace, add_row, checked_name, new_id
from core.tables import RunRow, StudyRow
from core.words import Text, listing, plain


@dataclass(frozen=True)
class NewRun:
    """A run that is to be entered."""

    name: str
    recipe: Recipe
    rename: bool = False
    """Where the name is in use take "name 2", "name 3", ..."""
    label: Text | None = None
    """What screens call it; None for the name."""
    arm: RunArm | None = None
    origin: Origin | None = None


def create_run(
    workspace: Workspace,
    name: str,
    recipe: Recipe,
    study: Study | None = None,
    rename: bool = False,
    label: Text | None = None,
    enter_job: Callable[[Session, Run], None] | None = None,
) -> Run:
    """`create_runs` with one."""
    wanted = NewRun(name, recipe, rename, label)
    enter_jobs = None if enter_job is None else lambda session, runs: enter_job(session, *runs)
    return create_runs(workspace, [wanted], study, enter_jobs)[0]


def create_runs(
    workspace: Workspace,
    wanted: Sequence[NewRun],
    study: Study | None = None,
    enter_jobs: Callable[[Session, Sequence[Run]], None] | None = None,
) -> list[Run]:
    """Enter runs: the folder of each with run.json, and its row. All are there or none.

    Args:
        study: that they belong to; entered with them where it is new.
        enter_jobs: enters the jobs that train them, in the same transaction: all are there or none. What a crash
            before it leaves are folders, which the next index finds as interrupted runs.

    Raises:
        BadName, NameTaken.
    """
    with workspace.session() as session:
        taken = set(session.scalars(select(RunRow.name)))
    rows = []
    for one in wanted:
        name, label = _free(checked_name(one.name), one, taken)
        taken.add(name)
        rows.append(
            RunRow(
                id=new_id(),
                name=name,
                label=dict(label),
                created=time.time(),
                data_set_id=one.recipe.data_set_id,
                study_id=study.id if study else None,
                arm=one.arm.to_json() if one.arm else None,
                recipe=one.recipe.to_json(),
                summary=None,
                origin=one.origin.to_json() if one.origin else None,
            )
        )
    made = []
    try:
        for row in rows:
            folder = workspace.run_folder(row.id)
            made.append(folder.path)
            said = {"name": row.name, "label": row.label, "created": row.created, "recipe": row.recipe}
            said |= {"study": study.__dict__ if study else None}
            said |= {key: value for key, value in (("arm", row.arm), ("origin", row.origin)) if value}
            write_json(folder.run, said)
        with workspace.session() as session:
            if study is not None:
                add_row(session, StudyRow, study.__dict__)
            for row in rows:
                values = {column.name: getattr(row, column.name) for column in RunRow.__table__.columns}
                # A process that opens the workspace just now may have found the folder before its row.
                session.execute(insert(RunRow).values(**values).on_conflict_do_nothing(index_elements=["id"]))
            if enter_jobs is not None:
                enter_jobs(session, [read_run(workspace, row, {}) for row in rows])
            of_jobs = training_states(session)
            return [read_run(workspace, row, of_jobs) for row in rows]
    except BaseException as error:
        for path in made:
            remove_folder(path)  # what is not entered would appear when the workspace is opened again
        if not isinstance(error, IntegrityError):
            raise
        # Somebody else took a name between the look and here.
        if not all(one.rename for one in wanted):
            raise NameTaken(name=listing([one.name for one in wanted])) from None
        return create_runs(workspace, wanted, study, enter_jobs)


def _free(name: str, wanted: NewRun, taken: Collection[str]) -> tuple[str, Text]:
    """A name that is not in use, and what screens call the run then.

    Raises:
        NameTaken.
    """
    label = wanted.label
    if name in taken:
        if not wanted.rename:
            raise NameTaken(name=name)
        number = next(i for i in range(2, len(taken) + 3) if f"{name} {i}" not in taken)
        name = f"{name} {number}"
        if label is not None:
            label = Text(en=f"{label['en']} {number}", ko=f"{label['ko']} {number}")
    return name, label or plain(name)
