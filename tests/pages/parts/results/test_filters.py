"""What is left out of the view of Results, and how the rest is ordered."""

import json

import numpy as np
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.evaluation.distance import Shifts, reference, shifts_file, wanted_samples
from core.noise.catalogue import all_noises
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.conftest import NOISES
from tests.pages.parts.results.tested import Open


def test_the_filters_narrow_the_sentence(open_page: Open, evaluated_run: Run, enough_pictures: None) -> None:
    at = open_page("results")
    at.button_group(key="results_severity").set_value("3").run()
    assert any(
        one.value.startswith("## Under noise of severity 3 “tiny run” is right on 50\u00a0%")
        for one in at.markdown
    )
    at.button_group(key="results_noises").set_value("seen").run()
    assert not at.exception
    assert [one.value for one in at.info] == ["This run saw none of the tested noises in training."]
    assert any("clean test pictures" in one.value for one in at.caption)


def test_only_tested_severities_can_be_chosen(
    open_page: Open, workspace: Workspace, trained_run: Run, tiny_data_set: DataSet
) -> None:
    stored_evaluation(workspace, tiny_data_set, trained_run, ["fog", "snow"], [3], lambda *_: 0)
    at = open_page("results")
    assert at.button_group(key="results_severity").options == ["3"]
    assert not any("mean over" in one.value for one in at.caption)
    stored_evaluation(workspace, tiny_data_set, trained_run, ["fog"], [5], lambda *_: 0)
    at = open_page("results")
    severity = at.button_group(key="results_severity")
    assert [option.content for option in severity.proto.options] == ["all", "3", "5"]
    assert any("Not in the means" in one.value and "Fog (severity 5)" in one.value for one in at.caption)


def chart_rows(at: AppTest) -> list[str]:
    (chart,) = at.get("plotly_chart")
    drawn = json.loads(chart.proto.spec)
    return list(drawn["layout"]["yaxis"].get("ticktext") or drawn["data"][0]["x"])


def test_many_noises_are_folded_into_families_that_a_box_opens_and_few_stand_in_the_order_that_is_chosen(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    at = open_page("results", sort="family")
    assert not at.exception
    assert [row for row in chart_rows(at) if "Fog" in row or "Gaussian" in row] == ["Gaussian noise", "Fog"]
    noises = [noise.key for noise in all_noises() if not noise.held_out][:30]
    stored_evaluation(
        workspace,
        tiny_data_set,
        evaluated_run,
        noises,
        [1],
        lambda truth, noise, _: 0 if noise == noises[-1] else truth,
    )
    at = open_page("results")
    assert not at.exception
    folded = chart_rows(at)
    assert len(folded) < len(noises)
    assert sum("▾" in row for row in folded) == 1, "the family that costs most is open"
    (closed,) = [row for row in folded if "Blur" in row]
    assert closed.startswith("<b>▸ Blur (")
    at.multiselect(key="results_open").set_value(["blur"]).run()
    assert "Motion blur" in chart_rows(at)
    assert at.query_params["open"] == "blur"
    assert "Motion blur" in chart_rows(open_page("results", open="blur"))


def test_families_noises_and_classes_are_filtered_and_the_address_brings_them_back(
    open_page: Open, evaluated_run: Run, enough_pictures: None
) -> None:
    at = open_page("results")
    at.button_group(key="results_families").set_value(["weather"]).run()
    assert not at.exception
    assert at.query_params["families"] == "weather"
    assert any("Under Fog " in one.value for one in at.markdown), "one noise alone is named"
    at.multiselect(key="results_single").set_value(["gaussian_noise"]).run()
    assert any("Under the chosen noises" in one.value for one in at.markdown)
    again = open_page("results", families="weather", single="gaussian_noise,no_such")
    assert again.multiselect(key="results_single").value == ["gaussian_noise"]
    assert again.button_group(key="results_families").value == ["weather"]
    one = open_page("results", classes="1")
    assert not one.exception
    assert any("8 test pictures, only of “right”" in text.value for text in one.markdown)
    assert any("is right on 0\u00a0%" in text.value for text in one.markdown), (
        "wrong on that class under noise"
    )
    assert not any("guessing" in text.value for text in one.markdown)


def test_near_and_far_noises_are_told_once_they_are_measured_and_before_a_button_offers_that(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    at = open_page("results", noises="far")
    assert not at.exception
    assert any("No tested noise is known to be far" in one.value for one in at.info)
    assert at.button(key="results_distance_measure").label.startswith("Measure it")
    file = shifts_file(workspace, reference(workspace, evaluated_run, tiny_data_set))
    wanted = wanted_samples(workspace, evaluated_run, tiny_data_set, NOISES)
    away = {one.name: np.full(4, 9.0, np.float32) for one in wanted}
    Shifts(1.0, away).save(file)
    at = open_page("results", noises="far")
    assert not at.exception
    assert "results_distance_measure" not in [one.key for one in at.button]
    assert at.get("plotly_chart")
    assert not any("is known to be far" in one.value for one in at.info)
    assert at.selectbox(key="results_sort").options[-1] == "Order: distance from training"
