"""What waits, a line each: its turn, how long it takes, and what takes it out of the queue."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.jobs.requests import request_cancel
from core.runs.estimate import Span
from core.runs.waiting import waits
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.chrome import named
from pages.parts.i18n import say, t
from pages.parts.job_buttons import stop_buttons, ways_on
from pages.parts.numbers import percent
from pages.parts.progress import show_trouble, state_badge, times
from pages.parts.services.jobs import expected_time
from pages.parts.services.workspace import workspace

_QUESTION = "cancel_all"
TAIL = 12
"""Letters at the end of a title that are always seen."""
_STYLE = """
<style>
.queued, .queued strong {display: flex; min-width: 0; white-space: pre;}
.queued strong span:first-child {overflow: hidden; text-overflow: ellipsis;}
@media (min-width: 640.01px) {
    [class*="st-key-named_queued_"] {flex-wrap: nowrap;}
    [class*="st-key-named_queued_"] > :first-child {min-width: 0; flex: 1 1 0;}
    [class*="st-key-named_queued_"] > :not(:first-child) {flex: none;}
}
</style>
"""


def queue_lines(waiting: Sequence[Job]) -> None:
    """The queue, in its order.

    Args:
        waiting: what is queued, in its order, or paused; other pages' jobs before them count for when their turn comes.
    """
    if not waiting:
        return
    active = list_jobs(workspace(), active=True, limit=10_000)
    turns = waits(active, expected_time)
    queued = [job for job in active if job.state == "queued"]
    places = {job.id: place for place, job in enumerate(queued, 1)}
    number = sum(job.state == "queued" for job in waiting)
    st.html(_STYLE)
    with named("queue", horizontal=True, vertical_alignment="center"):
        said = t("parts.queue", n=number) if number else t("parts.queue_paused", n=len(waiting))
        st.markdown(f"**{said}**", width="stretch")
        if number > 1 and st.button(
            t("parts.cancel_all"), key="cancel_all", icon=":material/close:", type="tertiary"
        ):
            ask(_QUESTION, "")
            st.rerun()
    with st.container(gap=None, key="queue_lines"):
        for job in waiting:
            _line(job, places.get(job.id), turns.get(job.id))


def _name(job: Job, place: int | None) -> str:
    """Its place and title as HTML. Where there is too little room for all of it the middle is left out: what is queued together
    often differs at its end; where the pointer rests, all is told."""
    title = say(job.title)
    told = f"{title}\n{say(job.subject.about)}" if job.subject.about else title
    number = "" if place is None else f"<span>{place} ·&nbsp;</span>"
    head, tail = escape(title[:-TAIL]), escape(title[-TAIL:])
    return f'<div class="queued" title="{escape(told)}">{number}<strong><span>{head}</span><span>{tail}</span></strong></div>'


def _line(job: Job, place: int | None, turn: Span | None) -> None:
    with named(f"queued_{job.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_name(job, place))
        if job.state == "paused":
            state_badge(job.state)
        elif job.share > 0:
            st.caption(t("parts.so_far", share=percent(job.share)), width="content")
        if job.state == "queued":
            st.caption(times(turn, expected_time(job)), width="content")
        if job.state == "paused":
            ways_on(job, "queue", small=True)
        with st.container(horizontal=True, width="content", gap="small", key=f"icons_queue_{job.id}"):
            stop_buttons(job, "tertiary")
    show_trouble(job, "queue")


def confirm_cancel_all(waiting: Sequence[Job]) -> None:
    """The question that "Cancel all" asks, while it is open; outside of what is drawn again by itself."""
    queued = [job.id for job in waiting if job.state == "queued"]
    if not is_asked(_QUESTION, "") or not queued:
        return

    def act() -> None:
        for job_id in reversed(queued):  # none of them begins meanwhile
            request_cancel(workspace(), job_id)

    confirm(
        "cancel_all",
        t("parts.cancel_all_title", n=len(queued)),
        t("parts.cancel_all_text"),
        "parts.cancel_all_yes",
        "parts.cancel_all_no",
        act,
    )
