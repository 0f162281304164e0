"""What training begins with: the network and its optimiser. Imports torch."""

import torch
from torch import nn

from core.data.dataset import DataSet
from core.errors import EmptySplit
from core.networks.loading import pretrained_network
from core.networks.network import Network, Preprocessing
from core.runs.recipe import Recipe, get_model
from core.training.batches import Indices
from core.words import Text

PRETRAINED_SHARE = 0.1
"""Pretrained layers learn at this share of the rate of the new ones."""
KEPT_UP = 0.1
"""Share of each batch in the running averages of batch normalisation. Some networks are made for millions of steps and
take 0.01: after the few steps of a run here they would be tested with averages of other pictures (insects of 64 px,
EfficientNet-Lite0, 24 steps: 80 % instead of 86 % of the test pictures right)."""


def training_pictures(data_set: DataSet) -> Indices:
    """Numbers of the pictures to learn from.

    Raises:
        EmptySplit: there are none.
    """
    indices = data_set.indices("train")
    if len(indices) == 0:
        raise EmptySplit(name=data_set.name, split=Text(en="training", ko="학습용"))
    return indices


def new_network(recipe: Recipe, data_set: DataSet, device: torch.device) -> Network:
    """The network before its first step, the same for the same recipe.

    Raises:
        WeightsMissing, WeightsDamaged.
    """
    spec = get_model(recipe.model)
    classes = data_set.classes
    side = spec.input_size(data_set.size, recipe.pretrained)
    torch.manual_seed(recipe.seed)
    if recipe.pretrained:
        module = pretrained_network(spec, len(classes), side)
    else:
        module = spec.build(len(classes), side)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = KEPT_UP
    network = Network(spec, module, classes, data_set.size, side, Preprocessing.of(spec))
    network.move_to(device)
    return network


def new_optimiser(recipe: Recipe, network: Network) -> torch.optim.Optimizer:
    """AdamW: weights decay, offsets and normalisation do not; pretrained layers learn slowly. Its rate is 0 until
    `set_rate`."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.module.named_parameters():
        share = PRETRAINED_SHARE if recipe.pretrained and not network.spec.is_new(name) else 1.0
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((decay, share), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": parameters, "weight_decay": decay, "share": share, "lr": 0.0}
            for (decay, share), parameters in groups.items()
        ]
    )


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Let each group learn at its share of `rate`."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["share"]
