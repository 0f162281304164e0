"""Files that a job makes for somebody to take away: they lie with the job, and are gone after a day."""

import time
from pathlib import Path

from core.errors import UnknownName
from core.files import remove_folder
from core.jobs.job import Job
from core.jobs.queue import get_job
from core.store import Workspace

KEPT_FOR = 24 * 3600.0
"""s."""
_FOLDER = "made"


def place(workspace: Workspace, job: Job, name: str) -> Path:
    """Where a job is to write what it makes; its folder is there. What jobs made more than a day ago goes."""
    _forget_old(workspace)
    folder = workspace.job_folder(job.id).path / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def made_file(workspace: Workspace, job: Job) -> Path | None:
    """What a job has made, while it is there."""
    name = (job.result or {}).get("file")
    if job.state != "done" or not isinstance(name, str):
        return None
    path = workspace.job_folder(job.id).path / _FOLDER / Path(name).name
    return path if path.is_file() else None


def made_by(workspace: Workspace, job_id: str) -> Path | None:
    """`made_file` of the job with this id; None where there is none."""
    try:
        return made_file(workspace, get_job(workspace, job_id))
    except UnknownName:
        return None


def _forget_old(workspace: Workspace) -> None:
    before = time.time() - KEPT_FOR
    for folder in workspace.jobs.glob(f"*/{_FOLDER}"):
        if any(file.stat().st_mtime < before for file in folder.iterdir()):
            remove_folder(folder)
