"""The link to the presentation, wherever a page has something to present."""

import streamlit as st

from pages.parts.i18n import t


def present_link(run_id: str, beside: str | None = None) -> None:
    """To the presentation of a run that was tested.

    Args:
        beside: another one, told of beside it; else the one that tells most is found.
    """
    asked = {"story": "study", "slide": "1", "run": run_id} | ({"beside": beside} if beside else {})
    st.page_link("present.py", label=t("present.link"), icon=":material/slideshow:", query_params=asked)
