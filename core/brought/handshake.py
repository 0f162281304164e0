"""How a network from elsewhere wants its pictures, asked with labelled ones. Imports torch.

A wrong normalisation, a cut or swapped colours cost a network many points without any error, and neither names nor shapes of
its weights tell them. So some clean, labelled pictures of the validation split are shown to it in every way that is common, and
what it says is ranked by its log loss: all ways with FEW of them, the best with MANY.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from core.data.dataset import DataSet
from core.networks.network import Channels, Fit, Network, Preprocessing
from core.progress import Report, silent
from core.statistics import guessing_share, wilson

FEW, MANY = 40, 200
"""Pictures for all ways, and for the LAST best."""
LAST = 4
BATCH = 50
SEED = 0
Normalise = Literal["imagenet", "half", "unit", "cifar"]
NORMALISATIONS: dict[Normalise, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "cifar": ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
}
"""Mean and deviation of R, G, B in 0..1: ImageNet's, to -1..1, as they are, CIFAR-10's."""


class Way(NamedTuple):
    """One way to show a network pictures; ImageNet's whole picture is the likeliest and comes first."""

    normalise: Normalise = "imagenet"
    fit: Fit = "whole"
    channels: Channels = "rgb"
    side: int = 224

    @property
    def preprocessing(self) -> Preprocessing:
        return Preprocessing(*NORMALISATIONS[self.normalise], self.fit, self.channels)


@dataclass(frozen=True)
class Trial:
    """What came of one way."""

    way: Way
    accuracy: float
    """0..1."""
    log_loss: float
    """Natural; of guessing it is log(classes)."""
    images: int
    losses: NDArray[np.float64]
    """Of each picture."""
    order: tuple[int, ...]
    """Which of its outputs stands for each class of the data set."""


@dataclass(frozen=True)
class Handshake:
    """What was found."""

    trials: list[Trial]
    """Best first: those with MANY pictures, then the others."""
    chosen: Trial
    network: int
    """Number of the candidate that it is."""
    tied: list[Trial]
    """Others that these pictures do not tell from the chosen one."""
    guessing: bool
    """Whether even the best is no better than guessing, as far as these pictures tell."""
    against_claim: bool
    """Whether the file says otherwise, and what it says is worse."""
    by_pictures: bool
    """Whether the order of its classes is another than the one it was asked with first."""


def pictures_for(data_set: DataSet, most: int = MANY) -> tuple[str, NDArray[np.int64]]:
    """Numbers of labelled pictures to ask with, classes in turn, never of the test; and the split that they are of."""
    split = "val" if len(data_set.indices("val")) else "train"
    numbers = np.random.default_rng(SEED).permutation(data_set.indices(split))
    labels = data_set.labels[numbers]
    # The first of each class, then the second of each, ...
    turn = np.zeros(len(numbers), np.int64)
    for label in np.unique(labels):
        turn[labels == label] = np.arange(int((labels == label).sum()))
    return split, numbers[np.argsort(turn, kind="stable")][:most]


def ways(sides: Sequence[int]) -> Iterator[Way]:
    """Every way for pictures of these sides, the likeliest first."""
    for side in sides:
        for normalise in NORMALISATIONS:
            yield from (
                Way(normalise, fit, channels, side)
                for fit in ("whole", "centre")
                for channels in ("rgb", "bgr")
            )


def shake(
    candidates: Sequence[Network],
    sides: Sequence[Sequence[int]],
    data_set: DataSet,
    claimed: Way | None = None,
    order: Sequence[int] | None = None,
    report: Report = silent,
) -> Handshake:
    """Ask networks that may be the one, in every way.

    Args:
        candidates: in evaluation mode, with the same weights; the likeliest first.
        sides: of the pictures that each takes, px; the likeliest first.
        claimed: what the file says of itself, where it does.
        order: which of its outputs stands for each class of the data set, where names tell; else they are taken as they
            come, unless the pictures say otherwise.
    """
    _, numbers = pictures_for(data_set)
    images = torch.from_numpy(data_set.images[numbers])
    labels = data_set.labels[numbers]
    classes = len(data_set.classes)

    def ask(network: Network, way: Way, count: int) -> Trial:
        logits = _logits(replace(network, side=way.side, preprocessing=way.preprocessing), images[:count])
        return judged(way, logits, labels[:count], classes, order)

    # Which network and which side: with the ways that differ most, as these change little about each other.
    first: list[tuple[float, int, int]] = []
    pairs = [(number, side) for number, one in enumerate(sides) for side in one]
    for done, (number, side) in enumerate(pairs):
        report(0.4 * done / len(pairs))
        looks = [ask(candidates[number], Way(one, side=side), FEW) for one in ("imagenet", "unit")]
        first.append((min(trial.log_loss for trial in looks), number, side))
    best = min(first)[0]
    close = [(number, side) for loss, number, side in first if loss <= best + CLOSE]
    network = close[0][0]
    kept = list(dict.fromkeys(side for number, side in close if number == network))[:2]
    every = list(ways(kept))
    trials = []
    for done, way in enumerate(every):
        report(0.4 + 0.4 * done / len(every))
        trials.append(ask(candidates[network], way, FEW))
    trials.sort(key=lambda trial: trial.log_loss)
    last = list(
        dict.fromkeys([trial.way for trial in trials[:LAST]] + ([claimed] if claimed in every else []))
    )
    finals = []
    for done, way in enumerate(last):
        report(0.8 + 0.2 * done / len(last))
        finals.append(ask(candidates[network], way, MANY))
    finals.sort(key=lambda trial: trial.log_loss)
    return _chosen(network, finals, [one for one in trials if one.way not in last], labels, claimed)


CLOSE = 0.02
"""Log loss that tells two networks or sides from each other with FEW pictures; the likelier is taken below it."""


@torch.inference_mode()
def _logits(network: Network, images: Tensor) -> NDArray[np.float64]:
    found = [network.logits(images[first : first + BATCH]).float() for first in range(0, len(images), BATCH)]
    return torch.cat(found).double().cpu().numpy()


def judged(
    way: Way,
    logits: NDArray[np.float64],
    labels: NDArray[np.int64],
    classes: int,
    order: Sequence[int] | None,
) -> Trial:
    """What answers are worth.

    Args:
        logits: N,K, K at least `classes`.
        labels: N, 0..classes-1.
        order: as of `shake`.
    """
    if order is None:
        order = _order_by_pictures(logits, labels, classes)
    found = logits[:, list(order)]
    found = found - found.max(axis=1, keepdims=True)
    logs = found - np.log(np.exp(found).sum(axis=1, keepdims=True))
    losses = -logs[np.arange(len(labels)), labels]
    accuracy = float((logs.argmax(axis=1) == labels).mean())
    return Trial(way, accuracy, float(losses.mean()), len(labels), losses, tuple(order))


def _order_by_pictures(logits: NDArray[np.float64], labels: NDArray[np.int64], classes: int) -> list[int]:
    """Which output goes best with each class: the assignment with the most logits in the right place; as they come where that
    is as good, as far as so few pictures tell."""
    centred = logits - logits.mean(axis=0)
    means = np.stack(
        [
            centred[labels == label].mean(axis=0) if (labels == label).any() else np.zeros(logits.shape[1])
            for label in range(classes)
        ]
    )
    _, outputs = linear_sum_assignment(-means)
    plain = np.arange(classes)
    right = (logits[:, plain].argmax(axis=1) == labels).sum()
    other = (logits[:, outputs].argmax(axis=1) == labels).sum()
    # Better beyond chance: the intervals lie apart.
    apart = wilson(int(other), len(labels))[0] > wilson(int(right), len(labels))[1]
    return [int(one) for one in (outputs if apart else plain)]


def _chosen(
    network: int, finals: list[Trial], others: list[Trial], labels: NDArray[np.int64], claimed: Way | None
) -> Handshake:
    best = finals[0]
    tied = [trial for trial in finals[1:] if not _worse(trial, best)]
    among = [best, *tied]
    chosen = next((trial for trial in among if trial.way == claimed), None)
    chosen = chosen or next(
        (trial for trial in among if trial.way.normalise == "imagenet" and trial.way[1:3] == best.way[1:3]),
        best,
    )
    right = round(chosen.accuracy * chosen.images)
    chance = guessing_share(np.unique(labels[: chosen.images], return_counts=True)[1].tolist())
    return Handshake(
        trials=[*finals, *others],
        chosen=chosen,
        network=network,
        tied=[trial for trial in among if trial is not chosen],
        guessing=wilson(right, chosen.images)[0] <= chance,
        against_claim=claimed is not None and chosen.way != claimed,
        by_pictures=chosen.order != tuple(range(len(chosen.order))),
    )


def _worse(trial: Trial, best: Trial) -> bool:
    """Whether the pictures tell the two apart: their losses' difference is more than twice its standard error."""
    differences = trial.losses - best.losses
    error = differences.std(ddof=1) / len(differences) ** 0.5 if len(differences) > 1 else np.inf
    return bool(differences.mean() > 2 * error and differences.mean() > LEAST)


LEAST = 0.005
"""Log loss: a difference that matters to nobody."""
