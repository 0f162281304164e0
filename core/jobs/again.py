"""A job that ended without success, once more with the same choices."""

from collections.abc import Callable
from functools import partial

from core.jobs.kinds import KINDS, function
from core.jobs.queue import Job, submit
from core.store import Workspace


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What queues a job once more, as its kind says; None for one that goes on or succeeded, or whose matter is gone.

    What it returns raises what the kind's own submitting raises, where that goes meanwhile.
    """
    if job.state not in ("failed", "interrupted", "cancelled") or job.kind not in KINDS:
        return None
    found: Callable[[], Job] | None = function(KINDS[job.kind].again)(workspace, job)
    return found


def the_same(workspace: Workspace, job: Job) -> Callable[[], Job]:
    """For a job that needs nothing but its payload."""
    return partial(submit, workspace, job.kind, job.title, job.payload, job.once)
