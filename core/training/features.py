"""A head that learns from features: each picture goes through the rest of the network a few times, not once an epoch.

Features are what the head is given. All before it stays as it is, so they stay, too. Imports torch.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core.networks.network import Network
from core.progress import Report, part
from core.runs.recipe import Recipe
from core.training.batches import shuffled
from core.training.feeds import Batch, Feed
from core.training.learner import Learner
from core.training.monitor import Look
from core.words import Text

GATHERING = Text(en="Looking at the pictures", ko="사진을 살펴보는 중")
SHARE = 0.9
"""Of a training's time in which pictures go through the network."""
MOST_BYTES = 2 * 1024**3
"""Of the features of all pictures under all their draws."""


@dataclass(frozen=True)
class Head:
    """The end of a network: all of it that begins anew."""

    name: str
    """Dotted, of the module."""
    width: int
    """Numbers that it is given for a picture."""

    def says(self, module: nn.Module, features: Tensor) -> Tensor:
        """The logits of a network of this kind, float32 N,C, from features, float32 N,width."""
        said: Tensor = module.get_submodule(self.name)(features)
        return said

    def features(self, network: Network, inputs: Tensor) -> Tensor:
        """float32 N,width: what it is given for a batch of the module's inputs."""
        with _watched(network.module.get_submodule(self.name)) as given, torch.no_grad():
            network.module.eval()(inputs)
        return given[0]


def head_of(network: Network) -> Head | None:
    """The head of a network; None where what begins anew is not one module at its end."""
    if len(network.spec.new_parts) != 1:
        return None
    (name,) = network.spec.new_parts
    module = network.module.eval()
    sample = torch.zeros(1, 3, network.side, network.side, device=network.device)
    with _watched(module.get_submodule(name)) as given, torch.no_grad():
        said = module(sample)
    if len(given) != 1 or given[0].ndim != 2:
        return None
    head = Head(name, given[0].shape[1])
    with torch.no_grad():
        return head if torch.equal(head.says(module, given[0]), said) else None


@contextmanager
def _watched(module: nn.Module) -> Iterator[list[Tensor]]:
    """What a module is given, as long as this lasts."""
    given: list[Tensor] = []
    handle = module.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0].detach().float()))
    try:
        yield given
    finally:
        handle.remove()


@dataclass(frozen=True)
class FeatureFeed:
    """Batches of features, from rounds of them."""

    recipe: Recipe
    rounds: Sequence[Batch]
    """Each with all pictures of one epoch: their views as float32 N,F, and what they are."""
    steps: int

    def epoch(self, n: int, first: int = 0) -> Generator[Batch, None, None]:
        views, targets = self.rounds[self._round(n)]
        numbers = np.arange(len(targets), dtype=np.int64)
        for batch in shuffled(numbers, self.recipe.batch_size, self.recipe.seed, n)[first:]:
            chosen = torch.from_numpy(batch).to(targets.device)
            yield [view[chosen] for view in views], targets[chosen]

    def _round(self, n: int) -> int:
        amount = len(self.rounds)
        if self.recipe.mix_over_epochs == "same":
            return n % amount
        return min(n * amount // self.recipe.epochs, amount - 1)


def prepared(
    learner: Learner, feed: Feed, looks: Sequence[Look], report: Report
) -> tuple[Feed, Sequence[Look], Report]:
    """What training goes by: for a recipe that trains the head alone, features of what is given instead of pictures, and
    what is left of the report; anything else as it is.

    Args:
        report: called at every batch; raises Cancelled, Paused.
    """
    head = head_of(learner.network) if learner.recipe.trains == "head" else None
    if head is None:
        return feed, looks, report
    learner.says = head.says
    kept, network = learner.recipe, learner.network
    most = MOST_BYTES // (4 * head.width * feed.steps * kept.batch_size * len(learner.objective.views))
    epochs = gathered_epochs(kept, max(1, most))
    batches = feed.steps * len(epochs) + sum(look.steps for look in looks)
    done = 0

    def through(inputs: Tensor) -> Tensor:
        return head.features(network, inputs)

    def count() -> None:
        nonlocal done
        report(SHARE * done / batches, GATHERING)
        done += 1

    rounds = [_round(feed.epoch(epoch), through, count) for epoch in epochs]
    seen = [look.through(through, count) for look in looks]
    return FeatureFeed(kept, rounds, feed.steps), seen, part(report, SHARE, 1.0)


def gathered_epochs(recipe: Recipe, most: int) -> list[int]:
    """The epochs whose pictures are gathered: spread over all, as the mix may change."""
    amount = min(recipe.draws, most)
    return [place * recipe.epochs // amount for place in range(amount)]


def _round(batches: Iterator[Batch], through: Callable[[Tensor], Tensor], count: Callable[[], None]) -> Batch:
    found: list[tuple[list[Tensor], Tensor]] = []
    for views, targets in batches:
        count()
        found.append(([through(view) for view in views], targets))
    together = [torch.cat(parts) for parts in zip(*(views for views, _ in found), strict=True)]
    return together, torch.cat([targets for _, targets in found])
