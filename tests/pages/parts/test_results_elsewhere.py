"""What leads out of Results and back."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.runs.runs import Run
from core.store import Workspace
from pages.parts.services.kept import works
from tests.pages.brought import brought_model, brought_predictions
from tests.pages.parts.test_ask_pictures import _zip

Open = Callable[..., AppTest]


def test_predictions_made_elsewhere_go_out_and_come_back_on_results(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet, tmp_path
) -> None:
    at = open_page("results", runs=evaluated_run.id)
    at.session_state["results_elsewhere"] = True
    at.run()
    assert at.selectbox(key="train_data").value == tiny_data_set.id
    assert [one.key for one in at.button if one.key in ("challenge_go", "predictions_go")] == [
        "challenge_go",
        "predictions_go",
    ]
    theirs = brought_predictions(workspace, tiny_data_set, tmp_path)
    at.session_state["predictions_run"] = theirs.id
    at.run()
    links = [one.proto for one in at.get("page_link") if "beside these models" in one.proto.label]
    assert [link.query_string for link in links] == [f"runs={evaluated_run.id}%2C{theirs.id}"]
    assert not at.exception


def test_results_hand_new_pictures_to_one_of_the_runs(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = brought_model(workspace, tiny_data_set)
    at = open_page("results", runs=run.id)
    at.session_state["results_ask"] = True
    at.run()
    at.file_uploader(key=f"results_ask_files_{run.id}").upload("mine.zip", _zip(tiny_data_set)).run()
    (work,) = [one for one in works().known() if one.key[0] == "ask"]
    assert work.ended.wait(60)
    at.run()
    assert not at.exception
    assert [one.file for one in work.partial.answers] == ["사진/0.png", "사진/1.png", "사진/2.png"]
