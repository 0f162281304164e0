"""Files that appear whole or not at all, and the words for what a disk says."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import CannotWrite, DiskFull

DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
"""What reading arrays from a file may raise where it is missing, cut short or something else."""
CSV_ENCODING = "utf-8-sig"
"""Of every CSV that is written: without its mark Excel takes Korean for other letters."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Words what a disk may say.

    Raises:
        DiskFull, CannotWrite.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(name=str(path.parent)) from error
        raise CannotWrite(name=str(path), why=error.strerror or str(error)) from error


def read_json(path: Path) -> Any:
    """The JSON value in the file `path` (UTF-8)."""
    return json.loads(path.read_text(encoding="utf-8"))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal; read once as long as it is the same.

    Raises:
        OSError.
    """
    about = path.stat()
    return _digest(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _digest(path: Path, _written: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_bytes(path: Path, data: bytes, lasting: bool = True) -> None:
    """Put `data` into the file `path` whole or not at all.

    Args:
        lasting: wait until it is on the disk, so that it is there after a power cut, too.

    Raises:
        CannotWrite, DiskFull: what was there before is still there.
    """
    temporary = None
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if lasting:
                    file.flush()
                    os.fsync(file.fileno())
            os.chmod(temporary, 0o644)  # mkstemp makes it private
            os.replace(temporary, path)
    except (CannotWrite, DiskFull):
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Put `value` as JSON into the file `path`, whole or not at all."""
    write_bytes(path, json.dumps(value, ensure_ascii=False, indent=1).encode())


def folder_bytes(path: Path) -> int:
    """What the files in a folder take; of one that is being changed about that."""
    total = 0
    for file in path.rglob("*"):
        with suppress(FileNotFoundError):  # gone meanwhile
            total += file.lstat().st_size if not file.is_dir() else 0
    return total


def remove_folder(path: Path) -> None:
    """Delete the folder `path`, if it is there, by a rename first: readers see all of it or nothing."""
    if not path.exists():
        return
    doomed = path.with_name(f".{path.name}.removed")
    shutil.rmtree(doomed, ignore_errors=True)
    try:
        os.replace(path, doomed)
    except FileNotFoundError:
        return  # somebody else removed it meanwhile
    shutil.rmtree(doomed, ignore_errors=True)
