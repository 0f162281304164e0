"""Jobs on a page: one card each, live while they run."""

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.jobs.requests import pauses
from core.jobs.states import State
from core.runs.estimate import Span
from core.runs.waiting import still_takes, waits
from pages.parts import clock
from pages.parts.chrome import named
from pages.parts.i18n import literal, say, t
from pages.parts.job_buttons import stop_buttons, ways_on
from pages.parts.messages import with_code
from pages.parts.numbers import percent
from pages.parts.services.jobs import expected_time
from pages.parts.services.workspace import workspace

LOOKS: dict[State, tuple[str, Literal["gray", "primary", "green", "red", "orange"]]] = {
    "queued": (":material/schedule:", "gray"),
    "running": (":material/play_arrow:", "primary"),
    "paused": (":material/pause:", "orange"),
    "done": (":material/check:", "green"),
    "failed": (":material/error:", "red"),
    "cancelled": (":material/block:", "gray"),
    "interrupted": (":material/power_off:", "orange"),
}
LOG_BYTES = 200_000
"""Of the end of a log, for download."""
MOST_CARDS = 4
"""Of more jobs those that wait are lines, not cards."""


def duration(seconds: float, most_seconds: int = 90) -> str:
    """ "41 s", "1 min 35 s", "12 min", "1 h 5 min".

    Args:
        most_seconds: up to which it is said in seconds alone.
    """
    whole = max(1, round(seconds))
    if whole <= most_seconds:
        return t("parts.seconds", n=whole)
    if whole < 600 and whole % 60:
        return t("parts.minutes_seconds", m=whole // 60, s=whole % 60)
    if whole < 5400:
        return t("parts.minutes", n=round(whole / 60))
    return t("parts.hours", h=whole // 3600, m=whole % 3600 // 60)


def span(time: Span) -> str:
    """ "41 s", or "14 s to 60 s" where nothing was timed here yet."""
    if time.low == time.high:
        return duration(time.low)
    # Beside minutes more than a minute is said in minutes too.
    most = 90 if _roughly(time.high) <= 90 else 59
    low, high = duration(_roughly(time.low), most), duration(_roughly(time.high), most)
    return low if low == high else t("parts.from_to", low=low, high=high)


def _roughly(seconds: float) -> float:
    """A guess is not told to the second."""
    return seconds if seconds < 30 else 10 * round(seconds / 10)


def undecided(job: Job) -> bool:
    """Whether what the job has read and checked waits for somebody's decision."""
    waiting = (job.result or {}).get("waiting")
    if waiting is None:
        return False
    from core.data.review.acceptance import list_undecided  # not for the first page, which opens fast

    return waiting in list_undecided(workspace())


def state_badge(state: State) -> None:
    """A state as sign and word, never by colour alone."""
    icon, colour = LOOKS[state]
    st.badge(t(f"parts.state_{state}"), icon=icon, color=colour)


def show_trouble(job: Job, place: str = "card") -> None:
    """Why a job failed, where it did, and its log where that is no mistake of the user's.

    Args:
        place: tells several on one page apart.
    """
    if not job.error or job.state not in ("failed", "interrupted", "paused"):
        return
    said, lines = with_code(say(job.error))
    st.markdown(f":red[:material/error: {said}]")
    if lines:
        st.code(lines, language="python")
    log = workspace().job_folder(job.id).log
    # What was killed has written nothing.
    if not job.error.get("mistake") and log.exists() and log.stat().st_size:
        st.download_button(
            t("parts.log"),
            lambda: log.read_bytes()[-LOG_BYTES:],
            f"noiselens-{job.id}.log",
            "text/plain",
            key=f"log_{place}_{job.id}",
            icon=":material/description:",
            type="tertiary",
            on_click="ignore",
        )


def job_card(
    job: Job,
    actions: Callable[[], None] | None = None,
    border: bool = True,
    further: Callable[[], None] | None = None,
) -> None:
    """One job: title, what it does, how far, how long still, cancel; or how it ended.

    Args:
        actions: draws links or buttons that lead on from this job.
        further: as of `ways_on`.
    """
    with named(f"job_{job.id}", border):
        what, how_far, buttons = st.columns([5, 4, 3], vertical_alignment="center", gap="medium")
        with what:
            step = f" · {literal(say(job.step))}" if job.step and job.state == "running" else ""
            st.markdown(f"**{literal(say(job.title))}**{step}")
            if about := job.subject.about:
                st.caption(literal(say(about)))
        with how_far:
            if job.state == "running":
                st.progress(job.share, text=_how_far(job))
            else:
                with st.container(horizontal=True, vertical_alignment="center"):
                    if undecided(job):
                        st.badge(t("parts.undecided"), icon=":material/rule:", color="orange")
                    else:
                        state_badge(job.state)
                    if job.state == "queued":
                        st.caption(_waits(job))
                    elif job.state == "paused" and job.share > 0:
                        st.caption(t("parts.so_far", share=percent(job.share)), width="content")
                    elif job.started and job.finished and job.state not in ("cancelled", "paused"):
                        # Those may have rested before.
                        st.caption(
                            t("parts.took", time=duration(job.finished - job.started)), width="content"
                        )
        with buttons, st.container(horizontal=True, horizontal_alignment="right"):
            if actions is not None:
                actions()
            several = job.state == "running" and pauses(job)
            if not several:
                stop_buttons(job)
        if several:
            with st.container(horizontal=True):
                stop_buttons(job)
        show_trouble(job)
        ways_on(job, further=further)


def _how_far(job: Job) -> str:
    if job.share == 0:
        return t("parts.starting")
    share = percent(job.share)
    if job.finish_requested is not None:
        return share  # the pace is that of all epochs, and it ends before
    left = still_takes(job, expected_time(job))
    return share if left is None else t("parts.how_far", share=share, time=span(left))


def times(turn: Span | None, takes: Span | None) -> str:
    """ "starts in 3 min · takes 40 s", as far as it is known."""
    said = []
    if turn is not None:
        said.append(t("parts.turn_next") if turn.high == 0 else t("parts.turn", time=span(turn)))
    if takes is not None:
        said.append(t("parts.takes", time=span(takes)))
    return " · ".join(said)


def _waits(job: Job) -> str:
    """When the turn of a queued job comes, and what it waits for, which may run on another page."""
    active = list_jobs(workspace(), active=True, limit=10_000)
    turn = waits(active, expected_time).get(job.id)
    before = [one for one in active if one.state == "running"]
    for one in active:
        if one.id == job.id:
            break
        if one.state == "queued":
            before.append(one)
    said = [times(turn, None)]
    if before:
        said.append(t("parts.turn_after", name=literal(say(before[-1].title))))
    return " · ".join(one for one in said if one)


def job_cards(
    key: str,
    read: Callable[[], Sequence[Job]],
    actions: Callable[[Job], Callable[[], None] | None] | None = None,
    first: Sequence[Job] | None = None,
) -> None:
    """Cards of all jobs that `read` gives, read again each second while one is active, else every few seconds.

    When a job comes or ends, the whole page runs again once, so that results appear.

    Args:
        key: tells several lists in a session apart.
        actions: for a job, what draws its links or buttons.
        first: what `read` has given in this run already.
    """
    known = [read() if first is None else first]
    drawn = {job.id: job.state for job in known[0]}

    @st.fragment
    def cards() -> None:
        jobs = known.pop() if known else read()
        states = {job.id: job.state for job in jobs}
        if states != st.session_state.get(f"seen_{key}", states):
            st.session_state[f"seen_{key}"] = states
            st.rerun()
        st.session_state[f"seen_{key}"] = states
        for job in jobs:
            line = len(jobs) > MOST_CARDS and job.state == "queued"
            job_card(job, actions(job) if actions else None, border=not line)
        active = any(state in ("queued", "running") for state in states.values())
        clock.draw_again(f"cards_{key}", clock.BUSY if active else clock.IDLE)

    st.session_state[f"seen_{key}"] = drawn
    cards()


def run_again_when_changed(read: Callable[[], Sequence[str]]) -> None:
    """Run the page again once what `read` gives is another than now; nothing is looked at where it gives nothing."""
    known = read()

    @st.fragment
    def look() -> None:
        if read() != known:
            st.rerun()
        if known:
            clock.draw_again("changed", 2.0)

    look()
