"""The colours of charts, in the visitor's light or dark theme."""

from typing import Literal

import streamlit as st

from core.charts.drawing import Palette

# Okabe and Ito's colours without their green, yellow and vermilion-red neighbours of "right" and "wrong";
# the first is the accent of .streamlit/config.toml.
LIGHT = Palette(
    accent="#2E4AEA",
    reference="#8A94A8",
    right="#1B7F4B",
    wrong="#C62828",
    text="#1A1F2E",
    grid="#E4E7EE",
    series=["#2E4AEA", "#E69F00", "#56B4E9", "#CC79A7", "#0072B2", "#7F6A00"],
)
DARK = Palette(
    accent="#8C9EFF",
    reference="#9BA5BA",
    right="#4CC38A",
    wrong="#FF8A80",
    text="#E8EAF2",
    grid="#2B303D",
    ground="#11141C",
    series=["#8C9EFF", "#E69F00", "#56B4E9", "#CC79A7", "#5AA9E6", "#F0E442"],
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
