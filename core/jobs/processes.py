"""Starting a process apart, whether one lives, and how to end it with its children. Works on every system."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from core.store import ROOT, Workspace

VARIABLE = "NOISELENS_NICENESS"
"""The environment variable that says how much a worker gives way to others, 0 (not at all) to 19, where it is to be another
than NICENESS: on a machine whose other work would leave it nothing."""
NICENESS = 10
"""A worker has so much more of it than the dashboard: about a tenth of a core that the dashboard wants too, and all of one
that nobody else wants."""

SETTINGS = {
    # Waiting OpenMP threads that spin slow training up to tenfold where another process has a core.
    "OMP_WAIT_POLICY": "PASSIVE",
    # Noises run in threads of ours; NumPy's own threads inside them fight over the cores.
    "OPENBLAS_NUM_THREADS": "1",
    # Where the C library is glibc, memory of up to 32 MiB a piece is kept when it is freed: to get a step's from the
    # system again, page by page, took a sixth of the step.
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
}
"""Variables of a worker's environment by which it calculates quickest, unless the starter's environment has them."""


def start_apart(
    arguments: Sequence[str], workspace: Workspace, log: int, session: bool = True
) -> subprocess.Popen[bytes]:
    """Start this Python with `arguments`, apart from the terminal, so that Ctrl-C there does not reach it.

    Args:
        log: file descriptor for what it prints; the caller may close it afterwards.
        session: False: in that of this process, whose share of the cores it then has its part of.

    Raises:
        OSError: it could not be started.
    """
    environment = {
        **SETTINGS,
        **os.environ,
        "NOISELENS_HOME": str(workspace.root),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
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
        start_new_session=session,
        creationflags=flags,
    )


def give_way() -> None:
    """Let every other process go first, so that the dashboard stays quick while this one works."""
    said = os.environ.get(VARIABLE, "")
    niceness = min(int(said), 19) if said.isascii() and said.isdecimal() else NICENESS
    if niceness == 0:
        return
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(niceness)
    # sched(7): where Linux shares the cores among sessions, the niceness of a session is what counts.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness))


def started_at(pid: int) -> float:
    """When the process `pid` started, in seconds on a clock that nobody sets where there is one.

    With the number it tells one process from a later one of the same number. On Linux it counts
    from the start of the machine: the time of day jumps (laptops that slept, WSL), and a jump must
    not make a living worker look like another process.

    Raises:
        psutil.Error: there is no such process.
    """
    if sys.platform != "linux":
        return float(psutil.Process(pid).create_time())
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(pid) from None
    # proc(5): the start time is field 22; the name, field 2, stands in brackets and may hold anything.
    return int(stat.rpartition(b")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")


def is_alive(pid: int, started: float) -> bool:
    """The process that `started_at` described still runs (and is no zombie)."""
    try:
        return abs(started_at(pid) - started) < 0.5 and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def kill_children() -> None:
    """End every process that this one started, and theirs, without asking."""
    for process in psutil.Process().children(recursive=True):
        _kill(process)


def kill_tree(pid: int, started: float) -> None:
    """End that process and everything it started, without asking; nothing if it is gone."""
    try:
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.Error:
        return
    if is_alive(pid, started):
        for member in family:
            _kill(member)
        psutil.wait_procs(family, timeout=2)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return  # it ended by itself meanwhile
