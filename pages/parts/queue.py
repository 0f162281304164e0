"""What waits, a line each: its turn, how long it takes, and what takes it out of the queue."""

from collections.abc import Sequence

import streamlit as st

from core.jobs.queue import Job, list_jobs, request_cancel
from core.runs.estimate import Span, waits
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.chrome import named
from pages.parts.i18n import literal, say, t
from pages.parts.numbers import percent
from pages.parts.progress import show_trouble, span, state_badge, stop_buttons, ways_on
from pages.parts.services import expected_time, workspace

_QUESTION = "cancel_all"


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


def _line(job: Job, place: int | None, turn: Span | None) -> None:
    with named(f"queued_{job.id}", horizontal=True, vertical_alignment="center", gap="small"):
        number = "" if place is None else f"{place} · "
        about = literal(say(job.subject.about)) if job.subject.about else None
        st.markdown(f"{number}**{literal(say(job.title))}**", width="stretch", help=about)
        if job.state == "paused":
            state_badge(job.state)
        elif job.share > 0:
            st.caption(t("parts.so_far", share=percent(job.share)), width="content")
        if job.state == "queued":
            st.caption(_times(turn, expected_time(job)), width="content")
        if job.state == "paused":
            ways_on(job, "queue", small=True)
        with st.container(horizontal=True, width="content", gap="small", key=f"icons_queue_{job.id}"):
            stop_buttons(job, "tertiary")
    show_trouble(job, "queue")


def _times(turn: Span | None, takes: Span | None) -> str:
    """ "in 3 min · takes 40 s", as far as it is known."""
    said = []
    if turn is not None:
        said.append(t("parts.turn_next") if turn.high == 0 else t("parts.turn", time=span(turn)))
    if takes is not None:
        said.append(t("parts.takes", time=span(takes)))
    return " · ".join(said)


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
