"""A network asked once while it is watched: which of its modules follows which, and what it says. Imports torch."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.networks.network import Network

SAME = 1e-3
"""What a network that was made quicker may say otherwise, as a share of the largest number."""


@dataclass(frozen=True)
class Trial:
    """What was seen while a network was asked for one picture, the same one each time."""

    logits: Tensor
    looked_into: Tensor | None
    """What its target layer gave, as it was after the pass; None where it has none."""
    follows: dict[str, str]
    """By the name of a module that of the one that takes what it gives; each of them asked once."""
    shapes: dict[str, torch.Size]
    """Of what each module that was asked once, with one tensor, was given."""

    def says_the_same(self, other: "Trial") -> bool:
        """Whether another network's answer and activations are these, up to rounding."""
        pairs = [(self.logits, other.logits)]
        if self.looked_into is not None and other.looked_into is not None:
            pairs.append((self.looked_into, other.looked_into))
        return all(bool((one - two).abs().max() <= SAME * one.abs().max()) for one, two in pairs)


def tried(network: Network, first: Callable[[nn.Module], bool], then: Callable[[nn.Module], bool]) -> Trial:
    """Ask a network in evaluation mode, and look which module for which `then` holds takes what one for which `first` holds gave.

    No model's name or code is asked. What else becomes of what a module gives is not seen: whoever joins two modules compares
    what the network says before and after.
    """
    generator = torch.Generator().manual_seed(0)
    shape = (1, 3, network.side, network.side)
    picture = torch.randn(shape, generator=generator).to(network.device, memory_format=torch.channels_last)
    given: dict[int, tuple[str, Tensor]] = {}
    follows: dict[str, str] = {}
    shapes: dict[str, torch.Size] = {}
    asked: dict[str, int] = {}
    seen: list[Tensor] = []
    hooks = []

    def takes(name: str) -> Callable[[nn.Module, tuple[object, ...]], None]:
        def hook(module: nn.Module, inputs: tuple[object, ...]) -> None:
            asked[name] = asked.get(name, 0) + 1
            if not inputs or not isinstance(inputs[0], Tensor):
                return
            shapes[name] = inputs[0].shape
            if id(inputs[0]) in given and then(module):
                follows[given[id(inputs[0])][0]] = name

        return hook

    def gives(name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_: nn.Module, __: object, output: object) -> None:
            if isinstance(output, Tensor):
                given[id(output)] = name, output  # kept alive, so that no other gets its number

        return hook

    def is_looked_into(_: nn.Module, __: object, output: Tensor) -> None:
        seen.append(output)

    for name, one in network.module.named_modules():
        if name == network.spec.target_layer and network.explained:
            hooks.append(one.register_forward_hook(is_looked_into))
        hooks.append(one.register_forward_pre_hook(takes(name)))
        if first(one):
            hooks.append(one.register_forward_hook(gives(name)))
    try:
        with torch.inference_mode():
            logits = network.module(picture)
    finally:
        for hook in hooks:
            hook.remove()
    return Trial(
        logits,
        seen[-1] if seen else None,
        {one: other for one, other in follows.items() if asked[one] == asked[other] == 1},
        {name: size for name, size in shapes.items() if asked[name] == 1},
    )


def put(module: nn.Module, name: str, new: nn.Module) -> None:
    """Another module in the place of the one called `name`."""
    parent, _, own = name.rpartition(".")
    setattr(module.get_submodule(parent), own, new)
