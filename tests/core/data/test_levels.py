"""Files in 16 bits that use few of their levels, as X-rays of 12 bits do: told, and stretched by one click."""

import tarfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.data.dataset import DataSet, open_data_set
from core.data.exports import export_file
from core.data.imports import stage
from core.data.intake.staging import Staged
from core.data.review.acceptance import accept, list_waiting, open_waiting
from core.data.review.check import check
from core.data.review.resplit import run_job, submit_resplit
from core.images import read_picture
from core.progress import silent
from core.store import Workspace
from tests.core.data.doubtful import reviewed, scene
from tests.core.data.test_imports import imported
from tests.core.tiffs import tiff

SIDE = 64


def xray(number: int, most: int = 4095) -> NDArray[np.uint16]:
    """Grey levels H,W up to `most`, every number another picture."""
    grey = cv2.cvtColor(scene(number, SIDE), cv2.COLOR_BGR2GRAY).astype(np.float64)
    grey[0, 0], grey[-1, -1] = 0, 255
    return np.rint(grey / 255 * most).astype(np.uint16)


def png(levels: NDArray[Any]) -> bytes:
    return cv2.imencode(".png", levels)[1].tobytes()


def source_of(root: Path, files: dict[str, bytes] | None = None, most: int = 4095) -> Path:
    made = {
        f"{label}/{n}.png": png(xray(n + first, most))
        for label, first in (("a", 0), ("b", 100))
        for n in range(8)
    }
    for name, data in (made | (files or {})).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def read(tmp_path: Path, source: Path, **options: Any) -> tuple[Staged, list[str]]:
    """What was staged, and of which kinds the findings are."""
    staged = stage(tmp_path / "staged", source, "mine", silent, size=SIDE, **options)
    return staged, [finding.kind for finding in check(staged, silent).findings]


def picture_of(data_set: DataSet, name: str) -> NDArray[np.int64]:
    return np.asarray(data_set.images[data_set.names.index(name)]).astype(np.int64)


def test_twelve_bits_in_sixteen_are_told_and_stretched_as_proposed_all_by_one_window_that_the_data_set_keeps(
    workspace: Workspace, tmp_path: Path
) -> None:
    # Of one picture the brightest level is half of the others': by a window of its own it would be as bright.
    source = source_of(tmp_path / "set", {"a/dim.png": png(xray(50, 2047))})
    data_set, _ = imported(workspace, source, size=SIDE, as_proposed=True)
    assert data_set.window == (0, 4095)
    for name, number, most in (("a/0.png", 0, 4095), ("a/dim.png", 50, 2047)):
        expected = xray(number, most)[..., None] / 4095 * 255
        assert np.abs(picture_of(data_set, name) - expected).max() <= 0.51
    said = next(note for note in data_set.notes if "stretched" in note["en"])
    assert "17 stretched" in said["en"]
    assert "levels 0 to 4,095 and so would come out nearly black" in said["en"]
    assert "사진: 17장" in said["ko"]


def test_unasked_they_are_kept_as_they_are_and_told(workspace: Workspace, tmp_path: Path) -> None:
    data_set, _ = imported(workspace, source_of(tmp_path / "set"), size=SIDE)
    assert data_set.window is None
    assert picture_of(data_set, "a/0.png").max() == 16
    assert any("nearly black: 16." in note["en"] for note in data_set.notes)
    again, _ = imported(workspace, tmp_path / "set", "again", size=SIDE, decisions={"levels": "keep"})
    assert again.card.fingerprint == data_set.card.fingerprint


def test_the_window_outlives_another_split_and_what_is_exported_is_stretched_already(
    workspace: Workspace, tmp_path: Path
) -> None:
    data_set, _ = imported(workspace, source_of(tmp_path / "set"), size=SIDE, decisions={"levels": "stretch"})
    run_job(workspace, submit_resplit(workspace, data_set, "split anew", 5), silent)
    assert open_data_set(workspace, "split anew").window == (0, 4095)
    export_file(data_set, tmp_path / "set.zip", silent)
    again, _ = imported(workspace, tmp_path / "set.zip", "again", size=SIDE, as_proposed=True)
    assert again.window is None
    first, second = (sorted(np.asarray(image).tobytes() for image in one.images) for one in (data_set, again))
    assert first == second


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        (lambda n: xray(n, 1023), True),
        (lambda n: xray(n, 255), True),
        (lambda n: xray(n, 16383), True),
        (lambda n: xray(n, 60000), False),
        (lambda n: xray(n, 4095) + np.uint16(32768), True),
        (lambda n: np.repeat(xray(n, 4095)[..., None], 3, axis=2), True),
        (lambda n: np.dstack([xray(n, 4095)] * 3 + [np.full((SIDE, SIDE), 65535, np.uint16)]), True),
        (lambda n: np.repeat(xray(n, 60000)[..., None], 3, axis=2), False),
        (lambda n: xray(n, 255).astype(np.uint8), False),
        (lambda n: xray(n, 4095).astype(np.float32), True),
        (lambda n: (xray(n, 4095) / 65535).astype(np.float32), True),
        (lambda n: (xray(n, 60000) / 65535).astype(np.float32), False),
    ],
)
def test_few_levels_are_found_in_every_depth_and_many_are_not(
    tmp_path: Path, levels: Any, told: bool
) -> None:
    files = {}
    for number in range(16):
        values = levels(number)
        data = tiff(values) if values.dtype == np.float32 else png(values)
        files[f"{'ab'[number % 2]}/{number}.png"] = data
    for name, data in files.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    staged, kinds = read(tmp_path, tmp_path / "set")
    assert ("levels" in kinds) is told
    if told:
        assert staged.images[0].min() == 0
        assert staged.images[0].max() == 255


def test_a_negative_of_twelve_bits_is_the_right_way_round_once_it_is_stretched(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for number in range(12):
        path = source / "ab"[number % 2] / f"{number}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiff(4095 - xray(number), ">", photometric=0))
    staged, _ = read(tmp_path, source)
    assert staged.window == (65535 - 4095, 65535)
    assert np.abs(staged.images[0].astype(int) - xray(0)[..., None] / 4095 * 255).max() <= 0.51


def test_a_dead_pixel_or_a_white_picture_does_not_spoil_the_window_of_the_others(tmp_path: Path) -> None:
    dead = xray(60)
    dead[3, 3] = 65535
    extra = {"a/dead.png": png(dead), "a/white.png": png(np.full((SIDE, SIDE), 65535, np.uint16))}
    staged, _ = read(tmp_path, source_of(tmp_path / "set", extra))
    assert staged.window == (0, 4095)
    rows = {name: staged.images[row].astype(int) for row, name in enumerate(staged.names)}
    assert np.median(rows["a/dead.png"]) > 20
    assert rows["a/white.png"].min() == 255
    assert np.flatnonzero(~staged.stretched).tolist() == [staged.names.index("a/white.png")]


def test_a_few_dark_pictures_among_bright_ones_stay_dark(tmp_path: Path) -> None:
    dark = {"a/night.png": png(xray(60)), "b/night.png": png(xray(61))}
    staged, kinds = read(tmp_path, source_of(tmp_path / "set", dark, most=60000))
    assert "levels" not in kinds
    assert staged.images[staged.names.index("a/night.png")].max() == 16


def test_pictures_out_of_a_packed_tar_are_stretched_each_in_its_own_place(tmp_path: Path) -> None:
    source = source_of(tmp_path / "set")
    with tarfile.open(tmp_path / "set.tar.gz", "w:gz") as made:
        for path in sorted(source.rglob("*.png"), reverse=True):
            made.add(path, path.relative_to(source))
    plain, _ = read(tmp_path / "plain", source)
    packed, _ = read(tmp_path / "packed", tmp_path / "set.tar.gz")
    assert packed.names == plain.names
    assert np.array_equal(packed.images, plain.images)
    assert np.array_equal(packed.images_as_is, plain.images_as_is)
    assert np.array_equal(packed.keys, plain.keys)


def test_what_waits_keeps_both_forms_until_it_is_decided(workspace: Workspace, tmp_path: Path) -> None:
    reviewed(workspace, source_of(tmp_path / "set"))
    review = open_waiting(workspace, list_waiting(workspace)[0])
    staged = review.staged
    assert staged.images_as_is.max() == 16
    assert staged.images.max() == 255
    assert review.proposed()["levels"] == "stretch"
    outcome = review.outcome({"levels": "stretch"})
    result = accept(workspace, review, outcome, tmp_path / "home" / "building", silent)
    assert result["report"][0]["chosen"] == "stretch"
    assert result["report"][0]["would"] == {"stretch": 16}


def test_of_a_single_picture_it_is_said(tmp_path: Path) -> None:
    picture = read_picture(png(xray(1)), "x.png")
    said = " ".join(note["en"] for note in picture.notes)
    assert (
        "only the levels 0 to 4,095, where 0 is black and 65,535 white, and so comes out nearly black" in said
    )
    assert read_picture(png(xray(1, 65535)), "x.png").levels is None


def tiffs(root: Path, levels: Any) -> Path:
    """Sixteen files of two classes; `levels` gives those of each number."""
    for number in range(16):
        path = root / "ab"[number % 2] / f"{number:02}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiff(levels(number)))
    return root


def hounsfield(number: int) -> NDArray[np.float64]:
    """From air to bone; every fourth picture without anything below water."""
    shares = xray(number, 2040) / 2040
    return np.rint(shares * 200) if number % 4 == 3 else np.rint(shares * 2040 - 1024)


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.float32])
def test_levels_below_nought_keep_their_order_and_are_stretched_alike(tmp_path: Path, kind: Any) -> None:
    staged, _ = read(tmp_path, tiffs(tmp_path / "set", lambda n: hounsfield(n).astype(kind)))
    assert staged.window == (-1024, 1016)
    assert staged.stretched.all()
    for row, name in enumerate(staged.names):
        values = hounsfield(int(Path(name).stem))
        order = np.argsort(values, axis=None)
        assert (np.diff(staged.images_as_is[row, ..., 0].ravel()[order].astype(int)) >= 0).all()
        assert np.abs(staged.images[row, ..., 0] - (values + 1024) / 2040 * 255).max() <= 0.51
    said = next(one.said for one in check(staged, silent).findings if one.kind == "levels")
    assert "use only the levels -1,024 to 1,016 and so would come out in nearly one grey: 16" in said["en"]
    assert "-1,024~1,016" in said["ko"]


def test_a_tiny_part_of_nought_to_one_is_told_and_stretched(tmp_path: Path) -> None:
    staged, _ = read(tmp_path, tiffs(tmp_path / "set", lambda n: (xray(n) / 409500).astype(np.float32)))
    said = next(one.said for one in check(staged, silent).findings if one.kind == "levels")
    assert "levels 0 to 0.01 and so would come out nearly black: 16" in said["en"]
    assert (staged.images.min(), staged.images.max()) == (0, 255)


def test_fractions_about_nought_are_comparable_with_those_that_stay_above_it(tmp_path: Path) -> None:
    def levels(number: int) -> NDArray[np.float32]:
        shares = xray(number) / 4095
        return (shares if number % 2 else shares * 2 - 1).astype(np.float32)

    staged, _ = read(tmp_path, tiffs(tmp_path / "set", levels))
    for row, name in enumerate(staged.names):
        expected = (levels(int(Path(name).stem)) + 1) / 2 * 255
        assert np.abs(staged.images[row, ..., 0] - expected).max() <= 0.51
    said = next(one.said for one in check(staged, silent).findings if one.kind == "levels")
    assert "each in a brightness of its own: 16" in said["en"]


def test_one_file_far_beyond_all_others_does_not_turn_them_black(tmp_path: Path) -> None:
    def levels(number: int) -> NDArray[np.float32]:
        return (xray(number) / 4095 * (1e9 if number == 5 else 1)).astype(np.float32)

    staged, kinds = read(tmp_path, tiffs(tmp_path / "set", levels))
    assert "levels" not in kinds
    assert np.median(staged.images.max(axis=(1, 2, 3))) == 255


def test_bars_beside_a_picture_with_levels_below_nought_are_black(tmp_path: Path) -> None:
    source = tiffs(tmp_path / "set", lambda n: hounsfield(n).astype(np.int16)[:32])
    staged, _ = read(tmp_path, source, how="pad")
    assert staged.window is not None
    assert (staged.images[:, :16] == 0).all()
