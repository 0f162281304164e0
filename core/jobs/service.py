"""The job service: a thread that starts queued jobs one at a time and watches all that run.

The truth is in the database, so several services (a dashboard and a command line) may serve one
workspace: a claim decides who runs a job, and each sees the other's workers.
"""

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from sqlalchemy import select

from core.errors import (
    DiskFull,
    Interrupted,
    NoiseLensError,
    NotHeard,
    StoppedToPause,
    UnknownName,
    WorkerDied,
    WorkerKilled,
    WorkFailed,
)
from core.files import remove_folder
from core.jobs import executors, queue, requests
from core.jobs.executors import EXECUTORS, Executor, Handle
from core.jobs.job import Job
from core.jobs.states import ACTIVE, NO_SPACE, State
from core.jobs.worker import PAUSE_PATIENCE
from core.store import DELETED_FOR, Workspace
from core.tables import JobRow
from core.words import Text, fill_text

ROUND = 0.2
"""Seconds between two rounds."""
PATIENCE = 3.0
"""Seconds after which a worker that does not obey a cancel is stopped."""
MORE_PATIENCE = 5.0
"""Seconds more than its own watcher has for a worker that is to pause."""
LOOK_AT_DELETED = 600.0
"""Seconds between two looks at whether a deleted run's day is over."""
SILENCE = 120.0
"""Seconds without a word after which a worker counts as gone of which nobody here can tell whether it lives.

Counted in rounds: a machine that slept gives the other one its time. A worker that was away so long ends by itself
when it reads that its job has ended.
"""

_log = logging.getLogger(__name__)


class JobService:
    """Starts and watches the jobs of one workspace; workers outlive it."""

    def __init__(
        self, workspace: Workspace, only: str | None = None, executor: Executor | None = None
    ) -> None:
        """
        Args:
            only: start nothing that was queued after this job, nor anything once it has ended; what was queued
                before it comes first, also where nobody else serves. All that run are watched.
        """
        self._workspace = workspace
        self._only = only
        self._executor = executor or EXECUTORS["local"]
        self._own: dict[str, tuple[Handle, float | None]] = {}
        """Workers started here, by job, until they have ended; with when it had been queued once more."""
        self._seen_alive: set[str] = set()
        self._asked_seen: dict[tuple[str, float], float] = {}
        """When a cancel or pause was first seen here, on the monotonic clock; by job and when it was asked for."""
        self._last_word: dict[str, tuple[float | None, int]] = {}
        """When a worker of which nobody here can tell was last heard, and for how many rounds that is the same."""
        self._tidied = False
        self._looked_at_deleted = float("-inf")
        self.full: DiskFull | None = None
        """Why the last round could not be finished, where the disk had no space for it; the next tries again."""
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve in a thread from now on."""
        if self._thread is None:
            self._ending.clear()
            self._thread = threading.Thread(target=self._serve, name="job service", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; workers go on."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        said = ""
        while True:
            try:
                self.step()
                said, self.full = "", None
            except Exception as error:  # noqa: BLE001 - the next round may go better; it is logged
                self.full = error if isinstance(error, DiskFull) else None
                if str(error) != said:  # the same trouble every round is said once
                    _log.error("a round of the job service failed: %s", error, exc_info=self.full is None)
                said = str(error)
            if self._ending.wait(ROUND):
                return

    def step(self) -> None:
        """One round: look after every running job, then start the next if none runs."""
        if not self._tidied:
            self._remove_leftovers()
            self._tidied = True
        self._remove_deleted()
        for job_id, (handle, when) in list(self._own.items()):
            if self._executor.alive(handle) is False:
                self._ended(job_id, when, self._executor.exit_code(handle))
                del self._own[job_id]  # after that: the next round says again what could not be written
        active = queue.list_jobs(self._workspace, active=True, limit=10_000)
        running = [job for job in active if job.state == "running"]
        for job in running:
            self._watch(job)
        if running or self._own:
            return
        queued = [job for job in active if job.state == "queued"]
        if queued and (self._only is None or any(job.id == self._only for job in queued)):
            self._start(queued[0])

    def _start(self, job: Job) -> None:
        try:
            self._own[job.id] = self._executor.start(self._workspace, job.id), job.queued
        except OSError as error:
            _log.exception("no worker could be started for job %s", job.id)
            queue.finish(self._workspace, job.id, "failed", error=WorkFailed(detail=str(error)))

    def _ended(self, job_id: str, queued: float | None, code: int | None) -> None:
        """A worker started here has ended: whatever it left unsaid is said for it."""
        try:
            job = queue.get_job(self._workspace, job_id)
        except UnknownName:
            return
        # With 0 it left the job to another worker, or for when no other job runs. Queued once more it is another's.
        died_early = job.state == "queued" and code != 0 and job.queued == queued
        if died_early or (job.state == "running" and job.alive is False):
            full = code == NO_SPACE
            self._bury(job, DiskFull(name=str(self._workspace.root)) if full else _died(job, code))

    def _watch(self, job: Job) -> None:
        alive = job.alive
        if alive is None:  # its worker reads by itself that it should stop
            if self._silent(job):
                self._bury(job, NotHeard(minutes=round(SILENCE / 60), then=_then(job)))
            return
        if not alive:
            if job.id in self._own:
                return  # the next round has its exit code
            if job.id in self._seen_alive:
                self._bury(job, _died(job, None))
            else:
                self._bury(job, Interrupted(then=_then(job)))
            return
        self._seen_alive.add(job.id)
        if job.cancel_requested is not None:
            self._stop_after(PATIENCE, job, job.cancel_requested, "cancelled")
        elif job.pause_requested is not None:
            stopped = StoppedToPause(seconds=round(PAUSE_PATIENCE))
            self._stop_after(PAUSE_PATIENCE + MORE_PATIENCE, job, job.pause_requested, "paused", stopped)

    def _stop_after(
        self, patience: float, job: Job, asked: float, state: State, error: NoiseLensError | None = None
    ) -> None:
        """End the worker of a job that was asked for something `patience` seconds ago."""
        since = self._asked_seen.setdefault((job.id, asked), time.monotonic())
        if time.monotonic() - since > patience and job.handle is not None:
            executors.stop(job.handle)
            queue.finish(self._workspace, job.id, state, error=error, claimed=job.started)

    def _silent(self, job: Job) -> bool:
        """Nothing was heard of it for SILENCE. Its own clock is not ours: what counts is that it moves."""
        word, rounds = self._last_word.get(job.id, (None, 0))
        rounds = rounds + 1 if word == job.heard else 0
        self._last_word[job.id] = (job.heard, rounds)
        return rounds * ROUND > SILENCE

    def _bury(self, job: Job, error: NoiseLensError) -> None:
        """Bring a job without a worker to its end."""
        if job.cancel_requested is not None:
            queue.finish(self._workspace, job.id, "cancelled")
        elif job.pause_requested is not None:  # as asked, and what went wrong with it
            queue.finish(self._workspace, job.id, "paused", error=error)
        elif isinstance(error, Interrupted):
            queue.finish(self._workspace, job.id, "interrupted", error=error)
        else:
            queue.finish(self._workspace, job.id, "failed", error=error)

    def _remove_leftovers(self) -> None:
        """What ended jobs were building and could not remove themselves, and removals that were cut off."""
        with self._workspace.session() as session:
            active = set(session.scalars(select(JobRow.id).where(JobRow.state.in_(ACTIVE))))
        for name in ("staging", ".staging.removed"):
            for folder in self._workspace.jobs.glob(f"*/{name}"):
                if folder.parent.name not in active:
                    remove_folder(folder)
        home = self._workspace
        for place in (home.data, home.runs, home.waiting, home.deleted):
            for folder in place.glob(".*.removed"):
                shutil.rmtree(folder, ignore_errors=True)

    def _remove_deleted(self) -> None:
        """Runs that were deleted so long ago that they are not brought back any more."""
        if time.monotonic() - self._looked_at_deleted < LOOK_AT_DELETED:
            return
        self._looked_at_deleted = time.monotonic()
        for folder in self._workspace.deleted.glob("[!.]*"):
            with suppress(OSError):  # brought back, or removed, at this moment; or held, as on Windows
                if time.time() - folder.stat().st_mtime > DELETED_FOR:
                    remove_folder(folder)


def _then(job: Job) -> Text:
    """What to do about a job whose worker is gone."""
    if requests.goes_on(job):
        return Text(
            en="Resume it: it goes on from what was saved last, if anything was.",
            ko="이어서 하면 저장된 것이 있을 때 거기서 계속합니다.",
        )
    return Text(en="Start it again.", ko="다시 시작해 주세요.")


def _died(job: Job, code: int | None) -> WorkerDied:
    kind = WorkerKilled if code == -signal.SIGKILL else WorkerDied
    return kind(how=how_it_ended(code), then=_then(job))


def how_it_ended(code: int | None) -> Text:
    """In words how a process ended, from its exit code (minus the signal's number); None where nobody knows it."""
    if code is None:
        return Text(en="its process is gone", ko="작업하던 프로세스가 사라졌습니다")
    if code >= 0:
        return fill_text(
            Text(
                en="its process ended with exit code {code}",
                ko="작업하던 프로세스가 종료 코드 {code:으로/로} 끝났습니다",
            ),
            code=code,
        )
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if name == "SIGKILL":
        return Text(
            en="its process was killed (SIGKILL), perhaps because memory ran out",
            ko="작업하던 프로세스가 강제로 종료되었습니다(SIGKILL). 메모리가 부족했을 수 있습니다",
        )
    return fill_text(
        Text(en="its process was stopped by {name}", ko="작업하던 프로세스가 {name:으로/로} 종료되었습니다"),
        name=name,
    )


def settle(workspace: Workspace) -> None:
    """Mark the jobs whose worker is gone as interrupted, for when no service may be running."""
    for job in queue.list_jobs(workspace, active=True, limit=10_000):
        if job.state == "running" and job.alive is False:
            queue.finish(workspace, job.id, "interrupted", error=Interrupted(then=_then(job)))


def _cancel(workspace: Workspace, job: Job) -> None:
    """Ask a job to stop; on a full disk, which takes no such word, end its worker.

    Raises:
        DiskFull: not even its end can be written.
    """
    try:
        requests.request_cancel(workspace, job.id)
    except DiskFull:
        if job.handle is None or job.alive is None:
            raise
        executors.stop(job.handle)
        queue.finish(workspace, job.id, "cancelled")


def run_to_end(workspace: Workspace, job_id: str, watch: Callable[[Job], None], cancels: bool = True) -> Job:
    """Wait until a job has ended or is paused, whoever runs it: a dashboard's service, or one of our own.

    KeyboardInterrupt (Ctrl-C) cancels the job; the wait goes on, a moment, for its end.

    Args:
        watch: called with the job some times a second, and with how it ended.
        cancels: where not, KeyboardInterrupt ends the wait and the job goes on.

    Returns:
        The job, which has ended or is paused.

    Raises:
        DiskFull: nobody works on it, and there is no space even to say so.
    """
    stopping = False
    with JobService(workspace, only=job_id) as service:
        while True:
            try:
                job = queue.get_job(workspace, job_id)
                if stopping and job.cancel_requested is None:
                    _cancel(workspace, job)
                watch(job)
                if not job.active:
                    return job
                if service.full is not None and job.alive is False:
                    with suppress(DiskFull):  # nobody waits for it any more: it must not begin some day
                        queue.finish(workspace, job.id, "failed", error=service.full)
                    raise service.full
                time.sleep(0.1)
            except KeyboardInterrupt:
                if not cancels:
                    raise
                # Nothing more here: a second signal, as a terminal that closes may send, must not undo the first.
                stopping = True
