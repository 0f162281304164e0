"""Folders and ZIPs of somebody's own pictures."""

import gzip
import shutil
import tarfile
import unicodedata
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from core.data import writer
from core.data.dataset import DataSet, list_data_sets, open_data_set
from core.data.imports import run_job, submit_import
from core.data.intake.face_crop import FACE_SIDE
from core.data.intake.listing import Entry
from core.data.intake.reader import VIDEO_SIDE, fitting_size
from core.data.writer import ImageWriter
from core.errors import (
    BadName,
    Cancelled,
    ClimbingArchive,
    DiskFull,
    NameTaken,
    NoiseLensError,
    NoPictures,
    NothingInside,
    NotPictures,
    OutOfRange,
    TooFewClasses,
    Unlabelled,
)
from core.files import writing
from core.jobs.queue import list_jobs
from core.progress import silent
from core.store import Workspace
from core.words import Text


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "home")


def picture(number: int, wide: int = 60, high: int = 50) -> bytes:
    drawn = np.random.default_rng(number).integers(0, 256, (high, wide, 3)).astype(np.uint8)
    return cv2.imencode(".png", drawn)[1].tobytes()


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def folder_of(root: Path, counts: dict[str, int], **size: int) -> Path:
    numbers = iter(range(10_000))
    return write(
        root,
        {
            f"{name}/{number:02}.png": picture(next(numbers), **size)
            for name, count in counts.items()
            for number in range(count)
        },
    )


def zipped(root: Path) -> Path:
    return Path(shutil.make_archive(str(root), "zip", root))


def imported(
    workspace: Workspace, source: Path, name: str = "mine", **options: Any
) -> tuple[DataSet, dict[str, str]]:
    job = submit_import(workspace, source, name, **options)
    result = run_job(workspace, job, silent)
    data_set = open_data_set(workspace, name)
    assert data_set.id == result["data_set_id"]
    return data_set, {path: why["en"] for path, why in result["left_out"]}


def notes(data_set: DataSet) -> str:
    return " ".join(note["en"] for note in data_set.notes)


def test_a_folder_of_class_folders_becomes_a_data_set(workspace: Workspace, tmp_path: Path) -> None:
    data_set, left_out = imported(workspace, folder_of(tmp_path / "set", {"b": 20, "a": 40}))
    assert left_out == {}
    assert data_set.classes == ["a", "b"]
    assert data_set.card.counts == {
        "train": {"a": 28, "b": 14},
        "validation": {"a": 6, "b": 3},
        "test": {"a": 6, "b": 3},
    }
    assert data_set.size == 64
    assert data_set.table == "tiny_imagenet_c"
    assert isinstance(data_set.images, np.memmap)
    assert data_set.images.shape == (60, 64, 64, 3)
    assert data_set.names[0] == "a/00.png"
    assert data_set.labels.tolist() == [0] * 40 + [1] * 20


def test_pictures_keep_their_place_in_name_order(workspace: Workspace, tmp_path: Path) -> None:
    files = {}
    for name, base in (("dark", 20), ("light", 160)):
        for number in range(4):
            flat = np.full((40, 40, 3), base + 10 * number, np.uint8)
            files[f"{name}/{number}.png"] = cv2.imencode(".png", flat)[1].tobytes()
    files["dark/1b.png"] = b"no picture"
    data_set, _ = imported(workspace, write(tmp_path / "set", files), size=32)
    assert data_set.images[:, 16, 16, 0].tolist() == [20, 30, 40, 50, 160, 170, 180, 190]


def test_a_zip_gives_the_same_as_its_folder(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"a": 5, "b": 5})
    by_folder, _ = imported(workspace, source, "folder")
    by_zip, _ = imported(workspace, zipped(source), "zip")
    assert by_zip.card.fingerprint == by_folder.card.fingerprint
    other, _ = imported(workspace, source, "other", seed=1)
    assert other.card.fingerprint != by_folder.card.fingerprint, "another split"


@pytest.mark.parametrize("wrap", ["", "wrap/", "one/two/"])
@pytest.mark.parametrize("inner", ["", "deeper/"])
def test_wrapping_folders_are_seen_through(
    workspace: Workspace, tmp_path: Path, wrap: str, inner: str
) -> None:
    files = {
        f"{wrap}{name}/{inner}{n}.png": picture(n + 10 * (name == "b")) for name in "ab" for n in range(3)
    }
    files |= {f"__MACOSX/{wrap}a/._0.png": b"x", f"{wrap}.DS_Store": b"x"}
    data_set, left_out = imported(workspace, zipped(write(tmp_path / "set", files)))
    assert data_set.classes == ["a", "b"]
    assert left_out == {}


def test_given_splits_are_kept(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(
        tmp_path / "set",
        {"Train/a": 6, "Train/b": 5, "valid/a": 2, "valid/b": 3, "test/a": 4, "test/b": 1},
    )
    data_set, left_out = imported(workspace, source)
    assert left_out == {}
    assert data_set.card.counts == {
        "train": {"a": 6, "b": 5},
        "validation": {"a": 2, "b": 3},
        "test": {"a": 4, "b": 1},
    }
    assert "split" not in notes(data_set)


def test_of_training_and_validation_the_given_validation_becomes_the_test(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(
        tmp_path / "wrap" / "set", {"train/a": 20, "train/b": 20, "val/a": 5, "val/b": 4}
    ).parent
    data_set, _ = imported(workspace, source)
    assert data_set.card.counts == {
        "train": {"a": 17, "b": 17},
        "validation": {"a": 3, "b": 3},
        "test": {"a": 5, "b": 4},
    }
    assert "the given validation pictures are the test split" in notes(data_set)
    tested = [data_set.names[i] for i in data_set.indices("test")]
    assert all(name.split("/")[1] == "val" for name in tested)


def test_of_training_and_test_validation_is_cut_from_training(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"train/a": 20, "train/b": 20, "test/a": 5, "test/b": 4})
    data_set, _ = imported(workspace, source)
    assert data_set.split_counts == {"train": 34, "validation": 6, "test": 9}
    assert "cut from the training pictures" in notes(data_set)


def test_a_test_picture_that_is_also_trained_on_is_told(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"train/a": 5, "train/b": 5, "test/a": 5, "test/b": 5})
    shutil.copy(source / "train/a/00.png", source / "test/a/copy.png")
    data_set, _ = imported(workspace, source)
    assert "in two splits, so that the test has been seen: 1 (2 in all)." in notes(data_set)


def test_files_that_are_no_picture_are_left_out_and_named(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"a": 5, "b": 5})
    write(
        source,
        {
            "a/broken.jpg": b"\xff\xd8no",
            "b/cut.png": picture(1)[:200],
            "README.txt": b"x",
            "top.png": picture(2),
        },
    )
    data_set, left_out = imported(workspace, source)
    assert len(data_set.images) == 10
    assert list(left_out) == ["README.txt", "a/broken.jpg", "b/cut.png", "top.png"]
    assert left_out["top.png"] == "it lies in no class folder"
    assert "broken.jpg" in left_out["a/broken.jpg"]
    assert "Left out: 4" in notes(data_set)


def test_exact_copies_stay_in_one_split(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"a": 12, "b": 12})
    for number in range(12):
        shutil.copy(source / "a" / f"{number:02}.png", source / "a" / f"copy{number}.png")
    data_set, _ = imported(workspace, source)
    where = dict(zip(data_set.names, data_set.splits.tolist(), strict=True))
    assert all(where[f"a/{n:02}.png"] == where[f"a/copy{n}.png"] for n in range(12))
    assert "Exact copies of another picture: 12" in notes(data_set)


def test_korean_names_work_in_folders_and_zips(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "동물", {"고양이": 4, "강아지": 4})
    data_set, _ = imported(workspace, source, "동물 사진")
    assert data_set.classes == ["강아지", "고양이"]
    old = tmp_path / "old.zip"
    # Windows in Korea stores cp949 bytes without a flag; zipfile writes only ASCII so, hence stand-ins.
    stand_ins = {}
    with zipfile.ZipFile(old, "w") as made:
        for number, path in enumerate(sorted(source.rglob("*.png"))):
            raw = path.relative_to(source).as_posix().encode("cp949")
            stand_in = f"{number:02}".ljust(len(raw), "x")
            stand_ins[stand_in.encode()] = raw
            made.writestr(stand_in, path.read_bytes())
    data = old.read_bytes()
    for short, raw in stand_ins.items():
        data = data.replace(short, raw)
    old.write_bytes(data)
    again, _ = imported(workspace, old, "옛 압축")
    assert again.classes == ["강아지", "고양이"]
    assert len(again.images) == 8


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_in_letters_of_macos_and_one_in_whole_ones_are_one_class_and_that_is_told(
    workspace: Workspace, tmp_path: Path, packed: bool
) -> None:
    source = folder_of(tmp_path / "set", {"고양이": 4, unicodedata.normalize("NFD", "고양이"): 3, "개": 5})
    if len(list(source.iterdir())) < 3:
        pytest.skip("this file system takes both for one")
    data_set, left_out = imported(workspace, zipped(source) if packed else source)
    assert left_out == {}
    assert data_set.classes == ["개", "고양이"]
    assert len(data_set.images) == 12
    assert 'read as one class: "고양이"' in notes(data_set)


@pytest.mark.parametrize(
    ("side", "expected"), [(20, 32), (40, 32), (60, 64), (100, 128), (160, 128), (256, 224), (500, 224)]
)
def test_the_size_that_is_proposed_keeps_what_is_to_be_seen(side: int, expected: int) -> None:
    entries = [Entry((f"{number}.png",), lambda _: picture(0, side + 30, side)) for number in range(9)]
    assert fitting_size(entries) == expected


def test_many_pictures_are_brought_to_a_size_that_the_disk_takes() -> None:
    entries = [Entry(("0.png",), lambda _: picture(0, 300, 300))] * 60_000
    assert fitting_size(entries) == 128


def test_faces_that_are_cut_out_and_frames_of_videos_get_a_size_of_their_own() -> None:
    assert fitting_size([Entry(("0.mp4",), lambda _: b"")] * 3) == VIDEO_SIDE
    assert fitting_size([Entry(("0.png",), lambda _: picture(0, 900, 900))], face=True) == FACE_SIDE


def test_a_class_with_one_picture_is_left_out(workspace: Workspace, tmp_path: Path) -> None:
    data_set, left_out = imported(workspace, folder_of(tmp_path / "set", {"a": 4, "b": 4, "c": 1}))
    assert data_set.classes == ["a", "b"]
    assert list(left_out) == ["c/00.png"]


def test_two_pictures_a_class_are_enough(workspace: Workspace, tmp_path: Path) -> None:
    data_set, _ = imported(workspace, folder_of(tmp_path / "set", {"a": 2, "b": 2}))
    assert data_set.split_counts == {"train": 2, "validation": 0, "test": 2}


BAD: dict[str, tuple[dict[str, bytes], type[NoiseLensError], str]] = {
    "nothing at all": ({"readme.txt": b"x"}, NoPictures, "holds no picture"),
    "no readable picture": ({"a/1.png": b"x", "b/1.png": b"y"}, NoPictures, "holds no picture"),
    "one class": ({"a/1.png": picture(1), "a/2.png": picture(2)}, TooFewClasses, "found: a"),
    "one class, wrapped": (
        {"w/a/1.png": picture(1), "w/a/2.png": picture(2)},
        TooFewClasses,
        "fewer than two",
    ),
    "pictures without folders": (
        {"1.png": picture(1), "2.png": picture(2)},
        Unlabelled,
        "columns path,label",
    ),
    "a lone file that is no picture": (
        {"text.jpg": b"x"},
        NotPictures,
        '"text.jpg" cannot be read as a picture',
    ),
    "one picture without a folder among files that are none": (
        {"1.jpg": b"x", "2.png": picture(2)},
        Unlabelled,
        "columns path,label",
    ),
    "the other class is broken": (
        {"a/1.png": picture(1), "a/2.png": picture(2), "b/1.png": b"x", "b/2.png": b"y"},
        TooFewClasses,
        "found: a",
    ),
    "each class is one picture": (
        {"a/1.png": picture(1), "a/2.png": picture(1), "b/1.png": picture(2)},
        TooFewClasses,
        "two different pictures",
    ),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("packed", [False, True])
def test_a_source_that_gives_no_data_set_has_one_sentence_and_changes_nothing(
    workspace: Workspace, tmp_path: Path, case: str, packed: bool
) -> None:
    files, error, sentence = BAD[case]
    imported(workspace, folder_of(tmp_path / "good", {"a": 3, "b": 3}), "there before")
    before = sorted(workspace.data.rglob("*"))
    source = write(tmp_path / "set", files)
    with pytest.raises(error, match=sentence):
        imported(workspace, zipped(source) if packed else source)
    assert sorted(workspace.data.rglob("*")) == before
    assert [data_set.name for data_set in list_data_sets(workspace)] == ["there before"]


def test_mistakes_are_told_before_a_job_is_queued(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"a": 3, "b": 3})
    with pytest.raises(BadName):
        submit_import(workspace, source, "a/b")
    with pytest.raises(OutOfRange):
        submit_import(workspace, source, "mine", size=8)
    climbing = tmp_path / "climbing.zip"
    with zipfile.ZipFile(climbing, "w") as made:
        made.writestr("a/1.png", picture(1))
        made.writestr("../b/1.png", picture(2))
    with pytest.raises(ClimbingArchive):
        submit_import(workspace, climbing, "mine")
    assert list_jobs(workspace) == []
    imported(workspace, source)
    with pytest.raises(NameTaken):
        submit_import(workspace, source, "mine")


@pytest.mark.parametrize("when", [0.0, 0.4, 0.92, 0.99])
def test_a_cancelled_import_leaves_nothing(workspace: Workspace, tmp_path: Path, when: float) -> None:
    def stop(share: float, step: Text | None = None) -> None:
        if share >= when:
            raise Cancelled

    source = folder_of(tmp_path / "set", {"a": 20, "b": 20})
    write(source, {"a/broken.png": b"x"})
    job = submit_import(workspace, source, "mine")
    with pytest.raises(Cancelled):
        run_job(workspace, job, stop)
    assert list(workspace.data.iterdir()) == []
    assert list_data_sets(workspace) == []


def test_progress_never_goes_back_and_counts_pictures(workspace: Workspace, tmp_path: Path) -> None:
    said: list[tuple[float, str]] = []

    def hear(share: float, step: Text | None = None) -> None:
        said.append((share, step["en"] if step else ""))

    job = submit_import(workspace, folder_of(tmp_path / "set", {"a": 8, "b": 8}), "mine")
    run_job(workspace, job, hear)
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert "Reading picture 16 of 16" in [step for _, step in said]


@pytest.mark.parametrize("ending", ["tar", "gztar"])
def test_a_tar_gives_the_same_as_its_folder(workspace: Workspace, tmp_path: Path, ending: str) -> None:
    source = folder_of(tmp_path / "세트", {"고양이": 5, "강아지": 5})
    by_folder, _ = imported(workspace, source, "folder")
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), ending, source.parent, source.name))
    by_tar, left_out = imported(workspace, packed, "tar")
    assert left_out == {}
    assert by_tar.classes == ["강아지", "고양이"]
    assert by_tar.card.fingerprint == by_folder.card.fingerprint


def test_a_flat_folder_with_a_csv_becomes_a_data_set(workspace: Workspace, tmp_path: Path) -> None:
    names = [f"사진 {number}.png" for number in range(12)]
    source = write(tmp_path / "flat", {name: picture(number) for number, name in enumerate(names)})
    lines = [
        f"{name},{'고양이' if n % 2 else '강아지'},{('train', 'val', 'test')[n // 2 % 3]}"
        for n, name in enumerate(names)
    ]
    csv = tmp_path / "labels.csv"
    csv.write_text("path,label,split\n" + "\n".join(lines), encoding="utf-8")
    data_set, left_out = imported(workspace, source, csv=csv)
    assert left_out == {}
    assert data_set.card.counts == {
        split: {"강아지": 2, "고양이": 2} for split in ("train", "validation", "test")
    }
    assert "labels.csv" in notes(data_set)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = folder_of(tmp_path / "set", {"a": 20, "b": 20})
    job = submit_import(workspace, source, "mine")
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(DiskFull):
        run_job(workspace, job, silent)
    monkeypatch.undo()

    def full(self: ImageWriter, pictures: Any) -> None:
        with writing(self._path):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(ImageWriter, "add", full)
    with pytest.raises(DiskFull, match="No space is left"):
        run_job(workspace, job, silent)
    monkeypatch.undo()

    def register(*_given: Any) -> DataSet:
        raise DiskFull(name="home")

    monkeypatch.setattr(writer, "register", register)
    with pytest.raises(DiskFull):
        run_job(workspace, submit_import(workspace, source, "mine"), silent)
    assert list(workspace.data.iterdir()) == []


def test_a_packed_tar_in_any_order_is_read_from_front_to_back(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = folder_of(tmp_path / "set", {"a": 30, "b": 30})
    packed = tmp_path / "set.tgz"
    files = sorted(source.rglob("*.png"), key=lambda path: path.read_bytes())
    with tarfile.open(packed, "w:gz") as made:
        for path in files:
            made.add(path, path.relative_to(source).as_posix())
    places: list[int] = []
    seek = gzip.GzipFile.seek
    # tarfile's own listing never seeks; every seek is the reading of a picture.
    monkeypatch.setattr(
        gzip.GzipFile, "seek", lambda self, to, whence=0: places.append(to) or seek(self, to, whence)
    )
    by_tar, _ = imported(workspace, packed, "tar", size=64)
    by_folder, _ = imported(workspace, source, "folder", size=64)
    assert places == sorted(places)
    assert by_tar.card.fingerprint == by_folder.card.fingerprint


def test_a_job_queued_before_videos_were_read_still_runs(workspace: Workspace, tmp_path: Path) -> None:
    job = submit_import(workspace, folder_of(tmp_path / "old", {"a": 4, "b": 4}), "old", 32)
    del job.payload["frames"]
    run_job(workspace, job, silent)
    assert len(open_data_set(workspace, "old").images) == 8


@pytest.mark.parametrize("made", ["zip", "folder"])
def test_what_is_empty_is_called_empty(workspace: Workspace, tmp_path: Path, made: str) -> None:
    source = tmp_path / "empty"
    source.mkdir()
    source = zipped(source) if made == "zip" else source
    with pytest.raises(NothingInside, match="is empty"):
        submit_import(workspace, source, "mine")
