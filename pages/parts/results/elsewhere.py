"""What leads out of Results and back: answers of models that cannot come here, and pictures that no test is of."""

from collections.abc import Sequence

import streamlit as st

from core.data.dataset import list_data_sets
from core.runs.runs import Run
from pages.parts.ask_pictures import ask_pictures
from pages.parts.bring_predictions import predictions_form, taken_run
from pages.parts.choices import selectbox
from pages.parts.i18n import say, t
from pages.parts.services.workspace import workspace


def predictions_card(beside: Sequence[Run]) -> None:
    """Predictions made elsewhere, folded away: the pack that goes out, the table that comes back.

    Args:
        beside: the runs that are looked at; what came back can be looked at beside them.
    """
    data_sets = list_data_sets(workspace())
    if not data_sets:
        return
    place = st.expander(
        t("elsewhere.card"), icon=":material/move_to_inbox:", key="results_elsewhere", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        ids = {one.id for one in data_sets}
        of_runs = next((run.recipe.data_set_id for run in beside if run.recipe.data_set_id in ids), None)
        if of_runs is not None:
            st.session_state.setdefault("train_data", of_runs)
        predictions_form(data_sets)
        new = taken_run()
        if new is not None and new not in {run.id for run in beside}:
            st.page_link(
                "results.py",
                label=t("elsewhere.card_beside"),
                icon=":material/bar_chart:",
                query_params={"runs": ",".join([*(run.id for run in beside), new])},
            )


def new_pictures_card(runs: Sequence[Run]) -> None:
    """One of the runs asked about pictures of somebody's own, folded away."""
    asked = {run.id: run for run in runs if run.trained}
    if not asked:
        return
    place = st.expander(
        t("elsewhere.ask"), icon=":material/image_search:", key="results_ask", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        chosen = next(iter(asked))
        if len(asked) > 1:
            chosen = str(
                selectbox(
                    t("elsewhere.ask_run"),
                    list(asked),
                    format_func=lambda run_id: say(asked[run_id].label),
                    key="results_ask_run",
                )
            )
        ask_pictures(asked[chosen], "results")
