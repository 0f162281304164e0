"""Videos as a source of data sets: broken ones, archives, and that the frames of one stay together."""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import DataSet, open_data_set
from core.data.exports import export_file
from core.data.imports import run_job, stage, submit_import
from core.data.intake import clips, videos
from core.data.intake.videos import Frames
from core.data.review.acceptance import accept
from core.data.review.check import check
from core.data.review.outcome import Review
from core.data.review.resplit import run_job as run_resplit
from core.data.review.resplit import submit_resplit
from core.data.splits import TEST, TRAIN, VALIDATION
from core.errors import Cancelled, DiskFull
from core.images import encode_png
from core.progress import silent
from core.store import Workspace
from core.words import Text

Film = Callable[..., Path]


def folder_of(film: Film, root: Path, counts: dict[str, int], **options: Any) -> Path:
    scene = 0
    for name, count in counts.items():
        for number in range(count):
            film(root / name / f"{number:02}.mp4", scene, **options)
            scene += 1
    return root


def imported(
    workspace: Workspace, source: Path, name: str = "mine", **options: Any
) -> tuple[DataSet, dict[str, str]]:
    result = run_job(workspace, submit_import(workspace, source, name, **options), silent)
    return open_data_set(workspace, name), {path: why["en"] for path, why in result["left_out"]}


def splits_of_videos(data_set: DataSet) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for name, split in zip(data_set.names, data_set.splits, strict=True):
        found.setdefault(name.split(" @ ")[0], set()).add(int(split))
    return found


def test_videos_with_fewer_frames_than_asked_for_are_not_said_to_have_given_them(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 2, "b": 2})
    data_set, _ = imported(workspace, source, frames=Frames("video", 500))
    assert "up to 500 frames of each video" in data_set.notes[0]["en"]
    one, _ = imported(workspace, source, "one", frames=Frames("video", 1))
    assert "4 frames: 1 frame of each video" in one.notes[0]["en"]


def test_what_a_test_tells_is_counted_by_videos(film: Film, workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 6, "b": 6})
    data_set, _ = imported(workspace, source, frames=Frames("video", 5))
    assert data_set.split_counts["test"] == 5 * data_set.tested
    staged = stage(tmp_path / "staged", source, "mine", silent, frames=Frames("video", 5))
    assert Review(staged, check(staged, silent)).storable({}).tested == data_set.tested


def test_a_folder_of_videos_becomes_a_data_set(film: Film, workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"가짜": 6, "진짜": 6})
    data_set, left_out = imported(workspace, source, frames=Frames("video", 5))
    assert left_out == {}
    assert data_set.classes == ["가짜", "진짜"]
    assert len(data_set.images) == 60
    assert data_set.card.videos == 12
    assert data_set.names[:2] == ["가짜/00.mp4 @ 00:00.300", "가짜/00.mp4 @ 00:00.900"]
    assert "From 12 videos, 60 frames: 5 frames of each video." in data_set.card.notes[0]["en"]
    assert all(data_set.split_counts.values())
    assert data_set.groups is not None
    assert len(set(data_set.groups.tolist())) == 12


def test_all_frames_of_a_video_are_in_one_split_whatever_the_seed(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 7, "b": 9}, frames=12)
    staged = stage(tmp_path / "staged", source, "mine", silent, size=32)
    checked = check(staged, silent)
    splits = []
    for seed in range(40):
        staged.seed, staged.name = seed, f"mine {seed}"
        review = Review(staged, checked)
        accept(workspace, review, review.outcome({}), workspace.job_folder(str(seed)).staging, silent)
        data_set = open_data_set(workspace, staged.name)
        found = splits_of_videos(data_set)
        assert len(found) == 16
        assert {len(split) for split in found.values()} == {1}
        for label in ("a/", "b/"):
            assert {min(split) for name, split in found.items() if name.startswith(label)} == {
                TRAIN,
                VALIDATION,
                TEST,
            }
        splits.append(tuple(min(split) for split in found.values()))
    assert len(set(splits)) > 20, "the seed decides"


def test_a_resplit_keeps_the_frames_of_a_video_together(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 6, "b": 6}, frames=12)
    data_set, _ = imported(workspace, source, size=32)
    splits = set()
    for seed in range(8):
        run_resplit(workspace, submit_resplit(workspace, data_set, f"again {seed}", seed), silent)
        again = open_data_set(workspace, f"again {seed}")
        found = splits_of_videos(again)
        assert {len(split) for split in found.values()} == {1}
        assert again.card.videos == 12
        assert np.array_equal(np.asarray(again.groups), np.asarray(data_set.groups))
        splits.add(tuple(min(split) for split in found.values()))
    assert len(splits) > 1


def test_pictures_and_videos_share_every_split_of_their_class(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 8, "b": 8})
    for number in range(40):
        pixels = np.random.default_rng(number).integers(0, 256, (48, 48, 3)).astype(np.uint8)
        (source / "ab"[number % 2] / f"{number}.png").write_bytes(encode_png(pixels))
    data_set, _ = imported(workspace, source)
    assert len(data_set.images) == 16 * 10 + 40
    kinds = {(" @ " in name, int(split)) for name, split in zip(data_set.names, data_set.splits, strict=True)}
    assert len(kinds) == 6


def test_given_folders_are_followed_for_videos(film: Film, workspace: Workspace, tmp_path: Path) -> None:
    scene = 0
    for split, count in (("train", 3), ("val", 1), ("test", 2)):
        for label in "ab":
            for number in range(count):
                film(tmp_path / "set" / split / label / f"{number}.mp4", scene)
                scene += 1
    data_set, _ = imported(workspace, tmp_path / "set", frames=Frames("video", 4))
    assert data_set.split_counts == {"train": 24, "validation": 8, "test": 16}
    for name, split in splits_of_videos(data_set).items():
        assert split == {("train", "val", "test").index(name.split("/")[0])}


@pytest.mark.parametrize("ending", ["zip", "tar", "gztar"])
def test_an_archive_gives_the_same_frames_as_its_folder_and_no_copy_is_left(
    film: Film, workspace: Workspace, tmp_path: Path, ending: str
) -> None:
    source = folder_of(film, tmp_path / "세트", {"고양이": 3, "강아지": 3})
    by_folder, _ = imported(workspace, source, "folder")
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), ending, source.parent, source.name))
    job = submit_import(workspace, packed, "packed", review=True)
    result = run_job(workspace, job, silent)
    left = sorted(path.name for path in (workspace.waiting / result["waiting"]).iterdir())
    assert left == ["arrays.npz", "images.npy", "report.json", "staged.json"]
    by_archive, _ = imported(workspace, packed, "archive")
    assert by_archive.card.fingerprint == by_folder.card.fingerprint
    assert by_archive.names == [f"세트/{name}" for name in by_folder.names]


def broken_videos(film: Film, root: Path) -> dict[str, str]:
    """Files that are called videos, and a word out of the sentence about each."""
    whole = film(root / "whole.mp4").read_bytes()
    (root / "whole.mp4").unlink()
    half = whole[: len(whole) // 2]
    broken = {
        "nothing.mp4": (b"", "not a single frame"),
        "text.avi": (b"hello", "not a video"),
        "list.mp4": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "not a video"),
        "picture.mov": (encode_png(np.zeros((40, 40, 3), np.uint8)), "not a video"),
        "program.webm": (b"MZ" + bytes(500), "not a video"),
        "half.mp4": (half, "not a video"),
        "head.mkv": (b"\x1aE\xdf\xa3" + bytes(60), "not a video"),
        "noise.mp4": (whole[:32] + os.urandom(5000), "not a video"),
    }
    for name, (data, _) in broken.items():
        (root / "a" / name).write_bytes(data)
    bare = film(root / "a" / "no frame.avi", codec="mpeg4")
    bare.write_bytes(bare.read_bytes()[: bare.read_bytes().index(b"movi") + 4])
    return {f"a/{name}": word for name, (_, word) in broken.items()} | {"a/no frame.avi": "not a single"}


def test_broken_videos_have_a_sentence_each_and_the_rest_goes_on(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 3})
    expected = broken_videos(film, source)
    data_set, left_out = imported(workspace, source)
    assert sorted(left_out) == sorted(expected)
    for name, word in expected.items():
        assert word in left_out[name]
        assert Path(name).name in left_out[name]
    assert len(data_set.images) == 60


def test_a_video_that_ends_early_is_used_as_far_as_it_goes_and_that_is_said(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 3})
    cut = film(source / "a" / "cut.mkv", 50, frames=60)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 6 // 10])
    data_set, left_out = imported(workspace, source)
    assert left_out == {}
    frames = [name for name in data_set.names if "cut.mkv" in name]
    assert len(frames) == 10, "spread over what is there"
    assert any("a/cut.mkv" in note["en"] and "end long before" in note["en"] for note in data_set.card.notes)


def test_a_longer_video_gives_its_most_frames_and_that_is_said(
    film: Film, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (videos, clips):
        monkeypatch.setattr(module, "MAX_FRAMES_PER_VIDEO", 5)
    source = folder_of(film, tmp_path / "set", {"a": 2, "b": 2})
    data_set, _ = imported(workspace, source, frames=Frames("second", 10))
    assert len(data_set.images) == 20
    assert any("of which so many were taken" in note["en"] for note in data_set.card.notes)


def test_a_member_over_the_size_of_a_picture_is_still_a_video(
    film: Film, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 2, "b": 2})
    monkeypatch.setattr("core.data.intake.listing.MAX_FILE_BYTES", 100)
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", source))
    data_set, left_out = imported(workspace, packed)
    assert (left_out, data_set.card.videos) == ({}, 4)


def test_a_member_that_is_damaged_is_left_out_alone(film: Film, workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 2})
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as made:
        for path in sorted(source.rglob("*.mp4")):
            made.write(path, path.relative_to(source).as_posix())
        info = made.getinfo("a/01.mp4")
    data = bytearray(packed.read_bytes())
    data[info.header_offset + 200] ^= 0xFF
    packed.write_bytes(data)
    data_set, left_out = imported(workspace, packed)
    assert list(left_out) == ["a/01.mp4"]
    assert "damaged" in left_out["a/01.mp4"]
    assert data_set.card.videos == 4


@pytest.mark.parametrize("ending", ["", "zip", "gztar"])
def test_a_cancel_in_the_middle_stops_at_once_and_leaves_nothing(
    film: Film, workspace: Workspace, tmp_path: Path, ending: str
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 2, "b": 2}, frames=900)
    if ending:
        source = Path(shutil.make_archive(str(tmp_path / "packed"), ending, source))
    job = submit_import(workspace, source, "mine", frames=Frames("second", 10))
    said: list[str] = []

    def stop(share: float, step: Text | None = None) -> None:
        said.append(step["en"] if step else "")
        if "Reading frame" in said[-1]:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_job(workspace, job, stop)
    assert list(workspace.data.iterdir()) == []
    staging = workspace.job_folder(job.id).staging
    assert not list(staging.rglob("frames_*")), "copied videos are large"


def test_progress_counts_frames_and_never_goes_back(film: Film, workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 3}, frames=40)
    heard: list[tuple[float, str]] = []
    job = submit_import(workspace, source, "mine", frames=Frames("second", 5))
    run_job(workspace, job, lambda share, step=None: heard.append((share, step["en"] if step else "")))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert "Reading frame 120 · video 6 of 6 done" in [step for _, step in heard]


def test_a_full_disk_while_frames_are_written_is_a_sentence(
    film: Film, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 2, "b": 2})
    job = submit_import(workspace, source, "mine")

    def full(*_: object) -> None:
        raise DiskFull(name="disk")

    monkeypatch.setattr("core.data.intake.clips.ImageWriter.add", full)
    with pytest.raises(DiskFull):
        run_job(workspace, job, silent)
    assert list(workspace.data.iterdir()) == []


def found(tmp_path: Path, source: Path, **options: Any) -> dict[str, list[set[str]]]:
    staged = stage(tmp_path / "staged", source, "mine", silent, **options)
    return {
        one.kind: [{staged.file_of(row) for row in group} for group in one.groups]
        for one in check(staged, silent).findings
        if one.kind not in ("few", "imbalance")
    }


def test_frames_of_one_video_that_look_alike_are_no_finding(film: Film, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 3})
    assert found(tmp_path, source, frames=Frames("second", 10)) == {}


def test_a_copied_video_is_found_once_and_dropped_whole(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 3})
    shutil.copy(source / "a" / "00.mp4", source / "a" / "copy.mp4")
    staged = stage(tmp_path / "staged", source, "mine", silent)
    checked = check(staged, silent)
    (finding,) = [one for one in checked.findings if one.kind in ("exact", "near")]
    assert "10." in finding.said["en"], "as many as would be dropped"
    review = Review(staged, checked)
    outcome = review.outcome({finding.kind: "drop"})
    accept(workspace, review, outcome, tmp_path / "home" / "staging", silent)
    data_set = open_data_set(workspace, "mine")
    assert data_set.card.videos == 6
    assert not any("copy.mp4" in name for name in data_set.names)


def leaking(film: Film, root: Path) -> Path:
    """A test video begins as one of training does and goes on by itself; another test video has nothing of it."""
    for split, count, scene in (("train", 3, 0), ("test", 2, 100)):
        for number, label in enumerate("ab"):
            for place in range(count):
                film(root / split / label / f"{place}.mp4", scene + 10 * number + place)
    shutil.copy(root / "train" / "a" / "0.mp4", root / "test" / "a" / "again.mp4")
    return root


def test_the_same_video_in_two_splits_is_a_leak_and_moves_whole(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = leaking(film, tmp_path / "set")
    staged = stage(tmp_path / "staged", source, "mine", silent)
    checked = check(staged, silent)
    (leak,) = [one for one in checked.findings if one.kind == "leak"]
    assert {staged.file_of(row) for group in leak.groups for row in group} == {
        "train/a/0.mp4",
        "test/a/again.mp4",
    }
    # One alike frame is enough for all of its video to go.
    leak.groups[:] = [leak.groups[0]]
    review = Review(staged, checked)
    accept(workspace, review, review.outcome({"leak": "move"}), tmp_path / "home" / "staging", silent)
    data_set = open_data_set(workspace, "mine")
    splits = splits_of_videos(data_set)
    assert splits["test/a/again.mp4"] <= {TRAIN, VALIDATION}
    assert len(splits["test/a/again.mp4"]) == 1
    assert splits["test/a/0.mp4"] == {TEST}
    assert any("moved to the training split" in note["en"] for note in data_set.notes)


def test_a_class_of_one_video_is_left_out_with_one_line(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 3, "b": 3, "c": 1})
    data_set, left_out = imported(workspace, source)
    assert data_set.classes == ["a", "b"]
    assert left_out == {"c/00.mp4": "its class has only this video, and training and testing need one each"}


def test_a_video_may_lie_about_its_ending(film: Film, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 2, "b": 2})
    (source / "a" / "00.mp4").rename(source / "a" / "00.avi")
    assert found(tmp_path, source) == {"ending": [{"a/00.avi"}]}


def test_a_csv_labels_videos(film: Film, workspace: Workspace, tmp_path: Path) -> None:
    for number in range(6):
        film(tmp_path / "set" / f"영상 {number}.mp4", number)
    lines = [f"영상 {number}.mp4,{'ab'[number % 2]}" for number in range(6)]
    (tmp_path / "set" / "labels.csv").write_text("path,label\n" + "\n".join(lines), encoding="utf-8")
    data_set, left_out = imported(workspace, tmp_path / "set", frames=Frames("video", 2))
    assert (left_out, data_set.classes, data_set.card.videos) == ({}, ["a", "b"], 6)


def test_an_export_of_videos_comes_back_with_their_groups(
    film: Film, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(film, tmp_path / "set", {"a": 4, "b": 4})
    data_set, _ = imported(workspace, source, frames=Frames("video", 3))
    export_file(data_set, tmp_path / "out.zip", silent)
    run_job(workspace, submit_import(workspace, tmp_path / "out.zip", "again", data_set.size), silent)
    again = open_data_set(workspace, "again")

    def shared(one: DataSet) -> set[frozenset[bytes]]:
        assert one.groups is not None
        found: dict[int, set[bytes]] = {}
        for group, image in zip(one.groups.tolist(), one.images, strict=True):
            found.setdefault(group, set()).add(image.tobytes())
        return set(map(frozenset, found.values()))

    assert shared(again) == shared(data_set)
    assert len(shared(again)) == 8
    assert again.card.videos == 0


def test_shortcuts_are_judged_by_videos_not_by_frames(film: Film, tmp_path: Path) -> None:
    source = folder_of(film, tmp_path / "set", {"가짜": 4, "진짜": 4})
    probes = check(stage(tmp_path / "staged", source, "mine", silent), silent).probes
    assert [(probe.images, probe.groups) for probe in probes] == [(80, 8)] * 3
    assert all("from 8 videos" in probe.said["en"] for probe in probes)
    assert all(probe.high - probe.low > 0.3 for probe in probes), "eight clips leave much open"
