from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.jobs.queue import claim, finish, list_jobs
from core.runs.runs import list_runs
from core.store import Workspace
from core.training.rate_curve import RateCurve

Open = Callable[..., AppTest]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_rates_are_tried_on_a_click_and_the_one_that_is_suggested_is_used_by_another(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("train", language, model="small_cnn")
    at.button(key="train_range").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert job.kind == "range_test"
    assert at.button(key="train_range").disabled, "one at a time"
    claim(workspace, job.id)
    curve = RateCurve([0.001, 0.01, 0.1], [2.0, 1.0, 3.0], 0.012, 0.2)
    finish(workspace, job.id, "done", result=curve.to_json())
    charts = len(at.get("plotly_chart"))
    at.run()
    assert len(at.get("plotly_chart")) == charts + 1
    at.button(key="train_range_use").click().run()
    assert at.number_input(key="train_rate").value == 0.012
    assert at.button(key="train_range_use").disabled
    at.button(key="train_go").click().run()
    assert not at.exception
    assert [run.recipe.learning_rate for run in list_runs(workspace)] == [0.012]
    at.number_input(key="train_label_smoothing").set_value(0.1).run()
    assert "train_range_use" not in [one.key for one in at.button], "it tells nothing of other choices"
