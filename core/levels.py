"""Pictures in 16 bits that use few of their levels, as X-rays of 12 bits do: in 8 bits hardly anything is left of them,
unless the levels that they use become all there are from black to white."""

import numpy as np
from numpy.typing import NDArray

from core.noise.catalogue import Image
from core.words import Text, fill_text

WHITE = 65535
"""The largest level."""
FEW = 16384
"""A picture that uses fewer levels, a quarter of all, has few shades left in 8 bits."""
_STRAY = 0.1
"""Percent of the pixels at either end that are left aside where levels are many: dead pixels, a letter in a corner."""
_LOOKED_AT = 100_000
"""Pixels that are looked at for that."""
_ENOUGH = 0.25
"""Share of a data set's pictures in 16 bits that keep to a window, for it to be proposed."""

Window = tuple[int, int]
"""The levels that become black and white, ascending."""
Levels = NDArray[np.uint16]


def window_of(levels: Levels) -> Window | None:
    """The lowest and highest level that a picture uses, if it uses few and more than one."""
    low, high = int(levels.min()), int(levels.max())
    if high - low >= FEW:
        some = levels.ravel()[:: max(1, levels.size // _LOOKED_AT)]
        low, high = (int(level) for level in np.percentile(some, (_STRAY, 100 - _STRAY)))
    return (low, high) if 0 < high - low < FEW else None


def common_window(lows: NDArray[np.integer], highs: NDArray[np.integer]) -> Window | None:
    """One window for the pictures in 16 bits of a data set that use few levels; None where they do not use the same
    few, or most pictures use many: then some are dark because it was.

    It is that of the pictures about the middle one: one that is all white, say, is left as it is.

    Args:
        lows, highs: N, the levels between which each picture stays.
    """
    few = highs.astype(np.int64) - lows < FEW
    if not few.any():
        return None
    middles = (lows.astype(np.int64) + highs) / 2
    near = few & (np.abs(middles - np.median(middles[few])) < FEW / 2)
    low, high = int(lows[near].min()), int(highs[near].max())
    return (low, high) if high - low < FEW and near.sum() >= _ENOUGH * len(lows) else None


def inside(window: Window, lows: NDArray[np.integer], highs: NDArray[np.integer]) -> NDArray[np.bool_]:
    """N: which pictures a window is for; `highs` are 0 of those in 8 bits."""
    within: NDArray[np.bool_] = (highs > 0) & (lows >= window[0]) & (highs <= window[1])
    return within


def stretched(levels: Levels, window: Window) -> Image:
    """The picture in 8 bits, the window from black to white; what is outside is black or white."""
    low, high = window
    shares = (levels.astype(np.float32) - low) / (high - low)
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)


def looks(window: Window) -> Text:
    """How pictures come out that keep to a window and are not stretched."""
    if window[1] < FEW:
        return Text(en="nearly black", ko="거의 검게")
    return Text(en="in nearly one grey", ko="거의 한 가지 회색으로")


def few_levels(window: Window) -> Text:
    """What is said of one picture that keeps to a window."""
    return fill_text(
        Text(
            en="It uses only the levels {low} to {high} of 65,535 and so comes out {looks}. Import stretches such"
            " pictures; a single one has to be brightened beforehand.",
            ko="65,535단계 중 {low}~{high}단계만 써서 {looks} 보입니다. 데이터 세트로 가져올 때는 밝기를 늘릴 수 있지만, 한 장만 볼"
            " 때는 미리 밝게 해 두어야 합니다.",
        ),
        low=f"{window[0]:,}",
        high=f"{window[1]:,}",
        looks=looks(window),
    )
