"""Where a job's worker runs. One way so far: a process on this machine."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Protocol

from core.store import ROOT, Workspace


class Worker(Protocol):
    """A worker that was started."""

    def poll(self) -> int | None:
        """None while it lives, then its exit code; minus the signal's number where one ended it."""


class Executor(Protocol):
    """Starts the worker of a job; which claims, reports and finishes through the workspace."""

    def start(self, job_id: str) -> Worker:
        """Start the worker of a queued job and return at once.

        Raises:
            OSError: it could not be started.
        """


class LocalExecutor:
    """Workers as processes of this machine, which live on when their starter ends."""

    def __init__(self, workspace: Workspace, module: str = "core.jobs.worker") -> None:
        self._workspace = workspace
        self._module = module

    def start(self, job_id: str) -> Worker:
        folder = self._workspace.job_folder(job_id)
        folder.path.mkdir(parents=True, exist_ok=True)
        with folder.log.open("ab") as log:
            return start_apart(["-m", self._module, job_id], self._workspace, log.fileno())


def start_apart(arguments: Sequence[str], workspace: Workspace, log: int) -> subprocess.Popen[bytes]:
    """Start this Python with `arguments`, apart from the terminal, so that Ctrl-C there does not reach it.

    Args:
        log: file descriptor for what it prints; the caller may close it afterwards.

    Raises:
        OSError: it could not be started.
    """
    environment = os.environ | {
        "NOISELENS_HOME": str(workspace.root),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    # Waiting OpenMP threads that spin slow training up to tenfold where another process has a core.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Noises run in threads of ours; NumPy's own threads inside them fight over the cores.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        creationflags=flags,
    )
