"""Trainings that the form of the page has queued."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.jobs.job import Job
from core.jobs.queue import claim, get_job, list_jobs
from core.store import Workspace

Open = Callable[..., AppTest]


def queued_runs(open_page: Open, workspace: Workspace, number: int) -> list[str]:
    """Jobs that the form has queued, oldest first."""
    at = open_page("train")
    for epochs in range(1, number + 1):
        at.slider(key="train_epochs").set_value(epochs)
        at.button(key="train_go").click().run()
    return [job.id for job in list_jobs(workspace, active=True)]


def submitted(open_page: Open, workspace: Workspace) -> Job:
    """A training that the form has queued and a worker has taken."""
    at = open_page("train")
    at.slider(key="train_epochs").set_value(3)
    at.text_input(key="train_name").set_value("mine").run()
    at.button(key="train_go").click().run()
    job = list_jobs(workspace)[0]
    claim(workspace, job.id)
    return get_job(workspace, job.id)
