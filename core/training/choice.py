"""Which of a run's epochs is kept. Imports torch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from core.networks.network import Network
from core.runs.recipe import Recipe
from core.runs.runs import ChosenBy

Values = dict[str, float | None]


def score(values: Mapping[str, float | None]) -> tuple[float, float] | None:
    """How good an epoch is, larger is better: validation accuracy, the mean of clean and noisy where both were looked
    at; where that is the same, the loss decides. None without validation pictures.

    Args:
        values: as core.training.monitor.validate gives them.
    """
    rates = [values.get("validation_accuracy"), values.get("validation_noisy_accuracy")]
    losses = [values.get("validation_loss"), values.get("validation_noisy_loss")]
    found = [rate for rate in rates if rate is not None]
    lost = [loss for loss in losses if loss is not None]
    if not found:
        return None
    mean = sum(lost) / len(lost) if lost else math.inf
    return sum(found) / len(found), -math.inf if math.isnan(mean) else -mean


@dataclass
class Best:
    """The best epoch so far."""

    epoch: int = 0
    """1 the first; 0: none yet."""
    values: Values = field(default_factory=dict)
    """What validation found."""
    weights: dict[str, Tensor] = field(default_factory=dict)

    def look(self, network: Network, epoch: int, values: Values) -> bool:
        """Keep an epoch that is better than all before it, or where nothing tells them apart the last; whether it was."""
        new, old = score(values), score(self.values)
        if new is not None and old is not None and new <= old:
            return False
        self.epoch, self.values = epoch, dict(values)
        self.weights = {name: value.detach().clone() for name, value in network.module.state_dict().items()}
        return True

    def is_old(self, patience: int, epochs: int) -> bool:
        """Whether `patience` epochs, unless that is 0, have gone by since, of so many done."""
        return bool(patience) and epochs - self.epoch >= patience


def chosen_by(recipe: Recipe, values: Mapping[str, float | None]) -> ChosenBy:
    """What chose the epoch that is kept."""
    if score(values) is None:
        return "last"
    return "clean" if recipe.clean else "clean_and_noisy"
