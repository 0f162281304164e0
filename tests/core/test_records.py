"""Records of another version."""

from typing import Any

import pytest

from core.errors import NotUnderstood, UnknownName
from core.records import filled
from core.runs.recipe import Recipe

NEWER: dict[str, Any] = {
    "data_set_id": "d",
    "data_set_fingerprint": "f",
    "model": "small_cnn",
    "mix": [{"noise": "fog", "probability": 0.5, "lowest": 1, "highest": 5}],
    "epochs": 3,
    "augmentation": ["flip"],
}


def test_a_recipe_of_another_version_is_read_filled_in_and_written_back_as_it_came() -> None:
    recipe = Recipe.read(NEWER)
    recipe.check()
    assert (recipe.epochs, recipe.seed, recipe.mix.noises) == (3, 0, ["fog"])
    assert recipe.to_json() | NEWER == recipe.to_json()


@pytest.mark.parametrize(
    "value", [None, [], {}, {"mix": None}, {"mix": [1, {"noise": 3}]}, {"kept": 1, "epochs": "x"}]
)
def test_no_recipe_is_so_odd_that_it_cannot_be_read(value: Any) -> None:
    recipe = Recipe.read(value)
    assert recipe.to_json() | (value or {}) == recipe.to_json()
    assert Recipe.read(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("change", "error", "names"),
    [
        ({"model": "gone"}, UnknownName, "gone"),
        ({"mix": [{"noise": "gone", "probability": 0.5, "lowest": 1, "highest": 5}]}, UnknownName, "gone"),
        ({"epochs": "many"}, NotUnderstood, "many"),
        ({"mix": [{"noise": "fog", "how": "new"}]}, NotUnderstood, "new"),
    ],
)
def test_what_a_recipe_cannot_be_run_for_is_named(change: Any, error: type[Exception], names: str) -> None:
    recipe = Recipe.read(NEWER | change)
    with pytest.raises(error, match=names):
        recipe.check()


def test_a_record_keeps_what_it_says_and_is_filled_in_where_it_says_nothing_that_fits() -> None:
    said = filled({"new": 1, "size": "wide", "rate": 1}, {"size": 32, "rate": 0.5, "names": []})
    assert said == {"new": 1, "size": 32, "rate": 1, "names": []}
    assert filled(None, {"size": 32}) == {"size": 32}
