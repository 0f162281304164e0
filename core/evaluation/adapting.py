"""Batch norm adapted to the pictures at hand (Schneider et al. 2020, arXiv:2006.16971). Imports torch."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from core.errors import NothingToAdapt
from core.networks.network import Network
from core.runs.mode import ADAPT_SOURCE


def _norms(network: Network) -> list[_BatchNorm]:
    return [
        one
        for one in network.module.modules()
        if isinstance(one, _BatchNorm) and one.running_mean is not None
    ]


@contextmanager
def adapted(network: Network) -> Iterator[None]:
    """Within it each batch of n pictures is normalised by N / (N + n) of the mean and variance of training and n / (N + n) of
    its own, where N is ADAPT_SOURCE. Every batch begins with what training left, and so does the network afterwards.

    Raises:
        NothingToAdapt: it has no batch norm.
    """
    norms = _norms(network)
    if not norms:
        raise NothingToAdapt(model=network.spec.name)
    before = [(one, one.running_mean.clone(), one.running_var.clone()) for one in norms]  # type: ignore[union-attr]
    hooks = [one.register_forward_pre_hook(_mixing(mean, var)) for one, mean, var in before]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for one, mean, var in before:
            one.running_mean.copy_(mean)  # type: ignore[union-attr]
            one.running_var.copy_(var)  # type: ignore[union-attr]


def _mixing(mean: Tensor, var: Tensor) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def mix(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        batch = inputs[0].float()
        places = [axis for axis in range(batch.dim()) if axis != 1]
        own_var, own_mean = torch.var_mean(batch, places, correction=0)
        share = len(batch) / (len(batch) + ADAPT_SOURCE)
        module.running_mean.copy_(mean.lerp(own_mean, share))  # type: ignore[operator]
        module.running_var.copy_(var.lerp(own_var, share))  # type: ignore[operator]

    return mix
