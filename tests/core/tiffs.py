"""Small TIFF files of every kind that the standard knows, written here as no library writes them all."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHORT, LONG = 3, 4


def tiff(
    values: NDArray[Any],
    order: str = "<",
    photometric: int | None = 1,
    packed: bool = False,
    second: dict[int, int] | None = None,
    **more: int,
) -> bytes:
    """A grey picture, H,W of any kind of number, in one strip.

    Args:
        order: of bytes, "<" or ">".
        photometric: 0 for white is zero, 1 for black is zero; None to leave it unsaid.
        packed: by deflate.
        second: tags of a second page, whole numbers.
        more: further tags, as t270=1.
    """
    height, width = values.shape
    data = np.ascontiguousarray(values, values.dtype.newbyteorder(order)).tobytes()  # type: ignore[call-overload]
    data = zlib.compress(data) if packed else data
    tags = {
        256: width,
        257: height,
        258: values.dtype.itemsize * 8,
        259: 8 if packed else 1,
        273: 8,
        277: 1,
        278: height,
        279: len(data),
        339: {"u": 1, "i": 2, "f": 3}[values.dtype.kind],
        **{int(tag[1:]): value for tag, value in more.items()},
    }
    if photometric is not None:
        tags[262] = photometric
    start = 8 + len(data) + len(data) % 2
    following = 0 if second is None else start + 6 + 12 * len(tags)
    pages = _directory(tags, order, following) + (b"" if second is None else _directory(second, order, 0))
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "I", start)
    return head + data.ljust(start - 8, b"\0") + pages


def _directory(tags: dict[int, int], order: str, following: int) -> bytes:
    rows = [
        struct.pack(order + "HHI", tag, LONG if value > 65535 else SHORT, 1)
        + struct.pack(order + ("I" if value > 65535 else "H"), value).ljust(4, b"\0")
        for tag, value in sorted(tags.items())
    ]
    return struct.pack(order + "H", len(rows)) + b"".join(rows) + struct.pack(order + "I", following)
