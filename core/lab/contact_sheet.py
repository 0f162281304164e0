"""Every noise on one picture, small: for choosing by eye, and as one picture to take away."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import cv2
import numpy as np
from PIL import Image as PILImage
from PIL import ImageDraw, ImageFont

from core.hardware import cores, one_blas_thread
from core.noise.stack import Layer, SecondPicture, apply_stack
from core.pixels import Image
from core.progress import Report, silent
from core.resizing import square
from core.words import Language

SIDE = 224
"""Side of the square that noise is put on, px: that of ImageNet-C's pictures. Shrunk further, grain would
average away."""
_TILE, _GAP, _NAME, _COLUMNS = 144, 12, 40, 8
"""Of the picture to take away, px."""

# Pillow looks for these where the system keeps its fonts.
_HANGUL_FONTS = ("NanumGothic.ttf", "malgun.ttf", "AppleSDGothicNeo.ttc", "NotoSansCJK-Regular.ttc")


def small_square(picture: Image) -> Image:
    """The centre square of a picture at the size where a contact sheet puts noise on it."""
    return square(picture, min(SIDE, *picture.shape[:2]))


def on_one_picture(
    picture: Image,
    noises: Sequence[str],
    severity: int,
    table: str,
    seed: int = 0,
    second: SecondPicture = None,
    report: Report = silent,
    found: Callable[[str, Image], None] = lambda noise, noisy: None,
) -> dict[str, Image]:
    """Each noise at one severity on `small_square(picture)`, RGB uint8.

    Args:
        found: given each noise with its picture as soon as it is there, in the order of `noises`.

    Raises:
        Cancelled: `report` said so.
    """
    small = small_square(picture)

    def one(noise: str) -> Image:
        return apply_stack(small, [Layer.at_severity(noise, severity, table)], seed, second=second)

    one_blas_thread()
    report(0.0)
    made: dict[str, Image] = {}
    with ThreadPoolExecutor(cores(), "sheet") as threads:
        tries = [(noise, threads.submit(one, noise)) for noise in noises]
        try:
            for noise, coming in tries:
                made[noise] = coming.result()
                found(noise, made[noise])
                report(len(made) / len(tries))
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return made


@cache
def _font(size: int) -> tuple["ImageFont.FreeTypeFont | ImageFont.ImageFont", bool]:
    """A font, and whether it has Korean letters."""
    for name in _HANGUL_FONTS:
        try:
            return ImageFont.truetype(name, size), True
        except OSError:
            continue  # not on this system
    return ImageFont.load_default(size), False


def sheet_language(language: Language) -> Language:
    """The language that a sheet's names can be drawn in: English where no Korean font is installed."""
    return language if _font(14)[1] else "en"


def sheet(title: str, groups: Sequence[tuple[str, Sequence[tuple[str, Image]]]]) -> Image:
    """One picture (RGB uint8) with all of them under their headings, dark words on white.

    Args:
        groups: (heading, [(name, square picture)]), in `sheet_language`.
    """
    lines = sum(-(-len(tiles) // _COLUMNS) for _, tiles in groups)
    width = _COLUMNS * (_TILE + _GAP) + _GAP
    height = 60 + len(groups) * 44 + lines * (_TILE + _NAME + _GAP)
    canvas = PILImage.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(canvas)
    draw.text((_GAP, 16), title, "#0E1220", _font(24)[0])
    top = 60
    for heading, tiles in groups:
        draw.text((_GAP, top + 8), heading, "#0E1220", _font(18)[0])
        top += 44
        for place, (name, picture) in enumerate(tiles):
            row, column = divmod(place, _COLUMNS)
            left, upper = _GAP + column * (_TILE + _GAP), top + row * (_TILE + _NAME + _GAP)
            shrinks = picture.shape[0] > _TILE
            how = cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST
            tile = cv2.resize(picture, (_TILE, _TILE), interpolation=how)
            canvas.paste(PILImage.fromarray(tile), (left, upper))
            for line, words in enumerate(_lines(name)):
                draw.text((left, upper + _TILE + 3 + 17 * line), words, "#0E1220", _font(14)[0])
        top += -(-len(tiles) // _COLUMNS) * (_TILE + _NAME + _GAP)
    return np.asarray(canvas)


def _lines(name: str) -> list[str]:
    """`name` in two lines at most, as wide as a tile."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _font(14)[0].getlength(longer) > _TILE:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines[:2]
