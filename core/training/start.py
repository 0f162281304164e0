"""What training begins with: the network and its optimiser. Imports torch."""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import torch
from torch import nn

from core.data.dataset import DataSet
from core.data.splits import part_of
from core.errors import EmptySplit
from core.networks.loading import begun_network, pretrained_network
from core.networks.network import Network, Preprocessing
from core.runs.recipe import RANDOM, Recipe, get_model
from core.training.batches import Indices
from core.training.optimisers import OPTIMISERS, Mover
from core.words import Text

PRETRAINED_SHARE = 0.1
"""Pretrained layers learn at this share of the rate of the new ones."""
HEAD_SHARE = 0.25
"""Of the epochs of a training that begins with the head."""
KEPT_UP = 0.1
"""Share of each batch in the running averages of batch normalisation. Some networks are made for millions of steps and
take 0.01: after the few steps of a run here they would be tested with averages of other pictures (insects of 64 px,
EfficientNet-Lite0, 24 steps: 80 % instead of 86 % of the test pictures right)."""


_seeding = Lock()


def seed_chance(seed: int) -> None:
    """Have what torch draws begin with `seed`: not while a network is built in another thread, as chance is the process's."""
    with _seeding:
        torch.manual_seed(seed)


def training_pictures(recipe: Recipe, data_set: DataSet) -> Indices:
    """Numbers of the pictures to learn from, ascending.

    Raises:
        EmptySplit: there are none.
    """
    indices = data_set.indices("train")
    if len(indices) == 0:
        raise EmptySplit(name=data_set.name, split=Text(en="training", ko="학습용"))
    if recipe.share == 1.0:
        return indices
    return part_of(indices, np.asarray(data_set.labels), recipe.share, recipe.seed, data_set.groups)


@dataclass(frozen=True)
class Begun:
    """A network that was trained, whose weights are started from."""

    network: Network
    name: str
    """Of its run."""


def new_network(
    recipe: Recipe, data_set: DataSet, device: torch.device, begun: Begun | None = None
) -> Network:
    """The network before its first step, the same for the same recipe.

    Args:
        begun: what a recipe that starts from a run starts from.

    Raises:
        WeightsMissing, WeightsDamaged, CannotStartFrom.
    """
    spec = get_model(recipe.model)
    classes = data_set.classes
    side = recipe.network_side(data_set.size)
    preprocessing = Preprocessing.of(spec)
    with _seeding:
        torch.manual_seed(recipe.seed)
        if recipe.pretrained:
            module = pretrained_network(spec, len(classes), side)
        elif recipe.started_from is not None:
            assert begun is not None, recipe.start
            module = begun_network(begun.network, begun.name, spec, classes, side)
            preprocessing = begun.network.preprocessing
        else:
            module = spec.build(len(classes), side)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = KEPT_UP
    network = Network(spec, module, classes, data_set.size, side, preprocessing)
    network.move_to(device)
    return network


def new_optimiser(recipe: Recipe, network: Network) -> Mover:
    """AdamW, or SGD with momentum: weights decay, offsets and normalisation do not; layers that are not new learn slowly.
    Its rate is 0 until `set_rate`."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.module.named_parameters():
        share = PRETRAINED_SHARE if recipe.start != RANDOM and not network.spec.is_new(name) else 1.0
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((decay, share), []).append(parameter)
    chosen = [
        {"params": parameters, "weight_decay": decay, "share": share, "lr": 0.0}
        for (decay, share), parameters in groups.items()
    ]
    return Mover(chosen, OPTIMISERS[recipe.optimiser])


def begin_epoch(recipe: Recipe, network: Network, epoch: int) -> None:
    """Have learn what is to learn in an epoch, 0 the first: all, or the parts alone that began anew. What does not learn
    does not change either: its normalisation keeps the averages that it has."""
    head_epochs = {"all": 0, "head": recipe.epochs, "head_first": _head_first(recipe.epochs)}[recipe.trains]
    whole = epoch >= head_epochs
    network.module.train(whole)
    if not whole:
        for name in network.spec.new_parts:
            network.module.get_submodule(name).train()
    for name, parameter in network.module.named_parameters():
        parameter.requires_grad_(whole or network.spec.is_new(name))


def _head_first(epochs: int) -> int:
    """Of so many epochs those in which the head learns alone; at least one is for all."""
    return min(epochs - 1, max(1, round(HEAD_SHARE * epochs)))


def set_rate(optimiser: Mover, rate: float) -> None:
    """Let each group learn at its share of `rate`."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["share"]
