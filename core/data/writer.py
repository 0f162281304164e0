"""Finished pictures into the workspace: built in a job's staging folder, put in place at once."""

import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import xxhash
from numpy.lib.format import write_array_header_1_0
from numpy.typing import NDArray
from sqlalchemy.exc import IntegrityError

from core.data.dataset import SPLITS, Card, DataSet, free_name, register
from core.errors import NameTaken
from core.files import remove_folder, write_json, writing
from core.folders import DataFolder
from core.levels import Window
from core.noise.catalogue import table_for_size
from core.pixels import Image
from core.progress import Report
from core.store import Workspace, new_id
from core.words import Text

CHUNK = 256
"""Pictures read, copied or hashed at a time: memory stays flat, progress is seen."""
KEY = 16
"""Bytes of a picture's key."""


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
    keys: NDArray[np.void] | None = None
    """N of `picture_key`; None to make them."""
    groups: NDArray[np.int64] | None = None
    """N numbers, the same for what stays in one split; as core.data.dataset.DataSet.groups."""
    videos: int = 0
    """How many videos gave frames."""
    window: Window | None = None
    """The levels of files of more than 8 bits that became black and white; None where nothing was stretched."""
    notes: list[Text] = field(default_factory=list)
    """What the card says of the pictures."""
    split_notes: list[Text] = field(default_factory=list)
    """What it says of these splits."""
    options: dict[str, Any] = field(default_factory=dict)
    """Of a built-in set: what was chosen, besides its size and seed."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of an import: as core.data.dataset.Card.files."""


class ImageWriter:
    """An `images.npy`, N,size,size,3 of uint8 or of another kind, written picture by picture: N is known at the end.

    Raises:
        CannotWrite, DiskFull: from each method. A memory map would end the process on a full disk.
    """

    def __init__(self, path: Path, size: int, kind: str = "|u1") -> None:
        self._path = path
        self._size = size
        self._kind = kind
        self._count = 0

    def __enter__(self) -> Self:
        with writing(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb")
            self._start = self._head()
        return self

    def _head(self) -> int:
        # NumPy leaves room for a longer count, so the header can be written again.
        head = {
            "descr": self._kind,
            "fortran_order": False,
            "shape": (self._count, self._size, self._size, 3),
        }
        write_array_header_1_0(self._file, head)
        return self._file.tell()

    def add(self, pictures: Sequence[NDArray[Any]]) -> None:
        """size,size,3 each."""
        with writing(self._path):
            for picture in pictures:
                self._file.write(np.ascontiguousarray(picture).data)
            self._count += len(pictures)

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with writing(self._path):
            try:
                if kind is None:
                    self._file.seek(0)
                    assert self._head() == self._start
            finally:
                self._file.close()


def copy_images(source: Path, target: Path, kept: Sequence[int], report: Report) -> None:
    """The pictures `kept` of one `images.npy` into another, in that order; all of them without copying.

    Raises:
        CannotWrite, DiskFull.
    """
    images = np.load(source, mmap_mode="r", allow_pickle=False)
    if list(kept) == list(range(len(images))):
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, target)
                return
            except OSError:  # a file system without links
                shutil.copyfile(source, target)
        return
    with ImageWriter(target, images.shape[1]) as writer:
        for start in range(0, len(kept), CHUNK):
            writer.add(list(images[list(kept[start : start + CHUNK])]))
            report(start / len(kept))


def picture_key(image: Image) -> bytes:
    """Sixteen bytes, the same exactly where the pixels are the same."""
    return xxhash.xxh3_128_digest(np.ascontiguousarray(image).data)


def picture_keys(images: NDArray[np.uint8], report: Report) -> NDArray[np.void]:
    """N of `picture_key`, of N,H,W,3."""
    keys = np.empty(len(images), f"V{KEY}")
    for row, image in enumerate(images):
        keys[row] = picture_key(image)
        if row % CHUNK == 0:
            report(row / len(images))
    return keys


def fingerprint(
    size: int, keys: NDArray[np.void], labels: NDArray[np.int64], splits: NDArray[np.uint8]
) -> str:
    """Sixteen hex digits of the side, pixels (by their keys), labels and splits: equal exactly when all are."""
    digest = hashlib.sha256(f"{len(keys)} {size}".encode())
    digest.update(keys.tobytes())
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
        BadName, NameTaken, CannotWrite, DiskFull.
        Cancelled: from `report`.
    """
    name = free_name(workspace, name)
    report(0.0, Text(en="Writing the data set", ko="데이터 세트 저장 중"))
    folder = DataFolder(staging)
    data_set_id = new_id()
    place = workspace.data_folder(data_set_id).path
    with writing(place):
        staging.mkdir(parents=True, exist_ok=True)
        if contents.images is not None:
            np.save(folder.images, contents.images)
        np.save(folder.labels, contents.labels.astype(np.int64))
        np.save(folder.splits, contents.splits.astype(np.uint8))
        if contents.masks is not None:
            np.save(folder.masks, contents.masks)
        if contents.groups is not None:
            np.save(folder.groups, contents.groups.astype(np.int64))
        write_json(folder.names, list(contents.names))
        card = _card(folder, name, contents, report)
        write_json(folder.card, card.to_json())
        report(1.0)
        os.replace(staging, place)
    try:
        return register(workspace, data_set_id, card)
    except BaseException as error:
        remove_folder(place)  # what is not entered would appear when the workspace is opened again
        if isinstance(error, IntegrityError):  # another job took the name between the check and here
            raise NameTaken(name=name) from None
        raise


def _card(folder: DataFolder, name: str, contents: Contents, report: Report) -> Card:
    images = np.load(folder.images, mmap_mode="r", allow_pickle=False)
    size = int(images.shape[1])
    keys = picture_keys(images, report) if contents.keys is None else contents.keys
    return Card(
        name=name,
        kind=contents.kind,
        created=time.time(),
        size=size,
        classes=contents.classes,
        class_labels=contents.class_labels,
        counts=count_by_class(contents.labels, contents.splits, contents.classes),
        images=len(images),
        videos=contents.videos,
        window=contents.window,
        table=table_for_size(size),
        fingerprint=fingerprint(size, keys, contents.labels, contents.splits),
        seed=contents.seed,
        origin=contents.origin,
        licence=contents.licence,
        notes=contents.notes,
        split_notes=contents.split_notes,
        options=contents.options,
        files=contents.files,
    )
