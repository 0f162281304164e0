"""A run made again and laid beside the first: the button that does it, and what came of it."""

import pandas as pd
import streamlit as st

from core.errors import NoiseLensError
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.runs.runs import Run
from core.studies.reproduce import (
    Number,
    Reproduction,
    of_same_recipe,
    repeat_of,
    reproduction,
    submit_repeat,
)
from core.words import levels_text, rounded
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error, small_heading
from pages.parts.progress import run_again_when_changed, span
from pages.parts.services.workspace import workspace


def reproducing(run: Run, page: str) -> None:
    """What it takes to make a run again, those that repeat it, and one of these beside it.

    Args:
        run: one that was trained here.
        page: tells the places where this is drawn apart.
    """
    st.caption(t("reproduce.about"))
    others = of_same_recipe(workspace(), run)
    ids = {one.id for one in others}

    def under_way() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.makes("model") and job.subject.run_id in ids
        ]

    jobs = under_way()
    for job in jobs:  # its card stands on Train
        st.markdown(f":material/hourglass_top: {t('reproduce.under_way', title=literal(say(job.title)))}")
    if not jobs:
        _offer(run, page)
    elif page != "train":
        st.page_link("train.py", label=t("reproduce.to_train"), icon=":material/model_training:")
    run_again_when_changed(lambda: [job.id for job in under_way()])
    trained = [one for one in others if one.summary is not None]
    if not trained:
        return
    second = trained[0]
    if len(trained) > 1:
        by_id = {one.id: one for one in trained}
        key = f"{page}_reproduced_{run.id}"
        if st.session_state.get(key) not in by_id:
            st.session_state.pop(key, None)
        second = by_id[
            str(
                selectbox(
                    t("reproduce.beside"),
                    list(by_id),
                    format_func=lambda run_id: say(by_id[run_id].label),
                    key=key,
                )
            )
        ]
    _beside(reproduction(workspace(), run, second), page)


def _offer(run: Run, page: str) -> None:
    try:
        repeat = repeat_of(workspace(), run)
    except NoiseLensError as error:
        st.info(literal(say(error.said)), icon=":material/info:")
        return
    st.caption(
        t("reproduce.test", n=len(repeat.noises), severities=levels_text(repeat.severities))
        if repeat.noises
        else t("reproduce.no_test")
    )
    if st.button(
        t("reproduce.go", time=span(repeat.time)),
        icon=":material/repeat:",
        key=f"{page}_reproduce_go_{run.id}",
    ):
        try:
            submit_repeat(workspace(), repeat)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()


def _beside(found: Reproduction, page: str) -> None:
    lines = [say(found.expected), *(f"- {literal(say(said))}" for said in found.apart)]
    if found.tested and not found.identical:
        share = f"{found.same_answers:,}", f"{found.answers:,}"
        lines.insert(1, t("reproduce.answers", same=share[0], of=share[1]))
    names = {"first": literal(say(found.first.label)), "second": literal(say(found.second.label))}
    with st.container(border=True):
        small_heading(say(found.sentence), 3, f"{page}_reproduced")
        st.markdown(t("reproduce.which_two", **names))
        st.markdown("\n".join([lines[0], "", *lines[1:]]))
    st.dataframe(
        pd.DataFrame([_row(one) for one in found.numbers]),
        hide_index=True,
        key=f"{page}_reproduced_table_{found.first.id}_{found.second.id}",
        alt=t("reproduce.table_alt"),
    )


def _row(one: Number) -> dict[str, str]:
    points = rounded(one.difference, 1)
    within = {True: t("reproduce.yes"), False: t("reproduce.no"), None: ""}[one.within]
    interval = (
        "" if one.low is None or one.high is None else f"{rounded(one.low, 1)} – {rounded(one.high, 1)}"
    )
    return {
        t("reproduce.column_what"): say(one.name),
        t("reproduce.column_first"): rounded(one.first, 1),
        t("reproduce.column_second"): rounded(one.second, 1),
        t("reproduce.column_difference"): f"+{points}" if float(points) > 0 else points,
        t("reproduce.column_interval"): interval,
        t("reproduce.column_within"): within,
    }
