"""The spread of seeds beside the interval over pictures, and the words for a difference, on hand-made answers."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.answers import Answers
from core.evaluation.arms import EvaluatedRun, Measured
from core.evaluation.comparison import compare
from core.runs.runs import RunArm
from core.studies.curve import fitted, learning_curve
from core.studies.spread import MEAN, Seeds, seeds_of, seeds_sentence, seeds_table
from core.words import plain
from tests.core.evaluation.conftest import table


def study(right: dict[str, list[int]], images: int = 1000) -> Seeds:
    """Arms whose seeds are right under fog on so many of the first pictures, and on all of them clean."""
    runs = [
        EvaluatedRun(
            f"{key}{seed}",
            f"{key}{seed}",
            plain(key),
            (),
            Answers.of(table({("clean", 0): images, ("fog", 3): number}, images)),
        )
        for key, numbers in right.items()
        for seed, number in enumerate(numbers)
    ]
    return seeds_of(compare(runs), {run.id: RunArm(run.id[:-1], plain(run.id[:-1])) for run in runs})


def test_the_spread_of_seeds_stands_beside_the_interval_over_pictures() -> None:
    seeds = study({"a": [690, 700, 710], "b": [500]})
    rows = seeds_table(seeds).set_index(["arm", "noise"])
    assert list(rows.index) == [(arm, noise) for arm in "ab" for noise in ("clean", "mean", "fog")]
    fog = rows.loc["a", "fog"]
    assert (fog["seeds"], fog["mean"], fog["sd"]) == (3, pytest.approx(70), pytest.approx(1.0))
    # Over pictures: 690 were right with all seeds, 10 with two, 10 with one; the seeds' spread is no part of it.
    shares = pd.Series([1.0] * 690 + [2 / 3] * 10 + [1 / 3] * 10 + [0.0] * 290)
    expected = Measured.over(shares)
    assert (fog["low"], fog["high"]) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert np.isnan(rows.loc["b", "fog"]["sd"])
    assert rows.loc["a", "clean"]["sd"] == 0


@pytest.mark.parametrize(
    ("right", "said"),
    [
        # 2 points, where each arm's seeds spread by 2: the root of 8 is more.
        ({"a": [680, 700, 720], "b": [660, 680, 700]}, "no more than the 2.8 points"),
        ({"a": [790, 800, 810], "b": [690, 700, 710]}, "“a” is right more often than “b”"),
        ({"a": [690, 700, 710], "b": [790, 800, 810]}, "“b” is right more often than “a”"),
        ({"a": [700, 700, 700], "b": [701, 701, 701]}, "within what other test pictures might change"),
        ({"a": [700], "b": [500, 500, 500]}, "there is one seed"),
    ],
)
def test_a_difference_smaller_than_the_spread_of_seeds_is_not_worded_as_one(
    right: dict[str, list[int]], said: str
) -> None:
    seeds = study(right)
    for noise in (MEAN, "fog"):
        sentence = seeds_sentence(seeds, "a", "b", noise)
        assert said in sentence["en"]
        assert ("is right more often" in sentence["en"]) == seeds.difference("a", "b", noise).told


def test_three_numbers_of_pictures_are_met_by_a_power_and_four_by_a_lowest_level_too() -> None:
    numbers = np.repeat([100, 200, 400], 3)
    power = fitted(pd.DataFrame({"pictures": numbers, "error": 2.0 * numbers**-0.4, "seed": [0, 1, 2] * 3}))
    assert power is not None
    assert (power.a, power.b, power.c, power.floor) == (pytest.approx(2), pytest.approx(0.4), 0, False)
    assert power.at(800) == pytest.approx(2.0 * 800**-0.4)
    more = np.array([100, 200, 400, 800, 1600, 3200])
    level = fitted(pd.DataFrame({"pictures": more, "error": 5.0 * more**-0.7 + 0.05, "seed": 0}))
    assert level is not None
    assert (level.a, level.b, level.c) == (
        pytest.approx(5, rel=0.01),
        pytest.approx(0.7, rel=0.01),
        pytest.approx(0.05, rel=0.01),
    )
    assert level.floor
    line = power.line()
    assert line["pictures"].iloc[[0, -1]].tolist() == pytest.approx([100, 800])
    assert line["ahead"].sum() == (line["pictures"] > 400).sum() > 0
    assert fitted(pd.DataFrame({"pictures": [100, 100], "error": [0.1, 0.2], "seed": [0, 1]})) is None


@pytest.mark.parametrize("error", [0.0, 1.0])
def test_errors_that_do_not_fall_are_not_said_to(error: float) -> None:
    flat = fitted(pd.DataFrame({"pictures": [10, 20, 40] * 2, "error": error, "seed": [0] * 3 + [1] * 3}))
    assert flat is not None
    assert not flat.told
    assert flat.sentence["en"].startswith("More pictures like these are not seen to help")


def test_what_more_pictures_bring_is_told_only_beyond_the_spread_of_seeds() -> None:
    numbers, seeds = np.repeat([100, 200, 400], 2), [0, 1] * 3
    errors = 2.0 * numbers**-0.5
    clear = fitted(pd.DataFrame({"pictures": numbers, "error": errors, "seed": seeds}))
    noisy = fitted(
        pd.DataFrame({"pictures": numbers, "error": errors + np.array([0.05, -0.05] * 3), "seed": seeds})
    )
    assert clear is not None
    assert noisy is not None
    assert "With 400 training pictures 10.0 of 100" in clear.sentence["en"]
    assert "about 7.1" in clear.sentence["en"]
    assert not noisy.told
    one = fitted(pd.DataFrame({"pictures": [100, 200, 400], "error": [0.2, 0.14, 0.1], "seed": 0}))
    assert one is not None
    assert "with one seed" in one.sentence["en"]


def test_the_curve_of_a_study_is_of_its_runs_errors() -> None:
    from core.noise.mix import Mix
    from core.runs.recipe import Recipe

    seeds = study({"a": [500, 500], "b": [750, 750]})

    class One:
        def __init__(self, run_id: str, share: float, seed: int) -> None:
            self.id, self.recipe = run_id, Recipe("d", "", "small_cnn", Mix(), seed=seed, share=share)

    runs = [One(f"{key}{seed}", share, seed) for key, share in (("a", 0.25), ("b", 1.0)) for seed in (0, 1)]
    curve = learning_curve(seeds, runs, 400, MEAN)  # type: ignore[arg-type]
    assert curve is not None
    assert curve.points["pictures"].tolist() == [100, 100, 400, 400]
    assert (curve.b, curve.at(400)) == (pytest.approx(0.5, rel=1e-3), pytest.approx(0.25, rel=1e-3))


def test_the_interval_of_the_curve_holds_the_true_one_about_as_often_as_it_says() -> None:
    numbers = np.repeat([100, 200, 400], 3)
    truth = 2.0 * 800**-0.4
    held = []
    for draw in range(80):
        noise = np.random.default_rng(draw).normal(0, 0.01, len(numbers))
        curve = fitted(pd.DataFrame({"pictures": numbers, "error": 2.0 * numbers**-0.4 + noise, "seed": 0}))
        assert curve is not None
        last = curve.line().iloc[-1]
        assert (last["pictures"], last["ahead"]) == (pytest.approx(800), True)
        held.append(last["low"] <= truth <= last["high"])
    assert 0.88 <= np.mean(held) <= 0.99


def test_a_curve_that_meets_every_run_has_no_interval() -> None:
    curve = fitted(pd.DataFrame({"pictures": [100, 400], "error": [0.2, 0.1], "seed": 0}))
    assert curve is not None
    assert curve.line()["low"].isna().all()


def test_an_accuracy_of_few_pictures_has_an_interval_within_what_an_accuracy_can_be() -> None:
    few = Measured.share(pd.Series([0.0, 1.0]))
    assert (few.mean, few.low, few.high) == (50.0, 0.0, 100.0)
    many = pd.Series([0.0, 1.0] * 50)
    assert Measured.share(many) == Measured.over(many)
