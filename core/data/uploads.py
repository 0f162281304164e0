"""What a browser handed over, into a folder of its own among the workspace's uploads."""

from collections.abc import Sequence
from pathlib import Path

from core.data.listing import climbs, composed
from core.errors import ArchiveBomb, CannotWrite, ClimbingArchive
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
    alone = len(files) == 1 and Path(paths[0]).suffix.lower().removeprefix(".") in (*ARCHIVE_TYPES, "gz")
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


def upload_name(names: Sequence[str]) -> str:
    """What to call the data set of these files: the archive's name, or the folder that wraps them all."""
    if not names:
        return ""
    if len(names) == 1 and "/" not in names[0]:
        stem = Path(names[0]).stem
        return stem.removesuffix(".tar")
    tops = {name.split("/")[0] for name in names}
    return tops.pop() if len(tops) == 1 else ""
