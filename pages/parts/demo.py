"""The demo study, started wherever a page offers it."""

import streamlit as st

from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.studies.demo import seconds_for_demo, submit_demo
from pages.parts.i18n import t
from pages.parts.progress import job_card, job_cards, span
from pages.parts.services.workspace import workspace


def _start() -> None:
    submit_demo(workspace())


def demo_button(running: bool = False, filled: bool = True) -> None:
    """The button that starts it.

    Args:
        running: it says that it does.
        filled: it is what a visitor does next.
    """
    st.button(
        t("parts.demo_running") if running else t("parts.demo_run", time=span(seconds_for_demo())),
        type="primary" if filled else "secondary",
        icon=":material/play_arrow:",
        key="demo_run",
        disabled=running,
        on_click=_start,
    )


def demo_offer(sentence: str) -> None:
    """For a page that is empty without a tested run: why, and the button; above it how the last study failed.

    Models that are on their way stand here instead: what the button would start may be among them.
    """

    def on_the_way() -> list[Job]:
        return [job for job in list_jobs(workspace(), active=True) if job.makes("model")]

    if on_the_way():
        job_cards("demo_offer", on_the_way)
        return
    last = next((job for job in list_jobs(workspace()) if job.subject.demo), None)
    if last is not None and last.state in ("failed", "interrupted"):
        job_card(last)
    with st.container(border=True, horizontal_alignment="center", key="demo_offer"):
        st.markdown(f":material/inbox: {sentence}", text_alignment="center")
        demo_button()
