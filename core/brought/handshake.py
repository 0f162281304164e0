"""How a network from elsewhere wants its pictures, asked with labelled ones. Imports torch.

A wrong normalisation, a cut or swapped colours cost a network many points without any error, and neither names nor shapes of
its weights tell them. So some clean, labelled pictures of the validation split are shown to it in every way that is common, and
what it says is ranked by its log loss: which network it is with FIRST of them, all ways with FEW, the best with MANY. Nor do
they tell its activation: others than the usual one are asked in the best way, those that are no worse with FEW pictures with
MANY, and where one does better all ways are asked anew with it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from core.data.dataset import DataSet
from core.networks.network import Channels, Fit, Network, Preprocessing
from core.progress import Report, part, silent
from core.runs.origins import NORMALISATIONS, Colours, Normalise
from core.statistics import guessing_share, wilson

FIRST, FEW, MANY = 20, 40, 200
"""Pictures for what may be the network and its side, for all ways, and for the LAST best."""
LAST = 4
BATCH = 50
SEED = 0


class Way(NamedTuple):
    """One way to show a network pictures; ImageNet's whole picture is the likeliest and comes first."""

    normalise: Normalise = "imagenet"
    fit: Fit = "whole"
    channels: Channels = "rgb"
    side: int = 224
    own: tuple[Colours, Colours] | None = None
    """Mean and deviation that a file says itself, where they are no known ones: `normalise` is only the nearest then."""

    def preprocessing(self) -> Preprocessing:
        mean, std = self.own or NORMALISATIONS[self.normalise]
        return Preprocessing(mean, std, self.fit, self.channels)


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
    network: Network
    """Which of the candidates it is, with the activation that does best."""
    activations: dict[str, Trial]
    """With each that it may have, the usual one under "": pictures shown in the best way, FEW or for the nearest MANY."""
    activation: str
    """Of these, the one that it has."""
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
    split = "validation" if len(data_set.indices("validation")) else "train"
    numbers = np.random.default_rng(SEED).permutation(data_set.indices(split))
    labels = data_set.labels[numbers]
    # The first of each class, then the second of each, ...
    turn = np.zeros(len(numbers), np.int64)
    for label in np.unique(labels):
        turn[labels == label] = np.arange(int((labels == label).sum()))
    return split, numbers[np.argsort(turn, kind="stable")][:most]


def ways(sides: Sequence[int], normalisations: Sequence[Normalise] = tuple(NORMALISATIONS)) -> Iterator[Way]:
    """Every way for pictures of these sides, the likeliest first."""
    for side in sides:
        for normalise in normalisations:
            yield from (
                Way(normalise, fit, channels, side)
                for fit in ("whole", "centre")
                for channels in ("rgb", "bgr")
            )


class Asking:
    """Labelled pictures to ask networks with."""

    def __init__(self, data_set: DataSet) -> None:
        _, numbers = pictures_for(data_set)
        self._images = torch.from_numpy(data_set.images[numbers])
        self.labels = np.asarray(data_set.labels[numbers])
        self._classes = len(data_set.classes)

    def logits(self, network: Network, way: Way, count: int) -> NDArray[np.float64]:
        """What a network says of the first `count` pictures, shown in that way: N,K."""
        shown = replace(network, side=way.side, preprocessing=way.preprocessing())
        return _logits(shown, self._images[:count])

    def judge(self, way: Way, logits: NDArray[np.float64], order: Sequence[int] | None = None) -> Trial:
        """What that is worth.

        Args:
            order: as of `shake`; None: the best for these pictures, which flatters it.
        """
        labels = self.labels[: len(logits)]
        if order is None:
            order = best_order(logits, labels, self._classes)
        return judged(way, logits, labels, order)

    def order(self, logits: NDArray[np.float64]) -> list[int]:
        """Which output stands for each class: as they come, unless these pictures say otherwise beyond chance."""
        labels = self.labels[: len(logits)]
        plain, other = list(range(self._classes)), best_order(logits, labels, self._classes)
        right, more = (int((logits[:, order].argmax(axis=1) == labels).sum()) for order in (plain, other))
        apart = wilson(more, len(labels))[0] > wilson(right, len(labels))[1]
        return other if apart else plain


def shake(
    candidates: Sequence[Network],
    sides: Sequence[Sequence[int]],
    data_set: DataSet,
    claimed: Way | None = None,
    order: Sequence[int] | None = None,
    report: Report = silent,
    normalisations: Sequence[Normalise] = tuple(NORMALISATIONS),
    others: Mapping[str, Callable[[int], Network]] | None = None,
) -> Handshake:
    """Ask networks that may be the one, in every way.

    Args:
        candidates: in evaluation mode, with the same weights; the likeliest first.
        sides: of the pictures that each takes, px; the likeliest first.
        claimed: what the file says of itself, where it does.
        order: which of its outputs stands for each class of the data set, where names tell; else they are taken as they
            come, unless the pictures say otherwise.
        normalisations: that may be.
        others: by activation, the commonest first, what builds the candidate of that number with it in place of its own.
    """
    asking = Asking(data_set)
    done = part(report, 0.0, 0.6 if others else 1.0)
    found = _asked(asking, candidates, sides, claimed, order, done, normalisations)
    if not others:
        return found
    way, number = found.chosen.way, next(n for n, one in enumerate(candidates) if one is found.network)

    def tried(network: Network, count: int) -> Trial:
        return asking.judge(way, asking.logits(network, way, count), order)

    networks = {"": found.network}
    activations = {"": tried(found.network, FEW)}
    for place, (name, build) in enumerate(others.items()):
        report(0.6 + 0.1 * place / len(others))
        networks[name] = build(number)
        activations[name] = tried(networks[name], FEW)
    usual = activations[""]
    near = {name for name, trial in activations.items() if not _worse(trial, usual)}
    activations |= {name: tried(networks[name], MANY) for name in networks if len(near) > 1 and name in near}
    best = min((activations[name] for name in near), key=lambda trial: trial.log_loss)
    # Of those that these pictures do not tell from the best, the commonest.
    taken = next(name for name in networks if name in near and not _worse(activations[name], best))
    found = replace(found, activations=activations)
    if not taken:
        return found
    # The way that was found with the wrong one may be wrong itself.
    done = part(report, 0.7, 1.0)
    again = _asked(asking, [networks[taken]], [[way.side]], claimed, order, done, normalisations)
    if again.chosen.log_loss > found.chosen.log_loss:
        return found
    return replace(again, activations=activations, activation=taken)


def _asked(
    asking: Asking,
    candidates: Sequence[Network],
    sides: Sequence[Sequence[int]],
    claimed: Way | None,
    order: Sequence[int] | None,
    report: Report,
    normalisations: Sequence[Normalise],
) -> Handshake:
    """As `shake`, with the activations that the candidates have."""
    # Which network and which side: with one way, as the ways change little about what sets these apart.
    first: list[tuple[float, int, int]] = []
    pairs = [(number, side) for number, one in enumerate(sides) for side in one]
    between = BETWEEN if BETWEEN in normalisations else normalisations[0]
    for done, (number, side) in enumerate(pairs):
        report(0.4 * done / len(pairs))
        way = Way(between, side=side)
        trial = asking.judge(way, asking.logits(candidates[number], way, FIRST), order)
        first.append((trial.log_loss, number, side))
    best = min(first)[0]
    close = [(number, side) for loss, number, side in first if loss <= best + CLOSE]
    network = close[0][0]
    kept = list(dict.fromkeys(side for number, side in close if number == network))[:2]
    every = list(ways(kept, normalisations))
    if claimed is not None and claimed not in every and claimed.side in kept:
        every.append(claimed)
    few = {}
    for done, way in enumerate(every):
        report(0.4 + 0.4 * done / len(every))
        few[way] = asking.logits(candidates[network], way, FEW)
    best_first = sorted(every, key=lambda way: asking.judge(way, few[way], order).log_loss)
    last = list(dict.fromkeys(best_first[:LAST] + ([claimed] if claimed in every else [])))
    many = {}
    for done, way in enumerate(last):
        report(0.8 + 0.2 * done / len(last))
        many[way] = asking.logits(candidates[network], way, MANY)
    if order is None:
        # One for all, by the way that can do best.
        order = asking.order(many[min(last, key=lambda way: asking.judge(way, many[way]).log_loss)])
    finals, others = (
        sorted(
            (asking.judge(way, logits, order) for way, logits in found.items()),
            key=lambda trial: trial.log_loss,
        )
        for found in (many, {way: logits for way, logits in few.items() if way not in many})
    )
    claim = claimed if claimed in every else None
    return _chosen(candidates[network], finals, others, asking.labels, claim)


BETWEEN: Normalise = "half"
"""Its numbers lie between those of the others."""
CLOSE = 0.02
"""Log loss that tells two networks or sides from each other with FEW pictures; the likelier is taken below it."""


@torch.inference_mode()
def _logits(network: Network, images: Tensor) -> NDArray[np.float64]:
    found = [network.logits(images[first : first + BATCH]).float() for first in range(0, len(images), BATCH)]
    return torch.cat(found).double().cpu().numpy()


def judged(way: Way, logits: NDArray[np.float64], labels: NDArray[np.int64], order: Sequence[int]) -> Trial:
    """What answers are worth.

    Args:
        logits: N,K, K at least the number of classes.
        labels: N, 0..classes-1.
        order: as of `shake`.
    """
    found = logits[:, list(order)]
    found = found - found.max(axis=1, keepdims=True)
    logs = found - np.log(np.exp(found).sum(axis=1, keepdims=True))
    losses = -logs[np.arange(len(labels)), labels]
    accuracy = float((logs.argmax(axis=1) == labels).mean())
    return Trial(way, accuracy, float(losses.mean()), len(labels), losses, tuple(order))


def best_order(logits: NDArray[np.float64], labels: NDArray[np.int64], classes: int) -> list[int]:
    """Which output goes best with each class: the assignment with the most logits in the right place.

    Args:
        logits, labels: as of `judged`.
    """
    centred = logits - logits.mean(axis=0)
    means = np.stack(
        [
            centred[labels == label].mean(axis=0) if (labels == label).any() else np.zeros(logits.shape[1])
            for label in range(classes)
        ]
    )
    _, outputs = linear_sum_assignment(-means)
    return [int(one) for one in outputs]


def _chosen(
    network: Network, finals: list[Trial], others: list[Trial], labels: NDArray[np.int64], claimed: Way | None
) -> Handshake:
    best = finals[0]
    tied = [trial for trial in finals[1:] if not _worse(trial, best)]
    among = [best, *tied]
    chosen = next((trial for trial in among if trial.way == claimed), None)
    chosen = chosen or next(
        (trial for trial in among if trial.way == best.way._replace(normalise="imagenet", own=None)),
        best,
    )
    right = round(chosen.accuracy * chosen.images)
    chance = guessing_share(np.unique(labels[: chosen.images], return_counts=True)[1].tolist())
    return Handshake(
        trials=[*finals, *others],
        chosen=chosen,
        network=network,
        activations={},
        activation="",
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
