"""Words on pictures: a font of this computer that has their letters, and how they break into lines."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

_KNOWN = ("NotoSansCJK", "NotoSansKR", "NanumGothic", "AppleSDGothicNeo", "malgun", "DejaVuSans")
"""Beginnings of files of fonts that have Korean letters, then of the one that matplotlib brings."""
_UNKNOWN = "?"


def lines_of(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
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


def font_for(text: str, size: int) -> ImageFont.FreeTypeFont:
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
