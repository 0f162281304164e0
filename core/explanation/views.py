"""Further ways to see a map on a picture: the outline of what counted most, or only that. NumPy and OpenCV only."""

from collections.abc import Callable, Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.explanation.contour import outlined
from core.explanation.overlay import MAP_STYLE, OPACITY, SIGNED, MapStyle, counted_area, overlay, shared_scale
from core.pixels import Image

_DIMMED = 0.18


def outline(image: Image, attribution: NDArray[np.floating]) -> Image:
    """The picture (RGB uint8 H,W,3) in its colours with a line around what counted most."""
    height, width = image.shape[:2]
    return outlined(image, counted_area(attribution, width, height))


def only_counted(image: Image, attribution: NDArray[np.floating]) -> Image:
    """The picture (RGB uint8 H,W,3) dimmed everywhere but where it counted most, with a line around that."""
    height, width = image.shape[:2]
    area = counted_area(attribution, width, height)
    dimmed = cv2.convertScaleAbs(image, alpha=_DIMMED)
    return outlined(np.where(area[:, :, None] > 0, image, dimmed), area)


VIEWS = ("heat", "outline", "only")


def seen(
    view: str,
    image: Image,
    attribution: NDArray[np.floating],
    scale: float | None = None,
    style: MapStyle = MAP_STYLE,
) -> Image:
    """The picture (RGB uint8 H,W,3) in one of VIEWS.

    Args:
        scale, style: for the heat, see core.explanation.overlay; `one_scale` of several maps lets them be compared.
    """
    ways: dict[str, Callable[[], Image]] = {
        "heat": lambda: _heat(image, attribution, scale, style),
        "outline": lambda: outline(image, attribution),
        "only": lambda: only_counted(image, attribution),
    }
    return ways[view]()


def _heat(image: Image, attribution: NDArray[np.floating], scale: float | None, style: MapStyle) -> Image:
    if style.colours != SIGNED:
        return overlay(image, attribution, scale=scale, style=style)
    height, width = image.shape[:2]
    drawn = signed(image, attribution, scale, _STRONGEST / OPACITY * style.opacity)
    return outlined(drawn, counted_area(attribution, width, height))


def one_scale(maps: Iterable[NDArray[np.floating] | None], colours: str = MAP_STYLE.colours) -> float:
    """What has the strongest colour, for pictures of these signed maps h,w that can be compared; 0.0 for none.

    Args:
        colours: of core.explanation.overlay.COLOURS; on a signed scale what speaks against the class counts as well.
    """
    if colours != SIGNED:
        return shared_scale(maps)
    return max((float(np.abs(one).max(initial=0.0)) for one in maps if one is not None), default=0.0)


def enlarged(image: Image, side: int) -> Image:
    """A small picture (RGB uint8) at least `side` px high by whole steps, its pixels kept as squares."""
    factor = max(1, -(-side // image.shape[0]))
    return np.ascontiguousarray(image.repeat(factor, axis=0).repeat(factor, axis=1))


def smoothly(image: Image, side: int) -> Image:
    """A square picture (RGB uint8) at `side` px, without squares: enlarged by cubic curves, made smaller by area."""
    if image.shape[0] == side:
        return image
    way = cv2.INTER_CUBIC if image.shape[0] < side else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, (side, side), interpolation=way), np.uint8)


def mosaic(rows: list[list[Image]], ground: tuple[int, int, int] = (255, 255, 255), gap: int = 4) -> Image:
    """Pictures of one size (RGB uint8) in rows and columns, `gap` px of the colour `ground` between them."""
    height, width = rows[0][0].shape[:2]
    columns = max(len(row) for row in rows)
    shape = (len(rows) * (height + gap) - gap, columns * (width + gap) - gap, 3)
    canvas = np.full(shape, ground, dtype=np.uint8)
    for y, row in enumerate(rows):
        for x, image in enumerate(row):
            top, left = y * (height + gap), x * (width + gap)
            canvas[top : top + height, left : left + width] = image
    return canvas


AGAINST, FOR = (33, 102, 172), (230, 97, 1)
"""Blue and orange, which people with any colour vision tell apart (PuOr's ends, ColorBrewer)."""
_DARK, _LIGHT = 32, 180
"""What black and white of the photo become below the colours."""
_STRONGEST = 0.85
"""Opacity where a map is strongest."""


def signed(
    image: Image,
    attribution: NDArray[np.floating],
    scale: float | None = None,
    strongest: float = _STRONGEST,
) -> Image:
    """The picture (RGB uint8 H,W,3) in grey, orange where a signed map h,w speaks for, blue where it speaks against.

    Args:
        scale: what has the fullest colour, either way; the map's own strongest place by default. 0 is no colour.
        strongest: opacity there, 0..1.
    """
    height, width = image.shape[:2]
    top = float(np.abs(attribution).max(initial=0.0)) if scale is None else scale
    grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    ground = _DARK + grey * ((_LIGHT - _DARK) / 255)  # so that both colours are seen on any photo
    if top <= 0:
        return np.rint(ground).astype(np.uint8)
    own = np.asarray(attribution, np.float32) / top
    share = np.asarray(cv2.resize(own, (width, height), interpolation=cv2.INTER_LINEAR))[:, :, None]
    cover = min(1.0, strongest) * np.sqrt(np.minimum(np.abs(share), 1))
    colour = np.where(share > 0, np.array(FOR), np.array(AGAINST))
    return np.rint(ground * (1 - cover) + colour * cover).astype(np.uint8)
