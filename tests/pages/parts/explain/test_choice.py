"""Which noise and severity Grad-CAM shows."""

import pandas as pd
import pytest

from core.data.dataset import DataSet
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.parts.explain.shown import Open, rewritten, tiles


def test_the_address_restores_noise_and_severity(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", run=evaluated_run.id, noise="fog", severity="5")
    assert "## Fog at severity 5 turned a right answer into a wrong one." in [m.value for m in at.markdown]


def test_who_comes_from_a_mean_over_severities_is_told_which_one_is_shown(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("explain")
    assert not at.info
    at.session_state["explain_from_mean"] = True
    at.run()
    (info,) = at.info
    assert "mean over all severities" in info.value
    assert "severity 3" in info.value


def further_tested(workspace: Workspace, data_set: DataSet, run: Run, noise: str, severity: int) -> None:
    stored_evaluation(workspace, data_set, run, [noise], [severity], lambda truth, *_: truth)


def test_only_severities_that_the_chosen_noise_was_tested_at_can_be_chosen(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    further_tested(workspace, tiny_data_set, evaluated_run, "snow", 1)
    at = open_page("explain", noise="gaussian_noise", severity="4")
    assert at.select_slider(key="explain_severity").options == ["clean", "1", "2", "3", "4", "5"]
    at.selectbox(key="explain_noise").set_value("snow").run()
    assert at.select_slider(key="explain_severity").options == ["clean", "1"]
    assert at.select_slider(key="explain_severity").label == "Severity, clean to 1"
    assert at.query_params["severity"] == "1"
    assert "## The answer stays right under Snow at severity 1." in [one.value for one in at.markdown]


def test_who_comes_from_the_mean_of_one_severity_is_shown_that_one_and_told_of_no_mean(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    further_tested(workspace, tiny_data_set, evaluated_run, "snow", 1)
    at = open_page("explain", noise="fog", severity="5")
    at.session_state["explain_from_mean"] = True
    at.query_params["noise"] = "snow"
    at.run()
    assert not at.info
    assert not at.error
    assert at.query_params["severity"] == "1"
    at.session_state["explain_from_mean"] = True
    at.query_params["noise"] = "gaussian_noise"
    at.run()
    assert "severity 3" in at.info[0].value


@pytest.mark.parametrize(
    ("language", "tabs", "gone"),
    [("en", ["Wrong · 1", "Right · 15"], "ecame"), ("ko", ["틀림 · 1", "맞음 · 15"], "게 됨")],
)
def test_at_severity_nought_everything_is_about_clean_pictures(
    open_page: Open, evaluated_run: Run, language: str, tabs: list[str], gone: str
) -> None:
    def one_clean_mistake(table: pd.DataFrame) -> pd.DataFrame:
        clean = table.index[table["noise"] == "clean"]
        return table.assign(prediction=table["prediction"].where(table.index != clean[0], 1 - table["truth"]))

    rewritten(evaluated_run, one_clean_mistake)
    at = open_page("explain", language, severity="0")
    assert not at.exception
    assert [tab.label for tab in at.tabs] == tabs
    assert len(tiles(at)) == 1
    words = [one.value for kind in (at.markdown, at.caption) for one in kind]
    (headline,) = [one for one in words if one.startswith("## ")]
    assert headline.startswith({"en": "## Without noise", "ko": "## 노이즈가 없을 때"}[language])
    assert not [one for one in words if gone in one]
    assert not [image.caption for one in at.image for image in one.proto.imgs if "→" in image.caption]
    assert len(at.image) == 2 + len(tiles(at)) + 1, "the pair, the gallery, what its pictures have in common"


def test_the_slider_goes_from_clean_to_the_noise_and_back(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("explain", severity="0")
    clean = [tab.label for tab in at.tabs]
    at.select_slider(key="explain_severity").set_value(1).run()
    assert at.tabs[0].label == "Became wrong · 8"
    at.select_slider(key="explain_severity").set_value(0).run()
    assert [tab.label for tab in at.tabs] == clean


def test_values_that_come_from_the_address_meet_no_default_of_their_widget(
    open_page: Open, evaluated_run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    at = open_page("explain", run=evaluated_run.id, noise="fog")
    at.run()
    assert at.selectbox(key="explain_noise").value == "fog"
    assert not [one for one in caplog.messages if "default value" in one]
