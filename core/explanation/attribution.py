"""What the ways to an attribution map share: their record, and a network's two halves without hooks. No torch at import.

The methods themselves are files in core/explanation/methods/; the lab, tests and the command line take any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.words import Text

if TYPE_CHECKING:
    from torch import Tensor

    from core.networks.network import Network


@dataclass(frozen=True)
class CamMethod:
    """One way to an attribution map."""

    key: str
    name: str
    """As it is known; the same in every language."""
    sentence: Text
    """What its map says of a place."""
    passes: float
    """Forward passes of the network that one picture costs, the answer among them."""
    explain: "Callable[[Network, Tensor, Sequence[Tensor | None]], tuple[Tensor, list[Tensor]]]"
    """From a network in evaluation mode, a batch float32 N,3,H,W as Network.inputs gives it, and the classes to
    explain: logits N,C and for each of the classes maps N,h,w, all float32. Of the classes each is int64 N, a class a
    picture, or None for the predicted ones. Maps are signed, unscaled and on the native grid of the target layer. Safe
    for many threads at once on one network: no hooks, no gradients left."""


def activations_and_logits(network: "Network", batch: "Tensor") -> "tuple[Tensor, Tensor]":
    """A (N,K,h,w) of the target layer and the logits (N,C), from one forward pass without gradient.

    Args:
        network, batch: as of CamMethod.
    """
    import torch

    spec = network.spec
    # A tensor made in inference mode can never be differentiated by; a head that needs it gets no_grad.
    with torch.inference_mode() if spec.linear else torch.no_grad():
        activations = spec.trunk(network.module, batch)
        return activations, spec.head(network.module, activations)


def predicted_classes(logits: "Tensor") -> "Tensor":
    """int64 N: the class that each picture is given, by its probabilities as they are shown and stored.

    Two logits that differ by less than a float32 probability can tell would else be read in two ways.
    """
    return logits.float().softmax(1).argmax(1)


_registry: dict[str, CamMethod] = {}


def register_method(method: CamMethod) -> CamMethod:
    """Add a method; returns it.

    Raises:
        ValueError: the key is taken.
    """
    if method.key in _registry:
        raise ValueError(f"two CAM methods are called {method.key}")
    _registry[method.key] = method
    return method


def registered_methods() -> dict[str, CamMethod]:
    """Those that are registered by now, by key: core.explanation.methods.all_methods knows every one."""
    return _registry
