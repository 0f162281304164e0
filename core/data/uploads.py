"""What a browser handed over, into a folder of its own among the workspace's uploads."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from core.data.listing import climbs, composed
from core.errors import ArchiveBomb, CannotWrite, ClimbingArchive, SeveralArchives
from core.limits import MAX_DEPTH, MAX_FILES
from core.store import Workspace, file_name, new_id, remove_folder
from core.words import Text, fill_text

ARCHIVE_TYPES = ("zip", "tar", "tgz", "tar.gz")
"""What a page lets people choose; by their bytes more can be read."""


def keep_upload(workspace: Workspace, files: Sequence[tuple[str, bytes | memoryview]]) -> Path:
    """Store one archive, or many files with their folders; gives what is to be imported.

    Args:
        files: (name or relative path, bytes) each.

    Raises:
        ClimbingArchive: a path that leads out.
        ArchiveBomb: too many files.
        SeveralArchives: an archive beside other files that are not of a folder.
        CannotWrite: nothing is left of it then.
    """
    if len(files) > MAX_FILES:
        why = Text(en="it holds more than {limit} files", ko="파일이 {limit}개가 넘습니다")
        raise ArchiveBomb(name=files[0][0], why=fill_text(why, limit=f"{MAX_FILES:,}"))
    place = workspace.uploads / new_id()
    paths = [composed(name).replace("\\", "/") for name, _ in files]
    for path in paths:
        if climbs(path):
            raise ClimbingArchive(name=paths[0], member=path[:200])
    archives = [
        path for path in paths if Path(path).suffix.lower().removeprefix(".") in (*ARCHIVE_TYPES, "gz")
    ]
    if "/" not in paths[0] and archives and len(files) > 1:
        raise SeveralArchives(name=archives[-1])
    alone = bool(archives) and len(files) == 1
    top = place if alone else place / file_name(upload_name(paths) or "files")
    wrapped = len({path.split("/")[0] for path in paths}) == 1 and "/" in paths[0]
    try:
        for path, (_, data) in zip(paths, files, strict=True):
            parts = [file_name(part) for part in path.split("/") if part not in ("", ".")]
            target = top.joinpath(*parts[1 if wrapped else 0 :][-MAX_DEPTH:])
            target.parent.mkdir(parents=True, exist_ok=True)
            # Two names may become one once no system is left that cannot store it.
            number = 2
            while target.exists():
                target = target.with_name(f"{target.stem} {number}{target.suffix}")
                number += 1
            target.write_bytes(data)
    except OSError as error:
        remove_folder(place)
        raise CannotWrite(name=str(workspace.uploads), why=error.strerror or str(error)) from error
    return target if alone else top


class KeptUpload:
    """One visitor's uploads on disk, written once: looked at first, then handed to the job that reads them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = Lock()
        self._key: tuple[str, ...] | None = None
        self._path: Path | None = None

    def path(
        self, key: tuple[str, ...], files: Callable[[], Sequence[tuple[str, bytes | memoryview]]]
    ) -> Path:
        """Where the uploads lie that `key` names; others are removed.

        Args:
            files: as `keep_upload` takes them.

        Raises:
            What `keep_upload` raises.
        """
        with self._lock:
            if self._path is None or self._key != key or not self._path.exists():
                self._remove()
                self._path, self._key = keep_upload(self._workspace, files()), key
            return self._path

    def hand_over(self) -> None:
        """They belong to a job from now on."""
        with self._lock:
            self._path = None

    def close(self) -> None:
        """The visitor is gone: so is what no job has taken."""
        with self._lock:
            self._remove()

    def _remove(self) -> None:
        if self._path is not None:
            remove_folder(self._path.parent)
            self._path = None


def upload_name(names: Sequence[str]) -> str:
    """What to call the data set of these files: the archive's name, or the folder that wraps them all."""
    if not names:
        return ""
    if len(names) == 1 and "/" not in names[0]:
        stem = Path(names[0]).stem
        return stem.removesuffix(".tar")
    tops = {name.split("/")[0] for name in names}
    return tops.pop() if len(tops) == 1 else ""


def files_of(source: Path) -> list[tuple[str, int]]:
    """Name and size in bytes of the file `source`, or of each in that folder."""
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    return [(str(path.relative_to(source.parent)), path.stat().st_size) for path in files if path.is_file()]
