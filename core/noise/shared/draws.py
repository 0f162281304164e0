"""Chance in bulk: 16-bit numbers drawn at once, and tables that turn them into what a noise needs."""

import math
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from statistics import NormalDist
from typing import Protocol, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

_STRIP = 1 << 22
"""Values of a picture that are worked on at once, so that a large one needs little memory beside it."""
AT_ONCE = 1 << 18
"""Likewise where each value is drawn for: what was drawn is used while it is close to the processor."""


Made = TypeVar("Made")


class Remembering(Protocol):
    """A generator that knows what was drawn with it for the same picture at other severities."""

    def once(self, what: Hashable, make: Callable[[], Made]) -> Made: ...


def once(generator: np.random.Generator, what: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives; made once where a picture gets a noise at several severities, one after the other.

    Args:
        generator: of the noise. With it `make` may draw.
        what: all that the result depends on, besides the picture and the noise's chance. The result is not to be altered.
    """
    if hasattr(generator, "once"):
        return cast(Remembering, generator).once(what, make)
    return make()


def uniform16(generator: np.random.Generator, shape: int | tuple[int, ...]) -> NDArray[np.uint16]:
    """Independent numbers 0..65535, all equally likely: four from each 64-bit word of the generator. Not to be altered."""
    count = math.prod(shape) if isinstance(shape, tuple) else shape

    def draw() -> NDArray[np.uint16]:
        words: NDArray[np.uint64] = generator.bit_generator.random_raw(-(-count // 4))
        found = words.astype("<u8", copy=False).view("<u2")[:count]
        found.flags.writeable = False
        return found

    return once(generator, count, draw).reshape(shape)


@cache
def normal_quantiles() -> NDArray[np.float64]:
    """The standard normal value of each number 0..65535 (the middle of its share); up to 4.3 from 0."""
    upper = [NormalDist().inv_cdf((32768.5 + place) / 65536) for place in range(32768)]
    quantiles = np.array([*(-value for value in reversed(upper)), *upper])
    quantiles.flags.writeable = False
    return quantiles


@cache
def _normal_quantiles32() -> NDArray[np.float32]:
    return normal_quantiles().astype(np.float32)


def normal_field(generator: np.random.Generator, shape: int | tuple[int, ...]) -> NDArray[np.float32]:
    """Independent standard normal values."""
    return looked_up(_normal_quantiles32(), uniform16(generator, shape))


NORMAL_UNIT = 7000
"""What one standard deviation of `whole_normal_field` counts; the farthest value, 4.32 of them, fits int16."""


@cache
def _whole_quantiles() -> NDArray[np.int16]:
    # Rounded, the quantiles are the same wherever they are good to 1e-4.
    return np.rint(normal_quantiles() * NORMAL_UNIT).astype(np.int16)


def whole_normal_field(generator: np.random.Generator, *shape: int) -> NDArray[np.int16]:
    """Independent normal values of mean 0 and standard deviation NORMAL_UNIT, in whole numbers.

    They are the same on every machine, and a shorter field is the beginning of a longer one's draw.
    """
    return looked_up(_whole_quantiles(), uniform16(generator, shape))


def looked_up(table: NDArray, places: NDArray[np.uint16] | NDArray[np.uint8]) -> NDArray:
    """table[places] for a table of 65,536 entries, or of as many as `places` can reach."""
    if len(table) > np.iinfo(places.dtype).max and table.dtype.kind != "c":
        # Half the time of NumPy's, which makes each place 64 bits wide first.
        return cv2.LUT(places.reshape(1, -1), table).reshape(places.shape)
    # "wrap" spares the check of each place against the table's end.
    return np.take(table, places, mode="wrap")


def strips(image: NDArray, values: int | None = None) -> Iterator[slice]:
    """Slices of rows, from the top, that together are the picture (or a plane H,W of it).

    Args:
        values: how many of a picture a slice has at most, if it is not one row.
    """
    height, width = image.shape[:2]
    rows = max(1, (values or _STRIP) // (width * 3))
    for top in range(0, height, rows):
        yield slice(top, min(height, top + rows))
