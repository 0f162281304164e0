"""Runs in the workspace: made, listed, opened, deleted. Imports no torch."""

import json
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

import pandas as pd
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.data.dataset import DataSet, open_data_set
from core.errors import (
    DataSetDeleted,
    DiskFull,
    NameTaken,
    NotTrained,
    OutOfRange,
    PredictionsOnly,
    SeveralRuns,
    UnknownName,
)
from core.files import read_json, remove_folder, write_json
from core.jobs.kinds import KINDS
from core.jobs.queue import Job, Subject
from core.jobs.states import ACTIVE, State
from core.noise.catalogue import CHOOSERS
from core.records import Record, filled, labels_of, text_or_none
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.store import (
    EvaluationRow,
    JobRow,
    RunFolder,
    RunRow,
    StudyRow,
    Workspace,
    add_row,
    checked_name,
    new_id,
)
from core.words import Text, listing, plain

LONGEST_NOTE = 2000
"""Letters."""
ChosenBy = Literal["clean", "clean_and_noisy", "last"]
"""What chose the epoch whose weights a run keeps: the validation pictures as they are, these and others of them under
noise that no test is made of, or nothing, as there are none: it is the last."""


@dataclass(frozen=True)
class Summary(Record):
    """What came of training: summary.json."""

    data_set: str = ""
    """Its name then."""
    classes: list[str] = field(default_factory=list)
    class_labels: list[Text] | None = None
    """What screens call them; None: as they are."""
    size: int = 0
    """Side of the pictures, px; 0 where it does not say."""
    table: str = ""
    """The severity table."""
    seconds: float = 0.0
    images_per_second: float = 0.0
    device: str = "CPU"
    epochs: int = 0
    """Number done."""
    train_accuracy: float | None = None
    """0..1, as the others."""
    validation_accuracy: float | None = None
    validation_noisy_accuracy: float | None = None
    """None: no such pictures, or a clean recipe. Older runs: under the noise of the mix, not under
    core.training.monitor.CHOOSING. As of the epoch that was chosen, as `validation_accuracy`."""
    chosen_by: ChosenBy | None = None
    """None: an older run, which kept its last epoch."""
    chosen_epoch: int = 0
    """1 the first; 0 where it does not say."""
    precision: str = ""
    """"fp32" or "bf16"; "" where it does not say, as `threads`."""
    threads: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    """Of NoiseLens and its libraries, by key; empty where it does not say."""
    machine: str = ""
    """The processor that it was trained on, as its maker writes it; "" where it does not say."""

    @property
    def labels(self) -> dict[str, Text]:
        """What screens call each class."""
        return dict(zip(self.classes, labels_of(self.classes, self.class_labels), strict=True))


@dataclass(frozen=True)
class RunArm(Record):
    """Which arm of its study a run is of; runs of one arm differ in their seed alone."""

    key: str = ""
    label: Text = field(default_factory=lambda: plain(""))


@dataclass(frozen=True)
class Run:
    """One run of the workspace."""

    id: str
    name: str
    """Its only one: the key on the command line and in files."""
    label: Text
    """What screens call it: the name that was chosen, or one made from the recipe in either language."""
    created: float
    state: State
    recipe: Recipe
    study_id: str | None
    summary: Summary | None
    """Once trained."""
    folder: RunFolder
    arm: RunArm | None = None
    """None: of no study, or of one whose arms nobody has named."""
    note: str | None = None
    """A person's own words about it."""
    origin: Origin | None = None
    """None: trained here."""

    @property
    def class_labels(self) -> dict[str, Text]:
        """What screens call each class, once it is trained."""
        return self.summary.labels if self.summary else {}

    @property
    def trained(self) -> bool:
        """Its weights are there and no job works on it, also where its test was cancelled or failed."""
        return self.state not in ACTIVE and self.folder.checkpoint.exists()

    @property
    def noise_trained(self) -> bool:
        return bool(self.recipe.mix.noises)

    @property
    def clean_trained(self) -> bool:
        """It has seen no noise in training; of one that was made elsewhere that is not known."""
        return self.origin is None and not self.noise_trained

    @property
    def reference(self) -> bool:
        """It was trained here on pictures as they are, with nothing that is to make it hold: charts draw it grey."""
        return self.origin is None and self.recipe.clean

    @property
    def choosers(self) -> tuple[str, ...]:
        """Noises under which its validation pictures chose the epoch whose weights it keeps."""
        chosen = self.summary is not None and self.summary.chosen_by == "clean_and_noisy"
        return CHOOSERS if chosen else ()

    @property
    def answers_alone(self) -> bool:
        """Predictions that were made elsewhere: there is no network to ask further."""
        return self.origin is not None and self.origin.kind == "predictions"

    @property
    def graph(self) -> bool:
        """It was brought in as a graph: it answers, and has no layers to look into and no weights that could be taken or learn."""
        return self.origin is not None and self.origin.format == "onnx"

    @property
    def without_maps(self) -> bool:
        """Nothing tells where in a picture it looks: of its network the answers alone are known, or it is a graph."""
        return self.answers_alone or self.graph

    @property
    def comparable(self) -> bool:
        """It has tests, or can be tested."""
        return self.trained or (self.answers_alone and self.summary is not None)


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
    """What it asks and tests (core.studies.plan); None: nothing more is known of it."""


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
                enter_jobs(session, [_run(workspace, row, {}) for row in rows])
            of_jobs = _training_states(session)
            return [_run(workspace, row, of_jobs) for row in rows]
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


def _training_states(session: Session) -> dict[str, State]:
    """The state of the newest job that trains it, by a run's id, or by a study's for all of its runs."""
    kinds = [kind.key for kind in KINDS.values() if "model" in kind.makes]
    jobs = (
        select(JobRow.state, JobRow.payload).where(JobRow.kind.in_(kinds)).order_by(JobRow.created, JobRow.id)
    )
    found = ((Subject.read(payload), cast(State, state)) for state, payload in session.execute(jobs))
    named = ((subject.run_id or subject.study_id, state) for subject, state in found)
    return {name: state for name, state in named if name is not None}  # what is brought in has no run yet


def _state(row: RunRow, folder: RunFolder, of_jobs: Mapping[str, State]) -> State:
    """That of the job which trains it; without one, by its files."""
    if row.id in of_jobs:
        return of_jobs[row.id]
    of_study = of_jobs.get(row.study_id or "")
    if of_study is not None:
        # A study trains its runs one after the other.
        return of_study if of_study != "running" or folder.metrics.exists() else "queued"
    return "done" if row.summary else "interrupted"


def _run(workspace: Workspace, row: RunRow, of_jobs: Mapping[str, State]) -> Run:
    folder = workspace.run_folder(row.id)
    return Run(
        id=row.id,
        name=row.name,
        label=text_or_none(row.label) or plain(row.name),
        created=row.created,
        state=_state(row, folder, of_jobs),
        recipe=Recipe.read(row.recipe),
        study_id=row.study_id,
        summary=Summary.read(row.summary) if row.summary else None,
        folder=folder,
        arm=RunArm.read(row.arm) if row.arm else None,
        note=row.note,
        origin=Origin.read(row.origin) if row.origin else None,
    )


def run_of(workspace: Workspace, job: Job) -> Run | None:
    """The run that a job is about; None where that or its data set is gone."""
    try:
        run = open_run(workspace, job.subject.run_id or "")
        data_set_of(workspace, run)
    except (UnknownName, DataSetDeleted):
        return None
    return run


def list_runs(workspace: Workspace) -> list[Run]:
    """Every run, newest first."""
    with workspace.session() as session:
        rows = session.scalars(select(RunRow).order_by(RunRow.created.desc(), RunRow.id.desc())).all()
        of_jobs = _training_states(session)
    return [_run(workspace, row, of_jobs) for row in rows]


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


def open_run(workspace: Workspace, name_or_id: str) -> Run:
    """The run of that name or id, or else the one that screens call so in either language.

    Raises:
        UnknownName: there is none.
        SeveralRuns: screens call more than one so.
    """
    with workspace.session() as session:
        query = select(RunRow).where((RunRow.id == name_or_id) | (RunRow.name == name_or_id))
        row = session.scalars(query).first()
        if row is None:
            every = session.scalars(select(RunRow)).all()
            called = [one for one in every if name_or_id in (one.label or {}).values()]
            if len(called) > 1:
                raise SeveralRuns(name=name_or_id, names=listing([f'"{one.name}"' for one in called]))
            if not called:
                raise UnknownName(Text(en="run", ko="학습 결과"), name_or_id, [one.name for one in every])
            row = called[0]
        return _run(workspace, row, _training_states(session))


def without_network(run: Run) -> NotTrained | PredictionsOnly:
    """Why a run has no network that could be asked."""
    return (PredictionsOnly if run.answers_alone else NotTrained)(name=run.label)


def settled(run: Run) -> Recipe:
    """Its recipe with the precision and the threads that were chosen when it began, where it has begun: a re-run takes
    these, and comes to the same weights."""
    try:
        said = run.summary.to_json() if run.summary else read_json(run.folder.state / "state.json")
    except (OSError, ValueError):  # it has not begun, or nothing was kept of it
        return run.recipe
    chosen = filled(said, {"precision": "", "threads": 0})
    return replace(
        run.recipe,
        precision=chosen["precision"] or run.recipe.precision,
        threads=chosen["threads"] or run.recipe.threads,
    )


def data_set_of(workspace: Workspace, run: Run) -> DataSet:
    """What a run was trained on.

    Raises:
        DataSetDeleted.
    """
    try:
        return open_data_set(workspace, run.recipe.data_set_id)
    except UnknownName:
        raise DataSetDeleted(name=run.label) from None


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


def read_metrics(folder: RunFolder) -> pd.DataFrame:
    """metrics.jsonl as a table, empty before the first line; half a line, and one of a kind that is not known, is left out.

    Columns: kind ("step" or "epoch"), epoch (float: epochs done), loss, accuracy, learning_rate, images_per_second, memory
    (bytes), and on "epoch" rows validation_loss, validation_accuracy, validation_noisy_loss, validation_noisy_accuracy;
    accuracy 0..1. Older files lack some.
    """
    if not folder.metrics.exists():
        return pd.DataFrame()
    rows = []
    for line in folder.metrics.read_text(encoding="utf-8").split("\n")[:-1]:
        with suppress(ValueError):
            row = json.loads(line)
            if isinstance(row, dict) and row.get("kind") in ("step", "epoch") and "epoch" in row:
                rows.append(row)
    return pd.DataFrame(rows)


def delete_run(workspace: Workspace, run: Run) -> None:
    """Remove a run with its checkpoint, metrics and evaluations; core.runs.deleted keeps it for a day."""
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


def _forget(workspace: Workspace, run_id: str) -> None:
    with workspace.session() as session:
        session.execute(delete(EvaluationRow).where(EvaluationRow.run_id == run_id))
        session.execute(delete(RunRow).where(RunRow.id == run_id))


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
