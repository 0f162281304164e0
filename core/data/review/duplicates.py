"""Pictures that are nearly the same: saved again, resized, slightly changed, the next frame of a video."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.intake.reader import WORKERS
from core.progress import Report
from core.resizing import fit_within

DISTANCE = 4
"""Most bits of 64 in which the perceptual hashes of near-duplicates differ."""
ALIKE = 0.97
"""Least correlation of their 16 by 16 grey thumbnails: equal hashes alone may be chance."""
FLAT = 2.0
"""Pictures whose thumbnail varies less than this are all alike to a hash, and are not compared."""
_BLOCK = 64
_THUMB = 16


def perceptual_hashes(images: NDArray[np.uint8], report: Report) -> NDArray[np.uint64]:
    """N hashes of N,H,W,3: of each picture in grey, at 32 px, which of its 64 slowest cosines lie above their median.

    Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", bit for bit as `phash` of the
    package ImageHash has it.
    """
    from PIL import Image as PILImage
    from scipy.fft import dctn  # slow to import: only where it is used

    hashes = np.zeros(len(images), np.uint64)

    def block(start: int) -> None:
        for row in range(start, min(start + _BLOCK, len(images))):
            # Pillow's careful shrinking to 32 px costs most of a hash: it need not begin at 224.
            image = fit_within(np.asarray(images[row]), 64)
            grey = PILImage.fromarray(image).convert("L").resize((32, 32), PILImage.Resampling.LANCZOS)
            slow = dctn(np.asarray(grey, np.float64))[:8, :8]
            hashes[row] = np.packbits(slow > np.median(slow)).view(">u8")[0]

    pool = ThreadPoolExecutor(WORKERS)
    try:
        for done, _ in enumerate(pool.map(block, range(0, len(images), _BLOCK))):
            report(min(1.0, (done + 1) * _BLOCK / len(images)))
    finally:
        pool.shutdown(cancel_futures=True)
    return hashes


def near_groups(images: NDArray[np.uint8], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """N numbers, the same for pictures that are nearly the same, directly or by way of others."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = _close_pairs(hashes)
    if len(first):
        sure = _alike(images, first, second)
        first, second = first[sure], second[sure]
    links = coo_array((np.ones(len(first), bool), (first, second)), shape=(len(hashes), len(hashes)))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _close_pairs(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair within DISTANCE bits; of pictures with one hash, each only with the first of them.

    Of DISTANCE + 1 bands of bits at least one is the same in such a pair, so only those are compared.
    """
    different, where, rows = np.unique(hashes, return_index=True, return_inverse=True)
    same = np.flatnonzero(where[rows] != np.arange(len(hashes)))
    pairs = [np.stack([where[rows[same]], same])]
    edges = np.linspace(0, 64, DISTANCE + 2).astype(int)
    for low, high in pairwise(edges):
        band = (different >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)
        order = np.argsort(band, kind="stable")
        band = band[order]
        here = np.arange(len(order) - 1)
        for step in range(1, len(order)):
            here = here[here + step < len(order)]
            here = here[band[here] == band[here + step]]
            if not len(here):
                break
            a, b = order[here], order[here + step]
            close = np.bitwise_count(different[a] ^ different[b]) <= DISTANCE
            pairs.append(np.stack([where[a[close]], where[b[close]]]))
    first, second = np.unique(np.concatenate(pairs, axis=1), axis=1)
    return first, second


def _alike(
    images: NDArray[np.uint8], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.bool_]:
    needed, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    thumbs = np.empty((len(needed), _THUMB * _THUMB), np.uint8)
    for number, row in enumerate(needed):
        grey = cv2.cvtColor(np.asarray(images[row]), cv2.COLOR_RGB2GRAY)
        thumbs[number] = cv2.resize(grey, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA).ravel()
    a, b = place[: len(first)], place[len(first) :]
    alike = np.empty(len(first), np.bool_)
    for start in range(0, len(first), 4096):
        part = slice(start, start + 4096)
        pair = []
        for side in (thumbs[a[part]], thumbs[b[part]]):
            values = side.astype(np.float32)
            values -= values.mean(axis=1, keepdims=True)
            pair.append((values, values.std(axis=1)))
        (one, spread), (other, other_spread) = pair
        product = np.einsum("ij,ij->i", one, other) / one.shape[1]
        alike[part] = product >= ALIKE * np.maximum(spread * other_spread, FLAT**2)
    return alike


def joined(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups of those that share a group in one of two groupings."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.arange(len(first))
    offset = int(first.max(initial=0)) + 1
    ends = (np.concatenate([rows, rows]), np.concatenate([first, offset + second]))
    size = int(offset + second.max(initial=0) + 1)
    # Rows and groups are the two sides of one graph.
    links = coo_array(
        (np.ones(2 * len(rows), bool), (ends[0], len(rows) + ends[1])), shape=(len(rows) + size,) * 2
    )
    joined = connected_components(links, directed=False)[1][: len(rows)]
    return np.unique(joined, return_inverse=True)[1].astype(np.int64)
