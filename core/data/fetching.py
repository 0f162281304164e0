"""Data sets by name: torchvision's own and Hugging Face's, fetched into the job's folder, then imported like a folder."""

import errno
import os
import shutil
import socket
import threading
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.data import hugging_face, torchvision_sets
from core.data.accepting import check_classes
from core.data.face_crop import FaceCrop
from core.data.hugging_face import Columns
from core.data.importing import check_choices, keep_or_wait, read_plan
from core.data.listing import shown
from core.data.planning import Plan
from core.errors import (
    ArchiveBomb,
    CannotFetch,
    DiskFull,
    NoConnection,
    NoiseLensError,
    NotFound,
    NotUnderstood,
    OutOfRange,
)
from core.images import Fit
from core.jobs.queue import Job, submit
from core.limits import MAX_CLASSES, MAX_FILES
from core.progress import Report, part
from core.store import Workspace, remove_folder
from core.words import Text, fill_text

HUBS = ("torchvision", "hf")
PATIENCE = 8.0
"""Seconds that a server may take to answer."""
ROUND = 0.3
"""Seconds between two looks at how much has arrived."""
UNPACKED = 2.2
"""Space that a set takes while it is fetched, as a multiple of its download: the archive and what it holds."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Source:
    """A data set that somebody else keeps."""

    hub: Literal["torchvision", "hf"]
    name: str

    @classmethod
    def parse(cls, text: str) -> "Source":
        """From "torchvision:CIFAR10" or "hf:owner/name".

        Raises:
            NotUnderstood, UnknownName: neither, or torchvision has no such set.
        """
        hub, _, name = text.strip().partition(":")
        if hub == "torchvision":
            return cls("torchvision", torchvision_sets.known_set(name.strip()).key)
        if hub == "hf" and hugging_face.NAME.fullmatch(name.strip()):
            return cls("hf", name.strip())
        what = Text(en="the name of a data set", ko="데이터 세트 이름")
        raise NotUnderstood(value=text, what=what, form="torchvision:CIFAR10, hf:owner/name")

    def __str__(self) -> str:
        return f"{self.hub}:{self.name}"

    @property
    def short(self) -> str:
        """What to call the data set that it becomes."""
        return self.name.split("/")[-1]


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
) -> Job:
    """Queue the import of a data set by its name; the internet is asked by the job.

    Args:
        source: as Source.parse takes it.
        name: of the data set to be; None for the source's own.
        size, seed, how, review, face: as core.data.importing.submit_import.
        folder: where its files already are, as torchvision's root or as a clone of the repository; only read.
        columns: what of it is used; of torchvision's sets the label alone, where there is a choice.
        most: at most so many pictures of each split, drawn by the seed.

    Raises:
        NotUnderstood, UnknownName, BadName, NameTaken, OutOfRange, NotAChoice, NotFound.
    """
    wanted = Source.parse(source)
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
    title = Text(en="Fetch {name}", ko="{name} 받아 오기")
    payload = {
        **check_choices(workspace, name or wanted.short, size, seed, how, face),
        "source": str(wanted),
        "review": review,
        "folder": None if folder is None else str(folder),
        "columns": {key: getattr(columns, key) for key in ("image", "label", "subset")}
        | {"splits": dict(columns.splits)},
        "most": most,
    }
    return submit(workspace, "fetch", fill_text(title, name=wanted.short), payload)


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `fetch`; its result is that of kind `import`."""
    payload = job.payload
    source, columns = Source.parse(payload["source"]), Columns(**payload["columns"])
    folder = None if payload["folder"] is None else Path(payload["folder"])
    fetched = workspace.job_folder(job.id).staging / "fetched"
    asked = part(report, 0.0, 0.4)
    if source.hub == "torchvision":
        planned, licence = _from_torchvision(source, folder, columns, fetched, asked)
    else:
        planned, licence = _from_hugging_face(source, folder, columns, fetched, asked)
    planned = _at_most(planned, payload["most"], payload["seed"])
    _check(source, planned)
    staged = read_plan(
        workspace.job_folder(job.id).staging / "read",
        planned,
        str(source),
        payload["name"],
        part(report, 0.4, 0.75),
        size=payload["size"],
        seed=payload["seed"],
        how=payload["how"],
        face=FaceCrop.restored(payload.get("face")),
        licence=licence,
    )
    remove_folder(fetched)
    return keep_or_wait(workspace, job, staged, part(report, 0.75, 1.0))


def _from_torchvision(
    source: Source, folder: Path | None, columns: Columns, fetched: Path, report: Report
) -> tuple[Plan, Text | None]:
    known = torchvision_sets.known_set(source.name)
    if folder is None and not known.fetched:
        raise CannotFetch(name=known.key, why=_BY_HAND)
    root = folder or fetched
    with _fetching(source, None if folder else fetched, known.megabytes, report):
        try:
            opened = torchvision_sets.open_splits(known, root, columns.label, download=folder is None)
        except (RuntimeError, OSError, ValueError, KeyError) as error:
            if folder is None:
                raise
            raise torchvision_sets.not_there(known, folder) from error
    return torchvision_sets.plan_of(known, opened, root, columns.label), known.terms


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
        # The library itself would try for half a minute before it says that there is no internet.
        with _fetching(source, None, 0, report):
            about = hugging_face.ask_hub(source.name)
    with _fetching(source, fetched, about.megabytes if about else 0, report):
        found = hugging_face.open_repository(str(folder or source.name), columns, fetched / "sets")
    planned = hugging_face.plan_of(source.name, found, columns, folder or fetched)
    return planned, about.licence if about else None


@contextmanager
def _fetching(source: Source, place: Path | None, megabytes: int, report: Report) -> Iterator[None]:
    """Says how much has arrived in `place`, gives up on servers that do not answer, and words what goes wrong.

    Args:
        megabytes: of the download, about; 0 where that is not known.

    Raises:
        NoConnection, CannotFetch, DiskFull.
    """
    over = threading.Event()
    watcher = None
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        if place is not None:
            place.mkdir(parents=True, exist_ok=True)
            _check_space(place, megabytes)
            watcher = threading.Thread(target=_watch, args=(place, megabytes, report, over), daemon=True)
            watcher.start()
        yield
    except NoiseLensError:
        raise
    except ImportError as error:
        why = Text(
            en="the package {package} is missing; install what requirements.txt lists",
            ko="{package} 패키지가 없습니다. requirements.txt에 있는 것을 설치해 주세요",
        )
        raise CannotFetch(name=source.name, why=fill_text(why, package=error.name or "?")) from error
    except (OSError, RuntimeError, ValueError, KeyError, EOFError, TypeError) as error:
        raise _worded(error, source, place) from error
    except Exception as error:
        # The hub's client has errors of its own, outside Python's families.
        if type(error).__module__.split(".")[0] not in _CLIENTS:
            raise
        raise _worded(error, source, place) from error
    finally:
        over.set()
        if watcher is not None:
            watcher.join()
        socket.setdefaulttimeout(before)


_NETWORK = ("httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3")
_CLIENTS = (*_NETWORK, "huggingface_hub", "gdown", "datasets")
"""Packages whose errors are about fetching; those of the first are about the network itself."""


def _check_space(place: Path, megabytes: int) -> None:
    if megabytes * 10**6 * UNPACKED > shutil.disk_usage(place).free:
        raise DiskFull(name=str(place))


def _watch(place: Path, megabytes: int, report: Report, over: threading.Event) -> None:
    while not over.wait(ROUND):
        arrived = _bytes_in(place) / 10**6
        share = min(arrived / (megabytes * UNPACKED), 1.0) if megabytes else 0.0
        step = Text(en=f"Fetching: {arrived:,.0f} MB on disk", ko=f"받는 중: 디스크에 {arrived:,.0f}MB")
        if megabytes:
            step = Text(
                en=f"{step['en']}, about {megabytes:,} MB to fetch",
                ko=f"{step['ko']}, 받을 양 약 {megabytes:,}MB",
            )
        try:
            report(share, step)
        except NoiseLensError:
            return  # cancelled: the worker ends the process


def _bytes_in(place: Path) -> int:
    total = 0
    for top, _, files in os.walk(place):
        for name in files:
            try:
                total += os.lstat(os.path.join(top, name)).st_size
            except OSError:
                continue  # it has just been moved or removed
    return total


def _worded(error: Exception, source: Source, place: Path | None) -> NoiseLensError:
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    detail = shown(" ".join(f"{error}".split())[:160]) or type(error).__name__
    for one in chain:
        if isinstance(one, OSError) and one.errno in _FULL:
            return DiskFull(name=str(place))
    network = (urllib.error.URLError, ConnectionError, TimeoutError, socket.gaierror)
    if any(
        isinstance(one, network)
        or type(one).__module__.split(".")[0] in _NETWORK
        or "Error downloading" in str(one)
        for one in chain
    ):
        return NoConnection(name=source.name, detail=detail)
    why = Text(
        en="its files cannot be read as labelled pictures ({detail})",
        ko="라벨이 달린 사진으로 읽을 수 없습니다({detail})",
    )
    return CannotFetch(name=source.name, why=fill_text(why, detail=detail))


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
