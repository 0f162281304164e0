"""What makes the steps of a training quick on a graphics card. Imports torch.

A small network's step is hundreds of small operations, which the processor cannot start as fast as the card does them. A CUDA
graph has the card do all of a forward and a backward pass at one word from the processor, with the same numbers as a result.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from core.training.learner import Learner, Says, whole

_log = logging.getLogger(__name__)
LEAST_STEPS = 500
"""Of a training; in fewer a graph does not bring in the seconds that it takes to be captured."""
SHAPES = 2
"""That batches have: those of an epoch differ by one picture at most."""
WORTH = 1.05
"""A pass by graph must be so many times as fast."""
PASSES = 10
"""Timed of each."""


def quick_says(learner: Learner, steps: int) -> Says:
    """How a network on a card is asked in training: by graph where that pays, else as it is.

    Args:
        steps: to come.
    """
    recipe = learner.recipe
    # A graph writes what it finds, logits and gradients, to the same place each time: one pass for each step.
    single = recipe.accumulate == 1 and len(learner.objective.views) == 1
    if learner.network.device.type != "cuda":
        return whole
    torch.backends.cudnn.benchmark = True
    if not single or recipe.trains != "all" or steps < LEAST_STEPS:
        return whole
    return GraphedSays(learner.network.module)


class _Passes(nn.Module):
    """A module whose own `forward` stays as it is when this one's becomes a graph."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, inputs: Tensor) -> Tensor:
        said: Tensor = self.module(inputs)
        return said


class GraphedSays:
    """Asks a network by graph while it is trained on batches of a usual shape. What graphs cannot do is done without, and
    the log says so."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        self._graphs: dict[torch.Size, Callable[[Tensor], Tensor]] = {}

    def __call__(self, module: nn.Module, inputs: Tensor) -> Tensor:
        if module is not self._module or not module.training:
            return whole(module, inputs)
        if inputs.shape not in self._graphs and len(self._graphs) < SHAPES:
            self._graphs[inputs.shape] = self._quickest(inputs)
        return self._graphs.get(inputs.shape, module)(inputs)

    def _quickest(self, inputs: Tensor) -> Callable[[Tensor], Tensor]:
        """Asks for batches of this shape."""
        module, passes = self._module, _Passes(self._module)
        size = " x ".join(map(str, inputs.shape))
        narrow = torch.is_autocast_enabled("cuda")
        kind = torch.get_autocast_dtype("cuda")
        try:
            # What is kept of casts within a pass would be gone when a graph of it is run.
            with (
                torch.random.fork_rng(
                    [inputs.device] if inputs.is_cuda else []
                ),  # of this step's chance nothing is taken
                _buffers_kept(module),
                torch.autocast("cuda", kind, narrow, cache_enabled=False),
            ):
                torch.cuda.make_graphed_callables(
                    passes,
                    (inputs.clone(),),
                    capture_error_mode="thread_local",  # others copy pictures meanwhile
                )
                graphed, plain = (_pass_seconds(one, module, inputs) for one in (passes, module))
        except RuntimeError as error:
            _log.warning("batches of %s go without a CUDA graph: %s", size, error)
            return module
        pays = graphed * WORTH <= plain
        _log.info(
            "batches of %s: a pass takes %.2f ms by CUDA graph, %.2f ms without; %s",
            *(size, 1000 * graphed, 1000 * plain, "by graph" if pays else "without"),
        )
        return passes if pays else module


@contextmanager
def _buffers_kept(module: nn.Module) -> Iterator[None]:
    """What passes change in a module besides weights, averages of its pictures for one, is put back."""
    before = [buffer.clone() for buffer in module.buffers()]
    try:
        yield
    finally:
        for buffer, value in zip(module.buffers(), before, strict=True):
            buffer.copy_(value)


def _pass_seconds(says: Callable[[Tensor], Tensor], module: nn.Module, inputs: Tensor) -> float:
    """Of a forward and a backward pass."""
    weights = [weight for weight in module.parameters() if weight.requires_grad]

    def once() -> None:
        torch.autograd.grad(says(inputs).float().sum(), weights)

    once()
    torch.cuda.synchronize()
    begun = time.perf_counter()
    for _ in range(PASSES):
        once()
    torch.cuda.synchronize()
    return (time.perf_counter() - begun) / PASSES
