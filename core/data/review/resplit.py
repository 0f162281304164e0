"""The same pictures with other splits: a new data set, so that runs on the old one keep their meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.data.dataset import DataSet, free_name, list_data_sets, open_data_set
from core.data.review.assignment import SHARES
from core.data.review.duplicates import joined, near_groups, perceptual_hashes
from core.data.splits import divisible, group_sizes, stratified
from core.data.writer import Contents, copy_images, save
from core.errors import OutOfRange
from core.folders import DataFolder
from core.jobs.again import the_same
from core.jobs.job import Job
from core.jobs.queue import submit
from core.noise.stack import LARGEST_SEED
from core.progress import Report, part
from core.records import Record
from core.store import Workspace
from core.words import Text, fill_text


@dataclass(frozen=True)
class ResplitPayload(Record):
    """What a job of kind `resplit` does."""

    data_set_id: str = ""
    name: str = ""
    """Of the new data set."""
    seed: int = 0


def submit_resplit(workspace: Workspace, data_set: DataSet, name: str, seed: int) -> Job:
    """Queue a new version of `data_set` called `name`, its splits drawn by `seed`.

    Raises:
        BadName, NameTaken, OutOfRange.
    """
    name = free_name(workspace, name)
    if not 0 <= seed <= LARGEST_SEED:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=LARGEST_SEED, value=seed)
    title = fill_text(Text(en="Split “{name}” anew", ko="“{name}” 다시 나누기"), name=data_set.name)
    return submit(workspace, "resplit", title, ResplitPayload(data_set.id, name, seed).to_json())


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Job kind `resplit`; its result is {"data_set_id"}."""
    payload = job.asked(ResplitPayload)
    old = open_data_set(workspace, payload.data_set_id)
    seed = payload.seed
    staging = workspace.job_folder(job.id).staging
    report(0.0, Text(en="Comparing the pictures", ko="사진을 서로 비교하는 중"))
    hashes = perceptual_hashes(old.images, part(report, 0.0, 0.8))
    alike = near_groups(old.images, hashes)
    groups, frames = alike, None
    if old.groups is not None:
        groups = joined(np.asarray(old.groups), alike)
        frames = group_sizes(np.asarray(old.groups)) > 1
    copy_images(old.folder.images, DataFolder(staging).images, range(len(groups)), part(report, 0.8, 0.9))
    note = Text(
        en="Split anew from {name} by seed {seed}; near-duplicates stay in one split.",
        ko="{name:을/를} 시드 {seed:으로/로} 다시 나눴습니다. 거의 같은 사진은 한 분할에 둡니다.",
    )
    labels = np.asarray(old.labels)
    finer: list[object] = [("one", one) for one in (alike if old.groups is None else old.groups).tolist()]
    contents = Contents(
        # Not the built-in set any more, whose splits are its own.
        kind="import",
        classes=old.classes,
        class_labels=old.card.class_labels,
        images=None,
        labels=labels,
        splits=stratified(labels, SHARES, seed, divisible(labels, groups.tolist(), finer), frames),
        names=old.names,
        seed=seed,
        origin=old.card.origin,
        licence=old.licence,
        masks=old.masks,
        groups=old.groups,
        videos=old.card.videos,
        window=old.window,
        # A card without `split_notes` does not tell which of its notes are about the splits before.
        notes=old.card.notes if old.card.split_notes is not None else [],
        split_notes=[fill_text(note, name=old.name, seed=seed)],
        options=old.card.options,
        files=old.card.files,
    )
    new = save(workspace, staging, payload.name, contents, part(report, 0.9, 1.0))
    return {"data_set_id": new.id}


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What queues it once more; None where the data set is gone."""
    there = {data_set.id for data_set in list_data_sets(workspace)}
    return the_same(workspace, job) if job.subject.data_set_id in there else None
