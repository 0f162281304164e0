"""A job that ended without success, once more: with the same choices, or with what may succeed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.jobs.job import Job
from core.jobs.kinds import KINDS, function
from core.jobs.queue import submit
from core.store import Workspace
from core.words import Text


@dataclass(frozen=True)
class Offer:
    """Work like that of a job that failed, but for what made it fail."""

    key: str
    text: Text
    """What a button says."""
    queue: Callable[[], Job]
    """Raises what the kind's own submitting raises."""


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What queues a job once more, as its kind says; None for one that goes on or succeeded, or whose matter is gone.

    What it returns raises what the kind's own submitting raises, where that goes meanwhile.
    """
    if job.state not in ("failed", "interrupted", "cancelled") or job.kind not in KINDS:
        return None
    found: Callable[[], Job] | None = function(KINDS[job.kind].again)(workspace, job)
    return found


def otherwise(workspace: Workspace, job: Job) -> list[Offer]:
    """What may succeed where a job failed, as its kind says."""
    if job.error is None or job.state not in ("failed", "paused") or job.kind not in KINDS:
        return []
    found: list[Offer] = function(KINDS[job.kind].otherwise)(workspace, job)
    return found


def the_same(workspace: Workspace, job: Job) -> Callable[[], Job]:
    """For a job that needs nothing but its payload."""
    return partial(submit, workspace, job.kind, job.title, job.payload, job.once)


def nothing(_workspace: Workspace, _job: Job) -> list[Offer]:
    """For a kind that knows nothing better."""
    return []
