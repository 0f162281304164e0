"""Objectives, reckoned by hand."""

import math
from typing import get_args

import pytest
import torch

from core.runs.estimate import VIEWS
from core.runs.recipe import ObjectiveKey
from core.training.objectives import CROSS_ENTROPY, JSD, OBJECTIVES


def logits(*probabilities: float) -> torch.Tensor:
    """Of one picture, that softmax takes to these."""
    return torch.tensor([probabilities]).log()


def test_a_recipe_can_name_each_objective_and_its_views_are_in_the_estimate() -> None:
    assert set(get_args(ObjectiveKey)) == set(OBJECTIVES)
    # What a training will take is said without torch.
    looked_at = {key: (len(one.views), one.views.count("noisy")) for key, one in OBJECTIVES.items()}
    assert looked_at == VIEWS


def test_views_that_agree_leave_the_cross_entropy_of_the_clean_one() -> None:
    views = [logits(0.7, 0.2, 0.1)] * 3
    assert float(JSD.loss(views, torch.tensor([1]))) == pytest.approx(-math.log(0.2), abs=1e-5)


def test_views_that_differ_cost_twelve_times_their_jensen_shannon_divergence() -> None:
    views = [logits(0.5, 0.5), logits(0.8, 0.2), logits(0.2, 0.8)]
    # The mean is (.5, .5): the first is at no distance, the others at log 2 less their entropy.
    apart = 2 * (math.log(2) + 0.8 * math.log(0.8) + 0.2 * math.log(0.2)) / 3
    assert float(JSD.loss(views, torch.tensor([0]))) == pytest.approx(math.log(2) + 12 * apart, abs=1e-5)


def test_what_no_view_believes_in_gives_no_endless_loss() -> None:
    sure = torch.tensor([[200.0, -200.0, -200.0]])
    assert float(JSD.loss([sure, sure, sure], torch.tensor([0]))) == pytest.approx(0, abs=1e-5)


def test_targets_may_be_shares_of_classes() -> None:
    view, shares = logits(0.7, 0.2, 0.1), torch.tensor([[0.25, 0.75, 0.0]])
    by_hand = -0.25 * math.log(0.7) - 0.75 * math.log(0.2)
    assert float(CROSS_ENTROPY.loss([view], shares)) == pytest.approx(by_hand, abs=1e-5)
    assert float(JSD.loss([view] * 3, shares)) == pytest.approx(by_hand, abs=1e-5)
