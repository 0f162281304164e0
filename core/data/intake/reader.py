"""Every candidate of an import, picture or video, decoded once, in threads, and streamed to disk: memory stays flat."""

import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.dataset import SIZES
from core.data.intake.candidates import Candidate
from core.data.intake.clips import Clip, Pace, read_clip
from core.data.intake.decoder import FACTS, Facts, decode
from core.data.intake.face_crop import FACE_SIDE, FaceCrop
from core.data.intake.listing import Entry
from core.data.intake.videos import DEFAULT_FRAMES, Frames, clock, is_video
from core.data.writer import CHUNK, ImageWriter, picture_key
from core.errors import Cancelled, CannotWrite, DiskFull, NoFace, NoiseLensError, SeveralFaces
from core.files import writing
from core.images import read_size
from core.levels import Levels, Window, common_window, inside, stretched
from core.pixels import Image
from core.progress import Report
from core.resizing import Fit
from core.words import Text

WORKERS = max(2, min(os.cpu_count() or 1, 16))
AHEAD = 3
"""Blocks waiting for each worker: enough to keep it busy, few enough to keep memory flat."""
BLOCK = 16
"""Pictures that a worker reads between two reports."""
BLOCK_BYTES = 8 * 1024**2
"""A block that is read ahead ends here, too."""
VIDEO_SIDE = 128
"""Of frames, where no size is chosen and there are no pictures beside them, px."""
MOST_ENLARGED = 4 / 3
MOST_PROPOSED_BYTES = 8 * 1024**3
"""Of all pictures of a set as they are stored: 53,000 of 224 px."""
LOOKED_AT = 25
"""Pictures opened to find their median size."""
ROUND = 0.2
"""Seconds between two reports while a video is read."""


class _Picture(NamedTuple):
    number: int
    image: Image
    facts: Facts
    key: bytes
    levels: Levels | None


class _Failure(NamedTuple):
    number: int
    error: NoiseLensError


_Result = _Picture | Clip | _Failure


@dataclass
class Read:
    """What came of the candidates."""

    kept: list[int] = field(default_factory=list)
    """The number of each row's candidate, in the order of the rows on disk; frames of one video share one."""
    times: list[float | None] = field(default_factory=list)
    """Where in its video each row's frame is, seconds; None for pictures."""
    keys: list[bytes] = field(default_factory=list)
    """core.data.writer.picture_key of each of `kept`."""
    facts: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, FACTS))
    failures: dict[int, Text] = field(default_factory=dict)
    early: list[int] = field(default_factory=list)
    """Candidates: videos that end long before the length that they claim."""
    thinned: list[int] = field(default_factory=list)
    """Candidates: videos with more frames to take than are taken of one."""
    faceless: list[str] = field(default_factory=list)
    """Pictures and frames that were left out because they show no face."""
    crowded: list[str] = field(default_factory=list)
    """Those that were left out because they show several."""
    window: Window | None = None
    """The few levels that files of more than 8 bits use: their pictures are stretched, and `as_is` has all as they are."""


def read_all(
    candidates: Sequence[Candidate],
    images: Path,
    size: int,
    how: Fit,
    in_order: bool,
    report: Report,
    frames: Frames = DEFAULT_FRAMES,
    face: FaceCrop | None = None,
) -> Read:
    """Every picture and frame into the file `images`, uint8 N,size,size,3.

    Pictures that use few of their levels, or do not say which are black and white, are stretched, all by one window,
    and the file `as_is` beside it has them as they are: what is found in pictures is not to be looked for in nearly black ones.

    Args:
        frames: how many of a video are taken.
        face: cut out faces.
        in_order: threads may not ask for the files in any order; as core.data.intake.listing.Listing.

    Raises:
        CannotWrite, DiskFull.
        Cancelled: from `report`.
    """
    videos = sum(is_video(candidate.name_of_file) for candidate in candidates)
    pace = Pace(frames, videos)
    needed = (len(candidates) - videos + pace.expected) * size * size * 3
    images.parent.mkdir(parents=True, exist_ok=True)
    if needed > shutil.disk_usage(images.parent).free:
        raise DiskFull(name=str(images.parent))
    found = Read()
    facts: list[NDArray[np.void]] = [found.facts]
    done = videos_done = 0
    furthest = 0.0
    deep_file = as_is(images, "levels")
    deep_rows: list[int] = []
    waiting: deque[Future[list[_Result]]] = deque()

    def tell() -> None:
        nonlocal furthest
        pictures = len(candidates) - videos
        share = (done - videos_done + pace.taken) / max(pictures + pace.expected, 1)
        # A video may turn out longer than was thought, and progress never goes back.
        furthest = max(furthest, min(share, 1.0))
        step = Text(
            en=f"Reading picture {done:,} of {len(candidates):,}",
            ko=f"사진 읽는 중: {done:,}/{len(candidates):,}",
        )
        if videos:
            step = Text(
                en=f"Reading frame {pace.taken:,} · video {videos_done:,} of {videos:,} done",
                ko=f"프레임 {pace.taken:,}장 읽음 · 동영상 {videos_done:,}/{videos:,}",
            )
        report(furthest, step)

    def take() -> None:
        nonlocal done, videos_done
        future = waiting.popleft()
        while not wait([future], ROUND).done:
            tell()
        results = future.result()
        pictures = [result for result in results if isinstance(result, _Picture)]
        writer.add([picture.image for picture in pictures])
        deep = [
            (place, picture.levels) for place, picture in enumerate(pictures) if picture.levels is not None
        ]
        deep_rows.extend(len(found.kept) + place for place, _ in deep)
        deep_writer.add([levels for _, levels in deep])
        found.kept += [picture.number for picture in pictures]
        found.times += [None] * len(pictures)
        found.keys += [picture.key for picture in pictures]
        facts.append(np.array([picture.facts for picture in pictures], FACTS))
        for result in results:
            if isinstance(result, _Failure):
                found.failures[result.number] = result.error.said
                path = candidates[result.number].entry.path
                found.faceless += [path] * isinstance(result.error, NoFace)
                found.crowded += [path] * isinstance(result.error, SeveralFaces)
                if is_video(candidates[result.number].name_of_file):
                    pace.tell(result.number, 0, 0)
                    videos_done += 1
            elif isinstance(result, Clip):
                _take_clip(result, candidates[result.number].entry.path, found, writer)
                facts.append(np.array([result.facts._replace(faces=n) for n in result.faces], FACTS))
                videos_done += 1
        done += len(results)
        tell()

    pool = ThreadPoolExecutor(WORKERS)
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the threads are ours
    try:
        with ImageWriter(images, size) as writer, ImageWriter(deep_file, size, "<f4") as deep_writer:
            for block in _blocks(candidates, in_order, images):
                waiting.append(pool.submit(_read_block, block, size, how, images, pace, face))
                # A video out of a packed TAR waits as a copy on disk.
                while len(waiting) > (WORKERS if isinstance(block[0][2], Path) else WORKERS * AHEAD):
                    take()
            while waiting:
                take()
    finally:
        pace.stop.set()
        pool.shutdown(cancel_futures=True)
        cv2.setNumThreads(before)
        for left in images.parent.glob(_beside(images, "*").with_suffix(".*").name):
            left.unlink()  # copies of videos whose turn never came
    found.facts = np.concatenate(facts)
    _stretch(found, images, size, deep_file, deep_rows)
    return found


def as_is(images: Path, what: str = "as_is") -> Path:
    """The file beside `images` that has its pictures unstretched."""
    return images.with_name(f"{what}_{images.name}")


def _stretch(found: Read, images: Path, size: int, deep_file: Path, deep_rows: list[int]) -> None:
    """The pictures that use the same few levels, by one window; their keys too.

    Args:
        deep_file: float32 M,size,size,3, removed.
        deep_rows: M rows of `images`.
    """
    found.window = common_window(found.facts)
    if found.window is not None:
        place_of = {row: place for place, row in enumerate(deep_rows)}
        levels = np.load(deep_file, mmap_mode="r", allow_pickle=False)
        with writing(images):
            os.replace(images, as_is(images))
        before = np.load(as_is(images), mmap_mode="r", allow_pickle=False)
        within = set(np.flatnonzero(inside(found.window, found.facts)).tolist())
        with ImageWriter(images, size) as writer:
            for row in range(len(before)):
                image = np.asarray(before[row])
                if row in within:
                    image = stretched(np.asarray(levels[place_of[row]]), found.window)
                    found.keys[row] = picture_key(image)
                writer.add([image])
        del levels, before  # Windows removes no file that is mapped
    deep_file.unlink()


def _take_clip(clip: Clip, path: str, found: Read, writer: ImageWriter) -> None:
    """The frames of one video, called `path`, into the file of all."""
    stored = np.load(clip.file, mmap_mode="r", allow_pickle=False)
    for start in range(0, len(stored), CHUNK):
        images = [np.array(image) for image in stored[start : start + CHUNK]]
        writer.add(images)
        found.keys += [picture_key(image) for image in images]
    del stored  # Windows removes no file that is mapped
    clip.file.unlink()
    found.kept += [clip.number] * len(clip.times)
    found.times += clip.times
    found.early += [clip.number] * clip.early
    found.thinned += [clip.number] * clip.thinned
    found.faceless += [f"{path} @ {clock(time)}" for time in clip.faceless]
    found.crowded += [f"{path} @ {clock(time)}" for time in clip.crowded]


_Block = list[tuple[int, Entry, bytes | Path | NoiseLensError | None]]


def _blocks(candidates: Sequence[Candidate], in_order: bool, images: Path) -> Iterator[_Block]:
    """The candidates in handfuls, a video alone; with their bytes, or a video's copy, if they must be read in order."""
    block: _Block = []
    total = 0
    numbers: Sequence[int] = range(len(candidates))
    if in_order:
        numbers = sorted(numbers, key=lambda i: candidates[i].entry.place)
    for number in numbers:
        entry = candidates[number].entry
        alone = is_video(candidates[number].name_of_file)
        if block and (alone or len(block) == BLOCK or total > BLOCK_BYTES):
            yield block
            block, total = [], 0
        data: bytes | Path | NoiseLensError | None = None
        if in_order:
            copied = _beside(images, number).with_suffix(".video")
            try:
                if alone:
                    entry.copy(copied)
                    data = copied
                else:
                    data = entry.read()
                    assert isinstance(data, bytes)
                    total += len(data)
            except (DiskFull, CannotWrite):
                raise
            except NoiseLensError as error:
                copied.unlink(missing_ok=True)
                data = error
        block.append((number, entry, data))
        if alone:
            yield block
            block = []
    if block:
        yield block


def _beside(images: Path, number: int | str) -> Path:
    return images.with_name(f"frames_{number}.npy")


def _read_block(
    block: _Block, size: int, how: Fit, images: Path, pace: Pace, face: FaceCrop | None
) -> list[_Result]:
    results: list[_Result] = []
    for number, entry, data in block:
        if isinstance(data, NoiseLensError):
            results.append(_Failure(number, data))
            continue
        if pace.stop.is_set():
            raise Cancelled
        try:
            if is_video(entry.parts[-1]):
                results.append(_read_video(number, entry, data, size, how, images, pace, face))
                continue
            source = entry.read() if data is None else data
            image, facts, levels = decode(source, entry.parts[-1], size, how, face)
        except (DiskFull, CannotWrite, Cancelled):
            raise
        except NoiseLensError as error:
            results.append(_Failure(number, error))
            continue
        results.append(_Picture(number, image, facts, picture_key(image), levels))
    return results


def _read_video(
    number: int,
    entry: Entry,
    copied: bytes | Path | None,
    size: int,
    how: Fit,
    images: Path,
    pace: Pace,
    face: FaceCrop | None,
) -> Clip:
    """A member of an archive is copied out first and removed again: a video is read back and forth."""
    place = _beside(images, number)
    path = copied
    try:
        if path is None and entry.copier is not None:
            path = copied = place.with_suffix(".video")
            entry.copy(path)
        elif path is None:
            path = entry.read()
        assert isinstance(path, Path)
        return read_clip(number, path, entry.parts[-1], place, size, how, pace, face)
    except NoiseLensError:
        place.unlink(missing_ok=True)
        raise
    finally:
        if isinstance(copied, Path):
            copied.unlink(missing_ok=True)


def fitting_size(entries: Sequence[Entry], exported: bool = False, face: bool = False) -> int:
    """The side to which pictures are brought where none is chosen, px: the largest of SIZES that enlarges their median
    by no more than MOST_ENLARGED, so that what is to be seen is kept; a smaller one where they are so many that they would
    fill the disk. Of videos, which are seldom small, VIDEO_SIDE; of faces that are cut out, FACE_SIDE. What was
    `exported` here keeps its size.
    """
    if face:
        return FACE_SIDE
    pictures = [entry for entry in entries if not is_video(entry.parts[-1])]
    chosen = pictures[:: max(1, len(pictures) // LOOKED_AT)][:LOOKED_AT]
    sides = []
    for entry in sorted(chosen, key=lambda entry: entry.place):
        try:
            sides.append(min(read_size(entry.read(), entry.path)))
        except NoiseLensError:
            continue  # said when all are read
    if exported and len(set(sides)) == 1 and sides[0] in SIZES:
        return sides[0]
    median = float(np.median(sides)) if sides else VIDEO_SIDE
    return max(
        side
        for side in SIZES
        if side == SIZES[0]
        or (side <= MOST_ENLARGED * median and 3 * side**2 * len(entries) <= MOST_PROPOSED_BYTES)
    )
