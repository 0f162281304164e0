"""Clean against noisy accuracy of many runs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.charts.clean_noisy import Group, clean_noisy_chart
from core.charts.distances import distance_chart
from core.charts.drawing import Palette
from core.charts.runs import Mark
from core.data.dataset import DataSet
from core.evaluation.answers import Answers
from core.evaluation.clean_noisy import above, clean_and_noisy_runs, line_of
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.store import Workspace
from tests.core.evaluation.conftest import CLEAN_RIGHT, NOISE_RIGHT, table

CELLS = [(noise, level) for noise in ("gaussian_noise", "fog") for level in (1, 5)]


def shares(clean: list[float], noisy: list[float], trained: list[bool]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "run_id": [f"r{place}" for place in range(len(clean))],
            "group": [f"g{place}" for place in range(len(clean))],
            "seed": 0,
            "clean_trained": trained,
            **{f"clean{end}": clean for end in ("", "_low", "_high")},
            **{
                f"noisy{end}": np.array(noisy) + off
                for end, off in (("", 0), ("_low", -0.02), ("_high", 0.02))
            },
            "images": 100,
        }
    )


def test_runs_stand_by_their_accuracies_clean_and_over_the_same_noises(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, model="small_cnn")
    noisy = replace(recipe, mix=Mix.from_texts(["gaussian_noise:0.5:1-5"]))
    runs = [
        create_run(workspace, name, one)
        for name, one in (("a", recipe), ("b", noisy), ("c", replace(noisy, seed=1)))
    ]
    answers = [Answers.of(table(CLEAN_RIGHT)), Answers.of(table(NOISE_RIGHT)), Answers.of(table(NOISE_RIGHT))]
    found = clean_and_noisy_runs(list(zip(runs, answers, strict=True)), CELLS)
    assert found[["clean", "noisy"]].round(6).to_numpy().tolist() == [[0.9, 0.65], [0.88, 0.86], [0.88, 0.86]]
    assert found["group"].nunique() == 2, "seeds of one recipe are a group"
    assert found["clean_trained"].tolist() == [True, False, False]
    assert ((found["noisy_low"] < found["noisy"]) & (found["noisy"] < found["noisy_high"])).all()


def test_the_line_is_fitted_to_clean_trained_runs_in_logits_where_these_differ_enough() -> None:
    logit = np.array([0.5, 1.0, 1.5, 2.0])
    clean = (1 / (1 + np.exp(-logit))).tolist()
    noisy = (1 / (1 + np.exp(-(0.8 * logit - 0.4)))).tolist()
    line = line_of(shares([*clean, 0.8], [*noisy, 0.79], [True] * 4 + [False]))
    assert line is not None
    assert (line.slope, line.offset, line.runs, line.fitted) == (
        pytest.approx(0.8),
        pytest.approx(-0.4),
        4,
        True,
    )
    found = above(shares([*clean, 0.8], [*noisy, 0.79], [True] * 4 + [False]), line)
    assert found["above"].iloc[:4].to_numpy() == pytest.approx(np.zeros(4), abs=1e-9)
    assert found["above_low"].iloc[4] > 0


def test_few_clean_trained_runs_give_a_line_of_slope_one_and_without_any_it_goes_through_all() -> None:
    one = line_of(shares([0.9, 0.9], [0.6, 0.8], [True, False]))
    assert one is not None
    assert (one.slope, one.runs, one.fitted, one.clean_trained) == (1.0, 1, False, True)
    assert one.at(np.array([0.9])) == pytest.approx([0.6])
    every = line_of(shares([0.9, 0.9], [0.6, 0.8], [False, False]))
    assert every is not None
    assert (every.runs, every.clean_trained) == (2, False)
    assert line_of(shares([], [], [])) is None


def test_the_line_does_not_go_below_guessing_and_says_nothing_of_runs_that_are_far_worse_on_clean_pictures() -> (
    None
):
    numbers = shares([0.9, 0.89, 0.6], [0.6, 0.8, 0.58], [True, False, False])
    line = line_of(numbers, guessing=0.5)
    assert line is not None
    assert (line.at(np.linspace(0.5, 1, 9)) >= 0.5).all()
    assert line.at(np.array([0.9])) == pytest.approx([0.6])
    assert above(numbers, line)["reached"].tolist() == [True, True, False]


def test_the_chart_has_a_dot_a_run_with_its_intervals_and_those_looked_at_have_the_marks_of_other_charts() -> (
    None
):
    numbers = shares([0.9, 0.85], [0.6, 0.8], [True, False])
    line = line_of(numbers)
    assert line is not None
    x = np.linspace(0.8, 0.95, 5)
    groups = {"g1": Group("<b>noisy", Mark("#123456", "diamond"))}
    names = {"r0": "one", "r1": "two"}
    figure = clean_noisy_chart(Palette(), above(numbers, line), groups, names, (x, line.at(x), True))
    dotted, clean, noisy = figure.data
    assert dotted.y[0] == pytest.approx(100 * line.at(x)[0])
    assert (clean.x[0], noisy.y[0]) == (pytest.approx(90), pytest.approx(80))
    assert noisy.error_y.array[0] == pytest.approx(2)
    assert (noisy.marker.color, noisy.marker.symbol) == ("#123456", "diamond")
    assert (clean.marker.symbol, clean.name) == ("circle-open", "other runs of this data set")
    assert noisy.customdata[0][0] == "r1"
    assert noisy.name == "&lt;b&gt;noisy"


def test_errors_are_drawn_by_distance_seen_near_and_far_apart() -> None:
    rows = pd.DataFrame(
        {
            "noise": ["fog", "snow", "pca"],
            "distance": [0.0, 0.5, 2.0],
            "kind": ["seen", "near", "far"],
            "error": [0.1, 0.2, 0.6],
            "low": [0.05, 0.15, 0.5],
            "high": [0.2, 0.3, 0.7],
        }
    )
    figure = distance_chart(Palette(), rows)
    assert [(list(one.x), [round(y, 6) for y in one.y]) for one in figure.data] == [
        ([0.0], [10]),
        ([0.5], [20]),
        ([2.0], [60]),
    ]
    assert len({one.marker.symbol for one in figure.data}) == 3
