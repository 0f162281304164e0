"""A folder, ZIP or TAR of labelled pictures is read and checked, and kept at once or after a look."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from core.data.dataset import SIZES, free_name
from core.data.intake.archive import is_slow, opened
from core.data.intake.candidates import NO_CLASS
from core.data.intake.face_crop import FaceCrop
from core.data.intake.listing import NESTED
from core.data.intake.plan import Plan, plan, spoilt
from core.data.intake.staging import Staged, read_plan
from core.data.intake.uploads import files_of
from core.data.intake.videos import DEFAULT_FRAMES, Frames
from core.data.review.acceptance import accept, check_classes
from core.data.review.check import check
from core.data.review.decisions import checked_decisions
from core.data.review.outcome import Review
from core.errors import (
    ArchivesInside,
    NameTaken,
    NoPictures,
    NotAChoice,
    NothingInside,
    NotPictures,
    OutOfRange,
    TooLittleLeft,
    Unlabelled,
)
from core.files import writing
from core.jobs.again import the_same
from core.jobs.job import Job
from core.jobs.queue import submit
from core.noise.stack import LARGEST_SEED
from core.progress import Report, part
from core.records import Record
from core.resizing import Fit
from core.store import Workspace
from core.words import Text, fill_text, listing


@dataclass(frozen=True)
class ReadingPayload(Record):
    """What the payload of any job that reads pictures begins with: what is read, and how."""

    name: str = ""
    size: int | None = None
    seed: int = 0
    how: Fit = "crop"
    face: dict[str, Any] | None = None
    """FaceCrop.stored."""
    source: str = ""


@dataclass(frozen=True)
class _Keeping(Record):
    """What such a payload says, further on, of the end of the job."""

    review: bool = False
    decisions: dict[str, str] = field(default_factory=dict)
    as_proposed: bool = False


@dataclass(frozen=True)
class ImportPayload(ReadingPayload):
    """What a job of kind `import` does; as `submit_import` takes it."""

    delete_source: bool = False
    review: bool = False
    csv: str | None = None
    frames: dict[str, Any] | None = None
    """Frames.stored; None: as by default."""
    decisions: dict[str, str] = field(default_factory=dict)
    as_proposed: bool = False


@contextmanager
def _planned(source: Path, csv: Path | None) -> Iterator[Plan]:
    """What is to be read from `source`, while it is open.

    Raises:
        NothingInside, ArchivesInside, NoPictures, NotPictures, Unlabelled, TooFewClasses, BadLabels, and what core.data.intake.archive.opened raises.
    """
    with opened(source) as found:
        if not found.entries and not found.left_out:
            raise NothingInside(name=source.name)
        planned = plan(found, csv)
        if not planned.candidates:
            whys = [why for _, why in planned.left_out]
            if all(why is NESTED for why in whys):
                raise ArchivesInside(name=source.name)
            if NO_CLASS not in whys:
                raise NoPictures(name=source.name)
            if not_pictures := spoilt(found, planned):
                raise NotPictures(names=listing(not_pictures))
            raise Unlabelled()
        check_classes(source.name, (candidate.name for candidate in planned.candidates))
        yield planned


def submit_import(
    workspace: Workspace,
    source: Path,
    name: str,
    size: int | None = None,
    seed: int = 0,
    delete_source: bool = False,
    csv: Path | None = None,
    how: Fit = "crop",
    review: bool = False,
    frames: Frames = DEFAULT_FRAMES,
    face: FaceCrop | None = None,
    decisions: Mapping[str, str] | None = None,
    as_proposed: bool = False,
) -> Job:
    """Queue an import; what can be said without reading the pictures is said at once.

    The same one that still waits or runs is returned instead.

    Args:
        source: a folder, or a ZIP or TAR file.
        size: side, px; None for what `fitting_size` proposes.
        seed: decides the split.
        delete_source: remove `source` when the job has ended; for uploads, and only among them.
        csv: a file with the columns path, label and perhaps split and group; None to look for one in `source`.
        how: what becomes of pictures that are not square.
        review: wait, once all is read and checked, for somebody to decide (core.data.review.acceptance).
        frames: how many of each video are taken.
        face: cut out faces; None to keep pictures as they are.
        decisions: as core.data.review.decisions.decided, on findings that may turn up.
        as_proposed: of those that `decisions` does not name, do what is proposed; else they are kept.

    Raises:
        BadName, NameTaken, OutOfRange, NotAChoice, NotFound, NotAnArchive, DamagedArchive, ClimbingArchive,
        ArchiveBomb, NothingInside, NoPictures, NotPictures, TooFewClasses, BadLabels.
    """
    choices = check_choices(workspace, name, size, seed, how, face)
    source = Path(source).expanduser().resolve()
    csv = None if csv is None else Path(csv).expanduser().resolve()
    if not is_slow(source):
        with _planned(source, csv):
            pass
    payload = ImportPayload(
        **choices,
        source=str(source),
        delete_source=delete_source,
        review=review,
        csv=None if csv is None else str(csv),
        frames=frames.checked().stored(),
        decisions=checked_decisions(decisions or {}),
        as_proposed=as_proposed,
    ).to_json()
    title = fill_text(Text(en="Import “{name}”", ko="“{name}” 가져오기"), name=choices["name"])
    # What is uploaded lies in a folder of its own each time, so it is known by its files.
    same = {**payload, "source": files_of(source)} if delete_source else payload
    once = hashlib.sha256(json.dumps(same).encode()).hexdigest()
    return submit(workspace, "import", title, payload, once=f"import {once}")


def check_choices(
    workspace: Workspace, name: str, size: int | None, seed: int, how: str, face: FaceCrop | None
) -> dict[str, Any]:
    """What every import is given, checked, for its payload.

    Raises:
        BadName, NameTaken, OutOfRange, NotAChoice.
    """
    name = free_name(workspace, name)
    if size is not None and not SIZES[0] <= size <= SIZES[-1]:
        raise OutOfRange(what=Text(en="The size", ko="크기"), lowest=SIZES[0], highest=SIZES[-1], value=size)
    if not 0 <= seed <= LARGEST_SEED:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=LARGEST_SEED, value=seed)
    if how not in get_args(Fit):
        raise NotAChoice(
            what=Text(en="The way to make pictures square", ko="정사각형으로 만드는 방법"),
            choices=listing(get_args(Fit)),
            value=how,
        )
    stored = None if face is None else face.checked().stored()
    return {"name": name, "size": size, "seed": seed, "how": how, "face": stored}


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `import`; its result is that of `keep_or_wait`."""
    payload = job.asked(ImportPayload)
    staged = stage(
        workspace.job_folder(job.id).staging / "read",
        Path(payload.source),
        payload.name,
        part(report, 0.0, 0.6),
        size=payload.size,
        seed=payload.seed,
        csv=Path(payload.csv) if payload.csv else None,
        how=payload.how,
        frames=Frames.restored(payload.frames),
        face=FaceCrop.restored(payload.face),
    )
    return keep_or_wait(workspace, job, staged, part(report, 0.6, 1.0))


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What queues an import once more; None where its source is gone, as an upload goes with its job."""
    return the_same(workspace, job) if Path(job.subject.source or "/nowhere").exists() else None


def keep_or_wait(workspace: Workspace, job: Job, staged: Staged, report: Report) -> dict[str, Any]:
    """Check what a job read; keep it, or put it where it waits for somebody, as the job's `review` says.

    It waits, too, where it cannot be kept: another data set has taken its name meanwhile, or too little would be left
    of it. Nothing that was read is lost.

    Returns:
        What core.data.review.acceptance.accept returns, or {"waiting": ID, "why": sentence Text, or None where that was asked
        for}.

    Raises:
        What core.data.review.acceptance.accept raises.
    """
    asked = _Keeping.read(job.payload)
    review = Review(staged, check(staged, part(report, 0.0, 0.85)))
    why = None
    if not asked.review:
        decisions = asked.decisions
        try:
            if asked.as_proposed:
                decisions = {**review.proposed(), **decisions}
            outcome = review.storable(decisions) if decisions else review.outcome({})
            building = staged.folder.with_name("set")
            return accept(workspace, review, outcome, building, part(report, 0.85, 1.0))
        except (NameTaken, TooLittleLeft) as error:
            why = error.said
    review.checked.save(staged.folder)
    report(0.85)
    with writing(workspace.waiting):
        os.replace(staged.folder, workspace.waiting / job.id)
    return {"waiting": job.id, "why": why}


def stage(
    folder: Path,
    source: Path,
    name: str,
    report: Report,
    *,
    size: int | None = None,
    seed: int = 0,
    csv: Path | None = None,
    how: Fit = "crop",
    frames: Frames = DEFAULT_FRAMES,
    face: FaceCrop | None = None,
) -> Staged:
    """Read every picture and video of `source` once, into `folder`.

    Raises:
        What `submit_import` raises, CannotWrite and DiskFull.
        Cancelled: from `report`.
    """
    with _planned(source, csv) as planned:
        return read_plan(
            folder,
            planned,
            source.name,
            name,
            report,
            size=size,
            seed=seed,
            how=how,
            frames=frames,
            face=face,
        )
