"""Videos that runs are asked about frame by frame."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import av
import numpy as np
import pandas as pd
import pytest
from PIL import Image as Pillow

from core.charts.drawing import Palette
from core.charts.films import Row, film_chart
from core.data.dataset import DataSet
from core.errors import Cancelled, CodingNotRead, EmptyVideo, NotAVideo, OutOfRange, UnknownName, UserMistake
from core.explanation.classifier import Classifier
from core.films.asking import noisy_frame
from core.films.drawing import Layout
from core.films.film import (
    Asker,
    Film,
    Wish,
    forget_answers,
    forget_film,
    keep_film,
    list_films,
    open_film,
)
from core.films.frames import Filmed, frames, is_moving
from core.films.job import forget, run_job, submit_film
from core.films.mp4 import frame_at, written
from core.films.rests import Rest, as_gif, as_mp4, frames_of
from core.films.table import COLUMNS, Track, read_tracks
from core.jobs.queue import get_job, list_jobs
from core.noise.stack import Layer
from core.progress import silent
from core.runs.runs import Run
from core.store import Workspace
from core.words import Text, plain
from tests.core.brought.tiny_runs import run_of

Made = Callable[..., Path]


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    return run_of(workspace, tiny_data_set)


@pytest.fixture
def kept(workspace: Workspace, film: Made, tmp_path: Path) -> Film:
    """Five frames in a second."""
    path = film(tmp_path / "영상 1.mp4", frames=5, rate=5)
    return keep_film(workspace, path.read_bytes(), path.name)


def asked(workspace: Workspace, film: Film, runs: list[Run], **wish: object) -> Film:
    job = submit_film(workspace, film, runs, replace(Wish(rate=5, table="cifar_10_c"), **wish))  # type: ignore[arg-type]
    run_job(workspace, job, silent)
    return open_film(workspace, film.card.id)


def test_each_frame_is_answered_as_the_network_answers_that_picture_clean_and_with_noise(
    workspace: Workspace, kept: Film, run: Run
) -> None:
    (answers,) = asked(workspace, kept, [run, run], noise="gaussian_noise", severity=5).answers
    table = pd.read_csv(answers.table)
    assert tuple(table) == COLUMNS
    assert len(table) == 5 * 2 * 2 == answers.card.frames * 4
    network = Classifier.of_run(workspace, run, "cpu")
    layer = Layer.at_severity("gaussian_noise", 5, "cifar_10_c")
    shown = list(frames(kept.source, "a", [0, 0.2, 0.4, 0.6, 0.8], Event()))
    for number, frame in enumerate(shown):
        clean = network.prepare(frame.image)
        for picture, noise in ((clean, "clean"), (noisy_frame(clean, [layer], number), "gaussian_noise")):
            (said,) = network.explain([picture])
            rows = table[(table["frame"] == number + 1) & (table["noise"] == noise)]
            assert rows["class"].tolist() == [said.classes[said.prediction]] * 2
            assert rows["confidence"].to_numpy() == pytest.approx(said.probabilities.max(), abs=1e-3)
            assert rows["seconds"].to_numpy() == pytest.approx(frame.seconds, abs=1e-3)


def test_grain_falls_anew_on_each_frame_and_dirt_on_a_lens_stays(kept: Film) -> None:
    grey = np.full((32, 32, 3), 128, np.uint8)
    for noise, changes in (("gaussian_noise", True), ("rain", True), ("lens_dirt", False), ("frost", False)):
        stack = [Layer.at_severity(noise, 5)]
        same = np.array_equal(noisy_frame(grey, stack, 0), noisy_frame(grey, stack, 1))
        assert same != changes, noise


def test_the_video_plays_in_a_browser_and_has_each_frame_at_its_time_with_all_runs_beside_each_other(
    workspace: Workspace, kept: Film, run: Run
) -> None:
    asked(workspace, kept, [run], noise="fog", severity=3)
    two, one = asked(workspace, kept, [run, run]).answers
    for answers, columns, rows in ((one, 2, 2), (two, 3, 1)):
        with av.open(str(answers.video)) as file:
            stream = file.streams.video[0]
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
            assert (stream.width % 2, stream.height % 2) == (0, 0)
            assert (stream.width > 224 * columns, stream.height > 224 * rows) == (True, True)
            assert [round(frame.time or 0, 3) for frame in file.decode(stream)] == [0, 0.2, 0.4, 0.6, 0.8]
        assert one.card.seconds == pytest.approx(1.0)


def test_full_colour_is_the_strongest_place_of_the_whole_video_unless_each_frame_is_to_have_its_own(
    workspace: Workspace, kept: Film, run: Run
) -> None:
    own = asked(workspace, kept, [run], shared=False).answers[0]
    shared = asked(workspace, kept, [run]).answers[0]
    network = Classifier.of_run(workspace, run, "cpu")
    peaks = []
    for frame in frames(kept.source, "a", [0, 0.2, 0.4, 0.6, 0.8], Event()):
        (said,) = network.explain([network.prepare(frame.image)])
        assert said.attribution is not None
        peaks.append(float(said.attribution.max()))

    def apart(at: int) -> float:
        two = [frame_at(one.video, at / 5)[40:240, 240:470].astype(float) for one in (shared, own)]
        return float(np.abs(two[0] - two[1]).mean())

    assert apart(int(np.argmax(peaks))) < 1
    assert apart(int(np.argmin(peaks))) > 2 * apart(int(np.argmax(peaks)))


def test_frames_lie_where_they_lay_in_an_uneven_video(tmp_path: Path) -> None:
    times = [0.0, 0.03, 0.5, 1.25]
    with written(tmp_path / "a.mp4", 10) as file:
        for number, seconds in enumerate(times):
            file.add(np.full((64, 96, 3), 60 * number, np.uint8), seconds)
    for number, seconds in enumerate(times):
        assert abs(float(frame_at(tmp_path / "a.mp4", seconds).mean()) - 60 * number) < 4
    assert abs(float(frame_at(tmp_path / "a.mp4", 1.0).mean()) - 120) < 4, "the one that is still shown"
    (tmp_path / "a.mp4").write_bytes(b"cut")
    with pytest.raises(NotAVideo):
        frame_at(tmp_path / "a.mp4", 0)


def test_a_video_is_kept_once_with_what_was_asked_until_it_is_deleted(
    workspace: Workspace, kept: Film, run: Run, tmp_path: Path
) -> None:
    assert keep_film(workspace, kept.source.read_bytes(), "another name.mp4") == kept
    asked(workspace, kept, [run])
    found = asked(workspace, kept, [run], view="outline")
    newest, oldest = found.answers
    assert newest.card.wish.view == "outline"
    (workspace.films / "odd").mkdir()
    (workspace.films / "odd" / "film.json").write_text("{", encoding="utf-8")
    oldest.video.unlink()
    assert [one.card.id for one in list_films(workspace)[0].answers] == [newest.card.id]
    forget_answers(newest)
    assert not list_films(workspace)[0].answers
    forget_film(found)
    assert not list_films(workspace)
    with pytest.raises(UnknownName):
        open_film(workspace, kept.card.id)
    assert not list(workspace.uploads.iterdir())


@pytest.mark.parametrize(
    ("data", "error"), [(b"no video", NotAVideo), (b"", EmptyVideo), (b"\0\0\0\x18ftypmp42" * 9, NotAVideo)]
)
def test_what_is_no_video_is_refused_and_nothing_of_it_stays(
    workspace: Workspace, data: bytes, error: type[UserMistake]
) -> None:
    with pytest.raises(error, match=r"a\.mp4"):
        keep_film(workspace, data, "a.mp4")
    assert not list_films(workspace)
    assert not list(workspace.uploads.iterdir())


def test_a_video_in_a_coding_that_cannot_be_read_is_not_called_damaged(
    workspace: Workspace, film: Made, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", frames=2, codec="libsvtav1")
    with pytest.raises(CodingNotRead, match="AV1"):
        keep_film(workspace, path.read_bytes(), "a.mp4")


def test_of_a_video_that_was_not_copied_whole_only_what_can_be_read_is_said_to_have_been_asked(
    workspace: Workspace, film: Made, run: Run, tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4", frames=30, rate=10, options={"movflags": "+faststart"})
    whole = path.read_bytes()
    cut = keep_film(workspace, whole[: len(whole) * 6 // 10], "a.mp4")
    assert cut.card.seconds == pytest.approx(3.0)
    (answers,) = asked(workspace, cut, [run]).answers
    assert 0 < answers.card.frames < 15
    assert answers.card.seconds == pytest.approx(answers.card.frames / 5, abs=0.21)


def test_a_job_that_is_cancelled_or_whose_video_is_deleted_meanwhile_leaves_nothing(
    workspace: Workspace, kept: Film, run: Run
) -> None:
    def stop(share: float, step: Text | None = None) -> None:
        if share > 0.7:
            raise Cancelled

    job = submit_film(workspace, kept, [run], Wish(rate=5))
    assert submit_film(workspace, kept, [run], Wish(rate=5)).id == job.id, "asked twice, done once"
    with pytest.raises(Cancelled):
        run_job(workspace, job, stop)
    assert not open_film(workspace, kept.card.id).answers

    def delete(share: float, step: Text | None = None) -> None:
        if share > 0.7:
            forget_film(kept)

    with pytest.raises(UnknownName):
        run_job(workspace, job, delete)
    assert not list_films(workspace)
    (left,) = list_jobs(workspace)
    forget(workspace, kept)
    assert get_job(workspace, left.id).state == "cancelled", "a video that is gone is not asked about"


def test_a_photo_is_no_video_and_a_picture_that_moves_is_one(film: Made, tmp_path: Path) -> None:
    def gif(count: int) -> bytes:
        file = io.BytesIO()
        pictures = [Pillow.new("RGB", (8, 8), (60 * number, 0, 0)) for number in range(count)]
        pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:])
        return file.getvalue()

    assert is_moving(film(tmp_path / "a.mp4", frames=2).read_bytes(), "a")
    assert is_moving(gif(3), "a.gif")
    for still in (
        gif(1),
        b"\0\0\0\x1cftypheic",
        b"\0\0\0\x1cftypavif",
        b"\xff\xd8\xff",
        b"",
        b"Glossary: a text.",
    ):
        assert not is_moving(still, "a.jpg")


def test_no_more_frames_are_asked_about_than_two_minutes_at_ten_a_second() -> None:
    assert Filmed(1.0, 8, 8).times(10) == [number / 10 for number in range(10)]
    assert len(Filmed(7000.0, 8, 8).times(30)) == 1200
    assert Filmed(7000.0, 8, 8).reached(30) == 40.0
    for rate in (0.0, 61.0, float("nan")):
        with pytest.raises(OutOfRange):
            Filmed(1.0, 8, 8).times(rate)


def test_the_table_tells_runs_of_one_name_and_classes_called_as_nothing_apart(tmp_path: Path) -> None:
    path = tmp_path / "frames.csv"
    rows = [
        (1, 0.0, "a", "clean", 0, "NA", 0.9),
        (1, 0.0, "a", "clean", 0, "1", 0.6),
        (2, 0.5, "a", "clean", 0, "NA", 0.8),
        (2, 0.5, "a", "clean", 0, "None", 0.7),
    ]
    pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(path, index=False)
    askers = [Asker(label=plain("a")), Asker(label=plain("a"))]
    first, second = read_tracks(path, askers)
    assert first == Track(0, False, [0.0, 0.5], ["NA", "NA"], [0.9, 0.8])
    assert (first.most(), first.changes) == (("NA", 2), 0)
    assert (second.answers, second.changes) == (["1", "None"], 1)
    path.write_bytes(b"\xff\xff")
    assert read_tracks(path, askers) == []


def test_behind_the_line_is_the_colour_of_the_answer_for_as_long_as_it_is_given() -> None:
    rows = [Row("clean", ["a", "a", "b", "a"], [0.5, 0.6, 0.7, 0.8]), Row("noise", [*"cdef"], [1.0] * 4)]
    figure = film_chart(Palette(), [0.0, 1.0, 2.0, 3.0], rows, at=2.0, language="ko")
    bands = {(one.yaxis, one.name): [*one.x] for one in figure.data if one.fill == "toself"}
    assert bands["y", "a"] == [0, 0, 2, 2, None, 3, 3, 4, 4, None]
    assert bands["y", "b"] == [2, 2, 3, 3, None]
    assert bands["y2", "그 밖의 답"] == [3, 3, 4, 4, None], "five colours are told apart"
    lines = [one for one in figure.data if one.customdata is not None]
    assert [[*one.customdata] for one in lines] == [[0, 1, 2, 3]] * 2
    assert [*lines[0].y] == pytest.approx([50, 60, 70, 80])
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.yref) == (2.0, "paper")


def test_of_a_long_name_below_a_picture_how_sure_the_answer_is_stays_to_be_read() -> None:
    words = ["아주 긴 클래스 이름 " * 20 + "\u00a0·\u00a097\u00a0% · wrong", "kurz · 8 %"]
    layout = Layout((64, 64), ["a", "b"], 1, words, "foot")
    lines = layout._broken(words[0])
    assert len(lines) == 3
    assert lines[-1].endswith("… · 97 % · wrong")
    assert layout._broken(words[1]) == ["kurz · 8 %"]


def test_a_film_of_growing_noise_rests_at_each_step_as_gif_and_as_mp4() -> None:
    maps = [np.eye(4, dtype=np.float32), None]
    rests = [
        Rest(np.full((32, 32, 3), level, np.uint8), f"강도 {level}", maps, ["긴 이름의 클래스 " * 9, "b"])
        for level in (10, 120, 240)
    ]
    frames = frames_of(rests, ["사진", "a", "b"], "foot", "heat", [1.0, None])
    assert {frame.shape for frame in frames} == {frames[0].shape}, "nothing moves"
    assert (frames[0].shape[0] % 2, frames[0].shape[1] % 2) == (0, 0)
    with Pillow.open(io.BytesIO(as_gif(frames))) as made:
        assert (made.format, made.n_frames, made.size) == ("GIF", 3, frames[0].shape[1::-1])
        assert made.info["duration"] == 900
    with av.open(io.BytesIO(as_mp4(frames))) as file:
        stream = file.streams.video[0]
        shown = [(round(one.time or 0, 1), one.to_ndarray(format="rgb24")) for one in file.decode(stream)]
        assert [time for time, _ in shown] == [0.0, 0.9, 1.8]
        assert float(stream.duration * stream.time_base) > 2, "the last step rests, too"
        for (_, frame), wanted in zip(shown, frames, strict=True):
            assert np.abs(frame.astype(int) - wanted).mean() < 3
