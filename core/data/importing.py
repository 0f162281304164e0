"""A folder, ZIP or TAR of labelled pictures becomes a data set."""

import hashlib
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.archive import is_slow, opened
from core.data.dataset import SIZES, DataSet, free_name
from core.data.listing import Entry, LeftOut
from core.data.planning import NO_CLASS, Candidate, Plan, plan
from core.data.splitting import TEST, TRAIN, VALIDATION, stratified
from core.data.writing import Contents, keep_images, new_images, save
from core.errors import NoiseLensError, NoPictures, OutOfRange, TooFewClasses
from core.images import read_picture, square
from core.jobs.queue import Job, submit
from core.noise.catalogue import Image
from core.progress import Report, part
from core.store import Workspace
from core.words import Text, fill_text, listing

SHARES = (0.15, 0.15)
"""Of validation and test, where no splits are given."""
SMALL_SIDE = 48
"""Where the pictures' median short side is under this, px, a data set is made at the smaller size."""
LOOKED_AT = 25
"""Pictures opened to find their median size."""
WORKERS = max(2, min(os.cpu_count() or 1, 8))
AHEAD = 3
"""Pictures waiting for each worker: enough to keep it busy, few enough to keep memory flat."""

LONELY = Text(
    en="its class has too few different pictures to train and test on",
    ko="클래스에 서로 다른 사진이 너무 적어 학습과 테스트에 나눌 수 없습니다",
)


def _check_classes(source: str, classes: Iterable[str]) -> None:
    found = sorted(set(classes))
    if len(found) < 2:
        raise TooFewClasses(name=source, found=listing(found) if found else "-")


@contextmanager
def _planned(source: Path, csv: Path | None) -> Iterator[Plan]:
    """What is to be read from `source`, while it is open.

    Raises:
        NoPictures, TooFewClasses, BadLabels, and what core.data.archive.opened raises.
    """
    with opened(source) as found:
        planned = plan(found, csv)
        if not planned.candidates and not any(why is NO_CLASS for _, why in planned.left_out):
            raise NoPictures(name=source.name)
        _check_classes(source.name, (candidate.name for candidate in planned.candidates))
        yield planned


def submit_import(
    workspace: Workspace,
    source: Path,
    name: str,
    size: int | None = None,
    seed: int = 0,
    delete_source: bool = False,
    csv: Path | None = None,
) -> Job:
    """Queue an import; what can be said without reading the pictures is said at once.

    Args:
        source: a folder, or a ZIP or TAR file.
        size: side, px; None for 64, or 32 where the pictures are small.
        seed: decides the split.
        delete_source: remove `source` when the job has ended; for uploads, and only among them.
        csv: a file with the columns path, label and perhaps split; None to look for one in `source`.

    Raises:
        BadName, NameTaken, OutOfRange, NotFound, NotAnArchive, DamagedArchive, ClimbingArchive,
        ArchiveBomb, NoPictures, TooFewClasses, BadLabels.
    """
    name = free_name(workspace, name)
    if size is not None and not SIZES[0] <= size <= SIZES[-1]:
        raise OutOfRange(what=Text(en="The size", ko="크기"), lowest=SIZES[0], highest=SIZES[-1], value=size)
    if not 0 <= seed <= 2**31 - 1:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=2**31 - 1, value=seed)
    source = Path(source).expanduser().resolve()
    csv = None if csv is None else Path(csv).expanduser().resolve()
    if not is_slow(source):
        with _planned(source, csv):
            pass
    payload = {
        "source": str(source),
        "name": name,
        "size": size,
        "seed": seed,
        "delete_source": delete_source,
        "csv": None if csv is None else str(csv),
    }
    return submit(
        workspace, "import", fill_text(Text(en="Import {name}", ko="{name} 가져오기"), name=name), payload
    )


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `import`; its result is {"data_set_id", "left_out": [[path, sentence Text], ...]}."""
    payload = job.payload
    data_set, left_out = import_pictures(
        workspace,
        workspace.job_folder(job.id).staging,
        Path(payload["source"]),
        payload["name"],
        report,
        size=payload["size"],
        seed=payload["seed"],
        csv=Path(payload["csv"]) if payload["csv"] else None,
    )
    return {"data_set_id": data_set.id, "left_out": [[path, why] for path, why in left_out]}


def import_pictures(
    workspace: Workspace,
    staging: Path,
    source: Path,
    name: str,
    report: Report,
    *,
    size: int | None = None,
    seed: int = 0,
    csv: Path | None = None,
) -> tuple[DataSet, LeftOut]:
    """Read every picture of `source` once and keep it as data set `name`.

    Returns:
        The data set, and each file that was left out with why, in path order.

    Raises:
        What `submit_import` raises, and CannotWrite; the workspace is then as it was.
        Cancelled: from `report`.
    """
    with _planned(source, csv) as planned:
        report(0.0, Text(en="Looking at the pictures", ko="사진 살펴보는 중"))
        side = size or _fitting_size([candidate.entry for candidate in planned.candidates])
        keys, failures = _read_all(
            planned, new_images(staging, len(planned.candidates), side), part(report, 0.0, 0.9)
        )
    left_out = planned.left_out + [
        (planned.candidates[index].entry.path, why) for index, why in failures.items()
    ]
    kept = [index for index in range(len(planned.candidates)) if index not in failures]
    if not kept:
        raise NoPictures(name=source.name)
    notes = list(planned.notes)
    kept, splits, lonely = _split(planned.candidates, keys, kept, seed, notes)
    left_out += [(planned.candidates[index].entry.path, LONELY) for index in lonely]
    left_out.sort(key=lambda item: item[0])
    chosen = [planned.candidates[index] for index in kept]
    classes = sorted({candidate.name for candidate in chosen})
    _check_classes(source.name, classes)
    labels = np.array([classes.index(candidate.name) for candidate in chosen], np.int64)
    if left_out:
        notes.append(
            fill_text(
                Text(en="Left out: {n} ({names}).", ko="제외한 파일: {n}개 ({names})."),
                n=f"{len(left_out):,}",
                names=listing([path for path, _ in left_out], 3),
            )
        )
    keep_images(staging, kept, part(report, 0.9, 0.95))
    contents = Contents(
        kind="import",
        classes=classes,
        images=None,
        labels=labels,
        splits=splits,
        names=[candidate.entry.path for candidate in chosen],
        seed=seed,
        origin=fill_text(Text(en="Imported from {name}.", ko="{name}에서 가져왔습니다."), name=source.name),
        licence=None,
        notes=notes,
    )
    return save(workspace, staging, name, contents, part(report, 0.95, 1.0)), left_out


def _fitting_size(entries: Sequence[Entry]) -> int:
    """64 px, or 32 for small pictures."""
    chosen = entries[:: max(1, len(entries) // LOOKED_AT)][:LOOKED_AT]
    sides = []
    for entry in chosen:
        try:
            sides.append(min(read_picture(entry.read(), entry.path).pixels.shape[:2]))
        except NoiseLensError:
            continue  # said when all are read
    return 32 if sides and float(np.median(sides)) < SMALL_SIDE else 64


def _read_all(
    planned: Plan, images: NDArray[np.uint8], report: Report
) -> tuple[dict[int, bytes], dict[int, Text]]:
    """Every picture into its place of `images`.

    Returns:
        A key of the pixels for each that was read, and why for each that was not.
    """
    side = images.shape[1]
    candidates = planned.candidates

    def read(index: int, source: bytes | Path | None) -> bytes:
        entry = candidates[index].entry
        image: Image = square(read_picture(source or entry.read(), entry.parts[-1]).pixels, side)
        images[index] = image
        return hashlib.blake2b(image.tobytes(), digest_size=16).digest()

    keys: dict[int, bytes] = {}
    failures: dict[int, Text] = {}
    waiting: deque[tuple[int, Future[bytes]]] = deque()
    done = 0

    def take() -> None:
        nonlocal done
        index, future = waiting.popleft()
        try:
            keys[index] = future.result()
        except NoiseLensError as error:
            failures[index] = error.said
        done += 1
        step = Text(
            en=f"Reading picture {done:,} of {len(candidates):,}",
            ko=f"사진 읽는 중: {done:,}/{len(candidates):,}",
        )
        report(done / len(candidates), step)

    order = range(len(candidates))
    pool = ThreadPoolExecutor(WORKERS)
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the threads are ours
    try:
        for index in sorted(order, key=lambda i: candidates[i].entry.place) if planned.in_order else order:
            source = None
            if planned.in_order:
                # Threads would ask for the pictures in any order, and make a packed TAR start over.
                try:
                    source = candidates[index].entry.read()
                except NoiseLensError as error:
                    failures[index] = error.said
                    continue
            waiting.append((index, pool.submit(read, index, source)))
            if len(waiting) > WORKERS * AHEAD:
                take()
        while waiting:
            take()
    finally:
        pool.shutdown(cancel_futures=True)
        cv2.setNumThreads(before)
    return keys, failures


def _split(
    candidates: Sequence[Candidate],
    keys: dict[int, bytes],
    kept: list[int],
    seed: int,
    notes: list[Text],
) -> tuple[list[int], NDArray[np.uint8], list[int]]:
    """Which of `kept` stay, the split of each, and those whose class is too small; tells `notes` what it chose."""
    given = candidates[0].split is not None
    different: dict[str, set[bytes]] = {}
    for index in kept:
        if candidates[index].split in (None, TRAIN):
            different.setdefault(candidates[index].name, set()).add(keys[index])
    # Of given splits training may have a single picture; else a class needs one each for training and test.
    enough = {name for name, found in different.items() if len(found) >= (1 if given else 2)}
    lonely = [index for index in kept if candidates[index].name not in enough]
    kept = [index for index in kept if candidates[index].name in enough]
    classes = sorted(enough)
    labels = np.array([classes.index(candidates[index].name) for index in kept], np.int64)
    groups = [keys[index] for index in kept]
    copies = len(groups) - len(set(groups))
    if copies:
        notes.append(
            fill_text(
                Text(en="Exact copies of another picture: {n}.", ko="다른 사진과 완전히 같은 사진: {n}장."),
                n=f"{copies:,}",
            )
        )
    if not given:
        return kept, stratified(labels, SHARES, seed, groups), lonely
    splits = np.array([candidates[index].split for index in kept], np.uint8)
    present = set(splits.tolist())
    if TEST not in present:
        splits[splits == VALIDATION] = TEST
        notes.append(
            Text(
                en="The folder gave training and validation pictures only: the given validation pictures are"
                " the test split, and validation is cut from the training pictures.",
                ko="학습·검증 폴더만 있어서, 검증 사진을 테스트로 쓰고 검증 사진은 학습 사진에서 떼어 냈습니다.",
            )
        )
    elif VALIDATION not in present:
        notes.append(
            Text(
                en="The folder gave no validation pictures: they are cut from the training pictures.",
                ko="검증 폴더가 없어서 검증 사진을 학습 사진에서 떼어 냈습니다.",
            )
        )
    if VALIDATION not in set(splits.tolist()):
        training = np.flatnonzero(splits == TRAIN)
        cut = stratified(labels[training], (0.0, SHARES[1]), seed, [groups[i] for i in training])
        splits[training[cut == TEST]] = VALIDATION
    _note_leaks(splits, groups, notes)
    return kept, splits, lonely


def _note_leaks(splits: NDArray[np.uint8], groups: Sequence[bytes], notes: list[Text]) -> None:
    """Given splits are kept as they are; that some test pictures are also trained on is said."""
    trained = {key for key, split in zip(groups, splits, strict=True) if split == TRAIN}
    leaks = Counter(key in trained for key, split in zip(groups, splits, strict=True) if split == TEST)[True]
    if leaks:
        notes.append(
            fill_text(
                Text(
                    en="Test pictures that are also among the training pictures, as given: {n}.",
                    ko="학습 사진에도 들어 있는 테스트 사진(주어진 그대로): {n}장.",
                ),
                n=f"{leaks:,}",
            )
        )
