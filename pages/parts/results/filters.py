"""The boxes above the tabs of Results: at which severities, under which noises, by which measure."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation.comparison import Comparison
from core.evaluation.measures.accuracy import ACCURACY
from core.measure import Measure
from pages.parts.address import asked, keep
from pages.parts.choices import segmented_control, selectbox
from pages.parts.i18n import say, t
from pages.parts.results.look import begun


def choose_severities(tested: Sequence[int]) -> list[int] | None:
    """The severities that are looked at; None for all of them. Without any to choose no box is drawn.

    Args:
        tested: those that the chosen runs were tested at.
    """
    if (wanted := asked("results", "severity")) is not None:
        st.session_state["results_severity"] = wanted
    if not tested:
        return None
    known = [str(level) for level in tested]
    if len(known) != 1:
        known = ["all", *known]
    if st.session_state.get("results_severity") not in known:
        st.session_state["results_severity"] = known[0]
    chosen = segmented_control(
        t("results.severity"),
        known,
        required=True,
        format_func=lambda key: t("results.all") if key == "all" else key,
        key="results_severity",
        persist_state="session",
        help=t("results.severity_help" if len(known) > 1 else "results.severity_one"),
    )
    return None if chosen in (None, "all") else [int(str(chosen))]


def choose_measure(comparison: Comparison) -> Measure:
    """What charts show: accuracy, or another measure that these tests give."""
    known = {measure.key: measure for measure in comparison.measures}
    if (wanted := asked("results", "measure")) in known:
        st.session_state["results_measure"] = wanted
    if st.session_state.get("results_measure") not in known:
        st.session_state["results_measure"] = ACCURACY.key
    chosen = selectbox(
        t("results.measure"),
        list(known),
        format_func=lambda key: begun(known[key]),
        key="results_measure",
        persist_state="session",
        help="\n\n".join(f"**{begun(one)}**: {say(one.sentence)}" for one in known.values()),
    )
    keep("results", measure=str(chosen))
    return known[str(chosen)]
