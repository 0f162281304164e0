"""All runs: those of one data set in a table, and below it the record of the one that is ticked, or several compared."""

from collections.abc import Sequence

import streamlit as st

from core.data.dataset import DataSet
from core.evaluation.joined import evaluations_by_run
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.runs.runs import Run
from pages.parts.address import keep
from pages.parts.i18n import t
from pages.parts.services.workspace import workspace
from pages.parts.training.compared_runs import compared_runs
from pages.parts.training.run_filter import filtered
from pages.parts.training.run_record import run_record
from pages.parts.training.run_table import choose_data_set, data_set_names, run_table
from pages.parts.training.tidy import deleted_runs


def run_list(runs: Sequence[Run], data_sets: Sequence[DataSet]) -> None:
    """
    Args:
        runs: all, newest first, at least one.
    """
    st.markdown(f"## {t('train.past')}")
    used = data_set_names(runs, {one.id: one.name for one in data_sets})
    chosen = choose_data_set(runs, used)
    of_set = [run for run in runs if run.recipe.data_set_id == chosen]
    tests = evaluations_by_run(workspace(), of_set, quick=True)
    shown, sort = filtered(of_set)
    picked = run_table(shown, tests, sort) if shown else []
    keep(
        "train",
        of=chosen if len(used) > 1 else None,
        run=",".join(run.id for run in picked) or None,
    )
    deleted_runs()
    if len(picked) > 1:
        with st.container(border=True, key="train_compared_card"):
            compared_runs(picked, runs, tests)
    elif picked:
        fingerprints = {one.id: one.card.fingerprint for one in data_sets}
        with st.container(border=True, key="train_record"):
            run_record(picked[0], used[chosen], fingerprints.get(chosen), _unsuccessful(picked[0]))


def _unsuccessful(run: Run) -> Job | None:
    """The last job that trained or tested a run, where that did not succeed."""
    for job in list_jobs(workspace(), limit=10_000):
        if job.group != "learning":
            continue
        of_study = run.study_id is not None and job.subject.study_id == run.study_id
        if job.subject.run_id == run.id or of_study:
            return None if job.active or job.state == "done" else job
    return None
