"""Training runs as background work."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from core.data.dataset import DataSet
from core.errors import CannotStartFrom, NoLayersToTrain, UnknownName
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.options import checked_noises, checked_severities
from core.evaluation.versions import versions_now
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder
from core.hardware import processor
from core.jobs.job import Job
from core.jobs.queue import enter
from core.noise.catalogue import SEVERITIES, noise_name
from core.progress import Report, part
from core.records import Record
from core.runs.editing import save_summary
from core.runs.entering import NewRun, create_runs
from core.runs.estimate import Span, seconds_for, seconds_to_test
from core.runs.presets import PRESETS
from core.runs.recipe import RANDOM, Recipe, model_name
from core.runs.runs import (
    Run,
    RunArm,
    Summary,
    data_set_of,
    list_runs,
    open_run,
    run_of,
    settled,
    without_network,
)
from core.runs.studies import Study, open_study
from core.store import Workspace
from core.words import Text, fill_text, plain

LABEL_NOISES = 3
"""Named in the label of a run that nobody has named; further ones are counted."""


def run_name(recipe: Recipe, data_set: DataSet) -> str:
    """A name for a run that nobody has named: "Small CNN on faces, gaussian_noise + fog"."""
    noises = " + ".join([*recipe.mix.noises, *(name["en"] for name in _besides_noise(recipe))]) or "clean"
    return f"{model_name(recipe.model)}{_imagenet(recipe)} on {data_set.name}, {noises}"[:70]


def _imagenet(recipe: Recipe) -> str:
    return " (ImageNet)" if recipe.pretrained else ""


def _besides_noise(recipe: Recipe) -> list[Text]:
    """Names of its augmentation and of a loss that compares views, where it has them."""
    names = []
    if recipe.augmentation:
        preset = PRESETS.get(recipe.augmentation)
        names.append(plain(recipe.augmentation) if preset is None else preset.name)
    if recipe.objective != "cross_entropy":
        names.append(plain(recipe.objective.upper()))
    return names


def mix_label(recipe: Recipe) -> Text:
    """What makes it hold, for people: "Gaussian noise + Fog", "AugMix + JSD", or "clean"."""
    names = [noise_name(key) for key in recipe.mix.noises]
    more = len(names) - LABEL_NOISES
    if more > 0:
        names = [*names[:LABEL_NOISES], Text(en=f"{more} more", ko=f"{more}가지 더")]
    names += _besides_noise(recipe)
    return Text(
        en=" + ".join(name["en"] for name in names) or "clean",
        ko=" + ".join(name["ko"] for name in names) or "원본만",
    )


def run_label(recipe: Recipe, data_set: DataSet) -> Text:
    """`run_name` for people: "Small CNN on faces, Gaussian noise + Fog"."""
    label = Text(en="{model} on {data}, {noises}", ko="{model} · {data} · {noises}")
    model = model_name(recipe.model) + _imagenet(recipe)
    return fill_text(label, model=model, data=data_set.name, noises=mix_label(recipe))


def started_from(workspace: Workspace, recipe: Recipe) -> Run | None:
    """The run with whose weights a recipe starts; None where it starts otherwise.

    Raises:
        UnknownName: it is gone. NotTrained, CannotStartFrom: it has no weights, or those of another model. NoLayersToTrain: it
        was brought in as a graph or as predictions.
    """
    if recipe.started_from is None:
        return None
    run = open_run(workspace, recipe.started_from)
    if run.answers_alone:
        raise without_network(run)
    if run.graph:
        raise NoLayersToTrain(name=run.name)
    if run.recipe.model != recipe.model:
        why = Text(
            en="it trained {its}, and not {own}", ko="{own:이/가} 아니라 {its:을/를} 학습한 결과입니다"
        )
        models = {"its": model_name(run.recipe.model), "own": model_name(recipe.model)}
        raise CannotStartFrom(name=run.name, why=fill_text(why, **models))
    if not run.trained:
        raise without_network(run)
    return run


def as_started(workspace: Workspace, recipe: Recipe) -> Recipe:
    """The recipe with the id of the run that it says by name to start from, and, where it says no image size, that run's.

    Raises:
        As `started_from`.
    """
    run = started_from(workspace, recipe)
    if run is None:
        return recipe
    side = recipe.side
    if not side and run.summary is not None and run.summary.size:
        side = run.recipe.network_side(run.summary.size)
    return replace(recipe, start=run.id, side=side)


def start_label(recipe: Recipe) -> Text:
    """What training begins with, and that it leaves most of it as it is where it does."""
    if recipe.pretrained:
        start = Text(en="from ImageNet weights", ko="ImageNet 가중치로 시작")
    elif recipe.start != RANDOM:
        start = Text(en="from another model's weights", ko="다른 학습 결과의 가중치로 시작")
    else:
        start = Text(en="from scratch", ko="처음부터")
    if recipe.trains == "head":
        return fill_text(Text(en="{start} (head alone)", ko="{start}, 분류층만"), start=start)
    return start


def what_is_trained(recipe: Recipe, data: str) -> Text:
    """Model, start, data and mix: "Small CNN from scratch on faces, clean".

    Args:
        data: name of the data set.
    """
    said = Text(en="{model} {start} on {data}, {noises}", ko="{model}({start}) · {data} · {noises}")
    model = model_name(recipe.model)
    return fill_text(said, model=model, start=start_label(recipe), data=data, noises=mix_label(recipe))


def _start_and_length(recipe: Recipe) -> Text:
    """What the name of a run that nobody has named leaves out: "from scratch · epochs: 8"."""
    said = Text(en="{start} · epochs: {n}", ko="{start} · 에폭 {n}")
    return fill_text(said, start=start_label(recipe), n=recipe.epochs)


@dataclass(frozen=True)
class Follow(Record):
    """What a run is tested under once it is trained."""

    noises: list[str] | None = None
    """As core.evaluation.options.checked_noises takes them."""
    severities: list[int] = field(default_factory=lambda: list(SEVERITIES))


@dataclass(frozen=True)
class TrainPayload(Record):
    """What a job of kind `train` does."""

    run_id: str = ""
    evaluate: Follow | None = None
    about: Text | None = None


@dataclass(frozen=True)
class Training:
    """A training that is to be queued."""

    recipe: Recipe
    name: str | None = None
    """Of the run; made from the recipe by default."""
    evaluate: dict[str, Any] | None = None
    """What to evaluate it on afterwards, {"noises": as core.evaluation.options.checked_noises takes them, "severities":
    [...]}; None for nothing."""
    rename: bool = False
    """Where `name` is in use take "name 2", "name 3", ..."""
    label: Text | None = None
    """What screens call a run that has a name; None for the name."""
    arm: RunArm | None = None


def submit_training(
    workspace: Workspace,
    data_set: DataSet,
    recipe: Recipe,
    name: str | None = None,
    evaluate: dict[str, Any] | None = None,
    rename: bool = False,
) -> tuple[Run, Job]:
    """Queue a training run: `submit_trainings` with one."""
    wanted = Training(recipe, name, evaluate, rename)
    return submit_trainings(workspace, data_set, [wanted])[0]


def submit_trainings(
    workspace: Workspace, data_set: DataSet, wanted: Sequence[Training], study: Study | None = None
) -> list[tuple[Run, Job]]:
    """Queue training runs on one data set, each a job of its own, all or none.

    Args:
        study: that they belong to.

    Raises:
        BadName, NameTaken, UnknownName, OutOfRange, NotAChoice, NotUnderstood: as `Recipe.check`.
        NotTrained, CannotStartFrom: as `started_from`.
    """
    runs, payloads = [], []
    for one in wanted:
        one.recipe.check()
        started_from(workspace, one.recipe)
        follow = None
        if one.evaluate is not None:
            follow = Follow(
                noises=checked_noises(one.evaluate.get("noises"), one.recipe.mix, data_set.table),
                severities=checked_severities(one.evaluate.get("severities", SEVERITIES)),
            )
        named = one.name is not None
        runs.append(
            NewRun(
                name=run_name(one.recipe, data_set) if one.name is None else one.name,
                recipe=one.recipe,
                rename=one.rename or not named,
                label=one.label if named else run_label(one.recipe, data_set),
                arm=one.arm,
            )
        )
        # The name that a recipe makes says the rest itself.
        about = what_is_trained(one.recipe, data_set.name) if named else _start_and_length(one.recipe)
        payloads.append(TrainPayload(evaluate=follow, about=about))
    jobs: list[Job] = []

    def enter_jobs(session: Session, entered: Sequence[Run]) -> None:
        jobs.clear()  # of a try that was cut off by somebody who took a name
        for run, payload in zip(entered, payloads, strict=True):
            title = fill_text(Text(en="Train “{name}”", ko="“{name}” 학습"), name=run.label)
            jobs.append(enter(session, "train", title, replace(payload, run_id=run.id).to_json()))

    return list(zip(create_runs(workspace, runs, study, enter_jobs), jobs, strict=True))


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a training job; returns {"run_id"}, with an evaluation also {"evaluation_id"}."""
    payload = job.asked(TrainPayload)
    run = open_run(workspace, payload.run_id)
    follow = payload.evaluate
    share = 1.0
    if follow is not None:
        # Progress goes by time, so that the time left can be told from it.
        training, testing = _seconds(workspace, run, follow)
        share = training.with_start.low / (training.with_start + testing).low
    if (
        run.summary is None or not run.folder.checkpoint.exists()
    ):  # else this job was trained before it was paused
        train_run(workspace, run, part(report, 0.0, share))
    if follow is None:
        return {"run_id": run.id}
    staging = workspace.job_folder(job.id).staging
    (evaluation,) = evaluate_runs(
        workspace,
        [run],
        checked_noises(follow.noises, run.recipe.mix),
        checked_severities(follow.severities),
        staging,
        part(report, share, 1.0),
        run.recipe.device,
    )
    return {"run_id": run.id, "evaluation_id": evaluation.id}


def _seconds(workspace: Workspace, run: Run, follow: Follow) -> tuple[Span, Span]:
    """How long training and the test behind it take, once they have started."""
    data_set, recipe = data_set_of(workspace, run), run.recipe
    noises, severities = checked_noises(follow.noises, recipe.mix), checked_severities(follow.severities)
    testing = seconds_to_test(workspace, recipe, data_set, noises, severities, GRAD_CAM.passes)
    return seconds_for(workspace, recipe, data_set), testing


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long training and test take, from its turn on; None where the run, its data set or its model is gone."""
    run, payload = run_of(workspace, job), TrainPayload.read(job.payload)
    if run is None:
        return None
    try:
        if payload.evaluate is None:
            return seconds_for(workspace, run.recipe, data_set_of(workspace, run)).with_start
        training, testing = _seconds(workspace, run, payload.evaluate)
    except UnknownName:
        return None
    return training.with_start + testing


def ends_early(workspace: Workspace, job: Job) -> bool:
    """Whether it still trains: a test has no epochs."""
    run = run_of(workspace, job)
    return run is not None and run.summary is None


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What trains a new run of the same recipe and name, numbered; None where the run or its data set is gone."""
    run = run_of(workspace, job)
    return None if run is None else partial(train_anew, workspace, run, job, settled(run))


def train_anew(workspace: Workspace, run: Run, job: Job, recipe: Recipe) -> Job:
    """Queue a new run of `recipe`, named and tested as that of an earlier job was to be."""
    payload = job.asked(TrainPayload)
    follow = None if payload.evaluate is None else payload.evaluate.to_json()
    data_set = data_set_of(workspace, run)
    named = run.name if run.label == {"en": run.name, "ko": run.name} else None
    if named is not None:
        first = _unnumbered(named)  # "held 2" is followed by "held 3"
        named = first if first in {one.name for one in list_runs(workspace)} else named
    wanted, study = Training(recipe, named, follow, rename=True), None
    if run.arm is not None and run.study_id is not None and recipe == run.recipe:
        # The same once more takes its place in the study; another recipe is none of its arms.
        study = open_study(workspace, run.study_id)
        label = Text(en=_unnumbered(run.label["en"]), ko=_unnumbered(run.label["ko"]))
        wanted = replace(wanted, name=_unnumbered(run.name), label=label, arm=run.arm)
    return submit_trainings(workspace, data_set, [wanted], study)[0][1]


def _unnumbered(name: str) -> str:
    return re.sub(r" \d+$", "", name)


def train_run(workspace: Workspace, run: Run, report: Report) -> None:
    """Train a run: its metrics, checkpoint and summary."""
    import torch

    from core.networks.loading import load_run_network
    from core.training.loop import train
    from core.training.start import Begun

    run.recipe.check()
    report(0.0, Text(en="Loading the network", ko="모델 준비 중"))
    data_set = data_set_of(workspace, run)
    begun = None
    if (source := started_from(workspace, run.recipe)) is not None:
        begun = Begun(load_run_network(source, torch.device("cpu")), source.name)
    trained = train(run.recipe, data_set, run.folder, report, begun=begun)
    summary = Summary(
        data_set=data_set.name,
        classes=data_set.classes,
        class_labels=data_set.class_labels,
        size=data_set.size,
        table=data_set.table,
        seconds=trained.seconds,
        images_per_second=trained.images / trained.seconds,
        device=trained.device,
        epochs=trained.epochs,
        train_accuracy=trained.accuracy,
        validation_accuracy=trained.validation_accuracy,
        validation_noisy_accuracy=trained.validation_noisy_accuracy,
        chosen_by=trained.chosen_by,
        chosen_epoch=trained.chosen_epoch,
        precision=trained.pace.precision,
        threads=trained.pace.threads,
        versions=versions_now(),
        machine=processor(),
    )
    save_summary(workspace, run.id, summary)
    # Not before: until all is there a worker that is killed begins with it again.
    remove_folder(run.folder.state)
