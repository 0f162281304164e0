"""Threads and precision are tried before the first step, on a copy, and kept with the run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet
from core.folders import RunFolder
from core.progress import silent
from core.runs.recipe import Recipe
from core.training import calibration
from core.training.calibration import Pace, asked_pace, calibrated, quickest
from core.training.feeds import HostFeed
from core.training.learner import Learner, Numbers
from core.training.loop import train
from core.training.objectives import CROSS_ENTROPY
from core.training.start import new_network
from tests.core.training.conftest import busy, same

NUMBERS: tuple[Numbers, ...] = ("fp32", "bf16")
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def threads_stay() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def auto(data_set: DataSet, **values: Any) -> Recipe:
    return busy(data_set, model="small_cnn", **{"threads": 0, "precision": "auto"} | values)


def tried(recipe: Recipe, data_set: DataSet) -> Pace:
    network = new_network(recipe, data_set, CPU)
    before = {name: value.clone() for name, value in network.module.state_dict().items()}
    feed = HostFeed(network, data_set, data_set.indices("train"), recipe)
    found = calibrated(recipe, network, CROSS_ENTROPY, feed, 56)
    assert same(before, network.module.state_dict()), "a copy is tried"
    return found


@pytest.mark.parametrize(
    ("fp32", "bf16", "chosen"),
    [
        ([100, 60, 50], [50, 40, 20], Pace("fp32", 1)),  # the other cores are busy
        ([100, 180, 300], [30, 50, 90], Pace("fp32", 4)),  # no instructions for bfloat16
        ([100, 180, 185], [120, 220, 230], Pace("fp32", 2)),  # more threads, and bfloat16, hardly help
        ([100, 180, 300], [300, 500, 510], Pace("bf16", 2)),
    ],
)
def test_the_quickest_is_taken_but_more_threads_and_other_numbers_must_be_worth_it(
    fp32: list[float], bf16: list[float], chosen: Pace
) -> None:
    rates = {Pace("fp32", 1 << place): rate for place, rate in enumerate(fp32)}
    rates |= {Pace("bf16", 1 << place): rate for place, rate in enumerate(bf16)}
    asked: list[Pace] = []

    def rate(pace: Pace, best: float) -> float:
        assert best == max([rates[one] for one in asked], default=0)
        asked.append(pace)
        return rates[pace]

    assert quickest(NUMBERS, (1, 2, 4), rate) == chosen
    assert asked == [Pace(kind, count) for count in (1, 2, 4) for kind in NUMBERS]


def test_more_threads_are_not_tried_where_they_wait_for_each_other_and_nothing_where_time_is_over() -> None:
    asked: list[Pace] = []

    def busy(pace: Pace, best: float) -> float:
        asked.append(pace)
        return 100 / pace.threads**2

    assert quickest(NUMBERS, (1, 2, 4), busy) == Pace("fp32", 1)
    assert asked == [Pace("fp32", 1), Pace("bf16", 1), Pace("fp32", 2)]
    late = {Pace("fp32", 1): 100.0, Pace("bf16", 1): 200.0}
    assert quickest(NUMBERS, (1, 2, 4), lambda pace, best: late.get(pace)) == Pace("bf16", 1)


@pytest.mark.parametrize(
    ("values", "precisions", "threads"),
    [
        ({}, {"fp32", "bf16"}, {1, 2}),
        ({"threads": 2}, {"fp32", "bf16"}, {2}),
        ({"precision": "bf16"}, {"bf16"}, {1, 2}),
    ],
)
def test_what_the_recipe_leaves_open_is_tried_on_a_copy(
    tiny_data_set: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    values: dict[str, Any],
    precisions: set[str],
    threads: set[int],
) -> None:
    found: set[Pace] = set()
    learn = Learner.learn

    def learn_and_say(learner: Learner, batch: Any) -> Any:
        found.add(Pace(learner.precision, torch.get_num_threads()))
        return learn(learner, batch)

    monkeypatch.setattr(Learner, "learn", learn_and_say)
    monkeypatch.setattr(calibration, "most_threads", lambda: 2)
    monkeypatch.setattr(calibration, "WORTH_TRYING", 0.0)
    monkeypatch.setattr(calibration, "SECONDS", 0.0)
    monkeypatch.setattr(calibration, "MOST_SECONDS", 1e9)
    chosen = tried(auto(tiny_data_set, **values), tiny_data_set)
    assert chosen in found
    assert found <= {Pace(kind, count) for kind in NUMBERS if kind in precisions for count in threads}
    assert {pace.precision for pace in found} == precisions


def test_nothing_is_tried_where_training_is_over_sooner_or_nothing_is_open(
    tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "WORTH_TRYING", 1e9)
    monkeypatch.setattr(calibration, "most_threads", lambda: 2)
    assert tried(auto(tiny_data_set), tiny_data_set) == Pace("fp32", 2)
    fixed = auto(tiny_data_set, threads=3, precision="bf16")
    assert asked_pace(fixed, CPU) == Pace("bf16", 3)


def test_what_was_chosen_is_kept_with_a_training_that_goes_on(
    tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import Paused
    from tests.core.training.test_state import ending

    folder = RunFolder(tmp_path / "run")
    recipe = auto(tiny_data_set, epochs=1)
    monkeypatch.setattr(calibration, "most_threads", lambda: 1)
    with pytest.raises(Paused):
        train(recipe, tiny_data_set, folder, ending(3, Paused))
    monkeypatch.setattr(calibration, "most_threads", lambda: 2)
    assert train(recipe, tiny_data_set, folder, silent).pace == Pace("fp32", 1)


def test_bfloat16_learns_and_its_weights_stay_float32(tiny_data_set: DataSet) -> None:
    recipe = auto(tiny_data_set, precision="bf16", threads=1, average=0.0, accumulate=1)
    network = new_network(recipe, tiny_data_set, CPU)
    feed = HostFeed(network, tiny_data_set, np.arange(16), replace(recipe, batch_size=16, mix=recipe.mix))
    learner = Learner(recipe, network, CROSS_ENTROPY, 20)
    learner.precision = "bf16"
    batch = next(feed.epoch(0))
    losses = [learner.learn(batch)[0] for _ in range(12)]
    assert losses[-1] < losses[0]
    assert {loss.dtype for loss in losses} == {torch.float32}
    assert {value.dtype for value in network.module.parameters()} == {torch.float32}


def test_a_long_training_is_tried_in_steps_as_long_as_its_time_allows(
    tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With few pictures a step, more threads would look as if they did not help."""
    taken: list[int] = []

    def rate(trial: calibration._Trial, *_: object) -> float:
        taken.append(trial._pictures)
        return 1.0

    monkeypatch.setattr(calibration, "most_threads", lambda: 2)
    monkeypatch.setattr(calibration._Trial, "first", lambda *_: 0.01)
    monkeypatch.setattr(calibration._Trial, "rate", rate)
    for epochs in (10, 1000):
        tried(auto(tiny_data_set, epochs=epochs), tiny_data_set)
    assert taken == [5] * 4 + [33] * 4
