"""What bfloat16 would bring a network on this machine: tried on pictures of the test. Imports torch."""

import time

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.networks.network import Network
from core.runs.mode import Gain

IMAGES = 200
"""At most that it is tried on, in batches of:"""
BATCH = 50
ROUNDS = 3


def gain_of_bf16(network: Network, data_set: DataSet, indices: NDArray[np.int64]) -> Gain:
    """The same clean pictures at float32 and in bfloat16, in turns; the quickest round of each counts.

    Args:
        indices: numbers of the pictures of the test.
    """
    chosen = np.sort(indices)[np.linspace(0, len(indices) - 1, min(IMAGES, len(indices))).astype(int)]
    batches = [
        network.inputs(torch.from_numpy(data_set.images[chosen[start : start + BATCH]]))
        for start in range(0, len(chosen), BATCH)
    ]
    best = {False: float("inf"), True: float("inf")}
    read: dict[bool, torch.Tensor] = {}
    for _ in range(ROUNDS):
        for half in best:
            started = time.perf_counter()
            with torch.inference_mode(), torch.autocast(network.device.type, torch.bfloat16, enabled=half):
                found = torch.cat([network.module(batch).float().argmax(1) for batch in batches])
            read[half] = found.cpu()  # which waits for the card
            best[half] = min(best[half], time.perf_counter() - started)
    return Gain(best[False] / best[True], int((read[False] != read[True]).sum()), len(chosen))
