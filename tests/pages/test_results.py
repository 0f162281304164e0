import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.evaluation import comparison, headline, stored_answers
from core.noise.stack import DRAWS
from core.runs.deleted import delete_run
from core.runs.editing import edit_run, save_summary
from core.runs.entering import create_run
from core.runs.evaluations import list_evaluations, save_facts
from core.runs.groups import GROUP
from core.runs.runs import Run
from core.runs.studies import new_study
from core.store import Workspace, add_row
from core.tables import RunRow, StudyRow
from pages.parts.narrow import NARROW
from pages.parts.results import by_noise
from tests.conftest import CallsOf
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.conftest import NOISES
from tests.pages.parts.results.tested import Open, earlier, other_data


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
        (stored_answers, "joined_answers"),
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


def test_the_address_says_which_runs_are_shown(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("results")
    assert at.query_params["runs"] == evaluated_run.id
    at = open_page("results", runs=f"nonsense,{evaluated_run.id}")
    assert not at.exception
    (error,) = at.error
    assert '"nonsense"' in error.value
    assert "tiny run" in error.value
    assert at.query_params["runs"] == evaluated_run.id


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


def test_the_way_to_the_maps_keeps_the_severity_and_the_kind_of_noise(
    open_page: Open, evaluated_run: Run
) -> None:
    at = open_page("results", severity="5", noises="unseen")
    (link,) = [one.proto for one in at.get("page_link") if one.proto.page.endswith("explain")]
    where = dict(part.split("=") for part in link.query_string.split("&"))
    assert (where["run"], where["severity"], where["noise"]) == (evaluated_run.id, "5", NOISES[0])


def test_what_the_names_of_all_runs_share_leaves_the_box_room_for_what_sets_them_apart(
    open_page: Callable[..., AppTest], workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    runs = [evaluated_run, *study_of_two_arms(workspace, tiny_data_set, evaluated_run, 1)]
    for run, arm in zip(runs, ("Clean", "CutMix", "Fog"), strict=True):
        edit_run(workspace, run, f"Look at more of the picture · tiny: {arm}", "")
    box = open_page("results").multiselect(key="results_runs")
    assert sorted(box.options) == ["tiny: Clean", "tiny: CutMix", "tiny: Fog"]


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


def test_tabs_of_single_networks_look_at_the_seed_that_is_chosen_and_classes_show_the_mean(
    open_page: Callable[..., AppTest], workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    made = study_of_two_arms(workspace, tiny_data_set, evaluated_run, 2)
    runs = f"{GROUP}{made[0].id},{GROUP}{made[1].id}"
    at = open_page("results", runs=runs, tab="two", pair=f"{made[0].id},{made[1].id}")
    assert not at.exception

    def told() -> str:
        return next(one.value for one in at.markdown if "broke" in one.value)

    assert "“fog (seed 0)” repaired 0 answers of “clean (seed 0)” and broke 8" in told().replace("\u2060", "")
    at.button_group(key="results_seed").set_value(1).run()
    assert not at.exception
    assert at.query_params["seed"] == "1"
    assert "“fog (seed 1)” repaired 0 answers of “clean (seed 1)” and broke 0" in told().replace("\u2060", "")
    again = open_page("results", runs=runs, tab="ways", seed="1", ways_run=made[1].id)
    assert again.selectbox(key="results_ways_run").value == made[1].id
    assert any("fog (seed 1)" in one.value for one in again.markdown)
    classes = open_page("results", runs=runs, tab="confusion", confusion="fog")
    assert not classes.exception
    bars, matrix = (json.loads(one.proto.spec)["data"] for one in classes.get("plotly_chart")[:2])
    assert [one["x"] for one in bars if one["type"] == "bar"] == [[8.0, 4.0], [0.0, 4.0]], "mean of two seeds"
    assert [one["x"] for one in bars if one["type"] == "scatter"] == [[8, 8], [8, 0]], "and each of them"
    assert next(one for one in matrix if "hovertext" in one)["hovertext"][1][1].endswith("(8)"), "all answers"


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
