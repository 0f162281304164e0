"""What is kept by a key that a page gives: charts, pictures, numbers, and work done in threads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import streamlit as st

from pages.parts.background import Works

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


_Small = TypeVar("_Small")
_MOST_WORKS = 32
"""Breaking points are a few kB each, a contact sheet half a MB."""


@st.cache_resource(show_spinner=False)
def works() -> Works:
    """What pages have worked out in threads."""
    return Works(_MOST_WORKS)


def kept_chart(key: tuple[object, ...], make: "Callable[[], Figure]") -> "Figure":
    """A chart; made only where it is not among the last that were shown.

    Args:
        key: all that decides what `make` gives: comparisons.chart_key of what is compared among it.
    """
    return _kept_chart(key, make)


# Some 100 kB each; of all noises and many runs 1 MB.
@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_chart(key: tuple[object, ...], _make: "Callable[[], Figure]") -> "Figure":
    return _make()


def kept_picture(key: tuple[str | int, ...], make: Callable[[], bytes]) -> bytes:
    """A picture as a file; made only where the last ones that were shown are others.

    Args:
        key: the same only where `make` gives the same.
    """
    return _kept_picture(key, make)


# Tiles of a gallery are some 50 kB each, large pictures twice that.
@st.cache_resource(max_entries=256, show_spinner=False)
def _kept_picture(key: tuple[str | int, ...], _make: Callable[[], bytes]) -> bytes:
    return _make()


def kept_result(key: tuple[object, ...], make: "Callable[[], Any]") -> Any:
    """As `kept_chart`, of anything that is reckoned from tests and never altered."""
    return _kept_result(key, make)


@st.cache_resource(max_entries=48, show_spinner=False)
def _kept_result(key: tuple[object, ...], _make: "Callable[[], Any]") -> Any:
    return _make()


def kept_numbers(key: tuple[object, ...], make: Callable[[], _Small]) -> _Small:
    """Something of a few kB that takes a moment to reckon; made only where it is not among the last that were shown.

    Args:
        key: the same only where `make` gives the same; of texts and numbers.
    """
    return cast(_Small, _kept_numbers(key, make))


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept_numbers(key: tuple[object, ...], _make: Callable[[], object]) -> object:
    return _make()
