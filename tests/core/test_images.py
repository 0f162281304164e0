"""Pictures of every kind in, RGB uint8 out; and what cannot be read is said in words."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image as PILImage
from PIL import ImageCms

from core import images
from core.errors import CannotWrite, NotAPicture, NotFound, TooLarge, TruncatedPicture
from core.images import difference, encode_jpeg, encode_png, read_picture, write_png
from core.resizing import fit_within, fitted, square
from core.samples import SAMPLES, sample_picture

PIXELS = cv2.resize(np.random.default_rng(0).integers(0, 256, (6, 9, 3), dtype=np.uint8), (90, 60))


def saved(picture: PILImage.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


RGB = PILImage.fromarray(PIXELS)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "WEBP", "PPM"])
def test_a_plain_picture_is_read_exactly_and_without_a_note(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = read_picture(saved(RGB, kind, **options), "x")
    assert np.array_equal(picture.pixels, PIXELS)
    assert picture.notes == []


@pytest.mark.parametrize(("kind", "note"), [("JPEG", None), ("AVIF", "AVIF"), ("HEIF", "HEIC")])
def test_a_compressed_picture_is_read_nearly_exactly(kind: str, note: str | None) -> None:
    pillow_heif.register_heif_opener()
    picture = read_picture(saved(RGB, kind, quality=95), "x")
    assert np.abs(picture.pixels.astype(int) - PIXELS).mean() < 4
    assert [note in said["en"] for said in picture.notes] == ([True] if note else [])


def test_eight_bits_saved_as_thirty_two_are_as_bright_as_they_were() -> None:
    grey = np.linspace(0, 255, 90 * 60).reshape(60, 90).astype(np.int32)
    picture = read_picture(saved(PILImage.fromarray(grey, "I"), "TIFF"), "x")
    assert np.array_equal(picture.pixels[..., 0], grey)


@pytest.mark.parametrize("most", [1.0, 60.0, 255.0, 65535.0])
def test_fractions_are_as_bright_as_their_scale_says_not_as_their_brightest_point(most: float) -> None:
    values = np.linspace(0, most, 90 * 60).reshape(60, 90).astype(np.float32)
    picture = read_picture(saved(PILImage.fromarray(values, "F"), "TIFF"), "x")
    white = {60.0: 255.0}.get(most, most)
    assert np.abs(picture.pixels[..., 0] - 255 * values / white).max() <= 0.51


def test_sixteen_bits_become_eight() -> None:
    grey = np.linspace(0, 65535, 90 * 60).reshape(60, 90).astype(np.uint16)
    picture = read_picture(saved(PILImage.fromarray(grey), "PNG"), "x")
    assert np.abs(picture.pixels[..., 0] - grey / 257).max() <= 0.51
    assert picture.notes == [images.SIXTEEN_BIT, images.GREY]
    _, colour = cv2.imencode(".png", PIXELS[..., ::-1].astype(np.uint16) * 257)
    picture = read_picture(colour.tobytes(), "x")
    assert np.array_equal(picture.pixels, PIXELS)
    assert picture.notes == [images.SIXTEEN_BIT]


def test_a_picture_of_fractions_is_scaled_to_white() -> None:
    values = np.linspace(0, 1, 90 * 60, dtype=np.float32).reshape(60, 90)
    picture = read_picture(saved(PILImage.fromarray(values), "TIFF"), "x")
    assert (picture.pixels.min(), picture.pixels.max()) == (0, 255)


def test_print_colours_become_rgb() -> None:
    picture = read_picture(saved(RGB.convert("CMYK"), "JPEG", quality=95), "x")
    assert np.abs(picture.pixels.astype(int) - PIXELS).mean() < 6
    assert picture.notes == [images.CMYK]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_parts_come_on_white(mode: str) -> None:
    clear = RGB.convert(mode)
    clear.putalpha(PILImage.new("L", RGB.size, 0))
    picture = read_picture(saved(clear, "PNG"), "x")
    assert (picture.pixels == 255).all()
    assert images.TRANSPARENT in picture.notes


def test_an_opaque_alpha_channel_is_no_news() -> None:
    picture = read_picture(saved(RGB.convert("RGBA"), "PNG"), "x")
    assert np.array_equal(picture.pixels, PIXELS)
    assert picture.notes == []


@pytest.mark.parametrize(("mode", "note"), [("L", images.GREY), ("1", images.GREY), ("P", images.PALETTE)])
def test_greyscale_and_palettes_become_rgb(mode: str, note: dict[str, str]) -> None:
    picture = read_picture(saved(RGB.convert(mode), "PNG"), "x")
    assert np.array_equal(picture.pixels, np.asarray(RGB.convert(mode).convert("RGB")))
    assert picture.notes == [note]


@pytest.mark.parametrize(("orientation", "turns"), [(3, 2), (6, 3), (8, 1)])
def test_a_picture_is_turned_as_the_camera_noted(orientation: int, turns: int) -> None:
    exif = PILImage.Exif()
    exif[0x0112] = orientation
    picture = read_picture(saved(RGB, "PNG", exif=exif), "x")
    assert np.array_equal(picture.pixels, np.rot90(PIXELS, turns))
    assert picture.notes == [images.ROTATED]


def test_a_phones_rotated_heic_is_upright() -> None:
    pillow_heif.register_heif_opener()
    exif = PILImage.Exif()
    exif[0x0112] = 6
    by_box = RGB.copy()
    by_box.info["exif"] = exif.tobytes()
    for data in (saved(by_box, "HEIF", quality=95), saved(RGB, "HEIF", quality=95, exif=exif)):
        picture = read_picture(data, "x")
        assert np.abs(picture.pixels.astype(int) - np.rot90(PIXELS, 3)).mean() < 4


def test_the_first_picture_of_an_animation_is_used() -> None:
    frames = [PILImage.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    picture = read_picture(data, "x")
    assert tuple(picture.pixels[0, 0]) == (255, 0, 0)
    assert images.FIRST_FRAME in picture.notes


def test_a_colour_profile_is_applied_only_where_it_is_not_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert read_picture(saved(RGB, "PNG", icc_profile=srgb), "x").notes == []
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = read_picture(saved(RGB, "PNG", icc_profile=lab), "x")
    assert np.array_equal(picture.pixels, PIXELS), "a profile for other colours is left aside"
    picture = read_picture(saved(RGB, "PNG", icc_profile=b"nonsense"), "x")
    assert picture.notes == [images.BAD_PROFILE]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_truncated_picture_is_said_to_be_damaged(kind: str, share: float) -> None:
    pillow_heif.register_heif_opener()
    noisy = PILImage.fromarray(np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    data = saved(noisy, kind)
    with pytest.raises(TruncatedPicture, match="holiday"):
        read_picture(data[: int(len(data) * share)], "holiday.x")


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7 x", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\0" * 5000])
def test_what_is_no_picture_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NotAPicture, match="notes"):
        read_picture(data, "notes.txt")


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [9_000, 12_000, 30_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_decoding(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(images, "_converted", no_decoding)
    with pytest.raises(TooLarge, match="80 million pixels") as caught:
        read_picture(bomb(side, side), "bomb.png")
    assert "8,000만 픽셀" in caught.value.say("ko")


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_FILE_BYTES", 2**20)
    path = tmp_path / "big.png"
    path.write_bytes(bytes(3 * 2**20))
    for source in (path, path.read_bytes()):
        with pytest.raises(TooLarge, match="3 MB"):
            read_picture(source, "big.png")


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_picture(tmp_path / "none.png", "none.png")
    with pytest.raises(NotAPicture):
        read_picture(tmp_path, "folder")


def test_png_is_lossless_and_jpeg_is_near(tmp_path: Path) -> None:
    assert np.array_equal(read_picture(encode_png(PIXELS), "x").pixels, PIXELS)
    assert np.abs(read_picture(encode_jpeg(PIXELS, 95), "x").pixels.astype(int) - PIXELS).mean() < 2
    path = tmp_path / "new" / "한글.png"
    write_png(path, PIXELS)
    assert np.array_equal(read_picture(path, "x").pixels, PIXELS)
    assert [entry.name for entry in path.parent.iterdir()] == ["한글.png"]


def test_what_cannot_be_written_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(CannotWrite):
        write_png(tmp_path / "file" / "x.png", PIXELS)
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(CannotWrite):
        write_png(tmp_path / "taken.png", PIXELS)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "taken.png"]


def test_fit_within_shrinks_only_and_keeps_the_aspect() -> None:
    assert fit_within(PIXELS, 45).shape == (30, 45, 3)
    assert fit_within(PIXELS, 90) is PIXELS
    assert fit_within(np.zeros((1, 1000, 3), np.uint8), 10).shape == (1, 10, 3)


def test_square_takes_the_centre() -> None:
    middle = square(PIXELS, 60)
    assert np.array_equal(middle, PIXELS[:, 15:75])
    assert not np.shares_memory(middle, PIXELS)
    assert square(PIXELS, 7).shape == (7, 7, 3)
    assert square(PIXELS[:1, :1], 5).shape == (5, 5, 3)
    whole = PIXELS[:, :60].copy()
    assert not np.shares_memory(square(whole, 60), whole)


def test_difference_is_absolute_times_gain_up_to_white() -> None:
    low, high = np.full((2, 2, 3), 100, np.uint8), np.full((2, 2, 3), 130, np.uint8)
    assert (difference(low, high, 2) == 60).all()
    assert (difference(high, low, 20) == 255).all()


@pytest.mark.parametrize("factor", [1.05, 1.3, 1.5, 1.67, 2.0, 2.25, 2.7, 3.6])
def test_a_smaller_picture_is_as_near_to_lanczos_as_averaging_over_areas(factor: float) -> None:
    side = round(80 * factor)
    ours, areas = [], []
    for photo in map(sample_picture, SAMPLES):
        part = np.ascontiguousarray(photo[-side:, -side:])
        best = np.asarray(PILImage.fromarray(part).resize((80, 80), PILImage.Resampling.LANCZOS))
        ours.append(cv2.PSNR(best, fitted(part, 80, "crop")))
        areas.append(cv2.PSNR(best, cv2.resize(part, (80, 80), interpolation=cv2.INTER_AREA)))
    assert np.mean(ours) > np.mean(areas) - 0.5


def test_averaging_gives_the_same_pixels_by_either_routine_and_leaves_noises_the_exact_one() -> None:
    photo = sample_picture("astronaut")
    for size in (60, 150, 171, 200):
        exact = cv2.resize(photo, (size, size), interpolation=cv2.INTER_AREA)
        assert np.abs(fitted(photo, size, "stretch").astype(int) - exact).max() <= 1
    assert not cv2.ipp.useIPP_NotExact()
