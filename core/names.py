"""Which characters no name of a file, folder, class or data set may hold."""

import unicodedata

from core.limits import MAX_NAME

_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Make what follows run the other way: a name could pretend to be another one."""


def is_control(letter: str) -> bool:
    """A character that steers a screen and shows nothing: control characters, ends of lines, half characters.

    All spaces are letters like others (U+202F stands in the names of macOS's screenshots), and so are joiners, without
    which Persian words and many emoji fall apart; `str.isprintable` says no to both.
    """
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _TURNS


def is_label(text: str) -> bool:
    """Whether it can be the name of a class."""
    return bool(text.strip()) and len(text) <= MAX_NAME and not has_control(text)


def has_control(name: str) -> bool:
    """Whether any is among them."""
    return not name.isprintable() and any(map(is_control, name))
