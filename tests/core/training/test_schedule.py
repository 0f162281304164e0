"""The learning rate over the steps."""

import pytest

from core.training.schedule import SCHEDULES, SHORT_WARM_UP, WARM_UP

STEPS = 400


@pytest.mark.parametrize(("name", "rise"), [("one_cycle", WARM_UP), ("cosine", SHORT_WARM_UP)])
def test_the_rate_rises_to_the_highest_and_falls_to_nearly_nothing(name: str, rise: float) -> None:
    rates = [SCHEDULES[name](step, STEPS, 3e-3) for step in range(STEPS)]
    top = rates.index(max(rates))
    assert top == pytest.approx(rise * STEPS, abs=2)
    assert rates[top] == pytest.approx(3e-3, rel=3e-2)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[0] < 3e-4
    assert 0 < rates[-1] < 1e-6


def test_a_constant_rate_stays() -> None:
    assert {SCHEDULES["constant"](step, STEPS, 0.1) for step in range(STEPS)} == {0.1}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_single_step_learns(name: str) -> None:
    assert SCHEDULES[name](0, 1, 1.0) > 0.5
