"""Attribution map and picture to one picture; NumPy and OpenCV only."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from core.explanation.contour import counted_most, outlined
from core.pixels import Image

Region = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of a picture's width and height."""
WHOLE: Region = (0.0, 0.0, 1.0, 1.0)
OPACITY = 0.8
"""Of the colour of a map's own strongest place."""
LEAST_OPACITY = 0.55
"""Of any colour inside the line, so that it is seen there."""
_DARKEST, _BRIGHTEST = 32, 180
"""Between these a grey photo keeps its contrast, and lets purple be seen on its black and yellow on its white."""
_UNSEEN = 0.35
"""How bright a place stays that the network did not see."""


_STEPS = np.arange(256)
_GREY = np.rint(_DARKEST + _STEPS * (_BRIGHTEST - _DARKEST) / 255).astype(np.uint8)
# The square root lets middling influence be seen without covering places that have none.
_COVER = np.sqrt(_STEPS / 255)
"""Of a photo's brightness its grey; of a strength (0..255) how it covers that grey, 0..1, times the opacity."""
_MAPS = {
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
    "inferno": cv2.COLORMAP_INFERNO,
}
SIGNED = "signed"
"""Orange for, blue against, and nothing in between: what speaks against the class is seen, too."""
COLOURS = (*_MAPS, SIGNED)
"""From weak to strong each gets lighter in even steps, so that people with any colour vision can read it."""


class MapStyle(NamedTuple):
    """How a map's colours are laid over a picture."""

    colours: str = "viridis"
    """Of COLOURS."""
    opacity: float = OPACITY
    """0..1."""


MAP_STYLE = MapStyle()


@cache
def colours_of(name: str) -> NDArray[np.uint8]:
    """uint8 256,3 RGB: the colour of each strength, weakest first.

    Args:
        name: of COLOURS, without SIGNED.
    """
    steps = _STEPS.astype(np.uint8)[:, None]
    return np.ascontiguousarray(cv2.applyColorMap(steps, _MAPS[name])[:, 0, ::-1])


def shared_scale(maps: Iterable[NDArray[np.floating] | None]) -> float:
    """The strongest positive influence in any of the signed maps h,w that are there, for overlays that can be compared; 0.0 for none."""
    there = [attribution for attribution in maps if attribution is not None]
    return max((float(np.maximum(attribution, 0).max(initial=0.0)) for attribution in there), default=0.0)


def strength(
    attribution: NDArray[np.floating], width: int, height: int, scale: float | None = None
) -> NDArray[np.float32]:
    """The positive part of a signed map over a picture of `width` x `height` px, 0..1, float32.

    Args:
        attribution: h,w on its native grid, any unit.
        scale: the influence that counts as 1; the map's own maximum by default.
    """
    positive = np.maximum(np.asarray(attribution, dtype=np.float32), 0)
    top = float(positive.max(initial=0.0)) if scale is None else scale
    if top <= 0:
        return np.zeros((height, width), np.float32)
    # Half-pixel bilinear, as torch's align_corners=False.
    enlarged = cv2.resize(positive / top, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.minimum(enlarged, 1), np.float32)


def is_flat(attribution: NDArray[np.floating]) -> bool:
    """Whether a map h,w tells no place from another: its layer gave nothing of use."""
    return bool((attribution == attribution.flat[0]).all())


def counted_area(attribution: NDArray[np.floating], width: int, height: int) -> NDArray[np.uint8]:
    """What counted most, the one definition: 255 in the fifth of a picture of `width` x `height` px where a signed map
    is highest and positive, else 0.

    The white line goes around this area, and words and numbers speak of it, so that whoever looks can check them. It is
    found on the map as it is shown, enlarged to the picture, not on its own grid: a fifth of 8 x 8 places is thirteen
    squares, whose shape nobody sees. Where nothing is positive nothing counted; where little is, it is less than a fifth.
    """
    return counted_most(strength(attribution, width, height))


def overlay(
    image: Image,
    attribution: NDArray[np.floating],
    scale: float | None = None,
    region: Region = WHOLE,
    style: MapStyle = MAP_STYLE,
) -> Image:
    """The picture in grey with what spoke for the class in colour over it and a line around what counted most.

    Colour covers the picture in step with its strength in this map, so that a place without influence stays grey;
    which colour it is, dark to light, says how strong it is on `scale`. So a map that is weak beside another one is
    dark and seen all the same. The grey, neither black nor white, and the line let it be seen on any photo. Dark is
    what the network did not see.

    Args:
        image: RGB uint8 H,W,3.
        attribution: signed h,w; its negative part is not shown.
        scale: see `strength`; give `shared_scale` of several maps to compare their strength.
        region: the part of the picture that the map covers.
        style: its colours, any of COLOURS but SIGNED (core.explanation.views.signed).

    Returns:
        RGB uint8 H,W,3.
    """
    height, width = image.shape[:2]
    left, right = sorted((round(region[0] * width), round(region[2] * width)))
    upper, lower = sorted((round(region[1] * height), round(region[3] * height)))
    grey = np.asarray(cv2.LUT(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), _GREY), np.uint8)
    if right <= left or lower <= upper:
        return _unseen(grey)
    own = strength(attribution, right - left, lower - upper, 0.0 if scale == 0 else None)
    area = counted_most(own)
    top = shared_scale([attribution])
    share = min(1.0, top / scale) if scale else 1.0
    covered = outlined(_coloured(grey[upper:lower, left:right], own, share, area, style), area)
    if covered.shape == image.shape:
        return covered
    framed = _unseen(grey)
    line = max(1, round(min(height, width) / 200))
    cv2.rectangle(
        framed, (left - line, upper - line), (right + line - 1, lower + line - 1), (255, 255, 255), -1
    )
    framed[upper:lower, left:right] = covered
    return framed


def _coloured(
    grey: NDArray[np.uint8], own: NDArray[np.float32], share: float, area: NDArray[np.uint8], style: MapStyle
) -> Image:
    """A grey picture h,w with a strength h,w in colour over it.

    Args:
        share: what 1 in `own` is on the scale of the colours.
        area: what counted most, 255 there.
    """
    steps = cv2.max(cv2.convertScaleAbs(own, alpha=255), cv2.convertScaleAbs(area, alpha=1 / 255))
    cover = style.opacity * _COVER
    inside = max(1, round(cv2.minMaxLoc(steps, area)[0]))
    cover[inside:] = np.maximum(cover[inside:], LEAST_OPACITY / OPACITY * style.opacity)
    colour = (
        colours_of(style.colours)[np.rint(_STEPS * share).astype(np.uint8)][:, None] * cover[:, None, None]
    )
    left = cv2.multiply(grey, cv2.LUT(steps, np.rint(255 * (1 - cover)).astype(np.uint8)), scale=1 / 255)
    added = cv2.applyColorMap(steps, np.rint(colour).astype(np.uint8))
    return np.asarray(cv2.add(cv2.cvtColor(left, cv2.COLOR_GRAY2RGB), added), np.uint8)


def _unseen(grey: NDArray[np.uint8]) -> Image:
    dark = cv2.convertScaleAbs(grey, alpha=_UNSEEN)
    return np.asarray(cv2.cvtColor(dark, cv2.COLOR_GRAY2RGB), np.uint8)
