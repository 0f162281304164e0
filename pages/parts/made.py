"""What jobs make for taking away: their progress, and the link to it when it is there."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.brought.made import made_file
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from pages.parts.i18n import t
from pages.parts.made_route import made_address
from pages.parts.numbers import size_words
from pages.parts.progress import job_cards
from pages.parts.services.workspace import workspace

MOST = 3
"""That are shown, the newest."""


def made_cards(key: str, is_shown: Callable[[Job], bool]) -> None:
    """A card for each of the newest jobs that make or have made something to take away; of those that have ended well
    where it is still there.

    Args:
        key: tells several lists in a session apart.
        is_shown: of a job of this group.
    """

    def found() -> Sequence[Job]:
        jobs = [job for job in list_jobs(workspace()) if job.group == "report" and is_shown(job)]
        shown = [job for job in jobs if job.state != "done" or made_file(workspace(), job) is not None]
        return [job for job in shown if job.state != "cancelled"][:MOST]

    job_cards(key, found, _link)


def _link(job: Job) -> Callable[[], None] | None:
    path = made_file(workspace(), job)
    if path is None:
        return None
    bytes = path.stat().st_size

    def draw() -> None:
        st.link_button(
            t("elsewhere.download", size=size_words(bytes)),
            made_address(job.id, st.get_option("server.baseUrlPath")),
            icon=":material/download:",
            type="primary",
        )

    return draw
