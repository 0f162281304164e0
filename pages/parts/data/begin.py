"""How a part of the Data page starts a job."""

from collections.abc import Callable

from core.jobs.job import Job

Begin = Callable[[Callable[[], Job]], Job]
"""Calls what submits a job, and has the page say that it waits; lets through what that raises."""
