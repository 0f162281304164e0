"""One video: which frames are taken of it, and what is said of one that cannot be read."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from core.data.intake import videos
from core.data.intake.videos import DEFAULT_FRAMES, Frames, clock, container, opened_video
from core.errors import EmptyVideo, NoiseLensError, NotAVideo, OutOfRange, TooLarge

Film = Callable[..., Path]
KINDS = {
    "mp4": "libx264",
    "m4v": "libx264",
    "mov": "libx264",
    "3gp": "libx264",
    "avi": "mpeg4",
    "mkv": "libx264",
    "webm": "libvpx",
    "wmv": "wmv2",
    "flv": "flv1",
    "mpg": "mpeg2video",
}


def taken(path: Path, frames: Frames = DEFAULT_FRAMES) -> list[float]:
    with opened_video(path, path.name) as video:
        seconds = video.claimed or video.measured(Event())
        return [round(frame.seconds, 3) for frame in video.walk(frames.times(seconds), Event())]


def test_frames_per_video_are_spread_evenly() -> None:
    assert Frames("video", 4).times(8.0) == [1.0, 3.0, 5.0, 7.0]
    assert Frames("second", 2).times(2.2) == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert Frames("second", 0.1).times(3.0) == [0.0], "a short video gives a frame, too"
    long = Frames("second", 60).times(3600)
    assert len(long) == videos.MAX_FRAMES_PER_VIDEO
    assert np.allclose(np.diff(long), 3600 / videos.MAX_FRAMES_PER_VIDEO)


@pytest.mark.parametrize(
    "frames",
    [
        Frames("video", 0),
        Frames("video", 2.5),
        Frames("video", 10**6),
        Frames("second", 0),
        Frames("second", 61),
        Frames("second", float("nan")),
        Frames("second", float("inf")),
    ],
)
def test_a_choice_of_frames_out_of_range_is_refused(frames: Frames) -> None:
    with pytest.raises(OutOfRange):
        frames.checked()


def test_a_time_reads_as_a_clock() -> None:
    assert [clock(seconds) for seconds in (0, 1.5, 61.0004, 3661.25)] == [
        "00:00.000",
        "00:01.500",
        "01:01.000",
        "1:01:01.250",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_video_is_read_whatever_letters_its_path_has(
    film: Film, tmp_path: Path, kind: str
) -> None:
    path = film(tmp_path / "가짜 영상" / f"클립.{kind}", codec=KINDS[kind], rate=25, frames=50)
    assert kind in [suffix[1:] for suffix in videos.CONTAINERS[container(path.read_bytes()[:16])]]
    times = taken(path, Frames("video", 4))
    assert np.allclose(times, [0.25, 0.75, 1.25, 1.75], atol=0.03)
    assert len(taken(path, Frames("second", 5))) == 10


def test_the_frame_is_the_one_shown_at_its_time(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", frames=31, rate=10)
    with opened_video(path, "a.mp4") as video:
        for frame in video.walk([0.0, 1.0, 2.0, 3.0], Event()):
            bar = np.flatnonzero(frame.image.min(axis=(0, 2)) > 220)
            assert abs(float(bar.mean()) - 3.5 - frame.seconds * 88 / 3) < 3


@pytest.mark.parametrize("kind", KINDS)
def test_far_frames_are_jumped_to_and_are_the_same_as_by_going_through(
    film: Film, tmp_path: Path, kind: str
) -> None:
    rate = 5 if kind == "webm" else 25  # its encoder takes seconds for a minute of 25 frames a second
    path = film(tmp_path / f"a.{kind}", frames=60 * rate, rate=rate, codec=KINDS[kind])
    times = [0.05, 20.0, 41.0, 59.9]
    with opened_video(path, path.name) as video:
        jumped = list(video.walk(times, Event()))
        through = list(video.walk(times, Event(), jump=False))
    assert [one.seconds for one in jumped] == [one.seconds for one in through]
    for one, other in zip(jumped, through, strict=True):
        assert np.array_equal(one.image, other.image)


def test_more_frames_than_there_are_gives_each_once(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", frames=5, rate=10)
    assert taken(path, Frames("video", 50)) == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert taken(path, Frames("second", 60)) == [0.0, 0.1, 0.2, 0.3, 0.4]


def turned(path: Path) -> Path:
    """The same video, filmed with the phone upright: its header says to turn it by a quarter."""
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 4 + 20 + 16
    data[place : place + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 64 << 16, 0, 1 << 30)
    path.write_bytes(data)
    return path


def test_a_video_filmed_upright_is_upright(film: Film, tmp_path: Path) -> None:
    with opened_video(turned(film(tmp_path / "a.mp4", side=(96, 64))), "a.mp4") as video:
        (frame,) = video.walk([0.0], Event())
    assert frame.image.shape == (96, 64, 3)
    assert frame.image[:6].min() > 200, "the bar on the left of the sensor is on top"


def test_a_video_that_does_not_say_its_length_is_spread_over_all_of_it(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "live.webm", frames=40, codec="libvpx", options={"live": "1"})
    assert np.allclose(taken(path, Frames("video", 4)), [0.5, 1.5, 2.5, 3.5], atol=0.06)


def test_what_is_past_a_limit_is_told_by_its_name(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.mp4")
    for limit, value in (("MAX_VIDEO_BYTES", 100), ("MAX_VIDEO_SECONDS", 2), ("MAX_VIDEO_SIDE", 80)):
        with monkeypatch.context() as patched:
            patched.setattr(videos, limit, value)
            with pytest.raises(TooLarge, match=r"a\.mp4"):
                taken(path)
    with pytest.raises(EmptyVideo), opened_video(empty(tmp_path), "empty.mp4"):
        pass
    with pytest.raises(NotAVideo), opened_video(tmp_path, "folder.mp4"):
        pass


def empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def test_a_video_error_is_a_mistake_of_the_input() -> None:
    for error in (NotAVideo(name="a"), EmptyVideo(name="a")):
        assert isinstance(error, NoiseLensError)
        assert error.exit_code == 2
        assert io.StringIO(error.say("ko")).read()
