"""What was read and checked becomes a data set, as somebody decided."""

from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any

import numpy as np

from core.data.dataset import free_name
from core.data.intake.staging import IMAGES, Staged
from core.data.review.checking import Checked, class_findings
from core.data.review.deciding import decided, outcomes, reported
from core.data.review.dividing import divided
from core.data.review.findings import FINDINGS
from core.data.review.foreseeing import stored_if
from core.data.splitting import TRAIN
from core.data.writing import Contents, copy_images, save
from core.errors import NotWaiting, TooFewClasses
from core.files import remove_folder
from core.jobs.queue import Job, list_jobs, submit
from core.progress import Report, part
from core.store import Workspace
from core.words import Text, fill_text, listing

NONE = Text(en="none", ko="없음")
TOO_SMALL = Text(
    en="{some}; too few different pictures in {small}",
    ko="{some}, 서로 다른 사진이 너무 적은 클래스: {small}",
)
LONELY = Text(
    en="its class has too few different pictures to train and test on",
    ko="클래스에 서로 다른 사진이 너무 적어 학습과 테스트에 나눌 수 없습니다",
)
UNTRAINED = Text(en="its class has no picture to train on", ko="클래스에 학습할 사진이 하나도 없습니다")
LONELY_VIDEO = Text(
    en="its class has only this video, and training and testing need one each",
    ko="클래스에 이 동영상 하나뿐이라 학습과 테스트에 나눌 수 없습니다",
)
LONELY_GROUP = Text(
    en="all of its class is one group, and training and testing need one each",
    ko="클래스 전체가 한 그룹이라 학습과 테스트에 나눌 수 없습니다",
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
    return job.payload.get("waiting") if job.kind == "accept" else None


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
        decisions: as core.data.review.deciding.decided.

    Returns:
        {"data_set_id", "left_out": [[path, sentence Text], ...] in path order, "notes": [Text, ...] of how it was read,
        "findings": [Text, ...], "report": as
        core.data.review.deciding.reported, "probes": [core.data.review.shortcut.Probe.reported(), ...]}.

    Raises:
        BadName, NameTaken, NotAChoice, TooFewClasses, CannotWrite, DiskFull; the workspace is then as it was.
        Cancelled: from `report`.
    """
    rows, given = decided(staged, checked, decisions)
    lasting, about_splits = outcomes(staged, checked, decisions, rows, given)
    split_notes = [*staged.split_notes, *about_splits]
    rows, splits, lonely = divided(staged, rows, given, np.array(checked.groups), split_notes)
    # One line for a video, not for each of its frames.
    trained = set(staged.labels if given is None else staged.labels[given == TRAIN])
    lines = {staged.file_of(row): _why_lonely(staged, row, trained) for row in lonely}
    left_out = staged.left_out + list(lines.items())
    left_out.sort(key=lambda item: item[0])
    present = np.unique(staged.labels[rows])
    classes = [staged.classes[label] for label in present]
    check_classes(staged.source, classes, {staged.classes[staged.labels[row]] for row in lonely})
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
    stretch = decisions.get("levels") == "stretch"
    as_is = staged.window is not None and not stretch
    pictures = staged.as_is_file if as_is else staged.images_file
    copy_images(pictures, staging / IMAGES, rows.tolist(), part(report, 0.0, 0.5))
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
        keys=None if as_is else staged.keys[rows],
        groups=None if staged.groups is None else staged.groups[rows],
        videos=staged.videos_among(rows),
        window=staged.window if stretch else None,
    )
    data_set = save(workspace, staging, staged.name, contents, part(report, 0.5, 1.0))
    return {
        "data_set_id": data_set.id,
        "left_out": [[path, why] for path, why in left_out],
        "notes": staged.notes,
        "findings": checked.said,
        "report": reported(staged, checked, decisions),
        "probes": [probe.reported() for probe in checked.probes],
    }


def _why_lonely(staged: Staged, row: int, trained: Set[int]) -> Text:
    """
    Args:
        trained: the classes that have pictures to train on.
    """
    if staged.labels[row] not in trained:
        return UNTRAINED
    if staged.group_sizes[row] == 1:
        return LONELY
    return LONELY_GROUP if staged.video_of[row] < 0 else LONELY_VIDEO
