"""The demo study: two arms on drawn faces, clean and noise-trained, on the same noises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.data.builtin.faces import Swap
from core.data.builtin.job import MakePayload, find_made, make
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.options import checked_noises
from core.hardware import cores
from core.jobs.job import Job
from core.jobs.pieces import at_once
from core.jobs.queue import list_jobs, submit
from core.noise.catalogue import SEVERITIES
from core.noise.mix import Mix
from core.progress import Report, part
from core.records import Record
from core.runs.entering import create_run
from core.runs.estimate import Span, never_timed
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.runs.studies import create_study
from core.store import Workspace, new_id
from core.training.job import train_run
from core.words import Text, fill_text

DEMO_NOISES = (
    "gaussian_noise",
    "salt_pepper",
    "bfs_noise",
    "motion_blur",
    "fog",
    "jpeg_compression",
    "blend",
    "pca",
)
DEMO_MIX = ("gaussian_noise:0.5:1-5", "salt_pepper:0.3:1-5")
CLEAN_ARM = Text(en="{study}: clean", ko="{study}: 원본으로 학습")
NOISE_ARM = Text(en="{study}: noise-trained", ko="{study}: 노이즈로 학습")


@dataclass(frozen=True)
class Design(Record):
    """What a study does; the defaults are the demo."""

    name: str = "Demo"
    label: Text = field(default_factory=lambda: Text(en="Demo", ko="데모"))
    """The name as screens show it."""
    data: str = "faces"
    size: int = 64
    images: int | None = None
    """Of the data set; None for its default."""
    model: str = "small_cnn"
    epochs: int = 8
    seed: int = 0
    mix: tuple[str, ...] = DEMO_MIX
    """Of the noise-trained arm, as KEY:PROB:LOW-HIGH; the other arm is clean."""
    noises: tuple[str, ...] = DEMO_NOISES
    severities: tuple[int, ...] = SEVERITIES


@dataclass(frozen=True)
class StudyPayload(Record):
    """What a job of kind `study` does."""

    study_id: str = ""
    demo: bool = False
    plan: Design = field(default_factory=Design)


# Shares of the work on two CPU cores, s, about: drawing, training both arms at once, evaluating both.
DRAWING, TRAINING, EVALUATING = 5.0, 21.0, 12.0
WHOLE = DRAWING + TRAINING + EVALUATING


def seconds_for_demo() -> Span:
    """How long the demo study takes from the click on, roughly."""
    return never_timed(WHOLE).with_start


def submit_demo(workspace: Workspace, design: Design | None = None) -> Job:
    """Queue the demo study, or return the one that is queued or running."""
    design = design or Design()
    checked_noises(design.noises)
    title = Text(en="Demo study", ko="데모 연구")
    payload = StudyPayload(study_id=new_id(), demo=True, plan=design)
    return submit(workspace, "study", title, payload.to_json(), once="demo")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a study job; returns {"study_id", "run_ids": [clean, noise-trained]}.

    Raises:
        NameTaken, CannotWrite, OutOfRange.
        Cancelled: from `report`; arms that were finished stay.
    """
    payload = job.asked(StudyPayload)
    design = payload.plan
    staging = workspace.job_folder(job.id).staging
    study = create_study(workspace, design.name, payload.demo, payload.study_id)
    data_set = _set_of(workspace, design)
    if data_set is None:
        drawing = part(report, 0.0, DRAWING / WHOLE)
        data_set = make(
            workspace, staging / "data", design.data, drawing, size=design.size, images=design.images
        )
    runs = []
    for name, arm, mix in (("clean", CLEAN_ARM, ()), ("noise-trained", NOISE_ARM, design.mix)):
        recipe = Recipe.make(
            data_set_id=data_set.id,
            data_set_fingerprint=data_set.card.fingerprint,
            model=design.model,
            mix=Mix.from_texts(mix),
            epochs=design.epochs,
            seed=design.seed,
            threads=max(1, cores() // 2),
        )
        label = fill_text(arm, study=design.label)
        runs.append(create_run(workspace, f"{study.name}: {name}", recipe, study, True, label))
    training = part(report, DRAWING / WHOLE, (DRAWING + TRAINING) / WHOLE)
    _train(workspace, runs, training)
    evaluate_runs(
        workspace,
        runs,
        design.noises,
        design.severities,
        staging,
        part(report, (WHOLE - EVALUATING) / WHOLE, 1.0),
    )
    return {"study_id": study.id, "run_ids": [run.id for run in runs]}


def _train(workspace: Workspace, runs: Sequence[Run], report: Report) -> None:
    """Train the arms: at once on a processor, where a second core helps a small network little; a card is for one."""
    from core.networks.loading import choose_device

    if choose_device("auto").type == "cpu":
        at_once([partial(train_run, workspace, run) for run in runs], report)
        return
    for place, run in enumerate(runs):
        train_run(workspace, run, part(report, place / len(runs), (place + 1) / len(runs)))


def lasts(_workspace: Workspace, _job: Job) -> Span:
    """How long it takes from its turn on."""
    return seconds_for_demo()


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What queues the demo study once more."""
    return partial(submit_demo, workspace) if job.subject.demo else None


def _set_of(workspace: Workspace, design: Design) -> DataSet | None:
    try:
        return find_made(workspace, design.data, design.size, 0, design.images)
    except NoiseLensError:  # a set that only another version draws
        return None


def drawing(workspace: Workspace) -> list[Job]:
    """Jobs under way that bring data sets about, oldest first; a study is one of them until its set is there."""
    return [
        job
        for job in list_jobs(workspace, active=True, limit=10_000)
        if job.group == "data"
        or (job.makes("data set") and _set_of(workspace, StudyPayload.read(job.payload).plan) is None)
    ]


def being_drawn(workspace: Workspace, kind: str, size: int, swap: Swap | None = None) -> Job | None:
    """The one of them that brings about what core.data.builtin.job.submit_make with these arguments would."""
    wanted = (kind, size, 0, None, (swap or Swap()).facts)
    for job in drawing(workspace):
        if job.kind == "make":
            one = MakePayload.read(job.payload)
            drawn = (one.kind, one.size, one.seed, one.images, one.options or Swap().facts)
        elif job.kind == "study":
            design = StudyPayload.read(job.payload).plan
            drawn = (design.data, design.size, 0, design.images, Swap().facts)
        else:
            continue
        if drawn == wanted:
            return job
    return None
