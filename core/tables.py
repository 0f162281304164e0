"""The tables of the workspace's database: an index of its folders, and the queue of jobs."""

from typing import Any, ClassVar

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Row(DeclarativeBase):
    """Base of the tables. Times are Unix seconds (UTC)."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[Any]: JSON, str: String}


class DataSetRow(Row):
    """Labelled images, decoded once. Mirrors `data/ID/card.json`."""

    __tablename__ = "data_sets"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created: Mapped[float]
    card: Mapped[dict[str, Any]]


class StudyRow(Row):
    """Runs that differ in what they train on. Mirrors `study` in each `runs/ID/run.json`."""

    __tablename__ = "studies"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created: Mapped[float]
    demo: Mapped[bool] = mapped_column(default=False)
    label: Mapped[dict[str, Any] | None]
    """The name as screens show it; None: as `name`."""
    plan: Mapped[dict[str, Any] | None]
    """What it asks and tests; core.studies.study.Plan."""


class RunRow(Row):
    """One recipe carried out. Mirrors `runs/ID/run.json`."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    label: Mapped[dict[str, Any] | None]
    """The name as screens show it; None: as `name`."""
    created: Mapped[float]
    data_set_id: Mapped[str]
    study_id: Mapped[str | None]
    arm: Mapped[dict[str, Any] | None]
    """Of its study: key and label."""
    recipe: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any] | None]
    """Mirrors `runs/ID/summary.json`, there once training has ended."""
    note: Mapped[str | None]
    """A person's own words about it."""
    origin: Mapped[dict[str, Any] | None]
    """Where it was made, if elsewhere; None: trained here."""


class EvaluationRow(Row):
    """A run's predictions, clean and under noises. Mirrors `runs/RUN/evaluations/ID/evaluation.json`."""

    __tablename__ = "evaluations"
    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(index=True)
    created: Mapped[float]
    facts: Mapped[dict[str, Any]]


class JobRow(Row):
    """Work in the background; written by core.jobs.queue and core.jobs.requests only."""

    __tablename__ = "jobs"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    created: Mapped[float]
    queued: Mapped[float | None]
    """When it was queued once more; None: when it was created."""
    started: Mapped[float | None]
    finished: Mapped[float | None]
    share: Mapped[float] = mapped_column(default=0.0)
    share_before: Mapped[float | None]
    """How far it was when it was queued once more."""
    begun: Mapped[float | None]
    begun_share: Mapped[float | None]
    """When its work went on for the first time, and how far it was then: from there on its pace counts."""
    step: Mapped[dict[str, Any] | None]
    handle: Mapped[dict[str, Any] | None]
    """Of the worker that claimed it, as its executor gave it; see core.jobs.executors."""
    heard: Mapped[float | None]
    """When its worker last wrote of it."""
    pid: Mapped[int | None]
    pid_started: Mapped[float | None]
    """Of the process that claimed it, by a version without handles; only read."""
    cancel_requested: Mapped[float | None]
    pause_requested: Mapped[float | None]
    finish_requested: Mapped[float | None]
    """Asked to end early with what it has."""
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    once: Mapped[str | None]
    """Of the jobs that are queued or running one at most has this key."""

    __table_args__ = (
        Index("one_at_a_time", "once", unique=True, sqlite_where=text("state IN ('queued', 'running')")),
    )
