"""The quiz: begun, answered, compared with what the runs' tables say, and stored only where somebody asks for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.brought.pack import write_pack
from core.brought.predictions import bring_predictions
from core.data.dataset import DataSet
from core.evaluation.quizzes import kept_quizzes
from core.noise.mix import Mix
from core.progress import silent
from core.runs.editing import save_summary
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from pages.parts.quiz.session import Taken
from tests.core.evaluation.conftest import stored_evaluation
from tests.pages.brought import answers_to

OpenPage = Callable[..., AppTest]


def _begun(at: AppTest) -> Taken:
    at.button(key="quiz_begin").click().run()
    return now(at)


def now(at: AppTest) -> Taken:
    found = at.session_state["quiz_taken"]
    assert isinstance(found, Taken)
    return found


def answer(at: AppTest, said: Callable[[int], int | None]) -> None:
    """Answer each question; `said`: of its true class the answer, None to skip."""
    for place, question in enumerate(now(at).quiz.questions):
        of = said(question.truth)
        key = f"quiz_skip_{place}" if of is None else f"quiz_answer_{place}_{of}"
        at.button(key=key).click().run()


def words(at: AppTest) -> str:
    return "\n".join(one.value for one in (*at.markdown, *at.caption, *at.info))


def test_a_person_is_compared_with_what_the_run_said_of_the_same_pictures(
    open_page: OpenPage, evaluated_run: Run, workspace: Workspace
) -> None:
    at = open_page("quiz", runs=evaluated_run.id)
    questions = _begun(at).quiz.questions
    assert len(questions) == 16  # each test picture once
    assert {one.noise for one in questions} == {"clean", "gaussian_noise", "fog"}
    answer(at, lambda truth: truth)
    assert not at.exception
    # The run answers "left" whatever it sees under noise.
    lost = sum(1 for one in questions if one.severity and one.truth == 1)
    table = at.dataframe[0].value
    assert table["Right"].tolist() == ["16 / 16", f"{16 - lost} / 16"]
    assert (table["Only you right"].tolist(), table["Only it right"].tolist()) == (["", str(lost)], ["", "0"])
    assert "## You were right on 16 of 16 pictures (100\u00a0%)." in words(at)
    assert "**worse than you**, by more than chance" in words(at)
    assert "had all right or all wrong" in words(at)
    assert f"Right: only you, not “tiny run” ({lost})" in words(at)
    assert not workspace.quizzes.exists()


def test_a_run_alone_has_one_beside_it_that_learned_otherwise_from_the_same_data(
    open_page: OpenPage, evaluated_run: Run, tiny_data_set: DataSet, workspace: Workspace
) -> None:
    assert evaluated_run.clean_trained
    key = f"quiz_runs_{tiny_data_set.id}"
    assert open_page("quiz").multiselect(key=key).value == [evaluated_run.id]
    foggy = replace(evaluated_run.recipe, mix=Mix.from_texts(["fog:0.5:1-5"]))
    noisy = create_run(workspace, "noisy", foggy)
    noisy.folder.checkpoint.write_bytes(b"not read by pages")
    assert evaluated_run.summary is not None
    save_summary(workspace, noisy.id, evaluated_run.summary)
    stored_evaluation(workspace, tiny_data_set, noisy, ["fog"], [1, 3], lambda truth, noise, severity: truth)
    assert open_page("quiz").multiselect(key=key).value == [noisy.id, evaluated_run.id]


def test_a_model_that_answered_some_of_the_pictures_elsewhere_is_asked_of_these_beside_the_others(
    open_page: OpenPage, evaluated_run: Run, tiny_data_set: DataSet, workspace: Workspace, tmp_path: Path
) -> None:
    pack, table = tmp_path / "pack.zip", tmp_path / "answers.csv"
    write_pack(tiny_data_set, pack, ["fog"], [1, 3], 6, silent)
    table.write_bytes(answers_to(pack, "left"))
    theirs = bring_predictions(workspace, table, pack, "a service").run
    at = open_page("quiz", runs=f"{evaluated_run.id},{theirs.id}")
    questions = _begun(at).quiz.questions
    assert now(at).quiz.run_ids == [evaluated_run.id, theirs.id]
    assert len(questions) == 6
    assert {one.cell for one in questions} == {("clean", 0), ("fog", 1), ("fog", 3)}
    answer(at, lambda truth: truth)
    lefts = sum(1 for one in questions if one.truth == 0)
    assert at.dataframe[0].value["Right"].tolist()[2] == f"{lefts} / 6"
    assert not at.exception


def test_nothing_is_stored_until_a_name_is_given_and_then_it_can_be_looked_at_and_deleted(
    open_page: OpenPage, evaluated_run: Run, workspace: Workspace
) -> None:
    at = open_page("quiz", "ko")
    _begun(at)
    answer(at, lambda truth: 0 if truth == 0 else None)
    assert "## 8장 가운데 8장을 맞혔습니다(100" in words(at)
    assert "건너뛰어 세지 않은 사진: 8장" in words(at)
    at.text_input(key="quiz_name").set_value("  ").run()
    at.button(key="quiz_keep").click().run()
    assert len(at.error) == 1
    assert kept_quizzes(workspace) == []
    at.text_input(key="quiz_name").set_value("지민").run()
    at.button(key="quiz_keep").click().run()
    (kept,) = kept_quizzes(workspace)
    assert (kept.name, kept.quiz.answers) == ("지민", now(at).quiz.answers)
    assert "“지민”으로 남아 있습니다" in words(at)
    at.button(key="quiz_again").click().run()
    at.expander[0].open = True
    at.session_state["quiz_kept"] = True
    at.run()
    at.button(key=f"quiz_open_{kept.id}").click().run()
    assert "## 지민: 8장 가운데 8장을 맞혔습니다" in words(at)
    assert not at.exception


def test_without_a_tested_run_a_person_sees_their_own_curve_alone_and_how_to_get_company(
    open_page: OpenPage, tiny_data_set: DataSet
) -> None:
    at = open_page("quiz")
    assert "No model was tested on “tiny” yet" in words(at)
    assert [one.key for one in at.button if one.key == "demo_run"] == ["demo_run"]
    _begun(at)
    at.button(key="quiz_answer_0_0").click().run()
    at.button(key="quiz_stop").click().run()
    assert f"right on {int(now(at).quiz.questions[0].truth == 0)} of 1 pictures" in words(at)
    assert len(at.get("plotly_chart")) == 1
    assert not at.dataframe


def test_without_pictures_faces_can_be_drawn(open_page: OpenPage, workspace: Workspace) -> None:
    at = open_page("quiz")
    assert [one.key for one in at.button if one.key in ("quiz_draw", "demo_run")] == ["quiz_draw", "demo_run"]
    at.button(key="quiz_draw").click().run()
    assert "Make the data set “faces”" in words(at)


def test_pictures_that_have_gone_are_said_to_be_gone(
    open_page: OpenPage, evaluated_run: Run, tiny_data_set: DataSet, workspace: Workspace
) -> None:
    from core.data.dataset import delete_data_set

    at = open_page("quiz")
    _begun(at)
    at.button(key="quiz_answer_0_0").click().run()
    delete_data_set(workspace, tiny_data_set)
    at.run()
    assert "The pictures of “tiny” were deleted or have changed since." in words(at)
    at.button(key="quiz_again").click().run()
    assert not at.exception
