from dataclasses import replace

from core.runs.differences import differing
from core.runs.recipe import Recipe


def test_only_fields_that_are_not_the_same_in_all_recipes_are_told_also_those_that_one_alone_has() -> None:
    recipe = Recipe("id", "print", "small_cnn")
    other = replace(recipe, data_set_fingerprint="other", preset="prime", seed=2, kept={"later": 1})
    assert differing([recipe, recipe]) == []
    assert differing([recipe, other, recipe]) == ["seed", "later"]
