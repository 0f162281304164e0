"""An import whose pictures are read and stored, and whose person has not decided yet."""

import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.listing import LeftOut
from core.data.splitting import group_sizes
from core.store import read_json, write_bytes, write_json
from core.words import Text

IMAGES = "images.npy"
_ABOUT = "staged.json"
_ARRAYS = "arrays.npz"
_JSON_FIELDS = (
    "name",
    "source",
    "created",
    "classes",
    "names",
    "left_out",
    "notes",
    "seed",
    "how",
    "licence",
    "videos",
)
_ARRAY_FIELDS = ("labels", "given", "keys", "facts", "groups")


@dataclass
class Staged:
    """What was read; row n of every array is the same picture."""

    folder: Path
    name: str
    """Of the data set to be."""
    source: str
    """What the user calls what was imported."""
    created: float
    classes: list[str]
    names: list[str]
    """N paths inside the source; of a frame with its time, `real/clip.mp4 @ 00:01.500`."""
    left_out: LeftOut
    notes: list[Text]
    seed: int
    how: str
    """A core.images.Fit."""
    labels: NDArray[np.int64]
    """N, index into `classes`."""
    given: NDArray[np.uint8] | None
    """N splits as given (core.data.splitting); None where NoiseLens splits."""
    keys: NDArray[np.void]
    """N keys, the same exactly where the pixels are the same."""
    facts: NDArray[np.void]
    """N of core.data.decoding.FACTS."""
    groups: NDArray[np.int64] | None = None
    """N numbers, the same for frames of one video and for what the CSV puts into one group: these stay in one
    split; None where there are neither."""
    videos: list[int] = field(default_factory=list)
    """Rows: the first frame of each video."""
    licence: Text | None = None
    """Of its pictures, where it is known."""

    @property
    def images_file(self) -> Path:
        return self.folder / IMAGES

    @property
    def images(self) -> NDArray[np.uint8]:
        """N,H,W,3, memory-mapped, read-only."""
        return np.load(self.images_file, mmap_mode="r", allow_pickle=False)

    @property
    def size(self) -> int:
        return int(self.images.shape[1])

    def group_of(self, row: int) -> int:
        """The same number for what is of one group, another one for everything else."""
        return row if self.groups is None else int(self.groups[row])

    def source_of(self, row: int) -> bytes:
        """What makes a picture another one: its group (of a frame its video), or its pixels."""
        if self.groups is None or self.group_sizes[row] == 1:
            return self.keys[row].tobytes()
        return b"group %d" % self.groups[row]

    def file_of(self, row: int) -> str:
        """The file inside the source that the picture is, or is a frame of."""
        return self.names[row].rpartition(" @ ")[0] if self.video_of[row] >= 0 else self.names[row]

    def videos_among(self, rows: NDArray[np.int64]) -> int:
        """How many videos have frames among `rows`."""
        return len(set(self.video_of[rows].tolist()) - {-1})

    @cached_property
    def video_of(self) -> NDArray[np.int64]:
        """N: the number of the video that each row is a frame of; -1 for a picture."""
        found = np.full(len(self.names), -1, np.int64)
        for number, first in enumerate(self.videos):
            # Its frames follow each other: no picture's name ends in a time.
            start = self.names[first].rpartition(" @ ")[0] + " @ "
            row = first
            while row < len(found) and self.names[row].startswith(start):
                found[row] = number
                row += 1
        return found

    @cached_property
    def group_sizes(self) -> NDArray[np.int64]:
        """N, how many rows share each row's group."""
        if self.groups is None:
            return np.ones(len(self.names), np.int64)
        return group_sizes(self.groups)

    def save(self) -> None:
        """Beside its images.

        Raises:
            CannotWrite.
        """
        arrays = {key: getattr(self, key) for key in _ARRAY_FIELDS if getattr(self, key) is not None}
        memory = io.BytesIO()
        np.savez(memory, **arrays)
        write_bytes(self.folder / _ARRAYS, memory.getvalue())
        write_json(self.folder / _ABOUT, {key: getattr(self, key) for key in _JSON_FIELDS})

    @classmethod
    def load(cls, folder: Path) -> "Staged":
        about: dict[str, Any] = read_json(folder / _ABOUT)
        about["left_out"] = [(path, why) for path, why in about["left_out"]]
        with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
            arrays: dict[str, Any] = {
                key: stored[key] if key in stored.files else None for key in _ARRAY_FIELDS
            }
        return cls(folder=folder, **about, **arrays)
