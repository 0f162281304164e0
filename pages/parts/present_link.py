"""The link to the presentation, wherever a page has something to present."""

from collections.abc import Sequence

import streamlit as st

from core.runs.runs import Run
from pages.parts.i18n import t


def present_link(runs: Sequence[Run]) -> None:
    """To the presentation of a clean-trained one of some tested runs, beside a noise-trained one of them; where there is
    none of either, the page finds who tells most. Nothing where none of them has maps.
    """
    can = [run for run in runs if not run.without_maps]
    if not can:
        return
    first = min(can, key=lambda run: (not run.reference, run.noise_trained))
    beside = next((run for run in can if run.noise_trained and run.id != first.id), None)
    asked = {"story": "study", "slide": "1", "run": first.id} | ({"beside": beside.id} if beside else {})
    st.page_link("present.py", label=t("present.link"), icon=":material/slideshow:", query_params=asked)
