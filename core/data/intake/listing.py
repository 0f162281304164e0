"""The files that a folder or archive holds, gathered under the limits: what is left out has a sentence."""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data.intake.letters import IN_WORDS
from core.data.intake.videos import is_video
from core.errors import ArchiveBomb, ClimbingArchive, ClimbingLink, DamagedArchive
from core.files import writing
from core.limits import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_NAME,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    MAX_VIDEO_BYTES,
    RATIO_FROM_BYTES,
)
from core.names import has_control, is_control
from core.words import Text, fill_text

ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
IGNORED = frozenset(
    {
        "__macosx",
        "icon\r",  # macOS: a folder's picture
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "@eadir",  # Synology: thumbnails of every picture
        "#recycle",
        "#snapshot",
        "@tmp",
        "@recycle",  # QNAP
        "network trash folder",  # AppleShare
        "temporary items",
    }
)
"""What systems leave behind, in small letters; like names that begin with a dot, never mentioned."""

_PIECE = 1024**2

LINK = Text(en="it is a link, and links are not followed", ko="링크라서 따라가지 않았습니다")
NESTED = Text(en="it is an archive inside", ko="안에 든 압축 파일입니다")
ENCRYPTED = Text(en="it needs a password", ko="암호가 걸려 있습니다")
SPECIAL = Text(en="it is not an ordinary file", ko="일반 파일이 아닙니다")
UNREADABLE = Text(en="this folder may not be read", ko="이 폴더를 읽을 권한이 없습니다")
_LARGE = Text(en="it is larger than {limit} MB", ko="{limit} MB보다 큽니다")
LARGE = fill_text(_LARGE, limit=MAX_FILE_BYTES // 2**20)
LARGE_VIDEO = fill_text(_LARGE, limit=f"{MAX_VIDEO_BYTES // 2**20:,}")
ABSURD = fill_text(
    Text(
        en="its name is longer than {name} characters, or more than {depth} folders deep, or holds control"
        " characters",
        ko="이름이 {name}자보다 길거나, 폴더가 {depth}겹보다 깊거나, 이름에 제어 문자가 있습니다",
    ),
    name=MAX_NAME,
    depth=MAX_DEPTH,
)
_TAKEN = Text(
    en="Names in {name} are not in UTF-8 and were read as {letters} ({encoding}). If letters in them look wrong, import"
    " the folder itself, or pack it with names in UTF-8.",
    ko="{name}에 든 이름이 UTF-8이 아니어서 {letters}({encoding})로 읽었습니다. 글자가 이상하면 폴더째 가져오거나, 이름을"
    " UTF-8로 해서 다시 압축해 주세요.",
)
EMPTY = Text(en="empty folders", ko="빈 폴더")

LeftOut = list[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file."""

    parts: tuple[str, ...]
    """Folders and name, from the top of the folder or archive; names in composed Unicode (NFC)."""
    reader: "Callable[[Entry], bytes | Path]"
    """Shared by all of a folder or archive: there may be hundreds of thousands."""
    key: Any = None
    """Whatever the reader needs to find it."""
    place: int = 0
    """Where it begins in an archive that must be read from front to back."""
    copier: "Callable[[Entry, Path], None] | None" = None
    """Shared, too; None where the file already has a place of its own."""

    @property
    def path(self) -> str:
        return "/".join(self.parts)

    def read(self) -> bytes | Path:
        """Its bytes, or where it lies.

        Raises:
            DamagedArchive, TooLarge.
        """
        return self.reader(self)

    def copy(self, target: Path) -> None:
        """A member of an archive into the new file `target`, piece by piece: it may be a large video.

        Raises:
            DamagedArchive, TooLarge, CannotWrite, DiskFull.
        """
        assert self.copier is not None
        self.copier(self, target)


@dataclass(frozen=True)
class Listing:
    """The files of a folder or archive, in name order, and those that are left out, each with why."""

    entries: list[Entry]
    left_out: LeftOut
    in_order: bool = False
    """Reading is fast by ascending `place` only."""
    spelt_twice: list[str] = field(default_factory=list)
    """Names of folders that are there in composed and in decomposed letters, and were read as one."""
    notes: list[Text] = field(default_factory=list)
    """By which letters names were read, where that had to be found out."""


@dataclass
class Gathering:
    """A listing under way."""

    name: str
    """What the user calls the folder or archive."""
    _entries: list[Entry] = field(default_factory=list)
    _left_out: LeftOut = field(default_factory=list)
    _seen: int = 0
    _folders: set[tuple[str, ...]] = field(default_factory=set)
    _holding: set[tuple[str, ...]] = field(default_factory=set)
    """Folders of files that are left out."""
    _spellings: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    """How each folder is spelt; of those with other letters than ASCII's."""
    _encodings: set[str] = field(default_factory=set)

    def parts(self, path: str) -> tuple[str, ...] | None:
        """Folders and name of an archive's member; None where nobody means it, or its name is absurd.

        Raises:
            ClimbingArchive: it leads out.
            ArchiveBomb: too many members.
        """
        self._seen += 1
        if self._seen > MAX_FILES:
            raise self.bomb(too_many())
        path = path.replace("\\", "/")
        if climbs(path):
            raise ClimbingArchive(name=self.name, member=shown(composed(path)))
        return self.sensible(tuple(part for part in path.split("/") if part not in ("", ".")))

    def sensible(self, stored: tuple[str, ...]) -> tuple[str, ...] | None:
        """Folders and name of a file, composed; None where nobody means such a file or its name is absurd.

        Args:
            stored: as the folder or archive spells them.
        """
        parts = tuple(map(composed, stored))
        for depth, part in enumerate(parts[:-1], 1):
            if not part.isascii():
                self._spellings.setdefault(parts[:depth], set()).add(stored[depth - 1])
        if not parts or is_ignored(parts):
            return None
        if len(parts) > MAX_DEPTH + 1 or any(len(part) > MAX_NAME or has_control(part) for part in parts):
            self.leave(parts, ABSURD)
            return None
        return parts

    def taken(self, encoding: str) -> None:
        """Names were read in this encoding, a key of core.data.intake.letters.IN_WORDS: they are not in UTF-8."""
        self._encodings.add(encoding)

    def folder(self, parts: tuple[str, ...]) -> None:
        """There is a folder, perhaps an empty one."""
        self._folders.add(parts)
        if len(self._folders) > MAX_FILES:
            raise self.bomb(too_many())

    def leave(self, parts: tuple[str, ...], why: Text) -> None:
        """Leave a file out."""
        self._holding.add(parts[:-1])
        self._left_out.append((shown("/".join(parts)), why))

    def link(self, parts: tuple[str, ...], target: str, from_top: bool = False) -> None:
        """A link in an archive: left out, if it stays inside.

        Raises:
            ClimbingLink: it leads out.
        """
        target = composed(target).replace("\\", "/")
        here = [] if from_top else list(parts[:-1])
        out = target.startswith("/") or re.match(r"[A-Za-z]:", target) is not None or "\0" in target
        for part in target.split("/"):
            if part == ".." and not here:
                out = True
                break
            if part == "..":
                here.pop()
            elif part not in ("", "."):
                here.append(part)
        if out:
            raise ClimbingLink(name=self.name, member=shown("/".join(parts)))
        self.leave(parts, LINK)

    def too_large(self, parts: tuple[str, ...], size: int) -> bool:
        """A member of an archive is over the limit of its kind, and left out."""
        video = is_video(parts[-1])
        if size <= (MAX_VIDEO_BYTES if video else MAX_FILE_BYTES):
            return False
        self.leave(parts, LARGE_VIDEO if video else LARGE)
        return True

    def add(self, entry: Entry) -> None:
        """A file."""
        if Path(entry.parts[-1]).suffix.lower() in ARCHIVES:
            self.leave(entry.parts, NESTED)
            return
        self._entries.append(entry)
        if len(self._entries) > MAX_FILES:
            raise self.bomb(too_many())

    def check_size(self, unpacked: int, packed: int) -> None:
        """
        Raises:
            ArchiveBomb: so many bytes from so few.
        """
        if unpacked > MAX_TOTAL_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed):
            why = fill_text(
                Text(en="it would unpack to {size} GB or more", ko="풀면 {size} GB가 넘습니다"),
                size=f"{unpacked / 1024**3:,.1f}",
            )
            raise self.bomb(why)

    def bomb(self, why: Text) -> ArchiveBomb:
        return ArchiveBomb(name=self.name, why=why)

    def listing(self, in_order: bool = False) -> Listing:
        """All of it."""
        used = {entry.parts[:depth] for entry in self._entries for depth in range(1, len(entry.parts))}
        # Of empty folders inside each other the innermost is named.
        used |= {parts[:depth] for parts in self._folders for depth in range(1, len(parts))}
        empty = sorted("/".join(parts) for parts in self._folders - used - self._holding)
        if empty:
            # One line for all: ten thousand lines would bury what matters.
            more = f" (+{len(empty) - 3:,})" if len(empty) > 3 else ""
            self._left_out.append((", ".join(map(shown, empty[:3])) + more, EMPTY))
        self._entries.sort(key=lambda entry: entry.parts)
        twice = sorted(parts[-1] for parts, stored in self._spellings.items() if len(stored) > 1)
        notes = [
            fill_text(_TAKEN, name=self.name, letters=IN_WORDS[encoding], encoding=encoding)
            for encoding in sorted(self._encodings)
        ]
        return Listing(self._entries, self._left_out, in_order, twice, notes)


def is_ignored(parts: tuple[str, ...]) -> bool:
    """A file that nobody means: hidden, or left by a system."""
    return any(part.startswith(".") or part.casefold() in IGNORED for part in parts)


def climbs(path: str) -> bool:
    """`path` (with forward slashes) is absolute, has a drive letter or a part "..", or a zero byte."""
    return (
        path.startswith("/")
        or re.match(r"[A-Za-z]:", path) is not None
        or ".." in path.split("/")
        or "\0" in path
    )


def composed(name: str) -> str:
    """`name` as people write it: macOS stores Korean as single letters (NFD), Linux allows any bytes."""
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", readable)


def shown(path: str) -> str:
    """A path fit for a screen, however absurd."""
    safe = "".join("�" if is_control(letter) else letter for letter in path)
    return safe if len(safe) <= MAX_NAME else f"{safe[: MAX_NAME // 2]}…{safe[-MAX_NAME // 4 :]}"


def too_many() -> Text:
    return fill_text(
        Text(en="it holds more than {limit} files or folders", ko="파일이나 폴더가 {limit}개가 넘습니다"),
        limit=f"{MAX_FILES:,}",
    )


def copy_pieces(read: Callable[[int], bytes], size: int, name: str, target: Path) -> None:
    """The next `size` bytes that `read` gives into the new file `target`.

    Raises:
        DamagedArchive: there are fewer.
        CannotWrite, DiskFull.
    """
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.open("wb")
    left = size
    try:
        # What `read` raises is about the archive, not about the disk.
        while left:
            piece = read(min(_PIECE, left))
            if not piece:
                raise DamagedArchive(name=name)
            with writing(target):
                file.write(piece)
            left -= len(piece)
        with writing(target):
            file.flush()
    finally:
        with suppress(OSError):  # said already
            file.close()
