"""What is known of a job."""

import json
import time
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

from core.errors import AskedOtherwise
from core.jobs import executors
from core.jobs.executors import Handle
from core.jobs.kinds import KINDS, Group, Made
from core.jobs.states import ACTIVE, State
from core.records import Record
from core.tables import JobRow
from core.words import Text

MOST_SAID = 200
"""Letters of what is quoted from a payload."""
FIRST_SHARE = 0.01
"""Of a job's work, after which its pace can be told."""
MOST_BEFORE = 0.2
"""Share up to which the first that is heard of a job may be left out of its pace."""
Payload = TypeVar("Payload", bound=Record)


@dataclass(frozen=True)
class Subject(Record):
    """What a job of any kind may say in its payload of what it works on; what else is there its kind reads for itself."""

    run_id: str | None = None
    study_id: str | None = None
    data_set_id: str | None = None
    waiting: str | None = None
    """The import that is to be accepted."""
    source: str | None = None
    """What is imported: a path, or a name elsewhere."""
    delete_source: bool = False
    """`source` is an upload that was kept for this job alone."""
    demo: bool = False
    about: Text | None = None
    """What its title leaves out."""


class JobError(Text, total=False):
    """Why a job failed, in both languages."""

    mistake: bool
    """The user can mend it (UserMistake): the command line ends with 2, not 1."""
    kind: str
    """Name of its class in core.errors: what a page offers depends on it."""


@dataclass(frozen=True)
class Job:
    """What is known of a job at one moment."""

    id: str
    kind: str
    title: Text
    payload: dict[str, Any]
    state: State
    created: float
    started: float | None
    finished: float | None
    queued: float | None
    """When it was queued once more; None: when it was created."""
    share: float
    """0..1."""
    share_before: float | None
    """How far it was when it was queued once more."""
    begun: float | None
    begun_share: float | None
    """When it was further than nothing for the first time, and how far: what came before was its start."""
    step: Text | None
    handle: Handle | None
    heard: float | None
    """When its worker last wrote of it, on the worker's clock."""
    cancel_requested: float | None
    pause_requested: float | None
    finish_requested: float | None
    """Asked to end early with what it has."""
    result: dict[str, Any] | None
    error: JobError | None
    once: str | None

    @cached_property
    def subject(self) -> Subject:
        """What it works on."""
        return Subject.read(self.payload)

    def asked(self, payload: type[Payload]) -> Payload:
        """What it is to do. No default stands here for what was asked for otherwise.

        Raises:
            AskedOtherwise: something in it is of no kind that this version knows.
        """
        found = payload.read(self.payload)
        if found.misread:
            said = (
                f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.misread.items()
            )
            raise AskedOtherwise(said=", ".join(said)[:MOST_SAID])
        return found

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def group(self) -> Group | None:
        """Of its kind; None for a kind that only another version knows."""
        return KINDS[self.kind].group if self.kind in KINDS else None

    def makes(self, made: Made) -> bool:
        """Whether this is there once it has succeeded."""
        return self.kind in KINDS and made in KINDS[self.kind].makes

    @property
    def seconds_left(self) -> float | None:
        """Time left at the pace since its start was over; None while there is no pace yet."""
        if self.state != "running" or self.started is None:
            return None
        if self.begun is None or self.begun_share is None:
            return None
        start, before = self.begun, self.begun_share
        there = self.share_before or 0.0
        if before - there > MOST_BEFORE:  # so much at once was work, not a start
            start, before = self.started, there
        done = self.share - before
        return None if done < FIRST_SHARE else (time.time() - start) * (1 - self.share) / done

    @property
    def alive(self) -> bool | None:
        """Its worker lives; None where that cannot be told from here, as on another machine."""
        if self.handle is None:
            return None if self.state == "running" else False
        return executors.alive(self.handle)


def job_of_row(row: JobRow) -> Job:
    values = {field.name: getattr(row, field.name) for field in fields(Job)}
    return Job(**values | {"handle": executors.handle_in(row)})
