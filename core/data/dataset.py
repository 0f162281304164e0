"""A stored data set: labelled images, decoded once, opened without reading them."""

import errno
import itertools
import mmap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.data.splits import independent
from core.errors import DamagedDataSet, NameTaken, UnknownName
from core.files import read_json, remove_folder, write_json
from core.folders import DataFolder
from core.levels import Window
from core.noise.basis import MOST_TILES, Basis, fit_basis, tile_side
from core.pixels import Image
from core.records import Record, labels_of
from core.statistics import guessing_share
from core.store import Workspace, add_row, checked_name
from core.tables import DataSetRow
from core.words import Text, plain

SPLITS = ("train", "validation", "test")
"""The split with number i in `splits.npy` is SPLITS[i]."""
SIZES = (32, 64, 96, 128, 224)
"""Sides that are offered, px."""


@dataclass(frozen=True)
class Card(Record):
    """What is known of a data set besides its pictures: card.json."""

    name: str = ""
    kind: str = "import"
    """"import", or what of the built-in sets it is."""
    created: float = 0.0
    size: int = 64
    """Side of the square pictures, px."""
    classes: list[str] = field(default_factory=list)
    class_labels: list[Text] | None = None
    """Of a built-in set; None: as `classes`."""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """{split: {class: n}}."""
    images: int = 0
    videos: int = 0
    """That gave frames."""
    window: Window | None = None
    table: str = "tiny_imagenet_c"
    """The severity table that fits its size."""
    fingerprint: str = ""
    """core.data.writer.fingerprint; "" where it does not say."""
    seed: int = 0
    origin: Text = field(default_factory=lambda: plain(""))
    licence: Text | str | None = None
    notes: list[Text] = field(default_factory=list)
    split_notes: list[Text] | None = None
    """None where it does not tell which of its notes are about its splits."""
    options: dict[str, Any] = field(default_factory=dict)
    """Of a built-in set: {name: value}."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of an import: by class what its files were like (core.data.review.files); empty where it does not say."""


@dataclass(frozen=True)
class DataSet:
    """One data set of the workspace. Arrays are memory-mapped, read-only.

    Raises:
        DamagedDataSet: from each array whose file is damaged or gone.
    """

    id: str
    folder: DataFolder
    card: Card

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def classes(self) -> list[str]:
        return list(self.card.classes)

    @property
    def class_labels(self) -> list[Text]:
        """What screens call the classes, in the order of `classes`: those of an import as they were given."""
        return labels_of(self.card.classes, self.card.class_labels)

    @property
    def licence(self) -> Text | None:
        """Of its pictures, where it is known."""
        said = self.card.licence or None
        return plain(said) if isinstance(said, str) else said

    @property
    def notes(self) -> list[Text]:
        """What was found in its pictures and done with them, and how they were split."""
        return [*self.card.notes, *(self.card.split_notes or [])]

    @property
    def window(self) -> Window | None:
        """The levels of files of more than 8 bits that became black and white; None where nothing was stretched."""
        low, high = self.card.window or (0, 0)
        return (low, high) if high else None

    @property
    def size(self) -> int:
        """Side of the square pictures, px."""
        return self.card.size

    @property
    def table(self) -> str:
        """The severity table that fits its size."""
        return self.card.table

    @property
    def split_counts(self) -> dict[str, int]:
        return {split: sum(self.card.counts[split].values()) for split in SPLITS}

    @property
    def guessing(self) -> float:
        """The accuracy, 0..1, of guessing on its test pictures; without any, on all."""
        counts = self.card.counts
        test = counts["test"].values()
        every = [sum(counts[split].get(name, 0) for split in SPLITS) for name in self.classes]
        return guessing_share(test if any(test) else every)

    @property
    def tested(self) -> int:
        """What is independent among the test pictures: videos, groups of a CSV, and pictures of neither."""
        return independent(self.groups, self.indices("test"))

    def _read(self, file: Path) -> NDArray[Any]:
        try:
            return np.load(file, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise DamagedDataSet(name=self.name) from error
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EIO):
                raise  # of this computer, not of the file: no reason to delete it
            raise DamagedDataSet(name=self.name) from error

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """uint8 N,H,W,3 RGB."""
        return self._read(self.folder.images)

    def will_read(self, indices: NDArray[np.int64]) -> None:
        """Have the system fetch these pictures, and from now on no more than is asked for.

        Reading in any order, it would else fetch ten times as much around each, and drop what a set larger than
        memory needs next. Nothing happens on Windows, which has no such advice.
        """
        mapping = getattr(self.images, "_mmap", None)
        if mapping is None or not hasattr(mmap, "MADV_WILLNEED"):
            return
        mapping.madvise(mmap.MADV_RANDOM)
        bytes_each = self.images[0].nbytes
        first = self.images.offset  # type: ignore[attr-defined]
        for index in indices.tolist():
            start = first + index * bytes_each
            page = start - start % mmap.PAGESIZE
            mapping.madvise(mmap.MADV_WILLNEED, page, start + bytes_each - page)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """N, index into `classes`."""
        return self._read(self.folder.labels)

    @cached_property
    def splits(self) -> NDArray[np.uint8]:
        """N, index into SPLITS."""
        return self._read(self.folder.splits)

    @cached_property
    def masks(self) -> NDArray[np.uint8] | None:
        """N,H,W, 1 where a picture was changed; None where that is not known."""
        if not self.folder.masks.exists():
            return None
        return self._read(self.folder.masks)

    @cached_property
    def groups(self) -> NDArray[np.int64] | None:
        """N numbers, the same for frames of one video or pictures of one group of a CSV: these stay in one split.

        None where there are neither.
        """
        if not self.folder.groups.exists():
            return None
        return self._read(self.folder.groups)

    @cached_property
    def names(self) -> list[str]:
        """N original names."""
        return list(read_json(self.folder.names))

    def indices(self, split: str) -> NDArray[np.int64]:
        """The numbers of the pictures of one split, ascending."""
        return np.flatnonzero(np.asarray(self.splits) == SPLITS.index(split))

    def second_for(self, index: int) -> Callable[[np.random.Generator], Image]:
        """Draws another picture of the same split as picture `index`, for noises that mix one in."""

        def draw(generator: np.random.Generator) -> Image:
            others = self.indices(SPLITS[int(self.splits[index])])
            others = others[others != index] if len(others) > 1 else others
            return np.asarray(self.images[others[generator.integers(len(others))]])

        return draw

    def fitted_basis(self) -> Basis:
        """The basis for noises that need one, fitted on the training split once a process.

        Where no picture is in that split, on all of them.
        """
        with _FITTING:
            return _fitted_basis(self.folder.path, self.card.fingerprint)


_FITTING = Lock()
"""Threads that make batches wait for one of them to fit the basis rather than all do."""


@lru_cache(maxsize=4)
def _fitted_basis(folder: Path, fingerprint: str) -> Basis:
    """The basis of the data set in `folder`; `fingerprint` is that of its pictures and splits."""
    files = DataFolder(folder)
    images = np.load(files.images, mmap_mode="r", allow_pickle=False)
    training = np.flatnonzero(np.load(files.splits, allow_pickle=False) == SPLITS.index("train"))
    chosen = training if len(training) else np.arange(len(images))
    chosen = chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), MOST_TILES)).round().astype(int)]
    return fit_basis([images[number] for number in chosen], tile_side(images.shape[1]))


def list_data_sets(workspace: Workspace) -> list[DataSet]:
    """Every data set, newest first."""
    with workspace.session() as session:
        rows = session.scalars(select(DataSetRow).order_by(DataSetRow.created.desc())).all()
    return [_data_set(workspace, row) for row in rows]


def open_data_set(workspace: Workspace, name_or_id: str) -> DataSet:
    """The data set of that name or id; at once, whatever its size.

    Raises:
        UnknownName: there is none.
    """
    with workspace.session() as session:
        rows = session.scalars(select(DataSetRow)).all()
    for row in rows:
        if name_or_id in (row.id, row.name):
            return _data_set(workspace, row)
    raise UnknownName(Text(en="data set", ko="데이터 세트"), name_or_id, [row.name for row in rows])


def _data_set(workspace: Workspace, row: DataSetRow) -> DataSet:
    return DataSet(row.id, workspace.data_folder(row.id), _card(row))


def _card(row: DataSetRow) -> Card:
    """Its card, of whatever version."""
    card = Card.read(row.card)
    counts: dict[str, dict[str, int]] = {split: {} for split in SPLITS} | card.counts
    return replace(card, name=row.name, created=row.created, counts=counts)


def free_name(workspace: Workspace, name: str) -> str:
    """`name` checked and not in use.

    Raises:
        BadName, NameTaken.
    """
    name = checked_name(name)
    with workspace.session() as session:
        if session.scalar(select(DataSetRow.id).where(DataSetRow.name == name)) is not None:
            raise NameTaken(name=name)
    return name


def unused_name(workspace: Workspace, name: str) -> str:
    """`name`, or where it is in use the first free one of "name 2", "name 3" and so on."""
    with workspace.session() as session:
        taken = set(session.scalars(select(DataSetRow.name)))
    names = itertools.chain([name], (f"{name[:75]} {n}" for n in itertools.count(2)))
    return next(one for one in names if one not in taken)


def register(workspace: Workspace, data_set_id: str, card: Card) -> DataSet:
    """Enter a finished folder into the database.

    Raises:
        sqlalchemy.exc.IntegrityError: another one has its name.
    """
    row = {"id": data_set_id, "name": card.name, "created": card.created, "card": card.to_json()}
    with workspace.session() as session:
        add_row(session, DataSetRow, row)
    return DataSet(data_set_id, workspace.data_folder(data_set_id), card)


def rename_data_set(workspace: Workspace, data_set: DataSet, name: str) -> DataSet:
    """Give a data set another name; runs know it by its id.

    Raises:
        BadName, NameTaken, CannotWrite.
    """
    name = free_name(workspace, name)
    try:
        with workspace.session() as session:
            row = session.get_one(DataSetRow, data_set.id)
            row.name, row.card = name, {**row.card, "name": name}
            session.flush()  # the name is ours before the file says so
            write_json(data_set.folder.card, row.card)
    except IntegrityError:
        raise NameTaken(name=name) from None
    return replace(data_set, card=replace(data_set.card, name=name))


def delete_data_set(workspace: Workspace, data_set: DataSet) -> None:
    """Remove a data set with its pictures. Runs that used it keep their figures."""
    remove_folder(data_set.folder.path)  # first: a folder without a row would come back with the next index
    with workspace.session() as session:
        row = session.get(DataSetRow, data_set.id)
        if row is not None:
            session.delete(row)
