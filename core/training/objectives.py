"""What training makes small: how often each picture is looked at, and the loss of what the network says. Imports torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

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
    """(float32 N,C logits of each view, int64 N labels) -> the mean loss of the batch."""


CROSS_ENTROPY = Objective(
    "cross_entropy", ("noisy",), lambda logits, labels: F.cross_entropy(logits[0], labels)
)
OBJECTIVES = {objective.key: objective for objective in (CROSS_ENTROPY,)}
