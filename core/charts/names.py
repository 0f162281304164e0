"""Names in charts: shortened so that they still differ, broken into lines, and never read as markup."""

import html
import unicodedata
from collections.abc import Iterable, Sequence

_ABOUT_WIDTH = 56
"""Letters in a line of a hover label."""


def literal(names: Iterable[object]) -> list[str]:
    """Names that a person chose, in which Plotly would read <b>, <a> and the like."""
    return [html.escape(str(name), quote=False) for name in names]


def short_names(names: Sequence[str], letters: int) -> list[str]:
    """The names; where one is too long, without the parts that all share, and with "…" in the middle of what is still
    long, so that each differs from the others.

    Args:
        letters: most in a name; a Korean one counts as two, as wide as it is.
    """
    if max(map(wide, names), default=0) > letters:
        names = without_shared(names)
    for tail in (letters // 2, 3 * letters // 4, letters // 4):
        short = [_cut(name, letters, tail) for name in names]
        if len(set(short)) == len(names):
            return short
    # They differ in their middle only, or not at all.
    return [f"{place}. {_cut(name, letters - 3, letters // 2)}" for place, name in enumerate(names, 1)]


def without_shared(names: Sequence[str]) -> list[str]:
    """Names made of parts as in "model · data · mix" without the parts that all have, if each keeps some."""
    parts = [name.split(_PARTED) for name in names]
    shared = set.intersection(*map(set, parts))
    short = [_PARTED.join(part for part in one if part not in shared) for one in parts]
    return short if len(names) > 1 and all(short) else list(names)


_PARTED = " · "


def wide(text: str) -> int:
    """How many Latin letters are about as wide as `text`."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(name: str, letters: int, tail: int) -> str:
    if wide(name) <= letters:
        return name
    end = _at_word(_fitting(name[::-1], tail), name[::-1])[::-1]
    return _at_word(_fitting(name, letters - 1 - wide(end)), name).rstrip(" ·") + "…" + end.lstrip(" ·")


def _at_word(beginning: str, text: str) -> str:
    """The beginning of `text` up to its last whole word, unless that would leave little of it."""
    if text[len(beginning) :].startswith(" "):
        return beginning
    whole = beginning.rpartition(" ")[0]
    return whole if 2 * wide(whole) >= wide(beginning) else beginning


def _fitting(text: str, letters: int) -> str:
    """As much of the beginning as is no wider than `letters`."""
    while wide(text) > letters:
        text = text[:-1]
    return text


def in_lines(name: str, letters: int = _ABOUT_WIDTH) -> str:
    """A long name, literally, in lines of so many letters, of a hover label's if not told; a Korean one counts as two."""
    lines = [""]
    for part in name.split():
        joined = f"{lines[-1]} {part}".strip()
        if wide(joined) <= letters or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(part)
        while wide(lines[-1]) > letters:
            first = _fitting(lines[-1], letters)
            lines[-1:] = [first, lines[-1][len(first) :]]
    return "<br>".join(literal(lines))
