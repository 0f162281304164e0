"""What a network is asked once more for its maps: with parts of the pictures hidden, and with its weights drawn anew.
Imports torch.
"""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.evaluation.map_numbers import Maps, rank_correlations
from core.explanation.attribution import predicted_classes
from core.explanation.hiding import hidden
from core.explanation.methods.grad_cam import GRAD_CAM
from core.networks.network import Network, Preprocessing, fixed
from core.pixels import Image
from core.progress import Report

SIDE = 4
"""Each picture is hidden a part at a time, of SIDE x SIDE (Zeiler and Fergus 2014, arXiv 1311.2901)."""
MOST = 400
"""Pictures that are asked of again."""
SANITY = 100
"""Pictures whose maps are compared with those of a network that has learned nothing."""
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
    """Of the first MOST of the pictures.

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


def sanity_of(network: Network, data_set: DataSet, indices: NDArray[np.int64], seed: int = 0) -> Sanity:
    """Of the first SANITY of the pictures, for the classes that the trained network gives them."""
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
