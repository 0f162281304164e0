from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, Preprocessing
from core.runs.entering import create_run
from core.runs.recipe import PRETRAINED_RATE, Recipe, get_model
from core.runs.runs import list_runs
from core.store import Workspace

Open = Callable[..., AppTest]
pytestmark = pytest.mark.with_torch


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Did you mean squeezenet1_1"), ("ko", "혹시 squeezenet1_1")]
)
def test_a_model_is_taken_by_its_name_and_a_name_that_none_has_says_which_are_near(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language)
    at.slider(key="train_epochs").set_value(3).run()
    at.text_input(key="train_other_name").set_value("squeezenet1_9").run()
    assert not at.exception
    assert any(words in one.value for one in at.error)
    assert at.selectbox(key="train_model").value != "squeezenet1_9"
    at.text_input(key="train_other_name").set_value(" squeezenet1_1 ").run()
    assert not at.exception
    assert not at.error
    assert at.text_input(key="train_other_name").value == ""
    assert "squeezenet1_1" in at.button(key="train_go").label
    at.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    assert (run.recipe.model, run.recipe.epochs) == ("squeezenet1_1", 3)


def test_an_address_with_a_model_that_nobody_registered_opens_with_it(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="squeezenet1_1")
    assert not at.exception
    assert not at.error
    assert "squeezenet1_1" in at.button(key="train_go").label
    at = open_page("train", model="squeezenet1_9")
    assert any("squeezenet1_9" in one.value for one in at.error)


def test_training_starts_from_a_model_of_ones_own_with_the_rate_that_fits(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    assert not [one for one in at.selectbox if one.key.startswith("train_from")], (
        "there is none to start from"
    )
    facts = {"data_set_id": tiny_data_set.id, "data_set_fingerprint": tiny_data_set.card.fingerprint}
    source = create_run(workspace, "first", Recipe.make(model="small_cnn", **facts))
    spec = get_model("small_cnn")
    network = Network(spec, spec.build(2, 32), tiny_data_set.classes, 32, 32, Preprocessing.of(spec))
    save_checkpoint(source.folder.checkpoint, network)
    at = open_page("train", model="small_cnn")
    box = at.selectbox(key="train_from_small_cnn")
    assert box.options == ["none", "first"]
    box.set_value("first").run()
    assert not at.exception
    assert any("Starts from the weights of “first”" in one.value for one in at.caption)
    at.button(key="train_go").click().run()
    newest = list_runs(workspace)[0]
    assert (newest.recipe.start, newest.recipe.learning_rate) == (source.id, PRETRAINED_RATE)
    assert newest.recipe.model == "small_cnn"
