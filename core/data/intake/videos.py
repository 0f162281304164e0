"""Frames out of a video file: which ones, and how they are read.

OpenCV is given the open file, never its name: any letters in a path work on every system, and what a file
says of other files or addresses (a playlist) leads nowhere. Only files that begin as a video container does
are handed to it at all.
"""

import io
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import IO, Any, Literal, NamedTuple

# FFmpeg would complain of every damaged file on stderr: the sentences are ours. Read when cv2 first opens a video.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2
import numpy as np

from core.errors import Cancelled, CodingNotRead, EmptyVideo, NotAVideo, NotFound, OutOfRange, TooLarge
from core.limits import (
    MAX_FRAMES_PER_SECOND,
    MAX_FRAMES_PER_VIDEO,
    MAX_VIDEO_BYTES,
    MAX_VIDEO_SECONDS,
    MAX_VIDEO_SIDE,
)
from core.picture_files import Undecodable, decoding
from core.pixels import Image
from core.words import Text, fill_text, plain

CONTAINERS: dict[str, tuple[str, ...]] = {
    "MP4": (".mp4", ".m4v", ".mov", ".3gp"),
    "AVI": (".avi",),
    "MATROSKA": (".mkv", ".webm"),
    "ASF": (".wmv",),
    "FLV": (".flv",),
    "MPEG": (".mpg", ".mpeg", ".mts", ".m2ts"),
    "OGG": (".ogv",),
    "GIF": (),
}
"""Kinds of video files, by their bytes, and the endings that say so; a GIF in a data set is a picture."""
VIDEO_SUFFIXES = tuple(suffix for suffixes in CONTAINERS.values() for suffix in suffixes)
"""Endings of files that are tried as videos, lower case."""
UNREAD = ("av1", "vvc", "prores_raw", "apv")
"""Codings of videos that OpenCV's decoder opens and cannot show."""
SEEK_FROM = 10.0
"""The next frame that is wanted is jumped to, not decoded up to, when it is so far away, seconds."""
USUAL_RATE = 25.0
"""Frames a second where a file does not say."""
EARLY = 0.8
"""A video that ends before this share of the length that it claims ends early."""
_MOST_GRABS = MAX_VIDEO_SECONDS * 240
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
Per = Literal["video", "second"]


@dataclass(frozen=True)
class Frames:
    """How many frames are taken: so many of each video, evenly spread, or so many of each second."""

    per: Per
    amount: float

    def checked(self) -> "Frames":
        """Itself.

        Raises:
            OutOfRange.
        """
        if self.per == "video":
            lowest: float = 1
            highest, what = MAX_FRAMES_PER_VIDEO, Text(en="The frames per video", ko="동영상당 프레임 수")
            good = float(self.amount).is_integer()
        else:
            lowest = 0.01
            highest, what = MAX_FRAMES_PER_SECOND, Text(en="The frames per second", ko="초당 프레임 수")
            good = math.isfinite(self.amount)
        if not (good and lowest <= self.amount <= highest):
            raise OutOfRange(what=what, lowest=lowest, highest=highest, value=self.amount)
        return self

    def times(self, seconds: float) -> list[float]:
        """When the frames of a video of `seconds` are taken, ascending, each within it."""
        count: float = self.amount
        if self.per == "second":
            count = max(1, math.ceil(round(seconds * self.amount, 6)))
            if count <= MAX_FRAMES_PER_VIDEO:
                return [number / self.amount for number in range(int(count))]
        count = min(int(count), MAX_FRAMES_PER_VIDEO)
        # The middle of each part: the first and the last frame are often black.
        return [(number + 0.5) * seconds / count for number in range(count)]

    def stored(self) -> dict[str, Any]:
        """For a job's payload."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: dict[str, Any] | None) -> "Frames":
        """From a job's payload; of a job that was queued before videos were read those that are usual."""
        return DEFAULT_FRAMES if stored is None else cls(**stored)


DEFAULT_FRAMES = Frames("video", 10)
"""What happens unasked."""


class Frame(NamedTuple):
    """One frame."""

    seconds: float
    """From the video's start."""
    image: Image
    """RGB uint8 H,W,3, upright."""


def is_video(name: str) -> bool:
    """Whether a file of this name is tried as a video."""
    return name.lower().endswith(VIDEO_SUFFIXES)


def container(head: bytes) -> str:
    """What the first 16 bytes of a file say it is, a key of CONTAINERS; "" for anything else."""
    if head[4:8] in _ISO_BOXES:
        return "MP4"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "AVI"
    if head[:4] == b"GIF8":
        return "GIF"
    if head[:4] in (b"\0\0\1\xba", b"\0\0\1\xb3") or head[:1] == b"\x47" or head[4:5] == b"\x47":
        return "MPEG"
    beginnings = {b"\x1aE\xdf\xa3": "MATROSKA", b"0&\xb2u": "ASF", b"FLV\1": "FLV", b"OggS": "OGG"}
    return beginnings.get(head[:4], "")


def clock(seconds: float) -> str:
    """A time in a video, `01:02.500` or `1:01:02.500`."""
    millis = round(seconds * 1000)
    hours, minutes = divmod(millis // 60_000, 60)
    return (f"{hours}:" if hours else "") + f"{minutes:02}:{millis // 1000 % 60:02}.{millis % 1000:03}"


class Video:
    """An open video; its frames are walked through from the start, as often as is wanted."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._last = -math.inf
        self._capture = self._opened()
        self.width, self.height = (
            int(self._told(cv2.CAP_PROP_FRAME_WIDTH)),
            int(self._told(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        self._check_sides(self.width, self.height)
        rate = self._told(cv2.CAP_PROP_FPS)
        self._rate = rate if math.isfinite(rate) and 0 < rate <= 1000 else USUAL_RATE
        count = self._told(cv2.CAP_PROP_FRAME_COUNT)
        self.claimed: float | None = count / self._rate if math.isfinite(count) and count > 0 else None
        """Its length as the file has it, seconds; None where it does not say."""
        if self.claimed is not None:
            self._check_length(self.claimed)

    def _opened(self) -> Any:
        self._file.seek(0)
        # Several videos are read at once, each by one thread.
        options = [cv2.CAP_PROP_N_THREADS, 1]
        with self._reading():
            capture: Any = cv2.VideoCapture(self._file, cv2.CAP_FFMPEG, options)  # type: ignore[call-overload]
        if not capture.isOpened():
            raise NotAVideo(name=self._name)
        return capture

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """
        Raises:
            NotAVideo: whatever the decoder stumbles over.
        """
        try:
            with decoding():
                yield
        except Undecodable as error:
            raise NotAVideo(name=self._name) from error

    def _told(self, what: int) -> float:
        with self._reading():
            told = float(self._capture.get(what))
        return told if math.isfinite(told) else 0.0

    def _rewind(self) -> None:
        self.close()
        self._capture = self._opened()

    def _check_sides(self, width: int, height: int) -> None:
        if max(width, height) > MAX_VIDEO_SIDE:
            raise TooLarge(name=self._name, size=f"{width:,} × {height:,} px", limit=f"{MAX_VIDEO_SIDE:,} px")

    def _check_length(self, seconds: float) -> None:
        if seconds > MAX_VIDEO_SECONDS:
            minutes = Text(en="{n} minutes", ko="{n}분")
            raise TooLarge(
                name=self._name,
                size=fill_text(minutes, n=f"{seconds / 60:,.0f}"),
                limit=fill_text(minutes, n=MAX_VIDEO_SECONDS // 60),
            )

    def _grabbed(self, stop: Event) -> Iterator[float]:
        """The time of each frame from here on, seconds; always later than that of the one before."""
        last = -1 / self._rate
        for _ in range(_MOST_GRABS):
            if stop.is_set():
                raise Cancelled
            with self._reading():
                grabbed = self._capture.grab()
            if not grabbed:
                return
            told = self._told(cv2.CAP_PROP_POS_MSEC) / 1000
            last = told if math.isfinite(told) and told > last else last + 1 / self._rate
            self._check_length(last)
            yield last

    def measured(self, stop: Event) -> float:
        """Its length by going through all of it, seconds; 0 without any frame.

        Raises:
            TooLarge, Cancelled.
        """
        self._rewind()
        return max(self._grabbed(stop), default=-1 / self._rate) + 1 / self._rate

    def reached(self, times: list[float]) -> bool:
        """Whether the walk along `times` came to their end."""
        return not times or self._last + 0.5 / self._rate >= times[-1]

    def walk(self, times: list[float], stop: Event, jump: bool = True) -> Iterator[Frame]:
        """The frame shown at each of `times`, ascending; no frame twice, none past the end.

        Args:
            stop: set from elsewhere to end it.
            jump: whether to seek; a damaged file may not bear it.

        Raises:
            TooLarge: a frame of another size than was said.
            Cancelled: `stop` is set.
        """
        self._rewind()
        slack = 0.5 / self._rate
        place, here = 0, 0.0
        self._last = -math.inf
        while place < len(times):
            if jump and times[place] - here > SEEK_FROM:
                # Seeking may round up: the last two frames before it are gone through.
                with self._reading():
                    self._capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * (times[place] - 4 * slack))
            start = place
            for here in self._grabbed(stop):
                if here + slack < times[place]:
                    continue
                self._last = here
                yield Frame(here, self._retrieved())
                while place < len(times) and times[place] <= here + slack:
                    place += 1
                if place == len(times) or (jump and times[place] - here > SEEK_FROM):
                    break
            if place == start:
                return

    def _retrieved(self) -> Image:
        with self._reading():
            done, frame = self._capture.retrieve()
        if not done or frame is None or frame.ndim != 3 or frame.shape[2] != 3:
            raise NotAVideo(name=self._name)
        self._check_sides(frame.shape[1], frame.shape[0])
        with self._reading():
            return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), np.uint8)

    def close(self) -> None:
        """Let go of the file; its owner closes it."""
        self._capture.release()


@contextmanager
def opened_video(source: Path | bytes, name: str) -> Iterator[Video]:
    """The video in a file or its bytes.

    Args:
        name: what the user calls it, for errors.

    Raises:
        NotFound, NotAVideo, EmptyVideo.
        TooLarge: over MAX_VIDEO_BYTES, MAX_VIDEO_SECONDS or MAX_VIDEO_SIDE.
    """
    try:
        file: IO[bytes] = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    except FileNotFoundError as error:
        raise NotFound(name=name) from error
    except OSError as error:  # a folder, or no permission
        raise NotAVideo(name=name) from error
    with file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if size > MAX_VIDEO_BYTES:
            raise TooLarge(
                name=name, size=f"{size / 2**20:,.0f} MB", limit=f"{MAX_VIDEO_BYTES // 2**20:,} MB"
            )
        if size == 0:
            raise EmptyVideo(name=name)
        if not container(file.read(16)):
            raise NotAVideo(name=name)
        video = Video(file, name)
        try:
            yield video
        finally:
            video.close()


def without_frames(source: Path | bytes, name: str) -> EmptyVideo | CodingNotRead:
    """Why a video that could be opened gave no frame: its coding is another than the decoder knows, or it is damaged.

    Args:
        name: what the user calls it.
    """
    import av  # it reads what codings are called that OpenCV has no decoder for

    try:
        with (
            source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as data,
            av.open(data) as file,
        ):
            coding = file.streams.video[0].codec.name
    except (OSError, IndexError, ValueError):
        return EmptyVideo(name=name)
    known = {"libdav1d": "av1", "libaom-av1": "av1"}.get(coding, coding)
    return CodingNotRead(name=name, coding=known.upper()) if known in UNREAD else EmptyVideo(name=name)


def words(frames: Frames, at_most: bool = False) -> Text:
    """The choice as a noun phrase: "10 frames of each video".

    Args:
        at_most: not every video had so many.
    """
    amount = plain(f"{frames.amount:g}")
    s = "" if frames.amount == 1 else "s"
    if frames.per == "second":
        return fill_text(Text(en=f"{{n}} frame{s} of each second", ko="1초마다 {n}프레임"), n=amount)
    if at_most:
        return fill_text(
            Text(en=f"up to {{n}} frame{s} of each video", ko="동영상마다 최대 {n}프레임"), n=amount
        )
    return fill_text(Text(en=f"{{n}} frame{s} of each video", ko="동영상마다 {n}프레임"), n=amount)
