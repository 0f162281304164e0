"""What was made elsewhere, on every page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.runs.runs import Run, open_run
from core.store import Workspace
from pages.parts.results.tabs import TABS
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.brought import brought_model, brought_predictions
from tests.pages.conftest import NOISES

Open = Callable[..., AppTest]


def _said(at: AppTest) -> str:
    return "\n".join(
        str(one.value).replace("\u00a0", " ")
        for kind in (at.markdown, at.caption, at.info, at.warning)
        for one in kind
    )


@pytest.fixture
def everything(
    workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run, tmp_path: Path
) -> dict[str, Run]:
    """A run of each kind, those of one's own and of a model tested."""
    model = brought_model(workspace, tiny_data_set)
    stored_evaluation(workspace, tiny_data_set, model, NOISES, (1, 3), lambda truth, noise, _: truth)
    return {
        "own": evaluated_run,
        "model": model,
        "graph": brought_model(workspace, tiny_data_set, "graph", "onnx"),
        "predictions": brought_predictions(workspace, tiny_data_set, tmp_path),
    }


def test_no_page_breaks_where_runs_were_made_elsewhere(open_page: Open, everything: dict[str, Run]) -> None:
    language = "ko"  # the other tests read the English pages
    for page in ("home", "preview", "data", "train", "results", "explain", "quiz"):
        at = open_page(page, language)
        assert not [*at.exception, *at.error], page
    every = ",".join(run.id for run in everything.values())
    at = open_page("results", language, runs=every)
    assert not at.exception
    choices = ("ways_run", "distance_run", "map_run", "spectrum_first")
    for tab in TABS:
        for one in ("model", "predictions"):
            at.query_params["tab"] = tab.key
            for choice in choices:
                at.query_params[choice] = everything[one].id
            at.run()
            assert not at.exception, (tab.key, one)
    at = open_page("train", language, run=every)
    assert not at.exception
    for run in everything.values():
        at = open_page("train", language, run=run.id)
        assert not at.exception, run.name


def test_a_model_that_was_just_brought_in_and_not_tested_is_offered_for_it(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = brought_model(workspace, tiny_data_set)
    at = open_page("train", run=run.id)
    assert not at.exception
    assert "“outside” was brought in: right on 90 % of 40 validation pictures." in _said(at)
    assert "Small CNN · 20 of 22 tensors fit" in _said(at)
    tests = [one.key for one in at.button if one.key.endswith(f"_go_{run.id}")]
    assert tests == [f"train_last_go_{run.id}", f"train_record_go_{run.id}"]


def test_results_say_that_it_is_not_known_what_a_model_from_elsewhere_has_seen(
    open_page: Open, everything: dict[str, Run]
) -> None:
    at = open_page("results", runs=f"{everything['own'].id},{everything['predictions'].id}")
    assert "“a service”: trained elsewhere, so which noises it has seen" in _said(at)
    assert "nobody saw" not in _said(open_page("results", noises="unseen"))
    at = open_page("results", runs=everything["own"].id, noises="all")
    assert "trained elsewhere" not in _said(at)


def test_a_record_says_where_a_run_comes_from_and_offers_no_recipe_of_it(
    open_page: Open, everything: dict[str, Run]
) -> None:
    at = open_page("train", run=everything["model"].id)
    said = _said(at)
    assert "from outside.pth (PyTorch weights)" in said
    assert "20 of 22 tensors fit (they were under “state_dict”)" in said
    assert "right on 90 % of 40 validation pictures" in said
    assert "epochs · learning rate" not in said
    assert not [one for one in at.button if one.key.startswith("train_clone")]
    said = _said(open_page("train", run=everything["predictions"].id))
    assert "Predictions only: it has no map" in said
    assert "answers to 16 pictures, clean and under 2 noises" in said


def test_the_order_of_classes_and_the_way_are_corrected_without_the_file(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = brought_model(workspace, tiny_data_set)
    at = open_page("train", run=run.id)
    at.session_state[f"train_handshake_{run.id}"] = True
    at.run()
    order = f"train_order_{run.id}_[0, 1]"
    assert at.button(key=f"train_correct_{run.id}").disabled
    at.text_input(key=order).set_value("no class").run()
    at.button(key=f"train_correct_{run.id}").click().run()
    assert "no class" in at.error[0].value
    at.text_input(key=order).set_value(", ".join(reversed(tiny_data_set.classes)))
    at.selectbox(key=f"train_way_{run.id}").set_value(2).run()
    at.button(key=f"train_correct_{run.id}").click().run()
    assert not [*at.exception, *at.error]
    origin = open_run(workspace, run.id).origin
    assert origin is not None
    assert (origin.order, origin.order_by, origin.chosen["channels"]) == ([1, 0], "given", "bgr")
    assert "blue first" in _said(at)


def test_where_a_map_would_stand_it_is_said_why_there_is_none(
    open_page: Open, everything: dict[str, Run]
) -> None:
    said = _said(open_page("explain", run=everything["predictions"].id))
    assert "Of “a service” only the predictions were brought in" in said
    assert "“graph” was brought in as ONNX" in _said(open_page("explain", run=everything["graph"].id))


def test_lists_of_runs_mark_what_was_brought_in(open_page: Open, everything: dict[str, Run]) -> None:
    at = open_page("train")
    table = at.dataframe[0].value
    marks = dict(zip(table["run"], table["noise in training"], strict=True))
    assert marks["outside"] == "brought in"
    assert marks["a service"] == "predictions brought in"
    assert marks["tiny run"] == "clean"
    assert (
        "outside · brought in" in at.switch_page("results.py").run().multiselect(key="results_runs").options
    )
    assert "outside · brought in" in open_page("explain").selectbox(key="explain_run").options
    assert "Brought in: outside" in open_page("preview").selectbox(key="lab_model").options
