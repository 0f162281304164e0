from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.noise.mix import Mix
from core.runs.editing import edit_run
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from pages.parts.training.run_filter import FEW

Open = Callable[..., AppTest]


@pytest.fixture
def many(workspace: Workspace, evaluated_run: Run) -> list[Run]:
    """More runs than are seen at one glance, newest first, beside the tested one."""
    foggy = replace(evaluated_run.recipe, mix=Mix.from_texts(["fog:0.5:1-5"]))
    recipes = [foggy if number % 2 else evaluated_run.recipe for number in range(FEW)]
    return [create_run(workspace, f"run {n}", recipe) for n, recipe in enumerate(recipes)][::-1]


def listed(at: AppTest) -> list[str]:
    assert not at.exception
    return list(at.dataframe[0].value["run"]) if at.dataframe else []


def test_runs_are_found_by_words_in_their_name_or_note_and_by_their_noise(
    open_page: Open, workspace: Workspace, many: list[Run]
) -> None:
    edit_run(workspace, many[0], many[0].name, "for the Talk")
    at = open_page("train")
    assert len(listed(at)) == FEW + 1
    at.text_input(key="train_runs_words").set_value("run talk").run()
    assert listed(at) == [many[0].name]
    at.text_input(key="train_runs_words").set_value("").run()
    at.selectbox(key="train_runs_mix").set_value("Fog").run()
    assert listed(at) == ["run 3", "run 1"]
    at.text_input(key="train_runs_words").set_value("nobody").run()
    assert listed(at) == []
    assert any("None of the 6 runs" in one.value for one in at.caption)


def test_what_is_ticked_but_not_in_sight_is_neither_compared_nor_deleted(
    open_page: Open, many: list[Run]
) -> None:
    at = open_page("train", run=f"{many[0].id},{many[1].id}")
    at.text_input(key="train_runs_words").set_value(many[0].name).run()
    keys = [str(one.key) for one in at.button if str(one.key).startswith("train_delete_")]
    assert keys == [f"train_delete_{many[0].id}"]
    at.text_input(key="train_runs_words").set_value("").run()
    assert at.button(key="train_delete_several")


def test_a_sorted_list_has_what_was_not_measured_last(
    open_page: Open, many: list[Run], evaluated_run: Run
) -> None:
    at = open_page("train")
    assert listed(at)[-1] == evaluated_run.name
    at.selectbox(key="train_runs_sort").set_value("noisy").run()
    assert listed(at)[0] == evaluated_run.name


def test_a_short_list_has_no_boxes_to_filter_it(open_page: Open, evaluated_run: Run) -> None:
    assert not [one for one in open_page("train").text_input if one.key == "train_runs_words"]
