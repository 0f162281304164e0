"""What a browser handed over, into a folder of its own among the workspace's uploads.

The files of a folder get numbers there, and what they are called stands beside them: no disk then changes a name,
and what comes of an upload is what comes of the folder itself.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from core.data.intake.listing import climbs, shown
from core.errors import ArchiveBomb, CannotWrite, ClimbingArchive, DiskFull, SeveralArchives
from core.files import read_json, remove_folder, write_json, writing
from core.limits import MAX_FILES
from core.store import Workspace, file_name, new_id
from core.words import Text, fill_text

ARCHIVE_TYPES = ("zip", "tar", "tgz", "tar.gz")
"""What a page lets people choose; by their bytes more can be read."""
_NAMES = ".noiselens-upload.json"
"""Beside the files of an upload: {file: its path in the folder that was handed over}."""


def keep_upload(workspace: Workspace, files: Sequence[tuple[str, bytes | memoryview]]) -> Path:
    """Store one archive, or many files with their folders; gives what is to be imported.

    Args:
        files: (name or relative path, bytes) each.

    Raises:
        ClimbingArchive: a path that leads out.
        ArchiveBomb: too many files.
        SeveralArchives: an archive beside other files that are not of a folder.
        CannotWrite, DiskFull: nothing is left of it then.
    """
    if len(files) > MAX_FILES:
        why = Text(en="it holds more than {limit} files", ko="파일이 {limit}개가 넘습니다")
        raise ArchiveBomb(name=files[0][0], why=fill_text(why, limit=f"{MAX_FILES:,}"))
    place = workspace.uploads / new_id()
    paths = [name for name, _ in files]
    for path in paths:
        if climbs(path.replace("\\", "/")):
            raise ClimbingArchive(name=shown(paths[0]), member=shown(path))
    archives = [
        path for path in paths if Path(path).suffix.lower().removeprefix(".") in (*ARCHIVE_TYPES, "gz")
    ]
    if "/" not in paths[0] and archives and len(files) > 1:
        raise SeveralArchives(name=archives[-1])
    alone = bool(archives) and len(files) == 1
    top = place if alone else place / file_name(upload_name(paths) or "files")
    wrapped = len({path.split("/")[0] for path in paths}) == 1 and "/" in paths[0]
    try:
        with writing(workspace.uploads):
            top.mkdir(parents=True)
            if alone:
                kept = top / file_name(paths[0])
                kept.write_bytes(files[0][1])
                return kept
            names = {}
            for number, (path, data) in enumerate(files):
                stored = f"{number:06}"
                names[stored] = path.partition("/")[2] if wrapped else path
                (top / stored).write_bytes(data)
            write_json(top / _NAMES, names)
            return top
    except (CannotWrite, DiskFull):
        remove_folder(place)
        raise


def names_of_upload(folder: Path) -> dict[str, str] | None:
    """{file in `folder`: its path in what was handed over}; None where that is no upload."""
    try:
        names = read_json(folder / _NAMES)
    except (OSError, ValueError):
        return None
    stored = {path.name for path in folder.iterdir() if path.is_file() and not path.is_symlink()}
    return names if isinstance(names, dict) and stored.issuperset(names) else None


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
    names = names_of_upload(source)
    if names is not None:
        return [(f"{source.name}/{path}", (source / stored).stat().st_size) for stored, path in names.items()]
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    return [(str(path.relative_to(source.parent)), path.stat().st_size) for path in files if path.is_file()]
