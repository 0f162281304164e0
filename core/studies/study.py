"""A study: one data set and model, several arms that differ in what they train on, several seeds of each. No torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.data.dataset import DataSet, open_data_set
from core.errors import ArmIsThere, DataSetDeleted, NoArms, OutOfRange, StudyDataChanged, UnknownName
from core.evaluation.job import submit_evaluation
from core.evaluation.joined import joined_evaluations
from core.evaluation.options import checked_noises, checked_severities
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.job import Job
from core.jobs.queue import list_jobs, list_paused
from core.jobs.requests import request_cancel, resume, why_not_resumed
from core.noise.catalogue import FAMILIES, SEVERITIES, noise_name
from core.records import Record
from core.runs.estimate import Span, bytes_for, seconds_for, seconds_to_test
from core.runs.presets import get_preset, with_preset
from core.runs.proposals import proposed
from core.runs.recipe import Recipe
from core.runs.runs import Run, RunArm
from core.runs.studies import Study, list_studies, new_study, open_study, runs_of
from core.store import Workspace
from core.training.job import Training, submit_trainings
from core.words import Text, fill_text, plain

SEEDS = 3
"""Of each arm where nothing else is asked for: with fewer it cannot be told how much is the seed's."""
MOST_SEEDS = 20
NAME_LETTERS = 40
"""Of a study's name at most: that of a run says its arm and its seed, too."""
RUN_LABEL = Text(en="{study}: {arm} (seed {seed})", ko="{study}: {arm} (시드 {seed})")


@dataclass(frozen=True)
class Arm:
    """What the runs of one arm train on."""

    key: str
    label: Text
    changes: Callable[[dict[str, Any]], dict[str, Any]]
    """From the fields of a recipe that all arms share to those of this one."""

    @property
    def of_run(self) -> RunArm:
        return RunArm(self.key, self.label)


def arm_of_preset(key: str) -> Arm:
    """The arm that trains as a preset says.

    Args:
        key: as `core.runs.presets.get_preset` takes it; that of a noise alone means one_noise with it.

    Raises:
        UnknownName, NotUnderstood.
    """
    try:
        preset, chosen = get_preset(key)
    except UnknownName:
        if ":" in key:
            raise
        try:
            return arm_of_preset(f"one_noise:{key}")
        except UnknownName:
            pass
        raise
    label = noise_name(chosen) if preset.choice == "noise" else preset.name
    if preset.choice == "family":
        label = FAMILIES[chosen]
    return Arm(chosen if preset.choice == "noise" else key, label, lambda values: with_preset(values, key))


@dataclass(frozen=True)
class ReadyStudy:
    """A study that is offered ready-made."""

    key: str
    name: Text
    sentence: Text
    """The question that it answers."""
    source: Text
    arms: Callable[[], tuple[Arm, ...]]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a recipe that all arms share, where they are not what is proposed for the data set."""


@dataclass(frozen=True)
class Plan(Record):
    """What a study was asked: kept with it."""

    preset: str = ""
    data_set_id: str = ""
    shared: dict[str, Any] = field(default_factory=dict)
    """Fields of a recipe that all arms share, as JSON has them; the seed left out."""
    noises: list[str] = field(default_factory=list)
    """That every run is tested under."""
    severities: list[int] = field(default_factory=lambda: list(SEVERITIES))


@dataclass(frozen=True)
class Expected:
    """What a study will take."""

    runs: int
    time: Span
    disk: int
    """Bytes that it keeps."""


@dataclass(frozen=True)
class NewStudy:
    """A study, or more of one, that can be started: every recipe is checked."""

    study: Study
    data_set: DataSet
    trainings: tuple[Training, ...]
    also: tuple[tuple[Run, tuple[str, ...]], ...] = ()
    """Earlier runs of the study with the noises that they have yet to be tested under."""

    def expected(self, workspace: Workspace) -> Expected:
        """What it will take on this machine, roughly."""
        plan, time, disk = Plan.read(self.study.plan), Span(0.0, 0.0), 0
        known: dict[tuple[str, int], tuple[Span, int]] = {}
        for one in self.trainings:
            assert one.arm is not None
            key = (one.arm.key, one.recipe.epochs)
            if key not in known:  # seeds take the same
                noises = (one.evaluate or {})["noises"]
                cells = (one.recipe, self.data_set, noises, plan.severities)
                takes = seconds_for(workspace, one.recipe, self.data_set).with_start
                takes += seconds_to_test(workspace, *cells, GRAD_CAM.passes)
                known[key] = takes, bytes_for(*cells)
            time, disk = time + known[key][0], disk + known[key][1]
        return Expected(len(self.trainings), time, disk)

    def submit(self, workspace: Workspace) -> list[tuple[Run, Job]]:
        """Queue it: every training with its test as a job of its own, all or none.

        Raises:
            NameTaken.
        """
        made = submit_trainings(workspace, self.data_set, self.trainings, self.study)
        severities = Plan.read(self.study.plan).severities
        for run, noises in self.also:
            submit_evaluation(workspace, run, noises, severities, trained=False)
        return made


def plan_study(
    workspace: Workspace,
    data_set: DataSet,
    ready: ReadyStudy,
    model: str,
    seeds: int = SEEDS,
    epochs: int | None = None,
    severities: Sequence[int] = SEVERITIES,
    noises: Sequence[str] | None = None,
    **shared: Any,
) -> NewStudy:
    """A ready study of a data set and a model.

    Args:
        epochs: of each run; None for what the study or, where it does not say, the data set asks for.
        noises: that all are tested under, and what any is trained on; None for the standard set.
        shared: further fields of every recipe.

    Raises:
        UnknownName, OutOfRange, NotAChoice, NotUnderstood, NotTogether: as `Recipe.check`.
    """
    _check_seeds(seeds)
    offer = proposed(data_set, model)
    fields = {name: getattr(offer, name) for name in ("model", "start", "trains", "epochs", "learning_rate")}
    fields |= {**ready.recipe, **({"epochs": epochs} if epochs is not None else {}), **shared}
    fields |= {"data_set_id": data_set.id, "data_set_fingerprint": data_set.card.fingerprint}
    arms = ready.arms()
    recipes = {(arm.key, seed): _recipe(arm, fields, seed) for seed in range(seeds) for arm in arms}
    tested = _tested(recipes.values(), checked_noises(noises, None, data_set.table))
    plan = Plan(ready.key, data_set.id, fields, tested, checked_severities(severities))
    study = new_study(
        _free_name(workspace, f"{ready.key} on {data_set.name}"),
        label=fill_text(plain("{study} · {data}"), study=ready.name, data=data_set.name),
        plan=plan.to_json(),
    )
    # Seed by seed: what is left when the rest is cancelled are whole comparisons.
    wanted = [
        _training(study, arm.of_run, recipes[arm.key, seed], tested, plan.severities)
        for seed in range(seeds)
        for arm in arms
    ]
    return NewStudy(study, data_set, tuple(wanted))


def more_seeds(workspace: Workspace, name_or_id: str, seeds: int) -> NewStudy:
    """So many further seeds of each arm of a study.

    Raises:
        UnknownName, DataSetDeleted, StudyDataChanged, OutOfRange; NoArms: it is of a version without arms, or the demo.
    """
    _check_seeds(seeds)
    study, data_set, runs = _opened(workspace, name_or_id)
    plan = Plan.read(study.plan)
    noises = _tested((run.recipe for run in runs), plan.noises)
    first = max(run.recipe.seed for run in runs) + 1
    arms = {run.arm.key: run for run in runs if run.arm is not None}
    wanted = [
        _training(study, run.arm, _with_seed(run.recipe, seed), noises, plan.severities)
        for seed in range(first, first + seeds)
        for run in arms.values()
        if run.arm is not None
    ]
    return NewStudy(study, data_set, tuple(wanted))


def more_arms(workspace: Workspace, name_or_id: str, keys: Sequence[str]) -> NewStudy:
    """Further arms of a study with the seeds that it has; its earlier runs are tested under their noises, too.

    Args:
        keys: as `arm_of_preset` takes them.

    Raises:
        UnknownName, DataSetDeleted, StudyDataChanged, NotUnderstood, NoArms; ArmIsThere: it has one of them.
    """
    study, data_set, runs = _opened(workspace, name_or_id)
    plan = Plan.read(study.plan)
    arms = [arm_of_preset(key) for key in keys]
    there = [run.arm.key for run in runs if run.arm is not None]
    for arm in arms:
        if arm.key in there:
            raise ArmIsThere(arm=arm.label, study=study.label or study.name)
        there.append(arm.key)
    seeds = sorted({run.recipe.seed for run in runs})
    recipes = {(arm.key, seed): _recipe(arm, plan.shared, seed) for seed in seeds for arm in arms}
    before = _tested((run.recipe for run in runs), plan.noises)
    noises = _tested(recipes.values(), before)
    wanted = [
        _training(study, arm.of_run, recipes[arm.key, seed], noises, plan.severities)
        for seed in seeds
        for arm in arms
    ]
    also = []
    for run in runs if len(noises) > len(before) else ():
        tested = {noise for one in joined_evaluations(workspace, run) for noise in one.noises}
        left = tuple(noise for noise in noises if noise not in {*before, *tested})
        if left and (run.trained or run.state in ("queued", "running", "paused")):
            also.append((run, left))
    return NewStudy(study, data_set, tuple(wanted), tuple(also))


def jobs_of(workspace: Workspace, study_id: str) -> list[Job]:
    """What waits, runs or is paused of a study, in the order of the queue, the paused last."""
    runs = {run.id for run in runs_of(workspace, study_id)}
    active = [*list_jobs(workspace, active=True, limit=10_000), *list_paused(workspace, "learning")]
    return [job for job in active if job.subject.run_id in runs or job.subject.study_id == study_id]


def cancel_rest(workspace: Workspace, study_id: str) -> list[Job]:
    """Cancel what is left of a study; what is done stays. The jobs as they then are."""
    left = jobs_of(workspace, study_id)
    # What waits first, so that none of it begins meanwhile.
    left.sort(key=lambda job: job.state == "running")
    return [request_cancel(workspace, job.id) for job in left]


def left_over(workspace: Workspace, study_id: str) -> list[Job]:
    """What of a study was cancelled, failed or was cut off and can be gone on with: the last job of each run, in the
    order in which they were asked for."""
    last: dict[str, Job] = {}
    runs = {run.id for run in runs_of(workspace, study_id) if run.arm is not None}
    for job in reversed(list_jobs(workspace, limit=10_000)):
        if job.subject.run_id in runs:
            last[str(job.subject.run_id)] = job
    ended = [job for job in last.values() if not job.active and job.state not in ("paused", "done")]
    return [job for job in ended if why_not_resumed(workspace, job) is None]


def go_on(workspace: Workspace, study_id: str) -> list[Job]:
    """Put at the end of the queue what `left_over` gives; the jobs as they then are."""
    return [resume(workspace, job.id) for job in left_over(workspace, study_id)]


def _check_seeds(seeds: int) -> None:
    if not 1 <= seeds <= MOST_SEEDS:
        what = Text(en="The number of seeds", ko="시드 수")
        raise OutOfRange(what=what, lowest=1, highest=MOST_SEEDS, value=seeds)


def _opened(workspace: Workspace, name_or_id: str) -> tuple[Study, DataSet, list[Run]]:
    study = open_study(workspace, name_or_id)
    runs = [run for run in runs_of(workspace, study.id) if run.arm is not None]
    if study.plan is None or not runs:
        raise NoArms(study=study.label or study.name)
    try:
        data_set = open_data_set(workspace, runs[0].recipe.data_set_id)
    except UnknownName:
        raise DataSetDeleted(name=study.label or study.name) from None
    if data_set.card.fingerprint != runs[0].recipe.data_set_fingerprint:
        raise StudyDataChanged(study=study.label or study.name)
    return study, data_set, runs


def _recipe(arm: Arm, shared: Mapping[str, Any], seed: int) -> Recipe:
    return Recipe.make(**arm.changes(dict(shared) | {"seed": seed}))


def _with_seed(recipe: Recipe, seed: int) -> Recipe:
    return Recipe.read(recipe.to_json() | {"seed": seed})


def _tested(recipes: Any, first: Sequence[str]) -> list[str]:
    """`first`, and the noises that any of the recipes trains on."""
    return list(dict.fromkeys([*first, *(noise for recipe in recipes for noise in recipe.mix.noises)]))


def _training(
    study: Study, arm: RunArm, recipe: Recipe, noises: Sequence[str], severities: Sequence[int]
) -> Training:
    label = fill_text(RUN_LABEL, study=study.label or study.name, arm=arm.label, seed=recipe.seed)
    return Training(
        recipe,
        name=f"{study.name}: {arm.key} (seed {recipe.seed})",
        evaluate={"noises": list(noises), "severities": list(severities)},
        rename=True,
        label=label,
        arm=arm,
    )


def _free_name(workspace: Workspace, name: str) -> str:
    taken = {study.name for study in list_studies(workspace)}
    name = name[: NAME_LETTERS - 4].strip()
    names = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)
