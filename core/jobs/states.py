"""The states of a job, and which may follow which. And what a worker says that cannot write."""

from typing import Literal

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]

FOLLOWS: dict[State, frozenset[State]] = {
    "queued": frozenset({"running", "cancelled", "failed"}),
    "running": frozenset({"done", "failed", "cancelled", "interrupted"}),
    "done": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
    "interrupted": frozenset(),
}

ACTIVE: tuple[State, ...] = ("queued", "running")
FINAL: tuple[State, ...] = ("done", "failed", "cancelled", "interrupted")
NO_SPACE = 75
"""Exit code of a worker that could not write that its job began, or how it ended: the disk took no word of it."""
