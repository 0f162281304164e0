"""What the form of training proposes, and its ready-made ways to train."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.runs.presets import PRESETS
from core.runs.runs import list_runs
from core.store import Workspace
from core.tables import DataSetRow

Open = Callable[..., AppTest]


def now_of_kind(workspace: Workspace, data_set: DataSet, kind: str) -> None:
    with workspace.session() as session:
        session.execute(update(DataSetRow).values(card=data_set.card.to_json() | {"kind": kind}))


def shown(at: AppTest) -> tuple[Any, Any, Any]:
    trains = [one.value for one in at.button_group if one.key == "train_trains"]
    return at.selectbox(key="train_model").value, trains, at.slider(key="train_epochs").value


def test_the_form_follows_the_pictures_until_somebody_chooses(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    assert shown(at) == ("efficientnet_lite0", ["head"], 20)
    now_of_kind(workspace, tiny_data_set, "faces")
    assert shown(at.run()) == ("small_cnn", [], 8)
    now_of_kind(workspace, tiny_data_set, "import")
    assert shown(at.run()) == ("efficientnet_lite0", ["head"], 20)
    at.button_group(key="train_trains").set_value("all").run()
    assert shown(at) == ("efficientnet_lite0", ["all"], 8)
    at.slider(key="train_epochs").set_value(5).run()
    at.selectbox(key="train_model").set_value("resnet18").run()
    now_of_kind(workspace, tiny_data_set, "faces")
    assert shown(at.run()) == ("resnet18", [], 5), "what was chosen stays"
    assert not at.exception


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_preset_says_what_to_expect_and_is_what_is_trained(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("train", language, model="small_cnn", noise="preset", preset="prime")
    assert not at.exception
    preset = PRESETS["prime"]
    said = [one.value.replace("\xa0", " ").replace("\u2060", "") for one in at.markdown]
    assert preset.sentence[language] in said  # type: ignore[literal-required]
    assert any("Modas et al., PRIME" in one.value for one in at.caption)
    at.selectbox(key="train_preset").set_value("one_noise").run()
    at.selectbox(key="train_preset_noise").set_value("fog").run()
    assert (at.query_params["preset"], at.query_params["preset_of"]) == ("one_noise", "fog")
    at.selectbox(key="train_preset").set_value("augmix_jsd").run()
    assert "preset_of" not in at.query_params
    at.button(key="train_go").click().run()
    assert not at.exception
    (run,) = list_runs(workspace)
    assert (run.recipe.preset, run.recipe.augmentation, run.recipe.objective) == (
        "augmix_jsd",
        "augmix",
        "jsd",
    )
    assert "AugMix" in run.label[language]  # type: ignore[literal-required]


def test_a_run_made_by_a_preset_is_cloned_as_that_preset(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn", noise="preset", preset="one_noise", preset_of="fog")
    at.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    again = open_page("train", run=run.id)
    again.button(key=f"train_clone_{run.id}").click().run()
    assert not again.exception
    assert shown(again) == ("small_cnn", [], 8)
    assert again.button_group(key="train_noise").value == "preset"
    assert again.selectbox(key="train_preset").value == "one_noise"
    assert again.selectbox(key="train_preset_noise").value == "fog"
    again.number_input(key="train_seed").set_value(
        1
    ).run()  # the very same at once is taken for a double click
    again.button(key="train_go").click().run()
    new, old = list_runs(workspace)
    assert replace(new.recipe, seed=0) == old.recipe
