"""The colours of charts, in the visitor's light or dark theme."""

from typing import Literal

import streamlit as st

from core.charts.drawing import Palette

# Colours of runs that stay apart for every colour vision (tests/core/charts/test_runs.py measures it), without green and red, which
# are "right" and "wrong"; the first is the accent of .streamlit/config.toml.
LIGHT = Palette(
    accent="#2E4AEA",
    reference="#8A94A8",
    right="#1B7F4B",
    wrong="#C62828",
    text="#1A1F2E",
    grid="#E4E7EE",
    series=["#2E4AEA", "#E69F00", "#56B4E9", "#7F6A00", "#5B2A86", "#6B3A1E"],
)
DARK = Palette(
    accent="#8C9EFF",
    reference="#9BA5BA",
    right="#4CC38A",
    wrong="#FF8A80",
    text="#E8EAF2",
    grid="#2B303D",
    ground="#11141C",
    series=["#8C9EFF", "#E69F00", "#B6F0FF", "#F0E442", "#B03A8C", "#A6761D"],
)


def palette() -> Palette:
    """The colours that fit the theme on the screen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def either(colour: Literal["accent", "reference", "ground"]) -> str:
    """The colour of that name in the Palette, as CSS that follows a change of theme with no word from the page."""
    return f"light-dark({getattr(LIGHT, colour)}, {getattr(DARK, colour)})"


def ground() -> tuple[int, int, int]:
    """The page's background (.streamlit/config.toml), for what is between pictures of one strip."""
    red, green, blue = (int(palette().ground[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
