"""Finished pictures into the workspace: built in a job's staging folder, put in place at once."""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from sqlalchemy.exc import IntegrityError

from core.data.dataset import SPLITS, DataSet, free_name, register
from core.errors import CannotWrite, NameTaken
from core.noise.catalogue import table_for_size
from core.progress import Report
from core.store import DataFolder, Workspace, new_id, remove_folder, write_json
from core.words import Text

CHUNK = 256
"""Pictures read, copied or hashed at a time: memory stays flat, progress is seen."""


@dataclass(frozen=True)
class Contents:
    """What goes into a data set, besides its name."""

    kind: str
    """faces, textures, digits or import."""
    classes: list[str]
    images: NDArray[np.uint8] | None
    """N,H,W,3 RGB, square; None where `images.npy` is already in the staging folder."""
    labels: NDArray[np.int64]
    """N, index into `classes`."""
    splits: NDArray[np.uint8]
    """N, index into SPLITS."""
    names: Sequence[str]
    """N."""
    seed: int
    origin: Text
    licence: Text | None
    """None: not known."""
    class_labels: list[Text] | None = None
    """What screens call the classes; None: as they are."""
    masks: NDArray[np.uint8] | None = None
    """N,H,W of 0 and 1: what was changed."""
    notes: list[Text] = field(default_factory=list)


def new_images(staging: Path, count: int, size: int) -> NDArray[np.uint8]:
    """An empty memory-mapped `images.npy`, uint8 count,size,size,3, in a new folder `staging`.

    Raises:
        CannotWrite.
    """
    try:
        staging.mkdir(parents=True, exist_ok=True)
        return open_memmap(
            DataFolder(staging).images, mode="w+", dtype=np.uint8, shape=(count, size, size, 3)
        )
    except OSError as error:
        raise CannotWrite(name=str(staging), why=error.strerror or str(error)) from error


def keep_images(staging: Path, kept: Sequence[int], report: Report) -> None:
    """Leave in `images.npy` of `staging` only the pictures `kept`, in that order.

    Raises:
        CannotWrite.
    """
    path = DataFolder(staging).images
    images = np.load(path, mmap_mode="r", allow_pickle=False)
    if list(kept) == list(range(len(images))):
        return
    closed_up = path.with_name("kept.npy")
    try:
        target = open_memmap(closed_up, mode="w+", dtype=np.uint8, shape=(len(kept), *images.shape[1:]))
        for start in range(0, len(kept), CHUNK):
            target[start : start + CHUNK] = images[kept[start : start + CHUNK]]
            report(start / len(kept))
        # Windows replaces no file that is still mapped.
        del images, target
        os.replace(closed_up, path)
    except OSError as error:
        raise CannotWrite(name=str(staging), why=error.strerror or str(error)) from error


def fingerprint(
    images: NDArray[np.uint8], labels: NDArray[np.int64], splits: NDArray[np.uint8], report: Report
) -> str:
    """Sixteen hex digits of the pixels, labels and splits: equal exactly when all of them are."""
    digest = hashlib.sha256(f"{images.shape}".encode())
    for start in range(0, len(images), CHUNK):
        digest.update(images[start : start + CHUNK].tobytes())
        report(start / len(images))
    # Byte order is fixed, so that two kinds of machine agree.
    digest.update(labels.astype("<i8").tobytes())
    digest.update(splits.astype(np.uint8).tobytes())
    return digest.hexdigest()[:16]


def count_by_class(
    labels: NDArray[np.int64], splits: NDArray[np.uint8], classes: Sequence[str]
) -> dict[str, dict[str, int]]:
    """{split: {class: pictures}}."""
    return {
        split: {
            name: int(((labels == label) & (splits == number)).sum()) for label, name in enumerate(classes)
        }
        for number, split in enumerate(SPLITS)
    }


def save(workspace: Workspace, staging: Path, name: str, contents: Contents, report: Report) -> DataSet:
    """Write `contents` to `staging`, move it into the workspace as data set `name`, and enter it.

    Until the move nothing in the workspace has changed; `staging` must be on its file system.

    Raises:
        BadName, NameTaken, CannotWrite.
        Cancelled: from `report`.
    """
    name = free_name(workspace, name)
    report(0.0, Text(en="Writing the data set", ko="데이터 세트 저장 중"))
    folder = DataFolder(staging)
    data_set_id = new_id()
    place = workspace.data_folder(data_set_id).path
    try:
        staging.mkdir(parents=True, exist_ok=True)
        if contents.images is not None:
            np.save(folder.images, contents.images)
        np.save(folder.labels, contents.labels.astype(np.int64))
        np.save(folder.splits, contents.splits.astype(np.uint8))
        if contents.masks is not None:
            np.save(folder.masks, contents.masks)
        write_json(folder.names, list(contents.names))
        card = _card(folder, name, contents, report)
        write_json(folder.card, card)
        report(1.0)
        os.replace(staging, place)
    except OSError as error:
        raise CannotWrite(name=name, why=error.strerror or str(error)) from error
    try:
        return register(workspace, data_set_id, card)
    except IntegrityError:
        # Another job took the name between the check and here.
        remove_folder(place)
        raise NameTaken(name=name) from None


def _card(folder: DataFolder, name: str, contents: Contents, report: Report) -> dict[str, Any]:
    images = np.load(folder.images, mmap_mode="r", allow_pickle=False)
    size = int(images.shape[1])
    return {
        "name": name,
        "kind": contents.kind,
        "created": time.time(),
        "size": size,
        "classes": contents.classes,
        "class_labels": contents.class_labels,
        "counts": count_by_class(contents.labels, contents.splits, contents.classes),
        "images": len(images),
        "table": table_for_size(size),
        "fingerprint": fingerprint(images, contents.labels, contents.splits, report),
        "seed": contents.seed,
        "origin": contents.origin,
        "licence": contents.licence,
        "notes": contents.notes,
    }
