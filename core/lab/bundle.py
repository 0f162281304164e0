"""Noisy pictures as one ZIP file: what went in, what came out, and how to do it again."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import PurePath

from core.images import encode_png
from core.noise.catalogue import get_noise
from core.noise.stack import Layer, apply_stack
from core.noise.stack_file import SECOND_FILE, STACK_FILE, Listed, StackFile
from core.pixels import Image
from core.progress import Report, silent
from core.store import file_name

# Every file gets the first moment that a ZIP file knows, so that the same work gives the same bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def png_names(names: Sequence[str]) -> list[str]:
    """A PNG name for each file name in `names`, no two alike on any file system."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem = file_name(PurePath(file_name(name)).stem)
        candidate, number = stem, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{stem} {number}"
        taken.add(candidate.lower())
        found.append(f"{candidate}.png")
    return found


def in_name_order(names: Sequence[str]) -> list[int]:
    """The places of `names` in the order in which `python -m core corrupt FOLDER` numbers files called so."""
    return sorted(range(len(names)), key=lambda place: names[place])


def bundle(
    pictures: Sequence[tuple[str, Image]],
    stack: Sequence[Layer],
    seed: int,
    table: str,
    second: Image | None = None,
    report: Report = silent,
) -> bytes:
    """A ZIP file with each picture, its noisy form, and STACK_FILE.

    Args:
        pictures: (name from `png_names`, RGB uint8 as noise is put on it), in name order: the place is the
            number.
        second: the picture that is mixed in, if it is not the built-in one.
    """
    files, listed = [], []
    for index, (name, picture) in enumerate(pictures):
        report(index / len(pictures))
        clean = encode_png(picture)
        noisy = encode_png(apply_stack(picture, stack, seed, index, second))
        files += [(f"inputs/{name}", clean), (f"noisy/{name}", noisy)]
        hashes = [hashlib.sha256(data).hexdigest() for data in (clean, noisy)]
        listed.append(Listed(name, index, *hashes))
    mixed = second is not None and any(get_noise(layer.noise).needs_second for layer in stack)
    if mixed and second is not None:
        files.append((SECOND_FILE, encode_png(second)))
    done = StackFile(list(stack), seed, table, SECOND_FILE if mixed else None, listed)
    files.append((STACK_FILE, done.to_json().encode()))
    buffer = io.BytesIO()
    # PNG is compressed already.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), data)
    return buffer.getvalue()
