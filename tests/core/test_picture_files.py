"""Files whose notes, profiles, texts or later pages are broken are read all the same; whatever a decoder raises of a
damaged one is a sentence about that file."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image as PILImage

from core import images
from core.errors import KindNotRead, TooLarge, TruncatedPicture
from core.images import read_picture
from core.picture_files import decoding
from tests.core.flips import XMP, escapes, sound
from tests.core.tiffs import tiff

GREY = np.add.outer(np.arange(30) * 4, np.arange(36) * 3).astype(np.uint8) + 9
RGB = PILImage.fromarray(np.stack([GREY, GREY[::-1], GREY[:, ::-1]], axis=2))


def saved(kind: str, picture: PILImage.Image = RGB, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes, check: int | None = None) -> bytes:
    check = zlib.crc32(kind + body) if check is None else check
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def with_chunk(data: bytes, *added: bytes) -> bytes:
    """A PNG with chunks put in after its header."""
    return data[:33] + b"".join(added) + data[33:]


PNG = saved("PNG")
TURNED = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
"""The note of a camera that was held upright."""


def test_no_damage_makes_a_decoder_raise_anything_but_a_sentence_about_the_file() -> None:
    found = [(kind, repr(error)) for kind, _, error in escapes(tries=12, seed=1)]
    assert found == []


def test_only_memory_and_our_own_errors_pass_the_guard_around_decoders() -> None:
    for kept in (MemoryError(), TooLarge(name="x", size="1", limit="1")):
        with pytest.raises(type(kept)), decoding():
            raise kept


@pytest.mark.parametrize(
    "second", [{256: 8, 257: 8, 259: 34712, 273: 8, 279: 64}, {270: 1}, {256: 8, 257: 8, 258: 77}]
)
def test_a_page_after_the_first_is_not_needed(second: dict[int, int]) -> None:
    picture = read_picture(tiff(GREY, second=second), "x")
    assert np.array_equal(picture.pixels[..., 0], GREY)
    assert images.FIRST_FRAME in picture.notes


def test_an_animation_that_breaks_off_after_its_first_picture_is_read() -> None:
    data = sound()["gif"]
    whole = read_picture(data, "x").pixels
    picture = read_picture(data[:-60], "x")
    assert np.array_equal(picture.pixels, whole)
    assert images.FIRST_FRAME in picture.notes


@pytest.mark.parametrize(
    "added",
    [
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2 * 2**20))),
        chunk(b"tEXt", b"Comment\0wrong", check=1),
        chunk(b"iTXt", b"Comment"),
        chunk(b"pHYs", b"\0"),
        chunk(b"eXIf", b"nonsense"),
        chunk(b"acTL", b"\0"),
        chunk(b"tRNS", b"\0"),
    ],
)
def test_a_png_with_a_broken_or_huge_part_beside_its_pixels_is_read(added: bytes) -> None:
    picture = read_picture(with_chunk(PNG, added), "x")
    assert np.array_equal(picture.pixels, np.asarray(RGB))
    assert picture.notes == []


def test_a_large_colour_profile_is_applied_and_a_broken_one_told() -> None:
    # Swapped primaries, so that what is applied is seen; many bytes after its end, as lookup tables would be.
    profile = bytearray(images.ImageCms.ImageCmsProfile(images.ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    name = profile.index(b"s\0R\0G\0B")
    profile[name : name + 8] = b"o\0t\0h\0r\0"
    profile += bytes(2 * 2**20)
    profile[:4] = struct.pack(">I", len(profile))
    packed = b"icc\0\0" + zlib.compress(bytes(profile))
    picture = read_picture(with_chunk(PNG, chunk(b"iCCP", packed)), "x")
    assert picture.notes == [images.PROFILE]
    assert not np.array_equal(picture.pixels, np.asarray(RGB))
    for broken in (chunk(b"iCCP", packed, check=1), chunk(b"iCCP", packed[:-9]), chunk(b"iCCP", b"")):
        picture = read_picture(with_chunk(PNG, broken), "x")
        assert np.array_equal(picture.pixels, np.asarray(RGB))
        assert picture.notes == [images.BAD_PROFILE]


@pytest.mark.parametrize(
    "added",
    [
        [chunk(b"eXIf", TURNED)],
        [chunk(b"eXIf", b"Exif\0\0" + TURNED)],
        [chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)],
        [chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP))],
        [
            chunk(
                b"zTXt",
                b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 26\n" + TURNED.hex().encode()),
            )
        ],
        [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2 * 2**20))), chunk(b"eXIf", TURNED)],
    ],
)
def test_a_png_is_turned_as_any_of_its_notes_says(added: list[bytes]) -> None:
    picture = read_picture(with_chunk(PNG, *added), "x")
    assert np.array_equal(picture.pixels, np.rot90(np.asarray(RGB), 3))
    assert picture.notes == [images.ROTATED]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "TIFF"])
@pytest.mark.parametrize(
    ("tag", "form", "value"),
    [
        (700, 2, b"text"),
        (0x010E, 11, struct.pack("<f", 2.5)),
        (0x8769, 4, b"\xff\xff\xff\x7f"),
        (282, 5, b"\xff" * 4),
    ],
)
def test_a_camera_s_note_with_another_broken_part_still_turns_the_picture(
    kind: str, tag: int, form: int, value: bytes
) -> None:
    entries = sorted([struct.pack("<HHI", tag, form, 4 if form == 2 else 1) + value, TURNED[10:22]])
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + b"".join(entries) + bytes(4)
    options = {"lossless": True} if kind == "WEBP" else {}
    if kind == "TIFF":
        picture = read_picture(tiff(GREY, t274=6, **{f"t{tag}": int.from_bytes(value, "little")}), "x")
    else:
        picture = read_picture(saved(kind, exif=exif, **options), "x")
    assert picture.pixels.shape == (36, 30, 3)
    assert images.ROTATED in picture.notes


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_phone_s_picture_with_a_broken_note_is_read(kind: str) -> None:
    data = sound()[kind.lower()]
    broken = data.replace(b"MM\0*", b"XXXX").replace(b"II*\0", b"XXXX")
    assert broken != data
    assert np.array_equal(read_picture(broken, "x").pixels, read_picture(data, "x").pixels)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("photometric", [0, 1, None])
@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        (np.uint8, 0, 255),
        (np.int8, -128, 127),
        (np.uint16, 0, 65535),
        (np.int16, -(2**15), 2**15 - 1),
        (np.uint32, 0, 255),
        (np.uint32, 0, 65535),
        (np.uint32, 0, 2**32 - 1),
        (np.int32, 0, 2**31 - 1),
        (np.int32, -(2**31), 2**31 - 1),
        (np.float32, 0, 1),
        (np.float32, 0, 255),
        (np.float32, -1, 1),
        (np.float32, -(2**15), 2**15 - 1),
    ],
)
def test_grey_levels_of_a_tiff_count_from_the_end_that_it_says_in_every_depth_and_order_of_bytes(
    kind: type[np.generic], least: int, most: int, order: str, packed: bool, photometric: int | None
) -> None:
    shares = GREY / 255 if photometric != 0 else 1 - GREY / 255
    values = least + shares * (most - least)
    levels = values.astype(kind) if kind is np.float32 else np.rint(values).astype(kind)
    picture = read_picture(tiff(levels, order, photometric, packed), "x")
    assert np.abs(picture.pixels[..., 0].astype(int) - GREY).max() <= 1


def test_what_cannot_be_told_of_fractions_is_black_or_the_end_that_it_is_beyond() -> None:
    values = (GREY / 255).astype(np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    pixels = read_picture(tiff(values), "x").pixels[..., 0]
    assert pixels[0, :3].tolist() == [0, GREY.max(), GREY[1, 0]]
    assert np.abs(pixels[1:].astype(int) - GREY[1:]).max() <= 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            GREY.astype(np.uint32) * 2**24,
            "Reduced from 32 to 8 bits a colour; 0 became black and 4,294,967,295",
        ),
        (
            (GREY.astype(int) * 256 - 32768).astype(np.int16),
            "Reduced from 16 to 8 bits a colour; -32,768 became black",
        ),
        (
            (GREY / 127 - 1).astype(np.float32),
            "Reduced from 32 to 8 bits a colour; -1 became black and 1 white",
        ),
        (
            GREY.astype(np.int16) * 8 - 1024,
            "only the levels -952 to 816, where -32,768 is black and 32,767 white",
        ),
        (
            (GREY / 25500).astype(np.float32),
            "only the levels 0.0003529 to 0.00902, where 0 is black and 1 white",
        ),
    ],
)
def test_of_levels_that_are_not_sixteen_bits_from_nought_it_is_said_what_became_of_them(
    values: Any, said: str
) -> None:
    assert said in " ".join(note["en"] for note in read_picture(tiff(values), "x").notes)


@pytest.mark.parametrize("place", [8 + GREY.size, 1, 2**31])
def test_a_tiff_of_one_page_whose_directory_leads_back_or_nowhere_holds_one_picture(place: int) -> None:
    data = tiff(GREY)
    assert images.FIRST_FRAME not in read_picture(data[:-4] + struct.pack("<I", place), "x").notes


def test_a_smaller_copy_is_no_further_picture_of_a_tiff() -> None:
    small = {254: 1, 256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 279: 64}
    assert images.FIRST_FRAME not in read_picture(tiff(GREY, second=small), "x").notes


@pytest.mark.parametrize("frames", [0, 2, 2**32 - 1])
def test_a_png_that_promises_frames_and_has_none_holds_one_picture(frames: int) -> None:
    data = with_chunk(PNG, chunk(b"acTL", struct.pack(">II", frames, 0)))
    assert read_picture(data, "x").notes == []


def test_an_animated_png_holds_several() -> None:
    data = saved("PNG", save_all=True, append_images=[RGB.transpose(PILImage.Transpose.ROTATE_180)])
    assert read_picture(data, "x").notes == [images.FIRST_FRAME]


def test_a_tiff_of_twelve_bits_is_as_bright_as_they_say() -> None:
    grey = np.repeat(GREY.astype(np.uint16) * 16 + 8, 2, axis=1)[:, ::2]
    pairs = grey.reshape(30, -1, 2)
    a, b = pairs[..., 0], pairs[..., 1]
    packed = np.stack([a >> 4, (a & 15) << 4 | b >> 8, b & 255], axis=2).astype(np.uint8).reshape(30, -1)
    picture = read_picture(tiff(packed, t256=36, t258=12), "x")
    assert np.abs(picture.pixels[..., 0].astype(int) - GREY).max() <= 1


@pytest.mark.parametrize("kind", [np.float64, np.float16, np.uint64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_sound_tiff_of_a_kind_that_nobody_here_reads_is_not_called_damaged(
    kind: type[np.generic], order: str
) -> None:
    data = tiff((GREY / 255).astype(kind), order)
    with pytest.raises(KindNotRead, match=r"not damaged.*bits") as caught:
        read_picture(data, "scan.tif")
    assert "손상되지 않았지만" in caught.value.say("ko")
    with pytest.raises(TruncatedPicture):
        read_picture(data[:8] + data[-140:], "scan.tif")


def test_a_twelve_bit_jpeg_is_not_called_damaged_and_half_of_it_is() -> None:
    data = bytearray(saved("JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 4] = 12
    with pytest.raises(KindNotRead, match="JPEG with 12 bits"):
        read_picture(bytes(data), "scan.jpg")
    with pytest.raises(TruncatedPicture):
        read_picture(bytes(data[:-9]), "scan.jpg")
