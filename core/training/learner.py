"""One step of training: forward, backward, and what moves the weights. Imports torch."""

import copy
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from core.networks.network import Network
from core.runs.recipe import Recipe
from core.training.feeds import Batch
from core.training.objectives import Objective
from core.training.schedule import SCHEDULES
from core.training.start import new_optimiser, seed_chance, set_rate

Numbers = Literal["fp32", "bf16"]
YOUNG = 10
"""Steps after which an average may stay as it is by the recipe's decay: before it takes more of the new weights, as it
would else be one of the weights that training began with."""


def step_seed(seed: int, step: int) -> int:
    """The seed of the chance within a network (dropout) at one batch of a run: no step depends on an earlier one's draws."""
    return int(np.random.SeedSequence([seed, step, 0, 1]).generate_state(1)[0])


@dataclass
class Average:
    """The exponential moving average of a network's weights (Polyak and Juditsky 1992; EMA)."""

    network: Network
    """With the averaged weights."""
    decay: float
    steps: int = 0
    """That are in it."""

    @classmethod
    def of(cls, network: Network, decay: float) -> "Average":
        return cls(replace(network, module=copy.deepcopy(network.module)), decay)

    @torch.no_grad()
    def add(self, network: Network) -> None:
        """Take in the weights after a step."""
        self.steps += 1
        keep = min(self.decay, self.steps / (self.steps + YOUNG))
        own, new = self.network.module.state_dict(), network.module.state_dict()
        floats = [name for name, value in own.items() if value.is_floating_point()]
        torch._foreach_lerp_([own[name] for name in floats], [new[name] for name in floats], 1 - keep)
        for name in own.keys() - set(floats):
            own[name].copy_(new[name])


Says = Callable[[nn.Module, Tensor], Tensor]
"""Asks a network's module: its logits, float32 N,C, for a batch."""


def whole(module: nn.Module, inputs: Tensor) -> Tensor:
    """What the whole of a network says of float32 N,3,side,side."""
    said: Tensor = module(inputs)
    return said


class Learner:
    """A network that learns by a recipe, batch by batch."""

    def __init__(self, recipe: Recipe, network: Network, objective: Objective, steps: int) -> None:
        """
        Args:
            steps: batches of an epoch.
        """
        self.recipe, self.network, self.objective, self.steps = recipe, network, objective, steps
        self.optimiser = new_optimiser(recipe, network)
        self.average = Average.of(network, recipe.average) if recipe.average else None
        self.precision: Numbers = "fp32"
        self.says: Says = whole
        """How it is asked about the batches that it is given."""
        self.step = 0
        """Batches done, of all epochs."""

    @property
    def tested(self) -> Network:
        """The network that counts: the average, where one is kept."""
        return self.network if self.average is None else self.average.network

    @property
    def rate(self) -> float:
        """The learning rate of the coming step."""
        groups = -(-self.steps // self.recipe.accumulate)
        epoch, place = divmod(self.step, self.steps)
        done = epoch * groups + place // self.recipe.accumulate
        return SCHEDULES[self.recipe.schedule](done, self.recipe.epochs * groups, self.recipe.learning_rate)

    def learn(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Take a batch in; the weights move after the last of those that make one step.

        Returns:
            The mean loss of the batch, and the logits (float32 N,C) of its first view.
        """
        views, targets = batch
        seed_chance(step_seed(self.recipe.seed, self.step))
        narrow = (
            torch.autocast(self.network.device.type, torch.bfloat16)
            if self.precision == "bf16"
            else nullcontext()
        )
        with narrow:
            logits = [self.says(self.network.module, inputs) for inputs in views]
        logits = [said.float() for said in logits]
        loss = self.objective.loss(logits, targets)
        place, together = self.step % self.steps, self.recipe.accumulate
        first = place - place % together
        size = min(together, self.steps - first)
        (loss / size).backward()
        if place == first + size - 1:
            set_rate(self.optimiser, self.rate)
            self.optimiser.step()
            self.optimiser.zero_grad()
            if self.average is not None:
                self.average.add(self.network)
        self.step += 1
        return loss, logits[0]
