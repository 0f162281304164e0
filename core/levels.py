"""Pictures of more than 8 bits that use few of their levels, as X-rays of 12 bits and CT slices do: in 8 bits hardly
anything is left of them, unless the levels that they use become all there are from black to white."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.pixels import Image
from core.words import Text, fill_text

FEW = 0.25
"""A picture that uses less of what there is from black to white has few shades left in 8 bits."""
_STRAY = 0.1
"""Percent of the pixels at either end that are left aside where levels are many: dead pixels, a letter in a corner."""
_LOOKED_AT = 100_000
"""Pixels that are looked at for that."""
_ENOUGH = 0.25
"""Share of a data set's pictures of more than 8 bits that keep to a window, for it to be proposed."""

Window = tuple[float, float]
"""The levels that become black and white, ascending, as the file counts them."""
Levels = NDArray[np.float32]


class Used(NamedTuple):
    """Which of its levels a picture of more than 8 bits uses."""

    low: float
    high: float
    black: float
    """What becomes black unless it is stretched."""
    white: float
    free: bool
    """Black and white were read off its levels, as the file does not say them: those of the next may be others."""


def used_of(levels: Levels, black: float, white: float, free: bool = False) -> Used:
    """The lowest and highest level of a picture; all from black to white if it is not free and uses many, or one."""
    low, high = float(levels.min()), float(levels.max())
    few = (white - black) * FEW
    if high - low >= few:
        some = levels.ravel()[:: max(1, levels.size // _LOOKED_AT)]
        inner = np.percentile(some, (_STRAY, 100 - _STRAY))
        if inner[1] - inner[0] < few:
            low, high = float(inner[0]), float(inner[1])
    if not free and not 0 < high - low < few:
        low, high = black, white
    return Used(low, high, black, white, free)


def is_few(used: Used) -> bool:
    """Whether so few levels are used, and more than one, that 8 bits lose them."""
    return 0 < used.high - used.low < (used.white - used.black) * FEW


def common_window(facts: NDArray[np.void]) -> Window | None:
    """One window for the pictures of more than 8 bits of a data set that use few levels; None where they do not use the
    same few, or most pictures use many: then some are dark because it was.

    It is that of the pictures about the middle one: one that is all white, say, is left as it is. Where black and white
    are read off each picture and are not the same in all, the window is from the lowest to the highest of these.

    Args:
        facts: N, with the fields of Used, all 0 of pictures in 8 bits.
    """
    facts = facts[facts["white"] > facts["black"]]
    lows, highs, rooms = facts["low"], facts["high"], facts["white"] - facts["black"]
    free, spans = facts["free"], facts["high"] - facts["low"]
    few = (spans > 0) & (spans < rooms * FEW)
    if few.any():
        room = float(rooms[few].max())
        middles = (lows + highs) / 2
        near = (few | free) & (np.abs(middles - np.median(middles[few])) < room * FEW / 2)
        window = _whole(lows[near].min(), highs[near].max()) if near.any() else (0, room)
        if window[1] - window[0] < room * FEW and near.sum() >= _ENOUGH * len(facts):
            return window
    # A picture that is black all over fits every scale.
    told = free & (spans > 0)
    scales = {(float(one["black"]), float(one["white"])) for one in facts[told]}
    if len(scales) < 2:
        return None
    low, high = _whole(lows[told].min(), highs[told].max())
    return (low, high) if float(np.median(spans[told])) >= (high - low) * FEW else None


def inside(window: Window, facts: NDArray[np.void]) -> NDArray[np.bool_]:
    """N: which pictures a window is for.

    Args:
        facts: as `common_window`.
    """
    spans, rooms = facts["high"] - facts["low"], facts["white"] - facts["black"]
    kept = facts["free"] | ((spans > 0) & (spans < rooms * FEW))
    within: NDArray[np.bool_] = kept & (facts["low"] >= window[0]) & (facts["high"] <= window[1])
    return within


def stretched(levels: Levels, window: Window) -> Image:
    """The picture in 8 bits, uint8 H,W,3, the window from black to white; what is outside is black or white.

    Args:
        levels: H,W,1 or H,W,3.
    """
    low, high = window
    shares = (levels - np.float32(low)) / np.float32((high - low) or 1)
    eight = np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
    return np.repeat(eight, 3, axis=2) if eight.shape[2] == 1 else eight


def looks(facts: NDArray[np.void]) -> Text:
    """How pictures come out that keep to a window and are not stretched.

    Args:
        facts: theirs, with the fields of Used.
    """
    spans, rooms = facts["high"] - facts["low"], facts["white"] - facts["black"]
    if not (spans < rooms * FEW).any():
        return Text(en="each in a brightness of its own", ko="저마다 다른 밝기로")
    if (facts["high"] - facts["black"] < rooms * FEW).all():
        return Text(en="nearly black", ko="거의 검게")
    return Text(en="in nearly one grey", ko="거의 한 가지 회색으로")


def few_levels(used: Used) -> Text:
    """What is said of one picture that uses few levels."""
    dark = used.high - used.black < (used.white - used.black) * FEW
    seen = Text(en="nearly black", ko="거의 검게")
    return fill_text(
        Text(
            en="It uses only the levels {low} to {high}, where {black} is black and {white} white, and so comes out"
            " {looks}. Import stretches such pictures; a single one has to be stretched beforehand.",
            ko="{black}(검정)~{white}(흰색) 가운데 {low}~{high}만 써서 {looks} 보입니다. 데이터 세트로 가져올 때는 밝기를"
            " 늘릴 수 있지만, 한 장만 볼 때는 미리 늘려 두어야 합니다.",
        ),
        low=shown(used.low),
        high=shown(used.high),
        black=shown(used.black),
        white=shown(used.white),
        looks=seen if dark else Text(en="in nearly one grey", ko="거의 한 가지 회색으로"),
    )


def shown(level: float) -> str:
    """A level as it is written in a sentence."""
    if level == round(level) and abs(level) < 1e15:
        return f"{int(level):,}"
    if abs(level) >= 1000:
        return f"{level:,.0f}"
    return np.format_float_positional(level, precision=4, fractional=False, trim="-")


def _whole(low: float, high: float) -> Window:
    """Whole numbers as such, as a card keeps them."""
    window = [int(level) if float(level).is_integer() else float(level) for level in (low, high)]
    return window[0], window[1]
