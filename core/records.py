"""Records as a file or the database has them, of whatever version: what is said in them stays, what lacks is filled in."""

from collections.abc import Mapping
from typing import Any

from core.words import LANGUAGES, Text


def fits(value: Any, default: Any) -> bool:
    """Whether `value` is of the kind of `default`; whole numbers stand for others, and None for nothing but None."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))


def filled(value: Any, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """`value` with each of the keys of `defaults`; one of another kind gives way, and unknown keys are kept."""
    said = dict(value) if isinstance(value, Mapping) else {}
    return said | {key: default for key, default in defaults.items() if not fits(said.get(key), default)}


def text_or_none(value: Any) -> Text | None:
    """`value` where it is a text in every language of the screens."""
    known = isinstance(value, Mapping) and all(isinstance(value.get(name), str) for name in LANGUAGES)
    return Text(en=value["en"], ko=value["ko"]) if known else None
