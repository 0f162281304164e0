"""The learning rate over the steps."""

import pytest

from core.training.schedule import rate_at


def test_the_rate_rises_to_the_highest_and_falls_to_nearly_nothing() -> None:
    rates = [rate_at(step, 400, 3e-3) for step in range(400)]
    top = rates.index(max(rates))
    assert rates[top] == pytest.approx(3e-3, rel=1e-3)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[0] < 3e-4
    assert 0 < rates[-1] < 1e-6


def test_a_single_step_learns() -> None:
    assert rate_at(0, 1, 1.0) > 0.5
