"""How long the jobs of the queue take, and when the turn of each comes."""

import time
from collections.abc import Callable, Sequence

from core.jobs.job import Job
from core.jobs.kinds import KINDS, function
from core.runs.estimate import Span
from core.store import Workspace


def expected(workspace: Workspace, job: Job) -> Span | None:
    """How long a job will still take from its turn on, roughly; None where its kind does not know."""
    place = KINDS[job.kind].lasts if job.kind in KINDS else None
    whole: Span | None = None if place is None else function(place)(workspace, job)
    if whole is None:
        return None
    left = 1 - job.share  # of one that is resumed a part is done
    return Span(whole.low * left, whole.high * left)


def still_takes(job: Job, thought: Span | None) -> Span | None:
    """How long a job still takes from now, or from its turn on: at its pace, or where it has none yet as long as was thought.

    One that has run for longer than that without a measurable step is taken to need as long again.

    Args:
        thought: as `expected`; None: nobody knows.
    """
    left = job.seconds_left
    if left is not None:
        return Span(left, left)
    if thought is None or job.state != "running" or job.started is None:
        return thought
    so_far = max(0.0, time.time() - job.started)
    return Span(max(thought.low, so_far), max(thought.high, so_far))


def waits(active: Sequence[Job], of: Callable[[Job], Span | None]) -> dict[str, Span]:
    """When the turn of each queued job comes, from now on, by its id; without those that wait for one of unknown length.

    Args:
        active: what runs or waits, in the order of the queue.
        of: how long each takes, as `expected`.
    """
    found: dict[str, Span] = {}
    till = Span(0.0, 0.0)
    for job in sorted(active, key=lambda job: job.state != "running"):
        if job.state == "queued":
            found[job.id] = till
        takes = still_takes(job, of(job))
        if takes is None:
            break
        till += takes
    return found
