"""What lies in a folder, ZIP or TAR that somebody hands over, safely: nothing is ever unpacked to disk.

An archive in which one path or link climbs out is refused as a whole: it was made to do harm, or is broken.
"""

import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.data.intake import tarball
from core.data.intake.letters import DOS, is_utf8, legacy_encoding
from core.data.intake.listing import (
    ENCRYPTED,
    LINK,
    SPECIAL,
    UNREADABLE,
    Entry,
    Gathering,
    Listing,
    composed,
    copy_pieces,
    is_ignored,
)
from core.data.intake.uploads import names_of_upload
from core.errors import DamagedArchive, NotAnArchive, NotFound, TooLarge
from core.limits import MAX_FILE_BYTES, MAX_HEADER_BYTES

SLOW_FROM_BYTES = 200 * 1024**2
"""A packed TAR from this size on takes seconds only to list: it must be unpacked for that."""


@contextmanager
def opened(source: Path) -> Iterator[Listing]:
    """The files of the folder or archive `source`; their `read` works until the end of the block.

    Raises:
        NotFound: there is nothing at `source`.
        NotAnArchive, DamagedArchive: it is neither a folder nor an archive that can be read.
        ClimbingArchive: an archive with a path or link that leads out of it.
        ArchiveBomb: too many files, or an archive that would unpack to far too much.
    """
    if source.is_dir():
        names = names_of_upload(source)
        yield _folder(source) if names is None else _upload(source, names)
        return
    if not source.exists():
        raise NotFound(name=str(source))
    if not source.is_file():
        raise NotAnArchive(name=source.name)
    try:
        packing = tarball.packing_of(source)
        is_zip = packing is None and _begins_like_zip(source)
    except OSError as error:
        raise DamagedArchive(name=source.name) from error
    if packing is not None:
        with tarball.opened(source, packing) as listing:
            yield listing
        return
    if not is_zip:
        raise NotAnArchive(name=source.name)
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise DamagedArchive(name=source.name) from error
    with archive:
        yield _zip(archive, source.name, source.stat().st_size)


def is_slow(source: Path) -> bool:
    """Whether listing it takes longer than a page may wait."""
    try:
        return (
            source.is_file() and source.stat().st_size > SLOW_FROM_BYTES and bool(tarball.packing_of(source))
        )
    except OSError:
        return False


def _begins_like_zip(source: Path) -> bool:
    """It is a ZIP, or was one before its end was lost."""
    if zipfile.is_zipfile(source):
        return True
    with source.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _folder(source: Path) -> Listing:
    found = Gathering(source.name)
    root = source.resolve()

    def reader(entry: Entry) -> Path:
        return source.joinpath(*(entry.key or entry.parts))

    def unreadable(error: OSError) -> None:
        where = Path(error.filename).relative_to(source)
        found.leave(tuple(map(composed, where.parts)), UNREADABLE)

    for top, folders, files in os.walk(source, onerror=unreadable):
        here = Path(top)
        above = here.relative_to(source).parts
        if above:
            found.folder(tuple(map(composed, above)))
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not is_ignored((name,)))
        for name in sorted(linked + files):
            path = here / name
            raw = (*above, name)
            parts = found.sensible(raw)
            if parts is None:
                continue
            if path.is_symlink():
                if not (path.resolve().is_relative_to(root) and path.is_file()):
                    found.leave(parts, LINK)
                    continue
            elif not path.is_file():
                found.leave(parts, SPECIAL)
                continue
            found.add(Entry(parts, reader, None if raw == parts else raw))
    return found.listing()


def _upload(source: Path, names: dict[str, str]) -> Listing:
    """What a browser handed over: the same as the folder would give that was dropped there."""
    found = Gathering(source.name)

    def reader(entry: Entry) -> Path:
        return source / str(entry.key)

    for stored, path in names.items():
        parts = found.sensible(tuple(part for part in path.split("/") if part not in ("", ".")))
        if parts is not None:
            found.add(Entry(parts, reader, stored))
    return found.listing()


def _zip(archive: zipfile.ZipFile, name: str, size: int) -> Listing:
    found = Gathering(name)
    members = archive.infolist()
    reader, copier = _reader(archive), _copier(archive)
    # Members of a bomb may share the same packed bytes, so their sum says nothing.
    packed = min(size, sum(member.compress_size for member in members))
    found.check_size(sum(member.file_size for member in members), packed)
    names, encoding = member_names(members)
    if encoding is not None:
        found.taken(encoding)
    for member, path in zip(members, names, strict=True):
        parts = found.parts(path)
        if parts is None:
            continue
        mode = member.external_attr >> 16
        if stat.S_ISLNK(mode):
            found.link(parts, _target(archive, member))
        elif member.is_dir() or path.endswith(("/", "\\")):
            found.folder(parts)
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            found.leave(parts, SPECIAL)
        elif member.flag_bits & 0x1:
            found.leave(parts, ENCRYPTED)
        elif not found.too_large(parts, member.file_size):
            found.add(Entry(parts, reader, member, copier=copier))
    return found.listing()


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    NotImplementedError,  # packed in a way that Python does not know
    RuntimeError,
    ValueError,
)
"""What reading a member raises when its bytes are wrong."""


def _target(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """Where a link leads; one that cannot be read counts as leading out."""
    try:
        with archive.open(member) as file:
            return file.read(MAX_HEADER_BYTES).decode("utf-8", "surrogateescape")
    except _DAMAGE:
        return "/"


def _reader(archive: zipfile.ZipFile) -> Callable[[Entry], bytes]:
    def read(entry: Entry) -> bytes:
        try:
            with archive.open(entry.key) as file:
                # Never more than was declared and allowed, whatever the packed bytes would unpack to.
                data = file.read(MAX_FILE_BYTES + 1)
        except _DAMAGE as error:
            raise DamagedArchive(name=entry.path) from error
        if len(data) > MAX_FILE_BYTES:
            limit = f"{MAX_FILE_BYTES // 2**20} MB"
            raise TooLarge(name=entry.path, size=f"> {limit}", limit=limit)
        return data

    return read


def _copier(archive: zipfile.ZipFile) -> Callable[[Entry, Path], None]:
    def copy(entry: Entry, target: Path) -> None:
        try:
            with archive.open(entry.key) as file:
                copy_pieces(file.read, entry.key.file_size, entry.path, target)
        except _DAMAGE as error:
            raise DamagedArchive(name=entry.path) from error

    return copy


def member_names(members: Sequence[zipfile.ZipInfo]) -> tuple[list[str], str | None]:
    """The names of a ZIP's members, as whoever packed them read them, and the encoding if that had to be found out.

    A name without the UTF-8 flag is cp437 by the standard. Its bytes are often UTF-8 all the same, or what DOS and
    Windows use in Korea, Japan, China, Russia or the West; many programs add the name in UTF-8 as an extra field.
    """
    raw = [None if one.flag_bits & 0x800 else one.orig_filename.encode("cp437") for one in members]
    added = [None if name is None else _added_name(one, name) for one, name in zip(members, raw, strict=True)]
    unclear = [
        name
        for name, better in zip(raw, added, strict=True)
        if name is not None and better is None and not is_utf8(name)
    ]
    legacy = legacy_encoding(unclear, DOS) if unclear else None
    names = []
    for one, name, better in zip(members, raw, added, strict=True):
        if name is None or better is not None:
            names.append(better or one.orig_filename)
        else:
            names.append(name.decode("utf-8" if legacy is None or is_utf8(name) else legacy))
    return names, legacy


_UNICODE_PATH = 0x7075
"""The extra field with the name in UTF-8 (APPNOTE 4.6.9)."""


def _added_name(member: zipfile.ZipInfo, stored: bytes) -> str | None:
    """The name of the extra field; None where there is none, or it is of another name: a program that knows nothing
    of it has renamed the member since."""
    extra = member.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        data, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind != _UNICODE_PATH or len(data) <= 5 or data[0] != 1:
            continue
        if int.from_bytes(data[1:5], "little") != zlib.crc32(stored):
            return None
        try:
            return data[5:].decode()
        except UnicodeDecodeError:
            return None
    return None
