from dataclasses import replace

import pytest

from core.evaluation.answers import Answers
from core.evaluation.comparison import compare, difference
from core.evaluation.details import details
from core.words import plain
from tests.core.evaluation.conftest import CLEAN_TRAINED, NOISE_TRAINED, narrow, table

HOLDING = {
    ("clean", 0): 90,
    ("gaussian_noise", 1): 90,
    ("gaussian_noise", 5): 88,
    ("fog", 1): 90,
    ("fog", 5): 90,
}


def test_the_details_name_the_worst_noise_and_the_unseen_ones_that_hold() -> None:
    holding = replace(NOISE_TRAINED, answers=Answers.of(table(HOLDING)))
    first, second = details(compare([CLEAN_TRAINED, holding]))[-2:]
    assert first["en"] == "Worst for the clean-trained one: **Gaussian noise** (90 % → 60 %)."
    assert second["en"] == "The noise-trained one was never shown **Fog** and still holds there."


def test_that_a_run_holds_is_not_said_where_it_may_as_well_lose_more() -> None:
    """Fog costs it 3 points, but 6 just as well."""
    assert not [one for one in details(compare([CLEAN_TRAINED, NOISE_TRAINED])) if "holds" in one["en"]]


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (1080, "hardly better than the 50 % of guessing"),
        (1000, "cannot be told from the 50 % of guessing"),
        (900, "worse than the 50 % of guessing"),
    ],
)
def test_a_noise_under_which_less_is_right_than_by_guessing_leaves_nothing_that_is_better(
    right: int, said: str
) -> None:
    cells = {("clean", 0): 1800, ("fog", 1): right, ("snow", 1): 1700}
    run = replace(CLEAN_TRAINED, answers=Answers.of(table(cells, images=2000)))
    assert said in details(compare([run]))[0]["en"]


def test_noises_that_cost_the_same_are_not_told_apart_as_the_worst() -> None:
    right = {("clean", 0): 90, ("gaussian_noise", 1): 60, ("fog", 1): 60, ("snow", 1): 85}
    (said,) = details(compare([replace(CLEAN_TRAINED, answers=Answers.of(table(right)))]))
    assert said["en"] == (
        "Among the worst for it: **Gaussian noise** (90 % → 60 %); **Fog** cannot be told from it."
    )


def test_a_noise_that_both_runs_stand_is_no_merit_of_the_noise_trained_one() -> None:
    both_stand = {("clean", 0): 90, ("gaussian_noise", 1): 60, ("fog", 1): 89}
    clean_trained = replace(CLEAN_TRAINED, answers=Answers.of(table(both_stand)))
    noise_trained = replace(NOISE_TRAINED, answers=Answers.of(table(both_stand)))
    sentences = details(compare([clean_trained, noise_trained]))
    assert not any("holds" in sentence["en"] for sentence in sentences)


def test_an_accuracy_within_chance_is_called_guessing() -> None:
    comparison = compare([CLEAN_TRAINED], severities=[5])
    assert "cannot be told from the 50 % of guessing" in details(comparison)[0]["en"]


def test_an_interval_without_0_is_not_written_with_one() -> None:
    better = table({("clean", 0): 900, ("fog", 1): 880}, images=1000)
    rows = better.copy()
    noisy = (rows["noise"] == "fog") & rows["image"].isin(range(15))
    rows.loc[noisy, "prediction"] = 1 - rows.loc[noisy, "prediction"]
    again = (rows["noise"] == "fog") & rows["image"].isin([990, 991])
    rows.loc[again, "prediction"] = 1 - rows.loc[again, "prediction"]
    pair = [
        replace(CLEAN_TRAINED, answers=Answers.of(rows)),
        replace(CLEAN_TRAINED, id="b", label=plain("better"), answers=Answers.of(better)),
    ]
    comparison = compare(pair)
    lead = difference(comparison.arms[1], comparison.arms[0])
    assert 0 < lead.low < 0.5, "told, and rounded to 0"
    sure = next(one["en"] for one in details(comparison) if "difference" in one["en"])
    assert sure == f"The difference is 1.3 points (95 %: {lead.low:.1f} to {lead.high:.1f})."


def test_a_noise_is_not_named_twice_for_what_it_costs_one_run() -> None:
    right = {("clean", 0): 90, ("gaussian_noise", 1): 86, ("fog", 1): 40}
    (_, told) = (
        one["en"] for one in details(compare([replace(NOISE_TRAINED, answers=Answers.of(table(right)))]))
    )
    assert told.startswith("Worst for it: **Fog** (90 % → 40 %, ")
    assert told.endswith("not seen in training).")


def test_of_three_runs_all_are_told_under_noises_that_none_has_seen() -> None:
    """The one between the others over all noises wins where none has seen any."""
    middle = {("clean", 0): 90, ("gaussian_noise", 1): 66, ("fog", 1): 89}
    middle |= {("gaussian_noise", 5): 66, ("fog", 5): 89}
    third = replace(CLEAN_TRAINED, id="c", label=plain("third"), answers=Answers.of(table(middle)))
    told = [
        one["en"]
        for one in details(compare([CLEAN_TRAINED, NOISE_TRAINED, third]))
        if "none of these" in one["en"]
    ]
    assert told == [
        "Under noises that none of these runs was trained on, “third” is right on 89 %, “faces noisy” on 85 % and "
        "“faces clean” on 70 %. Under the others they are right on 66, 87 and 60 %, in this order."
    ]


def test_beside_a_run_that_reads_clean_pictures_one_that_guesses_is_named_first() -> None:
    arms = [replace(narrow(100, 54, 52), answers=Answers.of(table(GUESSING))), NOISE_TRAINED]
    first = details(compare(arms))[0]["en"]
    assert first == (
        "The clean-trained one cannot be told from guessing even on clean pictures (54 %, guessing 50 %)."
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
        "Under noises that neither was trained on, the noise-trained one is right on 85 %, "
        "the clean-trained one on 70 %; under the others on 87 and 60 %."
    ]
    assert told[0]["ko"] == (
        "둘 다 학습 때 못 본 노이즈만 보면 노이즈로 학습한 모델은 85%, 원본으로만 학습한 모델은 70%를 맞힙니다. "
        "나머지 노이즈에서는 각각 87%, 60%를 맞힙니다."
    )
    alone = details(compare([NOISE_TRAINED]))[0]["en"]
    assert (
        alone
        == "Under noises that it was not trained on it is right on 85 %, under those that it was on 87 %."
    )


@pytest.mark.parametrize("noises", ["seen", "unseen"])
def test_of_noises_of_one_kind_only_no_second_mean_is_told(noises: str) -> None:
    comparison = compare([CLEAN_TRAINED, NOISE_TRAINED], noises=noises)
    assert not [one for one in details(comparison) if "neither" in one["en"]]
