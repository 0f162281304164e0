"""The learning-rate range test: which highest rate a recipe stands, tried in some hundred steps. Imports torch.

The rate grows at each step by the same factor while the loss is watched (Smith 2017, arXiv:1506.01186): it falls, falls
fastest, rises again and at last runs away. Nothing of it is kept but the curve.
"""

import itertools
import math
from collections.abc import Iterator

import torch

from core.data.dataset import DataSet
from core.networks.loading import choose_device
from core.progress import Report
from core.runs.recipe import LIMITS, Recipe
from core.training.calibration import calibrated
from core.training.device_feed import new_feed
from core.training.features import prepared
from core.training.feeds import Batch, Feed
from core.training.learner import Learner
from core.training.objectives import OBJECTIVES
from core.training.rate_curve import STEPS, RateCurve, suggested_rate
from core.training.start import Begun, begin_epoch, new_network, training_pictures
from core.words import Text, fill_text

_, LOWEST, HIGHEST = LIMITS["learning_rate"]
SMOOTH = 0.9
"""Of the loss before, that stays in its moving average at each step."""
DIVERGED = 4.0
"""The loss has run away where its average is so many times the least one."""
TRYING = Text(en="Trying the rate {rate}", ko="학습률 {rate:을/를} 시험하는 중")


class _Climbing(Learner):
    """A learner whose rate grows from LOWEST to HIGHEST in STEPS steps."""

    @property
    def rate(self) -> float:
        done = self.step // self.recipe.accumulate
        return float(LOWEST * (HIGHEST / LOWEST) ** (done / (STEPS - 1)))


def range_test(recipe: Recipe, data_set: DataSet, report: Report, begun: Begun | None = None) -> RateCurve:
    """The loss at each rate, on the recipe's own batches, and the rate that is to be taken.

    Args:
        begun: what a recipe that starts from a run starts from.

    Raises:
        NoCuda, WeightsMissing, WeightsDamaged, CannotStartFrom, EmptySplit.
        Cancelled: from `report`, which is called at every batch.
    """
    objective = OBJECTIVES[recipe.objective]
    indices = training_pictures(recipe, data_set)
    network = new_network(recipe, data_set, choose_device(recipe.device), begun)
    feed = new_feed(network, data_set, indices, recipe, objective.views)
    begin_epoch(recipe, network, recipe.epochs - 1)  # all learns that ever does
    pace = calibrated(recipe, network, objective, feed, len(indices))
    torch.set_num_threads(pace.threads)
    learner = _Climbing(recipe, network, objective, feed.steps)
    learner.precision = pace.precision
    feed, _, report = prepared(learner, feed, (), report)  # a head alone learns from features here, too
    together = recipe.accumulate
    rates: list[float] = []
    losses: list[float] = []
    average, least, sums = 0.0, math.inf, []
    for number, batch in enumerate(itertools.islice(_batches(feed, recipe.epochs - 1), STEPS * together), 1):
        rate = learner.rate
        report(number / (STEPS * together), fill_text(TRYING, rate=f"{rate:.1g}"))
        sums.append(learner.learn(batch)[0].item())
        if number % together:
            continue
        loss = sum(sums) / together
        sums.clear()
        average = SMOOTH * average + (1 - SMOOTH) * loss
        smooth = average / (1 - SMOOTH ** (len(losses) + 1))
        if not math.isfinite(smooth) or smooth > DIVERGED * least:
            return RateCurve(rates, losses, suggested_rate(rates, losses, rate), rate)
        least = min(least, smooth)
        rates.append(rate)
        losses.append(smooth)
    return RateCurve(rates, losses, suggested_rate(rates, losses, None), None)


def _batches(feed: Feed, first: int) -> Iterator[Batch]:
    """The batches of the epochs from `first` on, without end."""
    for epoch in itertools.count(first):
        yield from feed.epoch(epoch)
