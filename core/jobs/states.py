"""The states of a job, and which may follow which. And what a worker says that cannot write."""

from typing import Literal

State = Literal["queued", "running", "paused", "done", "failed", "cancelled", "interrupted"]

FOLLOWS: dict[State, frozenset[State]] = {
    "queued": frozenset({"running", "paused", "cancelled", "failed"}),
    "running": frozenset({"paused", "done", "failed", "cancelled", "interrupted"}),
    "paused": frozenset({"queued", "cancelled"}),
    "done": frozenset(),
    "failed": frozenset({"queued"}),
    "cancelled": frozenset({"queued"}),
    "interrupted": frozenset({"queued"}),
}
"""Queued once more it is the same job, which goes on where its kind can."""

ACTIVE: tuple[State, ...] = ("queued", "running")
FINAL: tuple[State, ...] = ("done", "failed", "cancelled", "interrupted")
NO_SPACE = 75
"""Exit code of a worker that could not write that its job began, or how it ended: the disk took no word of it."""
