"""Last features of test pictures, clean and under a noise, as background work. Imports torch when it measures."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.data.dataset import DataSet
from core.evaluation.picture_map import (
    PICTURES,
    features_file,
    pictures_for_map,
    save_features,
    stored_features,
)
from core.evaluation.predictions import noisy_pictures
from core.jobs.job import Job
from core.jobs.queue import submit
from core.noise.catalogue import CLEAN, Cell, noise_name
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, look_ms, never_timed
from core.runs.recipe import get_model
from core.runs.runs import Run, data_set_of, open_run, run_of, without_network
from core.store import Workspace
from core.words import Text, fill_text

KIND = "features"
BATCH = 64
_SAID = Text(en="Asking the network where it puts each picture", ko="모델이 사진마다 어디에 두는지 묻는 중")


@dataclass(frozen=True)
class FeaturesPayload(Record):
    """What a job of kind `features` does."""

    run_id: str = ""
    noise: str = ""
    severity: int = 3


def submit_features(workspace: Workspace, run: Run, noise: str, severity: int) -> Job:
    """Queue the features of a run under a noise, and clean where these are missing.

    Raises:
        NotTrained, PredictionsOnly, DataSetDeleted, EmptySplit.
    """
    if not run.folder.checkpoint.exists() or run.graph:
        raise without_network(run)
    pictures_for_map(data_set_of(workspace, run))
    title = fill_text(
        Text(en="Map of the pictures of “{name}”: {noise}", ko="“{name}” 사진 지도: {noise}"),
        name=run.label,
        noise=noise_name(noise),
    )
    payload = FeaturesPayload(run.id, noise, severity)
    return submit(workspace, KIND, title, payload.to_json(), once=f"{KIND} {run.id} {noise} {severity}")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job of kind `features`; returns {"run_id", "images"}."""
    payload = job.asked(FeaturesPayload)
    run = open_run(workspace, payload.run_id)
    measure_features(workspace, run, (payload.noise, payload.severity), report)
    return {"run_id": run.id, "images": len(pictures_for_map(data_set_of(workspace, run)))}


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What measures once more; None where the run, its weights or its data set is gone."""
    run = run_of(workspace, job)
    if run is None or not run.folder.checkpoint.exists():
        return None
    payload = FeaturesPayload.read(job.payload)
    return partial(submit_features, workspace, run, payload.noise, payload.severity)


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long it takes, from its turn on; None where the run or its data set is gone."""
    run = run_of(workspace, job)
    return None if run is None else takes(run, data_set_of(workspace, run))


def takes(run: Run, data_set: DataSet, cells: int = 2) -> Span:
    """How long it takes, from the click on.

    Args:
        cells: that are measured, clean among them where it is missing.
    """
    look = look_ms(get_model(run.recipe.model), run.recipe.network_side(data_set.size), 1)
    pictures = min(PICTURES, data_set.split_counts["test"])
    return never_timed(cells * pictures * look / 1000).with_start


def measure_features(workspace: Workspace, run: Run, cell: Cell, report: Report) -> None:
    """Measure and keep what is missing of a run's features, clean and under a noise.

    Raises:
        EmptySplit, NotTrained, BadCheckpoint, DataSetDeleted, CannotWrite, DiskFull.
        Cancelled, Paused: from `report`; a cell that was measured is kept.
    """
    import torch

    from core.explanation.attribution import forward
    from core.networks.loading import choose_device, load_run_network, use_all_cores

    use_all_cores()
    report(0.0, _SAID)
    data_set = data_set_of(workspace, run)
    numbers = pictures_for_map(data_set)
    cells = [one for one in ((CLEAN, 0), cell) if stored_features(run, data_set, data_set.table, one) is None]
    if not cells:
        return
    network = load_run_network(run, choose_device("cpu" if run.recipe.device == "cpu" else "auto"))
    for done, (noise, severity) in enumerate(cells):
        images = noisy_pictures(data_set, numbers, noise, severity, data_set.table)
        parts = []
        for start in range(0, len(images), BATCH):
            report((done + start / len(images)) / len(cells), _SAID)
            batch = network.inputs(torch.from_numpy(np.ascontiguousarray(images[start : start + BATCH])))
            parts.append(forward(network, batch).activations.mean((2, 3)).float().cpu().numpy())
        file = features_file(run, data_set, data_set.table, (noise, severity))
        if file is None:
            raise without_network(run)
        save_features(file, np.concatenate(parts), images)
    report(1.0)
