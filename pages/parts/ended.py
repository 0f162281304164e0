"""Jobs that ended without success, until they are put away: a card each, or where they are many a line each."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.jobs.job import Job
from core.jobs.queue import put_away
from pages.parts.chrome import named
from pages.parts.i18n import literal, say, t
from pages.parts.job_buttons import ways_on
from pages.parts.progress import LOOKS, job_card, show_trouble
from pages.parts.services.workspace import workspace

FEW = 2
"""Jobs that have a card each."""
Further = Callable[[Job], Callable[[], None] | None]


def ended_jobs(jobs: Sequence[Job], further: Further) -> None:
    """What came of jobs, what can be done about each, and what puts one or all of them away for good.

    Args:
        jobs: newest first.
        further: gives for a job what draws more buttons beside the ways on.
    """
    if len(jobs) <= FEW:
        for job in jobs:
            job_card(job, partial(_away, job), further=further(job))
        return
    with named("ended", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('parts.ended', n=len(jobs))}**", width="stretch")
        st.button(
            t("parts.clear_all"),
            key="clear_all",
            icon=":material/clear_all:",
            type="tertiary",
            on_click=_put_all_away,
            args=([job.id for job in jobs],),
        )
    opened = next((job.id for job in jobs if job.state != "cancelled"), None)
    with st.container(gap="xsmall", key="ended_lines"):
        for job in jobs:
            _line(job, further, job.id == opened)


def _line(job: Job, further: Further, opened: bool) -> None:
    said = [t(f"parts.state_{job.state}"), literal(say(job.title))]
    if job.finished is not None:
        said.append(time.strftime("%m-%d %H:%M", time.localtime(job.finished)))
    place = st.expander(
        " · ".join(said), opened, icon=LOOKS[job.state][0], key=f"ended_{job.id}", on_change="rerun"
    )
    if not place.open:
        return
    with place, named(f"ended_{job.id}"):
        if about := job.subject.about:
            st.caption(literal(say(about)))
        show_trouble(job, "ended")
        with st.container(horizontal=True):
            ways_on(job, "ended", small=True, further=further(job))
            _away(job)


def _away(job: Job) -> None:
    st.button(
        t("parts.put_away"),
        key=f"put_away_{job.id}",
        icon=":material/close:",
        type="tertiary",
        on_click=put_away,
        args=(workspace(), job.id),
    )


def _put_all_away(job_ids: Sequence[str]) -> None:
    for job_id in job_ids:
        put_away(workspace(), job_id)
