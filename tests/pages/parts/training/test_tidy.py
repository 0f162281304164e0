from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.deleted import delete_run, list_deleted
from core.runs.entering import create_run
from core.runs.runs import Run, list_runs
from core.store import Workspace

Open = Callable[..., AppTest]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_several_runs_are_deleted_after_one_question_and_brought_back(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str
) -> None:
    others = [create_run(workspace, name, evaluated_run.recipe) for name in ("a", "b")]
    at = open_page("train", language, run=",".join(run.id for run in others))
    at.button(key="train_delete_several").click().run()
    assert [one.value for one in at.markdown if one.value.endswith("\n\n- b\n- a")], "it names them"
    at.button(key="train_delete_yes").click().run()
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
    key = f"train_tidy_maps_{evaluated_run.id}"
    at = open_page("train", language, run=evaluated_run.id)
    at.button(key=key).click().run()
    at.button(key="train_tidy_maps_yes").click().run()
    assert not at.exception
    assert key not in [one.key for one in at.button], "there are none left to drop"
    at.switch_page("explain.py").run()
    assert not at.exception
    assert any(words in one.value for one in at.markdown)


def test_a_run_that_is_under_way_is_not_deleted_with_others(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    at = open_page("train", run=evaluated_run.id)
    at.button(key="train_go").click().run()
    (queued,) = [run for run in list_runs(workspace) if run.id != evaluated_run.id]
    at = open_page("train", run=f"{evaluated_run.id},{queued.id}")
    assert at.button(key="train_delete_several").disabled


def test_many_deleted_runs_are_folded(open_page: Open, workspace: Workspace, evaluated_run: Run) -> None:
    for name in "abcd":
        delete_run(workspace, create_run(workspace, name, evaluated_run.recipe))
    at = open_page("train")
    assert [one.label for one in at.expander if one.label.startswith("Deleted within a day: 4 (")]
    assert not [one for one in at.button if str(one.key).startswith("train_back_")]


def test_an_address_of_a_deleted_run_says_so_and_what_is_brought_back_is_shown(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    run = create_run(workspace, "a", evaluated_run.recipe)
    delete_run(workspace, run)
    at = open_page("train", run=run.id)
    assert not at.error
    assert any("“a” was deleted" in one.value for one in at.info)
    at.button(key=f"train_back_{run.id}").click().run()
    assert not at.exception
    assert at.button(key=f"train_delete_{run.id}")
