"""What the ways to an attribution map share: their record, and a network's forward pass. No torch at import.

The methods themselves are files in core/explanation/methods/; the lab, tests and the command line take any.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.registry import Registry
from core.words import Text

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.networks.network import Network
    from models.registry import ModelSpec


@dataclass(frozen=True)
class CamMethod:
    """One way to an attribution map."""

    key: str
    name: str
    """As it is known; the same in every language."""
    sentence: Text
    """What its map says of a place."""
    passes: float
    """Forward passes of the network that one picture costs, the answer among them; of a method that asks once a channel
    those of a network with 512."""
    explain: "Callable[[Network, Tensor, Sequence[Tensor | None]], tuple[Tensor, list[Tensor]]]"
    """From a network in evaluation mode, a batch float32 N,3,H,W as Network.inputs gives it, and the classes to
    explain: logits N,C and for each of the classes maps N,h,w, all float32. Of the classes each is int64 N, a class a
    picture, or None for the predicted ones. Maps are signed, unscaled and on the native grid of the target layer. Safe
    for many threads at once on one network: no gradients left."""
    linear: bool = False
    """The map of the difference of two logits is the difference of their maps."""
    fits: "Callable[[ModelSpec], bool]" = lambda _spec: True
    """Whether it works for such a network, and says something else than Grad-CAM there."""


@dataclass(frozen=True)
class Pass:
    """One forward pass of a network: its answer, and what its target layer gave."""

    logits: "Tensor"
    """N,C."""
    activations: "Tensor"
    """A: N,K,h,w."""
    _answer: "Tensor"
    """The logits with what they were made of."""
    _given: "Tensor"
    """By the target layer."""
    _reshape: "Callable[[Tensor], Tensor] | None"

    def gradient(self, classes: "Tensor") -> "Tensor":
        """N,K,h,w: the gradient of a logit of each picture by A; not for a network whose head is linear.

        Args:
            classes: int64 N.
        """
        import torch

        with torch.enable_grad():
            chosen = self._answer.gather(1, classes[:, None]).sum()
        (gradient,) = torch.autograd.grad(chosen, self._given, retain_graph=True)
        return gradient if self._reshape is None else self._reshape(gradient)


def forward(network: "Network", batch: "Tensor") -> Pass:
    """One forward pass without gradient up to the target layer, nor after it where the head is linear.

    Many threads may go through one network at once: what the target layer gives is handed to the thread that asked.

    Args:
        network, batch: as of CamMethod: N pictures as the network takes them.
    """
    import torch

    spec = network.spec
    layer = network.module.get_submodule(spec.target_layer)
    _have_it_tell(layer)
    _here.asked = _Asked(layer, differentiable=spec.linear is None)
    try:
        # A tensor made in inference mode can never be differentiated by; a head that needs it gets no_grad.
        with torch.inference_mode() if spec.linear else torch.no_grad():
            logits = network.module(batch)
        given, passed_on = _here.asked.given, _here.asked.passed_on
    finally:
        _here.asked = None
    assert given is not None, f"{spec.key} does not use {spec.target_layer}"
    assert passed_on is not None
    seen = passed_on.detach() if spec.reshape is None else spec.reshape(passed_on.detach())
    return Pass(logits.detach(), seen, logits, given, spec.reshape)


@dataclass
class _Asked:
    """What a forward pass of this thread is to hand over."""

    layer: "nn.Module"
    differentiable: bool
    """All that comes after the layer is to be differentiated by its output."""
    given: "Tensor | None" = None
    passed_on: "Tensor | None" = None
    """The same as the next layers got it, who may have rectified it in place."""


class _Here(threading.local):
    asked: _Asked | None = None


_here = _Here()
_telling = threading.Lock()


def _tell(layer: "nn.Module", _: object, output: "Tensor") -> "Tensor | None":
    """Forward hook of a target layer, which stays: idle but in a thread that asks for this layer."""
    import torch

    asked = _here.asked
    if asked is None or asked.layer is not layer:
        return None
    if not asked.differentiable:
        asked.given = asked.passed_on = output
        return None
    torch.set_grad_enabled(True)  # to the end of the pass, which `no_grad` is around
    asked.given = output.detach().requires_grad_()
    asked.passed_on = (
        asked.given.clone()
    )  # of the one that is differentiated by, nothing may be changed in place
    return asked.passed_on


def _have_it_tell(layer: "nn.Module") -> None:
    with _telling:
        if _tell not in layer._forward_hooks.values():
            layer.register_forward_hook(_tell)


def by_turns(ask: "Callable[[Tensor], Tensor]", classes: "Sequence[Tensor]") -> "list[Tensor]":
    """Maps N,h,w for each of several lists of classes, each picture asked once a class: predicted, predicted clean and true
    class are mostly one or two.

    Args:
        ask: from a class a picture, int64 N, to maps N,h,w.
        classes: at least one list, int64 N each.
    """
    import torch

    if len(classes) == 1:  # the number of turns would have to be waited for
        return [ask(classes[0])]
    wanted = torch.stack(list(classes))
    first = (wanted[:, None] == wanted).int().argmax(1)  # the list in which a picture's class stands first
    new = first == torch.arange(len(wanted), device=wanted.device)[:, None]
    turn = (new.cumsum(0) - 1).gather(0, first)
    made = []
    for number in range(int(turn.max()) + 1):
        asked = wanted[0]
        for one, begins, its in zip(wanted, new, turn, strict=True):
            asked = torch.where(begins & (its == number), one, asked)
        made.append(ask(asked))
    found, pictures = torch.stack(made), torch.arange(wanted.shape[1], device=made[0].device)
    return [found[its.to(found.device), pictures] for its in turn]


def predicted_classes(logits: "Tensor") -> "Tensor":
    """int64 N: the class that each picture is given, by its probabilities as they are shown and stored.

    Two logits that differ by less than a float32 probability can tell would else be read in two ways.
    """
    return logits.float().softmax(1).argmax(1)


METHODS: Registry[CamMethod] = Registry("core.explanation.methods", "CAM methods")
