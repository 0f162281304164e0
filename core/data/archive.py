"""What lies in a folder or ZIP that somebody hands over, safely: nothing is ever unpacked to disk.

A ZIP in which one path or link climbs out is refused as a whole: it was made to do harm, or is broken.
"""

import lzma
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import ArchiveBomb, ClimbingArchive, DamagedArchive, NotAnArchive, NotFound, TooLarge
from core.images import MAX_FILE_BYTES
from core.words import Text, fill_text

MAX_FILES = 300_000
"""Most files in a folder or ZIP."""
MAX_TOTAL_BYTES = 64 * 1024**3
"""Most bytes that a ZIP may hold, unpacked."""
MAX_RATIO = 100
"""Most bytes unpacked for a byte packed, over a whole ZIP: photographs reach 2, plain drawings 20."""
RATIO_FROM_BYTES = 200 * 1024**2
"""Below this many bytes unpacked the ratio does not matter."""
ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
"""What systems leave behind; like names that begin with a dot, never mentioned."""

LINK = Text(en="it is a link, and links are not followed", ko="링크라서 따라가지 않았습니다")
NESTED = Text(en="it is an archive inside", ko="안에 든 압축 파일입니다")
ENCRYPTED = Text(en="it needs a password", ko="암호가 걸려 있습니다")
SPECIAL = Text(en="it is not an ordinary file", ko="일반 파일이 아닙니다")
UNREADABLE = Text(en="this folder may not be read", ko="이 폴더를 읽을 권한이 없습니다")
LARGE = fill_text(
    Text(en="it is larger than {limit} MB", ko="{limit}MB보다 큽니다"), limit=MAX_FILE_BYTES // 10**6
)


@dataclass(frozen=True)
class Entry:
    """One file."""

    parts: tuple[str, ...]
    """Folders and name, from the top of the folder or ZIP; names in composed Unicode (NFC)."""
    read: Callable[[], bytes | Path]
    """Its bytes, or where it lies.

    Raises:
        DamagedArchive, TooLarge.
    """

    @property
    def path(self) -> str:
        return "/".join(self.parts)


@dataclass(frozen=True)
class Listing:
    """The files of a folder or ZIP, in name order, and those that are left out, each with why."""

    entries: list[Entry]
    left_out: list[tuple[str, Text]]


def is_ignored(parts: tuple[str, ...]) -> bool:
    """A file that nobody means: hidden, or left by a system."""
    return any(part in IGNORED or part.startswith(".") for part in parts)


@contextmanager
def opened(source: Path) -> Iterator[Listing]:
    """The files of the folder or ZIP `source`; their `read` works until the end of the block.

    Raises:
        NotFound: there is nothing at `source`.
        NotAnArchive, DamagedArchive: it is neither a folder nor a ZIP that can be read.
        ClimbingArchive: a ZIP with a path or link that leads out of it.
        ArchiveBomb: too many files, or a ZIP that would unpack to far too much.
    """
    if source.is_dir():
        yield _folder(source)
        return
    if not source.exists():
        raise NotFound(name=source.name or str(source))
    if not source.is_file() or not _begins_like_zip(source):
        raise NotAnArchive(name=source.name)
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise DamagedArchive(name=source.name) from error
    with archive:
        yield _zip(archive, source.name, source.stat().st_size)


def _begins_like_zip(source: Path) -> bool:
    """It is a ZIP, or was one before its end was lost."""
    if zipfile.is_zipfile(source):
        return True
    try:
        with source.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise DamagedArchive(name=source.name) from error


def _folder(source: Path) -> Listing:
    entries: list[Entry] = []
    left_out: list[tuple[str, Text]] = []

    def unreadable(error: OSError) -> None:
        where = Path(error.filename).relative_to(source)
        left_out.append((_composed(where.as_posix()), UNREADABLE))

    for top, folders, files in os.walk(source, onerror=unreadable):
        here = Path(top)
        above = here.relative_to(source).parts
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not is_ignored((name,)))
        for name in sorted(linked + files):
            path, parts = here / name, tuple(map(_composed, (*above, name)))
            if is_ignored(parts):
                continue
            if path.is_symlink():
                inside = path.resolve().is_relative_to(source.resolve())
                if not (inside and path.is_file()):
                    left_out.append(("/".join(parts), LINK))
                    continue
            elif not path.is_file():
                left_out.append(("/".join(parts), SPECIAL))
                continue
            _sort_in(Entry(parts, lambda path=path: path), entries, left_out)  # type: ignore[misc]
            if len(entries) > MAX_FILES:
                raise ArchiveBomb(name=source.name, why=_too_many(len(entries)))
    entries.sort(key=lambda entry: entry.parts)
    return Listing(entries, left_out)


def _zip(archive: zipfile.ZipFile, name: str, size: int) -> Listing:
    members = archive.infolist()
    if len(members) > MAX_FILES:
        raise ArchiveBomb(name=name, why=_too_many(len(members)))
    unpacked = sum(member.file_size for member in members)
    # Members of a bomb may share the same packed bytes, so their sum says nothing.
    packed = min(size, sum(member.compress_size for member in members))
    if unpacked > MAX_TOTAL_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed):
        why = fill_text(
            Text(en="it would unpack to {size} GB", ko="풀면 {size}GB가 됩니다"),
            size=f"{unpacked / 1024**3:,.1f}",
        )
        raise ArchiveBomb(name=name, why=why)
    entries: list[Entry] = []
    left_out: list[tuple[str, Text]] = []
    for member in members:
        path = _composed(member_name(member)).replace("\\", "/")
        mode = member.external_attr >> 16
        if climbs(path) or stat.S_ISLNK(mode):
            raise ClimbingArchive(name=name, member=path[:200])
        parts = tuple(part for part in path.split("/") if part not in ("", "."))
        if member.is_dir() or path.endswith("/") or not parts or is_ignored(parts):
            continue
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            left_out.append(("/".join(parts), SPECIAL))
        elif member.flag_bits & 0x1:
            left_out.append(("/".join(parts), ENCRYPTED))
        elif member.file_size > MAX_FILE_BYTES:
            left_out.append(("/".join(parts), LARGE))
        else:
            _sort_in(Entry(parts, _reader(archive, member)), entries, left_out)
    entries.sort(key=lambda entry: entry.parts)
    return Listing(entries, left_out)


def _sort_in(entry: Entry, entries: list[Entry], left_out: list[tuple[str, Text]]) -> None:
    if Path(entry.parts[-1]).suffix.lower() in ARCHIVES:
        left_out.append((entry.path, NESTED))
    else:
        entries.append(entry)


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


def _reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(member) as file:
                # Never more than was declared and allowed, whatever the packed bytes would unpack to.
                data = file.read(MAX_FILE_BYTES + 1)
        except _DAMAGE as error:
            raise DamagedArchive(name=member.filename) from error
        if len(data) > MAX_FILE_BYTES:
            limit = f"{MAX_FILE_BYTES // 10**6} MB"
            raise TooLarge(name=member.filename, size=f"> {limit}", limit=limit)
        return data

    return read


def climbs(path: str) -> bool:
    """`path` (with forward slashes) is absolute, has a drive letter or a part "..", or a zero byte."""
    return (
        path.startswith("/")
        or re.match(r"[A-Za-z]:", path) is not None
        or ".." in path.split("/")
        or "\0" in path
    )


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a ZIP's member; old archives from Korea and from careless tools are read rightly.

    A name without the UTF-8 flag is cp437 by the standard, but often UTF-8 or, packed by Windows in
    Korea, cp949. UTF-8 hardly fits by chance; cp949 counts where it gives nothing but Hangul.
    """
    name = member.orig_filename
    if member.flag_bits & 0x800 or name.isascii():
        return name
    raw = name.encode("cp437")
    for encoding in ("utf-8", "cp949"):
        try:
            decoded = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        foreign = [letter for letter in decoded if not letter.isascii()]
        if encoding == "utf-8" or all("가" <= letter <= "힣" for letter in foreign):
            return decoded
    return name


def _composed(name: str) -> str:
    """`name` as people write it: macOS stores Korean as single letters (NFD), Linux allows any bytes."""
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", readable)


def _too_many(count: int) -> Text:
    return fill_text(
        Text(en="it holds more than {limit} files", ko="파일이 {limit}개가 넘습니다"), limit=f"{MAX_FILES:,}"
    )
