"""Data sets by name: torchvision's own and Hugging Face's, fetched into the job's folder, then imported like a folder."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.data.imports import ReadingPayload, check_choices, keep_or_wait
from core.data.intake.face_crop import FaceCrop
from core.data.intake.plan import Plan
from core.data.intake.staging import read_plan
from core.data.named import hugging_face, torchvision_sets
from core.data.named.downloads import PATIENCE, ask, download, wording
from core.data.named.hugging_face import Columns
from core.data.review.acceptance import check_classes
from core.data.review.decisions import checked_decisions
from core.errors import (
    ArchiveBomb,
    CannotFetch,
    NotFound,
    NotUnderstood,
    OutOfRange,
    PackagesMissing,
)
from core.files import remove_folder
from core.jobs.job import Job
from core.jobs.queue import submit
from core.limits import MAX_CLASSES, MAX_FILES
from core.progress import Report, part
from core.resizing import Fit
from core.store import Workspace
from core.words import Text, fill_text, listing

HUBS = ("torchvision", "hf")


@dataclass(frozen=True)
class Source:
    """A data set that somebody else keeps."""

    hub: Literal["torchvision", "hf"]
    name: str

    @classmethod
    def parse(cls, text: str) -> "Source":
        """From "torchvision:CIFAR10", "hf:owner/name" or "hf:" and the address of its page.

        Raises:
            NotUnderstood, UnknownName: neither, or torchvision has no such set.
        """
        hub, _, name = text.strip().partition(":")
        if hub == "torchvision":
            return cls("torchvision", torchvision_sets.known_set(name.strip()).key)
        what = Text(en="the name of a data set", ko="데이터 세트 이름")
        if hub == "hf":
            repository = hugging_face.repository_of(name)
            if repository is None:
                raise NotUnderstood(value=name, what=what, form="owner/name")
            return cls("hf", repository)
        raise NotUnderstood(value=text, what=what, form="torchvision:CIFAR10, hf:owner/name")

    def __str__(self) -> str:
        return f"{self.hub}:{self.name}"

    def check_packages(self, folder: Path | None) -> None:
        """Whether the packages are there that it takes: not every installation has them.

        Args:
            folder: where its files already are; None where they are to be fetched.

        Raises:
            PackagesMissing.
        """
        needed: tuple[str, ...] = ()
        if self.hub == "hf":
            needed = hugging_face.PACKAGES
        elif folder is None:
            needed = torchvision_sets.known_set(self.name).packages
        invalidate_caches()  # they may have been installed since the dashboard was started
        if missing := [name for name in needed if find_spec(name) is None]:
            raise PackagesMissing(name=self.name or "Hugging Face", packages=listing(missing))

    @property
    def short(self) -> str:
        """What to call the data set that it becomes."""
        return self.name.split("/")[-1]


_TITLE = Text(en="Fetch {source}", ko="{source} 받아 오기")
_TITLE_NAMED = Text(en="Fetch {source} as “{name}”", ko="{source:을/를} “{name}” 이름으로 받아 오기")


@dataclass(frozen=True)
class FetchPayload(ReadingPayload):
    """What a job of kind `fetch` does; as `submit_fetch` takes it."""

    review: bool = False
    folder: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    """The fields of Columns."""
    most: int | None = None
    decisions: dict[str, str] = field(default_factory=dict)
    as_proposed: bool = False


def submit_fetch(
    workspace: Workspace,
    source: str,
    name: str | None = None,
    size: int | None = None,
    seed: int = 0,
    how: Fit = "crop",
    review: bool = False,
    folder: Path | None = None,
    columns: Columns | None = None,
    most: int | None = None,
    face: FaceCrop | None = None,
    decisions: Mapping[str, str] | None = None,
    as_proposed: bool = False,
) -> Job:
    """Queue the import of a data set by its name; the internet is asked by the job.

    The same one that still waits or runs is returned instead.

    Args:
        source: as Source.parse takes it.
        name: of the data set to be; None for the source's own.
        size, seed, how, review, face, decisions, as_proposed: as core.data.imports.submit_import.
        folder: where its files already are, as torchvision's root or as a clone of the repository; only read.
        columns: what of it is used; of torchvision's sets the label alone, where there is a choice.
        most: at most so many pictures of each split, drawn by the seed.

    Raises:
        NotUnderstood, UnknownName, BadName, NameTaken, OutOfRange, NotAChoice, NotFound, PackagesMissing.
    """
    wanted = Source.parse(source)
    wanted.check_packages(folder)
    columns = columns or Columns()
    columns.check()
    if wanted.hub == "torchvision":
        torchvision_sets.checked_label(torchvision_sets.known_set(wanted.name), columns.label)
    if most is not None and not 1 <= most <= MAX_FILES:
        raise OutOfRange(
            what=Text(en="The number of pictures", ko="사진 수"), lowest=1, highest=MAX_FILES, value=most
        )
    if folder is not None:
        folder = Path(folder).expanduser().resolve()
        if not folder.is_dir():
            raise NotFound(name=str(folder))
    payload = FetchPayload(
        **check_choices(workspace, name or wanted.short, size, seed, how, face),
        source=str(wanted),
        review=review,
        folder=None if folder is None else str(folder),
        columns={key: getattr(columns, key) for key in ("image", "label", "subset")}
        | {"splits": dict(columns.splits)},
        most=most,
        decisions=checked_decisions(decisions or {}),
        as_proposed=as_proposed,
    )
    title = _TITLE if payload.name == wanted.short else _TITLE_NAMED
    title = fill_text(title, source=wanted.short, name=payload.name)
    said = payload.to_json()
    return submit(workspace, "fetch", title, said, once=f"fetch {json.dumps(said)}")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `fetch`; its result is that of kind `import`."""
    payload = job.asked(FetchPayload)
    source, columns = Source.parse(payload.source), Columns(**payload.columns)
    folder = None if payload.folder is None else Path(payload.folder)
    fetched = workspace.job_folder(job.id).staging / "fetched"
    asked = part(report, 0.0, 0.4)
    if source.hub == "torchvision":
        planned, licence = _from_torchvision(source, folder, columns, fetched, asked)
    else:
        planned, licence = _from_hugging_face(source, folder, columns, fetched, asked)
    planned = _at_most(planned, payload.most, payload.seed)
    _check(source, planned)
    staged = read_plan(
        workspace.job_folder(job.id).staging / "read",
        planned,
        str(source),
        payload.name,
        part(report, 0.4, 0.75),
        size=payload.size,
        seed=payload.seed,
        how=payload.how,
        face=FaceCrop.restored(payload.face),
        licence=licence,
    )
    remove_folder(fetched)
    return keep_or_wait(workspace, job, staged, part(report, 0.75, 1.0))


def _from_torchvision(
    source: Source, folder: Path | None, columns: Columns, fetched: Path, report: Report
) -> tuple[Plan, Text | None]:
    known = torchvision_sets.known_set(source.name)
    if folder is None and not known.server:
        raise CannotFetch(name=known.key, why=_BY_HAND)
    root = folder or fetched
    open_splits = partial(torchvision_sets.open_splits, known, root, columns.label, download=folder is None)
    if folder is None:
        report(0.0, _ASKING)
        ask([known.server, *known.mirrors], known.key)
        opened = download(open_splits, known.key, fetched, known.megabytes, report)
    else:
        with wording(known.key):
            try:
                opened = open_splits()
            except (RuntimeError, OSError, ValueError, KeyError) as error:
                raise torchvision_sets.not_there(known, folder) from error
    return torchvision_sets.plan_of(known, opened, root, columns.label), known.terms


_ASKING = Text(en="Asking its server", ko="서버의 답을 기다리는 중")
_BY_HAND = Text(
    en="its makers no longer let programs fetch it; get its files by hand, and name the folder where they are",
    ko="이제 프로그램으로는 받을 수 없습니다. 파일을 직접 구한 뒤 그 폴더를 적어 주세요",
)


def _from_hugging_face(
    source: Source, folder: Path | None, columns: Columns, fetched: Path, report: Report
) -> tuple[Plan, Text | None]:
    # Read when its libraries are first imported: nothing of theirs may land outside the job's folder.
    os.environ |= {"HF_HUB_CACHE": str(fetched / "hub"), "HF_XET_CACHE": str(fetched / "xet")}
    os.environ |= {"HF_DATASETS_CACHE": str(fetched / "sets"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    os.environ |= dict.fromkeys(("HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_ETAG_TIMEOUT"), str(round(PATIENCE)))
    about = None
    if folder is None:
        report(0.0, _ASKING)
        with wording(source.name):
            ask([hugging_face.server()], source.name)
            about = hugging_face.ask_hub(source.name, PATIENCE)
    open_repository = partial(
        hugging_face.open_repository, str(folder or source.name), columns, fetched / "sets"
    )
    found = download(open_repository, source.name, fetched, about.megabytes if about else 0, report)
    planned = hugging_face.plan_of(source.name, found, columns, folder or fetched)
    return planned, about.licence if about else None


def _at_most(planned: Plan, most: int | None, seed: int) -> Plan:
    """`planned` with at most so many pictures of each split, drawn by `seed`."""
    if most is None:
        return planned
    by_split: dict[int | None, list[int]] = {}
    for number, candidate in enumerate(planned.candidates):
        by_split.setdefault(candidate.split, []).append(number)
    generator = np.random.default_rng(seed)
    kept = sorted(
        number for members in by_split.values() for number in generator.permutation(members)[:most].tolist()
    )
    return replace(planned, candidates=[planned.candidates[number] for number in kept])


def _check(source: Source, planned: Plan) -> None:
    """
    Raises:
        ArchiveBomb: more than an import may hold.
        TooFewClasses.
    """
    classes = {candidate.name for candidate in planned.candidates}
    for count, limit, text in (
        (
            len(planned.candidates),
            MAX_FILES,
            Text(
                en="it holds {n} pictures, and the limit is {limit}",
                ko="사진이 {n}장인데 한도는 {limit}장입니다",
            ),
        ),
        (
            len(classes),
            MAX_CLASSES,
            Text(
                en="it has {n} classes, and the limit is {limit}",
                ko="클래스가 {n}개인데 한도는 {limit}개입니다",
            ),
        ),
    ):
        if count > limit:
            why = fill_text(text, n=f"{count:,}", limit=f"{limit:,}")
            raise ArchiveBomb(name=str(source), why=why)
    check_classes(str(source), classes)
