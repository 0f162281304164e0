"""The learning-rate range test as background work; a run is neither needed nor made. Imports no torch."""

from dataclasses import dataclass, field, replace
from typing import Any

from core.data.dataset import DataSet, open_data_set
from core.errors import UnknownName
from core.jobs.job import Job
from core.jobs.queue import list_jobs, submit
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, seconds_for
from core.runs.recipe import Recipe
from core.store import Workspace
from core.training.job import started_from, what_is_trained
from core.training.rate_curve import STEPS, RateCurve
from core.words import Text, fill_text

KIND = "range_test"


@dataclass(frozen=True)
class RatePayload(Record):
    """What a job of kind `range_test` does."""

    data_set_id: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    about: Text | None = None


def compared(recipe: Recipe) -> dict[str, Any]:
    """What of a recipe decides the test's outcome."""
    return replace(recipe, learning_rate=0.0, epochs=1, patience=0, schedule="constant", preset="").to_json()


def submit_range_test(workspace: Workspace, data_set: DataSet, recipe: Recipe) -> Job:
    """Queue a range test; one that waits or runs already for the same is returned.

    Raises:
        UserMistake: as Recipe.check. NotTrained, CannotStartFrom, UnknownName: as core.training.job.started_from.
    """
    recipe.check()
    started_from(workspace, recipe)
    payload = RatePayload(
        data_set_id=data_set.id, recipe=recipe.to_json(), about=what_is_trained(recipe, data_set.name)
    )
    title = Text(en="Find a learning rate for {data}", ko="{data}에 맞는 학습률 찾기")
    return submit(workspace, KIND, fill_text(title, data=data_set.name), payload.to_json(), once=KIND)


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a range test; returns its curve."""
    import torch

    from core.networks.loading import load_run_network
    from core.training.range_test import range_test
    from core.training.start import Begun

    payload = job.asked(RatePayload)
    recipe = Recipe.read(payload.recipe)
    recipe.check()
    report(0.0, Text(en="Loading the network", ko="모델 준비 중"))
    begun = None
    if (source := started_from(workspace, recipe)) is not None:
        begun = Begun(load_run_network(source, torch.device("cpu")), source.name)
    return range_test(recipe, open_data_set(workspace, payload.data_set_id), report, begun).to_json()


def seconds_to_try(workspace: Workspace, recipe: Recipe, data_set: DataSet) -> Span:
    """How long the test takes, roughly, once it has started."""
    span = seconds_for(workspace, recipe, data_set)
    if recipe.trains == "head":  # pictures go through the network once, and that is nearly all of it
        return span
    pictures = recipe.epochs * max(1, round(recipe.share * data_set.split_counts["train"]))
    part = STEPS * recipe.accumulate * min(recipe.batch_size, pictures) / pictures
    return Span(part * span.low, part * span.high)


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long the test takes from its turn on; None where its data set or its model is gone."""
    payload = RatePayload.read(job.payload)
    try:
        data_set = open_data_set(workspace, payload.data_set_id)
        return seconds_to_try(workspace, Recipe.read(payload.recipe), data_set).with_start
    except UnknownName:
        return None


def is_under_way(workspace: Workspace) -> bool:
    """Whether a range test waits or runs."""
    return any(job.kind == KIND for job in list_jobs(workspace, active=True))


def found_rates(workspace: Workspace, recipe: Recipe) -> RateCurve | None:
    """What the newest test of the same choices found; None where there was none."""
    wanted = compared(recipe)
    for job in list_jobs(workspace):
        if job.kind != KIND or job.state != "done" or job.result is None:
            continue
        if compared(Recipe.read(RatePayload.read(job.payload).recipe)) == wanted:
            return RateCurve.read(job.result)
    return None
