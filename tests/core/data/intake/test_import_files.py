"""Which files and folders an import reads, which it leaves out with a sentence, and how pictures become square."""

import io
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image as PILImage

from core.data.imports import run_job, submit_import
from core.errors import ArchivesInside, BadLabels, NotAChoice, NoTraining, TooFewClasses, Unlabelled
from core.progress import silent
from core.store import Workspace
from tests.core.data.test_imports import folder_of, imported, notes, picture, write, zipped
from tests.core.tiffs import tiff


def encoded(kind: str, number: int) -> bytes:
    drawn = np.random.default_rng(number).integers(0, 256, (60, 50, 3)).astype(np.uint8)
    memory = io.BytesIO()
    pillow_heif.register_heif_opener()
    PILImage.fromarray(drawn).save(memory, kind)
    return memory.getvalue()


@pytest.mark.parametrize(
    ("kind", "suffix"), [("HEIF", "heic"), ("AVIF", "avif"), ("WEBP", "webp"), ("BMP", "bmp")]
)
def test_the_formats_of_phones_and_the_web_are_read(
    workspace: Workspace, tmp_path: Path, kind: str, suffix: str
) -> None:
    files = {f"{name}/{n}.{suffix}": encoded(kind, n + 5 * (name == "b")) for name in "ab" for n in range(3)}
    data_set, left_out = imported(workspace, write(tmp_path / "set", files))
    assert left_out == {}
    assert len(data_set.images) == 6


def test_odd_files_have_a_sentence_each_and_the_rest_goes_on(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"a": 4, "b": 4})
    huge, animated, pages = io.BytesIO(), io.BytesIO(), io.BytesIO()
    PILImage.new("1", (30_000, 30_000)).save(huge, "PNG")
    frames = [PILImage.fromarray(np.full((60, 60, 3), 60 * n, np.uint8)) for n in range(3)]
    frames[0].save(animated, "GIF", save_all=True, append_images=frames[1:])
    frames[1].save(pages, "TIFF", save_all=True, append_images=frames[1:])
    write(
        source,
        {
            "a/huge.png": huge.getvalue(),
            "a/page.png": b"<html><script>alert(1)</script>",
            "a/program.jpg": b"MZ" + bytes(500),
            "a/drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "a/script.jpg": b"%!PS-Adobe-3.0 EPSF-3.0",
            "a/nothing.jpg": b"",
            "b/inner.zip": b"PK",
            "b/animated.gif": animated.getvalue(),
            "b/pages.tif": pages.getvalue(),
            "b/really_a_jpeg.png": encoded("JPEG", 3),
        },
    )
    data_set, left_out = imported(workspace, source)
    assert sorted(left_out) == [
        "a/drawing.png",
        "a/huge.png",
        "a/nothing.jpg",
        "a/page.png",
        "a/program.jpg",
        "a/script.jpg",
        "b/inner.zip",
    ]
    assert "million pixels" in left_out["a/huge.png"]
    assert all(left_out.values())
    assert len(data_set.images) == 11


def test_what_a_decoder_stumbles_over_concerns_that_file_alone_and_its_kind_is_told_from_damage(
    workspace: Workspace, tmp_path: Path
) -> None:
    grey = np.arange(3600, dtype=np.uint8).reshape(60, 60)
    files = {
        "a/pages.tif": tiff(grey, second={256: 8, 257: 8, 259: 34712, 273: 8, 279: 64}),
        "a/packed.tif": tiff(grey, t259=34712),
        "b/double.tif": tiff(grey.astype(np.float64)),
        "b/cut.tif": tiff(grey)[:2000],
    }
    data_set, left_out = imported(workspace, write(folder_of(tmp_path / "set", {"a": 3, "b": 3}), files))
    assert sorted(left_out) == ["a/packed.tif", "b/cut.tif", "b/double.tif"]
    assert ["damaged. Copy" in left_out[name] for name in sorted(left_out)] == [False, True, False]
    assert "not damaged, but this kind is not read" in left_out["b/double.tif"]
    assert len(data_set.images) == 7


def test_pictures_become_square_as_asked(workspace: Workspace, tmp_path: Path) -> None:
    wide = np.zeros((40, 80, 3), np.uint8)
    wide[:, 20:60] = 255
    data = cv2.imencode(".png", wide)[1].tobytes()
    other = [picture(number) for number in range(3)]
    source = write(
        tmp_path / "set", {"a/1.png": data, "a/2.png": other[0], "b/1.png": other[1], "b/2.png": other[2]}
    )
    whites = {}
    for how in ("crop", "pad", "stretch"):
        data_set, _ = imported(workspace, source, how, how=how, size=32)
        whites[how] = float((data_set.images[0] > 200).mean())
    assert whites == {"crop": 1.0, "pad": 0.25, "stretch": 0.5}
    with pytest.raises(NotAChoice):
        submit_import(workspace, source, "mine", how="fold")  # type: ignore[arg-type]


def test_a_jpeg_that_ends_early_is_left_out_however_small_it_is_wanted(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(tmp_path / "set", {"a": 3, "b": 3})
    whole = encoded("JPEG", 1) * 1
    write(source, {"a/cut.jpg": whole[: len(whole) // 2], "a/tail.jpg": whole + b"\0" * 100})
    data_set, left_out = imported(workspace, source)
    assert list(left_out) == ["a/cut.jpg"]
    assert "a/tail.jpg" in data_set.names


def test_folders_beside_those_of_the_splits_are_left_out_and_no_classes(
    workspace: Workspace, tmp_path: Path
) -> None:
    counts = {f"{part}/{name}": 6 for part in ("train", "test", "extra") for name in "ab"}
    data_set, left_out = imported(workspace, folder_of(tmp_path / "set", counts))
    assert data_set.classes == ["a", "b"]
    assert len(left_out) == 12
    assert all(path.startswith("extra/") and "beside" in why for path, why in left_out.items())


def test_folders_of_validation_and_test_without_training_are_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(tmp_path / "set", {f"{part}/{name}": 6 for part in ("val", "test") for name in "ab"})
    with pytest.raises(NoTraining, match="Only test, val is given"):
        submit_import(workspace, source, "mine")


def test_classes_called_like_splits_are_classes(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"test": 6, "train": 6, "ship/big": 6, "train/steam": 2})
    data_set, _ = imported(workspace, source)
    assert data_set.classes == ["ship", "test", "train"]


@pytest.mark.parametrize("csv", [None, b"path,label\nnowhere.png,a\n", b"no table"])
def test_pictures_without_labels_are_told_how_to_get_them(
    workspace: Workspace, tmp_path: Path, csv: bytes | None
) -> None:
    files = {f"{n}.png": picture(n) for n in range(4)} | ({"labels.csv": csv} if csv else {})
    with pytest.raises(BadLabels if csv else Unlabelled, match="labels.csv" if csv else "path,label"):
        submit_import(workspace, write(tmp_path / "set", files), "mine")


def test_archives_inside_are_named_where_there_is_nothing_else(workspace: Workspace, tmp_path: Path) -> None:
    inner = zipped(folder_of(tmp_path / "set", {"a": 2, "b": 2}))
    source = write(tmp_path / "outer", {"set.zip": inner.read_bytes()})
    with pytest.raises(ArchivesInside, match="other archives"):
        submit_import(workspace, source, "mine")


@pytest.mark.parametrize("unlabelled", ["test/1.png", "test/unknown/1.png"])
def test_where_nothing_of_the_classes_is_given_to_test_on_test_pictures_are_cut_and_that_is_told(
    workspace: Workspace, tmp_path: Path, unlabelled: str
) -> None:
    source = folder_of(tmp_path / "set", {"train/a": 20, "train/b": 20})
    write(source, {unlabelled: picture(9_001), unlabelled.replace("1.png", "2.png"): picture(9_002)})
    data_set, left_out = imported(workspace, source)
    assert data_set.classes == ["a", "b"]
    assert len(left_out) == 2
    assert min(data_set.split_counts.values()) > 0
    assert "validation and test pictures are cut from them by the seed" in notes(data_set)
    assert ("no picture to train on" in str(left_out)) == ("unknown" in unlabelled)


def test_loose_test_pictures_beside_other_folders_do_not_make_classes_of_splits(
    workspace: Workspace, tmp_path: Path
) -> None:
    source = folder_of(tmp_path / "set", {"train/a": 9, "train/b": 9, "test": 3, "extra/a": 3, "extra/b": 3})
    data_set, left_out = imported(workspace, source)
    assert data_set.classes == ["a", "b"]
    assert len(left_out) == 9


def test_a_csv_with_nothing_to_train_on_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    source = folder_of(tmp_path / "set", {"p": 4})
    lines = "".join(f"p/{n:02}.png,{'ab'[n % 2]},test\n" for n in range(4))
    write(source, {"labels.csv": f"path,label,split\n{lines}".encode()})
    with pytest.raises(NoTraining, match="Only test is given"):
        submit_import(workspace, source, "mine")


def test_classes_of_one_picture_many_times_are_named_where_nothing_else_is_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    files = {f"{name}/{n}.png": picture(ord(name)) for name in "ab" for n in range(5)}
    job = submit_import(workspace, write(tmp_path / "set", files), "mine")
    with pytest.raises(TooFewClasses, match="found: none; too few different pictures in a, b"):
        run_job(workspace, job, silent)
