"""Pictures of more than 8 bits a colour brought to 8."""

from typing import Any

import cv2
import numpy as np
from PIL import Image as PILImage

from core.levels import Levels, Used, is_few, used_of
from core.picture_files import Parts

WHITE = 65535


def deep_colours(picture: PILImage.Image, parts: Parts, turn: PILImage.Transpose | None) -> Levels | None:
    """The levels of an opaque picture in colours of 16 bits, which Pillow reads in 8, where these are few."""
    eight = np.asarray(picture.convert("RGB"), np.uint16)
    if np.ptp(eight) > 0 and not is_few(used_of((eight * 257).astype(np.float32), 0, WHITE)):
        return None
    read: Any = cv2.imdecode(np.frombuffer(parts.pixels, np.uint8), cv2.IMREAD_UNCHANGED)
    if read is None or read.dtype != np.uint16 or read.ndim != 3 or read.shape[2] not in (3, 4):
        return None
    if read.shape[2] == 4 and read[..., 3].min() < WHITE:
        return None
    channels = [PILImage.fromarray(np.ascontiguousarray(read[..., channel])) for channel in (2, 1, 0)]
    if turn is not None:
        channels = [channel.transpose(turn) for channel in channels]
    levels = np.stack([np.asarray(channel, np.float32) for channel in channels], axis=2)
    return levels if levels.shape[1::-1] == picture.size else None


def eight_bit(picture: PILImage.Image, parts: Parts) -> tuple[PILImage.Image, Levels, Used]:
    """A greyscale picture of more than 8 bits in 8; its levels, float32 H,W,1, and which of them it uses.

    Up to 16 bits, black and white are the smallest and the largest number that the file can hold. Of 32 bits and of
    fractions they are the nearest of the usual ones that nothing passes, and else the largest that the file can hold
    where something is half as large, or the picture's own.
    """
    read = np.asarray(picture)
    whole = picture.mode != "F"
    if whole and parts.bits == 32 and not parts.signed:
        read = read.view(np.uint32)
    levels = np.array(read, np.float32)
    if not whole and not np.isfinite(levels).all():
        there = levels[np.isfinite(levels)]
        low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
        levels = np.nan_to_num(levels, nan=min(low, 0.0), posinf=high, neginf=low)
    free = not whole or parts.bits > 16
    if free:
        black, white = _ends(float(levels.min()), float(levels.max()), whole, parts.limits)
    else:
        black, white = parts.limits
    if parts.white_is_zero:
        # Those of fractions turn about nought, so that the levels of one file mean what those of the next do.
        levels = -levels if free else black + white - levels
        black, white = (-white, -black) if free else (black, white)
    shares = np.clip((levels.astype(np.float64) - black) / (white - black), 0, 1)
    deep = levels[..., None]
    eight = PILImage.fromarray(np.rint(shares * 255).astype(np.uint8))
    return eight, deep, used_of(deep, black, white, free)


def _ends(low: float, high: float, whole: bool, limits: tuple[int, int]) -> tuple[float, float]:
    """The levels that are black and white in a picture from `low` to `high` that does not say them."""
    halves = (127.0, 32767.0) if whole else (1.0, 127.0, 32767.0)
    usual = [(-half - (half > 1), half) for half in halves]
    if low >= 0:
        usual = [(0.0, white) for white in ((255.0, 65535.0) if whole else (1.0, 255.0, 65535.0))]
    for black, white in usual:
        if low >= black and high <= white:
            return black, white
    if whole and max(high / limits[1], low / limits[0] if limits[0] else 0) > 0.5:
        return (float(limits[0]) if low < 0 else 0.0), float(limits[1])
    return (low if low < 0 else 0.0), max(high, 0.0)


def negative(picture: PILImage.Image) -> PILImage.Image:
    """A grey picture, perhaps with transparency, from white to black."""
    grey, *others = picture.split()
    return PILImage.merge(picture.mode, (grey.point(lambda level: 255 - level), *others))
