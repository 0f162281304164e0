"""Studies on Train: the form, the card while one runs, and what is added afterwards."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.jobs.queue import claim, get_job, list_unsuccessful
from core.jobs.requests import request_cancel, request_pause
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.runs import Run
from core.runs.studies import list_studies, runs_of
from core.store import Workspace, add_row
from core.studies.ready import get_ready
from core.studies.study import jobs_of, plan_study
from core.tables import RunRow, StudyRow
from pages.parts.training import study_form
from tests.core.evaluation.conftest import stored_evaluation

Open = Callable[..., AppTest]


@pytest.mark.parametrize(("language", "words"), [("en", "**9 runs**"), ("ko", "**모델 9개**")])
def test_a_study_is_started_with_one_click_that_says_what_it_takes(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    words: str,
) -> None:
    monkeypatch.setattr(study_form, "TWICE_WITHIN", 1000.0)  # however slow the computer is
    at = open_page("train", language, what="study", study="carries", model="small_cnn")
    assert not at.exception
    assert any(one.value.startswith(words) and "MB" in one.value for one in at.markdown)
    at.button(key="train_study_go").click().run()
    assert not at.exception
    (study,) = list_studies(workspace)
    assert (study.plan or {})["preset"] == "carries"
    assert len(jobs_of(workspace, study.id)) == 9
    # A second click within a moment is the same click.
    at.button(key="train_study_go").click().run()
    assert len(list_studies(workspace)) == 1


def test_one_model_is_trained_unless_a_study_is_chosen(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train", model="small_cnn")
    assert at.button(key="train_go")
    at.button_group(key="train_what").set_value("study").run()
    assert not at.exception
    assert at.query_params["what"] == "study"
    assert at.button(key="train_study_go")
    at.number_input(key="train_seeds").set_value(0).run()
    assert at.button(key="train_study_go").disabled


def test_a_study_under_way_is_one_card_whose_rest_can_be_cancelled(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    new = plan_study(workspace, tiny_data_set, get_ready("carries"), "small_cnn", 2, 1)
    jobs = [job for _, job in new.submit(workspace)]
    claim(workspace, jobs[0].id)
    at = open_page("train")
    assert not at.exception
    assert any(one.value == "**Does it carry over? · tiny**" for one in at.markdown)
    assert not [one for one in at.button if one.key == "cancel_all"]  # no line a job besides
    at.button(key=f"study_cancel_{new.study.id}").click().run()
    at.button(key="study_cancel_yes").click().run()
    assert not at.exception
    assert {get_job(workspace, job.id).state for job in jobs[1:]} == {"cancelled"}
    assert get_job(workspace, jobs[0].id).cancel_requested is not None
    assert list_unsuccessful(workspace, "learning") == []
    at.session_state[f"past_study_{new.study.id}"] = True
    at.run()
    at.button(key=f"study_go_on_{new.study.id}").click().run()
    assert not at.exception
    assert {get_job(workspace, job.id).state for job in jobs[1:]} == {"queued"}


def test_seeds_and_an_arm_are_added_to_a_study_that_is_done(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    plan = plan_study(workspace, tiny_data_set, get_ready("carries"), "small_cnn", 1, 1).study
    with workspace.session() as session:  # the run that is there becomes one of it
        add_row(session, StudyRow, plan.__dict__)
        row = session.get_one(RunRow, evaluated_run.id)
        row.study_id = plan.id
        row.arm = {"key": "clean", "label": {"en": "Clean", "ko": "원본만"}}
        row.recipe = {**row.recipe, "data_set_fingerprint": tiny_data_set.card.fingerprint}
    at = open_page("train", "ko")
    expander = f"past_study_{plan.id}"
    at.session_state[expander] = True
    at.run()
    assert not at.exception
    table = next(one.value for one in at.dataframe if "조건" in one.value)
    assert table["조건"].tolist() == ["원본만"]
    at.button(key=f"study_add_seeds_{plan.id}").click().run()
    assert not at.exception
    added = runs_of(workspace, plan.id)[1:]
    assert [(run.arm.key, run.recipe.seed) for run in added if run.arm] == [
        ("clean", evaluated_run.recipe.seed + 1)
    ]
    at.session_state[expander] = True
    at.run()
    at.selectbox(key=f"study_arm_{plan.id}").set_value("one_noise:haze")
    at.session_state[expander] = True
    at.run()
    at.session_state[expander] = True
    at.button(key=f"study_add_arm_{plan.id}").click().run()
    assert not at.exception
    assert {run.arm.key for run in runs_of(workspace, plan.id) if run.arm} == {"clean", "haze"}


@pytest.mark.parametrize(("language", "words"), [("en", "wrong answers, %"), ("ko", "틀린 답, %")])
def test_how_many_pictures_are_needed_is_told_by_a_curve(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    evaluated_run: Run,
    language: str,
    words: str,
) -> None:
    plan = plan_study(workspace, tiny_data_set, get_ready("pictures"), "small_cnn", 1, 1).study
    with workspace.session() as session:
        add_row(session, StudyRow, plan.__dict__)
    for share in (0.25, 0.5, 1.0):
        run = create_run(workspace, f"{share}", replace(evaluated_run.recipe, share=share))
        assert evaluated_run.summary is not None
        save_summary(workspace, run.id, evaluated_run.summary)
        stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, *_: truth)
        with workspace.session() as session:
            row = session.get_one(RunRow, run.id)
            row.study_id, row.arm = plan.id, {"key": f"{share}", "label": {"en": "x", "ko": "x"}}
    at = open_page("train", language)
    at.session_state[f"past_study_{plan.id}"] = True
    at.run()
    assert not at.exception
    charts = [
        json.loads(one.proto.spec)["layout"]["yaxis"]["title"]["text"] for one in at.get("plotly_chart")
    ]
    assert words in charts


def test_a_cancelled_arm_is_not_done_and_studies_that_are_called_alike_are_told_apart(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    for _ in range(2):
        new = plan_study(workspace, tiny_data_set, get_ready("carries"), "small_cnn", 1, 1)
        jobs = [job for _, job in new.submit(workspace)]
    request_cancel(workspace, jobs[0].id)
    request_pause(workspace, jobs[1].id)
    at = open_page("train")
    assert not at.exception
    said = [one.proto.text for one in at.get("progress")]
    assert said[0].startswith("0 of 3 runs done · Paused: 1")
    names = [one.value for one in at.markdown if one.value.startswith("**Does it carry over? · tiny · ")]
    assert len(names) == 2
