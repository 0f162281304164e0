"""What was read and checked becomes a data set, as somebody decided."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.checking import Checked, class_findings
from core.data.dataset import SPLITS, free_name
from core.data.deciding import decided, outcomes, reported
from core.data.findings import FINDINGS, Choice
from core.data.splitting import TEST, TRAIN, VALIDATION, divisible, stratified
from core.data.staging import IMAGES, Staged
from core.data.writing import Contents, copy_images, save
from core.errors import NotWaiting, TooFewClasses, TooLittleLeft
from core.jobs.queue import Job, list_jobs, submit
from core.progress import Report, part
from core.store import Workspace, remove_folder
from core.words import Text, fill_text, listing

SHARES = (0.15, 0.15)
"""Of validation and test, where no splits are given."""
NONE = Text(en="none", ko="없음")
LONELY = Text(
    en="its class has too few different pictures to train and test on",
    ko="클래스에 서로 다른 사진이 너무 적어 학습과 테스트에 나눌 수 없습니다",
)
LONELY_VIDEO = Text(
    en="its class has only this video, and training and testing need one each",
    ko="클래스에 이 동영상 하나뿐이라 학습과 테스트에 나눌 수 없습니다",
)
LONELY_GROUP = Text(
    en="all of its class is one group, and training and testing need one each",
    ko="클래스 전체가 한 그룹이라 학습과 테스트에 나눌 수 없습니다",
)


def check_classes(source: str, classes: Iterable[str]) -> None:
    """
    Raises:
        TooFewClasses: fewer than two.
    """
    found = sorted(set(classes))
    if len(found) < 2:
        raise TooFewClasses(name=source, found=listing(found) if found else NONE)


def list_waiting(workspace: Workspace) -> list[str]:
    """The imports that wait for somebody's decision, oldest first."""
    return sorted(path.parent.name for path in workspace.waiting.glob("*/report.json"))


def list_undecided(workspace: Workspace) -> list[str]:
    """Those of `list_waiting` that no job is storing."""
    storing = {job.payload["waiting"] for job in list_jobs(workspace, active=True) if job.kind == "accept"}
    return [waiting_id for waiting_id in list_waiting(workspace) if waiting_id not in storing]


def open_waiting(workspace: Workspace, waiting_id: str) -> tuple[Staged, Checked]:
    """One of them, with its report.

    Raises:
        NotWaiting: it has been accepted or discarded.
    """
    if waiting_id not in list_waiting(workspace):
        raise NotWaiting()
    folder = workspace.waiting / waiting_id
    try:
        return Staged.load(folder), Checked.load(folder)
    except FileNotFoundError as error:
        raise NotWaiting() from error


def discard(workspace: Workspace, waiting_id: str) -> None:
    """Forget one of them."""
    remove_folder(workspace.waiting / waiting_id)


def submit_accept(
    workspace: Workspace, waiting_id: str, decisions: Mapping[str, str], name: str | None = None
) -> Job:
    """Queue what makes one of them a data set.

    Args:
        name: of the data set; None for the one that it was imported with.

    Raises:
        NotWaiting, BadName, NameTaken, and what `stored_if` raises: it then waits on.
    """
    staged, checked = open_waiting(workspace, waiting_id)
    name = free_name(workspace, staged.name if name is None else name)
    stored_if(staged, checked, decisions)  # and with it the decisions themselves
    title = fill_text(Text(en="Store “{name}”", ko="“{name}” 저장하기"), name=name)
    payload = {"waiting": waiting_id, "decisions": dict(decisions), "name": name}
    return submit(workspace, "accept", title, payload, once=f"accept {waiting_id}")


def proposed(staged: Staged, checked: Checked) -> dict[str, Choice]:
    """What is proposed for each finding about which something can be done: what FINDINGS says, unless too little
    would be left, else to keep all."""
    chosen: dict[str, Choice] = {one.kind: "keep" for one in checked.findings if one.choices}
    for kind in FINDINGS:
        if kind in chosen and FINDINGS[kind].proposed != "keep":
            tried = {**chosen, kind: FINDINGS[kind].proposed}
            with suppress(TooLittleLeft):
                stored_if(staged, checked, tried)
                chosen = tried
    return chosen


@dataclass(frozen=True)
class Foreseen:
    """What a data set would be."""

    counts: dict[str, int]
    """Pictures of each split."""
    tested: int
    """What is independent among the test pictures: videos, groups of the CSV, and pictures of neither."""
    imbalance: list[Text]
    """What is to be said of its classes' sizes."""


def stored_if(staged: Staged, checked: Checked, decisions: Mapping[str, str]) -> Foreseen:
    """What the data set would be.

    Args:
        decisions: as core.data.deciding.decided.

    Raises:
        NotAChoice.
        TooLittleLeft: fewer than two classes; or only because of the decisions a class that stays has nothing to
            train or to test on.
    """
    kept, splits, halves = _halves(staged, checked, decisions)
    classes = [staged.classes[label] for label in np.unique(staged.labels[kept])]
    if not classes:
        raise TooLittleLeft(lack=_NOTHING)
    if len(classes) == 1:
        raise TooLittleLeft(lack=fill_text(_ONE_CLASS, name=classes[0]))
    if any(len(parts) < 2 for parts in halves.values()):
        # What came so is not held against the decisions: `accept` says what it leaves out.
        before = _halves(staged, checked, {})[2]
        for label, parts in halves.items():
            if len(parts) < 2 and len(before[label]) == 2:
                lack = _NO_TRAINING if TRAIN not in parts else _NO_TEST
                raise TooLittleLeft(lack=fill_text(lack, name=staged.classes[label]))
    labels = np.unique(staged.labels[kept], return_inverse=True)[1]
    tested = kept[splits == TEST]
    return Foreseen(
        dict(zip(SPLITS, np.bincount(splits, minlength=len(SPLITS)).tolist(), strict=True)),
        len(tested) if staged.groups is None else len(np.unique(staged.groups[tested])),
        [one.said for one in class_findings(labels, classes, None) if one.kind == "imbalance"],
    )


_NOTHING = Text(en="no picture is left of any class", ko="어느 클래스에도 남는 사진이 없습니다")
_ONE_CLASS = Text(
    en='only the class "{name}" has pictures enough for training and testing',
    ko='"{name}" 클래스에만 학습하고 테스트할 사진이 남습니다',
)
_NO_TRAINING = Text(
    en='the class "{name}" has too few pictures left to train and test on',
    ko='"{name}" 클래스에 학습과 테스트에 나눌 사진이 모자랍니다',
)
_NO_TEST = Text(
    en='the class "{name}" has no pictures left to test on',
    ko='"{name}" 클래스에 테스트할 사진이 남지 않습니다',
)


def _halves(
    staged: Staged, checked: Checked, decisions: Mapping[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.uint8], dict[int, set[int]]]:
    """The rows that become the data set, the split of each, and for each class that is not dropped whole which of
    TRAIN and TEST it has pictures in."""
    rows, given = decided(staged, checked, decisions)
    kept, splits, _ = _split(staged, rows, given, np.array(checked.groups), [])
    halves: dict[int, set[int]] = {int(label): set() for label in np.unique(staged.labels[rows])}
    for split in (TRAIN, TEST):
        for label in np.unique(staged.labels[kept[splits == split]]):
            halves[int(label)].add(split)
    return kept, splits, halves


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `accept`; its result is that of `accept`."""
    waiting_id = job.payload["waiting"]
    staged, checked = open_waiting(workspace, waiting_id)
    # A job that was queued before names could be chosen has none.
    staged.name = job.payload.get("name", staged.name)
    staging = workspace.job_folder(job.id).staging
    result = accept(workspace, staged, checked, job.payload["decisions"], staging, report)
    discard(workspace, waiting_id)
    return result


def accept(
    workspace: Workspace,
    staged: Staged,
    checked: Checked,
    decisions: Mapping[str, str],
    staging: Path,
    report: Report,
) -> dict[str, Any]:
    """Keep what was read as a data set, built in the folder `staging`.

    Args:
        decisions: as core.data.deciding.decided.

    Returns:
        {"data_set_id", "left_out": [[path, sentence Text], ...] in path order, "findings": [Text, ...], "report": as
        core.data.deciding.reported}.

    Raises:
        BadName, NameTaken, NotAChoice, TooFewClasses, CannotWrite, DiskFull; the workspace is then as it was.
        Cancelled: from `report`.
    """
    rows, given = decided(staged, checked, decisions)
    lasting, split_notes = outcomes(staged, checked, decisions)
    rows, splits, lonely = _split(staged, rows, given, np.array(checked.groups), split_notes)
    # One line for a video, not for each of its frames.
    lines = {staged.file_of(row): _why_lonely(staged, row) for row in lonely}
    left_out = staged.left_out + list(lines.items())
    left_out.sort(key=lambda item: item[0])
    present = np.unique(staged.labels[rows])
    classes = [staged.classes[label] for label in present]
    check_classes(staged.source, classes)
    labels = np.searchsorted(present, staged.labels[rows])
    notes = staged.notes + lasting
    for finding in class_findings(labels, classes, splits):
        (split_notes if FINDINGS[finding.kind].about_splits else notes).append(finding.said)
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
        labels=labels,
        splits=splits,
        names=[staged.names[row] for row in rows],
        seed=staged.seed,
        origin=fill_text(Text(en="Imported from {name}.", ko="{name}에서 가져왔습니다."), name=staged.source),
        licence=staged.licence,
        notes=notes,
        split_notes=split_notes,
        keys=staged.keys[rows],
        groups=None if staged.groups is None else staged.groups[rows],
        videos=staged.videos_among(rows),
    )
    data_set = save(workspace, staging, staged.name, contents, part(report, 0.5, 1.0))
    return {
        "data_set_id": data_set.id,
        "left_out": [[path, why] for path, why in left_out],
        "findings": checked.said,
        "report": reported(staged, checked, decisions),
    }


def _why_lonely(staged: Staged, row: int) -> Text:
    if staged.group_sizes[row] == 1:
        return LONELY
    return LONELY_GROUP if staged.video_of[row] < 0 else LONELY_VIDEO


def _split(
    staged: Staged,
    rows: NDArray[np.int64],
    given: NDArray[np.uint8] | None,
    alike: NDArray[np.int64],
    notes: list[Text],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], list[int]]:
    """Which of `rows` stay, the split of each, and those whose class is too small; tells `notes` what it chose."""
    if given is not None and set(given[rows].tolist()) == {TRAIN}:
        given = None
        notes.append(
            Text(
                en="Nothing but training pictures was given, or left after the check: validation and test pictures are"
                " cut from them by the seed, copies and groups whole.",
                ko="주어졌거나 점검 뒤에 남은 것이 학습 사진뿐이라, 검증 사진과 시험 사진을 시드에 따라 거기서 떼어 냈습니다."
                " 같은 사진과 그룹은 나누지 않았습니다.",
            )
        )
    different: dict[int, set[bytes]] = {}
    for row in rows:
        if given is None or given[row] == TRAIN:
            different.setdefault(int(staged.labels[row]), set()).add(staged.source_of(row))
    # Of given splits training may have a single picture; else a class needs one each for training and test.
    enough = [label for label, found in different.items() if len(found) >= (1 if given is not None else 2)]
    stay = np.isin(staged.labels[rows], enough)
    lonely, rows = rows[~stay].tolist(), rows[stay]
    labels = staged.labels[rows]
    groups = divisible(labels, alike[rows].tolist(), [staged.source_of(row) for row in rows])
    frames = staged.group_sizes[rows] > 1
    if given is None:
        return rows, stratified(labels, SHARES, staged.seed, groups, frames), lonely
    splits = given[rows]
    present = set(splits.tolist())
    if TEST not in present:
        splits[splits == VALIDATION] = TEST
        notes.append(
            Text(
                en="There are no test pictures of its own: the given validation pictures are the test split, and"
                " validation is cut from the training pictures.",
                ko="따로 주어진 시험 사진이 없어서 검증 사진을 시험에 쓰고, 검증 사진은 학습 사진에서 떼어 냈습니다.",
            )
        )
    elif VALIDATION not in present:
        notes.append(
            Text(
                en="No validation pictures were given: they are cut from the training pictures.",
                ko="주어진 검증 사진이 없어서 학습 사진에서 떼어 냈습니다.",
            )
        )
    if VALIDATION not in set(splits.tolist()):
        training = np.flatnonzero(splits == TRAIN)
        parts = [groups[place] for place in training]
        cut = stratified(labels[training], (0.0, SHARES[1]), staged.seed, parts, frames[training])
        splits[training[cut == TEST]] = VALIDATION
    return rows, splits, lonely
