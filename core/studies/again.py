"""A job that ended without success, once more with the same choices. No torch."""

import re
from pathlib import Path

from core.data.dataset import list_data_sets
from core.data.review.acceptance import list_undecided
from core.errors import UnknownName
from core.evaluation.job import submit_evaluation
from core.jobs.queue import Job, submit
from core.runs.runs import Run, data_set_of, list_runs, open_run
from core.store import Workspace
from core.studies.demo import submit_demo
from core.training.job import submit_training


def _run(workspace: Workspace, job: Job) -> Run | None:
    try:
        return open_run(workspace, job.payload.get("run_id", ""))
    except UnknownName:
        return None


def can_again(workspace: Workspace, job: Job) -> bool:
    """Whether `submit_again` takes it: it ended without success, and what it works on is still there."""
    if job.state not in ("failed", "interrupted", "cancelled"):
        return False
    sets = {one.id for one in list_data_sets(workspace)}
    if job.kind in ("train", "evaluate"):
        run = _run(workspace, job)
        if run is None or run.recipe.data_set_id not in sets:
            return False
        return job.kind == "train" or run.folder.checkpoint.exists()
    if job.kind == "study":
        return bool(job.payload.get("demo"))
    if job.kind == "import":
        return Path(job.payload.get("source") or "/nowhere").exists()  # an upload is gone with its job
    if job.kind == "accept":
        return job.payload.get("waiting") in list_undecided(workspace)
    return job.group == "data" and job.payload.get("data_set_id", "") in {"", *sets}


def submit_again(workspace: Workspace, job: Job) -> Job:
    """Queue it once more: training makes a new run of the same recipe and name, numbered.

    Args:
        job: one that `can_again`.

    Raises:
        UnknownName, NotTrained, DataSetDeleted, BadName: what it works on has gone meanwhile.
    """
    if job.kind == "evaluate":
        run = open_run(workspace, job.payload["run_id"])
        return submit_evaluation(workspace, run, job.payload["noises"], job.payload["severities"])
    if job.kind == "train":
        run = open_run(workspace, job.payload["run_id"])
        data_set = data_set_of(workspace, run)
        named = run.name if run.label == {"en": run.name, "ko": run.name} else None
        if named is not None:
            first = re.sub(r" \d+$", "", named)  # "held 2" is followed by "held 3"
            named = first if first in {one.name for one in list_runs(workspace)} else named
        follow = job.payload.get("evaluate")
        return submit_training(workspace, data_set, run.recipe, named, follow, rename=True)[1]
    if job.kind == "study":
        return submit_demo(workspace)
    return submit(workspace, job.kind, job.title, job.payload, job.once)
