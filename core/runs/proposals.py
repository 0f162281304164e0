"""What is proposed for training a data set: who changes nothing gets a good result, on the page and on the command line."""

from dataclasses import dataclass

from core.data.builtin.sets import BUILT_INS
from core.data.dataset import DataSet
from core.runs.recipe import IMAGENET, RANDOM, Trains, fitting_rate, get_model

DRAWN_MODEL = "small_cnn"
"""Learns drawn pictures from scratch, in seconds."""
PHOTO_MODEL = "efficientnet_lite0"
"""Comes with ImageNet weights."""
FEW = 2_000
"""Training pictures up to which the head alone is trained on what a network has learned from other photos: it is done in
seconds, and so few pictures teach the rest nothing that it does not know."""
EPOCHS = 8
HEAD_EPOCHS = 20
"""Its epochs cost next to nothing: the pictures go through the rest of the network once."""


@dataclass(frozen=True)
class Proposal:
    """Values of a recipe's fields of these names."""

    model: str
    start: str
    trains: Trains
    epochs: int
    learning_rate: float


def is_drawn(data_set: DataSet) -> bool:
    """Its pictures are drawn here and look like no photo."""
    return data_set.card.kind in BUILT_INS


def proposed_model(data_set: DataSet) -> str:
    """The key of the model that is proposed for a data set."""
    return PHOTO_MODEL if proposed_start(data_set, PHOTO_MODEL) == IMAGENET else DRAWN_MODEL


def proposed_start(data_set: DataSet, model: str) -> str:
    """ImageNet weights for photos where they are on this machine, else random ones."""
    weights = get_model(model).weights
    known = not is_drawn(data_set) and weights is not None and weights.here()
    return IMAGENET if known else RANDOM


def proposed(
    data_set: DataSet, model: str | None = None, start: str | None = None, trains: Trains | None = None
) -> Proposal:
    """What is proposed where some of it has been chosen.

    Raises:
        UnknownName: there is no such model.
    """
    model = model or proposed_model(data_set)
    start = start or proposed_start(data_set, model)
    if trains is None:
        few = data_set.split_counts["train"] <= FEW
        trains = "head" if start == IMAGENET and few else "all"
    epochs = HEAD_EPOCHS if trains == "head" else EPOCHS
    return Proposal(model, start, trains, epochs, fitting_rate(start != RANDOM, trains=trains))
