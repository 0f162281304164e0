"""Recipes as files that other workspaces take."""

import pytest

from core.data.dataset import DataSet
from core.errors import NotUnderstood
from core.noise.mix import Mix
from core.runs.recipe import RATE, Recipe
from core.runs.recipe_file import as_far_as_here, differs, file_of, from_file
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


def test_what_a_file_names_that_is_not_here_is_told_and_the_rest_taken(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    said = {
        "data_set_name": "elsewhere",
        "data_set_fingerprint": "other",
        "model": "no_such_model",
        "start": "a run that is gone",
        "mix": [
            {"noise": "fog", "probability": 0.25, "lowest": 2, "highest": 4},
            {"noise": "grumble", "probability": 0.25, "lowest": 1, "highest": 5},
        ],
        "epochs": 7,
        "batch_size": 0,
        "optimiser": "nadam",
        "flips": "yes",
        "colour": "blue",
    }
    found = as_far_as_here(workspace, said)
    assert found.data_set is None
    told = " ".join(text["en"] for text in found.left_out)
    for word in ("elsewhere", "no_such_model", "grumble", "batch size", "nadam", "flips", "colour"):
        assert word in told, word
    found.recipe.check()
    assert (found.recipe.epochs, found.recipe.batch_size, found.recipe.start) == (7, 64, "random")
    assert found.recipe.mix == Mix.from_texts(["fog:0.25:2-4"])
    fog = [{"noise": "fog", "probability": 0.5}]
    gone = as_far_as_here(
        workspace, {"data_set_name": "tiny", "model": "small_cnn", "start": "gone", "mix": fog}
    )
    assert (gone.recipe.learning_rate, gone.recipe.mix) == (RATE, Mix.from_texts(["fog:0.5:1-5"]))
    assert [text["en"] for text in gone.left_out] == [
        "The run whose weights it starts from is not here: it starts from scratch."
    ]
    assert gone.data_set is not None


def test_a_file_of_this_workspace_is_taken_to_the_letter(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    recipe = Recipe.make(
        data_set_id=tiny_data_set.id,
        data_set_fingerprint=tiny_data_set.card.fingerprint,
        model="small_cnn",
        mix=Mix.from_texts(["gaussian_noise:0.5:sd=0.1..0.3"]),
        optimiser="sgd",
        average=0.9,
    )
    found = as_far_as_here(workspace, file_of(recipe, "tiny"))
    assert (found.recipe, found.left_out) == (recipe, [])


@pytest.mark.parametrize("said", [[], "text", 3, None])
def test_a_file_that_is_no_recipe_is_refused(workspace: Workspace, said: object) -> None:
    with pytest.raises(NotUnderstood, match="a recipe"):
        as_far_as_here(workspace, said)
