"""Ten results of cutting out faces, before an import runs."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from skimage import data as photos

from core.data.intake.face_crop import FaceCrop
from core.data.intake.face_preview import outcome, preview
from core.data.intake.videos import DEFAULT_FRAMES
from core.errors import NoPictures, NotFound
from core.images import encode_png
from core.pixels import Image
from core.progress import silent
from tests.core.data.intake.test_face_crop import film_of


@pytest.fixture(scope="module")
def astronaut() -> Image:
    return np.asarray(photos.astronaut())[:300, 60:360]


def folder(root: Path, counts: dict[str, int], image: Image) -> Path:
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            (root / name / f"{number:02}.png").write_bytes(encode_png(image))
    return root


def test_the_ten_are_spread_over_the_classes_and_within_them(tmp_path: Path) -> None:
    plain = np.full((8, 8, 3), 90, np.uint8)
    source = folder(tmp_path / "set", {"a": 40, "b": 2, "c": 40}, plain)
    paths = [sample.path for sample in preview(source, None, DEFAULT_FRAMES, silent)]
    assert paths == [
        *("a/00.png", "a/10.png", "a/20.png", "a/30.png"),
        *("b/00.png", "b/01.png"),
        *("c/00.png", "c/10.png", "c/20.png", "c/30.png"),
    ]


def test_more_classes_than_ten_give_one_each_from_first_to_last(tmp_path: Path) -> None:
    plain = np.full((8, 8, 3), 90, np.uint8)
    source = folder(tmp_path / "set", {f"{n:02}": 2 for n in range(25)}, plain)
    labels = [sample.label for sample in preview(source, None, DEFAULT_FRAMES, silent)]
    assert labels == ["00", "02", "05", "07", "10", "12", "15", "17", "20", "22"]


def test_a_preview_shows_what_the_import_would_store(tmp_path: Path, astronaut: Image) -> None:
    source = folder(tmp_path / "set", {"a": 1, "b": 1}, astronaut)
    (source / "b" / "none.png").write_bytes(encode_png(np.asarray(photos.coffee())))
    (source / "b" / "broken.png").write_bytes(b"\x89PNG\r\n")
    samples = {sample.path: sample for sample in preview(source, None, DEFAULT_FRAMES, silent)}
    choice = FaceCrop(0.4)
    crop, why = samples["a/00.png"].crop(choice)
    assert why is None
    assert crop is not None
    stored = choice.cut(astronaut, "a").image
    assert crop.shape == stored.shape
    assert np.abs(crop.astype(int) - stored).mean() < 3
    assert samples["b/none.png"].crop(choice)[0] is None
    whole, _ = samples["b/none.png"].crop(FaceCrop(missing="whole"))
    assert whole is not None
    assert whole.shape == (400, 600, 3)
    _, why = samples["b/broken.png"].crop(FaceCrop(missing="whole"))
    assert why is not None
    assert "broken.png" in why["en"]
    assert (
        outcome(list(samples.values()), choice)["en"]
        == "A face was found in 2 of these 4 pictures; 2 of them would be kept."
    )


def test_the_box_is_drawn_and_the_picture_left_alone(tmp_path: Path, astronaut: Image) -> None:
    source = folder(tmp_path / "set", {"a": 1}, astronaut)
    (sample,) = preview(source, None, DEFAULT_FRAMES, silent)
    before = sample.small.copy()
    framed = sample.framed(160, (0, 0, 0))
    assert framed.shape == (160, 160, 3)
    assert (framed == (213, 94, 0)).all(axis=2).sum() > 100
    np.testing.assert_array_equal(sample.small, before)


def test_of_a_video_the_first_frame_that_would_be_taken_is_shown_also_out_of_a_zip(tmp_path: Path) -> None:
    face = np.asarray(photos.astronaut())
    film_of(tmp_path / "films" / "a" / "1.mp4", [face] * 10)
    film_of(tmp_path / "films" / "b" / "1.mp4", [np.full_like(face, 120)] * 10)
    with zipfile.ZipFile(tmp_path / "films.zip", "w") as packed:
        for name in ("a/1.mp4", "b/1.mp4"):
            packed.write(tmp_path / "films" / name, name)
    for source in ("films", "films.zip"):
        samples = preview(tmp_path / source, None, DEFAULT_FRAMES, silent)
        assert [(sample.path, len(sample.boxes)) for sample in samples] == [("a/1.mp4", 1), ("b/1.mp4", 0)]


def test_what_holds_no_pictures_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NoPictures):
        preview(tmp_path / "empty", None, DEFAULT_FRAMES, silent)
    with pytest.raises(NotFound):
        preview(tmp_path / "missing", None, DEFAULT_FRAMES, silent)
