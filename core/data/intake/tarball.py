"""TAR archives, plain or packed: listed and read without unpacking to disk.

A packed one can only be read from front to back, so it is, once to list it and once for its pictures.
"""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Any

from core.data.intake.letters import is_utf8, legacy_encoding
from core.data.intake.listing import SPECIAL, Entry, Gathering, Listing, copy_pieces
from core.errors import DamagedArchive
from core.limits import MAX_HEADER_BYTES
from core.words import Text

PACKINGS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"": lambda file: file,
}
"""How a file begins, and what reads it; the last one is no packing at all."""
_DAMAGE = (tarfile.TarError, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, OverflowError)
_STRIDE = 1024**2


def packing_of(source: Path) -> bytes | None:
    """How the TAR `source` begins, a key of PACKINGS; None where it is no TAR.

    Raises:
        OSError: it cannot be read.
    """
    with source.open("rb") as file:
        start = file.read(8)
        packing = next(key for key in PACKINGS if start.startswith(key))
        file.seek(0)
        try:
            header = PACKINGS[packing](file).read(tarfile.BLOCKSIZE)
        except _DAMAGE:
            return None
    try:
        # GNU and POSIX have a mark, the oldest kind has a checksum only.
        tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return packing


class _Unpacked:
    """The unpacked bytes, for tarfile: no header gets it to read or unpack more than the limits allow."""

    def __init__(self, file: Any, packed: IO[bytes], gathering: Gathering, direct: bool) -> None:
        self._file = file
        self._packed = packed
        self._gathering = gathering
        self._direct = direct
        self.tell = file.tell

    def _check(self) -> None:
        if not self._direct:
            self._gathering.check_size(self._file.tell(), max(self._packed.tell(), 1))

    def read(self, count: int) -> bytes:
        if not 0 <= count <= MAX_HEADER_BYTES:
            raise self._gathering.bomb(
                Text(en="a header in it is far too long", ko="안에 든 헤더가 지나치게 깁니다")
            )
        data: bytes = self._file.read(count)
        self._check()
        return data

    def seek(self, place: int) -> None:
        if self._direct:
            self._file.seek(place)
            return
        while (here := self._file.tell()) < place:
            if not self._file.read(min(_STRIDE, place - here)):
                return
            self._check()
        if here > place:
            self._file.seek(place)


@contextmanager
def opened(source: Path, packing: bytes) -> Iterator[Listing]:
    """The files of the TAR `source`; their `read` works until the end of the block.

    Raises:
        DamagedArchive, ClimbingArchive, ArchiveBomb.
    """
    found = Gathering(source.name)
    with source.open("rb") as packed:
        file = PACKINGS[packing](packed)
        unpacked = _Unpacked(file, packed, found, direct=packing == b"")
        lock = Lock()
        try:
            _list(unpacked, file, lock, found)
        except _DAMAGE as error:
            raise DamagedArchive(name=source.name) from error
        yield found.listing(in_order=packing != b"")


def _list(unpacked: _Unpacked, file: Any, lock: Lock, found: Gathering) -> None:
    tar: Any = tarfile.TarFile(
        fileobj=unpacked,  # type: ignore[arg-type]
        encoding="utf-8",
        errors="surrogateescape",
    )
    reader, copier = _reader(file, lock), _copier(file, lock)
    last = -1
    while (member := tar.next()) is not None:
        tar.members.clear()  # it would keep every one
        if member.offset_data <= last or member.size < 0:
            raise tarfile.ReadError("headers that lead back")
        last = member.offset_data
        parts = found.parts(_name(member.name, found))
        if parts is None:
            continue
        if member.issym() or member.islnk():
            found.link(parts, _name(member.linkname, found), from_top=member.islnk())
        elif member.isdir():
            found.folder(parts)
        elif not member.isreg() or member.issparse():
            found.leave(parts, SPECIAL)
        elif not found.too_large(parts, member.size):
            found.add(Entry(parts, reader, member.size, last, copier))


def _name(stored: str, found: Gathering) -> str:
    raw = stored.encode("utf-8", "surrogateescape")
    if is_utf8(raw):
        return stored
    legacy = legacy_encoding([raw])
    try:
        name = raw.decode(legacy)
    except UnicodeDecodeError:
        return stored
    found.taken(legacy)
    return name


def _reader(file: Any, lock: Lock) -> Callable[[Entry], bytes]:
    def read(entry: Entry) -> bytes:
        try:
            with lock:
                file.seek(entry.place)
                data: bytes = file.read(entry.key)
        except _DAMAGE as error:
            raise DamagedArchive(name=entry.path) from error
        if len(data) < entry.key:
            raise DamagedArchive(name=entry.path)
        return data

    return read


def _copier(file: Any, lock: Lock) -> Callable[[Entry, Path], None]:
    def copy(entry: Entry, target: Path) -> None:
        try:
            with lock:
                file.seek(entry.place)
                copy_pieces(file.read, entry.key, entry.path, target)
        except _DAMAGE as error:
            raise DamagedArchive(name=entry.path) from error

    return copy
