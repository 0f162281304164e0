"""Pictures with words below them as one picture, to be passed on: no screen around it has to explain it. Pillow draws."""

import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from core.explanation.lettering import font_for, lines_of
from core.pixels import Image

_WIDTH = 280
"""Least width of a picture, px."""
_GAP, _TEXT, _HEAD = 16, 15, 19
"""px between pictures; heights of letters."""
_INK = (26, 31, 46)


class Captioned(NamedTuple):
    """A picture (RGB uint8 H,W,3) and the lines below it."""

    picture: Image
    lines: Sequence[str]


def captioned(headline: str, pictures: Sequence[Captioned], foot: str) -> bytes:
    """A PNG: a headline, pictures of one size side by side with their words below, and a line at the foot. Pixels of the
    pictures stay as they are; letters that no font here has become "?", and all words are in the file's description too.

    Args:
        pictures: one or more.
    """
    shown = [Pillow.fromarray(one.picture) for one in pictures]
    side = max(_WIDTH, shown[0].width)
    width = len(shown) * (side + _GAP) + _GAP
    words = "\n".join([headline, *(" · ".join(one.lines) for one in pictures), foot])
    head, text = font_for(words, _HEAD), font_for(words, _TEXT)
    top = lines_of(headline, head, width - 2 * _GAP)
    below = [[line for one in each.lines for line in lines_of(one, text, side)] for each in pictures]
    last = lines_of(foot, text, width - 2 * _GAP)
    row, line = round(1.5 * _HEAD), round(1.45 * _TEXT)
    start = _GAP + len(top) * row + _GAP // 2
    under = start + max(one.height for one in shown) + _GAP // 2
    height = under + max(map(len, below)) * line + _GAP // 2 + len(last) * line + _GAP
    canvas = Pillow.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(canvas)
    _write(draw, (_GAP, _GAP), top, head, row)
    for number, (picture, said) in enumerate(zip(shown, below, strict=True)):
        left = _GAP + number * (side + _GAP)
        canvas.paste(picture, (left, start))
        _write(draw, (left, under), said, text, line)
    _write(draw, (_GAP, height - _GAP - len(last) * line), last, text, line)
    about = PngInfo()
    about.add_itxt("Description", words)
    file = io.BytesIO()
    canvas.save(file, "PNG", pnginfo=about)
    return file.getvalue()


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    lines: Sequence[str],
    font: ImageFont.FreeTypeFont,
    height: int,
) -> None:
    for number, line in enumerate(lines):
        draw.text((place[0], place[1] + number * height), line, fill=_INK, font=font)
