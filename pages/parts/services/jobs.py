"""How long jobs take."""

import streamlit as st

from core.jobs.job import Job
from core.runs.estimate import Span
from core.runs.waiting import expected
from pages.parts.services.workspace import workspace


def expected_time(job: Job) -> Span | None:
    """core.runs.waiting.expected, which reads all runs and tests; looked at once in a while."""
    return _expected_time(str(workspace().root), job.id, job.share, job)


@st.cache_data(ttl=60, max_entries=500, show_spinner=False)
def _expected_time(home: str, job_id: str, share: float, _job: Job) -> Span | None:
    return expected(workspace(), _job)
