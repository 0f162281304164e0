"""One file's bytes to a small square picture, fast, and what the file said of itself.

A plain JPEG is decoded by OpenCV, a large one at a half, quarter or eighth of its size: the decoder then
averages pixels as the resize after it would. Everything else takes the careful way of core.images.
"""

from pathlib import Path
from typing import NamedTuple, cast

import cv2
import numpy as np

from core.data.intake.face_crop import FaceCrop, find_faces
from core.data.intake.videos import CONTAINERS
from core.images import FIRST_FRAME, is_srgb, read_picture
from core.levels import Levels, stretched
from core.limits import MAX_FILE_BYTES, MAX_PIXELS
from core.picture_files import Undecodable, decoding
from core.pixels import Image
from core.resizing import Fit, fitted

KINDS: dict[str, tuple[str, ...]] = {
    "": (),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "MPO": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "HEIF": (".heic", ".heif", ".hif"),
    "AVIF": (".avif",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp", ".dib"),
    "DIB": (".bmp", ".dib"),
    "GIF": (".gif",),
    "JPEG2000": (".jp2",),
    "PPM": (".ppm", ".pgm"),
    **{kind: suffixes for kind, suffixes in CONTAINERS.items() if suffixes},
}
"""Encodings, by their bytes, and the endings that say so; a picture's `kind` is its place here."""
FACTS = np.dtype(
    [
        ("width", "u4"),
        ("height", "u4"),
        ("bytes", "u4"),
        ("quality", "u1"),
        ("kind", "u1"),
        ("frames", "?"),
        ("faces", "i2"),
        ("low", "f8"),
        ("high", "f8"),
        ("black", "f8"),
        ("white", "f8"),
        ("free", "?"),
    ]
)
SLACK = 2
"""The decoder's own averaging stops at this many times the wanted side: from there the resize does it."""
# A flag for the size and one for the order of colours: the flags that say both put blue first.
_REDUCED = (
    (8, cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_COLOR_RGB),
    (4, cv2.IMREAD_REDUCED_GRAYSCALE_4 | cv2.IMREAD_COLOR_RGB),
    (2, cv2.IMREAD_REDUCED_GRAYSCALE_2 | cv2.IMREAD_COLOR_RGB),
)
# The luminance table of the JPEG standard sums to this at quality 50.
_STANDARD_SUM = 3681


class Facts(NamedTuple):
    """What a file said of itself, as FACTS stores it."""

    width: int
    height: int
    bytes: int
    quality: int
    """Of a JPEG, 1..100; 0 where there is none."""
    kind: int
    frames: bool
    """It holds more pictures than the one that is used."""
    faces: int = -1
    """How many were found in it; -1 where none were looked for."""
    low: float = 0.0
    high: float = 0.0
    black: float = 0.0
    white: float = 0.0
    free: bool = False
    """As core.levels.Used, where it has more than 8 bits; else all 0."""


class Decoded(NamedTuple):
    """What came of a file."""

    image: Image
    """RGB uint8 size,size,3."""
    facts: Facts
    levels: Levels | None
    """The same in the levels of the file, as core.images.Picture; float32 size,size,3."""


class Header(NamedTuple):
    """What the front of a JPEG says."""

    width: int
    height: int
    colours: int
    quality: int
    profile: bytes


def decode(source: bytes | Path, name: str, size: int, how: Fit, face: FaceCrop | None = None) -> Decoded:
    """The picture in a file or its bytes.

    Args:
        face: cut out the face first.

    Raises:
        What core.images.read_picture raises.
        NoFace, SeveralFaces: it is to be left out.
    """
    if isinstance(source, Path):
        try:
            if source.stat().st_size <= MAX_FILE_BYTES:
                source = source.read_bytes()
        except OSError:
            pass  # the careful way has the words
    if isinstance(source, bytes) and len(source) <= MAX_FILE_BYTES:
        header = jpeg_header(source)
        if header is not None and _is_plain(source, header):
            decoded = _fast(source, header, size, how, face is None)
            if decoded is not None:
                kind = list(KINDS).index("JPEG")
                facts = Facts(header.width, header.height, len(source), header.quality, kind, frames=False)
                return _fitted(decoded, name, size, how, face, facts, None)
    picture = read_picture(source, name)
    height, width = picture.pixels.shape[:2]
    count = len(source) if isinstance(source, bytes) else source.stat().st_size
    header = jpeg_header(source) if isinstance(source, bytes) else None
    kind = list(KINDS).index(picture.kind) if picture.kind in KINDS else 0
    quality = header.quality if header else 0
    frames = any(note is FIRST_FRAME for note in picture.notes)
    facts = Facts(width, height, count, quality, kind, frames)
    if picture.used is not None:
        facts = facts._replace(**picture.used._asdict())
    return _fitted(picture.pixels, name, size, how, face, facts, picture.levels)


def _fitted(
    image: Image,
    name: str,
    size: int,
    how: Fit,
    face: FaceCrop | None,
    facts: Facts,
    levels: Levels | None,
) -> Decoded:
    """An RGB picture with its face cut out and at its size; the facts with how many faces it shows."""
    if face is not None and levels is None:
        image, faces = face.cut(image, name)
        facts = facts._replace(faces=faces)
    elif face is not None and levels is not None:
        boxes = find_faces(
            stretched(levels, (facts.low, facts.high))
        )  # in the nearly black one there are none
        image = face.cut_found(image, boxes, name)
        levels = cast("Levels", face.cut_found(cast("Image", levels), boxes, name))
        facts = facts._replace(faces=len(boxes))
    if levels is None:
        return Decoded(fitted(image, size, how), facts, None)
    grey = levels.shape[2] == 1
    deep = fitted(levels[..., 0] if grey else levels, size, how, bars=-np.inf)
    return Decoded(fitted(image, size, how), facts, np.repeat(deep[..., None], 3, axis=2) if grey else deep)


def jpeg_header(data: bytes) -> Header | None:
    """The front of a baseline or progressive JPEG; None for anything else."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    place, quality = 2, 0
    profile: list[bytes] = []
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = data[place + 5] << 8 | data[place + 6], data[place + 7] << 8 | data[place + 8]
            if data[place + 4] != 8 or height == 0:
                return None
            return Header(width, height, data[place + 9], quality, b"".join(profile))
        if (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker in (0xD9, 0xDA):
            return None
        if marker == 0xDB and not quality and data[place + 4] == 0:
            scale = 100 * sum(data[place + 5 : place + 69]) / _STANDARD_SUM
            quality = (
                round(min(max(5000 / scale if scale > 100 else (200 - scale) / 2, 1), 100)) if scale else 100
            )
        elif marker == 0xE2 and data[place + 4 : place + 16] == b"ICC_PROFILE\0":
            profile.append(data[place + 18 : place + 2 + length])
        place += 2 + length
    return None


def _is_plain(data: bytes, header: Header) -> bool:
    """A whole JPEG in grey or sRGB: OpenCV fills up a broken one without a word, and knows no profiles."""
    if header.colours not in (1, 3) or header.width * header.height > MAX_PIXELS:
        return False
    if not data.endswith(b"\xff\xd9"):
        return False
    try:
        return not header.profile or is_srgb(header.profile)
    except Undecodable:
        return False


def _fast(data: bytes, header: Header, size: int, how: Fit, reduced: bool) -> Image | None:
    """The picture in RGB, turned upright; None where OpenCV does not want it.

    Args:
        reduced: it may be smaller than it is stored, as far as `size` allows: a small face in it would be lost.
    """
    flag = reading_flag(header.width, header.height, size, how) if reduced else cv2.IMREAD_COLOR_RGB
    try:
        with decoding():
            decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except Undecodable:
        return None
    return None if decoded is None else np.asarray(decoded, np.uint8)


def reading_flag(width: int, height: int, size: int, how: Fit) -> int:
    """With which cv2.imdecode reads a JPEG of `width` by `height` px as small as a square of `size` px allows, in RGB."""
    # Padding keeps the longer side in the square, so the shorter one may be as small as it gets.
    side = max(width, height) if how == "pad" else min(width, height)
    return next((flag for factor, flag in _REDUCED if side >= SLACK * size * factor), cv2.IMREAD_COLOR_RGB)
