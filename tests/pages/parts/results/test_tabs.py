"""What single tabs of Results show."""

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.measure import MEASURES
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.evaluations import list_evaluations
from core.runs.runs import Run
from core.store import Workspace
from tests.core.evaluation.conftest import MISSED, stored_evaluation
from tests.pages.conftest import NOISES
from tests.pages.parts.results.tested import Open, other_data, shown_numbers


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Download chart (PNG)"), ("ko", "차트 내려받기 (PNG)")]
)
def test_a_chart_can_be_taken_away_as_a_picture(
    open_page: Open, evaluated_run: Run, language: str, label: str
) -> None:
    charts = open_page("results", language).get("plotly_chart")
    for chart in charts:
        config = json.loads(chart.proto.config)
        assert config["modeBarButtons"] == [["toImage"]]
        assert (
            config["toImageButtonOptions"]["filename"]
            == "noiselens-noise-by-noise_accuracy_severities1-5_tiny"
        )
        assert label in config["locales"][config["locale"]]["dictionary"].values()
    assert len(charts) == 1


def test_a_second_measure_can_be_chosen_and_stands_in_the_numbers(
    open_page: Open, evaluated_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the class "right" all are missed under noise, none is clean."""

    def offered(at: AppTest) -> list[str]:
        return list(at.selectbox(key="results_measure").options)

    known = offered(open_page("results"))
    assert known[0] == "Accuracy"
    assert "Drop from clean" in known
    assert "True positive rate" not in known, "no threshold was fixed on validation pictures"
    monkeypatch.setitem(MEASURES.known, MISSED.key, MISSED)
    st.cache_resource.clear()  # as after a start with the new file
    at = open_page("results", measure="missed")
    assert not at.exception
    assert offered(at)[-1] == "Missed"
    assert any(one.value.startswith("Missed: mean over") for one in at.caption)
    (chart, *_) = [json.loads(one.proto.spec) for one in at.get("plotly_chart")]
    assert chart["layout"]["yaxis"]["title"]["text"] == "missed, %"
    for key, dotted in (("accuracy", True), ("missed", False)):
        at.session_state["results_measure"], at.session_state["results_tabs"] = key, "By severity"
        at.run()
        (chart, *_) = [json.loads(one.proto.spec) for one in at.get("plotly_chart")]
        hover = chart["data"][0]["hovertext"][0]  # clean: all are right and none is missed
        assert hover.startswith("tiny run<br>" + ("100.0 %" if dotted else "0.0 %"))
        assert any("Dotted: guessing." in one.value for one in at.caption) is dotted
    numbers = shown_numbers(at)
    assert numbers.loc[("Fog", 1), "missed"] == 100.0
    assert numbers.loc[("clean", 0), ["missed", "accuracy"]].tolist() == [0.0, 100.0]
    assert {"95\u00a0% from", "missed, 95\u00a0% from"} <= set(numbers)


def test_confusions_stand_in_the_order_of_the_runs_also_where_columns_stand_below_each_other(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    runs = [evaluated_run]
    for _ in range(3):
        other = create_run(workspace, "other", evaluated_run.recipe, rename=True)
        other.folder.checkpoint.write_bytes(b"not read by pages")
        assert evaluated_run.summary is not None
        save_summary(workspace, other.id, evaluated_run.summary)
        stored_evaluation(workspace, tiny_data_set, other, NOISES, (1,), lambda truth, *_: truth)
        runs.append(other)
    at = open_page("results", tab="confusion")
    at.multiselect(key="results_runs").set_value([run.id for run in runs]).run()
    names = [f"**{run.name}**" for run in runs]
    assert [one.value for one in at.markdown if one.value in names] == names


def test_the_pictures_of_the_confusion_are_in_the_address_and_come_back_with_it(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results", tab="confusion")
    at.selectbox(key="results_confusion").set_value(NOISES[0]).run()
    assert at.query_params["confusion"] == NOISES[0]
    again = open_page("results", tab="confusion", confusion=NOISES[0])
    assert again.selectbox(key="results_confusion").value == NOISES[0]


def test_lines_over_severities_show_all_that_were_tested_whichever_is_chosen(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    (tested,) = list_evaluations(workspace, evaluated_run.id)
    assert len(tested.facts.severities) > 1
    at = open_page("results", tab="by_severity", severity="3")
    for chart in at.get("plotly_chart"):
        drawn = json.loads(chart.proto.spec)["data"][0]
        assert len(drawn["hovertext"]) == 1 + len(tested.facts.severities)


def test_it_is_said_which_run_saw_a_noise_in_training(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    other = other_data(workspace, evaluated_run)
    at = open_page("results", runs=f"{evaluated_run.id},{other.id}")
    (caption,) = (one for one in at.caption if "Hollow: seen in training by that run." in one.value)
    assert "Seen in training:\n\n- other data: Fog" in caption.help
    assert "tiny run" not in caption.value, "what is said of each run is in the help"
    assert at.multiselect(key="results_runs").options == ["other data · twins", "tiny run"]
    at.session_state["results_tabs"] = "Numbers"
    *_, table = at.run().dataframe
    marked = table.value[table.value["seen in training"] == "yes"]
    assert set(zip(marked["run"], marked["noise"], strict=True)) == {("other data", "Fog")}


def test_how_far_sureness_can_be_trusted_is_told_of_each_run_and_under_the_noise_that_is_chosen(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results", tab="sure")
    assert not at.exception
    # Right on all of the class "left" and on none of the other, always 75 % sure.
    words = "it is too sure: 75\u00a0% sure, right on 50\u00a0%"
    assert any(words in one.value for one in at.markdown)
    at = open_page("results", "ko", tab="sure", sure_noise="clean")
    assert not at.exception
    said = [one.value.replace("\u2060", "") for one in at.markdown]
    assert any("75% 확신할 때 100%를 맞힙니다(답 16개)" in one for one in said)


def test_of_few_pictures_it_is_not_said_that_a_run_is_as_right_as_it_is_sure(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, trained_run: Run
) -> None:
    # Right on three quarters of the answers to 16 pictures, always 75 % sure.
    stored_evaluation(
        workspace, tiny_data_set, trained_run, ["fog"], [1, 2], lambda truth, _, level: truth * (level < 2)
    )
    said = [one.value for one in open_page("results", tab="sure").markdown]
    assert any("right on 75\u00a0% (32 answers, 95\u00a0%: " in one and "too few" in one for one in said)


def test_the_numbers_have_a_mean_for_all_noises_each_group_and_family(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results", tab="numbers")
    assert not at.exception
    means = at.dataframe[0].value
    names = list(means)
    assert names[:3] == ["run", "Clean", "All noises (2)"]
    assert {"ImageNet-C: noise (1)", "ImageNet-C: weather (1)", "Weather (1)", "Grain (1)"} < set(names)
    assert means["All noises (2)"].tolist() == [50.0]
