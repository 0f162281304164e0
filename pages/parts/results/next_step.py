"""What to do next: what hurts most, what training on it may bring, and one button that starts the study."""

import time

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.joined import evaluations_by_run
from core.runs.runs import list_runs
from core.runs.studies import list_studies
from core.studies.gains import earlier_gains
from core.studies.next_step import NextStep, next_step
from core.studies.study import MOST_SEEDS, SEEDS
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.number_field import number_field
from pages.parts.progress import span
from pages.parts.results.look import Look
from pages.parts.services.kept import kept_result
from pages.parts.services.workspace import workspace

TWICE_WITHIN = 3.0
"""s in which a second click means the same study."""
_STARTED = "results_next_started"
"""Session: the label of the study that was queued here last."""


def next_step_card(look: Look) -> None:
    """Nothing where nothing can be proposed."""
    step = _proposed(look)
    with st.container(border=True, key="results_next_step"):
        st.markdown(f"**{t('findings.next')}**")
        if step is None:
            st.caption(t("findings.next_none"))
            return
        st.markdown(literal(say(step.sentence)))
        st.caption(literal(say(step.basis)))
        st.caption(literal(say(step.test)))
        _offer(look, step)


def _proposed(look: Look) -> NextStep | None:
    tests = evaluations_by_run(workspace(), list_runs(workspace()))
    known = tuple(test.key for own in tests.values() for test in own)
    gains = kept_result(("gains", str(workspace().root), known), lambda: earlier_gains(workspace()))
    there = [isinstance(one, DataSet) for one in look.pictures]
    found: NextStep | None = look.kept_of_rows(
        ("next step", known, tuple(there)),
        lambda: next_step(look.grouped, [run for run, _ in look.chosen], gains, there),
    )
    return found


def _offer(look: Look, step: NextStep) -> None:
    place = next(number for number, (run, _) in enumerate(look.chosen) if run.id == step.run.id)
    data_set = look.pictures[place]
    assert isinstance(data_set, DataSet), "only such runs are proposed"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seeds = number_field(
            t("train.study_seeds"),
            1,
            MOST_SEEDS,
            SEEDS,
            key="results_next_seeds",
            persist_state="session",
            help=t("train.study_seeds_help"),
        )
        try:
            new = None if seeds is None else step.study(workspace(), data_set, seeds)
        except NoiseLensError as error:
            show_error(error)
            return
        takes = None if new is None else new.expected(workspace())
        clicked = st.button(
            t("findings.next_go", n=takes.runs, time=span(takes.time)) if takes else t("findings.next_wait"),
            type="primary",
            icon=":material/science:",
            key="results_next_go",
            disabled=new is None,
        )
    if clicked and new is not None:
        newest = next(iter(list_studies(workspace())), None)
        again = newest is not None and newest.plan == new.study.plan
        if newest is not None and again and time.time() - newest.created < TWICE_WITHIN:
            st.toast(t("train.once"), icon=":material/check:")
        else:
            try:
                new.submit(workspace())
                st.session_state[_STARTED] = new.study.label or new.study.name
            except NoiseLensError as error:
                show_error(error)
    if started := st.session_state.get(_STARTED):
        st.success(t("findings.next_started", name=literal(say(started))), icon=":material/check:")
        st.page_link("train.py", label=t("findings.next_watch"), icon=":material/model_training:")
