"""Pictures with words below them as one picture, to be passed on: no screen around it has to explain it. Pillow draws."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from core.pixels import Image

_WIDTH = 280
"""Least width of a picture, px."""
_GAP, _TEXT, _HEAD = 16, 15, 19
"""px between pictures; heights of letters."""
_INK = (26, 31, 46)
_KNOWN = ("NotoSansCJK", "NotoSansKR", "NanumGothic", "AppleSDGothicNeo", "malgun", "DejaVuSans")
"""Beginnings of files of fonts that have Korean letters, then of the one that matplotlib brings."""
_UNKNOWN = "?"


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
    head, text = _font(words, _HEAD), _font(words, _TEXT)
    top = _lines(headline, head, width - 2 * _GAP)
    below = [[line for one in each.lines for line in _lines(one, text, side)] for each in pictures]
    last = _lines(foot, text, width - 2 * _GAP)
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


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """`text` in lines no wider than `width` px, broken between words, or within one that is wider alone."""
    drawn = "".join(letter if letter in _letters(str(font.path)) else _UNKNOWN for letter in text)
    lines = [""]
    for word in drawn.replace("\u00a0", " ").split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _font(text: str, size: int) -> ImageFont.FreeTypeFont:
    """The first of the known fonts that has every letter of `text`; else the one with most of them."""
    wanted = set(text) - {"\n"}
    files = _files()
    best = max(files, key=lambda file: (len(wanted & _letters(str(file))), -files.index(file)))
    return ImageFont.truetype(str(best), size)


@cache
def _files() -> tuple[Path, ...]:
    """Fonts of this computer that may do, in the order of _KNOWN; at least one."""
    from matplotlib import font_manager, get_data_path

    found = [Path(file) for file in font_manager.findSystemFonts()]
    found.append(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))
    plain = [
        file for file in found if not any(kind in file.stem for kind in ("Bold", "Light", "Coding", "Mono"))
    ]
    order = [
        file
        for beginning in _KNOWN
        for file in sorted(plain, key=lambda file: (len(file.stem), file))
        if file.stem.startswith(beginning)
    ]
    return tuple(dict.fromkeys(order))


@cache
def _letters(file: str) -> frozenset[str]:
    """Those that a font has; a blank that does not break is drawn as any other."""
    from matplotlib.ft2font import FT2Font

    return frozenset(map(chr, FT2Font(file).get_charmap())) | {"\u00a0"}
