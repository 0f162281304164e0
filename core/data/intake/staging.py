"""An import whose pictures are read and stored, and whose person has not decided yet; and how it comes to be that."""

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.intake.candidates import Candidate
from core.data.intake.decoder import FACTS
from core.data.intake.face_crop import FaceCrop, told
from core.data.intake.listing import LeftOut
from core.data.intake.plan import Plan
from core.data.intake.reader import Read, as_is, fitting_size, read_all
from core.data.intake.videos import DEFAULT_FRAMES, Frames, clock, words
from core.data.splits import group_sizes
from core.data.writer import KEY, copy_images
from core.errors import NoFace, NoPictures
from core.files import read_json, write_bytes, write_json
from core.levels import Window, inside
from core.limits import MAX_FRAMES_PER_VIDEO
from core.progress import Report
from core.resizing import Fit
from core.words import Text, fill_text, listing

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
    "split_notes",
    "spelt_twice",
    "seed",
    "how",
    "licence",
    "videos",
    "window",
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
    """A core.resizing.Fit."""
    labels: NDArray[np.int64]
    """N, index into `classes`."""
    given: NDArray[np.uint8] | None
    """N splits as given (core.data.splits); None where NoiseLens splits."""
    keys: NDArray[np.void]
    """N keys, the same exactly where the pixels are the same."""
    facts: NDArray[np.void]
    """N of core.data.intake.decoder.FACTS."""
    groups: NDArray[np.int64] | None = None
    """N numbers, the same for frames of one video and for what the CSV puts into one group: these stay in one
    split; None where there are neither."""
    videos: list[int] = field(default_factory=list)
    """Rows: the first frame of each video."""
    licence: Text | None = None
    """Of its pictures, where it is known."""
    split_notes: list[Text] = field(default_factory=list)
    """What is said of the splits as given."""
    spelt_twice: list[str] = field(default_factory=list)
    """As core.data.intake.plan.Plan."""
    window: Window | None = None
    """The few levels that files of more than 8 bits use: their pictures are stretched so that these run from black to white."""

    @property
    def images_file(self) -> Path:
        return self.folder / IMAGES

    @property
    def images(self) -> NDArray[np.uint8]:
        """N,H,W,3, memory-mapped, read-only."""
        return np.load(self.images_file, mmap_mode="r", allow_pickle=False)

    @cached_property
    def stretched(self) -> NDArray[np.bool_]:
        """N: whose picture is stretched."""
        if self.window is None:
            return np.zeros(len(self.names), bool)
        return inside(self.window, self.facts)

    @property
    def as_is_file(self) -> Path:
        """As `images_file`, with nothing stretched."""
        return self.images_file if self.window is None else as_is(self.images_file)

    @property
    def images_as_is(self) -> NDArray[np.uint8]:
        """As `images`, with nothing stretched."""
        return np.load(self.as_is_file, mmap_mode="r", allow_pickle=False)

    @property
    def size(self) -> int:
        return int(self.images.shape[1])

    def group_of(self, row: int) -> int:
        """The same number for what is of one group, another one for everything else."""
        return row if self.groups is None else int(self.groups[row])

    @cached_property
    def sources(self) -> NDArray[np.int64]:
        """N numbers, the same for what counts as one picture: of one group (of frames their video), or of equal pixels."""
        by_pixels = np.unique(self.keys, return_inverse=True)[1].astype(np.int64)
        if self.groups is None:
            return by_pixels
        return np.where(self.group_sizes > 1, len(by_pixels) + self.groups, by_pixels)

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
        if about.get("window"):
            about["window"] = tuple(about["window"])
        facts = np.zeros(len(arrays["facts"]), FACTS)  # those of an import that waits since there were fewer
        for fact in arrays["facts"].dtype.names:
            facts[fact] = arrays["facts"][fact]
        if "white" not in arrays["facts"].dtype.names:
            facts["white"] = np.where(facts["high"] > 0, 65535, 0)  # there were no others
        return cls(folder=folder, **about, **{**arrays, "facts": facts})


def read_plan(
    folder: Path,
    planned: Plan,
    source: str,
    name: str,
    report: Report,
    *,
    size: int | None,
    seed: int,
    how: Fit,
    frames: Frames = DEFAULT_FRAMES,
    face: FaceCrop | None = None,
    licence: Text | None = None,
) -> Staged:
    """Read every picture and video of a plan once, into `folder`.

    Args:
        source: what the user calls what is imported.
        licence: of its pictures, where it is known.

    Raises:
        NoPictures, CannotWrite, DiskFull.
        NoFace: faces are cut out, and no picture shows one.
        Cancelled: from `report`.
    """
    report(0.0, Text(en="Looking at the pictures", ko="사진 살펴보는 중"))
    candidates = planned.candidates
    side = size or fitting_size(
        [candidate.entry for candidate in candidates], planned.exported, face is not None
    )
    read_into = folder / ("as_read.npy" if planned.in_order else IMAGES)
    found = read_all(candidates, read_into, side, how, planned.in_order, report, frames, face)
    if not found.kept and found.faceless:
        raise NoFace(name=source)
    if not found.kept:
        raise NoPictures(name=source)
    # A packed TAR is read in its own order, and stored like everything else in that of the names.
    order = sorted(range(len(found.kept)), key=found.kept.__getitem__)
    if planned.in_order:
        for file, target in (read_into, folder / IMAGES), (as_is(read_into), as_is(folder / IMAGES)):
            if file.exists():
                copy_images(file, target, order, report=lambda share, step=None: report(1.0, step))
                file.unlink()
    kept = [found.kept[row] for row in order]
    chosen = [candidates[number] for number in kept]
    times = [found.times[row] for row in order]
    names = [
        one.entry.path if time is None else f"{one.entry.path} @ {clock(time)}"
        for one, time in zip(chosen, times, strict=True)
    ]
    videos = [
        row for row, time in enumerate(times) if time is not None and (row == 0 or kept[row] != kept[row - 1])
    ]
    classes = sorted({candidate.name for candidate in chosen})
    number = {label: place for place, label in enumerate(classes)}
    staged = Staged(
        folder=folder,
        name=name,
        source=source,
        created=time.time(),
        classes=classes,
        names=names,
        left_out=planned.left_out
        + [(candidates[index].entry.path, why) for index, why in found.failures.items()],
        notes=planned.notes
        + _about_videos(found, candidates, len(videos), frames)
        + _about_faces(found, face),
        split_notes=planned.split_notes,
        spelt_twice=planned.spelt_twice,
        seed=seed,
        how=how,
        licence=licence,
        labels=np.array([number[candidate.name] for candidate in chosen], np.int64),
        given=None if chosen[0].split is None else np.array([one.split for one in chosen], np.uint8),
        keys=np.array([found.keys[row] for row in order], f"V{KEY}"),
        facts=found.facts[order],
        groups=_groups(kept, chosen) if videos or any(one.group for one in chosen) else None,
        videos=videos,
        window=found.window,
    )
    staged.save()
    return staged


def _groups(kept: Sequence[int], chosen: Sequence[Candidate]) -> NDArray[np.int64]:
    """N numbers, the same for what is of one file or of one group of the CSV."""
    numbers: dict[int | str, int] = {}
    every = zip(kept, chosen, strict=True)
    return np.array([numbers.setdefault(one.group or file, len(numbers)) for file, one in every], np.int64)


def _about_faces(found: Read, face: FaceCrop | None) -> list[Text]:
    """What the data set's card says of the faces that were cut out."""
    if face is None:
        return []
    return told(face, int(np.sum(found.facts["faces"] > 0)), sorted(found.faceless), sorted(found.crowded))


def _about_videos(found: Read, candidates: Sequence[Candidate], videos: int, frames: Frames) -> list[Text]:
    """What the data set's card says of its videos."""
    if not videos:
        return []
    taken = sum(time is not None for time in found.times)
    fewer = taken < videos * frames.amount
    text = Text(
        en="From {videos} videos, {taken} frames: {frames}. All frames of one video are in one split.",
        ko="동영상 {videos}개에서 프레임 {taken}장({frames}). 한 동영상의 프레임은 모두 한 분할에 있습니다.",
    )
    notes = [fill_text(text, videos=f"{videos:,}", taken=f"{taken:,}", frames=words(frames, fewer))]
    said = {
        "early": Text(
            en="Videos that end long before the length that they claim, used as far as they go: {names}.",
            ko="적힌 길이보다 훨씬 일찍 끝나서 있는 데까지만 쓴 동영상: {names}.",
        ),
        "thinned": Text(
            en=f"Videos with more than {MAX_FRAMES_PER_VIDEO:,} frames to take, of which so many were taken,"
            " evenly spread: {names}.",
            ko=f"꺼낼 프레임이 {MAX_FRAMES_PER_VIDEO:,}장을 넘어서 고르게 그만큼만 꺼낸 동영상: {{names}}.",
        ),
    }
    for kind, numbers in (("early", found.early), ("thinned", found.thinned)):
        if numbers:
            names = listing([candidates[number].entry.path for number in numbers], 3)
            notes.append(fill_text(said[kind], names=names))
    return notes
