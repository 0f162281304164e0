from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.evaluation.compare import EvaluatedRun, compare, confusion_counts, details, headline, numbers
from core.words import Text, plain


def table(right: dict[tuple[str, int], int], images: int = 100) -> pd.DataFrame:
    """Predictions of two classes in which so many of the first pictures are right in each cell."""
    parts = []
    for (noise, severity), number in right.items():
        truth = np.arange(images) % 2
        wrong = np.arange(images) >= number
        parts.append(
            pd.DataFrame(
                {
                    "image": np.arange(images),
                    "noise": noise,
                    "severity": severity,
                    "truth": truth,
                    "prediction": np.where(wrong, 1 - truth, truth),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


CLEAN_TRAINED = EvaluatedRun(
    "a",
    "faces clean",
    plain("faces clean"),
    (),
    2,
    table(
        {
            ("clean", 0): 90,
            ("gaussian_noise", 1): 70,
            ("gaussian_noise", 5): 50,
            ("fog", 1): 80,
            ("fog", 5): 60,
        }
    ),
)
NOISE_TRAINED = EvaluatedRun(
    "b",
    "faces noisy",
    plain("faces noisy"),
    ("gaussian_noise",),
    2,
    table(
        {
            ("clean", 0): 88,
            ("gaussian_noise", 1): 88,
            ("gaussian_noise", 5): 86,
            ("fog", 1): 86,
            ("fog", 5): 84,
        }
    ),
)


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


def test_the_sentence_is_made_from_the_numbers() -> None:
    comparison = compare([CLEAN_TRAINED, NOISE_TRAINED])
    assert headline(comparison)["en"] == (
        "Noise costs the clean-trained model 25 points on average; the noise-trained one 2 points."
    )
    assert headline(comparison)["ko"] == (
        "노이즈가 끼면 원본으로만 학습한 모델은 정확도가 평균 25%포인트, 노이즈로 학습한 모델은 2%포인트 떨어집니다."
    )


def test_the_details_name_the_worst_noise_and_the_unseen_ones_that_hold() -> None:
    first, second = details(compare([CLEAN_TRAINED, NOISE_TRAINED]))
    assert first["en"] == "Worst for the clean-trained one: **Gaussian noise** (90 % → 60 %)."
    assert second["en"] == "The noise-trained one was never shown **Fog** and still holds there."


def test_a_noise_that_both_runs_stand_is_no_merit_of_the_noise_trained_one() -> None:
    both_stand = {("clean", 0): 90, ("gaussian_noise", 1): 60, ("fog", 1): 89}
    clean_trained = replace(CLEAN_TRAINED, predictions=table(both_stand))
    noise_trained = replace(NOISE_TRAINED, predictions=table(both_stand))
    sentences = details(compare([clean_trained, noise_trained]))
    assert not any("holds" in sentence["en"] for sentence in sentences)


def test_an_accuracy_within_chance_is_called_guessing() -> None:
    comparison = compare([CLEAN_TRAINED], severities=[5])
    assert "no better than guessing" in details(comparison)[0]["en"]


def test_severities_and_noises_narrow_what_is_compared() -> None:
    unseen = compare([CLEAN_TRAINED, NOISE_TRAINED], severities=[5], noises="unseen")
    assert unseen.noises == ("fog",)
    assert unseen.severities == (5,)
    assert unseen.arms[0].mean_drop == pytest.approx(30)
    assert headline(unseen, "unseen")["en"].startswith(
        "Noise of severity 5 that nobody saw in training costs"
    )
    seen = compare([CLEAN_TRAINED, NOISE_TRAINED], noises="seen")
    assert seen.noises == ("gaussian_noise",)


def test_runs_are_compared_on_the_noises_that_all_were_tested_under() -> None:
    fewer = EvaluatedRun("c", "few", plain("few"), (), 2, table({("clean", 0): 90, ("fog", 1): 80}))
    comparison = compare([CLEAN_TRAINED, fewer])
    assert comparison.noises == ("fog",)
    assert comparison.left_out == ("gaussian_noise",)
    assert comparison.severities == (1,)


def test_without_a_shared_noise_the_clean_accuracy_is_what_is_said() -> None:
    clean_only = EvaluatedRun("c", "few", plain("few"), (), 2, table({("clean", 0): 93}))
    comparison = compare([clean_only])
    assert headline(comparison)["en"] == "“few” reads 93 % of the clean pictures right."
    assert details(comparison) == []
    assert comparison.arms[0].mean_drop == 0


def test_runs_tested_on_other_pictures_are_noticed() -> None:
    other = EvaluatedRun(
        "c", "other", plain("other"), (), 2, table({("clean", 0): 9, ("fog", 1): 8}, images=10)
    )
    assert compare([CLEAN_TRAINED, NOISE_TRAINED]).same_pictures
    assert not compare([CLEAN_TRAINED, other]).same_pictures


def test_three_runs_name_the_one_that_loses_most_and_least() -> None:
    third = EvaluatedRun("c", "third", plain("third"), ("fog",), 2, NOISE_TRAINED.predictions)
    said = headline(compare([CLEAN_TRAINED, NOISE_TRAINED, third]))["en"]
    assert said == "Noise costs “faces clean” 25 points on average, “faces noisy” 2 points."


def test_a_run_is_called_by_its_label_on_screens_and_by_its_name_in_the_numbers() -> None:
    label = Text(en="Small *CNN*", ko="작은 *CNN*")
    runs = [replace(run, label=label) for run in (CLEAN_TRAINED, NOISE_TRAINED, NOISE_TRAINED)]
    comparison = compare([replace(run, id=str(i)) for i, run in enumerate(runs)])
    assert "“작은 *CNN*”" in headline(comparison)["ko"]
    first = details(comparison, lambda name: name.replace("*", "#"))[0]
    assert "“Small #CNN#”: **Gaussian noise**" in first["en"]
    assert set(numbers(comparison)["run"]) == {"faces clean", "faces noisy"}


def test_the_confusion_counts_add_up_to_the_pictures() -> None:
    counts = confusion_counts(CLEAN_TRAINED.predictions, ["real", "swapped"], "clean", [])
    assert counts.to_numpy().sum() == 100
    assert counts.loc["real", "real"] + counts.loc["swapped", "swapped"] == 90


def test_the_numbers_are_every_cell_unrounded() -> None:
    whole = numbers(compare([CLEAN_TRAINED, NOISE_TRAINED]))
    assert len(whole) == 10
    assert list(whole.columns) == ["run", "noise", "severity", "images", "right", "accuracy", "low", "high"]


def test_runs_that_lose_the_same_are_each_named() -> None:
    twin = replace(CLEAN_TRAINED, id="c", name="twin", label=plain("twin"))
    said = headline(compare([CLEAN_TRAINED, twin]))["en"]
    assert "faces clean" in said
    assert "twin" in said
