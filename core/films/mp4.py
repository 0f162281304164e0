"""A video as browsers play it: H.264 in an MP4, written and looked into by PyAV."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import NotAVideo
from core.files import writing
from core.pixels import Image

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

TICKS = 1000
"""Of a second: frames lie where they lay in the video that they come from, however uneven that is."""
_BT709 = 1
"""In the numbers of H.264: how colours are told, said so that no player has to guess."""
_QUALITY = "16"
"""x264's crf: noise and lines stay to be seen."""
_KEY_EVERY = 20
"""Frames, so that each of them is soon found."""


class Mp4:
    """An open video that frames of one size are put into."""

    def __init__(self, file: "OutputContainer", rate: float) -> None:
        self._file = file
        self._rate = Fraction(rate).limit_denominator(TICKS)
        self._stream: VideoStream | None = None

    def add(self, image: Image, seconds: float) -> None:
        """Put in a frame.

        Args:
            image: RGB uint8 H,W,3; both even, the same each time.
            seconds: when it is shown; later than the one before.
        """
        import av

        if self._stream is None:
            self._stream = self._opened(image)
        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709"
        )
        frame.pts, frame.time_base = round(seconds * TICKS), Fraction(1, TICKS)
        self._file.mux(self._stream.encode(frame))

    def _opened(self, image: Image) -> "VideoStream":
        stream: VideoStream = self._file.add_stream(
            "libx264", rate=self._rate, options={"crf": _QUALITY, "preset": "veryfast", "g": str(_KEY_EVERY)}
        )
        stream.height, stream.width = image.shape[:2]
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS)
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        return stream

    def finish(self) -> None:
        """What the encoder still holds."""
        if self._stream is not None:
            self._file.mux(self._stream.encode(None))


@contextmanager
def written(path: Path, rate: float) -> Iterator[Mp4]:
    """A new video at `path`, while frames are put into it.

    Args:
        rate: frames of each second, about.

    Raises:
        CannotWrite, DiskFull.
    """
    import av

    with writing(path), av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        video = Mp4(file, rate)
        yield video
        video.finish()


def frame_at(path: Path, seconds: float) -> Image:
    """The frame (RGB uint8 H,W,3) of an MP4 of ours that is shown at `seconds`.

    Raises:
        NotAVideo: it is damaged or gone.
    """
    import av

    wanted, found = round(seconds * TICKS), None
    try:
        with av.open(str(path)) as file:
            stream = file.streams.video[0]
            assert stream.time_base is not None
            file.seek(int(wanted / (TICKS * stream.time_base)), stream=stream)
            for frame in file.decode(stream):
                if found is not None and round((frame.time or 0.0) * TICKS) > wanted:
                    break
                found = frame
            if found is not None:
                return np.asarray(found.to_ndarray(format="rgb24"), np.uint8)
    except (OSError, IndexError, av.FFmpegError) as error:
        raise NotAVideo(name=path.name) from error
    raise NotAVideo(name=path.name)
