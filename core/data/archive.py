"""What lies in a folder, ZIP or TAR that somebody hands over, safely: nothing is ever unpacked to disk.

An archive in which one path or link climbs out is refused as a whole: it was made to do harm, or is broken.
"""

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data import tarball
from core.data.listing import (
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
    readable_name,
)
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
        yield _folder(source)
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
            parts = found.sensible(tuple(map(composed, (*above, name))))
            if parts is None:
                continue
            if path.is_symlink():
                if not (path.resolve().is_relative_to(root) and path.is_file()):
                    found.leave(parts, LINK)
                    continue
            elif not path.is_file():
                found.leave(parts, SPECIAL)
                continue
            raw = (*above, name)
            found.add(Entry(parts, reader, None if raw == parts else raw))
    return found.listing()


def _zip(archive: zipfile.ZipFile, name: str, size: int) -> Listing:
    found = Gathering(name)
    members = archive.infolist()
    reader, copier = _reader(archive), _copier(archive)
    # Members of a bomb may share the same packed bytes, so their sum says nothing.
    packed = min(size, sum(member.compress_size for member in members))
    found.check_size(sum(member.file_size for member in members), packed)
    for member in members:
        path = member_name(member)
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


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a ZIP's member; old archives from Korea and from careless tools are read rightly.

    A name without the UTF-8 flag is cp437 by the standard.
    """
    name = member.orig_filename
    if member.flag_bits & 0x800 or name.isascii():
        return name
    return readable_name(name.encode("cp437"), name)
