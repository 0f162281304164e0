from dataclasses import replace
from typing import Any

import pytest

from core.data.dataset import DataSet
from core.noise.mix import Mix
from core.runs.effects import without_effect
from core.runs.recipe import Recipe

NOISE = Mix.from_texts(["gaussian_noise:0.5:1-5"])


@pytest.mark.parametrize(
    ("changed", "idle"),
    [
        ({}, set()),
        ({"patience": 7, "accumulate": 2, "batch_size": 8, "side": 48, "threads": 1}, set()),
        ({"patience": 8}, {"patience"}),
        ({"accumulate": 2}, {"accumulate"}),
        ({"share": 0.25, "accumulate": 2, "batch_size": 16}, {"accumulate"}),
        ({"balance": "weights"}, {"balance"}),
        ({"threads": 1, "device": "cuda"}, {"threads"}),
        ({"side": 32}, {"side"}),
        ({"drawn": "once", "mix": NOISE}, set()),
        ({"drawn": "once"}, {"drawn"}),
        ({"mix_over_epochs": "easy_to_hard"}, {"mix_over_epochs"}),
    ],
)
def test_a_choice_that_changes_nothing_is_found_beside_the_others(
    tiny_data_set: DataSet, changed: dict[str, Any], idle: set[str]
) -> None:
    recipe = replace(Recipe(tiny_data_set.id, "", "small_cnn"), **changed)
    assert set(without_effect(recipe, tiny_data_set)) == idle


def test_ending_early_takes_validation_pictures(tiny_data_set: DataSet) -> None:
    card = tiny_data_set.card
    bare = replace(
        tiny_data_set, card=replace(card, counts=card.counts | {"validation": dict.fromkeys(card.classes, 0)})
    )
    recipe = Recipe(tiny_data_set.id, "", "small_cnn", patience=3)
    assert "validation" in without_effect(recipe, bare)["patience"]["en"]
