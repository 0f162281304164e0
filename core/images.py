"""Bytes or a path in, an RGB uint8 picture out, safely; and back."""

import io
import logging
import re
import warnings
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as PILImage
from PIL import ImageCms

from core.eight_bits import WHITE, deep_colours, eight_bit, negative
from core.errors import KindNotRead, NotAPicture, NotFound, TooLarge, TruncatedPicture
from core.files import write_bytes
from core.levels import Levels, Used, few_levels, is_few, shown, used_of
from core.limits import MAX_FILE_BYTES, MAX_PIXELS
from core.picture_files import (
    Parts,
    Undecodable,
    decoding,
    kind_not_read,
    orientation_in,
    parts_of,
    without_notes,
)
from core.pixels import Image
from core.words import Text, fill_text

# fmt: off
PICTURE_SUFFIXES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif", ".avif",
    ".tif", ".tiff", ".bmp", ".dib", ".gif", ".jp2", ".ppm", ".pgm",
)
# fmt: on
"""Endings of files that are tried as pictures, lower case."""

# Formats that can run a program or fetch a file (EPS, PDF, ...) are not among them.
_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "DIB", "GIF", "JPEG2000", "PPM")
# How the files of these formats begin: one that does and still cannot be opened is damaged.
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"GIF8", b"BM")
# By EXIF's numbers: what brings a picture upright.
_TURNS = {
    2: PILImage.Transpose.FLIP_LEFT_RIGHT,
    3: PILImage.Transpose.ROTATE_180,
    4: PILImage.Transpose.FLIP_TOP_BOTTOM,
    5: PILImage.Transpose.TRANSPOSE,
    6: PILImage.Transpose.ROTATE_270,
    7: PILImage.Transpose.TRANSVERSE,
    8: PILImage.Transpose.ROTATE_90,
}
_SWAPPED = {"I;16BS": "I;16NS", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}

# Pillow warns of large pictures and of broken notes on stderr; what matters of them is said in words.
warnings.filterwarnings("ignore", category=PILImage.DecompressionBombWarning)
warnings.filterwarnings("ignore", module="PIL")
logging.getLogger("PIL").setLevel(logging.CRITICAL)

_REDUCED_PLAINLY = Text(
    en="Reduced from {bits} to 8 bits a colour.", ko="색당 {bits}비트를 8비트로 줄였습니다."
)
SIXTEEN_BIT = fill_text(_REDUCED_PLAINLY, bits=16)
_REDUCED = Text(
    en="Reduced from {bits} to 8 bits a colour; {black} became black and {white} white.",
    ko="색당 {bits}비트를 8비트로 줄였습니다. {black:은/는} 검정, {white:은/는} 흰색이 됩니다.",
)
CMYK = Text(en="Converted from print colours (CMYK).", ko="인쇄용 색(CMYK)에서 변환했습니다.")
TRANSPARENT = Text(en="Transparent parts were put on white.", ko="투명한 부분은 흰색으로 채웠습니다.")
GREY = Text(
    en="A greyscale picture: all three colours are the same.", ko="흑백 사진이라 세 색이 모두 같습니다."
)
PALETTE = Text(en="Converted from a colour palette.", ko="색상표 방식에서 변환했습니다.")
ROTATED = Text(en="Turned upright as the camera noted.", ko="카메라 기록에 따라 바로 세웠습니다.")
FIRST_FRAME = Text(en="Only the first of its pictures is used.", ko="여러 장 가운데 첫 장만 씁니다.")
PROFILE = Text(en="Colours converted to sRGB.", ko="색을 sRGB로 변환했습니다.")
BAD_PROFILE = Text(
    en="Its colour profile is damaged; colours may differ.", ko="색 프로필이 손상되어 색이 다를 수 있습니다."
)
PHONE_FORMAT = Text(en="Converted from {0}.", ko="{0}에서 변환했습니다.")


@dataclass(frozen=True)
class Picture:
    """A picture that was read."""

    pixels: Image
    """RGB uint8 H,W,3."""
    notes: list[Text] = field(default_factory=list)
    """What had to be converted, a sentence each."""
    kind: str = ""
    """How the file is encoded, by its bytes: JPEG, PNG, HEIF..."""
    levels: Levels | None = None
    """The same in the levels of the file, float32 H,W,1 or H,W,3, where it uses so few of these that 8 bits lose it, or
    where the file does not say which of them are black and white."""
    used: Used | None = None
    """The levels that it uses, where it has more than 8 bits."""


def read_picture(source: bytes | Path, name: str) -> Picture:
    """The picture in a file or its bytes, upright, in sRGB, on white where it is transparent.

    Args:
        name: what the user calls it, for errors.

    Raises:
        NotFound: no file there.
        NotAPicture: no picture.
        KindNotRead: a picture of a kind that no decoder here knows.
        TruncatedPicture: damaged, or ends early.
        TooLarge: over MAX_FILE_BYTES or MAX_PIXELS; told before it is decoded.
    """
    data = _bytes_of(source, name)
    parts = parts_of(data)
    try:
        return _read(data, parts, name)
    except Undecodable as error:
        bare = without_notes(data)
        if bare is not None:
            try:
                return _read(bare, Parts(bare), name)
            except Undecodable:
                pass
        raise _unreadable(data, name, opened=isinstance(error, _Damaged)) from error


def read_size(source: bytes | Path, name: str) -> tuple[int, int]:
    """Width and height of a picture as they stand in its file, which may lie on its side; its pixels are not decoded.

    Raises:
        What `read_picture` raises, as far as the file's beginning tells it.
    """
    data = _bytes_of(source, name)
    try:
        with decoding(), PILImage.open(io.BytesIO(parts_of(data).pixels), formats=_formats()) as opened:
            return opened.width, opened.height
    except PILImage.DecompressionBombError as error:
        raise _too_many_pixels(name, None) from error
    except Undecodable as error:
        raise _unreadable(data, name, opened=False) from error


class _Damaged(Undecodable):
    """A file that could be opened, and whose pixels could not be read."""


def _read(data: bytes, parts: Parts, name: str) -> Picture:
    """
    Raises:
        Undecodable, TooLarge.
    """
    size: int | None = None
    try:
        with decoding():
            opened = PILImage.open(io.BytesIO(parts.pixels), formats=_formats())
        with opened:
            size = opened.width * opened.height
            if size > MAX_PIXELS:
                raise _too_many_pixels(name, size)
            try:
                return _converted(opened, data, parts)
            except Undecodable as error:
                raise _Damaged(str(error)) from error
    except PILImage.DecompressionBombError as error:
        if size is None:
            # Pillow gave up at a limit above ours; only its words tell the size.
            told = re.search(r"\((\d+) pixels\)", str(error))
            size = int(told[1]) if told else None
        raise _too_many_pixels(name, size) from error


def _bytes_of(source: bytes | Path, name: str) -> bytes:
    limit = f"{MAX_FILE_BYTES // 2**20} MB"
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = source.stat().st_size
        except OSError as error:
            raise NotFound(name=name) from error
    if size > MAX_FILE_BYTES:
        raise TooLarge(name=name, size=f"{size / 2**20:.0f} MB", limit=limit)
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:  # a folder, or no permission
        raise NotAPicture(name=name) from error


@cache
def _formats() -> tuple[str, ...]:
    """The formats among _FORMATS that this installation reads."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    PILImage.init()
    return tuple(name for name in _FORMATS if name in PILImage.OPEN)


def _unreadable(data: bytes, name: str, opened: bool) -> NotAPicture | KindNotRead | TruncatedPicture:
    """
    Args:
        opened: a decoder knows the kind of file.
    """
    known = data.startswith(_BEGINNINGS) or data[4:8] == b"ftyp" or data[:4] + data[8:12] == b"RIFFWEBP"
    if not known and not opened:
        return NotAPicture(name=name)
    kind = None if opened else kind_not_read(data)
    return TruncatedPicture(name=name) if kind is None else KindNotRead(name=name, kind=kind)


def _too_many_pixels(name: str, pixels: int | None) -> TooLarge:
    size = _millions(MAX_PIXELS, more=True) if pixels is None else _millions(pixels)
    return TooLarge(name=name, size=size, limit=_millions(MAX_PIXELS))


def _millions(pixels: int, more: bool = False) -> Text:
    return Text(
        en=f"{'more than ' if more else ''}{pixels / 1e6:,.0f} million pixels",
        ko=f"{pixels // 10_000:,}만 픽셀{' 초과' if more else ''}",
    )


def _converted(opened: PILImage.Image, data: bytes, parts: Parts) -> Picture:
    """
    Raises:
        Undecodable.
    """
    notes = []
    kind = opened.format or ""
    if kind in ("HEIF", "AVIF"):
        shown = "HEIC" if kind == "HEIF" else kind
        notes.append(Text(en=PHONE_FORMAT["en"].format(shown), ko=PHONE_FORMAT["ko"].format(shown)))
    with decoding():
        tiles = getattr(opened, "tile", [])
        deep = any(";16" in str(tile[-1]) for tile in tiles)
        profile = parts.profile if parts.profile is not None else opened.info.get("icc_profile")
        turn = _TURNS.get(parts.orientation or _held(opened, data))
        tiles[:] = map(_native, tiles)
        opened.load()
        picture: PILImage.Image = opened if turn is None else opened.transpose(turn)
        levels: Levels | None = None
        used: Used | None = None
        if parts.signed and parts.bits == 8:
            picture = picture.point(lambda level: level ^ 128) if picture.mode in ("L", "RGB") else picture
        if picture.mode.startswith(("I", "F")):
            picture, levels, used = eight_bit(picture, parts)
        elif parts.white_is_zero:
            picture = negative(picture)
        elif deep and picture.mode in ("RGB", "RGBA", "LA"):
            levels = deep_colours(picture, parts, turn)
            used = Used(0, WHITE, 0, WHITE, free=False) if levels is None else used_of(levels, 0, WHITE)
    # A phone's MPO holds a second view or a depth map, which nobody misses.
    if kind != "MPO" and (_several(opened) if parts.several is None else parts.several):
        notes.append(FIRST_FRAME)
    if turn is not None:
        notes.append(ROTATED)
    if used is not None and is_few(used):
        notes.append(few_levels(used))
    elif used is not None and (used.free or parts.signed):
        notes.append(_reduced(used, parts.bits))
    elif deep or used is not None:
        notes.append(SIXTEEN_BIT if parts.bits in (8, 16) else fill_text(_REDUCED_PLAINLY, bits=parts.bits))
    with decoding():
        picture = _in_colours(picture, notes)
    if profile is not None:
        picture, note = _in_srgb(picture, profile)
        notes += [note] if note else []
    with decoding():
        pixels = np.array(picture.convert("RGB"))
    if used is None or not (used.free or is_few(used)):
        levels = None
    return Picture(pixels, notes, kind, levels, used)


def _reduced(used: Used, bits: int) -> Text:
    return fill_text(_REDUCED, bits=bits, black=shown(used.black), white=shown(used.white))


def _native(tile: Any) -> Any:
    """How libtiff gives grey levels: in this computer's order of bytes, whatever the file's, which Pillow forgets."""
    if tile.codec_name != "libtiff" or tile.args[0] not in _SWAPPED:
        return tile
    return tile._replace(args=(_SWAPPED[tile.args[0]], *tile.args[1:]))


def _held(opened: PILImage.Image, data: bytes) -> int:
    """How the camera was held, as EXIF counts."""
    # A HEIC file turns by its own boxes and the reader obeys them; without them the camera's note counts.
    if opened.format == "HEIF":
        boxes = b"irot" in data or b"imir" in data
        told = opened.info.get("original_orientation")
        return told if isinstance(told, int) and not boxes else 1
    return orientation_in(opened.info.get("exif"), opened.info.get("xmp"))


def _several(opened: PILImage.Image) -> bool:
    """Whether a file that was read holds a second picture; not, if that cannot be told."""
    try:
        with decoding():
            return bool(getattr(opened, "is_animated", False))
    except (Undecodable, PILImage.DecompressionBombError):
        return False


def _in_colours(picture: PILImage.Image, notes: list[Text]) -> PILImage.Image:
    """The picture in colours that a screen has, opaque; says in `notes` what it did."""
    if picture.mode in ("1", "L", "LA", "La"):
        notes.append(GREY)
    if picture.mode in ("P", "PA"):
        notes.append(PALETTE)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema()[0] != 255:
            notes.append(TRANSPARENT)
            white = PILImage.new("RGBA", picture.size, "white")
            picture = PILImage.alpha_composite(white, picture)
        picture = picture.convert("RGB")
    if picture.mode == "CMYK":
        notes.append(CMYK)
    return picture


def _in_srgb(picture: PILImage.Image, profile: bytes) -> tuple[PILImage.Image, Text | None]:
    """The picture with its colours in sRGB, and a note if that changed or should have changed them."""
    try:
        if is_srgb(profile):
            return picture, None
        with decoding():
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            space = source.profile.xcolor_space.strip()
            if {"GRAY": "L"}.get(space, space) != picture.mode:
                return picture, None  # made for colours that the picture no longer has
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    except Undecodable:
        return picture, BAD_PROFILE
    return converted or picture, PROFILE


@lru_cache(maxsize=64)
def is_srgb(profile: bytes) -> bool:
    """Whether a colour profile says that it is sRGB.

    Raises:
        core.picture_files.Undecodable: it is damaged.
    """
    with decoding():
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))


def encode_png(image: Image) -> bytes:
    """`image` (RGB uint8 H,W,3) as a PNG file, without loss."""
    # Runs of equal bytes alone are looked for: half the time, and a smaller file, of grain and of photos.
    options = [cv2.IMWRITE_PNG_COMPRESSION, 3, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    return _encoded(".png", image, options)


def encode_jpeg(image: Image, quality: int = 90) -> bytes:
    """`image` (RGB uint8 H,W,3) as a JPEG file of full colour resolution; `quality` 1..100."""
    full_colour = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, full_colour]
    return _encoded(".jpg", image, options)


def _encoded(suffix: str, image: Image, options: list[int]) -> bytes:
    _, data = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    return data.tobytes()


def write_png(path: Path, image: Image) -> None:
    """Put `image` (RGB uint8 H,W,3) into the PNG file `path`, whole or not at all.

    Raises:
        CannotWrite, DiskFull: no space, no permission, no such folder that could be made.
    """
    write_bytes(path, encode_png(image), lasting=False)


def difference(a: Image, b: Image, gain: float = 1.0) -> Image:
    """How far two pictures of one size are apart, times `gain`, up to white."""
    return np.asarray(cv2.convertScaleAbs(cv2.absdiff(a, b), alpha=gain))
