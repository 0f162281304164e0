from dataclasses import replace

import pytest

from core.evaluation.compare import EvaluatedRun, compare, numbers
from core.evaluation.metrics import FEWEST
from core.evaluation.sentences import details, headline
from core.words import Text, plain
from tests.core.evaluation.conftest import CLEAN_TRAINED, NOISE_TRAINED, table


def test_the_sentence_is_made_from_the_numbers() -> None:
    comparison = compare([CLEAN_TRAINED, NOISE_TRAINED])
    assert headline(comparison)["en"] == (
        "Noise costs the clean-trained model 25 points on average; the noise-trained one 2 points."
    )
    assert headline(comparison)["ko"] == (
        "노이즈가 끼면 원본으로만 학습한 모델은 정확도가 평균 25%포인트, 노이즈로 학습한 모델은 2%포인트 떨어집니다."
    )


def test_the_details_name_the_worst_noise_and_the_unseen_ones_that_hold() -> None:
    _, first, second = details(compare([CLEAN_TRAINED, NOISE_TRAINED]))
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


def test_without_a_shared_noise_the_clean_accuracy_is_what_is_said() -> None:
    clean_only = EvaluatedRun("c", "few", plain("few"), (), 2, table({("clean", 0): 93}))
    comparison = compare([clean_only])
    assert headline(comparison)["en"] == "“few” reads 93 % of the clean pictures right."
    assert details(comparison) == []
    assert comparison.arms[0].mean_drop == 0


def test_three_runs_name_the_one_that_loses_most_and_least() -> None:
    third = EvaluatedRun("c", "third", plain("third"), ("fog",), 2, NOISE_TRAINED.predictions)
    said = headline(compare([CLEAN_TRAINED, NOISE_TRAINED, third]))["en"]
    assert said == "Noise costs “faces clean” 25 points on average, “faces noisy” 2 points."


def test_a_run_is_called_by_its_label_on_screens_and_by_its_name_in_the_numbers() -> None:
    label = Text(en="Small *CNN*", ko="작은 *CNN*")
    runs = [replace(run, label=label) for run in (CLEAN_TRAINED, NOISE_TRAINED, NOISE_TRAINED)]
    comparison = compare([replace(run, id=str(i)) for i, run in enumerate(runs)])
    assert "“작은 *CNN*”" in headline(comparison)["ko"]
    first = details(comparison, lambda name: name.replace("*", "#"))[1]
    assert "“Small #CNN#”: **Gaussian noise**" in first["en"]
    assert set(numbers(comparison)["run"]) == {"faces clean", "faces noisy"}


def test_runs_that_lose_the_same_are_each_named() -> None:
    twin = replace(CLEAN_TRAINED, id="c", name="twin", label=plain("twin"))
    said = headline(compare([CLEAN_TRAINED, twin]))["en"]
    assert "faces clean" in said
    assert "twin" in said


def narrow(images: int, clean: int = 90, noisy: int = 60) -> EvaluatedRun:
    """A run tested on so many pictures, of which these per cent are right."""
    right = {("clean", 0): clean * images // 100, ("fog", 1): noisy * images // 100}
    return replace(CLEAN_TRAINED, predictions=table(right, images=images))


def test_from_too_few_test_pictures_nothing_is_said_of_noise_but_what_to_do() -> None:
    few = compare([narrow(8)])
    assert headline(few)["en"] == "Only 8 test pictures: too few to tell what noise costs."
    (advice,) = details(few)
    assert f"may be off by 28 points either way (95 %); from {FEWEST} on by 10 at most" in advice["en"]
    assert "import more pictures" in advice["en"]
    assert headline(compare([narrow(FEWEST - 1)]))["en"].startswith("Only")
    assert headline(compare([narrow(FEWEST)]))["en"] == (
        "Noise of severity 1 costs “faces clean” 30 points on average."
    )


def test_the_run_with_the_fewest_pictures_decides_whether_they_are_enough() -> None:
    assert headline(compare([CLEAN_TRAINED, replace(narrow(8), id="c")]))["en"].startswith("Only 8")


def test_a_run_that_guesses_on_clean_pictures_already_is_said_to_and_nothing_is_said_of_noise() -> None:
    guessing = compare([narrow(100, clean=54, noisy=52)])
    assert headline(guessing)["en"].startswith(
        "“faces clean” is no better than guessing even on clean pictures"
    )
    assert headline(guessing)["ko"].startswith("“faces clean”은 원본에서도 찍는 것과 다름없어")
    (advice,) = details(guessing)
    assert "Train for more epochs" in advice["en"]


def test_beside_a_run_that_reads_clean_pictures_one_that_guesses_is_named_first() -> None:
    arms = [replace(narrow(100, 54, 52), predictions=table(GUESSING)), NOISE_TRAINED]
    first = details(compare(arms))[0]["en"]
    assert first == (
        "The clean-trained one is no better than guessing even on clean pictures (54 %): "
        "noise has little to cost it."
    )


GUESSING = {
    ("clean", 0): 54,
    ("gaussian_noise", 1): 52,
    ("gaussian_noise", 5): 50,
    ("fog", 1): 53,
    ("fog", 5): 51,
}


def test_what_training_saw_and_did_not_see_is_told_apart() -> None:
    comparison = compare([CLEAN_TRAINED, NOISE_TRAINED])
    told = [one for one in details(comparison) if "neither" in one["en"]]
    assert [one["en"] for one in told] == [
        "On noises that neither was trained on, the clean-trained one loses 20 points, "
        "the noise-trained one 3 points; on the others 30 points and 1 point."
    ]
    assert told[0]["ko"] == (
        "둘 다 학습 때 못 본 노이즈만 보면 원본으로만 학습한 모델은 정확도가 평균 20%포인트, "
        "노이즈로 학습한 모델은 3%포인트 떨어집니다. 나머지 노이즈에서는 각각 30%포인트, 1%포인트 떨어집니다."
    )
    alone = details(compare([NOISE_TRAINED]))[0]["en"]
    assert alone == "On noises that it was not trained on it loses 3 points, on those that it was 1 point."


@pytest.mark.parametrize("noises", ["seen", "unseen"])
def test_of_noises_of_one_kind_only_no_second_mean_is_told(noises: str) -> None:
    comparison = compare([CLEAN_TRAINED, NOISE_TRAINED], noises=noises)
    assert not [one for one in details(comparison) if "neither" in one["en"]]
