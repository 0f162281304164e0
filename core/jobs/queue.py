"""The queue: the only writer of the jobs table. A claim is an update, never a delete."""

import json
import logging
import time
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Update, exists, func, null, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from core.errors import (
    AskedOtherwise,
    CannotEndEarly,
    CannotPause,
    CannotResume,
    Diverged,
    NoiseLensError,
    NothingToGoOnWith,
    NothingToPause,
    NothingToResume,
    TheSameIsQueued,
    UnknownName,
    UserMistake,
    WouldFailAgain,
)
from core.files import remove_folder
from core.jobs import executors
from core.jobs.executors import Handle
from core.jobs.kinds import KINDS, Group, Made, function
from core.jobs.states import ACTIVE, FINAL, FOLLOWS, State
from core.records import Record
from core.store import JobRow, Workspace, new_id
from core.words import Text

FIRST_SHARE = 0.01
"""Of a job's work, after which its pace can be told."""
MOST_BEFORE = 0.2
"""Share up to which the first that is heard of a job may be left out of its pace."""
MOST_SAID = 200
"""Letters of what is quoted from a payload."""

_log = logging.getLogger(__name__)

Payload = TypeVar("Payload", bound=Record)


@dataclass(frozen=True)
class Subject(Record):
    """What a job of any kind may say in its payload of what it works on; what else is there its kind reads for itself."""

    run_id: str | None = None
    study_id: str | None = None
    data_set_id: str | None = None
    waiting: str | None = None
    """The import that is to be accepted."""
    source: str | None = None
    """What is imported: a path, or a name elsewhere."""
    delete_source: bool = False
    """`source` is an upload that was kept for this job alone."""
    demo: bool = False
    about: Text | None = None
    """What its title leaves out."""


class JobError(Text, total=False):
    """Why a job failed, in both languages."""

    mistake: bool
    """The user can mend it (UserMistake): the command line ends with 2, not 1."""
    kind: str
    """Name of its class in core.errors: what a page offers depends on it."""


@dataclass(frozen=True)
class Job:
    """What is known of a job at one moment."""

    id: str
    kind: str
    title: Text
    payload: dict[str, Any]
    state: State
    created: float
    started: float | None
    finished: float | None
    queued: float | None
    """When it was queued once more; None: when it was created."""
    share: float
    """0..1."""
    share_before: float | None
    """How far it was when it was queued once more."""
    begun: float | None
    begun_share: float | None
    """When it was further than nothing for the first time, and how far: what came before was its start."""
    step: Text | None
    handle: Handle | None
    heard: float | None
    """When its worker last wrote of it, on the worker's clock."""
    cancel_requested: float | None
    pause_requested: float | None
    finish_requested: float | None
    """Asked to end early with what it has."""
    result: dict[str, Any] | None
    error: JobError | None
    once: str | None

    @cached_property
    def subject(self) -> Subject:
        """What it works on."""
        return Subject.read(self.payload)

    def asked(self, payload: type[Payload]) -> Payload:
        """What it is to do. No default stands here for what was asked for otherwise.

        Raises:
            AskedOtherwise: something in it is of no kind that this version knows.
        """
        found = payload.read(self.payload)
        if found.misread:
            said = (
                f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.misread.items()
            )
            raise AskedOtherwise(said=", ".join(said)[:MOST_SAID])
        return found

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def group(self) -> Group | None:
        """Of its kind; None for a kind that only another version knows."""
        return KINDS[self.kind].group if self.kind in KINDS else None

    def makes(self, made: Made) -> bool:
        """Whether this is there once it has succeeded."""
        return self.kind in KINDS and made in KINDS[self.kind].makes

    @property
    def seconds_left(self) -> float | None:
        """Time left at the pace since its start was over; None while there is no pace yet."""
        if self.state != "running" or self.started is None:
            return None
        if self.begun is None or self.begun_share is None:
            return None
        start, before = self.begun, self.begun_share
        there = self.share_before or 0.0
        if before - there > MOST_BEFORE:  # so much at once was work, not a start
            start, before = self.started, there
        done = self.share - before
        return None if done < FIRST_SHARE else (time.time() - start) * (1 - self.share) / done

    @property
    def alive(self) -> bool | None:
        """Its worker lives; None where that cannot be told from here, as on another machine."""
        if self.handle is None:
            return None if self.state == "running" else False
        return executors.alive(self.handle)


def _job(row: JobRow) -> Job:
    values = {field.name: getattr(row, field.name) for field in fields(Job)}
    return Job(**values | {"handle": executors.handle_in(row)})


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
    return _job(row)


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
        return _job(row)


def list_jobs(workspace: Workspace, active: bool = False, limit: int = 200) -> list[Job]:
    """Jobs, newest first; with `active`, those queued or running in the order of the queue."""
    query = select(JobRow).limit(limit)
    if active:
        query = query.where(JobRow.state.in_(ACTIVE)).order_by(_place(JobRow), JobRow.id)
    else:
        query = query.order_by(JobRow.created.desc(), JobRow.id.desc())
    with workspace.session() as session:
        return [_job(row) for row in session.scalars(query)]


def _place(row: Any) -> Any:
    """When it joined the queue last; JobRow or an alias of it."""
    return func.coalesce(row.queued, row.created)


def list_paused(workspace: Workspace, group: Group) -> list[Job]:
    """What is paused, oldest first."""
    query = select(JobRow).where(JobRow.state == "paused").order_by(_place(JobRow), JobRow.id)
    with workspace.session() as session:
        return [job for job in map(_job, session.scalars(query)) if job.group == group]


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
        return _changed(
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


def _changed(session: Session, statement: Update) -> bool:
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
        if not _changed(session, statement.values(**values)):
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
        _tidy(workspace, job_id, Subject.read(row.payload), for_good=state in FINAL)
    except OSError:  # a file that is held, as on Windows: the next service removes what an ended job left
        _log.exception("what job %s was building cannot be removed", job_id)
    with workspace.session() as session:
        statement = update(JobRow).where(JobRow.id == job_id, JobRow.state.in_(before), *_of_claim(claimed))
        return _changed(session, statement.values(**values))


def _tidy(workspace: Workspace, job_id: str, subject: Subject, for_good: bool = True) -> None:
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
        _changed(session, _asked(job_id, asked))
        dropped = _changed(
            session,
            update(JobRow)
            .where(JobRow.id == job_id, JobRow.state.in_(("queued", "paused")))
            .values(state="cancelled", finished=time.time(), error=null()),
        )
    if dropped:
        _tidy(workspace, job_id, job.subject)
    return get_job(workspace, job_id)


def _asked(job_id: str, column: str) -> Update:
    """Writes when a running job was asked for something first."""
    where = (JobRow.id == job_id, JobRow.state == "running", getattr(JobRow, column).is_(None))
    return update(JobRow).where(*where).values({column: time.time()})


def ends_early(workspace: Workspace, job: Job) -> bool:
    """Whether it can end early with what it has, as it is now."""
    place = KINDS[job.kind].ends_early if job.kind in KINDS and job.state == "running" else None
    return place is not None and bool(function(place)(workspace, job))


def pauses(job: Job) -> bool:
    """Whether it can be paused as it is now."""
    return job.state == "queued" or (job.state == "running" and goes_on(job) is not None)


def goes_on(job: Job) -> str | None:
    """As of its kind."""
    return KINDS[job.kind].goes_on if job.kind in KINDS else None


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
        if not _changed(session, waited.values(state="paused", finished=time.time())):
            _changed(session, _asked(job_id, "pause_requested"))
    return get_job(workspace, job_id)


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
            _changed(
                session,
                update(JobRow)
                .where(JobRow.id == job_id, JobRow.state.in_(before))
                .values(values | dict.fromkeys(_OF_ONE_TRY, null())),
            )
        except IntegrityError:
            raise TheSameIsQueued(title=job.title) from None
    workspace.job_folder(job_id).put_away.unlink(missing_ok=True)
    return get_job(workspace, job_id)
