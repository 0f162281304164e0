"""A folder, ZIP or TAR of labelled pictures becomes a data set: read, then accepted."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from core.data.archive import is_slow, opened
from core.data.dataset import SIZES, DataSet, free_name
from core.data.listing import LeftOut
from core.data.planning import NO_CLASS, Plan, plan
from core.data.reading import fitting_size, read_all
from core.data.splitting import TEST, TRAIN, VALIDATION, stratified
from core.data.staging import IMAGES, Staged
from core.data.writing import Contents, copy_images, save
from core.errors import NoPictures, NotAChoice, OutOfRange, TooFewClasses
from core.images import Fit
from core.jobs.queue import Job, submit
from core.progress import Report, part
from core.store import Workspace
from core.words import Text, fill_text, listing

SHARES = (0.15, 0.15)
"""Of validation and test, where no splits are given."""
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
    how: Fit = "crop",
) -> Job:
    """Queue an import; what can be said without reading the pictures is said at once.

    Args:
        source: a folder, or a ZIP or TAR file.
        size: side, px; None for 64, or 32 where the pictures are small.
        seed: decides the split.
        delete_source: remove `source` when the job has ended; for uploads, and only among them.
        csv: a file with the columns path, label and perhaps split; None to look for one in `source`.
        how: what becomes of pictures that are not square.

    Raises:
        BadName, NameTaken, OutOfRange, NotAChoice, NotFound, NotAnArchive, DamagedArchive, ClimbingArchive,
        ArchiveBomb, NoPictures, TooFewClasses, BadLabels.
    """
    name = free_name(workspace, name)
    if size is not None and not SIZES[0] <= size <= SIZES[-1]:
        raise OutOfRange(what=Text(en="The size", ko="크기"), lowest=SIZES[0], highest=SIZES[-1], value=size)
    if not 0 <= seed <= 2**31 - 1:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=2**31 - 1, value=seed)
    if how not in get_args(Fit):
        raise NotAChoice(
            what=Text(en="The way to make pictures square", ko="정사각형으로 만드는 방법"),
            choices=listing(get_args(Fit)),
            value=how,
        )
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
        "how": how,
        "csv": None if csv is None else str(csv),
    }
    return submit(
        workspace, "import", fill_text(Text(en="Import {name}", ko="{name} 가져오기"), name=name), payload
    )


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `import`; its result is {"data_set_id", "left_out": [[path, sentence Text], ...]}."""
    payload = job.payload
    staging = workspace.job_folder(job.id).staging
    staged = stage(
        staging / "read",
        Path(payload["source"]),
        payload["name"],
        part(report, 0.0, 0.95),
        size=payload["size"],
        seed=payload["seed"],
        csv=Path(payload["csv"]) if payload["csv"] else None,
        how=payload["how"],
    )
    data_set, left_out = accept(workspace, staged, staging / "set", part(report, 0.95, 1.0))
    return {"data_set_id": data_set.id, "left_out": [[path, why] for path, why in left_out]}


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
) -> Staged:
    """Read every picture of `source` once, into `folder`.

    Raises:
        What `submit_import` raises, CannotWrite and DiskFull.
        Cancelled: from `report`.
    """
    with _planned(source, csv) as planned:
        report(0.0, Text(en="Looking at the pictures", ko="사진 살펴보는 중"))
        candidates = planned.candidates
        side = size or fitting_size([candidate.entry for candidate in candidates])
        read_into = folder / ("as_read.npy" if planned.in_order else IMAGES)
        found = read_all(candidates, read_into, side, how, planned.in_order, report)
    if not found.kept:
        raise NoPictures(name=source.name)
    # A packed TAR is read in its own order, and stored like everything else in that of the names.
    order = sorted(range(len(found.kept)), key=found.kept.__getitem__)
    if planned.in_order:
        copy_images(read_into, folder / IMAGES, order, report=lambda share, step=None: report(1.0, step))
        read_into.unlink()
    chosen = [candidates[found.kept[row]] for row in order]
    classes = sorted({candidate.name for candidate in chosen})
    number = {label: place for place, label in enumerate(classes)}
    staged = Staged(
        folder=folder,
        name=name,
        source=source.name,
        created=time.time(),
        classes=classes,
        names=[candidate.entry.path for candidate in chosen],
        left_out=planned.left_out
        + [(candidates[index].entry.path, why) for index, why in found.failures.items()],
        notes=list(planned.notes),
        seed=seed,
        how=how,
        labels=np.array([number[candidate.name] for candidate in chosen], np.int64),
        given=None if chosen[0].split is None else np.array([one.split for one in chosen], np.uint8),
        keys=np.array([found.keys[row] for row in order], "V16"),
        facts=found.facts[order],
    )
    staged.save()
    return staged


def accept(workspace: Workspace, staged: Staged, staging: Path, report: Report) -> tuple[DataSet, LeftOut]:
    """Keep what was read as a data set.

    Returns:
        The data set, and each file that was left out with why, in path order.

    Raises:
        BadName, NameTaken, TooFewClasses, CannotWrite, DiskFull; the workspace is then as it was.
        Cancelled: from `report`.
    """
    notes = list(staged.notes)
    rows = np.arange(len(staged.names))
    rows, splits, lonely = _split(staged, rows, notes)
    left_out = staged.left_out + [(staged.names[row], LONELY) for row in lonely]
    left_out.sort(key=lambda item: item[0])
    present = np.unique(staged.labels[rows])
    classes = [staged.classes[label] for label in present]
    _check_classes(staged.source, classes)
    if left_out:
        notes.append(
            fill_text(
                Text(en="Left out: {n} ({names}).", ko="제외한 파일: {n}개 ({names})."),
                n=f"{len(left_out):,}",
                names=listing([path for path, _ in left_out], 3),
            )
        )
    copy_images(staged.images_file, staging / IMAGES, rows.tolist(), part(report, 0.0, 0.5))
    contents = Contents(
        kind="import",
        classes=classes,
        images=None,
        labels=np.searchsorted(present, staged.labels[rows]),
        splits=splits,
        names=[staged.names[row] for row in rows],
        seed=staged.seed,
        origin=fill_text(Text(en="Imported from {name}.", ko="{name}에서 가져왔습니다."), name=staged.source),
        licence=None,
        notes=notes,
    )
    return save(workspace, staging, staged.name, contents, part(report, 0.5, 1.0)), left_out


def _split(
    staged: Staged, rows: NDArray[np.int64], notes: list[Text]
) -> tuple[NDArray[np.int64], NDArray[np.uint8], list[int]]:
    """Which of `rows` stay, the split of each, and those whose class is too small; tells `notes` what it chose."""
    given = staged.given
    different: dict[int, set[bytes]] = {}
    for row in rows:
        if given is None or given[row] == TRAIN:
            different.setdefault(int(staged.labels[row]), set()).add(staged.keys[row].tobytes())
    # Of given splits training may have a single picture; else a class needs one each for training and test.
    enough = [label for label, found in different.items() if len(found) >= (1 if given is not None else 2)]
    stay = np.isin(staged.labels[rows], enough)
    lonely, rows = rows[~stay].tolist(), rows[stay]
    labels = staged.labels[rows]
    groups = [staged.keys[row].tobytes() for row in rows]
    copies = len(groups) - len(set(groups))
    if copies:
        notes.append(
            fill_text(
                Text(en="Exact copies of another picture: {n}.", ko="다른 사진과 완전히 같은 사진: {n}장."),
                n=f"{copies:,}",
            )
        )
    if given is None:
        return rows, stratified(labels, SHARES, staged.seed, groups), lonely
    splits = given[rows]
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
        cut = stratified(labels[training], (0.0, SHARES[1]), staged.seed, [groups[i] for i in training])
        splits[training[cut == TEST]] = VALIDATION
    _note_leaks(splits, groups, notes)
    return rows, splits, lonely


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
