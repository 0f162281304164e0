"""The pieces that a report is made of, in its language. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import Palette

PALETTE = Palette()
"""A report is printed: it has one look, the light one."""


@dataclass(frozen=True)
class Chart:
    """A picture of numbers."""

    title: str
    about: str
    """Below it, and its alternative text."""
    svg: tuple[str, ...]
    """In parts that fit a printed page."""


@dataclass(frozen=True)
class Table:
    """Words and numbers in rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers_from: int = 1
    """The first column that is written flush right."""
    title: str = ""


@dataclass(frozen=True)
class Tile:
    """A picture of a gallery: clean above noisy, shown beside what counted."""

    source: str
    """A data: address."""
    words: str
    alt: str


@dataclass(frozen=True)
class Gallery:
    """Pictures that noise did the same to."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class RunPictures:
    """The galleries of one run under the noise that tells most."""

    name: str
    about: str
    galleries: tuple[Gallery, ...]


@dataclass(frozen=True)
class Trained:
    """How the runs of a row came to be, and how to make them again."""

    name: str
    sentences: tuple[str, ...]
    recipe: str
    """As a file, of the first of several seeds; "" where it was made elsewhere."""
    again: tuple[str, ...]
    """Commands, or a sentence where there is nothing to train."""
    versions: str
    several: bool = False
    """They differ in their seed."""


def listed(values: Sequence[object]) -> str:
    """ "0, 1, 2"."""
    return ", ".join(map(str, values))
