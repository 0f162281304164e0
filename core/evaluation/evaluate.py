"""Trained runs are evaluated: their cells made or taken from where they are, then kept as one evaluation each. Imports torch when it works."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.evaluation.cells import cells_of, code_fingerprint, resaved_of
from core.evaluation.fixed import read_fixed
from core.evaluation.helper_processes import Plan, helped, helpers_for, threads_each
from core.evaluation.parts import pictures_tested, sorted_by_class
from core.evaluation.predictions import EVALUATION_SEED, PredictionsWriter
from core.evaluation.stored_answers import write_answers, write_groups
from core.evaluation.versions import versions_now
from core.explanation.attribution import CamMethod
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import remove_folder, write_json, writing
from core.folders import EvaluationFolder
from core.noise.catalogue import CLEAN
from core.noise.stack import DRAWS
from core.progress import Report
from core.runs.evaluations import Evaluation, Facts, register_evaluation
from core.runs.mode import Mode
from core.runs.recipe import Device
from core.runs.runs import Run, data_set_of
from core.store import Workspace, new_id
from core.words import Text


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
    from core.evaluation.networks_at_work import networks_at_work, work_of
    from core.evaluation.precision import gain_of_bf16
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
    at_work = networks_at_work(workspace, apart, data_set, mode, method.key if method else "", device)
    work = work_of(at_work, data_set, noises, severities, mode, report)
    plan = Plan(
        run_ids=[run.id for run in apart],
        noises=list(noises),
        severities=list(severities),
        mode=mode,
        method=method.key if method else "",
        device=at_work[0].asked.network.device.type,
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
    by_run = dict(zip([run.id for run in apart], at_work, strict=True))
    all_facts = []
    with ExitStack() as undo:  # whatever ends this early takes away the rows that have come
        for run, one, built in zip(runs, ids, folders, strict=True):
            of_run = by_run[run.id]
            network, store = of_run.asked.network, of_run.store
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
                weights_fingerprint=of_run.weights,
                table=of_run.table,
                seed=EVALUATION_SEED,
                noises=list(noises),
                severities=list(severities),
                resaved=resaved_of(data_set),
                images=len(indices),
                classes=network.classes,
                class_labels=data_set.class_labels,
                maps=of_run.asked.method is not None,
                map_shape=store.map_shape or (0, 0),
                draws=DRAWS,
                versions=versions_now(),
                method=method.key if method else GRAD_CAM.key,
                passes=method.passes if method else 1.0,
                target_layer=network.spec.target_layer,
                seconds=(time.perf_counter() - started) / len(runs),
                processes=helpers + 1,
                device=device_name(network.device),
                cells_fingerprint=of_run.fingerprint,
                code=code_fingerprint(),
                reused=max(0, len(indices) * len(cells) - work.made),
                pictures=np.sort(indices).tolist() if mode.part else None,
                gain=gain,
                sorted_by_class=bool(mode.adapt) and sorted_by_class(data_set.labels[indices], mode.batch),
            )
            write_json(built.facts, facts.to_json())
            if data_set.groups is not None:
                write_groups(built, np.sort(indices), data_set.groups)
            fixed = fix(run, network, data_set) if mode.plain else read_fixed(run.folder, of_run.weights)
            write_answers(built, fixed)
            all_facts.append(facts)
        report(1.0)
        undo.pop_all()
    found = [
        _put_in_place(workspace, built, run, facts)
        for built, run, facts in zip(folders, runs, all_facts, strict=True)
    ]
    for of_run in at_work:
        of_run.store.clear(cells)
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
