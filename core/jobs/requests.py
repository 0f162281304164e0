"""What a person asks of a job: to stop, to end early, to rest, to go on."""

import time

from sqlalchemy import Update, null, update
from sqlalchemy.exc import IntegrityError

from core.errors import (
    CannotEndEarly,
    CannotPause,
    CannotResume,
    Diverged,
    NothingToGoOnWith,
    NothingToPause,
    NothingToResume,
    TheSameIsQueued,
    UserMistake,
    WouldFailAgain,
)
from core.jobs.job import Job
from core.jobs.kinds import KINDS, function
from core.jobs.queue import changed, get_job, remove_what_it_built
from core.jobs.states import ACTIVE, FINAL, FOLLOWS
from core.store import Workspace
from core.tables import JobRow
from core.words import Text


def request_cancel(workspace: Workspace, job_id: str, after_epoch: bool = False) -> Job:
    """Ask a job to stop: one that waits or rests is cancelled at once, a running one by its worker.

    Returns the job as it then is; one that has already ended stays as it was.

    Args:
        after_epoch: a running one is to end early with what it has, instead.

    Raises:
        UnknownName: there is no such job.
        CannotEndEarly: it runs, and is of a kind that cannot.
    """
    job = get_job(workspace, job_id)
    if after_epoch and job.state == "running" and not ends_early(workspace, job):
        raise CannotEndEarly(title=job.title)
    asked = "finish_requested" if after_epoch else "cancel_requested"
    with workspace.session() as session:
        changed(session, _asked(job_id, asked))
        dropped = changed(
            session,
            update(JobRow)
            .where(JobRow.id == job_id, JobRow.state.in_(("queued", "paused")))
            .values(state="cancelled", finished=time.time(), error=null()),
        )
    if dropped:
        remove_what_it_built(workspace, job_id, job.subject)
    return get_job(workspace, job_id)


def _asked(job_id: str, column: str) -> Update:
    """Writes when a running job was asked for something first."""
    where = (JobRow.id == job_id, JobRow.state == "running", getattr(JobRow, column).is_(None))
    return update(JobRow).where(*where).values({column: time.time()})


def ends_early(workspace: Workspace, job: Job) -> bool:
    """Whether it can end early with what it has, as it is now."""
    place = KINDS[job.kind].ends_early if job.kind in KINDS and job.state == "running" else None
    return place is not None and bool(function(place)(workspace, job))


def request_pause(workspace: Workspace, job_id: str) -> Job:
    """Ask a job to rest: a queued one does at once; a running one saves first what it goes on from.

    Returns the job as it then is.

    Raises:
        UnknownName: there is no such job.
        NothingToPause: it has ended.
        CannotPause: it runs, and is of a kind that cannot go on from its middle.
    """
    job = get_job(workspace, job_id)
    if job.state in FINAL:
        raise NothingToPause(id=job_id)
    if job.state == "running" and not pauses(job):
        raise CannotPause(title=job.title)
    with workspace.session() as session:
        waited = update(JobRow).where(JobRow.id == job_id, JobRow.state == "queued")
        if not changed(session, waited.values(state="paused", finished=time.time())):
            changed(session, _asked(job_id, "pause_requested"))
    return get_job(workspace, job_id)


def pauses(job: Job) -> bool:
    """Whether it can be paused as it is now."""
    return job.state == "queued" or (job.state == "running" and goes_on(job) is not None)


def goes_on(job: Job) -> str | None:
    """As of its kind."""
    return KINDS[job.kind].goes_on if job.kind in KINDS else None


def why_not_resumed(workspace: Workspace, job: Job) -> UserMistake | None:
    """Why `resume` would refuse a job; None where it would not.

    What waited and was paused can always go on; what ran, where its kind can and what it works on is there.
    """
    if job.state in (*ACTIVE, "done"):
        how = {
            "queued": Text(en="already waits in the queue", ko="이미 대기 중이라"),
            "running": Text(en="is already running", ko="이미 실행 중이라"),
            "done": Text(en="has ended as it should", ko="이미 제대로 끝나서"),
        }
        return NothingToResume(id=job.id, how=how[job.state])
    if job.state == "paused" and job.started is None:
        return None
    there = goes_on(job)
    if there is None:
        return CannotResume(title=job.title)
    if not function(there)(workspace, job):
        return NothingToGoOnWith(title=job.title)
    if job.error is not None and job.error.get("kind") == Diverged.__name__:
        return WouldFailAgain(title=job.title)
    return None


_OF_ONE_TRY = (
    "started",
    "finished",
    "begun",
    "begun_share",
    "step",
    "handle",
    "heard",
    "pid",
    "pid_started",
    "cancel_requested",
    "pause_requested",
    "finish_requested",
    "result",
    "error",
)


def resume(workspace: Workspace, job_id: str) -> Job:
    """Put a job that rests or ended early at the end of the queue once more: the same job, which goes on.

    Raises:
        UnknownName: there is no such job.
        NothingToResume, CannotResume, NothingToGoOnWith, WouldFailAgain, TheSameIsQueued: it cannot.
    """
    job = get_job(workspace, job_id)
    refused = why_not_resumed(workspace, job)
    if refused is not None:
        raise refused
    values = {"state": "queued", "queued": time.time(), "share_before": JobRow.share}
    before = [known for known, followers in FOLLOWS.items() if "queued" in followers]
    with workspace.session() as session:
        try:
            changed(
                session,
                update(JobRow)
                .where(JobRow.id == job_id, JobRow.state.in_(before))
                .values(values | dict.fromkeys(_OF_ONE_TRY, null())),
            )
        except IntegrityError:
            raise TheSameIsQueued(title=job.title) from None
    workspace.job_folder(job_id).put_away.unlink(missing_ok=True)
    return get_job(workspace, job_id)
