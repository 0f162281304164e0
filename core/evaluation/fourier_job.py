"""The Fourier map of a run as background work: it goes on where it stopped. Imports torch when it measures."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.errors import NotAChoice, OutOfRange
from core.evaluation.fourier import (
    DETAILS,
    IMAGES,
    Detail,
    FourierMap,
    grid,
    map_file,
    pictures_for,
    signs,
    strength,
    wave,
)
from core.files import digest_of
from core.jobs.job import Job
from core.jobs.queue import submit
from core.progress import Report
from core.records import Record
from core.runs.estimate import Span, look_ms, never_timed
from core.runs.recipe import Device, checked_device, get_model
from core.runs.runs import Run, data_set_of, open_run, run_of, without_network
from core.store import Workspace
from core.words import Text, fill_text, listing

KIND = "spectrum"
LEAST_IMAGES = 2
SAVE_SECONDS = 2.0
"""Between two writings of what has been measured."""
_SAID = Text(en="Adding waves, {done} of {all}", ko="물결무늬를 넣어 보는 중({all}가지 중 {done})")


@dataclass(frozen=True)
class SpectrumPayload(Record):
    """What a job of kind `spectrum` does."""

    run_id: str = ""
    images: int = IMAGES
    detail: Detail = "coarse"
    device: str = "auto"


def submit_spectrum(workspace: Workspace, run: Run, images: int = IMAGES, detail: Detail = "coarse") -> Job:
    """Queue the map of a run; what has been measured of it already is not measured again.

    Args:
        images: test pictures, at most.

    Raises:
        OutOfRange, NotAChoice, NotTrained, PredictionsOnly, DataSetDeleted, EmptySplit.
    """
    if images < LEAST_IMAGES:
        what = Text(en="The number of pictures", ko="사진 수")
        raise OutOfRange(what=what, lowest=LEAST_IMAGES, highest=10**6, value=images)
    if detail not in DETAILS:
        what = Text(en="The detail", ko="자세한 정도")
        raise NotAChoice(what=what, choices=listing(DETAILS), value=detail)
    if not run.folder.checkpoint.exists():
        raise without_network(run)
    pictures_for(data_set_of(workspace, run), images)
    payload = SpectrumPayload(run.id, images, detail, "cpu" if run.recipe.device == "cpu" else "auto")
    title = fill_text(Text(en="Spectrum of “{name}”", ko="“{name}” 주파수 지도"), name=run.label)
    return submit(workspace, KIND, title, payload.to_json(), once=f"{KIND} {run.id}")


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job of kind `spectrum`; returns {"run_id", "images", "frequencies"}."""
    payload = job.asked(SpectrumPayload)
    run = open_run(workspace, payload.run_id)
    found = measure_map(
        workspace, run, payload.images, payload.detail, report, checked_device(payload.device)
    )
    return {"run_id": run.id, "images": len(found.images), "frequencies": len(found.frequencies)}


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What measures on; None where the run, its weights or its data set is gone."""
    run = run_of(workspace, job)
    if run is None or not run.folder.checkpoint.exists():
        return None
    payload = SpectrumPayload.read(job.payload)
    return partial(submit_spectrum, workspace, run, payload.images, payload.detail)


def takes(run: Run, size: int, detail: Detail, images: int = IMAGES, known: int = 0) -> Span:
    """How long a map takes, from the click on.

    Args:
        size: of the pictures, px.
        known: frequencies of it that have been measured.
    """
    look = look_ms(get_model(run.recipe.model), run.recipe.network_side(size), 1)
    left = max(0, len(grid(size, detail)) - known)
    return never_timed(left * images * look / 1000).with_start


def lasts(workspace: Workspace, job: Job) -> Span | None:
    """How long the map takes, from its turn on; None where the run or its data set is gone."""
    run, payload = run_of(workspace, job), SpectrumPayload.read(job.payload)
    if run is None:
        return None
    return takes(run, data_set_of(workspace, run).size, payload.detail, payload.images)


def measure_map(
    workspace: Workspace, run: Run, images: int, detail: Detail, report: Report, device: Device = "auto"
) -> FourierMap:
    """Measure what is missing of a run's map, and keep it now and then; whoever looks meanwhile finds what is there.

    Args:
        images: test pictures, at most.

    Raises:
        EmptySplit, NotTrained, BadCheckpoint, DataSetDeleted, NoCuda, CannotWrite, DiskFull.
        Cancelled, Paused: from `report`; what was measured is kept.
    """
    import torch

    from core.networks.at_once import batch_of, in_batches
    from core.networks.loading import choose_device, load_run_network, use_all_cores
    from core.networks.packing import quick

    use_all_cores()
    report(0.0, Text(en="Loading the network", ko="모델 준비 중"))
    data_set = data_set_of(workspace, run)
    numbers = pictures_for(data_set, images)
    network = quick(load_run_network(run, choose_device(device)))
    weights = digest_of(run.folder.checkpoint)
    file = map_file(run.folder, weights, data_set.card.fingerprint, numbers)
    pixels = torch.from_numpy(np.array(data_set.images[numbers])).to(network.device)
    planes = pixels.permute(0, 3, 1, 2).contiguous().float() / 255
    truth = torch.from_numpy(np.array(data_set.labels[numbers])).to(network.device)
    drawn = torch.from_numpy(signs(numbers)).to(network.device)[:, :, None, None]
    norm = strength(data_set.size) * data_set.size
    parts = in_batches(np.arange(len(numbers)), batch_of(network))

    def right(change: torch.Tensor | None) -> np.ndarray:
        said = []
        with torch.inference_mode():
            for places in parts:
                part = slice(places[0], places[-1] + 1)
                seen = planes[part] if change is None else (planes[part] + drawn[part] * change).clamp_(0, 1)
                said.append(network.module(network.prepared(seen)).argmax(1) == truth[part])
        return np.asarray(torch.cat(said).cpu().numpy(), bool)

    found = FourierMap.load(file) or FourierMap(data_set.size, numbers, right(None))
    found = found.grouped(data_set.groups)
    wanted = grid(data_set.size, detail)
    there = set(found.frequencies)
    missing = [one for one in wanted if one not in there]
    fresh: list[np.ndarray] = []

    def kept() -> FourierMap:
        whole = found.with_more(missing[: len(fresh)], np.array(fresh, bool).reshape(-1, len(numbers)))
        whole.save(file)
        return whole

    saved = time.monotonic()
    try:
        for frequency in missing:
            done = len(wanted) - len(missing) + len(fresh)
            report(done / len(wanted), fill_text(_SAID, done=done, all=len(wanted)))
            change = torch.from_numpy(wave(data_set.size, frequency) * norm).to(network.device)
            fresh.append(right(change))
            if time.monotonic() - saved >= SAVE_SECONDS:
                kept()
                saved = time.monotonic()
    finally:
        result = kept()
    report(1.0)
    return result
