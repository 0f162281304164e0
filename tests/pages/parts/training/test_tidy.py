from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.deleted import list_deleted
from core.runs.runs import Run, create_run, list_runs
from core.store import Workspace

Open = Callable[..., AppTest]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_several_runs_are_deleted_after_one_question_and_brought_back(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str
) -> None:
    others = [create_run(workspace, name, evaluated_run.recipe) for name in ("a", "b")]
    at = open_page("train", language)
    at.session_state["train_tidy"] = True
    at.run()
    at.multiselect(key="train_tidy_runs").set_value([run.id for run in others]).run()
    at.button(key="train_tidy_delete").click().run()
    at.button(key="train_tidy_delete_yes").click().run()
    assert not at.exception
    assert [run.id for run in list_runs(workspace)] == [evaluated_run.id]
    at.button(key=f"train_back_{others[0].id}").click().run()
    at.button(key=f"train_remove_{others[1].id}").click().run()
    assert not at.exception
    assert {run.id for run in list_runs(workspace)} == {evaluated_run.id, others[0].id}
    assert list_deleted(workspace) == []


@pytest.mark.parametrize(("language", "words"), [("en", "dropped to free disk space"), ("ko", "버렸습니다")])
def test_the_maps_of_runs_are_dropped_after_a_question_and_grad_cam_says_so(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, words: str
) -> None:
    at = open_page("train", language)
    at.session_state["train_tidy"] = True
    at.run()
    assert at.button(key="train_tidy_maps").disabled
    at.multiselect(key="train_tidy_runs").set_value([evaluated_run.id]).run()
    at.button(key="train_tidy_maps").click().run()
    at.button(key="train_tidy_maps_yes").click().run()
    assert not at.exception
    assert at.button(key="train_tidy_maps").disabled
    at.switch_page("explain.py").run()
    assert not at.exception
    assert any(words in one.value for one in at.markdown)
