import math
from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import DataSet
from core.errors import Cancelled, OutOfRange
from core.jobs.queue import claim, finish, list_jobs
from core.runs.estimate import seconds_for
from core.runs.recipe import Recipe
from core.runs.runs import list_runs
from core.store import Workspace
from core.training import range_test as trial
from core.training.rate_curve import RateCurve, suggested_rate
from core.training.rate_job import found_rates, run_job, seconds_to_try, submit_range_test
from core.words import Text

RATES = [10 ** (exponent / 10) for exponent in range(-60, 1)]


def recipe_for(data_set: DataSet) -> Recipe:
    return Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model="small_cnn",
        batch_size=8,
        device="cpu",
        precision="fp32",
        threads=1,
    )


def test_the_rate_at_which_the_loss_falls_fastest_is_suggested() -> None:
    falls = [1 - 0.9 / (1 + math.exp(-4 * (math.log10(rate) + 3))) for rate in RATES]
    rises = [2.0**place for place in range(10)]
    losses = falls[:-10] + [falls[-10] * times for times in rises]
    found = suggested_rate(RATES, losses, 0.5)
    assert found == pytest.approx(1e-3, rel=0.3)


def test_where_the_loss_falls_nowhere_a_tenth_of_the_rate_at_which_it_runs_away_is_suggested() -> None:
    assert suggested_rate(RATES, [1.0] * len(RATES), 0.3) == 0.03
    assert suggested_rate(RATES[:3], [3.0, 2.0, 1.0], 0.3) == 0.03, "too few to tell a fall from chance"
    assert suggested_rate(RATES, [1.0] * len(RATES), None) is None
    assert suggested_rate([], [], None) is None


def test_a_first_batch_that_is_harder_than_the_others_is_no_fall_of_the_loss() -> None:
    hard_first = [1.5, 1.3, 1.15, *([1.0] * 28), *np.linspace(1.0, 0.6, 15), *np.linspace(0.7, 4.0, 15)]
    found = suggested_rate(RATES, hard_first, 0.9)
    assert found is not None
    assert RATES[28] < found < RATES[46]


@pytest.mark.with_torch
def test_a_range_test_finds_a_rate_for_its_own_choices_and_makes_no_run(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "STEPS", 24)
    recipe = recipe_for(tiny_data_set)
    job = submit_range_test(workspace, tiny_data_set, recipe)
    assert submit_range_test(workspace, tiny_data_set, recipe).id == job.id, "a second click adds none"
    said: list[tuple[float, str]] = []
    result = run_job(workspace, job, lambda share, text: said.append((share, text["en"])))
    curve = RateCurve.read(result)
    assert curve.rates == sorted(curve.rates)
    assert curve.rates[0] == pytest.approx(1e-6)
    assert len(curve.rates) == len(curve.losses) > 8
    assert curve.suggested is None or curve.rates[0] < curve.suggested < 1
    assert said[-1][0] <= 1
    assert list_runs(workspace) == []
    claim(workspace, job.id)
    finish(workspace, job.id, "done", result=result)
    assert found_rates(workspace, replace(recipe, learning_rate=0.5, epochs=3)) == curve
    assert found_rates(workspace, replace(recipe, batch_size=16)) is None, "it tells nothing of other choices"


@pytest.mark.with_torch
def test_a_head_alone_is_tried_on_features_as_it_is_trained(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "STEPS", 12)
    recipe = replace(recipe_for(tiny_data_set), trains="head", epochs=2)
    said: list[str] = []
    curve = trial.range_test(recipe, tiny_data_set, lambda share, text: said.append(text["en"]))
    assert len(curve.rates) == 12
    looked, tried = (
        [place for place, one in enumerate(said) if one.startswith(begin)] for begin in ("Looking", "Trying")
    )
    assert looked
    assert max(looked) < min(tried), "pictures go through the network before, not at each step"
    times = seconds_to_try(workspace, recipe, tiny_data_set)
    assert times == seconds_for(workspace, recipe, tiny_data_set)


@pytest.mark.with_torch
def test_a_range_test_ends_at_once_when_it_is_cancelled(workspace: Workspace, tiny_data_set: DataSet) -> None:
    job = submit_range_test(workspace, tiny_data_set, recipe_for(tiny_data_set))
    asked = 0

    def report(share: float, text: Text) -> None:
        nonlocal asked
        asked += 1
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_job(workspace, job, report)
    assert asked == 2


def test_what_cannot_be_trained_is_refused_before_it_is_queued(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    with pytest.raises(OutOfRange):
        submit_range_test(workspace, tiny_data_set, replace(recipe_for(tiny_data_set), batch_size=1))
    assert list_jobs(workspace) == []
