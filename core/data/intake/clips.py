"""The frames of one video into a file of their own, which the reader of all pictures then takes over.

A file, so that memory stays flat however many frames a video gives.
"""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import NamedTuple

from core.data.intake.decoder import KINDS, Facts
from core.data.intake.face_crop import FaceCrop
from core.data.intake.videos import EARLY, Frames, container, opened_video, without_frames
from core.data.writer import ImageWriter
from core.errors import NoFace, SeveralFaces
from core.limits import MAX_FRAMES_PER_VIDEO
from core.resizing import Fit, fitted

USUAL_SECONDS = 10
"""A video is taken for so long until it is opened: progress needs a guess."""


class Clip(NamedTuple):
    """What came of one video."""

    number: int
    """Of its candidate."""
    file: Path
    """Its frames, uint8 N,size,size,3."""
    times: list[float]
    """N, seconds."""
    facts: Facts
    """Of each frame, with the bytes of the whole video."""
    early: bool
    """It ended long before the length that it claims."""
    thinned: bool
    """More frames were asked for than are taken of one video."""
    faces: list[int]
    """N, how many were found in each frame; -1 where none were looked for."""
    faceless: list[float]
    """Seconds of the frames left out because they show no face."""
    crowded: list[float]
    """Seconds of those left out because they show several."""


@dataclass
class Pace:
    """How far the videos are, told by the threads that read them; and the way to stop these."""

    frames: Frames
    videos: int
    stop: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _taken: dict[int, int] = field(default_factory=dict)
    _expected: dict[int, int] = field(default_factory=dict)

    def tell(self, number: int, taken: int, expected: int) -> None:
        """Video `number` has given `taken` frames of `expected`."""
        with self._lock:
            self._taken[number], self._expected[number] = taken, expected

    @property
    def taken(self) -> int:
        """Frames so far."""
        with self._lock:
            return sum(self._taken.values())

    @property
    def expected(self) -> int:
        """Frames in all, as far as can be told now."""
        with self._lock:
            known = sum(self._expected.values())
            return known + (self.videos - len(self._expected)) * len(self.frames.times(USUAL_SECONDS))


def read_clip(
    number: int,
    path: Path,
    name: str,
    place: Path,
    size: int,
    how: Fit,
    pace: Pace,
    face: FaceCrop | None = None,
) -> Clip:
    """The frames of the video file at `path`, which the user calls `name`, into the file `place`.

    Raises:
        NotFound, NotAVideo, EmptyVideo, CodingNotRead, TooLarge, CannotWrite, DiskFull.
        NoFace, SeveralFaces: no frame is left where faces are cut out.
        Cancelled: `pace.stop` is set.
    """
    frames = pace.frames
    refused: NoFace | SeveralFaces | None = None
    with opened_video(path, name) as video:
        seconds = video.claimed if video.claimed is not None else video.measured(pace.stop)
        for measured in (video.claimed is None, True):
            wanted = frames.times(seconds) if seconds > 0 else []
            pace.tell(number, 0, len(wanted))
            times: list[float] = []
            faces: list[int] = []
            left_out: dict[type[NoFace | SeveralFaces], list[float]] = {NoFace: [], SeveralFaces: []}
            shape = (0, 0)
            with ImageWriter(place, size) as writer:
                for frame in video.walk(wanted, pace.stop, jump=not measured):
                    shape = frame.image.shape[:2]
                    image, found = frame.image, -1
                    if face is not None:
                        try:
                            image, found = face.cut(image, name)
                        except (NoFace, SeveralFaces) as error:
                            left_out[type(error)].append(frame.seconds)
                            refused = error
                            continue
                    writer.add([fitted(image, size, how)])
                    times.append(frame.seconds)
                    faces.append(found)
                    pace.tell(number, len(times), len(wanted))
            if measured or video.reached(wanted):
                break
            # The length that it claims is wrong: it is gone through to find the true one.
            seconds = video.measured(pace.stop)
        early = video.claimed is not None and seconds < EARLY * video.claimed
    pace.tell(number, len(times), len(times))
    if not times:
        place.unlink(missing_ok=True)
        raise refused or without_frames(path, name)
    with path.open("rb") as file:
        kind = list(KINDS).index(container(file.read(16)))
    facts = Facts(shape[1], shape[0], path.stat().st_size, 0, kind, frames=False)
    thinned = frames.per == "second" and seconds * frames.amount > MAX_FRAMES_PER_VIDEO
    return Clip(number, place, times, facts, early, thinned, faces, left_out[NoFace], left_out[SeveralFaces])
