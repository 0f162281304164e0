"""Which of the compared noises a tab of Results looks at."""

import streamlit as st

from core.charts.drawing import noise_label
from core.evaluation.comparison import Comparison
from core.noise.catalogue import CLEAN
from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import language, t

ALL = "all"


def choose_noise(comparison: Comparison, name: str) -> str:
    """The box of noises: ALL, where means can be taken, a noise, or CLEAN.

    Args:
        name: of the choice in the address, unique on the page.
    """
    key = f"results_{name}"
    known = [*([ALL] if comparison.in_means else []), *comparison.noises, CLEAN]
    if (wanted := asked("results", name)) in known:
        st.session_state[key] = wanted
    if st.session_state.get(key) not in known:
        st.session_state[key] = known[0]
    chosen = selectbox(
        t("results.two_noise"),
        known,
        format_func=lambda one: t("results.two_all") if one == ALL else noise_label(one, language()),
        key=key,
    )
    keep("results", **{name: str(chosen)})
    return str(chosen)
