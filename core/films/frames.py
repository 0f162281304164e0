"""Which frames of a video are asked about, and how they come: one at a time, each upright, in RGB."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from core.data.intake.videos import Frame, container, is_video, opened_video, without_frames
from core.errors import NoiseLensError, OutOfRange
from core.images import FIRST_FRAME, read_picture
from core.limits import MAX_FILMED_FRAMES, MAX_FILMED_PER_SECOND
from core.words import Text

RATES = (5, 10, 15, 30)
"""Frames of each second that a page offers."""
USUAL_RATE = 10
"""Without being asked: every third frame of a phone's."""
_STILL = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
"""Brands of pictures in the container that MP4 has."""


@dataclass(frozen=True)
class Filmed:
    """What is known of a video before it is gone through."""

    seconds: float
    width: int
    height: int
    """px, upright."""

    def times(self, rate: float) -> list[float]:
        """When the frames that are asked about are taken, seconds, ascending: `rate` of each second from the start on,
        MAX_FILMED_FRAMES at most.

        Raises:
            OutOfRange.
        """
        if not (math.isfinite(rate) and 0.1 <= rate <= MAX_FILMED_PER_SECOND):
            what = Text(en="The frames per second", ko="초당 프레임 수")
            raise OutOfRange(what=what, lowest=0.1, highest=MAX_FILMED_PER_SECOND, value=rate)
        count = max(1, math.ceil(round(self.seconds * rate, 6)))
        return [number / rate for number in range(min(count, MAX_FILMED_FRAMES))]

    def reached(self, rate: float) -> float:
        """How much of it is gone through, seconds: all of it, or as much as so many frames are."""
        return min(self.seconds, MAX_FILMED_FRAMES / rate)


def is_moving(data: bytes | memoryview, name: str) -> bool:
    """Whether a file is a video or a picture that moves, not a still picture; told from its bytes.

    Args:
        name: what the user calls it.
    """
    head = bytes(data[:16])
    kind = container(head)
    if kind == "GIF":
        try:
            return FIRST_FRAME in read_picture(bytes(data), name).notes
        except NoiseLensError:
            return False  # as a picture it is told what is wrong
    if kind == "MP4":
        return not (head[4:8] == b"ftyp" and head[8:12] in _STILL)
    # A transport stream has one byte to be known by.
    return kind != "" and (kind != "MPEG" or is_video(name))


def look(source: Path | bytes, name: str) -> tuple[Filmed, Frame]:
    """How long and large a video is, and its first frame.

    Args:
        name: what the user calls it, for errors.

    Raises:
        NotFound, NotAVideo, EmptyVideo, CodingNotRead.
        TooLarge: over MAX_VIDEO_BYTES, MAX_VIDEO_SECONDS or MAX_VIDEO_SIDE.
    """
    with opened_video(source, name) as video:
        first = next(video.walk([0.0], Event(), jump=False), None)
        if first is None:
            raise without_frames(source, name)
        seconds = video.claimed if video.claimed is not None else video.measured(Event())
        height, width = first.image.shape[:2]
        return Filmed(max(seconds, first.seconds), width, height), first


def frames(source: Path, name: str, times: list[float], stop: Event) -> Iterator[Frame]:
    """The frames shown at `times`, ascending; none twice, and fewer where the video ends before it says.

    Raises:
        As `look`; Cancelled: `stop` is set.
    """
    with opened_video(source, name) as video:
        yield from video.walk(times, stop, jump=False)
