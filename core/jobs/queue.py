"""The queue. It and core.jobs.requests alone write the jobs table. A claim is an update, never a delete."""

import logging
import time
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Update, exists, func, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from core.errors import NoiseLensError, UnknownName, UserMistake
from core.files import remove_folder
from core.jobs import executors
from core.jobs.executors import Handle
from core.jobs.job import Job, Subject, job_of_row
from core.jobs.kinds import KINDS, Group
from core.jobs.states import ACTIVE, FINAL, FOLLOWS, State
from core.store import Workspace, new_id
from core.tables import JobRow
from core.words import Text

_log = logging.getLogger(__name__)


def submit(
    workspace: Workspace, kind: str, title: Text, payload: dict[str, Any], once: str | None = None
) -> Job:
    """Put a job of a kind of core.jobs.kinds at the end of the queue.

    Args:
        once: where a job with this key is queued or running, that one is returned and none is added,
            whoever asks at the same moment.
    """
    while True:
        try:
            with workspace.session() as session:
                return enter(session, kind, title, payload, once)
        except IntegrityError:
            if once is None:
                raise
        active = [job for job in list_jobs(workspace, active=True, limit=10_000) if job.once == once]
        if active:
            return active[0]
        # It has ended between the two looks.


def enter(session: Session, kind: str, title: Text, payload: dict[str, Any], once: str | None = None) -> Job:
    """`submit` within a transaction that holds more than the job, so that both are there or neither.

    Raises:
        IntegrityError: a job with this `once` is queued or running.
    """
    if kind not in KINDS:
        raise ValueError(f"no job kind {kind}")
    row = JobRow(
        id=new_id(),
        kind=kind,
        title=dict(title),
        payload=payload,
        state="queued",
        created=time.time(),
        share=0.0,
        once=once,
    )
    session.add(row)
    session.flush()
    return job_of_row(row)


def get_job(workspace: Workspace, job_id: str) -> Job:
    """The job `job_id`.

    Raises:
        UnknownName: there is none.
    """
    with workspace.session() as session:
        row = session.get(JobRow, job_id)
        if row is None:
            known = session.scalars(select(JobRow.id)).all()
            raise UnknownName(Text(en="job", ko="작업"), job_id, known)
        return job_of_row(row)


def list_jobs(workspace: Workspace, active: bool = False, limit: int = 200) -> list[Job]:
    """Jobs, newest first; with `active`, those queued or running in the order of the queue."""
    query = select(JobRow).limit(limit)
    if active:
        query = query.where(JobRow.state.in_(ACTIVE)).order_by(_place(JobRow), JobRow.id)
    else:
        query = query.order_by(JobRow.created.desc(), JobRow.id.desc())
    with workspace.session() as session:
        return [job_of_row(row) for row in session.scalars(query)]


def _place(row: Any) -> Any:
    """When it joined the queue last; JobRow or an alias of it."""
    return func.coalesce(row.queued, row.created)


def list_paused(workspace: Workspace, group: Group) -> list[Job]:
    """What is paused, oldest first."""
    query = select(JobRow).where(JobRow.state == "paused").order_by(_place(JobRow), JobRow.id)
    with workspace.session() as session:
        return [job for job in map(job_of_row, session.scalars(query)) if job.group == group]


def count_ended(workspace: Workspace) -> dict[str, int]:
    """How many jobs have succeeded, and how many have failed or were interrupted: "done" and "failed"."""
    query = select(JobRow.state, func.count()).group_by(JobRow.state)
    with workspace.session() as session:
        found = dict(session.execute(query).tuples().all())
    return {"done": found.get("done", 0), "failed": found.get("failed", 0) + found.get("interrupted", 0)}


def list_unsuccessful(workspace: Workspace, group: Group) -> list[Job]:
    """What failed or was interrupted until it is put away, and what was cancelled since the last success; newest first.

    A job that succeeds afterwards hides no failure: whoever queued several comes back when all have ended.
    """
    ended = [job for job in list_jobs(workspace) if job.group == group and job.state in FINAL]
    success = max((job.finished or 0.0 for job in ended if job.state == "done"), default=0.0)
    return [
        job
        for job in ended
        if job.state in ("failed", "interrupted")
        or (job.state == "cancelled" and (job.finished or 0.0) > success)
        if not workspace.job_folder(job.id).put_away.exists()
    ]


def put_away(workspace: Workspace, job_id: str) -> None:
    """Take an ended job out of `list_unsuccessful`."""
    mark = workspace.job_folder(job_id).put_away
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def claim(workspace: Workspace, job_id: str, handle: Handle | None = None) -> bool:
    """Take a queued job, if no job runs and none waits longer; of several claimers one gets True.

    Args:
        handle: of the worker that takes it; by default of this process.
    """
    other, earlier = aliased(JobRow), aliased(JobRow)
    with workspace.session() as session:
        return changed(
            session,
            update(JobRow)
            .where(JobRow.id == job_id, JobRow.state == "queued")
            # Two services may each have started a worker for a different job.
            .where(~exists(select(other.id).where(other.state == "running")))
            .where(
                ~exists(
                    select(earlier.id).where(
                        earlier.state == "queued",
                        tuple_(_place(earlier), earlier.id) < tuple_(_place(JobRow), JobRow.id),
                    )
                )
            )
            .values(
                state="running",
                started=time.time(),
                heard=time.time(),
                handle=handle or executors.this_process(),
                step=dict(Text(en="Starting", ko="시작하는 중")),
            ),
        )


def changed(session: Session, statement: Update) -> bool:
    """Carry out an update; whether it met a row."""
    return session.connection().execute(statement).rowcount > 0


def say(
    workspace: Workspace,
    job_id: str,
    share: float | None = None,
    step: Text | None = None,
    claimed: float | None = None,
) -> bool:
    """Write that a running job is worked on, and how far it is; False when its row is gone or it is to be cancelled.

    Args:
        claimed: `started` of the job as the caller claimed it: another worker's, later, is none of its business.
    """
    values: dict[str, Any] = {"heard": time.time()}
    if share is not None:
        values["share"] = min(max(share, 0.0), 1.0)
    if step is not None:
        values["step"] = dict(step)
    if values.get("share", 0.0) > 0:
        values["begun"] = func.coalesce(JobRow.begun, time.time())
        values["begun_share"] = func.coalesce(JobRow.begun_share, values["share"])
    with workspace.session() as session:
        statement = update(JobRow).where(JobRow.id == job_id, JobRow.state == "running", *_of_claim(claimed))
        if not changed(session, statement.values(**values)):
            return False
        return session.scalar(select(JobRow.cancel_requested).where(JobRow.id == job_id)) is None


def _of_claim(claimed: float | None) -> list[ColumnElement[bool]]:
    return [] if claimed is None else [JobRow.started == claimed]


def finish(
    workspace: Workspace,
    job_id: str,
    state: State,
    *,
    result: dict[str, Any] | None = None,
    error: NoiseLensError | None = None,
    claimed: float | None = None,
) -> bool:
    """Bring a job to a final state or to rest, once: False when it already is there. Removes what it was building first.

    Args:
        state: one of FINAL, or "paused".
        claimed: as of `say`.

    Raises:
        DiskFull: what it was building is removed, and its state stays as it was.
    """
    assert state in (*FINAL, "paused"), state
    before = [known for known, followers in FOLLOWS.items() if state in followers]
    values: dict[str, Any] = {"state": state, "finished": time.time(), "result": result}
    if error is not None:
        values["error"] = {
            **error.said,
            "mistake": isinstance(error, UserMistake),
            "kind": type(error).__name__,
        }
    if state == "done":
        values["share"] = 1.0
    with workspace.session() as session:
        row = session.get(JobRow, job_id)
        if row is None or row.state not in before or claimed not in (None, row.started):
            return False
    try:
        # On a full disk it is this that makes room for the words about it.
        remove_what_it_built(workspace, job_id, Subject.read(row.payload), for_good=state in FINAL)
    except OSError:  # a file that is held, as on Windows: the next service removes what an ended job left
        _log.exception("what job %s was building cannot be removed", job_id)
    with workspace.session() as session:
        statement = update(JobRow).where(JobRow.id == job_id, JobRow.state.in_(before), *_of_claim(claimed))
        return changed(session, statement.values(**values))


def remove_what_it_built(workspace: Workspace, job_id: str, subject: Subject, for_good: bool = True) -> None:
    """Remove what one try of a job was building and, where it ended for good, an upload that was kept for it alone.

    What a kind goes on from lies elsewhere, with what it makes.
    """
    remove_folder(workspace.job_folder(job_id).staging)
    source = Path(subject.source or "")
    if for_good and subject.delete_source and source.is_relative_to(workspace.uploads):
        if source.parent != workspace.uploads:
            remove_folder(source.parent)  # its own, made for its name
        elif source.is_dir():
            remove_folder(source)
        else:
            source.unlink(missing_ok=True)
