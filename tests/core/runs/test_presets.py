"""Presets: recipes that can be run, of noises that no test is spoiled by."""

import pytest

from core.errors import NotUnderstood, UnknownName
from core.noise.catalogue import CHOOSERS, get_noise
from core.runs.presets import PRESETS, choices, with_preset
from core.runs.recipe import Recipe

VALUES = {"data_set_id": "d", "data_set_fingerprint": "f", "model": "small_cnn", "epochs": 3}
KEYS = [
    f"{preset.key}:{chosen}" if chosen else preset.key
    for preset in PRESETS.values()
    for chosen in (choices(preset) or [""])
]


def test_the_presets_stand_in_the_order_of_their_papers_worth() -> None:
    assert list(PRESETS) == [
        "clean",
        "original_study",
        "one_noise",
        "family",
        "gaussian",
        "augmix",
        "augmix_gaussian",
        "augmix_jsd",
        "prime",
        "apr",
        "pixmix",
        "mixup",
        "cutmix",
        "random_erasing",
        "hide_and_seek",
    ]


def test_every_preset_is_a_recipe_that_can_be_run_and_trains_on_nothing_that_is_tested_or_chosen_by() -> None:
    for key in KEYS:
        recipe = Recipe.make(**with_preset(VALUES, key))
        assert (recipe.preset, recipe.epochs) == (key, 3)
        assert [one for one in recipe.mix.noises if get_noise(one).held_out or one in CHOOSERS] == []
        assert recipe.clean == (key == "clean")


def test_the_original_study_draws_noise_once_for_a_tenth_of_the_pictures() -> None:
    recipe = Recipe.make(**with_preset(VALUES, "original_study"))
    assert (recipe.drawn, recipe.mix.to_texts()) == ("once", ["salt_pepper:0.05:1-5", "bfs_noise:0.05:1-5"])


def test_a_preset_takes_the_place_of_another_one_altogether() -> None:
    first = with_preset(VALUES | {"flips": True}, "original_study")
    second = with_preset(first, "augmix_jsd")
    assert second == with_preset(VALUES | {"flips": True}, "augmix_jsd")
    assert Recipe.make(**second).objective == "jsd"
    assert with_preset(second, "clean") == with_preset(VALUES | {"flips": True}, "clean")


def test_the_loss_that_compares_views_is_asked_for_by_name_alone() -> None:
    assert [key for key in KEYS if with_preset(VALUES, key)["objective"] == "jsd"] == ["augmix_jsd"]


@pytest.mark.parametrize("key", ["one_noise:speckle_noise", "one_noise:perlin_noise", "family:held_out"])
def test_what_is_kept_for_tests_cannot_be_chosen(key: str) -> None:
    with pytest.raises(UnknownName):
        with_preset(VALUES, key)


@pytest.mark.parametrize(
    ("key", "said"), [("one_noise", "one_noise:"), ("family", "family:"), ("prime:3", "prime")]
)
def test_a_choice_that_is_missing_or_too_much_is_told_with_an_example(key: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        with_preset(VALUES, key)


def test_an_unknown_preset_is_told_with_one_that_is_near() -> None:
    with pytest.raises(UnknownName, match="prime"):
        with_preset(VALUES, "primes")
