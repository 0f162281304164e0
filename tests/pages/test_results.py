import dataclasses
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet, delete_data_set
from core.evaluation import answers, comparison, details, headline, phrases
from core.evaluation.distance import Shifts, reference, shifts_file, wanted_samples
from core.evaluation.job import submit_evaluation
from core.evaluation.joined import joined_evaluations
from core.jobs.queue import list_jobs
from core.measure import MEASURES
from core.noise.catalogue import all_noises
from core.noise.mix import Mix
from core.noise.stack import DRAWS
from core.runs.deleted import delete_run
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.evaluations import Evaluation, list_evaluations, register_evaluation, save_facts
from core.runs.groups import GROUP
from core.runs.runs import Run
from core.runs.studies import new_study
from core.store import Workspace, add_row, new_id
from core.tables import DataSetRow, RunRow, StudyRow
from pages.parts.narrow import NARROW
from pages.parts.results import by_noise
from tests.conftest import CallsOf
from tests.core.evaluation.conftest import MISSED, stored_evaluation
from tests.pages.conftest import NOISES

Open = Callable[..., AppTest]


@pytest.fixture
def enough_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data set has 16 test pictures, too few for a sentence about noise."""
    for module in (headline, details, phrases):
        monkeypatch.setattr(module, "FEWEST", 2)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "## Only 16 test pictures: too few to tell what noise costs."),
        ("ko", "## 시험 사진이 16장뿐이라 노이즈의 영향을 말하기에는 너무 적습니다."),
    ],
)
def test_from_few_test_pictures_the_page_draws_no_conclusion(
    open_page: Open, evaluated_run: Run, language: str, sentence: str
) -> None:
    at = open_page("results", language)
    assert sentence in [one.value for one in at.markdown]
    assert at.get("plotly_chart"), "what was measured is still shown"


def test_a_rerun_makes_nothing_anew_that_did_not_change(
    open_page: Open, evaluated_run: Run, calls_of: CallsOf
) -> None:
    made = calls_of(
        (answers, "joined_answers"),
        (comparison, "compare"),
        (headline, "headline"),
        (by_noise, "measured_by_noise"),
    )
    at = open_page("results")
    assert made == {"joined_answers": 1, "compare": 1, "headline": 1, "measured_by_noise": 1}
    at.run()
    assert set(made.values()) == {1}
    at.query_params["lang"] = "ko"
    at.run()
    at.button_group(key="results_severity").set_value("3").run()
    assert made == {"joined_answers": 1, "compare": 2, "headline": 2, "measured_by_noise": 3}
    for severity in ("전체", "3", "전체"):
        at.button_group(key="results_severity").set_value(severity).run()
    assert not at.exception
    assert made == {"joined_answers": 1, "compare": 2, "headline": 2, "measured_by_noise": 3}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_caption_strikes_through_what_stands_between_the_intervals_of_two_runs(
    open_page: Open, evaluated_run: Run, language: str
) -> None:
    captions = [text for one in open_page("results", language).caption for text in (one.value, one.help)]
    assert any("95" in one for one in captions)
    assert not any("~" in one.replace("\\~", "") for one in captions)


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
        assert config["toImageButtonOptions"]["filename"] == "noiselens-noise-by-noise"
        assert label in config["locales"][config["locale"]]["dictionary"].values()
    assert len(charts) == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "## Under noise “tiny run” is right on 50\u00a0% of the pictures (clean 100\u00a0%, 50 points lost, cannot be told from the 50\u00a0% of guessing).",
        ),
        (
            "ko",
            "## 노이즈가 끼면 “tiny run”은 사진의 50%\u2060를 맞힙니다(원본 100%, 50%\u2060포인트 하락, 찍는 것(50%)\u2060과 구별할 수 없음).",
        ),
    ],
)
def test_the_first_thing_said_is_what_noise_costs(
    open_page: Open, evaluated_run: Run, enough_pictures: None, language: str, sentence: str
) -> None:
    at = open_page("results", language)
    assert not at.exception
    assert sentence in [one.value for one in at.markdown]
    assert at.get("plotly_chart")


def test_another_way_to_test_is_chosen_before_and_told_after(
    open_page: Open, workspace: Workspace, trained_run: Run, tiny_data_set: DataSet
) -> None:
    at = open_page("results")
    key = f"results_test_{trained_run.id}"
    at.session_state[f"{key}_pictures"] = "validation"
    at.session_state[f"{key}_adapt"] = True
    at.button(key=f"results_test_go_{trained_run.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert job.payload["how"]["mode"] | {"split": "validation", "adapt": "bn"} == job.payload["how"]["mode"]
    assert "without labels" in str(job.payload["about"]["en"])
    mode = {"split": "validation", "adapt": "bn"}
    stored(workspace, tiny_data_set, trained_run, 1, split="validation", mode=mode, sorted_by_class=True)
    at = open_page("results")
    assert not at.exception
    assert any("validation pictures" in one.value and "without labels" in one.value for one in at.caption)
    assert any("the class, not the noise" in one.value for one in at.warning)


def test_a_run_that_was_not_tested_can_be_tested_with_one_click(
    open_page: Open, workspace: Workspace, trained_run: Run
) -> None:
    at = open_page("results")
    at.button(key=f"results_test_go_{trained_run.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["run_id"]) == ("evaluate", trained_run.id)


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


def test_the_address_says_which_runs_are_shown(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("results")
    assert at.query_params["runs"] == evaluated_run.id
    at = open_page("results", runs=f"nonsense,{evaluated_run.id}")
    assert not at.exception
    (error,) = at.error
    assert '"nonsense"' in error.value
    assert "tiny run" in error.value
    assert at.query_params["runs"] == evaluated_run.id


def earlier(workspace: Workspace, run: Run, tiny_data_set: DataSet, draws: int) -> Run:
    """The run once more, its test made with other draws of the noises."""
    (tested,) = list_evaluations(workspace, run.id)
    other = create_run(workspace, "earlier run", run.recipe)
    other.folder.checkpoint.write_bytes(b"not read by pages")
    assert run.summary is not None
    save_summary(workspace, other.id, run.summary)
    facts = dataclasses.replace(tested.facts, id=new_id(), run_id=other.id, draws=draws)
    shutil.copytree(tested.folder.path, other.folder.evaluation(facts.id).path)
    register_evaluation(workspace, facts)
    return other


@pytest.mark.parametrize(("language", "word"), [("en", "may be chance"), ("ko", "우연일 수 있습니다")])
def test_a_run_tested_on_other_draws_of_the_noises_is_named_and_can_be_tested_again(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    word: str,
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, 1)
    at = open_page("results", language, runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert ["earlier run" in one.value for one in at.markdown if word in one.value] == [True]
    at.button(key=f"results_evaluate_{other.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["run_id"], job.payload["noises"]) == ("evaluate", other.id, list(NOISES))


def test_runs_tested_on_the_same_draws_are_compared_without_a_word(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, DRAWS)
    at = open_page("results", runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert not any("may be chance" in one.value for one in at.markdown)


def stored(workspace: Workspace, data_set: DataSet, run: Run, answer: int, **facts: Any) -> Evaluation:
    """A small test: fog at 1 alone, where all pictures are taken for one class."""
    return stored_evaluation(workspace, data_set, run, ["fog"], [1], lambda *_: answer, **facts)


def shown_numbers(at: AppTest) -> pd.DataFrame:
    """The table of the page, by noise and severity."""
    at.session_state["results_tabs"] = "Numbers"
    *_, table = at.run().dataframe
    return table.value.set_index(["noise", "severity"])


def test_a_smaller_test_is_shown_with_the_whole_one_that_it_follows(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    stored(workspace, tiny_data_set, evaluated_run, 1)
    at = open_page("results")
    assert not at.exception
    others = [one.key for one in at.selectbox if one.key.startswith("results_test_")]
    assert not others, "there is one test to look at"
    numbers = shown_numbers(at)
    assert len(numbers) == 11
    assert numbers.loc[("Fog", 1), "accuracy"] == 50.0


@pytest.mark.parametrize(("language", "word"), [("en", "has been deleted"), ("ko", "삭제되었습니다")])
def test_results_stay_when_their_data_set_is_deleted_and_say_so(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    word: str,
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, 1)
    assert not [one for one in open_page("results", language).caption if word in one.value]
    delete_data_set(workspace, tiny_data_set)
    at = open_page("results", language, runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert at.get("plotly_chart")
    (said,) = (one.value for one in at.caption if word in one.value and "tiny run" in one.value)
    assert "earlier run" in said
    assert not [one for one in at.button if one.key == f"results_evaluate_{other.id}"], "it cannot be tested"


def test_results_of_a_data_set_that_has_changed_say_so_and_promise_no_pictures(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    def said(words: str) -> list[str]:
        return [one.value for one in open_page("results").caption if words in one.value]

    assert said("click it to see its pictures")
    with workspace.session() as session:
        data_set = session.scalars(select(DataSetRow)).one()
        data_set.card = data_set.card | {"fingerprint": "another"}
    assert "tiny run" in said("has changed since the test")[0]
    assert said("has been deleted") == []
    assert said("click it to see its pictures") == []


def test_a_further_test_under_way_stands_above_the_results_of_the_ones_before(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submit_evaluation(workspace, evaluated_run, ["fog"], [3])
    at = open_page("results")
    assert at.button(key=f"cancel_{job.id}")
    assert at.get("plotly_chart"), "what is known already is shown"


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


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "tested with different versions"), ("ko", "다른 버전으로 시험")]
)
def test_tests_of_different_versions_are_shown_together_and_said_to_be_so_once(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    tiny_data_set: DataSet,
    language: str,
    sentence: str,
) -> None:
    stored(workspace, tiny_data_set, evaluated_run, 1, versions={"torch": "2.8.0"})
    assert not [one for one in open_page("results", language).caption if sentence in one.value]
    stored_evaluation(
        workspace,
        tiny_data_set,
        evaluated_run,
        ["rain"],
        [1],
        lambda *_: 0,
        versions={"torch": "2.9.0"},
        created=1.0,
    )
    at = open_page("results", language)
    assert at.get("plotly_chart"), "they are shown all the same"
    (said,) = (one.value for one in at.caption if sentence in one.value)
    assert "PyTorch 2.9.0, 2.8.0" in said


def test_tests_on_other_pictures_are_chosen_by_their_date_and_a_reload_keeps_the_choice(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    other = stored(workspace, tiny_data_set, evaluated_run, 1, data_fingerprint="other", created=86400.0)
    at = open_page("results")
    box = at.selectbox(key=f"results_test_{evaluated_run.id}")
    (old,) = [option for option in box.options if option.startswith("1970-01-02")]
    assert old.endswith(" · 1 noise · pictures before they changed"), "what sets it apart is said"
    assert len(shown_numbers(at)) == 11
    box.set_value(other.id).run()
    assert not at.exception
    assert len(shown_numbers(at)) == 2
    assert at.query_params["tests"] == other.id
    again = open_page("results", runs=evaluated_run.id, tests=other.id)
    assert len(shown_numbers(again)) == 2
    stored(workspace, tiny_data_set, evaluated_run, 1, draws=1)
    newest, *_ = joined_evaluations(workspace, evaluated_run)
    options = again.run().selectbox(key=f"results_test_{evaluated_run.id}").options
    assert sum("earlier draws of noise" in option for option in options) == 1
    assert again.run().selectbox(key=f"results_test_{evaluated_run.id}").value == newest.id


def test_an_emptied_box_of_runs_stays_empty_and_so_does_its_address(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results")
    at.button_group(key="results_severity").set_value("3").run()
    at.multiselect(key="results_runs").set_value([]).run()
    assert not at.exception
    assert at.multiselect(key="results_runs").value == []
    assert "No run is chosen" in at.info[0].value
    assert at.query_params["runs"] == ""
    at.multiselect(key="results_runs").set_value([evaluated_run.id]).run()
    assert at.button_group(key="results_severity").value == "3"
    assert open_page("results", runs="").multiselect(key="results_runs").value == []
    assert open_page("results").multiselect(key="results_runs").value == [evaluated_run.id]


def test_the_box_of_a_deleted_run_shows_another(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    other = earlier(workspace, evaluated_run, tiny_data_set, DRAWS)
    at = open_page("results", runs=other.id)
    delete_run(workspace, other)
    at.run()
    assert at.multiselect(key="results_runs").value == [evaluated_run.id]


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


def test_what_is_chosen_beside_the_runs_is_in_the_address_and_comes_back_with_it(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results")
    at.button_group(key="results_severity").set_value("3").run()
    at.button_group(key="results_noises").set_value("unseen").run()
    at.session_state["results_tabs"] = "Numbers"
    at.run()
    there = {name: at.query_params[name] for name in ("runs", "severity", "noises", "tab")}
    assert there == {"runs": evaluated_run.id, "severity": "3", "noises": "unseen", "tab": "numbers"}
    again = open_page("results", **there)
    assert again.button_group(key="results_severity").value == "3"
    assert again.button_group(key="results_noises").value == "unseen"
    assert len(again.dataframe) == 2
    again.button_group(key="lang").set_value("ko").run()
    assert len(again.dataframe) == 2, "the tab is open in the other language too"
    assert not again.exception


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


def test_where_no_loss_can_be_told_none_is_written(
    open_page: Open, workspace: Workspace, trained_run: Run, tiny_data_set: DataSet
) -> None:
    """As many answers are lost to noise as are won."""

    def answer(truth: int, noise: str, severity: int) -> int:
        return 0 if noise == "clean" else 1

    stored_evaluation(workspace, tiny_data_set, trained_run, ["fog", "snow"], [3], answer)
    helps = [one.help for one in open_page("results").caption if one.help]
    assert any("- tiny run: no loss to be told" in text for text in helps)
    assert not any("-" in text.replace("- tiny", "").partition("interval):")[2] for text in helps)


def other_data(workspace: Workspace, run: Run) -> Run:
    """The tested run once more, on a data set of the same shape."""
    (tested,) = list_evaluations(workspace, run.id)
    recipe = dataclasses.replace(
        run.recipe, data_set_fingerprint="other", mix=Mix.from_texts(["fog:0.5:1-3"])
    )
    other = create_run(workspace, "other data", recipe)
    other.folder.checkpoint.write_bytes(b"not read by pages")
    assert run.summary is not None
    save_summary(workspace, other.id, dataclasses.replace(run.summary, data_set="twins"))
    facts = dataclasses.replace(tested.facts, id=new_id(), run_id=other.id)
    shutil.copytree(tested.folder.path, other.folder.evaluation(facts.id).path)
    register_evaluation(workspace, facts)
    return other


@pytest.mark.parametrize(
    ("language", "warning", "first"),
    [
        ("en", "on different data sets (tiny, twins)", "## Not ranked"),
        ("ko", "서로 다른 데이터(tiny, twins)로 시험", "## 시험 사진이 서로 달라 순위를 매기지 않습니다."),
    ],
)
def test_runs_on_other_data_sets_are_warned_of_and_not_ranked(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    enough_pictures: None,
    language: str,
    warning: str,
    first: str,
) -> None:
    other = other_data(workspace, evaluated_run)
    at = open_page("results", language, runs=f"{evaluated_run.id},{other.id}")
    assert not at.exception
    assert any(warning in one.value.replace("\u2060", "") for one in at.warning)
    assert any(one.value.startswith(first) for one in at.markdown)


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


def test_the_way_to_the_maps_keeps_the_severity_and_the_kind_of_noise(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results", severity="5", noises="unseen")
    (link,) = [one.proto for one in at.get("page_link") if one.proto.page.endswith("explain")]
    where = dict(part.split("=") for part in link.query_string.split("&"))
    assert (where["run"], where["severity"], where["noise"]) == (evaluated_run.id, "5", NOISES[0])


def study_of_two_arms(workspace: Workspace, data_set: DataSet, run: Run, seeds: int) -> list[Run]:
    """Clean: right on all, then on half of the pictures. Fog: on half, whatever the seed is."""
    study = new_study("two arms")
    with workspace.session() as session:
        add_row(session, StudyRow, study.__dict__)
    made = []
    for seed in range(seeds):
        for key in ("clean", "fog"):
            one = create_run(workspace, f"{key} {seed}", replace(run.recipe, seed=seed))
            assert run.summary is not None
            save_summary(workspace, one.id, run.summary)
            one.folder.checkpoint.write_bytes(b"not read by pages")
            right = key == "clean" and seed == 0
            stored_evaluation(
                workspace, data_set, one, ["fog"], [1], lambda truth, *_, right=right: truth if right else 0
            )
            with workspace.session() as session:
                row = session.get_one(RunRow, one.id)
                row.study_id, row.arm = study.id, {"key": key, "label": {"en": key, "ko": key}}
            made.append(one)
    return made


@pytest.mark.parametrize(
    ("language", "words", "title"),
    [
        ("en", "no difference is told", "What the seed alone changes"),
        ("ko", "차이는 가릴 수 없습니다", "시드만 바꾸어도 달라지는 정도"),
    ],
)
def test_a_difference_that_the_seed_alone_makes_is_not_the_headline_of_two_runs(
    open_page: Callable[..., AppTest],
    workspace: Workspace,
    tiny_data_set: DataSet,
    evaluated_run: Run,
    enough_pictures: None,
    language: str,
    words: str,
    title: str,
) -> None:
    first, other, *_ = study_of_two_arms(workspace, tiny_data_set, evaluated_run, 2)
    at = open_page("results", language, runs=f"{first.id},{other.id}")
    assert not at.exception
    assert any(words in one.value for one in at.markdown)
    assert [one for one in at.expander if one.label == title]
    at.session_state["results_seeds"] = True
    at.run()
    table = at.dataframe[0].value
    assert table.iloc[:, 1].tolist() == [2, 2]
    assert table.iloc[:, 2].tolist() == ["75.0 ± 35.4", "50.0 ± 0.0"]


def names_in_chart(at: AppTest) -> list[str]:
    told = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    return [str(one["name"]) for one in told if one.get("name") and "guessing" not in one["name"]]


def test_a_study_is_opened_with_a_row_for_each_arm_whose_seeds_unfold_and_fold_again(
    open_page: Callable[..., AppTest], workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    made = study_of_two_arms(workspace, tiny_data_set, evaluated_run, 3)
    at = open_page("results")
    assert not at.exception
    groups = [f"{GROUP}{made[0].id}", f"{GROUP}{made[1].id}"]
    box = at.multiselect(key="results_runs")
    assert box.value == groups
    assert {"clean · 3 seeds", "fog · 3 seeds", "clean 1", "tiny run"} < set(box.options)
    assert names_in_chart(at) == ["clean", "fog"]
    told = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    (said,) = {text for one in told for text in one.get("hovertext", []) if "<b>Fog</b><br>clean" in text}
    assert "66.7 %" in said
    assert "3 seeds: 100.0, 50.0, 50.0 (sd 28.9)" in said
    at.button(key="results_unfold").click().run()
    assert at.multiselect(key="results_runs").value == [
        made[0].id,
        made[2].id,
        made[4].id,
        made[1].id,
        made[3].id,
        made[5].id,
    ]
    assert names_in_chart(at) == ["clean 0", "clean 1", "clean 2", "fog 0", "fog 1", "fog 2"]
    at.button(key="results_fold").click().run()
    assert at.multiselect(key="results_runs").value == groups
    assert at.query_params["runs"] == ",".join(groups)
    kept = open_page("results", runs=f"{groups[1]},{made[2].id}")
    assert names_in_chart(kept) == ["clean (seed 1)", "fog"]
    one = open_page("results", runs=",".join(groups), tab="confusion")
    assert any("of several seeds it shows the first" in caption.value for caption in one.caption)


def test_a_seed_tested_on_other_pictures_is_in_no_mean_with_the_others(
    open_page: Callable[..., AppTest], workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    made = study_of_two_arms(workspace, tiny_data_set, evaluated_run, 3)
    for one in list_evaluations(workspace, made[0].id):
        save_facts(workspace, one, replace(one.facts, seed=7))
    at = open_page("results", runs=f"{GROUP}{made[0].id},{GROUP}{made[1].id}")
    assert any("so in no mean with them: clean 0." in one.value for one in at.caption)
    told = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    assert any("2 seeds: 50.0, 50.0" in text for one in told for text in one.get("hovertext", []))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "repaired 0 answers of"), ("ko", "틀린 답 0개를 고치고")]
)
def test_two_runs_are_told_by_what_the_second_repaired_and_broke_with_the_pictures(
    open_page: Callable[..., AppTest],
    workspace: Workspace,
    tiny_data_set: DataSet,
    evaluated_run: Run,
    language: str,
    words: str,
) -> None:
    first, other, *_ = study_of_two_arms(workspace, tiny_data_set, evaluated_run, 2)
    at = open_page(
        "results", language, runs=f"{first.id},{other.id}", tab="two", pair=f"{first.id},{other.id}"
    )
    assert not at.exception
    said = [one.value for one in at.markdown]
    assert any(words in one and "8" in one for one in said)
    assert sum(f"· {n} (" in one for one in said for n in (0, 8)) == 4  # of 16: broken 8, both right 8


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


def chart_rows(at: AppTest) -> list[str]:
    (chart,) = at.get("plotly_chart")
    drawn = json.loads(chart.proto.spec)
    return list(drawn["layout"]["yaxis"].get("ticktext") or drawn["data"][0]["x"])


def test_one_chart_is_sent_bars_to_a_computer_and_rows_to_a_phone(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results")
    kinds = []
    for narrow in (False, True):
        at.session_state[NARROW] = narrow
        at.run()
        (chart,) = at.get("plotly_chart")
        kinds.append(json.loads(chart.proto.spec)["data"][0]["type"])
    assert kinds == ["bar", "scatter"]


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
