"""Where a job's worker runs: an executor starts it, and answers for the handle that it gave for it.

A handle is plain JSON that no one but its executor reads. It is kept in the job's row, where other processes and other
machines find it, too: what `alive` cannot tell from here it does not guess.
"""

import os
import platform
import subprocess
import sys
from typing import Any, Protocol

import psutil

from core.jobs.processes import is_alive, kill_tree, start_apart, started_at
from core.store import Workspace
from core.tables import JobRow

Handle = dict[str, Any]
"""Names its executor under "executor"; the rest is that one's business."""


class Executor(Protocol):
    """Starts workers, which claim, report and finish through the workspace."""

    def start(self, workspace: Workspace, job_id: str) -> Handle:
        """Start `python -m core.jobs.worker ID` for a queued job and return at once.

        A worker that is no process of this machine gets its handle as a second argument, as JSON: it claims with it.

        Raises:
            OSError: it could not be started.
        """

    def alive(self, handle: Handle) -> bool | None:
        """Whether that worker lives; None where it cannot be told from here."""

    def stop(self, handle: Handle) -> None:
        """End that worker and everything it started, without asking; nothing where `alive` is not True."""

    def exit_code(self, handle: Handle) -> int | None:
        """Of a worker that this object started and that has ended, minus the signal's number where one ended it."""


class LocalExecutor:
    """Workers as processes of this machine, which live on when their starter ends."""

    def __init__(self, module: str = "core.jobs.worker") -> None:
        self._module = module
        self._children: dict[tuple[int, float], subprocess.Popen[bytes]] = {}

    def start(self, workspace: Workspace, job_id: str) -> Handle:
        folder = workspace.job_folder(job_id)
        folder.path.mkdir(parents=True, exist_ok=True)
        with folder.log.open("ab") as log:
            child = start_apart(["-m", self._module, job_id], workspace, log.fileno())
        try:
            started = started_at(child.pid)
        except psutil.Error:  # it has ended already
            started = 0.0
        self._children[child.pid, started] = child
        return _local(child.pid, started)

    def alive(self, handle: Handle) -> bool | None:
        process = _process(handle)
        if process is None:
            return None
        child = self._children.get(process)
        return is_alive(*process) if child is None else child.poll() is None

    def stop(self, handle: Handle) -> None:
        process = _process(handle)
        if process is not None:
            kill_tree(*process)

    def exit_code(self, handle: Handle) -> int | None:
        process = _process(handle)
        child = None if process is None else self._children.get(process)
        return None if child is None else child.poll()


def _host() -> str:
    """Where the number of a process means the same process: the machine's name, and on Linux the namespace.

    A container may share the name of its machine, as WSL does with Windows.
    """
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:
        numbers = sys.platform
    return f"{platform.node()} {numbers}"


HOST = _host()


def _local(pid: int, started: float) -> Handle:
    return {"executor": "local", "host": HOST, "pid": pid, "started": started}


def _process(handle: Handle) -> tuple[int, float] | None:
    """Number and start of a process of this machine; None for one of another."""
    pid, started = handle.get("pid"), handle.get("started")
    if handle.get("host") != HOST or not isinstance(pid, int) or not isinstance(started, int | float):
        return None
    return pid, started


EXECUTORS: dict[str, Executor] = {"local": LocalExecutor()}
"""Those that this program can ask, by the name in their handles."""


def this_process() -> Handle:
    """The handle of the process that calls."""
    return _local(os.getpid(), started_at(os.getpid()))


def handle_in(row: JobRow) -> Handle | None:
    """The handle in a job's row. Versions that had none wrote the process itself there, and may be at work still."""
    if row.handle is None and row.pid is not None and row.pid_started is not None:
        return _local(row.pid, row.pid_started)
    return row.handle


def alive(handle: Handle) -> bool | None:
    """Whether the worker lives; None where nobody here can tell, as for one on another machine."""
    executor = EXECUTORS.get(handle.get("executor", ""))
    return None if executor is None else executor.alive(handle)


def stop(handle: Handle) -> None:
    """End the worker without asking; nothing where `alive` is not True."""
    executor = EXECUTORS.get(handle.get("executor", ""))
    if executor is not None:
        executor.stop(handle)
