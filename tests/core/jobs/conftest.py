"""A workspace, a service whose rounds the test makes by hand, and waiting for a state."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.jobs import executors, queue, requests
from core.jobs.executors import LocalExecutor
from core.jobs.job import Job
from core.jobs.service import JobService
from core.store import Workspace
from core.words import plain


def under_way(job: Job) -> bool:
    return job.state == "running" and job.share > 0


def ended(job: Job) -> bool:
    return not job.active


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace.open(tmp_path / "a 'home' with 빈칸")
    yield workspace
    for job in queue.list_jobs(workspace, active=True):
        requests.request_cancel(
            workspace, job.id
        )  # one that its worker has not claimed yet is claimed no more
    for job in queue.list_jobs(workspace):
        if job.alive and job.handle != executors.this_process():
            executors.stop(job.handle)
    workspace.close()


@pytest.fixture
def new_service(workspace: Workspace) -> Callable[[], JobService]:
    """Services whose workers do what the payload's "do" says."""
    return lambda **options: JobService(
        workspace, **{"executor": LocalExecutor("tests.core.jobs.odd_worker")} | options
    )


@pytest.fixture
def service(new_service) -> JobService:
    return new_service()


@pytest.fixture
def submit(workspace: Workspace) -> Callable[[str], Job]:
    return lambda do: queue.submit(workspace, "make", plain(do), {"do": do})


@pytest.fixture
def until(workspace: Workspace) -> Callable[..., Job]:
    """Make rounds of a service until the job is as asked; the time that took is in `until.seconds`."""

    def until(job: Job, wanted: Callable[[Job], bool], service: JobService | None = None) -> Job:
        begun = time.monotonic()
        while True:
            if service is not None:
                service.step()
            now = queue.get_job(workspace, job.id)
            until.seconds = time.monotonic() - begun
            if wanted(now):
                return now
            assert until.seconds < 30, f"still {now.state}: {workspace.job_folder(job.id).log.read_text()}"
            time.sleep(0.02)

    return until


@pytest.fixture
def gone() -> Callable[[int], None]:
    """Wait until a process has ended."""

    def gone(pid: int) -> None:
        deadline = time.monotonic() + 10
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    return gone
