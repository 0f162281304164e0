"""How far noises are from what a run was trained on, as background work: it goes on where it stopped. Imports torch when it measures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.distance import PICTURES, missing_samples
from core.jobs.job import Job
from core.jobs.queue import submit
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, look_ms, never_timed
from core.runs.recipe import get_model
from core.runs.runs import Run, data_set_of, open_run, run_of
from core.store import Workspace
from core.training.unseen import measured_distances
from core.words import Text, fill_text

KIND = "distances"


@dataclass(frozen=True)
class DistancesPayload(Record):
    """What a job of kind `distances` does."""

    run_id: str = ""
    noises: list[str] = field(default_factory=list)


def submit_distances(workspace: Workspace, run: Run, noises: Sequence[str]) -> Job:
    """Queue the distances of some noises; what has been measured is not measured again.

    Raises:
        DataSetDeleted.
    """
    data_set_of(workspace, run)
    title = fill_text(
        Text(en="How far noises are from the training of “{name}”", ko="“{name}” 학습과 노이즈의 거리"),
        name=run.label,
    )
    payload = DistancesPayload(run.id, list(noises))
    return submit(workspace, KIND, title, payload.to_json(), once=f"{KIND} {run.id}")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job of kind `distances`; returns {"run_id", "noises"}: how many are known."""
    payload = job.asked(DistancesPayload)
    run = open_run(workspace, payload.run_id)
    return {"run_id": run.id, "noises": len(measured_distances(workspace, run, payload.noises, report))}


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What measures on; None where the run or its data set is gone."""
    run = run_of(workspace, job)
    if run is None:
        return None
    return partial(submit_distances, workspace, run, DistancesPayload.read(job.payload).noises)


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long it takes, from its turn on; None where the run or its data set is gone."""
    run = run_of(workspace, job)
    if run is None:
        return None
    return takes(workspace, run, data_set_of(workspace, run), DistancesPayload.read(job.payload).noises)


def takes(workspace: Workspace, run: Run, data_set: DataSet, noises: Sequence[str]) -> Span | None:
    """How long measuring what is missing takes, from the click on; None where nothing is, or nothing can be measured."""
    try:
        missing = missing_samples(workspace, run, data_set, noises)
    except (NoiseLensError, OSError):
        return None
    if not missing:
        return None
    look = look_ms(get_model(run.recipe.model), run.recipe.network_side(data_set.size), 1)
    return never_timed(len(missing) * min(PICTURES, data_set.split_counts["test"]) * look / 1000).with_start
