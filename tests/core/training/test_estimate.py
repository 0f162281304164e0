"""How long a training will take."""

import subprocess
import sys

import pytest

from core.data.dataset import DataSet
from core.evaluation.predictions import register_evaluation
from core.noise.mix import Mix
from core.store import Workspace
from core.training.estimate import FORWARD_SHARE, NOISE_MS, SLOWER, Span, seconds_for, seconds_to_test
from core.training.recipe import Recipe
from core.training.runs import create_run, save_summary
from models.registry import models


def recipe(data_set: DataSet, **values: object) -> Recipe:
    return Recipe.make(
        data_set_id=data_set.id, data_set_fingerprint="0", **({"model": "small_cnn", "epochs": 10} | values)
    )


def guessed(data_set: DataSet, model: str = "small_cnn") -> float:
    """Ten epochs on clean pictures, and as many looks at the validation split."""
    splits = data_set.split_counts
    steps = 10 * (splits["train"] + splits["validation"] * FORWARD_SHARE)
    return steps * models()[model].training_ms / 1000 / 4  # 32 px: a quarter of 64 px


def test_without_runs_the_models_own_figure_counts_and_a_wide_range_is_said(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    found = seconds_for(workspace, recipe(tiny_data_set), tiny_data_set)
    assert found.low == pytest.approx(guessed(tiny_data_set))
    assert found.high == pytest.approx(SLOWER * found.low)
    assert found.with_start.high == pytest.approx(SLOWER * found.with_start.low)


def test_a_mix_takes_its_noise_and_a_second_look_at_the_validation_pictures(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    splits = tiny_data_set.split_counts
    plan = recipe(tiny_data_set, mix=Mix.from_texts(["fog:0.5:1-5"]))
    look = splits["validation"] * FORWARD_SHARE * models()["small_cnn"].training_ms
    more = 10 * (look + (splits["train"] + splits["validation"]) * NOISE_MS) / 1000 / 4
    found = seconds_for(workspace, plan, tiny_data_set)
    assert found.low == pytest.approx(guessed(tiny_data_set) + more)


def test_where_there_is_nothing_to_do_the_start_is_all() -> None:
    nothing = Span(0.0, 0.0).with_start
    assert 0 < nothing.low < nothing.high


def test_an_earlier_run_says_how_fast_it_is_here(workspace: Workspace, tiny_data_set: DataSet) -> None:
    run = create_run(workspace, "earlier", recipe(tiny_data_set))
    save_summary(
        workspace, run.id, {"size": 64, "images_per_second": 100.0, "seconds": 30.0, "device": "CPU"}
    )
    found = seconds_for(workspace, recipe(tiny_data_set), tiny_data_set)
    assert found.low == found.high == pytest.approx(560 / 100 / 4)
    of_another = seconds_for(workspace, recipe(tiny_data_set, model="resnet18"), tiny_data_set)
    assert of_another.low == pytest.approx(guessed(tiny_data_set, "resnet18"))
    assert of_another.high > of_another.low


def test_a_run_too_short_to_tell_is_passed_over(workspace: Workspace, tiny_data_set: DataSet) -> None:
    run = create_run(workspace, "short", recipe(tiny_data_set))
    save_summary(workspace, run.id, {"size": 64, "images_per_second": 20.0, "seconds": 5.0, "device": "CPU"})
    found = seconds_for(workspace, recipe(tiny_data_set), tiny_data_set)
    assert found.low == pytest.approx(guessed(tiny_data_set))


def test_testing_takes_as_long_as_an_earlier_evaluation_says(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    pictures = tiny_data_set.split_counts["test"] * 11
    spec = models()["small_cnn"]
    own_figure = pictures * (spec.training_ms * FORWARD_SHARE + NOISE_MS) / 1000 / 4
    plan = recipe(tiny_data_set)
    guess = seconds_to_test(workspace, plan, tiny_data_set, 10)
    assert (guess.low, guess.high) == (pytest.approx(own_figure), pytest.approx(SLOWER * own_figure))
    run = create_run(workspace, "earlier", plan)
    save_summary(workspace, run.id, {"size": 64, "images_per_second": 1.0, "seconds": 1.0, "device": "CPU"})
    facts = {"id": "e", "run_id": run.id, "created": 1.0, "seconds": 50.0}
    facts |= {"images": 1000, "noises": ["fog"], "severities": [1, 2, 3, 4]}
    register_evaluation(workspace, facts)
    timed = seconds_to_test(workspace, plan, tiny_data_set, 10)
    assert timed.low == timed.high == pytest.approx(pictures * 0.01 / 4)


def test_what_pages_list_does_not_import_torch() -> None:
    code = (
        "import sys, core.training.estimate, core.training.job, core.evaluation.job, core.study,"
        " core.evaluation.predictions, core.evaluation.metrics, core.explanation.overlay;"
        " sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
