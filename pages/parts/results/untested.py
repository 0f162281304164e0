"""Runs on Results that wait for a test, or were tested by an earlier version on other draws."""

import streamlit as st

from core.data.dataset import list_data_sets
from core.errors import NoiseLensError
from core.evaluation.job import submit_evaluation
from core.evaluation.joined import JoinedEvaluation
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.runs.estimate import seconds_to_test
from core.runs.runs import Run
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.progress import job_cards, span
from pages.parts.services.workspace import workspace
from pages.parts.test_cells import offer_test


def other_draws(chosen: list[tuple[Run, JoinedEvaluation]]) -> list[tuple[Run, JoinedEvaluation]]:
    """Those that were tested on other noisy pictures than a test of today, where that sets them apart from others."""
    if len({tested.draws for _, tested in chosen}) < 2:
        return []
    return [(run, tested) for run, tested in chosen if not tested.draws_as_now]


def to_test(
    picked: list[Run],
    runs: dict[str, Run],
    again: dict[str, JoinedEvaluation],
    like: dict[str, JoinedEvaluation],
) -> None:
    """Runs that wait for a test: a button each; and the tests under way.

    Args:
        picked: all that are looked at.
        runs: those among them that wait, by id.
        again: the test that is to be made again, of those that have one.
        like: of a seed whose others are tested, a test of theirs: it is offered the same.
    """

    ids = {run.id for run in picked}

    def testing() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.makes("result") and job.subject.run_id in ids
        ]

    busy = {job.subject.run_id for job in testing()}
    data_sets = {one.id: one for one in list_data_sets(workspace())}
    for run in runs.values():
        if run.id in busy:
            continue
        before = again.get(run.id) or like.get(run.id)
        with st.container(border=True):
            if before is None:
                st.markdown(t("results.not_tested", name=literal(say(run.label))))
                offer_test(run, "results_test", primary=True)
                continue
            words, button = st.columns([7, 4], vertical_alignment="center")
            why = "results.other_draws" if run.id in again else "results.seed_not_tested"
            words.markdown(t(why, name=literal(say(run.label))))
            with button:
                data_set = data_sets.get(run.recipe.data_set_id)
                if data_set is None:
                    st.caption(f":material/folder_off: {t('parts.test_no_data')}")
                    continue
                if run.answers_alone:
                    st.caption(t("elsewhere.answer_again"))
                    continue
                time = seconds_to_test(
                    workspace(), run.recipe, data_set, before.noises, before.severities, GRAD_CAM.passes
                ).with_start
                how = "results.evaluate_again" if run.id in again else "results.evaluate_like"
                label = t(how, n=len(before.noises))
                if st.button(
                    f"{label} · {t('results.about', time=span(time))}",
                    icon=":material/fact_check:",
                    key=f"results_evaluate_{run.id}",
                    width="stretch",
                ):
                    try:
                        submit_evaluation(workspace(), run, before.noises, before.severities)
                    except NoiseLensError as error:
                        show_error(error)
                    else:
                        st.rerun()
    if busy:
        job_cards("results", testing)
