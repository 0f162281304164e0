"""Runs that the noise lab can ask: trained ones, and those whose training has saved something on its way."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import streamlit as st

from core.errors import DataSetDeleted
from core.jobs.states import ACTIVE
from core.runs.runs import Run, Summary, data_set_of, list_runs
from core.runs.standing import saved
from pages.parts.clock import draw_again
from pages.parts.i18n import t
from pages.parts.services import classifiers
from pages.parts.services.workspace import workspace

SECONDS = 3.0
"""Between two looks whether a training has saved newer weights."""


def asked_runs() -> dict[str, Run]:
    """By id, newest first. One that has not come to its end has what is known of its data in the place of a summary."""
    found = {run.id: _with_summary(run) for run in list_runs(workspace())}
    return {run_id: run for run_id, run in found.items() if run is not None}


def _with_summary(run: Run) -> Run | None:
    trained = run.folder.checkpoint.exists()  # also while its test goes on
    if trained and run.summary is not None:
        return run
    if not trained and saved(run) is None:
        return None
    try:
        data_set = data_set_of(workspace(), run)
    except DataSetDeleted:
        return None
    known = Summary(
        data_set=data_set.name,
        classes=data_set.classes,
        class_labels=data_set.class_labels,
        size=data_set.size,
        table=data_set.table,
    )
    return replace(run, summary=known)


def key_of(keys: dict[str, str], runs: Mapping[str, Run], model: str) -> str:
    """What services.classifiers.classifier knows a model by. Until newer weights of a run are loaded its older ones
    stay, so that nothing disappears.

    Args:
        keys: what the models of this lab were known by before.
    """
    if model not in runs:
        return model
    newest = classifiers.network_key(runs[model])
    before = keys.get(model, newest)
    loaded = before == newest or (
        classifiers.classifier_ready(before, start=False) and classifiers.classifier_ready(newest)
    )
    if not loaded:
        return before
    keys[model] = newest
    return newest


def how_far_trained(run: Run) -> None:
    """After which epoch a run is asked, where that is not its last word."""
    found = None if run.folder.checkpoint.exists() else saved(run)
    if found is None:
        return
    words = "preview.half_trained" if run.state in ACTIVE else "preview.half_ended"
    said = t(words, epoch=found.epochs, epochs=run.recipe.epochs)
    st.caption(f":material/model_training: {said}")


def follow_training(runs: Mapping[str, Run], asked: Collection[str]) -> None:
    """Have the lab drawn again from time to time while it asks a run that is not trained to its end."""
    if any(model in runs and not runs[model].folder.checkpoint.exists() for model in asked):
        draw_again("lab_training", SECONDS)
