"""The worker process of one job: `python -m core.jobs.worker ID [HANDLE]` claims, works, reports, finishes.

What it prints goes to the job's log. A watcher thread carries the reports to the database and
hears of a cancel; work that does not listen is ended by the watcher, so a cancel never waits.
"""

import errno
import faulthandler
import json
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from core.errors import (
    Cancelled,
    DiskFull,
    NoiseLensError,
    OutOfGpuMemory,
    OutOfMemory,
    Paused,
    StoppedToPause,
    UnknownName,
    WorkFailed,
)
from core.files import remove_folder
from core.jobs import queue
from core.jobs.executors import Handle
from core.jobs.job import Job
from core.jobs.kinds import KINDS, JobKind, function
from core.jobs.processes import give_way, kill_children
from core.jobs.states import NO_SPACE
from core.store import Workspace
from core.words import Text

ROUND = 0.2
"""Seconds between two looks of the watcher."""
PATIENCE = 0.6
"""Seconds that work has for stopping by itself once it is cancelled."""
PAUSE_PATIENCE = 30.0
"""Seconds that work has for saving what it goes on from once it is to pause."""
BEAT = 5.0
"""Seconds after which the watcher writes that it is there, where the work says nothing."""


def main(
    workspace: Workspace,
    job_id: str,
    handle: Handle | None = None,
    kinds: Mapping[str, JobKind] = KINDS,
) -> int:
    """Do the job `job_id` in this process.

    Args:
        handle: as this worker's executor gave it; by default that of a process of this machine.
        kinds: as core.jobs.kinds.KINDS.

    Returns:
        0: the job has its final state, or was not there to be claimed. NO_SPACE: neither could be written.
    """
    give_way()
    try:
        if queue.claim(workspace, job_id, handle):
            _carry_out(workspace, queue.get_job(workspace, job_id), kinds)
    except DiskFull:
        _log_trace()
        return NO_SPACE
    return 0


def _carry_out(workspace: Workspace, job: Job, kinds: Mapping[str, JobKind]) -> None:
    """Do a job and bring it to its end.

    Raises:
        DiskFull: how it ended could not be written.
    """
    if job.queued is not None:
        remove_folder(workspace.job_folder(job.id).staging)  # a worker that was killed may have left it
    watcher = Watcher(workspace, job.id, job.started)
    watcher.start()
    try:
        result = function(kinds[job.kind].run)(workspace, job, watcher.report)
    except Exception as error:  # noqa: BLE001 - whatever it is becomes the job's state, and is logged
        if isinstance(error, Cancelled) or watcher.cancelled.is_set():
            watcher.finish("cancelled")
        elif isinstance(error, Paused):
            watcher.finish("paused")
        else:
            _log_trace()
            watcher.finish("failed", error=in_words(error, workspace))
    else:
        watcher.finish("done", result=result)


class Watcher(threading.Thread):
    """Carries reports to the database and a cancel to the work; ends the process if need be."""

    def __init__(self, workspace: Workspace, job_id: str, claimed: float | None = None) -> None:
        """
        Args:
            claimed: `started` of the job as this process claimed it: where it is another's, this work is over.
        """
        super().__init__(name="watcher", daemon=True)
        self._workspace = workspace
        self._job_id = job_id
        self._claimed = claimed
        self._news: tuple[float, Text | None] | None = None
        self._news_lock = threading.Lock()
        self._heard = time.monotonic()
        """When it last wrote something, on the monotonic clock."""
        self._ending = threading.Lock()
        """Held by whichever thread brings the job to its end; never let go."""
        self.cancelled = threading.Event()
        self._paused = threading.Event()
        self._finishing = threading.Event()
        self.report = _WatchedReport(self)
        """The Report (core.progress) that the work is given."""

    @property
    def finishing(self) -> bool:
        return self._finishing.is_set()

    def hear(self, share: float, step: Text | None) -> None:
        """What the work reports: cheap, at most a few writes a second."""
        if self.cancelled.is_set():
            raise Cancelled
        if self._paused.is_set():
            raise Paused(self._job_id)
        with self._news_lock:
            if step is None and self._news is not None:
                step = self._news[1]
            self._news = (share, step)

    def finish(self, state: queue.State, **values: Any) -> None:
        """Bring the job to its end from the working thread; the watcher keeps out of it from now on."""
        self._ending.acquire()
        queue.finish(self._workspace, self._job_id, state, claimed=self._claimed, **values)

    def run(self) -> None:
        deadline: float | None = None
        complained = False
        while deadline is None or time.monotonic() < deadline:
            try:
                job = self._look()
            except (SQLAlchemyError, DiskFull):
                # A busy or full disk may recover; the work itself goes on.
                if not complained:
                    _log_trace()
                complained = True
            else:
                if job is None or job.state != "running" or self._claimed not in (None, job.started):
                    self._leave(job)
                elif job.cancel_requested is not None:
                    if not self.cancelled.is_set():
                        self.cancelled.set()
                        deadline = time.monotonic() + PATIENCE
                elif job.pause_requested is not None:
                    if not self._paused.is_set():
                        self._paused.set()
                        deadline = time.monotonic() + PAUSE_PATIENCE
                elif job.finish_requested is not None:
                    self._finishing.set()
            time.sleep(ROUND)
        if self._ending.acquire(blocking=False):
            try:
                if self.cancelled.is_set():
                    queue.finish(self._workspace, self._job_id, "cancelled", claimed=self._claimed)
                else:
                    stopped = StoppedToPause(seconds=round(PAUSE_PATIENCE))
                    queue.finish(
                        self._workspace, self._job_id, "paused", error=stopped, claimed=self._claimed
                    )
            finally:
                self._exit()

    def _look(self) -> Job | None:
        """Write the news, read the job; None when its row is gone."""
        if not self._workspace.database.exists():
            return None
        with self._news_lock:
            news, self._news = self._news, None
        if news is not None or time.monotonic() - self._heard >= BEAT:
            share, step = news or (None, None)
            queue.say(self._workspace, self._job_id, share, step, self._claimed)
            self._heard = time.monotonic()
        try:
            return queue.get_job(self._workspace, self._job_id)
        except UnknownName:
            return None

    def _leave(self, job: Job | None) -> None:
        """Nobody waits for this work any more: its row is gone or says that it has ended."""
        if self._ending.acquire(blocking=False):
            try:
                if job is None:
                    remove_folder(self._workspace.job_folder(self._job_id).path)
            finally:
                self._exit()

    def _exit(self) -> None:
        kill_children()
        os._exit(0)  # the working thread may hang, so nothing gentler is sure to end


class _WatchedReport:
    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def __call__(self, share: float, step: Text | None = None) -> None:
        self._watcher.hear(share, step)

    @property
    def finishing(self) -> bool:
        return self._watcher.finishing


def _log_trace() -> None:
    """The error at hand into the job's log; on a full disk, which takes no more of it, the job's state must do."""
    with suppress(OSError):
        traceback.print_exc()


def in_words(error: Exception, workspace: Workspace) -> NoiseLensError:
    """What to tell the user about any exception."""
    if isinstance(error, NoiseLensError):
        return error
    said = f"{type(error).__name__}: {error}".strip().splitlines()[0][:200].rstrip(": ")
    words = str(error).lower()
    # Told by name and words: this module must not import torch.
    if type(error).__name__ == "OutOfMemoryError" or "cuda out of memory" in words:
        return OutOfGpuMemory()
    if isinstance(error, MemoryError) or "can't allocate memory" in words or "not enough memory" in words:
        return OutOfMemory()
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "disk is full" in words or "no space left on device" in words:
        return DiskFull(name=str(workspace.root))
    return WorkFailed(detail=said)


if __name__ == "__main__":
    faulthandler.enable()
    logging.basicConfig(format="%(message)s")
    logging.getLogger("core").setLevel(logging.INFO)
    sys.exit(main(Workspace.open(), sys.argv[1], *map(json.loads, sys.argv[2:])))
