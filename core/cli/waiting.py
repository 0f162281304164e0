"""What commands that start a job share: the workspace, waiting for the end, and the bar meanwhile."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.cli.options import language, note
from core.errors import Cancelled, NoiseLensError, Paused, UserMistake
from core.words import Text, plain

if TYPE_CHECKING:
    from core.jobs.job import Job
    from core.store import Workspace


def open_workspace() -> "Workspace":
    """That of $NOISELENS_HOME."""
    from core.store import Workspace

    return Workspace.open()


class _Failed(NoiseLensError):
    """A job that ended without its result; in the job's own words."""

    text = Text(en="{said}", ko="{said}")


class _Refused(_Failed, UserMistake):
    """The same, where the user can mend it."""


def wait(workspace: "Workspace", job: "Job") -> dict[str, Any]:
    """Wait until a job has ended; its result.

    Raises:
        Cancelled, Paused, _Failed, _Refused: it has none.
    """
    return wait_for(workspace, job).result or {}


def wait_for(workspace: "Workspace", job: "Job") -> "Job":
    """The same; the job, which has succeeded."""
    from core.jobs.job import JobError
    from core.jobs.service import run_to_end

    bar = _Bar()
    ended = run_to_end(workspace, job.id, bar.show)
    bar.close()
    if ended.state == "cancelled":
        raise Cancelled
    if ended.state == "paused":
        raise Paused(job.id)
    if ended.state != "done":
        error = ended.error or JobError(en=ended.state, ko=ended.state)
        raise (_Refused if error.get("mistake") else _Failed)(said=error)
    return ended


def wait_for_study(workspace: "Workspace", study_id: str, jobs: "Sequence[Job]") -> "list[Job]":
    """Wait until the jobs of a study have ended, whatever becomes of each; as they then are.

    What went wrong is said as it comes. Ctrl-C cancels what is left of the study; what is done stays.

    Raises:
        Cancelled: that was asked for.
    """
    from core.jobs.service import run_to_end
    from core.studies.study import cancel_rest

    ended = []
    try:
        for place, job in enumerate(jobs, 1):
            bar = _Bar(f"{place}/{len(jobs)} ")
            ended.append(run_to_end(workspace, job.id, bar.show, cancels=False))
            bar.close()
            if ended[-1].state != "done":
                error = ended[-1].error or plain(ended[-1].state)
                note(f"{ended[-1].title[language()]}: {error[language()]}")
    except KeyboardInterrupt:
        for job in cancel_rest(workspace, study_id):
            if job.active:
                run_to_end(workspace, job.id, lambda _job: None)
        raise Cancelled from None
    return ended


class watched:  # noqa: N801 - a context, read as a verb
    """A core.progress.Report for work in this process: the bar, with the time left."""

    def __init__(self) -> None:
        self._bar, self._begun = _Bar(), time.monotonic()

    def __enter__(self) -> "watched":
        return self

    def __call__(self, share: float, step: Text | None = None) -> None:
        left = (time.monotonic() - self._begun) * (1 - share) / share if share > 0 else None
        self._bar.draw(share, left, step[language()] if step else "")

    def __exit__(self, *error: object) -> None:
        self._bar.close()


class _Bar:
    """One line on a terminal that says how far a job is; nothing elsewhere."""

    def __init__(self, before: str = "") -> None:
        self._on, self._before = sys.stderr.isatty(), before

    def show(self, job: "Job") -> None:
        step = job.step[language()] if job.step and job.state == "running" else job.state
        self.draw(job.share, job.seconds_left, step)

    def draw(self, share: float, left: float | None, step: str) -> None:
        if not self._on:
            return
        filled = round(30 * share)
        time_left = "" if left is None else f"  {left:.0f} s"
        line = f"{self._before}[{'#' * filled}{' ' * (30 - filled)}] {share:4.0%}{time_left}  {step}"
        try:
            print(f"\r\x1b[K{line[:100]}", end="", file=sys.stderr, flush=True)
        except OSError:
            self._on = False  # the terminal has closed; the signal that says so cancels the job

    def close(self) -> None:
        if self._on:
            print(file=sys.stderr)
