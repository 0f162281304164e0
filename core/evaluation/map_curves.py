"""Deletion and insertion: whether the places that a map calls important are those that the answer hangs on. Imports torch.

Petsiuk, Das and Saenko 2018 (RISE, arXiv 1806.07421): places are taken out of a picture in the order of the map, the most
important ones first, or put back into a blurred one, and the probability of the answer is followed. A good map lets it fall fast
and rise fast. Random order of the same pictures stands beside, as any order lets it fall.
"""

from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import stdtrit

from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation, read_joined
from core.evaluation.predictions import decode_map
from core.explanation.hiding import GREY
from core.networks.network import Network
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.progress import Report

MOST = 64
"""Pictures that are asked of."""
STEPS = 16
"""In which the whole of a picture is taken out or put back."""
_BLUR = 1 / 6
"""Standard deviation of what is put back into, in sides of the picture: no outline is left."""
PASSES = 4 * (STEPS + 1) * MOST
"""Forward passes that it takes."""


class Gain(NamedTuple):
    """The mean difference of two areas under curves of the same pictures, with Student's 95 % interval over pictures."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """It is above nothing."""
        return self.low > 0


class Curves(NamedTuple):
    """The probability of the answer, 0..1, mean over pictures: S + 1 values each, from nothing to all of the picture."""

    shares: list[float]
    """Of the picture that was taken out or put back."""
    deletion: list[float]
    deletion_random: list[float]
    insertion: list[float]
    insertion_random: list[float]
    deleted: Gain
    """By how much less area than in random order is under the curve of deletion: positive is good."""
    inserted: Gain
    """And by how much more under that of insertion."""
    n: int

    def area(self, name: str) -> float:
        """Under one of the four curves, 0..1."""
        return float(np.trapezoid(getattr(self, name), self.shares))


def curves_of(
    network: Network, evaluation: JoinedEvaluation, data_set: DataSet, report: Report, seed: int = 0
) -> Curves | None:
    """Of the first MOST clean pictures of a test whose maps have a positive place; None where there are none.

    Args:
        seed: of the random order.

    Raises:
        Cancelled: from `report`.
    """
    tested = read_joined(evaluation, ["image", "noise", "severity", "prediction", "map"], {(CLEAN, 0)})
    shape = evaluation.map_shape
    chosen = [
        (int(row["image"]), int(row["prediction"]), attribution)
        for row in tested.to_dict("records")
        if ((attribution := decode_map(row["map"], shape)) > 0).any()
    ][:MOST]
    if not chosen:
        return None
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in Curves._fields[1:5]}
    for place, (number, answer, attribution) in enumerate(chosen):
        report(place / len(chosen))
        picture = np.array(data_set.images[number])
        orders = {
            "": np.argsort(-attribution.ravel(), kind="stable"),
            "_random": np.random.default_rng([seed, number]).permutation(attribution.size),
        }
        for suffix, order in orders.items():
            steps = _masks(order, shape, picture.shape[0])
            found[f"deletion{suffix}"].append(_followed(network, picture, _grey(picture), steps, answer))
            found[f"insertion{suffix}"].append(_followed(network, _blurred(picture), picture, steps, answer))
    shares = [float(one) for one in np.linspace(0, 1, STEPS + 1)]
    means = {name: [float(one) for one in np.mean(values, axis=0)] for name, values in found.items()}
    areas = {name: np.asarray(np.trapezoid(np.stack(rows), shares, axis=1)) for name, rows in found.items()}
    return Curves(
        shares,
        means["deletion"],
        means["deletion_random"],
        means["insertion"],
        means["insertion_random"],
        deleted=_gain(areas["deletion_random"] - areas["deletion"]),
        inserted=_gain(areas["insertion"] - areas["insertion_random"]),
        n=len(chosen),
    )


def _masks(order: NDArray[np.int64], shape: tuple[int, int], side: int) -> list[NDArray[np.bool_]]:
    """STEPS + 1 of side,side: the places of a map that are done, from none to all."""
    done = np.linspace(0, len(order), STEPS + 1).round().astype(int)
    masks = []
    for count in done:
        places = np.zeros(len(order), np.uint8)
        places[order[:count]] = 1
        large = cv2.resize(places.reshape(shape), (side, side), interpolation=cv2.INTER_NEAREST)
        masks.append(np.asarray(large, bool))
    return masks


def _grey(picture: Image) -> Image:
    return np.full_like(picture, GREY)


def _blurred(picture: Image) -> Image:
    deviation = _BLUR * picture.shape[0]
    return np.asarray(
        cv2.GaussianBlur(picture, (0, 0), deviation, borderType=cv2.BORDER_REFLECT_101), np.uint8
    )


def _followed(
    network: Network, start: Image, end: Image, masks: list[NDArray[np.bool_]], answer: int
) -> NDArray[np.float64]:
    """The probability of `answer` while `start` becomes `end` place by place."""
    pictures = np.stack([np.where(mask[:, :, None], end, start) for mask in masks])
    with torch.inference_mode():
        return network.logits(torch.from_numpy(pictures)).double().softmax(1)[:, answer].cpu().numpy()


def _gain(values: NDArray[np.float64]) -> Gain:
    mean = float(values.mean())
    if len(values) < 2:
        return Gain(mean, mean, mean)
    half = float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)))
    return Gain(mean, mean - half, mean + half)
