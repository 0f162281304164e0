"""Evaluations as background work."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.errors import NoCardForNoise, OutOfRange
from core.evaluation.answers import write_answers, write_groups
from core.evaluation.cells import cells_of, code_fingerprint, resaved_of
from core.evaluation.fixed import read_fixed
from core.evaluation.helper_processes import Plan, helped, helpers_for, threads_each
from core.evaluation.parts import pictures_tested, sorted_by_class
from core.evaluation.predictions import EVALUATION_SEED, PredictionsWriter
from core.evaluation.versions import versions_now
from core.explanation.attribution import CamMethod
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder, write_json, writing
from core.folders import EvaluationFolder
from core.jobs.job import Job
from core.jobs.queue import submit
from core.noise.catalogue import CLEAN, SEVERITIES, all_noises, c_bar_noises, get_noise, standard_noises
from core.noise.mix import Mix
from core.noise.overlap import twelve_noises
from core.noise.stack import DRAWS
from core.progress import Report, part
from core.records import Record
from core.runs.evaluations import Evaluation, Facts, register_evaluation
from core.runs.mode import Mode
from core.runs.recipe import Device, checked_device
from core.runs.runs import Run, data_set_of, open_run, run_of, without_network
from core.store import Workspace, new_id
from core.words import Text, fill_text, levels_text

SPLIT = "test"
LABEL_NOISES = 3
"""Named in the label of a test; more are counted."""

ALL: Literal["all"] = "all"
"""In the place of keys: every noise of the catalogue."""
STANDARD: Literal["standard"] = "standard"
"""In the place of keys: the standard set, without what a run's own mix adds to it."""
C_BAR: Literal["cbar"] = "cbar"
"""In the place of keys: the ten held-out noises of ImageNet-C-bar or CIFAR-10-C-bar."""
TWELVE: Literal["twelve"] = "twelve"
"""In the place of keys: the dozen that stand for all (core.noise.overlap)."""
Asked = Sequence[str] | Literal["all", "cbar", "standard", "twelve"] | None
"""What a test may be asked for: keys, a set by its name, or None for the standard set."""


def checked_noises(noises: Asked, mix: Mix | None = None, table: str = "imagenet_c") -> list[str]:
    """The noises of an evaluation, each once.

    Args:
        noises: keys, STANDARD, TWELVE, ALL and C_BAR among them or alone; None for the standard set and the noises of the run's own `mix`.
        table: the data set's severity table, which decides whose ten C_BAR are.

    Raises:
        UnknownName: one is not in the catalogue.
    """
    catalogue = [entry.key for entry in all_noises()]
    if noises is None:
        chosen = {*standard_noises(), *(mix.noises if mix is not None else ())}
        return [key for key in catalogue if key in chosen]
    sets = {STANDARD: standard_noises, TWELVE: twelve_noises}
    sets |= {ALL: lambda: catalogue, C_BAR: lambda: c_bar_noises(table)}
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


def checked_levels(severities: Sequence[int], mode: Mode) -> list[int]:
    """`checked_severities`, or of a noise's own values the places of these."""
    return mode.at.levels if mode.at else checked_severities(severities)


@dataclass(frozen=True)
class How(Record):
    """What else a test is asked for."""

    mode: Mode = field(default_factory=Mode)
    whole_after: bool = False
    """After a quick look the rest of the split is tested, too; what is shown meanwhile is the quick look."""
    fast: bool = False
    """In bfloat16 where that is worth it here; it is tried, and told."""
    maps: bool = True
    workers: int | None = None
    """Processes that work on it; None: as many as are worth it."""


MOST_WORKERS = 64


def _check(how: How) -> None:
    """
    Raises:
        OutOfRange.
    """
    mode = how.mode
    limits = (
        (Text(en="The number of pictures", ko="사진 수"), mode.part or 1, 1, 10_000_000),
        (Text(en="The number of pictures of a batch", ko="배치의 사진 수"), mode.batch, 2, 10_000),
        (Text(en="The JPEG quality", ko="JPEG 품질"), mode.resave or 1, 1, 100),
        (Text(en="The number of workers", ko="작업 프로세스 수"), how.workers or 1, 1, MOST_WORKERS),
    )
    for what, value, lowest, highest in limits:
        if not lowest <= value <= highest:
            raise OutOfRange(what=what, lowest=lowest, highest=highest, value=value)


def _check_card() -> None:
    """
    Raises:
        NoCardForNoise.
    """
    import torch

    if not torch.cuda.is_available():
        raise NoCardForNoise()


@dataclass(frozen=True)
class EvaluatePayload(Record):
    """What a job of kind `evaluate` does."""

    run_id: str = ""
    noises: list[str] | None = None
    """As `checked_noises` takes them."""
    severities: list[int] = field(default_factory=lambda: list(SEVERITIES))
    about: Text | None = None
    device: str = "auto"
    how: How = field(default_factory=How)

    def to_json(self) -> dict[str, Any]:
        """As a file has it; without `how` where nothing else is asked for, as older versions wrote it."""
        said = super().to_json()
        return said if self.how != How() else {key: value for key, value in said.items() if key != "how"}


def submit_evaluation(
    workspace: Workspace,
    run: Run,
    noises: Asked = None,
    severities: Sequence[int] = SEVERITIES,
    trained: bool = True,
    how: How | None = None,
) -> Job:
    """Queue the evaluation of a trained run, clean and under each noise and severity.

    Args:
        noises: as `checked_noises` takes them; they and severities count for nothing where `how` has a noise's own values.
        trained: whether it has to be trained already; else it may wait in the queue before this.
        how: None: as trained, the whole test split.

    Raises:
        UnknownName, OutOfRange: a noise or severity that is not there, or of `how` a number; of its values also NotAChoice,
        NotUnderstood. NotTrained, DataSetDeleted,
        EmptySplit, NoCardForNoise.
    """
    how = how or How()
    if how.mode.at:  # it says both itself
        how.mode.at.check()
        noises, severities = [how.mode.at.noise], how.mode.at.levels
    levels = checked_levels(severities, how.mode)
    if trained and not run.folder.checkpoint.exists():
        raise without_network(run)
    data_set = data_set_of(workspace, run)
    keys = checked_noises(noises, run.recipe.mix, data_set.table)
    _check(how)
    if how.mode.noise_on == "card":
        _check_card()
    if trained:
        pictures_tested(data_set, how.mode)
    title = fill_text(Text(en="Test “{name}”", ko="“{name}” 시험"), name=run.label)
    payload = EvaluatePayload(
        run_id=run.id,
        noises=keys,
        severities=levels,
        about=_label(keys, levels, how),
        # A card that it was trained on need not be in this machine.
        device="cpu" if run.recipe.device == "cpu" else "auto",
        how=how,
    )
    return submit(workspace, "evaluate", title, payload.to_json())


def _label(noises: Sequence[str], severities: Sequence[int], how: How) -> Text:
    """What is tested and in which way, for people."""
    said = [*([] if how.mode.at else [_cells_label(noises, severities)]), *how.mode.words]
    return Text(en=" · ".join(one["en"] for one in said), ko=" · ".join(one["ko"] for one in said))


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
    run, how = open_run(workspace, payload.run_id), payload.how
    noises = checked_noises(payload.noises, run.recipe.mix)
    severities = checked_levels(payload.severities, how.mode)
    modes, device = [how.mode], checked_device(payload.device)
    if how.mode.noise_on == "card":
        _check_card()
        device = "cuda"
    if how.whole_after and how.mode.part:
        modes.append(replace(how.mode, part=0))
    quick = _quick_share(workspace, run, how) if len(modes) > 1 else 1.0
    made = []
    for number, mode in enumerate(modes):
        (evaluation,) = evaluate_runs(
            workspace,
            [run],
            noises,
            severities,
            workspace.job_folder(job.id).staging,
            part(report, 0.0, quick) if number == 0 else part(report, quick, 1.0),
            device,
            GRAD_CAM if how.maps else None,
            mode,
            how.workers,
            how.fast,
        )
        made.append(evaluation.id)
    return {"evaluation_id": made[-1]} | ({"quick_look_id": made[0]} if len(made) > 1 else {})


def _quick_share(workspace: Workspace, run: Run, how: How) -> float:
    """Of a whole test what its quick look takes."""
    data_set = data_set_of(workspace, run)
    return len(pictures_tested(data_set, how.mode)) / len(data_set.indices(how.mode.split))


def goes_on(workspace: Workspace, job: Job) -> bool:
    """Whether there is still what it tests: what it has found by then is not made again."""
    run = run_of(workspace, job)
    return run is not None and run.folder.checkpoint.exists()


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What tests the run once more; None where the run, its weights or its data set is gone."""
    run = run_of(workspace, job)
    if run is None or not run.folder.checkpoint.exists():
        return None
    return partial(_again, workspace, run, job)


def _again(workspace: Workspace, run: Run, job: Job) -> Job:
    payload = job.asked(EvaluatePayload)
    return submit_evaluation(workspace, run, payload.noises, payload.severities, how=payload.how)


def evaluate_runs(
    workspace: Workspace,
    runs: Sequence[Run],
    noises: Sequence[str],
    severities: Sequence[int],
    staging: Path,
    report: Report,
    device: Device = "auto",
    method: CamMethod | None = GRAD_CAM,
    mode: Mode | None = None,
    workers: int | None = None,
    fast: bool = False,
) -> list[Evaluation]:
    """Evaluate trained runs of one data set, all on the same noisy pictures.

    Cells that are there already, from an evaluation that was cut off or from a finished one, are taken from there; what is
    made is there for the next one, whatever ends this one early.

    Args:
        staging: a folder of the job where the files are built; they move into the runs at the end.
        device: to work on, whatever the runs were trained on.
        method: that makes the maps; None: rows without maps.
        mode: None: as trained, on the test split.
        workers: processes that work on it, this one among them; None: as many as are worth it.
        fast: in bfloat16 where that is worth it here.

    Raises:
        EmptySplit, NotTrained, DataSetDeleted, BadCheckpoint, NoCuda, NothingToAdapt, CannotWrite, DiskFull.
        Cancelled: from `report`; no evaluation is left then.
    """
    from core.evaluation.precision import gain_of_bf16
    from core.evaluation.sides import sides_of, work_of
    from core.evaluation.validation import fix
    from core.networks.loading import (
        choose_device,
        device_name,
        load_run_network,
        torch_threads,
        use_all_cores,
    )
    from core.networks.packing import quick

    started = time.perf_counter()
    use_all_cores()
    mode = mode or Mode()
    data_set = data_set_of(workspace, runs[0])
    indices = pictures_tested(data_set, mode)
    apart = list({run.id: run for run in runs}.values())
    gain = None
    if fast or mode.precision != "fp32":
        network = quick(load_run_network(apart[0], choose_device(device)))  # as a test asks it
        gain = gain_of_bf16(network, data_set, indices)
        mode = replace(mode, precision="bf16" if gain.worth_it or not fast else "fp32")
    sides = sides_of(workspace, apart, data_set, mode, method.key if method else "", device)
    work = work_of(sides, data_set, noises, severities, mode, report)
    plan = Plan(
        run_ids=[run.id for run in apart],
        noises=list(noises),
        severities=list(severities),
        mode=mode,
        method=method.key if method else "",
        device=sides[0].asked.network.device.type,
    )
    helpers = min(helpers_for(work.milliseconds / 1000, plan.device, workers), max(0, work.missing - 1))
    plan = replace(plan, threads=threads_each(helpers + 1))
    with helped(workspace, plan, staging.with_name(f"{staging.name}.plan.json"), helpers):
        if helpers:
            torch_threads(plan.threads)
        work.finish()
    cells = [(CLEAN, 0), *cells_of(data_set, noises, severities)]
    ids = [new_id() for _ in runs]
    folders = [EvaluationFolder(staging / one) for one in ids]
    by_run = dict(zip([run.id for run in apart], sides, strict=True))
    all_facts = []
    with ExitStack() as undo:  # whatever ends this early takes away the rows that have come
        for run, one, built in zip(runs, ids, folders, strict=True):
            side = by_run[run.id]
            network, store = side.asked.network, side.store
            with writing(built.path):
                built.path.mkdir(parents=True)
            undo.callback(remove_folder, built.path)
            with PredictionsWriter(built.predictions) as writer:
                for number, cell in enumerate(cells):
                    report(0.999, _KEEPING if number == 0 else None)
                    for batch in store.rows(cell, indices).combine_chunks().to_batches():
                        writer.add(batch)
            facts = Facts(
                id=one,
                created=time.time(),
                run_id=run.id,
                split=mode.split,
                mode=mode,
                data_fingerprint=data_set.card.fingerprint,
                weights_fingerprint=side.weights,
                table=side.table,
                seed=EVALUATION_SEED,
                noises=list(noises),
                severities=list(severities),
                resaved=resaved_of(data_set),
                images=len(indices),
                classes=network.classes,
                class_labels=data_set.class_labels,
                maps=side.asked.method is not None,
                map_shape=store.map_shape or (0, 0),
                draws=DRAWS,
                versions=versions_now(),
                method=method.key if method else GRAD_CAM.key,
                passes=method.passes if method else 1.0,
                target_layer=network.spec.target_layer,
                seconds=(time.perf_counter() - started) / len(runs),
                processes=helpers + 1,
                device=device_name(network.device),
                cells_fingerprint=side.fingerprint,
                code=code_fingerprint(),
                reused=max(0, len(indices) * len(cells) - work.made),
                pictures=np.sort(indices).tolist() if mode.part else None,
                gain=gain,
                sorted_by_class=bool(mode.adapt) and sorted_by_class(data_set.labels[indices], mode.batch),
            )
            write_json(built.facts, facts.to_json())
            if data_set.groups is not None:
                write_groups(built, np.sort(indices), data_set.groups)
            fixed = fix(run, network, data_set) if mode.plain else read_fixed(run.folder, side.weights)
            write_answers(built, fixed)
            all_facts.append(facts)
        report(1.0)
        undo.pop_all()
    found = [
        _put_in_place(workspace, built, run, facts)
        for built, run, facts in zip(folders, runs, all_facts, strict=True)
    ]
    for side in sides:
        side.store.clear(cells)
    return found


_KEEPING = Text(en="Keeping what was found", ko="결과를 저장하는 중")


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
