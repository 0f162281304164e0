"""Recipes as files that other workspaces take."""

from core.data.dataset import DataSet
from core.runs.recipe import Recipe
from core.runs.recipe_file import differs, from_file
from core.store import Workspace


def test_pictures_that_differ_are_told_where_they_are_taken_all_the_same(
    tiny_data_set: DataSet,
) -> None:
    told = differs({"data_set_name": "faces", "data_set_fingerprint": "other"}, tiny_data_set)
    assert told is not None
    assert '"tiny" has other pictures' in told["en"]
    assert "faces" in told["ko"]
    same = {"data_set_name": "faces", "data_set_fingerprint": tiny_data_set.card.fingerprint}
    assert differs(same, tiny_data_set) is None


def test_a_recipe_file_without_a_rate_takes_the_one_that_fits(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    said = {"data_set_name": "tiny", "model": "small_cnn", "optimiser": "sgd"}
    recipe, data_set = from_file(workspace, said)
    assert (data_set.id, recipe.data_set_id) == (tiny_data_set.id, tiny_data_set.id)
    made = Recipe.make(data_set_id="", data_set_fingerprint="", model="small_cnn", optimiser="sgd")
    assert (recipe.learning_rate, recipe.weight_decay) == (made.learning_rate, made.weight_decay)
