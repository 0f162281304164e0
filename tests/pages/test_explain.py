import dataclasses
import re
import shutil

import pytest
from sqlalchemy import select, update

from core.data.dataset import DataSet, delete_data_set
from core.noise.mix import Mix
from core.runs.deleted import delete_run
from core.runs.entering import create_run
from core.runs.evaluations import Facts, register_evaluation
from core.runs.mode import Mode
from core.runs.runs import Run
from core.runs.studies import Study, create_study
from core.store import Workspace, new_id
from core.tables import EvaluationRow, RunRow
from core.words import Text
from tests.core.evaluation.conftest import stored_evaluation
from tests.endings import ended
from tests.pages.parts.explain.shown import Open


def test_a_trained_run_that_was_not_tested_leads_to_testing_it(open_page: Open, trained_run: Run) -> None:
    at = open_page("explain")
    assert any(button.label == "Test it under Results" for button in at.button)


def test_that_the_run_which_was_shown_has_been_deleted_is_said(
    open_page: Open, evaluated_run: Run, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    second = create_run(workspace, "second", evaluated_run.recipe)
    stored_evaluation(workspace, tiny_data_set, second, ["fog"], [3], lambda truth, *_: truth)
    at = open_page("explain", run=second.id)
    assert at.session_state["explain_run"] == second.id
    delete_run(workspace, second)
    at.query_params.clear()
    assert any("is gone" in one.value for one in at.run().info)
    assert not any("is gone" in one.value for one in at.run().info)


def test_a_run_of_which_only_a_quick_look_was_taken_has_its_maps_shown(
    open_page: Open, evaluated_run: Run, workspace: Workspace
) -> None:
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = row.facts | {"mode": Mode(part=4).to_json()}
        session.commit()
    at = open_page("explain")
    assert not at.exception
    assert any("at severity 3 turned a right answer" in one.value for one in at.markdown)


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "## Gaussian noise at severity 3 turned a right answer into a wrong one."),
        ("ko", "## 가우시안 노이즈 강도 3에서 맞던 답이 틀린 답으로 바뀌었습니다."),
    ],
)
def test_the_sentence_is_about_the_picture_that_is_shown(
    open_page: Open, evaluated_run: Run, language: str, headline: str
) -> None:
    at = open_page("explain", language)
    assert not at.exception
    assert headline in [one.value for one in at.markdown]
    share = {"en": "75\u00a0%", "ko": "75%"}[language]
    assert any(
        f"**right** ({share})" in one.value and f"**left** ({share})" in one.value for one in at.markdown
    )


@pytest.mark.parametrize(("language", "word"), [("en", "earlier version"), ("ko", "이전 버전")])
def test_pictures_that_the_test_did_not_show_are_said_to_be_new_draws(
    open_page: Open, evaluated_run: Run, workspace: Workspace, language: str, word: str
) -> None:
    assert not open_page("explain", language).warning
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = {name: value for name, value in row.facts.items() if name != "draws"}
        session.commit()
    (warning,) = open_page("explain", language).warning
    assert word in warning.value


def test_the_sentence_says_of_how_many_pictures_it_is_true(open_page: Open, evaluated_run: Run) -> None:
    said = {
        "en": "This happened to **8 of the 16** pictures that were right when clean (**50\u00a0%**).",
        "ko": "원본에서 맞힌 사진 16장 가운데 **8장** (50%)\u2060이 이렇게 틀렸습니다.",
    }
    for language, words in said.items():
        assert any(one.value.startswith(words) for one in open_page("explain", language).markdown)


def altered(workspace: Workspace, run: Run, **values: object) -> None:
    """Alter the run's row."""
    with workspace.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run.id).values(**values))
        session.commit()


def as_well_tested(workspace: Workspace, run: Run, mix: Mix, study: Study) -> Run:
    """A newer run with the same predictions."""
    newer = create_run(workspace, "newer run", dataclasses.replace(run.recipe, mix=mix), study)
    (facts,) = run.folder.path.glob("evaluations/*/predictions.parquet")
    there = newer.folder.path / facts.relative_to(run.folder.path).parent
    shutil.copytree(facts.parent, there)
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        told = row.facts | {"id": new_id(), "run_id": newer.id}
    there.rename(there.with_name(str(told["id"])))
    register_evaluation(workspace, Facts.read(told))
    return newer


def test_the_page_opens_on_the_clean_trained_run_of_the_newest_study_and_else_on_the_newest_run(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    noisy = Mix.from_texts(["fog:0.5:1-5"])
    study = create_study(workspace, "a study")
    newer = as_well_tested(workspace, evaluated_run, noisy, study)
    assert open_page("explain").query_params["run"] == newer.id
    altered(workspace, evaluated_run, study_id=study.id)
    assert open_page("explain").query_params["run"] == evaluated_run.id
    assert open_page("explain", run=newer.id).query_params["run"] == newer.id


@pytest.mark.parametrize(
    ("name", "value"), [("run", "1a2b"), ("noise", "no_such"), ("severity", "-9"), ("image", "no")]
)
def test_what_an_address_asks_for_and_there_is_not_is_said_in_one_sentence(
    open_page: Open, evaluated_run: Run, name: str, value: str
) -> None:
    at = open_page("explain", **{name: value})
    assert not at.exception
    (error,) = at.error
    assert f'"{value}"' in error.value
    assert any(one.value.startswith("## ") for one in at.markdown)  # and the page shows another


def test_a_class_called_by_a_number_stands_apart_from_its_percentage(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        row.facts = row.facts | {"class_labels": [Text(en="3", ko="3"), Text(en="7", ko="7")]}
    at = open_page("explain")
    badges = [one.value for one in at.markdown if "right" in one.value or "wrong" in one.value]
    assert any("3\u00a0·\u00a075\u00a0%" in one for one in badges)
    assert not any(re.search(r"\b[37] 75", one.value) for one in at.markdown)


def test_with_its_data_set_deleted_the_page_says_so_and_keeps_the_numbers_of_all_pictures(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    delete_data_set(workspace, tiny_data_set)
    for severity, headline in (
        ("3", "## Gaussian noise at severity 3 turned 8 of 16 right answers into wrong ones (50\u00a0%)."),
        ("0", "## Without noise 16 of 16 test pictures are read right (100\u00a0%)."),
    ):
        at = open_page("explain", severity=severity)
        assert not at.exception
        assert any("data set of this run has been deleted" in one.value for one in at.warning)
        assert [one.value for one in at.markdown if one.value.startswith("## ")] == [headline]
        assert not at.image
        assert not [one for one in at.button_group if one.label == "Show"], "there is nothing to show so"
        assert "image" not in at.query_params, "it speaks of no single picture"


def test_classes_are_called_by_their_labels_in_the_visitor_s_language(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    with workspace.session() as session:
        row = session.scalars(select(EvaluationRow)).one()
        labels = [Text(en="to the left", ko="왼쪽"), Text(en="to the right", ko="오른쪽")]
        row.facts = row.facts | {"class_labels": labels}
    for language, name in (("en", "**to the left** (75\u00a0%)"), ("ko", "**왼쪽** (75%)")):
        assert any(name in one.value for one in open_page("explain", language).markdown)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "not tested under noise yet"), ("ko", "시험하지 않았습니다")]
)
def test_a_run_whose_test_was_cancelled_is_in_the_list_and_leads_to_its_test(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, word: str
) -> None:
    other = create_run(workspace, "stopped", evaluated_run.recipe)
    other.folder.checkpoint.write_bytes(b"not read by pages")
    ended(workspace, other.id, "cancelled")
    at = open_page("explain", language)
    assert at.selectbox(key="explain_run").value == evaluated_run.id, "what can be shown comes first"
    at = open_page("explain", language, run=other.id)
    assert not at.exception
    assert any("stopped" in one.value and word in one.value for one in at.markdown)
    assert at.query_params["run"] == other.id
    shutil.rmtree(other.folder.path)
    at = open_page("explain", language)
    assert other.label["en"] not in at.selectbox(key="explain_run").options, (
        "without weights there is nothing to test"
    )
