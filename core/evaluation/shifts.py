"""Mean feature shifts of pictures under noise, measured with a network. Imports torch."""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.distance import (
    FIXED,
    PICTURES,
    Reference,
    Sample,
    Shift,
    Shifts,
    missing_samples,
    reference,
    shifts_file,
)
from core.evaluation.predictions import EVALUATION_SEED
from core.explanation.attribution import forward
from core.networks.loading import choose_device, load_imagenet_network, load_run_network, use_all_cores
from core.networks.network import Network
from core.noise.stack import apply_stack_batch
from core.pixels import Image
from core.progress import Report
from core.runs.runs import Run
from core.store import Workspace
from core.words import Text

BATCH = 64
SAVED = 24
"""Shifts after which what has been measured is kept."""
Augmented = Callable[[DataSet, Image, str, int], Image]
"""From pictures uint8 N,H,W,3 of a data set, an augmentation's key and the number of a draw to what that draw makes of all of them."""


def measure_shifts(
    workspace: Workspace,
    run: Run,
    data_set: DataSet,
    noises: Collection[str],
    report: Report,
    augmented: Augmented,
) -> None:
    """Measure and keep what `core.evaluation.distance.distances` needs for these noises and is not there yet.

    Runs with the same twin share what was measured; what ends early goes on from what it kept.

    Raises:
        BadCheckpoint, WeightsNotInstalled, WeightsDamaged, CannotWrite, DiskFull.
        Cancelled, Paused: from `report`, called once a sample.
    """
    missing = missing_samples(workspace, run, data_set, noises)
    if not missing:
        return
    where = reference(workspace, run, data_set)
    file = shifts_file(workspace, where)
    known = Shifts.load(file)
    use_all_cores()
    report(0.0, _SAID)
    network = _network(where)
    indices = pictures_for(data_set)
    images = np.asarray(data_set.images[indices])
    clean = _features(network, images)
    middle = clean.mean(axis=0)
    scale = float(np.sqrt(((clean - middle) ** 2).sum(axis=1).mean())) or 1.0
    found = dict(known.of)
    for place, sample in enumerate(missing):
        report(place / len(missing), _SAID)
        changed = _changed(data_set, indices, images, sample, augmented)
        found[sample.name] = (_features(network, changed).mean(axis=0) - middle).astype(np.float32)
        if place % SAVED == SAVED - 1:
            Shifts(scale, found).save(file)
    Shifts(scale, found).save(file)
    report(1.0)


_SAID = Text(en="Measuring how far noises are from training", ko="노이즈가 학습 때와 얼마나 다른지 재는 중")


def pictures_for(data_set: DataSet) -> NDArray[np.int64]:
    """The numbers of the pictures that shifts are measured on, ascending: of the test split, else of all, evenly spread; at
    most PICTURES."""
    indices = data_set.indices("test")
    if len(indices) == 0:
        indices = np.arange(len(data_set.images))
    return indices[np.linspace(0, len(indices) - 1, min(len(indices), PICTURES)).round().astype(np.int64)]


def _network(where: Reference) -> Network:
    """The network whose features count, on the processor's or card's own choice."""
    device = choose_device("auto")
    if where.run is not None:
        return load_run_network(where.run, device)
    fixed = load_imagenet_network(FIXED, device)
    return replace(fixed, side=fixed.spec.least_size)


def _features(network: Network, images: Image) -> Shift:
    """float64 N,W: what the target layer gives, the mean over its places."""
    found = []
    for start in range(0, len(images), BATCH):
        batch = network.inputs(torch.from_numpy(np.ascontiguousarray(images[start : start + BATCH])))
        found.append(forward(network, batch).activations.mean((2, 3)).double().cpu().numpy())
    return np.concatenate(found)


def _changed(
    data_set: DataSet, indices: NDArray[np.int64], images: Image, sample: Sample, augmented: Augmented
) -> Image:
    if sample.layer is None:
        return augmented(data_set, images, sample.augmentation, sample.draw)
    numbers = indices.tolist()
    seconds = [data_set.second_for(number) for number in numbers]
    return apply_stack_batch(
        images, [sample.layer], EVALUATION_SEED, numbers, list(seconds), data_set.fitted_basis
    )
