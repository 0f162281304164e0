"""Every candidate of an import decoded once, in threads, and streamed to disk: memory stays flat."""

import hashlib
import os
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.decoding import FACTS, Facts, decode
from core.data.listing import Entry
from core.data.planning import Candidate
from core.data.writing import ImageWriter
from core.errors import DiskFull, NoiseLensError
from core.images import Fit, read_picture
from core.noise.catalogue import Image
from core.progress import Report
from core.words import Text

WORKERS = max(2, min(os.cpu_count() or 1, 16))
AHEAD = 3
"""Blocks waiting for each worker: enough to keep it busy, few enough to keep memory flat."""
BLOCK = 16
"""Pictures that a worker reads between two reports."""
BLOCK_BYTES = 8 * 1024**2
"""A block that is read ahead ends here, too."""
SMALL_SIDE = 48
"""Where the pictures' median short side is under this, px, a data set is made at the smaller size."""
LOOKED_AT = 25
"""Pictures opened to find their median size."""
KEY_STEP = 2
"""The quick key takes every second row and column; pictures with the same one are compared in full."""


class _Picture(NamedTuple):
    number: int
    image: Image
    facts: Facts
    key: bytes


class _Failure(NamedTuple):
    number: int
    error: NoiseLensError


_Result = _Picture | _Failure


@dataclass
class Read:
    """What came of the candidates."""

    kept: list[int] = field(default_factory=list)
    """Numbers of the candidates that are pictures, in the order of the rows on disk."""
    keys: list[bytes] = field(default_factory=list)
    """The same key exactly where the pixels are the same, for each of `kept`."""
    facts: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, FACTS))
    failures: dict[int, Text] = field(default_factory=dict)


def read_all(
    candidates: Sequence[Candidate], images: Path, size: int, how: Fit, in_order: bool, report: Report
) -> Read:
    """Every picture into the file `images`, uint8 N,size,size,3.

    Args:
        in_order: threads may not ask for the files in any order; as core.data.listing.Listing.

    Raises:
        CannotWrite, DiskFull.
        Cancelled: from `report`.
    """
    needed = len(candidates) * size * size * 3
    images.parent.mkdir(parents=True, exist_ok=True)
    if needed > shutil.disk_usage(images.parent).free:
        raise DiskFull(name=str(images.parent))
    found = Read()
    facts: list[NDArray[np.void]] = [found.facts]
    done = 0
    waiting: deque[Future[list[_Result]]] = deque()

    def take() -> None:
        nonlocal done
        results = waiting.popleft().result()
        pictures = []
        for result in results:
            if isinstance(result, _Failure):
                found.failures[result.number] = result.error.said
                continue
            pictures.append(result.image)
            found.kept.append(result.number)
            found.keys.append(result.key)
        writer.add(pictures)
        facts.append(np.array([one.facts for one in results if isinstance(one, _Picture)], FACTS))
        done += len(results)
        step = Text(
            en=f"Reading picture {done:,} of {len(candidates):,}",
            ko=f"사진 읽는 중: {done:,}/{len(candidates):,}",
        )
        report(done / len(candidates), step)

    pool = ThreadPoolExecutor(WORKERS)
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the threads are ours
    try:
        with ImageWriter(images, size) as writer:
            for block in _blocks(candidates, in_order):
                waiting.append(pool.submit(_read_block, block, size, how))
                if len(waiting) > WORKERS * AHEAD:
                    take()
            while waiting:
                take()
    finally:
        pool.shutdown(cancel_futures=True)
        cv2.setNumThreads(before)
    found.facts = np.concatenate(facts)
    _tell_apart(found.keys, images)
    return found


_Block = list[tuple[int, Entry, bytes | NoiseLensError | None]]


def _blocks(candidates: Sequence[Candidate], in_order: bool) -> Iterator[_Block]:
    """The candidates in handfuls, with their bytes where they must be read in order."""
    if not in_order:
        for start in range(0, len(candidates), BLOCK):
            numbers = range(start, min(start + BLOCK, len(candidates)))
            yield [(number, candidates[number].entry, None) for number in numbers]
        return
    block: _Block = []
    total = 0
    for number in sorted(range(len(candidates)), key=lambda i: candidates[i].entry.place):
        entry = candidates[number].entry
        try:
            data = entry.read()
            assert isinstance(data, bytes)
            total += len(data)
            block.append((number, entry, data))
        except NoiseLensError as error:
            block.append((number, entry, error))
        if len(block) == BLOCK or total > BLOCK_BYTES:
            yield block
            block, total = [], 0
    if block:
        yield block


def _read_block(block: _Block, size: int, how: Fit) -> list[_Result]:
    results: list[_Result] = []
    for number, entry, data in block:
        if isinstance(data, NoiseLensError):
            results.append(_Failure(number, data))
            continue
        try:
            source = entry.read() if data is None else data
            image, facts = decode(source, entry.parts[-1], size, how)
        except NoiseLensError as error:
            results.append(_Failure(number, error))
            continue
        results.append(_Picture(number, image, facts, _digest(image[::KEY_STEP, ::KEY_STEP])))
    return results


def _digest(image: Image) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest()


def _tell_apart(keys: list[bytes], images: Path) -> None:
    """Pictures that only look the same at every second pixel get keys of their own."""
    rows: dict[bytes, list[int]] = {}
    for row, key in enumerate(keys):
        rows.setdefault(key, []).append(row)
    alike = [row for found in rows.values() if len(found) > 1 for row in found]
    if alike:
        stored = np.load(images, mmap_mode="r", allow_pickle=False)
        for row in alike:
            keys[row] = _digest(stored[row])


def fitting_size(entries: Sequence[Entry]) -> int:
    """64 px, or 32 for small pictures."""
    chosen = entries[:: max(1, len(entries) // LOOKED_AT)][:LOOKED_AT]
    sides = []
    for entry in sorted(chosen, key=lambda entry: entry.place):
        try:
            sides.append(min(read_picture(entry.read(), entry.path).pixels.shape[:2]))
        except NoiseLensError:
            continue  # said when all are read
    return 32 if sides and float(np.median(sides)) < SMALL_SIDE else 64
