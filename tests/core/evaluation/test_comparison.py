import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from core.data.dataset import DataSet
from core.evaluation.answers import Answers
from core.evaluation.arms import EvaluatedRun, Measured, evaluated_run
from core.evaluation.comparison import compare, difference
from core.evaluation.joined import joined_evaluations
from core.evaluation.metrics import cell_columns
from core.evaluation.stored_answers import joined_answers
from core.evaluation.tables import confusion_counts, csv, numbers
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.statistics import wilson
from core.store import Workspace
from core.words import plain
from tests.core.evaluation.conftest import CLEAN_TRAINED, NOISE_RIGHT, NOISE_TRAINED, stored_evaluation, table


def test_what_noise_costs_is_clean_minus_the_mean_over_noises_in_points() -> None:
    (arm,) = compare([CLEAN_TRAINED]).arms
    assert arm.clean == pytest.approx(0.9)
    assert arm.under().mean == pytest.approx((70 + 50 + 80 + 60) / 4)
    lost = arm.lost_to()
    assert lost.mean == pytest.approx(arm.mean_drop) == pytest.approx(90 - (70 + 50 + 80 + 60) / 4)
    assert lost.low < lost.mean < lost.high
    assert arm.lost.set_index("noise")["drop"].to_dict() == pytest.approx(
        {"gaussian_noise": 30.0, "fog": 20.0}
    )


def test_the_interval_is_students_over_the_pictures() -> None:
    """Lost on 1 of 4 pictures: mean 25, deviation 50 over the root of 4, 3.182 times that for 3 degrees of freedom."""
    measured = Measured.over(pd.Series([1.0, 0.0, 0.0, 0.0]))
    assert measured.mean == 25
    assert measured.high == 100, "a difference of shares ends there"
    assert 25 - measured.low == pytest.approx(3.1824 * 25, abs=0.01)
    assert not measured.told


def test_the_interval_is_that_of_scipys_t_test() -> None:
    values = np.random.default_rng(0).random(40)
    low, high = ttest_1samp(100 * values, 0).confidence_interval(0.95)
    measured = Measured.over(pd.Series(values))
    assert (measured.low, measured.high) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(("value", "told"), [(0.0, False), (1.0, True), (-1.0, True)])
def test_what_is_the_same_on_all_of_10_pictures_may_be_otherwise_on_others(value: float, told: bool) -> None:
    """As far as Wilson's interval of none of 10: 28 points."""
    measured = Measured.over(pd.Series([value] * 10))
    ends = (100 * value - 27.75, 100 * value + 27.75)
    assert (measured.low, measured.high) == pytest.approx(
        (max(-100.0, ends[0]), min(100.0, ends[1])), abs=0.01
    )
    assert measured.told is told
    groups = pd.Series([number // 5 for number in range(10)])
    two = Measured.over(pd.Series([value] * 10), groups)
    assert two.high - two.low > measured.high - measured.low, "they are two, not ten"
    assert Measured.over(pd.Series([value])).told is False, "of one picture nothing is known"


def test_a_drop_is_measured_picture_by_picture() -> None:
    """As many right clean as with noise, but other pictures: what is lost is 0, and how uncertain that is shows."""
    rows = table({("clean", 0): 50, ("fog", 1): 50})
    swapped = rows["noise"] == "fog"
    rows.loc[swapped, "prediction"] = 1 - rows.loc[swapped, "prediction"]
    lost = compare([replace(CLEAN_TRAINED, answers=Answers.of(rows))]).arms[0].lost
    same = (
        compare([replace(CLEAN_TRAINED, answers=Answers.of(table({("clean", 0): 50, ("fog", 1): 50})))])
        .arms[0]
        .lost
    )
    assert lost["drop"].tolist() == same["drop"].tolist() == [0.0]
    assert lost["high"].iloc[0] == pytest.approx(-lost["low"].iloc[0]) == pytest.approx(19.94, abs=0.01)
    assert same["high"].iloc[0] == pytest.approx(100 * wilson(0, 100)[1]), "all 100 alike"


def test_a_difference_of_runs_is_measured_on_the_same_pictures() -> None:
    clean_trained, noise_trained = compare([CLEAN_TRAINED, NOISE_TRAINED]).arms
    lead = difference(noise_trained, clean_trained)
    assert lead.mean == pytest.approx(86 - 65)
    assert lead.told
    alone = difference(noise_trained, clean_trained, ["fog"])
    assert alone.mean == pytest.approx(85 - 70)


def test_rows_may_come_in_any_order() -> None:
    mixed = table(NOISE_RIGHT).sample(frac=1, random_state=1)
    clean_trained, noise_trained = compare(
        [CLEAN_TRAINED, replace(NOISE_TRAINED, answers=Answers.of(mixed))]
    ).arms
    assert difference(noise_trained, clean_trained).low == pytest.approx(
        difference(compare([NOISE_TRAINED]).arms[0], clean_trained).low
    )


def test_a_noise_with_other_severities_than_most_stays_out_of_the_means() -> None:
    right = {
        ("clean", 0): 90,
        ("fog", 1): 80,
        ("fog", 2): 70,
        ("snow", 1): 80,
        ("snow", 2): 70,
        ("blend", 1): 10,
    }
    run = replace(CLEAN_TRAINED, answers=Answers.of(table(right)))
    comparison = compare([run])
    assert comparison.noises == ("fog", "snow", "blend")
    assert comparison.in_means == ("fog", "snow")
    assert comparison.apart == {"blend": (1,)}
    assert comparison.arms[0].mean_drop == pytest.approx(15)
    weak = compare([run], severities=[1])
    assert (weak.in_means, weak.apart) == (("fog", "snow", "blend"), {})


def test_a_further_test_of_one_noise_changes_no_mean_and_stands_among_the_cells_and_numbers() -> None:
    right = {("clean", 0): 90, ("fog", 1): 80, ("fog", 2): 70, ("snow", 1): 60, ("snow", 2): 50}
    before = compare([replace(CLEAN_TRAINED, answers=Answers.of(table(right)))])
    after = compare([replace(CLEAN_TRAINED, answers=Answers.of(table({**right, ("snow", 5): 10})))])
    assert after.in_means == ("fog", "snow")
    assert after.arms[0].mean_drop == pytest.approx(before.arms[0].mean_drop)
    assert after.arms[0].rate("snow") == before.arms[0].rate("snow") == pytest.approx(0.55)
    assert after.apart == {"snow": (5,)}
    assert ("snow", 5) in set(zip(numbers(after)["noise"], numbers(after)["severity"], strict=True))


def test_the_numbers_hold_what_only_some_runs_were_tested_under() -> None:
    small = replace(CLEAN_TRAINED, answers=Answers.of(table({("clean", 0): 90, ("fog", 1): 80})))
    large = replace(
        NOISE_TRAINED, answers=Answers.of(table({("clean", 0): 90, ("fog", 1): 80, ("fog", 2): 70}))
    )
    rows = numbers(compare([small, large]))
    assert list(zip(rows["run"], rows["noise"], rows["severity"], strict=True)) == [
        (small.name, "clean", 0),
        (small.name, "fog", 1),
        (large.name, "clean", 0),
        (large.name, "fog", 1),
        (large.name, "fog", 2),
    ]


def test_guessing_is_the_share_of_the_commonest_class_of_the_test_pictures() -> None:
    rows = table({("clean", 0): 60, ("fog", 1): 60})
    rows["truth"] = np.where(rows["image"] < 55, 0, 1)
    comparison = compare([replace(CLEAN_TRAINED, answers=Answers.of(rows))])
    assert comparison.guessing() == pytest.approx(0.55)
    assert compare([CLEAN_TRAINED]).guessing() == pytest.approx(0.5)
    assert compare([CLEAN_TRAINED, replace(CLEAN_TRAINED, answers=Answers.of(rows))]).guessing() is None


def test_runs_are_compared_on_the_noises_that_all_were_tested_under() -> None:
    fewer = EvaluatedRun("c", "few", plain("few"), (), Answers.of(table({("clean", 0): 90, ("fog", 1): 80})))
    comparison = compare([CLEAN_TRAINED, fewer])
    assert comparison.noises == ("fog",)
    assert comparison.left_out == ("gaussian_noise",)
    assert comparison.severities == (1,)


def test_runs_are_compared_on_the_cells_that_all_were_tested_in() -> None:
    other = replace(
        NOISE_TRAINED,
        answers=Answers.of(
            table({("clean", 0): 90, ("gaussian_noise", 5): 80, ("fog", 1): 80, ("fog", 3): 80})
        ),
    )
    comparison = compare([CLEAN_TRAINED, other])
    assert comparison.cells == (("gaussian_noise", 5), ("fog", 1))
    assert [len(arm.cells) for arm in comparison.arms] == [3, 3]


def test_runs_tested_on_other_pictures_are_noticed() -> None:
    other = EvaluatedRun(
        "c", "other", plain("other"), (), Answers.of(table({("clean", 0): 9, ("fog", 1): 8}, images=10))
    )
    assert compare([CLEAN_TRAINED, NOISE_TRAINED]).same_pictures
    assert not compare([CLEAN_TRAINED, other]).same_pictures


def test_runs_on_data_sets_of_equal_shape_are_not_taken_for_runs_on_the_same_pictures() -> None:
    """The same picture numbers with the same true classes."""
    other = replace(NOISE_TRAINED, pictures="another data set")
    assert not compare([CLEAN_TRAINED, other]).same_pictures


def test_the_confusion_counts_add_up_to_the_pictures() -> None:
    counts = confusion_counts(table({("clean", 0): 90}), ["real", "swapped"], "clean", [])
    assert counts.to_numpy().sum() == 100
    assert counts.loc["real", "real"] + counts.loc["swapped", "swapped"] == 90


def test_the_numbers_are_every_cell_unrounded() -> None:
    whole = numbers(compare([CLEAN_TRAINED, NOISE_TRAINED]))
    assert len(whole) == 10
    assert list(whole.columns) == ["run", *cell_columns()]


def test_the_file_of_numbers_says_what_each_run_is_and_opens_in_a_spreadsheet() -> None:
    run = replace(CLEAN_TRAINED, name="얼굴", facts={"run_id": "a", "model": "small_cnn", "mix": ""})
    written = csv(compare([run]))
    assert written.startswith("\ufeff".encode())
    read = pd.read_csv(io.BytesIO(written), encoding="utf-8-sig", keep_default_na=False)
    assert list(read.columns)[:4] == ["run_id", "model", "mix", "run"]
    assert read[["run_id", "model", "mix", "run"]].drop_duplicates().to_numpy().tolist() == [
        ["a", "small_cnn", "", "얼굴"]
    ]


def test_a_stored_run_brings_what_the_file_of_numbers_says_of_it(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    recipe = Recipe(
        tiny_data_set.id,
        tiny_data_set.card.fingerprint,
        "small_cnn",
        Mix.from_texts(["fog:0.5:1-3", "snow:0.25:2-2"]),
        epochs=4,
        seed=0,
    )
    run = create_run(workspace, "tiny", recipe)
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, *_: truth)
    (evaluation,) = joined_evaluations(workspace, run)
    comparison = compare([evaluated_run(run, evaluation, joined_answers(evaluation))])
    whole = numbers(comparison)
    assert list(whole.columns) == [
        *("run_id", "data_set", "model", "mix", "seed", "start", "epochs"),
        *("run", *cell_columns()),
    ]
    first = whole.iloc[0]
    assert first[["run_id", "data_set", "model", "mix", "seed", "start", "epochs"]].tolist() == [
        *(run.id, tiny_data_set.id, "small_cnn", "fog:0.5:1-3 snow:0.25:2-2", 0, "scratch", 4)
    ]
    assert Mix.from_texts(str(first["mix"]).split()) == recipe.mix
    assert comparison.arms[0].seen == ("fog", "snow")


def test_noises_that_chose_an_epoch_are_compared_but_in_no_mean() -> None:
    right = {("clean", 0): 90, ("fog", 3): 60, ("spatter", 3): 10}
    rows = Answers.of(table(right))
    chosen = replace(NOISE_TRAINED, answers=rows, choosers=("spatter", "saturate"))
    comparison = compare([replace(CLEAN_TRAINED, answers=rows), chosen])
    assert (comparison.noises, comparison.in_means) == (("fog", "spatter"), ("fog",))
    assert (comparison.choosers, comparison.apart) == (("spatter",), {})
    assert [arm.under().mean for arm in comparison.arms] == pytest.approx([60, 60]), "the same noises for all"
    assert comparison.arms[1].rate("spatter") == 0.1


def test_what_noise_costs_is_as_sure_as_groups_of_pictures_let_it_be() -> None:
    right = {("clean", 0): 100, ("fog", 3): 50}
    alone = replace(CLEAN_TRAINED, answers=Answers.of(table(right)))
    videos = replace(
        CLEAN_TRAINED, answers=Answers.of(table(right), (), {number: number // 10 for number in range(100)})
    )
    lost = [compare([one]).arms[0].lost_to() for one in (alone, videos)]
    assert lost[0].mean == lost[1].mean == pytest.approx(50)
    expected = ttest_1samp(np.repeat([0.0, 100.0], 5), 0).confidence_interval()
    assert (lost[1].low, lost[1].high) == pytest.approx((expected.low, expected.high)), (
        "ten videos, of one mind each"
    )
    assert lost[0].high - lost[0].low < 0.3 * (lost[1].high - lost[1].low)
