"""What stops or pauses a job, and what goes on after one that ended."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal

import streamlit as st

from core.errors import NoiseLensError, UserMistake
from core.jobs.again import again, otherwise
from core.jobs.job import Job
from core.jobs.queue import put_away
from core.jobs.requests import ends_early, pauses, request_cancel, request_pause, resume, why_not_resumed
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.services.workspace import workspace


def stop_buttons(job: Job, looks: Literal["secondary", "tertiary"] = "secondary") -> None:
    """What ends or pauses a job that waits, runs or rests: as much of it as its kind can."""
    if not job.active and job.state != "paused":
        return
    stopping = job.cancel_requested is not None
    pausing = job.pause_requested is not None
    early = ends_early(workspace(), job)
    if pauses(job) and job.group == "learning":
        st.button(
            t("parts.pausing") if pausing and not stopping else t("parts.pause"),
            key=f"pause_{job.id}",
            icon=":material/pause:",
            disabled=stopping or pausing,
            type=looks,
            on_click=_ask,
            args=(request_pause, job.id),
            help=t("parts.pause_help") if job.state == "running" else None,
        )
    if early:
        ending = job.finish_requested is not None
        st.button(
            t("parts.ending") if ending and not stopping else t("parts.end_early"),
            key=f"end_{job.id}",
            icon=":material/flag:",
            disabled=stopping or pausing or ending,
            type=looks,
            on_click=_ask,
            args=(request_cancel, job.id, True),
            help=t("parts.end_early_help"),
        )
    st.button(
        t("parts.cancelling") if stopping else t("parts.cancel"),
        key=f"cancel_{job.id}",
        icon=":material/close:",
        disabled=stopping,
        type=looks,
        on_click=_ask,
        args=(request_cancel, job.id),
        help=t("parts.cancel_help") if early else None,
    )


def _ask(ask: Callable[..., Job], job_id: str, *more: bool) -> None:
    with suppress(UserMistake):  # it ended between the look and the click, as the page shows by now
        ask(workspace(), job_id, *more)


def ways_on(
    job: Job, place: str = "card", small: bool = False, further: Callable[[], None] | None = None
) -> None:
    """For a job that rests or ended without success, each in one click: go on with it, try what may succeed where it
    failed, or begin once more with the same choices, where neither of these is possible.

    Args:
        place: tells several on one page apart.
        small: within a line.
        further: draws more buttons beside these.
    """
    if job.active or job.state == "done":
        return
    home = workspace()
    going_on = why_not_resumed(home, job) is None
    offers = otherwise(home, job)
    anew = None if going_on or offers else again(home, job)
    if not (going_on or offers or anew or further):
        return
    act: Callable[[], Job] | None = None
    with st.container(horizontal=True, width="content" if small else "stretch"):
        for offer in offers:
            key = f"otherwise_{offer.key}_{place}_{job.id}"
            if st.button(literal(say(offer.text)), type="primary", key=key, icon=":material/build:"):
                act = offer.queue
        if going_on and st.button(
            t("parts.resume"),
            # Who cancels knows what to do next.
            type="tertiary" if small else "secondary" if offers or job.state == "cancelled" else "primary",
            key=f"resume_{place}_{job.id}",
            icon=":material/resume:",
            help=t("parts.resume_help") if job.started else None,
        ):
            act = partial(resume, home, job.id)
        if anew is not None and st.button(
            t("parts.again"), key=f"again_{place}_{job.id}", icon=":material/replay:"
        ):
            act = anew
        if further is not None:
            further()
    if act is not None:
        try:
            if act().id != job.id:
                put_away(home, job.id)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()
