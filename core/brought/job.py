"""The job that brings in a model. Imports torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core.brought.models import bring
from core.data.dataset import DataSet, open_data_set
from core.errors import ClassesDiffer, NotFound, UnknownName
from core.jobs.job import Job
from core.jobs.queue import submit
from core.progress import Report
from core.records import Record
from core.runs.recipe import get_model
from core.store import Workspace
from core.words import Text, fill_text, listing


@dataclass(frozen=True)
class BringPayload(Record):
    """What a job of kind `bring` does."""

    source: str = ""
    """The path of the file or folder."""
    data_set_id: str = ""
    delete_source: bool = False
    """It is an upload that was kept for this job alone."""
    model: str = ""
    """A key that a person named; "": found."""
    classes: list[str] = field(default_factory=list)
    """In the order of its outputs, where a person said so."""
    name: str = ""


def submit_bring(
    workspace: Workspace,
    path: Path,
    data_set: DataSet,
    model: str = "",
    classes: Sequence[str] = (),
    name: str = "",
    delete_source: bool = False,
) -> Job:
    """Queue bringing in a model.

    Args:
        path: of the file or folder; it stays where it is and is read when the job runs.
        data_set: whose classes it tells apart.
        model: a key that a person names; "": found.
        classes: in the order of its outputs, where a person says so.
        name: of the run; "": the file's.
        delete_source: remove it when the job has ended; for uploads, and only among them.

    Raises:
        NotFound: there is nothing. UnknownName, CannotUseModel, TimmMissing: `model`. ClassesDiffer: `classes`.
    """
    if not path.exists():
        raise NotFound(name=str(path))
    if model:
        get_model(model)
    if classes and sorted(classes) != sorted(data_set.classes):
        raise ClassesDiffer(its=listing(list(classes)), own=listing(data_set.classes))
    title = fill_text(Text(en="Bring in “{name}”", ko="“{name}” 가져오기"), name=name or path.name)
    payload = BringPayload(str(path.resolve()), data_set.id, delete_source, model, list(classes), name)
    return submit(workspace, "bring", title, payload.to_json())


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"run_id"}."""
    asked = job.asked(BringPayload)
    data_set = open_data_set(workspace, asked.data_set_id)
    run = bring(workspace, Path(asked.source), data_set, asked.model, asked.classes, asked.name, report)
    return {"run_id": run.id}


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What brings it in once more; None where the file or the data set is gone."""
    asked = BringPayload.read(job.payload)
    try:
        data_set = open_data_set(workspace, asked.data_set_id)
    except UnknownName:
        return None
    path = Path(asked.source)
    if not path.exists():
        return None
    return partial(
        submit_bring,
        workspace,
        path,
        data_set,
        asked.model,
        asked.classes,
        asked.name,
        asked.delete_source,
    )
