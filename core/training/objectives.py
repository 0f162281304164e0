"""What training makes small: how often each picture is looked at, and the loss of what the network says. Imports torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

View = Literal["clean", "noisy"]
"""A picture as it is, or under a draw of the recipe's mix of its own."""


@dataclass(frozen=True)
class Objective:
    """One way to train; the loop knows no other difference."""

    key: str
    views: tuple[View, ...]
    """Of each picture; accuracy is counted on the first."""
    loss: Callable[[Sequence[Tensor], Tensor], Tensor]
    """(float32 N,C logits of each view, targets: int64 N labels or float32 N,C) -> the mean loss of the batch."""


CONSISTENCY = 12.0
"""Times the divergence of the views, as AugMix has it."""


def _jsd(logits: Sequence[Tensor], targets: Tensor) -> Tensor:
    """AugMix's (Hendrycks et al. 2020, arXiv:1912.02781): the cross entropy of the clean view, and 12 times the
    Jensen-Shannon divergence of what the network says of all views, in nats."""
    said = [view.log_softmax(1) for view in logits]
    # As published: no logarithm of what no view believes in.
    mean = torch.stack([view.exp() for view in said]).mean(0).clamp(1e-7, 1).log()
    apart = [F.kl_div(mean, view, reduction="batchmean", log_target=True) for view in said]
    return F.cross_entropy(logits[0], targets) + CONSISTENCY * sum(apart) / len(apart)


CROSS_ENTROPY = Objective(
    "cross_entropy", ("noisy",), lambda logits, targets: F.cross_entropy(logits[0], targets)
)
JSD = Objective("jsd", ("clean", "noisy", "noisy"), _jsd)
OBJECTIVES = {objective.key: objective for objective in (CROSS_ENTROPY, JSD)}
