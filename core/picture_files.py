"""What a picture file holds beside its pixels, each part read apart, so that none that is broken spoils the others.

Decoders read text, colour profiles, notes of cameras and later pages before or while they read pixels, and give up on
what they cannot read of these. So they are given a file without them, and what is needed is read here.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image as PILImage

from core.errors import NoiseLensError
from core.words import Text, fill_text, plain

MOST_UNPACKED = 16 * 1024**2
"""A colour profile, or a note in a text, that unpacks to more bytes is left aside."""
_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
_EXIF = b"Exif\0\0"
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:=\"|=\'|>)([1-8])")

# Tags of a TIFF, by their names in the specification.
_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, _STRIPS, _SAMPLES = 256, 257, 258, 259, 262, 273, 277
_STRIP_BYTES, _TILES, _TILE_BYTES, _FORMAT, _ORIENTATION = 279, 324, 325, 339, 274
_PROFILE, _XMP, _SUBFILE = 34675, 700, 254
# fmt: off
_OF_PIXELS = {
    _WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC, 266, _STRIPS, _SAMPLES, 278, _STRIP_BYTES, 284, 292, 293, 317,
    320, 322, 323, _TILES, _TILE_BYTES, 332, 334, 338, _FORMAT, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529,
    530, 531, 532, 0xBC01,
}
# fmt: on
_FAX = (2, 3, 4)  # compressions of TIFFs whose white is nought unless they say otherwise
_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}
_SHORT = 3
_SIGNED, _FRACTIONS = 2, 3  # of the tag _FORMAT
_SMALLER = 1  # of the tag _SUBFILE: the same picture once more


class Undecodable(Exception):
    """What somebody else's code reads of a file cannot be read."""


@contextmanager
def decoding() -> Iterator[None]:
    """Whatever a decoder stumbles over concerns the file that it was given, and nothing else.

    Raises:
        Undecodable: it stumbled.
        PIL.Image.DecompressionBombError, MemoryError, NoiseLensError: as they are.
    """
    try:
        yield
    except (PILImage.DecompressionBombError, MemoryError, NoiseLensError):
        raise
    # Each decoder raises what it likes: KeyError, TypeError and AttributeError among others.
    except Exception as error:
        raise Undecodable(str(error)) from error


@dataclass
class Parts:
    """A file in parts."""

    pixels: bytes
    """A file of the same kind with what decides over pixels, and nothing else where that could be told apart."""
    orientation: int | None = None
    """As EXIF counts, 1..8; None where the decoder has to be asked."""
    profile: bytes | None = None
    """Its colour profile; b"" for one that cannot be read; None where the decoder has to be asked."""
    several: bool | None = None
    """Whether it holds more than one picture; None where the decoder has to be asked."""
    white_is_zero: bool = False
    """Grey levels count from white to black, and the decoder is not to know."""
    bits: int = 16
    """Of a grey level of more than 8."""
    signed: bool = False
    """Grey levels count from below nought."""

    @property
    def limits(self) -> tuple[int, int]:
        """What a grey level of more than 8 bits may be at least and at most."""
        most: int = 2 ** (self.bits - self.signed) - 1
        return (-most - 1 if self.signed else 0), most


def parts_of(data: bytes) -> Parts:
    """The parts of a picture file; what is broken among them is as if it were not there."""
    if data.startswith(_PNG):
        return _png(data)
    directory = Directory.of(data)
    return Parts(data) if directory is None else directory.parts()


def orientation_in(exif: object, xmp: object) -> int:
    """How a camera was held, 1..8 as EXIF counts; 1 where neither says it.

    Args:
        exif, xmp: as a decoder gives them: bytes, text, or nothing.
    """
    found = None
    if isinstance(exif, bytes):
        while exif.startswith(_EXIF):
            exif = exif[len(_EXIF) :]
        directory = Directory.of(exif)
        found = directory.number(_ORIENTATION) if directory else None
    return _orientation(found, xmp)


def _orientation(in_exif: int | None, xmp: object) -> int:
    if in_exif is not None:
        return in_exif if 1 <= in_exif <= 8 else 1
    if isinstance(xmp, str):
        xmp = xmp.encode(errors="ignore")
    told = _XMP_ORIENTATION.search(xmp) if isinstance(xmp, bytes) else None
    return int(told[1]) if told else 1


def without_notes(data: bytes) -> bytes | None:
    """A JPEG, WebP, HEIC or AVIF file without camera's notes, texts and profile; None where nothing can be taken away."""
    if data.startswith(b"\xff\xd8"):
        bare = _bare_jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        bare = _bare_webp(data)
    elif data[4:8] == b"ftyp":
        # The kind of an item that nobody knows is passed over.
        bare = re.sub(rb"(infe\x02.{7})(?:Exif|mime)", rb"\1none", data, flags=re.DOTALL)
    else:
        return None
    return None if bare == data else bare


def kind_not_read(data: bytes) -> Text | None:
    """What a file is that no decoder opens and that is whole all the same, as far as its structure says; else None."""
    if data.startswith(b"\xff\xd8\xff"):
        return _unread_jpeg(data)
    if data.startswith(b"BM"):
        return _unread_bmp(data)
    directory = Directory.of(data)
    return directory.unread() if directory else None


# PNG


def _png(data: bytes) -> Parts:
    kept, notes = [_PNG], _Notes()
    place = len(_PNG)
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + length + 12
        if end > len(data) or not kind.isalpha():
            break  # cut short, or damaged: the decoder has a look at the rest
        if not kind[0] & 0x20:
            kept.append(data[place:end])
        elif zlib.crc32(data[place + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big"):
            body = data[place + 8 : end - 4]
            if kind == b"tRNS" and _fits(data, body):
                kept.append(data[place:end])
            notes.take(kind, body)
        elif kind == b"iCCP":
            notes.profile = b""
        place = end
        if kind == b"IEND":
            break
    else:
        place = len(data)
    if not kept[-1].startswith(b"IEND", 4):
        kept.append(data[place:])
    orientation = orientation_in(notes.exif, notes.xmp)
    return Parts(b"".join(kept), orientation, notes.profile, several=notes.animated and notes.frames)


def _fits(data: bytes, transparency: bytes) -> bool:
    """Whether a PNG's transparency is as long as its kind of colours wants it."""
    colours = data[25:26]
    return len(transparency) == {b"\0": 2, b"\2": 6}.get(colours, -1) or colours == b"\3"


@dataclass
class _Notes:
    """What a PNG says of its pixels beside them."""

    profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    animated: bool = False
    frames: bool = False

    def take(self, kind: bytes, body: bytes) -> None:
        if kind == b"iCCP" and self.profile is None:
            self.profile = _unpacked(body.partition(b"\0")[2][1:])
        elif kind == b"eXIf":
            self.exif = body
        elif kind == b"acTL":
            self.animated = len(body) == 8 and any(body[:4])
        elif kind == b"fdAT":
            self.frames = True
        elif kind == b"iTXt" and body.startswith(b"XML:com.adobe.xmp\0"):
            packed, text = body[18:19], body[20:].split(b"\0", 2)[-1]
            self.xmp = _unpacked(text) if packed == b"\1" else text
        elif kind in (b"zTXt", b"tEXt") and body.startswith(b"Raw profile type exif\0") and not self.exif:
            # ImageMagick's way: lines with a name and a length, then the bytes in hexadecimal digits.
            text = _unpacked(body[23:]) if kind == b"zTXt" else body[22:]
            digits = b"".join(text.split(b"\n")[3:])
            if re.fullmatch(rb"(?:[0-9a-fA-F]{2})*", digits):
                self.exif = bytes.fromhex(digits.decode())


def _unpacked(packed: bytes) -> bytes:
    """What was packed; nothing if that is broken or too much."""
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, MOST_UNPACKED)
    except zlib.error:
        return b""
    return unpacked if unpacking.eof else b""


# JPEG, WebP


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each part of a JPEG before its pixels."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xDA or end > len(data):
            return
        yield marker, place, end
        place = end


def _bare_jpeg(data: bytes) -> bytes:
    kept, after = [data[:2]], 2
    for marker, start, end in _segments(data):
        # JFIF's and Adobe's own segments say which colours these are.
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE) or marker == 0xEE:
            kept.append(data[start:end])
        after = end
    return b"".join(kept) + data[after:]


def _bare_webp(data: bytes) -> bytes:
    kept, place = [], 12
    while place + 8 <= len(data):
        kind, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + length + length % 2
        part = data[place:end]
        if kind == b"VP8X":
            part = part[:8] + bytes([part[8] & ~0x2C]) + part[9:] if len(part) > 8 else part
        if kind in (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"):
            kept.append(part)
        place = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _unread_jpeg(data: bytes) -> Text | None:
    if not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return None
    for marker, start, end in _segments(data):
        if marker == 0xF7:
            return plain("JPEG-LS")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and end - start >= 10:
            bits, colours = data[start + 4], data[start + 9]
            if bits in (12, 16):
                return fill_text(Text(en="JPEG with {n} bits a colour", ko="색당 {n}비트 JPEG"), n=bits)
            if colours == 2:
                return Text(en="JPEG with two colours", ko="색이 둘인 JPEG")
    return None


def _unread_bmp(data: bytes) -> Text | None:
    if len(data) < 54:
        return None
    start, head, width, height = struct.unpack_from("<IIii", data, 10)
    bits, packing, size = struct.unpack_from("<HII", data, 28)
    if head < 40 or width <= 0 or height == 0:
        return None
    size = size or (width * bits + 31) // 32 * 4 * abs(height)
    return plain("BMP") if start + size <= len(data) and packing <= 13 else None


# TIFF, and the notes of cameras, which have its form


@dataclass
class _Entry:
    tag: int
    kind: int
    count: int
    raw: bytes
    """As it stands in the directory."""
    place: int
    """Where its value is, in the file."""


@dataclass
class Directory:
    """The first directory of a TIFF file."""

    data: bytes
    order: str
    """Of bytes, as the module struct says it."""
    big: bool
    entries: list[_Entry]
    following: int
    """Where the next directory is; 0 for none."""
    place: int
    """Where this one is."""

    @classmethod
    def of(cls, data: bytes) -> "Directory | None":
        """That of a file; None if it is no TIFF, or has none that can be read."""
        order = _TIFF.get(data[:4])
        if order is None:
            return None
        big = b"+" in data[2:4]
        try:
            (place,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
        except struct.error:
            return None
        return cls._at(data, order, big, place)

    @classmethod
    def _at(
        cls, data: bytes, order: str, big: bool, start_of_it: int, all_of_pixels: bool = True
    ) -> "Directory | None":
        """
        Args:
            all_of_pixels: None where what decides over pixels is not all in the file.
        """
        step, offset_of, count_of = (20, "Q", "Q") if big else (12, "I", "H")
        entries = []
        place = start_of_it
        try:
            (count,) = struct.unpack_from(order + count_of, data, place)
            place += struct.calcsize(count_of)
            for start in range(place, place + step * min(count, 4096), step):
                tag, kind, amount = struct.unpack_from(order + "HH" + offset_of, data, start)
                inline = start + (12 if big else 8)
                size = _SIZES.get(kind, 0) * amount
                value = inline
                if size > (8 if big else 4):
                    (value,) = struct.unpack_from(order + offset_of, data, inline)
                if kind in _SIZES and value + size <= len(data):
                    entries.append(_Entry(tag, kind, amount, data[start : start + step], value))
                elif tag in _OF_PIXELS and all_of_pixels:
                    return None
            # A note of a camera may end here.
            last = data[place + step * count :]
            following = struct.unpack_from(order + offset_of, last)[0] if len(last) >= step - 8 else 0
        except (struct.error, OverflowError):
            return None
        return cls(data, order, big, entries, following, start_of_it)

    def numbers(self, tag: int) -> tuple[int, ...]:
        """The whole numbers of a tag; none if it is not there, or holds something else."""
        for entry in self.entries:
            if entry.tag == tag and entry.kind in _WHOLE_NUMBERS:
                form = f"{self.order}{entry.count}{_WHOLE_NUMBERS[entry.kind]}"
                return struct.unpack_from(form, self.data, entry.place)
        return ()

    def number(self, tag: int) -> int | None:
        """The first of them."""
        return next(iter(self.numbers(tag)), None)

    def bytes_of(self, tag: int) -> bytes | None:
        """What a tag holds, whatever it says that this is."""
        for entry in self.entries:
            if entry.tag == tag:
                return self.data[entry.place : entry.place + _SIZES[entry.kind] * entry.count]
        return None

    def parts(self) -> Parts:
        """The file in parts, all of its pixels in a directory of its own at the end."""
        kept = {entry.tag: entry.raw for entry in self.entries if entry.tag in _OF_PIXELS}
        bits, samples = self.number(_BITS) or 1, self.number(_SAMPLES) or 1
        photometric = self.number(_PHOTOMETRIC)
        if photometric is None and _PHOTOMETRIC not in kept and samples == 1:
            # As libtiff takes it.
            photometric = 0 if self.number(_COMPRESSION) in _FAX else 1
            kept[_PHOTOMETRIC] = self._short(_PHOTOMETRIC, photometric)
        # Of few bits the decoder turns grey levels round itself; of more it does not, or refuses them.
        white_is_zero = photometric == 0 and (bits > 8 or samples == 2)
        if white_is_zero:
            kept[_PHOTOMETRIC] = self._short(_PHOTOMETRIC, 1)
        signed = self.number(_FORMAT) == _SIGNED
        if bits == 8 and signed:
            # The decoder takes them for unsigned ones where it takes them at all.
            kept[_FORMAT] = self._short(_FORMAT, 1)
        if bits == 32 and samples == 1 and self.number(_FORMAT) in (None, 1):
            # The decoder knows them as signed ones in both orders of bytes.
            kept[_FORMAT] = self._short(_FORMAT, _SIGNED)
        return Parts(
            self._rewritten(kept),
            _orientation(self.number(_ORIENTATION), self.bytes_of(_XMP)),
            self.bytes_of(_PROFILE),
            several=self._several(),
            white_is_zero=white_is_zero,
            bits=bits,
            signed=signed,
        )

    def _several(self) -> bool:
        """Whether another picture follows, and not the same directory once more, nothing, or a small copy."""
        seen, following = {self.place}, self.following
        while following and following not in seen:
            seen.add(following)
            later = self._at(self.data, self.order, self.big, following, all_of_pixels=False)
            if later is None or not later.entries:
                return False
            if not (later.number(_SUBFILE) or 0) & _SMALLER:
                return True
            following = later.following
        return False

    def _short(self, tag: int, value: int) -> bytes:
        form, room = ("HHQ", 8) if self.big else ("HHI", 4)
        value_bytes = struct.pack(self.order + "H", value).ljust(room, b"\0")
        return struct.pack(self.order + form, tag, _SHORT, 1) + value_bytes

    def _rewritten(self, entries: dict[int, bytes]) -> bytes:
        offset_of, count_of, at = ("Q", "Q", 8) if self.big else ("I", "H", 4)
        place = len(self.data) + len(self.data) % 2
        table = struct.pack(self.order + count_of, len(entries))
        table += b"".join(entries[tag] for tag in sorted(entries)) + struct.pack(self.order + offset_of, 0)
        head = self.data[:at] + struct.pack(self.order + offset_of, place)
        return b"".join((head, self.data[len(head) :].ljust(place - len(head), b"\0"), table))

    def unread(self) -> Text | None:
        """What it is, if its first picture is all there."""
        width, length = self.number(_WIDTH) or 0, self.number(_LENGTH) or 0
        places = self.numbers(_STRIPS) or self.numbers(_TILES)
        sizes = self.numbers(_STRIP_BYTES) or self.numbers(_TILE_BYTES)
        bits = self.numbers(_BITS) or (1,)
        samples = self.number(_SAMPLES) or 1
        if not width or not length or not places or len(places) != len(sizes):
            return None
        if any(place + size > len(self.data) for place, size in zip(places, sizes, strict=True)):
            return None
        packing = self.number(_COMPRESSION) or 1
        if packing == 1 and sum(sizes) < width * length * samples * bits[0] // 8:
            return None
        if self.number(_FORMAT) == _FRACTIONS:
            return fill_text(Text(en="TIFF with fractions of {n} bits", ko="{n}비트 실수 TIFF"), n=bits[0])
        return fill_text(
            Text(
                en="TIFF with {n} bits a colour, {samples} of them, packing {packing}",
                ko="색당 {n}비트, 색 {samples}개, 압축 방식 {packing}번인 TIFF",
            ),
            n=bits[0],
            samples=samples,
            packing=packing,
        )
