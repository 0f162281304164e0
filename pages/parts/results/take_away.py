"""Results taken away: a report or all that is behind it, made by a job, then downloaded."""

from collections.abc import Sequence

import streamlit as st

from core.errors import NoiseLensError
from core.evaluation.rows import Row
from core.jobs.job import Job
from core.reports.job import Form, submit_report
from core.runs.runs import Run
from pages.parts.choices import selectbox
from pages.parts.i18n import language, say, t
from pages.parts.made import made_cards
from pages.parts.messages import show_error
from pages.parts.reproducing import reproducing
from pages.parts.services.workspace import workspace

FORMS: tuple[Form, ...] = ("html", "zip")


def take_away(rows: Sequence[Row]) -> None:
    """What can be taken away of tested rows, folded away; a button each, and below what was made."""
    members = [member for row in rows for member in row.members]
    runs = [run for run, _ in members]
    place = st.expander(t("results.take"), icon=":material/output:", key="results_take", on_change="rerun")
    if not place.open:
        return
    with place:
        st.caption(t("results.take_about"))
        with st.container(horizontal=True):
            pictures = st.checkbox(
                t("results.take_pictures"),
                value=True,
                key="results_take_pictures",
                help=t("results.take_pictures_help"),
            )
            interactive = st.checkbox(t("results.take_interactive"), key="results_take_interactive")
        wanted: Form | None = None
        with st.container(horizontal=True):
            for form in FORMS:
                if st.button(
                    t(f"results.take_{form}"),
                    key=f"results_take_{form}",
                    icon=":material/output:",
                    help=t(f"results.take_{form}_help"),
                ):
                    wanted = form
        if wanted is not None:
            try:
                tests = {run.id: test.id for run, test in members}
                submit_report(workspace(), runs, language(), wanted, interactive, pictures, tests)
            except NoiseLensError as error:
                show_error(error)
            else:
                st.rerun()

        def is_report(job: Job) -> bool:
            return job.makes("report")

        made_cards("results_reports", is_report)
        _again([run for run in runs if run.origin is None])


def _again(runs: Sequence[Run]) -> None:
    """One of the runs, trained and tested once more."""
    if not runs:
        return
    st.markdown(f"**{t('reproduce.title')}**")
    by_id = {run.id: run for run in runs}
    chosen = runs[0].id
    if len(runs) > 1:
        chosen = str(
            selectbox(
                t("reproduce.which"),
                list(by_id),
                format_func=lambda run_id: say(by_id[run_id].label),
                key="results_again",
            )
        )
    reproducing(by_id[chosen], "results")
