"""From one tab of Results to another, with what is to be chosen there."""

from collections.abc import Mapping

import streamlit as st


def go_to_tab(choices: Mapping[str, str]) -> None:
    """Open a tab in the run that follows; for a button's `on_click`, as boxes that are drawn already take nothing.

    Args:
        choices: the tab, and what is chosen there, by the name of each choice in the address.
    """
    for name, value in choices.items():
        st.session_state[f"results_{name}"] = value
    # Tabs go by their labels: without one they open what results_tab says.
    st.session_state.pop("results_tabs", None)
