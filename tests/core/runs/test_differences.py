from dataclasses import replace

from core.runs.differences import differing, field_name
from core.runs.recipe import Recipe


def test_only_fields_that_are_not_the_same_in_all_recipes_are_told_also_those_that_one_alone_has() -> None:
    recipe = Recipe("id", "print", "small_cnn")
    other = replace(recipe, data_set_fingerprint="other", preset="prime", seed=2, kept={"later": 1})
    assert differing([recipe, recipe]) == {}
    assert differing([recipe, other, recipe]) == {"seed": [0, 2, 0], "later": [None, 1, None]}


def test_every_field_of_a_recipe_has_a_name_in_both_languages() -> None:
    names = set(Recipe("", "", "").to_json()) - {"data_set_id", "data_set_fingerprint", "preset"}
    assert [name for name in names if field_name(name)["ko"] == name] == []
