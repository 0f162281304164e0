"""What was read and checked becomes a data set, as somebody decided."""

import json
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data.dataset import free_name
from core.data.intake.staging import IMAGES, Staged
from core.data.review.check import Checked
from core.data.review.decisions import reported
from core.data.review.files import files_by_class
from core.data.review.outcome import Outcome, Review, is_outcome
from core.data.writer import Contents, copy_images, save
from core.errors import CannotWrite, DiskFull, NotWaiting, TooFewClasses
from core.files import remove_folder
from core.jobs.again import the_same
from core.jobs.job import Job
from core.jobs.queue import list_jobs, submit
from core.progress import Report, part
from core.records import Record
from core.store import Workspace
from core.words import Text, fill_text, listing

NONE = Text(en="none", ko="없음")
TOO_SMALL = Text(
    en="{some}; too few different pictures in {small}",
    ko="{some}, 서로 다른 사진이 너무 적은 클래스: {small}",
)


def check_classes(source: str, classes: Iterable[str], small: Set[str] = frozenset()) -> None:
    """
    Args:
        small: classes that are no more, for lack of pictures.

    Raises:
        TooFewClasses: fewer than two.
    """
    names = sorted(set(classes))
    if len(names) < 2:
        found = listing(names) if names else NONE
        if small:
            found = fill_text(TOO_SMALL, some=found, small=listing(sorted(small)))
        raise TooFewClasses(name=source, found=found)


def list_waiting(workspace: Workspace) -> list[str]:
    """The imports that wait for somebody's decision, oldest first."""
    return sorted(path.parent.name for path in workspace.waiting.glob("*/report.json"))


def list_undecided(workspace: Workspace) -> list[str]:
    """Those of `list_waiting` that no job is storing."""
    storing = {stored_by(job) for job in list_jobs(workspace, active=True)}
    return [waiting_id for waiting_id in list_waiting(workspace) if waiting_id not in storing]


def stored_by(job: Job) -> str | None:
    """The one of `list_waiting` that a job stores; None for a job that does something else."""
    return job.subject.waiting if job.kind == "accept" else None


def open_waiting(workspace: Workspace, waiting_id: str) -> Review:
    """One of them, with its report.

    Raises:
        NotWaiting: it has been accepted or discarded.
    """
    if waiting_id not in list_waiting(workspace):
        raise NotWaiting()
    folder = workspace.waiting / waiting_id
    try:
        return Review(Staged.load(folder), Checked.load(folder))
    except FileNotFoundError as error:
        raise NotWaiting() from error


def state_of_waiting(workspace: Workspace, waiting_id: str) -> str:
    """Another one whenever `open_waiting` would give another import.

    Raises:
        NotWaiting.
    """
    try:
        files = [file for file in (workspace.waiting / waiting_id).iterdir() if not is_outcome(file)]
        stats = sorted((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    except FileNotFoundError as error:
        raise NotWaiting() from error
    return json.dumps(stats)


def discard(workspace: Workspace, waiting_id: str) -> None:
    """Forget one of them."""
    remove_folder(workspace.waiting / waiting_id)


@dataclass(frozen=True)
class AcceptPayload(Record):
    """What a job of kind `accept` does."""

    waiting: str = ""
    decisions: dict[str, str] = field(default_factory=dict)
    """As core.data.review.decisions.decided takes them."""
    name: str | None = None
    """None: the one that it was imported with."""


def submit_accept(
    workspace: Workspace,
    waiting_id: str,
    decisions: Mapping[str, str],
    name: str | None = None,
    review: Review | None = None,
) -> Job:
    """Queue what makes one of them a data set.

    Args:
        name: of the data set; None for the one that it was imported with.
        review: what `open_waiting` gave, where it is open: what it has worked out is what is stored.

    Raises:
        NotWaiting, BadName, NameTaken, and what core.data.review.outcome.Review.storable raises: it then waits on.
    """
    if review is None or waiting_id not in list_waiting(workspace):
        review = open_waiting(workspace, waiting_id)
    name = free_name(workspace, review.staged.name if name is None else name)
    outcome = review.storable(decisions)  # and with it the decisions themselves
    with suppress(CannotWrite, DiskFull):  # the job then works it out for itself
        outcome.save(workspace.waiting / waiting_id, state_of_waiting(workspace, waiting_id))
    title = fill_text(Text(en="Store “{name}”", ko="“{name}” 저장하기"), name=name)
    payload = AcceptPayload(waiting_id, dict(decisions), name)
    return submit(workspace, "accept", title, payload.to_json(), once=f"accept {waiting_id}")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `accept`; its result is that of `accept`."""
    payload = job.asked(AcceptPayload)
    waiting_id, decisions = payload.waiting, payload.decisions
    review = open_waiting(workspace, waiting_id)
    review.staged.name = payload.name or review.staged.name
    state = state_of_waiting(workspace, waiting_id)
    outcome = Outcome.load(review.staged.folder, decisions, state) or review.outcome(decisions)
    result = accept(workspace, review, outcome, workspace.job_folder(job.id).staging, report)
    discard(workspace, waiting_id)
    return result


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What queues it once more; None where what it was to store waits no longer, or another job stores it."""
    return the_same(workspace, job) if job.subject.waiting in list_undecided(workspace) else None


def accept(
    workspace: Workspace, review: Review, outcome: Outcome, staging: Path, report: Report
) -> dict[str, Any]:
    """Keep what was read as a data set, built in the folder `staging`.

    Args:
        outcome: of `review`.

    Returns:
        {"data_set_id", "left_out": [[path, sentence Text], ...] in path order, "notes": [Text, ...] of how it was read,
        "findings": [Text, ...], "report": as
        core.data.review.decisions.reported, "probes": [core.data.review.shortcut.Probe.reported(), ...]}.

    Raises:
        BadName, NameTaken, TooFewClasses, CannotWrite, DiskFull; the workspace is then as it was.
        Cancelled: from `report`.
    """
    staged, checked, rows = review.staged, review.checked, outcome.rows
    check_classes(staged.source, outcome.classes, set(outcome.small))
    stretch = outcome.decisions.get("levels") == "stretch"
    as_is = staged.window is not None and not stretch
    pictures = staged.as_is_file if as_is else staged.images_file
    copy_images(pictures, staging / IMAGES, rows.tolist(), part(report, 0.0, 0.5))
    contents = Contents(
        kind="import",
        classes=outcome.classes,
        images=None,
        labels=outcome.labels,
        splits=outcome.splits,
        names=[staged.names[row] for row in rows],
        seed=staged.seed,
        origin=fill_text(Text(en="Imported from {name}.", ko="{name}에서 가져왔습니다."), name=staged.source),
        licence=staged.licence,
        notes=outcome.notes,
        split_notes=outcome.split_notes,
        keys=None if as_is else staged.keys[rows],
        groups=None if staged.groups is None else staged.groups[rows],
        videos=staged.videos_among(rows),
        window=staged.window if stretch else None,
        files=files_by_class(staged.facts[rows], outcome.labels, outcome.classes),
    )
    data_set = save(workspace, staging, staged.name, contents, part(report, 0.5, 1.0))
    return {
        "data_set_id": data_set.id,
        "left_out": [[path, why] for path, why in outcome.left_out],
        "notes": staged.notes,
        "findings": checked.said,
        "report": reported(staged, checked, outcome.decisions),
        "probes": [probe.reported() for probe in checked.probes],
    }
