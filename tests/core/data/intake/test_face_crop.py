"""Faces cut out of pictures and videos before these become small."""

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import Any

import av
import cv2
import numpy as np
import pytest
from skimage import data as photos

from core.data.dataset import open_data_set
from core.data.imports import run_job, stage, submit_import
from core.data.intake.decoder import decode
from core.data.intake.face_crop import LARGEST_MARGIN, FaceCrop, around, find_faces
from core.data.intake.reader import WORKERS
from core.data.intake.videos import Frames
from core.data.review.check import check
from core.errors import Cancelled, NoFace, NotAChoice, OutOfRange, SeveralFaces
from core.images import encode_jpeg, encode_png
from core.noise.shared.face import Box, face_box
from core.pixels import Image
from core.progress import silent
from core.store import Workspace

FACE = (60, 165, 120)
"""Top, left and side, px, of the astronaut's face, by eye."""


@pytest.fixture(scope="module")
def astronaut() -> Image:
    return np.asarray(photos.astronaut())


@pytest.fixture(scope="module")
def two(astronaut: Image) -> Image:
    """A smaller face on the left, the larger on the right; the smaller one is nearer to the middle."""
    small = cv2.resize(astronaut[:384, :384], (288, 288), interpolation=cv2.INTER_AREA)
    left = np.full((512, 420, 3), 128, np.uint8)
    left[60:348, 132:] = small
    return np.hstack([left, astronaut[:, 100:]])


def without_face() -> Image:
    return np.asarray(photos.coffee())


def overlap(box: Box, top: float, left: float, side: float) -> float:
    """Shared area over joint area."""
    high = min(box.y + box.side, top + side) - max(box.y, top)
    wide = min(box.x + box.side, left + side) - max(box.x, left)
    shared = max(high, 0) * max(wide, 0)
    return shared / (box.side**2 + side**2 - shared)


def colours(image: Image) -> Any:
    return image.reshape(-1, 3).astype(float).mean(axis=0)


def test_the_face_of_a_photo_is_found_where_it_is(astronaut: Image) -> None:
    (box,) = find_faces(astronaut)
    assert overlap(box, *FACE) > 0.5


def test_a_noise_sits_on_the_face_that_an_import_cuts_out(astronaut: Image) -> None:
    for image in (astronaut, astronaut[:, ::-1], astronaut[:300, 74:374]):
        (meant,) = find_faces(np.ascontiguousarray(image))
        assert overlap(face_box(image), *meant) > 0.7


@pytest.mark.parametrize(
    "photo", [photos.coffee, photos.chelsea, photos.rocket], ids=lambda one: one.__name__
)
def test_photos_without_a_face_have_none(photo: Callable[[], Image]) -> None:
    image = np.asarray(photo())
    assert find_faces(image) == []
    box = face_box(image)
    assert (box.y + box.side / 2, box.x + box.side / 2) == (image.shape[0] / 2, image.shape[1] / 2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (300, 2), (20, 20), (64, 64)])
def test_any_size_of_picture_can_be_looked_at(shape: tuple[int, int]) -> None:
    assert find_faces(np.full((*shape, 3), 90, np.uint8)) == []


@pytest.mark.parametrize(("width", "height"), [(400, 300), (90, 900), (120, 100)])
def test_a_crop_is_a_square_inside_the_picture_around_the_whole_box(width: int, height: int) -> None:
    generator = np.random.default_rng(0)
    for _ in range(200):
        side = generator.uniform(5, min(width, height))
        box = Box(generator.uniform(0, height - side), generator.uniform(0, width - side), side)
        left, top, cut = around(box, generator.uniform(0, LARGEST_MARGIN), width, height)
        assert 0 <= left <= left + cut <= width
        assert 0 <= top <= top + cut <= height
        # Half a pixel is lost to rounding.
        assert left <= box.x + 1
        assert top <= box.y + 1
        assert left + cut >= box.x + box.side - 1
        assert top + cut >= box.y + box.side - 1


def test_the_margin_is_a_share_of_the_faces_side_on_each_side() -> None:
    box = Box(400, 400, 100)
    for margin, side in ((0.0, 100), (0.3, 160), (1.0, 300)):
        left, top, cut = around(box, margin, 1000, 1000)
        assert (left, top, cut) == (450 - side // 2, 450 - side // 2, side)


def test_a_crop_is_cut_out_of_the_full_picture_not_of_the_reduced_one(astronaut: Image) -> None:
    """A small face in a large JPEG keeps its own pixels: a reduced decode would have blurred them away."""
    small = astronaut[:256, 96:352]
    large = np.full((1620, 2880, 3), 128, np.uint8)
    large[1100:1356, 2200:2456] = small
    image, facts, _ = decode(encode_jpeg(large, 95), "large.jpg", 64, "crop", FaceCrop(0.0))
    assert facts.faces == 1
    (box,) = find_faces(large)
    left, top, side = around(box, 0.0, 2880, 1620)
    assert side > 64
    own = cv2.resize(large[top : top + side, left : left + side], (64, 64), interpolation=cv2.INTER_AREA)
    # JPEG moves the box by a pixel of the set at most.
    apart = [
        np.abs(np.roll(own, (y, x), (0, 1)).astype(int) - image).mean()
        for y in range(-1, 2)
        for x in range(-1, 2)
    ]
    blurred = cv2.resize(cv2.resize(own, (16, 16), interpolation=cv2.INTER_AREA), (64, 64))
    assert min(apart) < 0.5 * np.abs(blurred.astype(int) - own).mean()


def test_a_jpeg_and_a_png_of_one_picture_give_the_same_crop(astronaut: Image) -> None:
    crops = [
        decode(data, name, 64, "crop", FaceCrop())[0].astype(int)
        for data, name in ((encode_jpeg(astronaut, 98), "a.jpg"), (encode_png(astronaut), "a.png"))
    ]
    assert np.abs(crops[0] - crops[1]).mean() < 2


def test_a_jpeg_that_lies_on_its_side_is_looked_at_upright(astronaut: Image) -> None:
    from PIL import Image as Pillow

    memory = io.BytesIO()
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.fromarray(np.rot90(astronaut)).save(memory, "JPEG", quality=95, exif=exif)
    image, facts, _ = decode(memory.getvalue(), "turned.jpg", 64, "crop", FaceCrop())
    upright, _, _ = decode(encode_jpeg(astronaut, 95), "a.jpg", 64, "crop", FaceCrop())
    assert facts.faces == 1
    assert np.abs(image.astype(int) - upright).mean() < 4


def test_a_picture_without_a_face_is_left_out_or_kept_whole_as_chosen() -> None:
    image = without_face()
    with pytest.raises(NoFace):
        FaceCrop(missing="skip").cut(image, "coffee.png")
    cut = FaceCrop(missing="whole").cut(image, "coffee.png")
    assert cut.faces == 0
    assert cut.image.shape == image.shape


def test_of_several_faces_the_chosen_one_is_cut_out_or_none(two: Image) -> None:
    large, small = find_faces(two)
    assert large.side > small.side
    shape = (two.shape[1], two.shape[0])
    for choice, box in (("largest", large), ("central", small)):
        left, top, side = around(box, 0.0, *shape)
        cut = FaceCrop(0.0, several=choice).cut(two, "two.png")  # type: ignore[arg-type]
        assert cut.faces == 2
        np.testing.assert_array_equal(cut.image, two[top : top + side, left : left + side])
    with pytest.raises(SeveralFaces, match="2 faces"):
        FaceCrop(several="skip").cut(two, "two.png")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"margin": -0.1}, OutOfRange),
        ({"margin": LARGEST_MARGIN + 0.1}, OutOfRange),
        ({"margin": float("nan")}, OutOfRange),
        ({"missing": "no"}, NotAChoice),
        ({"several": "all"}, NotAChoice),
    ],
)
def test_a_choice_that_cannot_be_is_refused(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        FaceCrop(**options).checked()


def boxes_of(image: Image) -> list[Box]:
    return find_faces(image)


def test_every_thread_and_process_cuts_out_the_same(astronaut: Image, two: Image) -> None:
    images = [astronaut, two, np.ascontiguousarray(astronaut[:, ::-1])]
    alone = [find_faces(image) for image in images]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(find_faces, images * 3)) == alone * 3
    with get_context("spawn").Pool(1) as processes:
        assert processes.map(boxes_of, images) == alone


def faces_folder(root: Path, astronaut: Image, two: Image) -> Path:
    """Two classes of five photos with a face each, of slightly other cuts; one of no face, one of two."""
    for number in range(10):
        path = root / ("b" if number % 2 else "a") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(astronaut[number : 400 + number, 2 * number : 400 + 3 * number]))
    (root / "a" / "none.png").write_bytes(encode_png(without_face()))
    (root / "b" / "two.png").write_bytes(encode_png(two))
    return root


def notes_of(workspace: Workspace, source: Path, name: str, face: FaceCrop) -> tuple[list[str], Any, Any]:
    result = run_job(workspace, submit_import(workspace, source, name, 64, face=face), silent)
    data_set = open_data_set(workspace, name)
    return [note["en"] for note in data_set.card.notes], data_set, result


def test_an_import_cuts_out_faces_and_says_what_it_left_out(
    workspace: Workspace, tmp_path: Path, astronaut: Image, two: Image
) -> None:
    source = faces_folder(tmp_path / "set", astronaut, two)
    notes, data_set, result = notes_of(workspace, source, "cut", FaceCrop(0.2, several="skip"))
    assert len(data_set.images) == 10
    assert notes[0] == "Faces cut out of 10 pictures, with a margin of 20 % of the face on each side."
    assert "Left out, for no face was found: 1 (a/none.png)." in notes
    assert "Left out, for they show several faces: 1 (b/two.png)." in notes
    assert {path: why["en"].split(".")[0] for path, why in result["left_out"]} == {
        "a/none.png": 'No face was found in "none',
        "b/two.png": '"two',
    }
    # All are the same face, so all look alike: whole, they would not.
    spread = np.std([colours(image) for image in data_set.images], axis=0).max()
    assert spread < 8


def test_an_import_can_keep_pictures_without_a_face_whole(
    workspace: Workspace, tmp_path: Path, astronaut: Image, two: Image
) -> None:
    source = faces_folder(tmp_path / "set", astronaut, two)
    notes, data_set, result = notes_of(workspace, source, "kept", FaceCrop(missing="whole"))
    assert len(data_set.images) == 12
    assert result["left_out"] == []
    assert "Pictures in which no face was found, kept whole: 1." in notes
    assert "Pictures with several faces, of which one was cut out: 1." in notes


def test_pictures_in_doubt_are_findings_that_can_be_dropped(
    tmp_path: Path, astronaut: Image, two: Image
) -> None:
    source = faces_folder(tmp_path / "set", astronaut, two)
    staged = stage(tmp_path / "staged", source, "set", silent, size=64, face=FaceCrop(missing="whole"))
    found = {finding.kind: finding for finding in check(staged, silent).findings}
    for kind, path in (("faceless", "a/none.png"), ("crowd", "b/two.png")):
        assert [staged.names[row] for group in found[kind].groups for row in group] == [path]
        assert found[kind].choices == ("keep", "drop")


def test_a_zip_gives_the_same_faces_as_its_folder(
    workspace: Workspace, tmp_path: Path, astronaut: Image, two: Image
) -> None:
    source = faces_folder(tmp_path / "set", astronaut, two)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as packed:
        for path in sorted(source.rglob("*.png")):
            packed.write(path, path.relative_to(source))
    _, one, _ = notes_of(workspace, source, "folder", FaceCrop())
    _, other, _ = notes_of(workspace, tmp_path / "set.zip", "zip", FaceCrop())
    np.testing.assert_array_equal(one.images, other.images)


def test_without_a_single_face_an_import_says_so(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "set" / name).mkdir(parents=True)
        (tmp_path / "set" / name / "1.png").write_bytes(encode_png(without_face()))
    with pytest.raises(NoFace, match="set"):
        run_job(workspace, submit_import(workspace, tmp_path / "set", "none", face=FaceCrop()), silent)


def film_of(path: Path, images: list[Image]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=5)
        stream.height, stream.width, stream.pix_fmt = 512, 512, "yuv420p"
        for image in images:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")))
        file.mux(stream.encode())
    return path


def test_frames_of_a_video_are_cut_to_the_face_and_those_without_left_out(
    workspace: Workspace, tmp_path: Path, astronaut: Image
) -> None:
    empty = np.full_like(astronaut, 120)
    for name in ("a/1.mp4", "a/2.mp4", "b/1.mp4", "b/2.mp4"):
        film_of(tmp_path / "films" / name, [astronaut] * 10 + [empty] * 10)
    film_of(tmp_path / "films" / "b/none.mp4", [empty] * 10)
    staged = stage(
        tmp_path / "staged",
        tmp_path / "films",
        "films",
        silent,
        size=64,
        frames=Frames("video", 4),
        face=FaceCrop(),
    )
    assert len(staged.names) == 8
    assert staged.facts["faces"].tolist() == [1] * 8
    assert [path for path, _ in staged.left_out] == ["b/none.mp4"]
    said = [note["en"] for note in staged.notes]
    assert "Faces cut out of 8 pictures, with a margin of 30 % of the face on each side." in said
    assert (
        "Left out, for no face was found: 9 (a/1.mp4 @ 00:02.400, a/1.mp4 @ 00:03.400, a/2.mp4 @ 00:02.400 (+6))."
        in said
    )
    face = cv2.resize(FaceCrop().cut(astronaut, "a").image, (64, 64), interpolation=cv2.INTER_AREA)
    assert np.abs(colours(staged.images[0]) - colours(face)).max() < 12
    assert check(staged, silent).groups


def test_a_face_in_a_nearly_black_picture_of_twelve_bits_is_found_and_cut_out_of_all_its_levels(
    astronaut: Image,
) -> None:
    grey = cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY).astype(np.uint16) * 16
    data = cv2.imencode(".png", grey)[1].tobytes()
    image, facts, levels = decode(data, "dark.png", 64, "crop", FaceCrop())
    bright, found, _ = decode(
        encode_png(np.dstack([grey // 16] * 3).astype(np.uint8)), "a.png", 64, "crop", FaceCrop()
    )
    assert facts.faces == found.faces == 1
    assert image.max() < 17
    assert levels is not None
    assert np.abs(levels / 16 - bright).max() <= 1


def test_a_cancelled_import_stops_amid_a_handful_of_pictures(
    workspace: Workspace, tmp_path: Path, astronaut: Image, two: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of a block is not looked at first: with large pictures that would take many seconds."""
    from core.data.intake import face_crop

    for number in range(64):
        path = tmp_path / "set" / ("b" if number % 2 else "a") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(astronaut))
    looked = 0
    asked_to_stop = Event()

    def find(image: Image) -> list[Box]:
        nonlocal looked
        looked += 1
        assert asked_to_stop.wait(60)
        return [Box(100, 100, 100)]

    monkeypatch.setattr(face_crop, "find_faces", find)

    def report(share: float, step: Any = None) -> None:
        if looked:
            asked_to_stop.set()
            raise Cancelled

    with pytest.raises(Cancelled):
        stage(tmp_path / "staged", tmp_path / "set", "set", report, face=FaceCrop())
    # Of the sixteen that each worker was given.
    assert looked <= 3 * WORKERS
