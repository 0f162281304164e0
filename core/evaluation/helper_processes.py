"""Processes at an evaluation's side: how many, what they are told, and that they end with it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any

from core.errors import Cancelled
from core.files import write_json
from core.hardware import cores
from core.jobs.executors import alive, this_process
from core.jobs.processes import start_apart
from core.progress import Report
from core.records import Record
from core.runs.mode import Mode
from core.store import Workspace
from core.words import Text

MOST = 4
"""Processes that work on one evaluation where nobody says how many: each holds the libraries and the network."""
WORTH = 15.0
"""Seconds of work for this process alone below which none is started: loading the libraries takes one some seconds."""
ROUND = 1.0
"""Seconds between two looks whether the process that started it is there."""


@dataclass(frozen=True)
class Plan(Record):
    """What a helper is to know."""

    run_ids: list[str] = field(default_factory=list)
    noises: list[str] = field(default_factory=list)
    severities: list[int] = field(default_factory=list)
    mode: Mode = field(default_factory=Mode)
    method: str = ""
    """Key of the CAM method; "": rows without maps."""
    device: str = "cpu"
    threads: int = 1
    parent: dict[str, Any] = field(default_factory=dict)
    """Handle of the process that it works for."""


def helpers_for(seconds: float, device: str, asked: int | None) -> int:
    """How many processes are started beside this one.

    Args:
        seconds: that the work takes this process alone, roughly.
        asked: processes in all, this one among them; None: as many as are worth it.
    """
    if asked is not None:
        return max(0, asked - 1)
    if device != "cpu" or seconds < WORTH or os.environ.get("OMP_NUM_THREADS"):
        return 0  # a card is fed by one process; who counts threads wants no more
    return min(cores(), MOST) - 1


def threads_each(processes: int) -> int:
    """Threads of each of so many processes."""
    return max(1, int(os.environ.get("OMP_NUM_THREADS") or cores()) // processes)


@contextmanager
def helped(workspace: Workspace, plan: Plan, place: Path, helpers: int) -> Iterator[None]:
    """Within it so many others work on the plan; at the end they are gone.

    Args:
        place: for the plan's file.

    Raises:
        CannotWrite, DiskFull, OSError.
    """
    processes: list[Popen[bytes]] = []
    try:
        if helpers:
            write_json(place, plan.to_json() | {"mode": plan.mode.to_json(), "parent": this_process()})
            log = os.open(os.devnull, os.O_WRONLY) if sys.stderr is None else _log()
            try:
                for _ in range(helpers):
                    arguments = ["-m", "core.evaluation.helper", str(place)]
                    processes.append(start_apart(arguments, workspace, log, session=False))
            finally:
                os.close(log)
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
            for run in plan.run_ids:  # what it was just writing
                for half in workspace.run_folder(run).cells.glob(f"*/*.{process.pid}.part"):
                    half.unlink(missing_ok=True)
        place.unlink(missing_ok=True)


def _log() -> int:
    """Where this process writes what went wrong."""
    try:
        return os.dup(2)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


def watching(parent: dict[str, Any]) -> Report:
    """A Report that raises Cancelled, and so ends the work, once the process that it is for has gone.

    Args:
        parent: the handle of that process (core.jobs.executors).
    """
    last = time.monotonic()

    def report(share: float, step: Text | None = None) -> None:
        nonlocal last
        if time.monotonic() - last > ROUND:
            last = time.monotonic()
            if alive(parent) is False:
                raise Cancelled

    return report
