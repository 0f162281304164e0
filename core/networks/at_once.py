"""How many pictures a network is asked at once. Imports torch."""

from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.networks.network import Network

BATCH = 100
"""Pictures that are asked at once, at most ..."""
LAYER_BYTES = 20 << 20
"""... and on a processor what its largest layer may give for them, which its caches then hold: resnet18 at 64 px took a tenth longer
for batches of 100 pictures than of 20, mobilenet_v3_small at 224 px 1.4 times as long for 100 as for 25, and also for 8."""

_largest: "WeakKeyDictionary[nn.Module, dict[int, int]]" = WeakKeyDictionary()
"""Of each network bytes, by the side of what it is given."""


def batch_of(network: Network) -> int:
    """Pictures that a network is asked at once."""
    if network.device.type != "cpu":
        return BATCH
    known = _largest.setdefault(network.module, {})
    if network.side not in known:
        known[network.side] = _largest_layer(network)
    return max(1, min(BATCH, LAYER_BYTES // known[network.side]))


def in_batches(indices: NDArray[np.int64], batch: int) -> list[NDArray[np.int64]]:
    """In parts of `batch` at most, all of about one size: a few that are left over would cost as much as many."""
    return np.array_split(indices, max(1, -(-len(indices) // batch)))


def _largest_layer(network: Network) -> int:
    """Bytes of what the largest of its layers, or what goes in, has for one picture."""
    found = 4 * 3 * network.side**2

    def look(_: nn.Module, __: object, output: object) -> None:
        nonlocal found
        if isinstance(output, Tensor):
            found = max(found, output.nbytes)

    hooks = [one.register_forward_hook(look) for one in network.module.modules()]
    try:
        with torch.inference_mode():
            network.module(torch.zeros((1, 3, network.side, network.side), device=network.device))
    finally:
        for hook in hooks:
            hook.remove()
    return found
