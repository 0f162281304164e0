"""What moves the weights: torch's own steps, without the class around them. Imports torch.

To make any `torch.optim.Optimizer` imports torch's compiler, which nothing here uses: two seconds of each training's start.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from core.runs.recipe import Optimiser

MOMENTUM = 0.9
State = dict[str, Tensor]
Step = Callable[[dict[str, Any], list[Tensor], list[Tensor], list[State]], None]
"""Moves parameters of a group, which have these gradients and states."""


class Mover:
    """Moves parameters by their gradients. Its groups and its state are as torch has them."""

    def __init__(self, groups: Sequence[dict[str, Any]], step: Step) -> None:
        """
        Args:
            groups: each with `params`, `lr` and `weight_decay`.
        """
        self.param_groups = list(groups)
        self.state: defaultdict[nn.Parameter, State] = defaultdict(dict)
        self._step = step

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            moved = [parameter for parameter in group["params"] if parameter.grad is not None]
            if moved:
                gradients = [parameter.grad for parameter in moved]
                self._step(group, moved, gradients, [self.state[parameter] for parameter in moved])

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None


def _adamw(
    group: dict[str, Any], parameters: list[Tensor], gradients: list[Tensor], states: list[State]
) -> None:
    """Loshchilov and Hutter 2019 (arXiv:1711.05101)."""
    fused = parameters[0].device.type == "cuda"
    for parameter, state in zip(parameters, states, strict=True):
        if not state:
            state["step"] = torch.zeros((), device=parameter.device if fused else "cpu")
            state["exp_avg"], state["exp_avg_sq"] = (
                torch.zeros_like(parameter, memory_format=torch.preserve_format) for _ in range(2)
            )
    first, second, steps = ([state[key] for state in states] for key in ("exp_avg", "exp_avg_sq", "step"))
    adamw(
        parameters,
        gradients,
        first,
        second,
        [],
        steps,
        foreach=False,
        fused=fused,
        amsgrad=False,
        beta1=0.9,
        beta2=0.999,
        lr=group["lr"],
        weight_decay=group["weight_decay"],
        eps=1e-8,
        maximize=False,
    )


def _sgd(
    group: dict[str, Any], parameters: list[Tensor], gradients: list[Tensor], states: list[State]
) -> None:
    """With Nesterov's momentum (Sutskever et al. 2013)."""
    buffers: list[Tensor | None] = [state.get("momentum_buffer") for state in states]
    sgd(
        parameters,
        gradients,
        buffers,
        foreach=False,
        fused=parameters[0].device.type == "cuda",
        weight_decay=group["weight_decay"],
        momentum=MOMENTUM,
        lr=group["lr"],
        dampening=0.0,
        nesterov=True,
        maximize=False,
    )
    for state, buffer in zip(states, buffers, strict=True):
        assert buffer is not None
        state["momentum_buffer"] = buffer


OPTIMISERS: dict[Optimiser, Step] = {"adamw": _adamw, "sgd": _sgd}
