"""Recipes: what they may say, what they meant in earlier versions, what is refused and how."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from core.errors import NotAChoice, NotTogether, NotUnderstood, OutOfRange, UnknownName, UserMistake
from core.noise.mix import Mix
from core.runs.recipe import CHOICES, LIMITS, PRETRAINED_RATE, RATE, SGD_TIMES, Recipe, weights_licence
from models.registry import models

FACTS: dict[str, Any] = {"data_set_id": "d", "data_set_fingerprint": "f", "model": "efficientnet_lite0"}


def test_a_recipe_without_a_rate_takes_the_one_that_fits_its_start_and_its_optimiser() -> None:
    assert Recipe.make(**FACTS).learning_rate == RATE
    pretrained = Recipe.make(**FACTS, start="imagenet")
    assert pretrained.learning_rate == PRETRAINED_RATE < RATE
    assert Recipe.make(**FACTS, start="a run").learning_rate == PRETRAINED_RATE
    assert Recipe.make(**FACTS, optimiser="sgd").learning_rate == SGD_TIMES * RATE
    assert Recipe.make(**FACTS, start="imagenet", learning_rate=RATE).learning_rate == RATE
    assert Recipe.read(pretrained.to_json()) == pretrained


@pytest.mark.parametrize("said", [True, False])
def test_a_file_that_knows_of_imagenet_weights_only_is_understood(said: bool) -> None:
    recipe = Recipe.read(FACTS | {"pretrained": said})
    recipe.check()
    assert (recipe.pretrained, recipe.start) == (said, "imagenet" if said else "random")
    assert recipe.kept == {}
    assert Recipe.read(recipe.to_json() | {"pretrained": not said}) == recipe, "what is newer counts"


def test_a_start_of_an_odd_kind_is_named_not_passed_over() -> None:
    with pytest.raises(NotUnderstood, match="often"):
        Recipe.read(FACTS | {"pretrained": "often"}).check()


def test_every_number_and_choice_of_a_recipe_is_written_read_and_has_its_limits() -> None:
    usual = Recipe.make(**FACTS)
    for name, (_, lowest, highest) in LIMITS.items():
        for value in (lowest, highest):
            # A whole number where the field is one.
            given = type(getattr(usual, name))(value)
            recipe = Recipe.make(**FACTS | {name: given})
            assert Recipe.read(recipe.to_json()) == recipe
        for value in (lowest - 1, highest + 1):
            with pytest.raises(OutOfRange):
                Recipe.make(**FACTS | {name: value})
    for name, (_, kind) in CHOICES.items():
        for value in get_args(kind):
            recipe = Recipe.make(**FACTS | {name: value})
            assert Recipe.read(recipe.to_json()) == recipe
        with pytest.raises(NotAChoice, match="odd"):
            Recipe.make(**FACTS | {name: "odd"})
    words = {name for name, value in usual.to_json().items() if isinstance(value, str)}
    assert words - set(CHOICES) == {"data_set_id", "data_set_fingerprint", "model", "start", "preset"}
    numbers = {name for name, value in usual.to_json().items() if type(value) in (int, float)}
    assert numbers == set(LIMITS)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"start": ""}, NotUnderstood),
        ({"start": "imagenet", "model": "small_cnn"}, UnknownName),
        ({"side": 8}, OutOfRange),
        ({"objective": "jsd", "augmentation": "cutmix"}, NotTogether),
        ({"objective": "jsd", "augmentation": "mixup"}, NotTogether),
        ({"drawn": "once", "mix_over_epochs": "easy_to_hard"}, NotTogether),
    ],
)
def test_what_cannot_be_run_is_refused(change: dict[str, Any], error: type[UserMistake]) -> None:
    with pytest.raises(error):
        Recipe.make(**FACTS | change)


def test_a_recipe_is_clean_where_nothing_is_done_to_its_pictures_against_noise() -> None:
    assert Recipe.make(**FACTS).clean
    assert Recipe.make(**FACTS, flips=True, crops=True).clean
    assert not Recipe.make(**FACTS, mix=Mix.from_texts(["fog:0.5:1-5"])).clean
    assert not Recipe.make(**FACTS, augmentation="augmix").clean


def test_a_record_tells_what_is_not_usual_and_nothing_else() -> None:
    assert Recipe.make(**FACTS).told_apart == {}
    assert Recipe.make(**FACTS, start="imagenet", seed=3, threads=2).told_apart == {}
    odd = Recipe.make(**FACTS, optimiser="sgd", schedule="cosine", average=0.99)
    assert odd.told_apart == {"optimiser": "sgd", "schedule": "cosine", "average": 0.99}
    assert Recipe.make(**FACTS, optimiser="sgd", weight_decay=0.01).told_apart["weight_decay"] == 0.01


def test_weights_with_a_licence_of_their_own_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe("", "", "resnet18", start="imagenet")
    assert weights_licence(recipe) is None
    spec = models()["resnet18"]
    assert spec.weights is not None
    own = replace(spec, weights=replace(spec.weights, licence="CC-BY-NC-4.0 (torchvision, SWAG)"))
    monkeypatch.setattr("core.runs.recipe.get_model", lambda key: own)
    said = weights_licence(recipe)
    assert said is not None
    assert "CC-BY-NC-4.0" in said["en"]
    assert "CC-BY-NC-4.0" in said["ko"]
    assert weights_licence(replace(recipe, start="random")) is None
