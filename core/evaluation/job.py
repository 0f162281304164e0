"""Evaluations as background work."""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from core.errors import EmptySplit, OutOfRange, UnknownName
from core.evaluation.answers import write_answers, write_groups
from core.evaluation.predictions import EVALUATION_SEED, PredictionsWriter
from core.evaluation.versions import versions_now
from core.explanation.attribution import CamMethod
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder, write_json, writing
from core.jobs.queue import Job, submit
from core.noise.catalogue import SEVERITIES, all_noises, c_bar_noises, get_noise, standard_noises
from core.noise.mix import Mix
from core.noise.stack import DRAWS
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, seconds_to_test
from core.runs.evaluations import Evaluation, Facts, register_evaluation
from core.runs.recipe import Device, checked_device
from core.runs.runs import Run, data_set_of, open_run, run_of, without_network
from core.store import EvaluationFolder, Workspace, new_id
from core.words import Text, fill_text, levels_text

SPLIT = "test"
LABEL_NOISES = 3
"""Named in the label of a test; more are counted."""

ALL: Literal["all"] = "all"
"""In the place of keys: every noise of the catalogue."""
C_BAR: Literal["cbar"] = "cbar"
"""In the place of keys: the ten held-out noises of ImageNet-C-bar or CIFAR-10-C-bar."""
Asked = Sequence[str] | Literal["all", "cbar"] | None
"""What a test may be asked for: keys, a set by its name, or None for the standard set."""


def checked_noises(noises: Asked, mix: Mix | None = None, table: str = "imagenet_c") -> list[str]:
    """The noises of an evaluation, each once.

    Args:
        noises: keys, ALL and C_BAR among them or alone; None for the standard set and the noises of the run's own `mix`.
        table: the data set's severity table, which decides whose ten C_BAR are.

    Raises:
        UnknownName: one is not in the catalogue.
    """
    catalogue = [entry.key for entry in all_noises()]
    if noises is None:
        chosen = {*standard_noises(), *(mix.noises if mix is not None else ())}
        return [key for key in catalogue if key in chosen]
    sets = {ALL: lambda: catalogue, C_BAR: lambda: c_bar_noises(table)}
    wanted = [noises] if isinstance(noises, str) else noises
    found = [sets[key]() if key in sets else [get_noise(key).key] for key in wanted]
    return list(dict.fromkeys(chain.from_iterable(found)))


def checked_severities(severities: Sequence[int]) -> list[int]:
    """The severities of an evaluation, ascending, each once.

    Raises:
        OutOfRange: one is not 1..5.
    """
    for severity in severities:
        if severity not in SEVERITIES:
            raise OutOfRange(what=Text(en="The severity", ko="강도"), lowest=1, highest=5, value=severity)
    return sorted(set(severities))


@dataclass(frozen=True)
class EvaluatePayload(Record):
    """What a job of kind `evaluate` does."""

    run_id: str = ""
    noises: list[str] | None = None
    """As `checked_noises` takes them."""
    severities: list[int] = field(default_factory=lambda: list(SEVERITIES))
    about: Text | None = None
    device: str = "auto"


def submit_evaluation(
    workspace: Workspace,
    run: Run,
    noises: Asked = None,
    severities: Sequence[int] = SEVERITIES,
    trained: bool = True,
) -> Job:
    """Queue the evaluation of a trained run, clean and under each noise and severity.

    Args:
        noises: as `checked_noises` takes them.
        trained: whether it has to be trained already; else it may wait in the queue before this.

    Raises:
        UnknownName, OutOfRange: a noise or severity that is not there. NotTrained, DataSetDeleted.
    """
    levels = checked_severities(severities)
    if trained and not run.folder.checkpoint.exists():
        raise without_network(run)
    keys = checked_noises(noises, run.recipe.mix, data_set_of(workspace, run).table)
    title = fill_text(Text(en="Test “{name}”", ko="“{name}” 시험"), name=run.label)
    payload = EvaluatePayload(
        run_id=run.id,
        noises=keys,
        severities=levels,
        about=_cells_label(keys, levels),
        # A card that it was trained on need not be in this machine.
        device="cpu" if run.recipe.device == "cpu" else "auto",
    )
    return submit(workspace, "evaluate", title, payload.to_json())


def _cells_label(noises: Sequence[str], severities: Sequence[int]) -> Text:
    """What is tested, for people: a few noises by name, many by number."""
    if len(noises) <= LABEL_NOISES:
        names = [get_noise(key).name for key in noises]
        which = Text(en=", ".join(name["en"] for name in names), ko=", ".join(name["ko"] for name in names))
    else:
        which = Text(en=f"{len(noises)} noises", ko=f"노이즈 {len(noises)}가지")
    said = Text(en="{which} × severity {levels}", ko="{which} × 강도 {levels}")
    return fill_text(said, which=which, levels=levels_text(severities))


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out an evaluation job; returns {"evaluation_id"}."""
    payload = job.asked(EvaluatePayload)
    run = open_run(workspace, payload.run_id)
    staging = workspace.job_folder(job.id).staging
    (evaluation,) = evaluate_runs(
        workspace,
        [run],
        checked_noises(payload.noises, run.recipe.mix),
        checked_severities(payload.severities),
        staging,
        report,
        checked_device(payload.device),
    )
    return {"evaluation_id": evaluation.id}


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long the test takes, from its turn on; None where the run, its data set or its model is gone."""
    run, payload = run_of(workspace, job), EvaluatePayload.read(job.payload)
    if run is None:
        return None
    try:
        noises = checked_noises(payload.noises, run.recipe.mix)
        data_set = data_set_of(workspace, run)
        return seconds_to_test(
            workspace, run.recipe, data_set, noises, payload.severities, GRAD_CAM.passes
        ).with_start
    except UnknownName:
        return None


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What tests the run once more; None where the run, its weights or its data set is gone."""
    run = run_of(workspace, job)
    if run is None or not run.folder.checkpoint.exists():
        return None
    return partial(_again, workspace, run, job)


def _again(workspace: Workspace, run: Run, job: Job) -> Job:
    payload = job.asked(EvaluatePayload)
    return submit_evaluation(workspace, run, payload.noises, payload.severities)


def evaluate_runs(
    workspace: Workspace,
    runs: Sequence[Run],
    noises: Sequence[str],
    severities: Sequence[int],
    staging: Path,
    report: Report,
    device: Device = "auto",
    method: CamMethod = GRAD_CAM,
) -> list[Evaluation]:
    """Evaluate trained runs of one data set on its test split, all on the same noisy pictures.

    Args:
        staging: a folder of the job where the files are built; they move into the runs at the end.
        device: to work on, whatever the runs were trained on.
        method: that makes the maps.

    Raises:
        EmptySplit, NotTrained, DataSetDeleted, BadCheckpoint, NoCuda, CannotWrite, DiskFull.
        Cancelled: from `report`; nothing is left then.
    """
    from core.evaluation.predict import predict
    from core.networks.loading import choose_device, device_name, load_run_network, use_all_cores

    started = time.perf_counter()
    use_all_cores()
    data_set = data_set_of(workspace, runs[0])
    indices = data_set.indices(SPLIT)
    if len(indices) == 0:
        raise EmptySplit(name=data_set.name, split=Text(en="test", ko="시험용"))
    networks = [load_run_network(run, choose_device(device)) for run in runs]
    fingerprints = [_digest(run.folder.checkpoint) for run in runs]
    ids = [new_id() for _ in runs]
    folders = [EvaluationFolder(staging / one) for one in ids]
    with ExitStack() as undo:  # whatever ends this early takes away the rows that have come
        with ExitStack() as writers:
            files = []
            for folder in folders:
                with writing(folder.path):
                    folder.path.mkdir(parents=True)
                undo.callback(remove_folder, folder.path)
                files.append(writers.enter_context(PredictionsWriter(folder.predictions)))
            found = predict(networks, files, data_set, indices, noises, severities, report, method)
        undo.pop_all()
    seconds = (time.perf_counter() - started) / len(runs)
    all_facts = []
    made = zip(runs, networks, fingerprints, found, ids, folders, strict=True)
    for run, network, weights, rows, one, built in made:
        facts = Facts(
            id=one,
            created=time.time(),
            run_id=run.id,
            split=SPLIT,
            data_fingerprint=data_set.card.fingerprint,
            weights_fingerprint=weights,
            table=data_set.table,
            seed=EVALUATION_SEED,
            noises=list(noises),
            severities=list(severities),
            images=len(indices),
            classes=network.classes,
            class_labels=data_set.class_labels,
            maps=network.explained,
            map_shape=rows.map_shape,
            draws=DRAWS,
            versions=versions_now(),
            method=method.key,
            passes=method.passes,
            target_layer=network.spec.target_layer,
            seconds=seconds,
            device=device_name(network.device),
        )
        write_json(built.facts, facts.to_json())
        if data_set.groups is not None:
            write_groups(built, indices, data_set.groups)
        write_answers(built)
        all_facts.append(facts)
    report(1.0)
    return [
        _put_in_place(workspace, built, run, facts)
        for built, run, facts in zip(folders, runs, all_facts, strict=True)
    ]


def _put_in_place(workspace: Workspace, built: EvaluationFolder, run: Run, facts: Facts) -> Evaluation:
    """Move a finished evaluation into its run and enter it; where it cannot be entered, it is not there either."""
    place = run.folder.evaluation(facts.id).path
    with ExitStack() as undo:
        with writing(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(built.path, place)
        undo.callback(remove_folder, place)
        evaluation = register_evaluation(workspace, facts)
        undo.pop_all()
    return evaluation


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
