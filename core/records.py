"""Records as a file or the database has them, of whatever version: what is said in them stays, what lacks is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Self, Union, get_args, get_origin, get_type_hints, is_typeddict

from core.words import LANGUAGES, Text, plain


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


def labels_of(classes: Sequence[str], said: Sequence[Text] | None) -> list[Text]:
    """What screens call classes, in their order: as a record says, where it says it of each, or as they are."""
    return list(said) if said and len(said) == len(classes) else [plain(name) for name in classes]


class _Misfit(Exception):
    """A value is not of the kind that is wanted."""


def _as(hint: Any, value: Any) -> Any:
    """`value`, as JSON has it, as one of the kind `hint`.

    Raises:
        _Misfit.
    """
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind is Any:
        return value
    if kind in (Union, UnionType):
        for one in inner:
            try:
                return _as(one, value)
            except _Misfit:
                continue
        raise _Misfit
    if kind is Literal:
        fitting = value in inner
    elif kind is float:
        fitting = isinstance(value, int | float) and not isinstance(value, bool)
    elif kind is int:
        fitting = isinstance(value, int) and not isinstance(value, bool)
    elif kind in (bool, str, NoneType):
        fitting = isinstance(value, kind)
    elif kind is tuple:
        fitting = isinstance(value, list | tuple) and (inner[-1] is ... or len(inner) == len(value))
    elif kind is list:
        fitting = isinstance(value, list | tuple)
    else:
        fitting = isinstance(value, Mapping)
    if not fitting:
        raise _Misfit
    if kind is tuple:
        hints = inner[:1] * len(value) if inner[-1] is ... else inner
        return tuple(_as(each, one) for each, one in zip(hints, value, strict=True))
    if kind is list:
        return [_as(inner[0], one) for one in value]
    if kind is dict:
        return {_as(inner[0], key): _as(inner[1], one) for key, one in value.items()}
    if is_typeddict(kind):
        kinds = _hints(kind)
        if not kind.__required_keys__ <= set(value):
            raise _Misfit
        return {key: _as(kinds.get(key, Any), one) for key, one in value.items()}
    return kind.read(value) if isinstance(kind, type) and issubclass(kind, Record) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@dataclass(frozen=True)
class Record:
    """A record of a file or the database. Every field has a default, which is what an older version means by nothing."""

    kept: dict[str, Any] = field(default_factory=dict, kw_only=True, repr=False, hash=False)
    """What it says that this version does not understand, or not so: written back as it came."""

    @classmethod
    def read(cls, value: Any) -> Self:
        """The record that `to_json` of this or another version wrote. Whatever it says, there is one."""
        given = dict(value) if isinstance(value, Mapping) else {}
        known: dict[str, Any] = {}
        kind: type = cls
        hints = _hints(kind)
        for one in fields(cls):
            if one.name in given and one.name != "kept":
                try:
                    known[one.name] = _as(hints[one.name], given[one.name])
                except _Misfit:
                    continue
        return cls(**known, kept={name: said for name, said in given.items() if name not in known})

    @property
    def misread(self) -> dict[str, Any]:
        """What it says of fields that this version has, but of another kind; of the records in it, too."""
        names = {one.name for one in fields(self)} - {"kept"}
        found = {name: said for name, said in self.kept.items() if name in names}
        for inner in (getattr(self, name) for name in names):
            found |= inner.misread if isinstance(inner, Record) else {}
        return found

    def to_json(self) -> dict[str, Any]:
        """As a file has it, fields in their order."""
        known = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "kept"}
        return {name: _written(value) for name, value in known.items()} | self.kept


def _written(value: Any) -> Any:
    """A field as JSON has it."""
    if isinstance(value, Record):
        return value.to_json()
    if isinstance(value, list) and any(isinstance(one, Record) for one in value):
        return [_written(one) for one in value]
    return value
