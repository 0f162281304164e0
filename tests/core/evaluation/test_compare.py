import pytest

from core.evaluation.compare import EvaluatedRun, compare, confusion_counts, numbers
from core.words import plain
from tests.core.evaluation.conftest import CLEAN_TRAINED, NOISE_TRAINED, table


def test_the_mean_drop_is_clean_minus_the_mean_over_noises_in_points() -> None:
    (arm,) = compare([CLEAN_TRAINED]).arms
    assert arm.clean == pytest.approx(0.9)
    assert arm.mean_drop == pytest.approx(90 - (70 + 50 + 80 + 60) / 4)
    assert arm.drop_low < arm.mean_drop < arm.drop_high
    assert arm.worst == "gaussian_noise"
    assert arm.drops().to_dict() == pytest.approx({"gaussian_noise": 30.0, "fog": 20.0})


def test_each_noise_weighs_the_same_whatever_its_number_of_severities() -> None:
    run = EvaluatedRun(
        "a",
        "x",
        plain("x"),
        (),
        2,
        table({("clean", 0): 90, ("fog", 1): 80, ("fog", 2): 80, ("blend", 1): 60}),
    )
    assert compare([run]).arms[0].mean_drop == pytest.approx((10 + 30) / 2)


def test_runs_are_compared_on_the_noises_that_all_were_tested_under() -> None:
    fewer = EvaluatedRun("c", "few", plain("few"), (), 2, table({("clean", 0): 90, ("fog", 1): 80}))
    comparison = compare([CLEAN_TRAINED, fewer])
    assert comparison.noises == ("fog",)
    assert comparison.left_out == ("gaussian_noise",)
    assert comparison.severities == (1,)


def test_runs_tested_on_other_pictures_are_noticed() -> None:
    other = EvaluatedRun(
        "c", "other", plain("other"), (), 2, table({("clean", 0): 9, ("fog", 1): 8}, images=10)
    )
    assert compare([CLEAN_TRAINED, NOISE_TRAINED]).same_pictures
    assert not compare([CLEAN_TRAINED, other]).same_pictures


def test_the_confusion_counts_add_up_to_the_pictures() -> None:
    counts = confusion_counts(CLEAN_TRAINED.predictions, ["real", "swapped"], "clean", [])
    assert counts.to_numpy().sum() == 100
    assert counts.loc["real", "real"] + counts.loc["swapped", "swapped"] == 90


def test_the_numbers_are_every_cell_unrounded() -> None:
    whole = numbers(compare([CLEAN_TRAINED, NOISE_TRAINED]))
    assert len(whole) == 10
    assert list(whole.columns) == ["run", "noise", "severity", "images", "right", "accuracy", "low", "high"]
