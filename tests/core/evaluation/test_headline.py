from dataclasses import replace

import pytest

from core.evaluation.answers import Answers
from core.evaluation.arms import EvaluatedRun
from core.evaluation.comparison import compare
from core.evaluation.details import details
from core.evaluation.headline import headline, ranks_runs
from core.evaluation.metrics import FEWEST
from core.evaluation.tables import numbers
from core.words import Text, plain
from tests.core.evaluation.conftest import CLEAN_TRAINED, NOISE_TRAINED, narrow, table


def test_accuracy_under_noise_comes_first_then_clean_and_what_is_lost() -> None:
    comparison = compare([CLEAN_TRAINED, NOISE_TRAINED])
    assert headline(comparison)["en"] == (
        "Under noise the noise-trained “faces noisy” is right on 86 % of the pictures (clean 88 %, no loss to be "
        "told), the clean-trained “faces clean” on 65 % (clean 90 %, 25 points lost)."
    )
    assert headline(comparison)["ko"] == (
        "노이즈가 끼면 노이즈로 학습한 “faces noisy”는 사진의 86%를 맞히고(원본 88%, 하락 여부는 알 수 없음), "
        "원본으로만 학습한 “faces clean”은 65%를 맞힙니다(원본 90%, 25%포인트 하락)."
    )
    assert details(comparison)[0]["en"] == "The difference is 21 points (95 %: 15 to 27)."


def test_what_noise_costs_is_not_said_where_its_interval_holds_0() -> None:
    """5 of 100 pictures more are wrong with noise: 13 that were right, and 8 that were wrong and are right now."""
    rows = table({("clean", 0): 80, ("fog", 1): 80})
    noisy = (rows["noise"] == "fog") & rows["image"].isin([*range(13), *range(80, 88)])
    rows.loc[noisy, "prediction"] = 1 - rows.loc[noisy, "prediction"]
    comparison = compare([replace(CLEAN_TRAINED, answers=Answers.of(rows))])
    lost = comparison.arms[0].lost_to()
    assert (round(lost.mean), round(lost.low), round(lost.high)) == (5, -4, 14)
    assert headline(comparison)["en"] == (
        "Under Fog of severity 1 “faces clean” is right on 75 % of the pictures (clean 80 %, no loss to be told)."
    )
    assert details(comparison) == []


BROKEN = {
    ("clean", 0): 61,
    ("gaussian_noise", 1): 60,
    ("gaussian_noise", 5): 58,
    ("fog", 1): 60,
    ("fog", 5): 58,
}


def test_a_broken_run_that_loses_little_is_not_placed_before_a_good_one_that_loses_more() -> None:
    broken = replace(CLEAN_TRAINED, id="c", label=plain("broken"), answers=Answers.of(table(BROKEN)))
    said = headline(compare([broken, CLEAN_TRAINED]))["en"]
    assert said.startswith("Under noise “faces clean” is right on 65 % of the pictures")
    assert (
        "“broken” on 59 % (clean 61 %, no loss to be told, cannot be told from the 50 % of guessing)" in said
    )


def test_runs_that_differ_by_nothing_but_chance_are_said_to() -> None:
    twin = replace(CLEAN_TRAINED, id="c", name="twin", label=plain("twin"))
    said = headline(compare([CLEAN_TRAINED, twin]))
    assert said["en"] == (
        "Under noise no difference can be told between “faces clean”, right on 65 % of the pictures "
        "(clean 90 %, 25 points lost), and “twin”, right on 65 % (clean 90 %, 25 points lost)."
    )
    assert said["ko"] == (
        "노이즈가 끼면 사진의 65%를 맞힌 “faces clean”(원본 90%, 25%포인트 하락)과 65%를 맞힌 “twin”"
        "(원본 90%, 25%포인트 하락)의 차이를 가릴 수 없습니다."
    )


def test_of_more_runs_than_can_be_named_it_is_said_that_these_are_the_best_and_the_worst() -> None:
    runs = [CLEAN_TRAINED, NOISE_TRAINED, replace(NOISE_TRAINED, id="c", label=plain("second seed"))]
    runs.append(replace(CLEAN_TRAINED, id="d", label=plain("broken"), answers=Answers.of(table(BROKEN))))
    said = headline(compare(runs))["en"]
    assert said.startswith("Under noise the best of 4 runs, “faces noisy”, is right on 86 % of the pictures")
    assert ", the worst, “broken”, on 59 % (" in said
    assert said.endswith("No difference can be told between “faces noisy” and “second seed”.")


def test_runs_on_other_pictures_are_not_ranked() -> None:
    other = replace(NOISE_TRAINED, pictures="others")
    comparison = compare([CLEAN_TRAINED, other])
    said = headline(comparison)["en"]
    assert said.startswith(
        "Not ranked, as the test pictures differ. Under noise “faces clean” is right on 65 %"
    )
    assert details(comparison) == []
    four = compare([replace(one, id=str(i)) for i, one in enumerate([CLEAN_TRAINED, other, other, other])])
    assert headline(four)["en"] == "These 4 runs were tested on different pictures, so they are not ranked."


def test_severities_and_noises_narrow_what_is_compared() -> None:
    unseen = compare([CLEAN_TRAINED, NOISE_TRAINED], severities=[5], noises="unseen")
    assert unseen.noises == ("fog",)
    assert unseen.severities == (5,)
    assert unseen.arms[0].mean_drop == pytest.approx(30)
    said = headline(unseen, "unseen")
    assert said["en"].startswith(
        "Under Fog of severity 5, which nobody saw in training, the noise-trained “faces noisy” is right on 84 %"
    )
    assert said["ko"].startswith("학습 때 못 본 안개가 강도 5로 끼면 ")
    seen = compare([CLEAN_TRAINED, NOISE_TRAINED], noises="seen")
    assert seen.noises == ("gaussian_noise",)


def test_a_run_that_was_trained_on_augmented_pictures_is_not_called_clean_trained() -> None:
    comparison = compare([replace(CLEAN_TRAINED, augmented=True), NOISE_TRAINED])
    said = " ".join(one["en"] for one in (headline(comparison), *details(comparison)))
    assert "clean-trained" not in said
    assert "“faces clean”" in said


def test_of_a_run_from_elsewhere_nobody_says_what_it_has_seen() -> None:
    outside = replace(CLEAN_TRAINED, brought=True)
    for severities in (None, [5]):
        comparison = compare([outside, NOISE_TRAINED], severities=severities, noises="unseen")
        said = headline(comparison, "unseen")["en"]
        assert "nobody saw" not in said
        assert "clean-trained" not in said
        assert "“faces clean”" in said
    sentences = " ".join(one["en"] for one in details(compare([outside, NOISE_TRAINED])))
    assert "neither was trained on" not in sentences
    assert "clean-trained" not in sentences


def test_without_a_shared_noise_the_clean_accuracy_is_what_is_said() -> None:
    clean_only = EvaluatedRun("c", "few", plain("few"), (), Answers.of(table({("clean", 0): 93})))
    comparison = compare([clean_only])
    assert headline(comparison)["en"] == "On clean pictures “few” is right on 93 % of them."
    assert details(comparison) == []
    assert comparison.arms[0].mean_drop == 0


def test_three_runs_are_each_named() -> None:
    third = EvaluatedRun("c", "third", plain("third"), ("fog",), NOISE_TRAINED.answers)
    said = headline(compare([CLEAN_TRAINED, NOISE_TRAINED, third]))["en"]
    assert said == (
        "Under noise “faces noisy” is right on 86 % of the pictures (clean 88 %, no loss to be told), "
        "“third” on 86 % (clean 88 %, no loss to be told) and “faces clean” on 65 % (clean 90 %, 25 points lost). "
        "No difference can be told between “faces noisy” and “third”."
    )


def test_a_run_is_called_by_its_label_on_screens_and_by_its_name_in_the_numbers() -> None:
    label = Text(en="Small *CNN*", ko="작은 *CNN*")
    runs = [replace(run, label=label) for run in (CLEAN_TRAINED, NOISE_TRAINED, NOISE_TRAINED)]
    comparison = compare([replace(run, id=str(i)) for i, run in enumerate(runs)])
    assert "“작은 *CNN*”" in headline(comparison)["ko"]
    said = details(comparison, lambda name: name.replace("*", "#"))
    assert any("“Small #CNN#”: **Gaussian noise**" in one["en"] for one in said)
    assert set(numbers(comparison)["run"]) == {"faces clean", "faces noisy"}


def test_from_too_few_test_pictures_nothing_is_said_of_noise_but_what_to_do() -> None:
    few = compare([narrow(8)])
    assert headline(few)["en"] == "Only 8 test pictures: too few to tell what noise costs."
    (advice,) = details(few)
    assert f"may be off by 28 points either way (95 %); from {FEWEST} on by 10 at most" in advice["en"]
    assert "import more pictures" in advice["en"]
    (advice,) = details(compare([narrow(8)], noises="seen"))
    assert "may be off by 28 points" in advice["en"], "clean pictures alone are as few"
    assert headline(compare([narrow(FEWEST - 1)]))["en"].startswith("Only")
    assert headline(compare([narrow(FEWEST)]))["en"].startswith(
        "Under Fog of severity 1 “faces clean” is right on 59 % of the pictures (clean 89 %, 30 points lost"
    )


def test_of_runs_with_few_and_with_enough_pictures_it_is_said_whose_are_few() -> None:
    few = replace(narrow(8), id="c", label=plain("small"), pictures="others")
    said = headline(compare([narrow(FEWEST), few]))
    assert said["en"].startswith("Under Fog of severity 1 “faces clean” is right on 59 % of the pictures")
    assert said["en"].endswith(" “small” had only 8 test pictures: too few to tell what noise costs it.")
    assert said["ko"].endswith(" “small”은 시험 사진이 8장뿐이라 노이즈의 영향을 말할 수 없습니다.")
    (advice,) = details(compare([narrow(FEWEST), few]))
    assert "may be off by 28 points" in advice["en"]
    two = headline(compare([CLEAN_TRAINED, replace(few, id="d"), few]))["en"]
    assert two.endswith(" 2 other runs had only 8 test pictures: too few to tell what noise costs them.")


def test_pictures_of_few_videos_or_persons_are_as_few_as_these_are() -> None:
    right = {("clean", 0): 180, ("fog", 1): 120}

    def grouped(each: int) -> EvaluatedRun:
        groups = {number: number // each for number in range(200)}
        return replace(CLEAN_TRAINED, answers=Answers.of(table(right, images=200), (), groups))

    assert headline(compare([grouped(2)]))["en"].startswith("Under Fog of severity 1 “faces clean” is right")
    few = compare([grouped(4)])
    assert headline(few)["en"] == "Only 50 videos or groups to test on: too few to tell what noise costs."
    assert (
        headline(few)["ko"]
        == "시험에 쓸 동영상이나 그룹이 50개뿐이라 노이즈의 영향을 말하기에는 너무 적습니다."
    )
    (advice,) = details(few)
    assert "may be off by 13 points either way" in advice["en"]
    assert "import more of them" in advice["en"]
    assert not ranks_runs(compare([grouped(4), replace(grouped(4), id="b")]))


def test_what_is_lost_is_the_difference_of_the_accuracies_as_they_are_written() -> None:
    """86.4 and 77.5: 8.9 points, but 86 and 78 are 8 apart."""
    rows = table({("clean", 0): 864, ("fog", 1): 775, ("snow", 1): 775}, images=1000)
    said = headline(compare([replace(CLEAN_TRAINED, answers=Answers.of(rows))]))["en"]
    assert "is right on 78 % of the pictures (clean 86 %, 8 points lost)" in said


def test_a_run_that_guesses_on_clean_pictures_already_is_said_to_and_nothing_is_said_of_noise() -> None:
    guessing = compare([narrow(100, clean=54, noisy=52)])
    assert headline(guessing)["en"] == (
        "“faces clean” cannot be told from guessing even on clean pictures (54 %, guessing 50 %): "
        "what noise costs cannot be told either."
    )
    assert headline(guessing)["ko"].startswith("“faces clean”은 원본에서도 찍는 것과 구별할 수 없어(54%")
    (advice,) = details(guessing)
    assert "Train for more epochs" in advice["en"]


def test_runs_that_guess_each_in_another_way_are_called_no_better_than_guessing() -> None:
    runs = [
        replace(narrow(2000, clean=clean, noisy=50), id=str(clean), label=plain(str(clean)))
        for clean in (54, 50, 40)
    ]
    assert headline(compare(runs))["en"].startswith("None of these runs is clearly better than guessing")
    assert headline(compare(runs[2:]))["en"].startswith("“40” is worse than guessing even on clean pictures")


def test_with_many_pictures_hardly_better_than_guessing_is_told_from_guessing() -> None:
    said = headline(compare([narrow(2000, clean=54, noisy=52)]))["en"]
    assert said.startswith("“faces clean” is hardly better than guessing even on clean pictures (54 %")
