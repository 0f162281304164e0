"""A run taken elsewhere from its record: made by a job, then downloaded."""

from typing import get_args

import streamlit as st

from core.brought.export import submit_export
from core.brought.kinds import Taken
from core.errors import NoiseLensError
from core.jobs.job import Job
from core.runs.runs import Run
from pages.parts.i18n import t
from pages.parts.made import made_cards
from pages.parts.messages import show_error
from pages.parts.services.workspace import workspace


def take_away(run: Run) -> None:
    """The forms that it can be taken in, folded away; a button each, and below what was made.

    Args:
        run: one with weights.
    """
    place = st.expander(
        t("elsewhere.take"), icon=":material/output:", key=f"train_take_{run.id}", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        st.caption(t("elsewhere.take_about"))
        wanted: Taken | None = None
        forms: list[Taken] = list(get_args(Taken))
        if run.graph:
            forms = ["card"]
            st.caption(f":material/info: {t('elsewhere.take_graph')}")
        with st.container(horizontal=True):
            for form in forms:
                if st.button(
                    t(f"elsewhere.take_{form}"),
                    key=f"train_take_{form}_{run.id}",
                    icon=":material/output:",
                    help=t(f"elsewhere.take_{form}_help"),
                ):
                    wanted = form
        if wanted is not None:
            try:
                submit_export(workspace(), run, wanted)
            except NoiseLensError as error:
                show_error(error)
            else:
                st.rerun()

        def of_run(job: Job) -> bool:
            return job.subject.run_id == run.id

        made_cards(f"take_{run.id}", of_run)
