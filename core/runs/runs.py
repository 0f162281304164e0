"""What a run is; runs of the workspace are listed and opened. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.data.dataset import DataSet, open_data_set
from core.errors import DataSetDeleted, NotTrained, PredictionsOnly, SeveralRuns, UnknownName
from core.files import read_json
from core.folders import RunFolder
from core.jobs.job import Job, Subject
from core.jobs.kinds import KINDS
from core.jobs.states import ACTIVE, State
from core.noise.catalogue import CHOOSERS
from core.records import Record, filled, labels_of, text_or_none
from core.runs.origins import Origin
from core.runs.recipe import Recipe
from core.store import Workspace
from core.tables import JobRow, RunRow
from core.words import Text, listing, plain

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
    core.runs.estimate.CHOOSING. As of the epoch that was chosen, as `validation_accuracy`."""
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


def training_states(session: Session) -> dict[str, State]:
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


def read_run(workspace: Workspace, row: RunRow, of_jobs: Mapping[str, State]) -> Run:
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


def is_there(workspace: Workspace, job: Job) -> bool:
    """Whether the run that a job is about and its data set are there."""
    return run_of(workspace, job) is not None


def list_runs(workspace: Workspace) -> list[Run]:
    """Every run, newest first."""
    with workspace.session() as session:
        rows = session.scalars(select(RunRow).order_by(RunRow.created.desc(), RunRow.id.desc())).all()
        of_jobs = training_states(session)
    return [read_run(workspace, row, of_jobs) for row in rows]


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
        return read_run(workspace, row, training_states(session))


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
