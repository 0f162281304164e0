"""What a network is asked once more for its maps: with parts of the pictures hidden, and with its weights drawn anew.
Imports torch.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.map_numbers import Maps, area_of, in_mask_of, rank_correlations
from core.evaluation.map_use import DRAWN, MOST, SANITY, SIDE, Use
from core.explanation.attribution import predicted_classes
from core.explanation.hiding import hidden
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import write_json
from core.networks.loading import choose_device, load_run_network, one_core
from core.networks.network import Network, Preprocessing, fixed
from core.networks.packing import quick
from core.pixels import Image
from core.progress import Report, part
from core.runs.runs import Run

_BATCH = 100


class Occlusion(NamedTuple):
    """Accuracy with a sixteenth of each picture in grey, 0..1."""

    mean: float
    """Over the places."""
    worst: float
    """With the place hidden that costs most: the accuracy stays at least this whichever sixteenth is hidden."""
    clean: float
    """With nothing hidden."""
    n: int


class Sanity(NamedTuple):
    """Whether maps depend on what was learned (Adebayo et al. 2018, arXiv 1810.03292)."""

    randomised: float
    """Mean rank correlation with the maps of the same network with weights drawn anew; near 0 where they do."""
    n: int


def _predicted(network: Network, images: Image) -> NDArray[np.int64]:
    found = []
    with torch.inference_mode():
        for first in range(0, len(images), _BATCH):
            logits = network.logits(torch.from_numpy(images[first : first + _BATCH]))
            found.append(predicted_classes(logits).cpu().numpy())
    return np.concatenate(found)


def occlusion_of(
    network: Network, data_set: DataSet, indices: NDArray[np.int64], report: Report
) -> Occlusion:
    """Of the first MOST of the pictures, each hidden a part at a time, of SIDE x SIDE (Zeiler and Fergus 2014, arXiv 1311.2901).

    Args:
        indices: the numbers of the pictures.

    Raises:
        Cancelled: from `report`.
    """
    indices = indices[:MOST]
    images, truth = np.array(data_set.images[indices]), np.asarray(data_set.labels[indices])
    edges = np.linspace(0, data_set.size, SIDE + 1).round().astype(int).tolist()
    shares = []
    for row in range(SIDE):
        for column in range(SIDE):
            report((SIDE * row + column) / (SIDE * SIDE + 1))
            left, top = edges[column], edges[row]
            part = (left, top, edges[column + 1] - left, edges[row + 1] - top)
            covered = np.stack([hidden(image, part) for image in images])
            shares.append(float((_predicted(network, covered) == truth).mean()))
    clean = float((_predicted(network, images) == truth).mean())
    return Occlusion(float(np.mean(shares)), min(shares), clean, len(indices))


def sanity_of(network: Network, data_set: DataSet, indices: NDArray[np.int64], seed: int = DRAWN) -> Sanity:
    """How alike its maps are to those of the same network with weights drawn anew (Adebayo et al. 2018, arXiv 1810.03292), of
    the first SANITY of the pictures, for the classes that the trained network gives them.

    Args:
        indices: the numbers of the pictures.
        seed: of the weights that are drawn.
    """
    indices = indices[:SANITY]
    pixels = torch.from_numpy(np.array(data_set.images[indices]))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = network.spec.build(len(network.classes), network.side)
    drawn = Network(
        network.spec,
        module,
        network.classes,
        network.size,
        network.side,
        Preprocessing(*network.preprocessing),
    )
    fixed(drawn, network.device)
    found = []
    for first in range(0, len(indices), _BATCH):
        batch = network.inputs(pixels[first : first + _BATCH])
        logits, (own,) = GRAD_CAM.explain(network, batch, [None])
        _, (others,) = GRAD_CAM.explain(drawn, batch, [predicted_classes(logits)])
        found.append(rank_correlations(_numbers(own), _numbers(others)))
    values = np.concatenate(found)
    known = values[~np.isnan(values)]
    return Sanity(float(known.mean()) if len(known) else float("nan"), len(known))


def _numbers(maps: torch.Tensor) -> Maps:
    return maps.float().cpu().numpy()


def use_of(run: Run, test: JoinedEvaluation, data_set: DataSet, report: Report) -> Use:
    """How much of the picture a run uses, reckoned and kept with it: some 6,000 forward passes.

    Raises:
        NotTrained, BadCheckpoint: there is no network to ask. CannotWrite, DiskFull. Cancelled: from `report`.
    """
    report(0.0)
    network = quick(load_run_network(run, choose_device("auto")))
    indices = data_set.indices(test.parts[0].facts.split)
    area, inside = area_of(test), in_mask_of(test, data_set)
    with one_core():  # a page works it out, beside all else
        hidden = occlusion_of(network, data_set, indices, part(report, 0.1, 0.85))
        sanity = sanity_of(network, data_set, indices)
    found = Use(
        test=test.key,
        data_fingerprint=data_set.card.fingerprint,
        area=_known(area.mean),
        area_low=_known(area.low),
        area_high=_known(area.high),
        area_n=area.n,
        clean=hidden.clean,
        hidden_mean=hidden.mean,
        hidden_worst=hidden.worst,
        hidden_n=hidden.n,
        peak=None if inside is None else inside.share,
        peak_chance=None if inside is None else inside.chance,
        peak_n=0 if inside is None else inside.n,
        randomised=_known(sanity.randomised),
        randomised_n=sanity.n,
        drawn=DRAWN,
    )
    write_json(run.folder.uses, found.to_json())
    return found


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
