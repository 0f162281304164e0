"""The tabs of Results: a file each beside this one, a line each here."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.parts.address import asked, keep
from pages.parts.i18n import t
from pages.parts.results.by_noise import by_noise
from pages.parts.results.by_severity import by_severity
from pages.parts.results.clean_noisy import clean_noisy
from pages.parts.results.confusions import confusions
from pages.parts.results.distance import distance
from pages.parts.results.dropped import dropped
from pages.parts.results.findings import findings_tab
from pages.parts.results.grid import grid
from pages.parts.results.how_sure import how_sure
from pages.parts.results.look import Look
from pages.parts.results.numbers import number_table
from pages.parts.results.picture_map import pictures_map
from pages.parts.results.seed_choice import at_seed
from pages.parts.results.spectrum import spectrum
from pages.parts.results.two_runs import two_runs
from pages.parts.results.ways import ways


@dataclass(frozen=True)
class Tab:
    key: str
    """In the address; its label is the text results.tab_KEY."""
    draw: Callable[[Look], None]
    without_noise: bool = False
    """It has something to show where no noise is left."""
    means: bool = False
    """It shows the mean of a row of several seeds; others at the one that is chosen (seed_choice.py)."""


TABS = (
    Tab("by_noise", by_noise, without_noise=True, means=True),
    Tab("findings", findings_tab, without_noise=True, means=True),
    Tab("by_severity", by_severity, means=True),
    Tab("grid", grid, means=True),
    Tab("drop", dropped, means=True),
    Tab("scatter", clean_noisy, means=True),
    Tab("two", two_runs, without_noise=True),
    Tab("ways", ways, without_noise=True),
    Tab("spectrum", spectrum, without_noise=True),
    Tab("distance", distance, without_noise=True),
    Tab("map", pictures_map, without_noise=True),
    Tab("sure", how_sure, without_noise=True, means=True),
    Tab("confusion", confusions, without_noise=True, means=True),
    Tab("numbers", number_table, without_noise=True, means=True),
)


def results_tabs(look: Look) -> None:
    """One for each of TABS; only the open one is drawn."""
    labels = {tab.key: t(f"results.tab_{tab.key}") for tab in TABS}
    wanted = asked("results", "tab")
    if wanted in labels:
        st.session_state["results_tab"] = wanted
    # Tabs are known by their labels, which are others in the other language.
    if wanted in labels or st.session_state.get("results_tabs") not in labels.values():
        st.session_state["results_tabs"] = labels[st.session_state.get("results_tab", "by_noise")]
    places = st.tabs(list(labels.values()), key="results_tabs", on_change="rerun")
    for place, tab in zip(places, TABS, strict=True):
        if place.open:
            st.session_state["results_tab"] = tab.key
            keep("results", tab=tab.key)
        if place.open and (look.grouped.cells or tab.without_noise):
            with place:
                tab.draw(look if tab.means else at_seed(look))
