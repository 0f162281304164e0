from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.jobs.queue import claim, get_job, list_jobs, say, submit
from core.runs.editing import save_summary
from core.runs.mode import Mode
from core.runs.runs import Run
from core.store import Workspace
from core.studies.demo import submit_demo
from core.words import plain
from pages.parts import clock
from tests.core.evaluation.conftest import stored_evaluation

Open = Callable[..., AppTest]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_pictures_one_click_draws_faces(open_page: Open, workspace: Workspace, language: str) -> None:
    at = open_page("train", language)
    assert (
        len([one for one in at.markdown if one.value.startswith("## ")]) == 1
    )  # nothing is headed by the other
    at.button(key="train_draw_faces").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["kind"]) == ("make", "faces")


def test_a_page_without_jobs_goes_on_looking_for_one_from_another_tab_or_a_terminal(
    open_page: Open, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    real = clock.draw_again
    monkeypatch.setattr(clock, "draw_again", lambda key, seconds: (looks.append(key), real(key, seconds)))
    for page, key in (("train", "train"), ("data", "cards_data")):
        looks.clear()
        assert not open_page(page).exception
        assert key in looks


def test_a_finished_run_shows_how_it_came_out(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("train")
    assert not at.exception
    assert any("**tiny run** reads **90\u00a0%**" in one.value for one in at.markdown)
    (row,) = at.dataframe[0].value.to_dict("records")
    assert (row["test, clean"], row["test, 2 noises"]) == (100.0, 50.0)


def test_a_run_of_which_a_quick_look_was_taken_is_no_untested_one(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, trained_run: Run
) -> None:
    stored_evaluation(
        workspace,
        tiny_data_set,
        trained_run,
        ["fog"],
        [1, 3],
        lambda truth, noise, _severity: truth if noise == "clean" else 0,
        mode=Mode(part=16).to_json(),
    )
    at = open_page("train")
    assert any("quick look at 16 test pictures: **100\u00a0%** clean" in one.value for one in at.markdown)
    (row,) = at.dataframe[0].value.to_dict("records")
    assert (row["test, clean"], row["tested on"]) == (100.0, "1 noises × 2 · quick look at 16")
    assert [one.proto.label for one in at.get("page_link") if "results" in one.proto.page] == ["Results"]
    assert at.button(key=f"train_last_go_{trained_run.id}").label.startswith("Test it")  # on all pictures
    quiz = open_page("quiz")
    assert quiz.multiselect(key=f"quiz_runs_{tiny_data_set.id}").value == [trained_run.id]


@pytest.mark.parametrize(("language", "said"), [("en", "Guessing would be right on"), ("ko", "찍기만 해도")])
def test_of_a_run_that_only_guesses_it_is_said_and_what_to_do(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, said: str
) -> None:
    def told() -> list[str]:
        return [one.value for one in open_page("train", language).markdown if said in one.value]

    assert told() == []
    assert evaluated_run.summary is not None
    save_summary(workspace, evaluated_run.id, replace(evaluated_run.summary, validation_accuracy=0.5))
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "**100\u00a0%** clean, **50\u00a0%** on average under 2 noises"),
        ("ko", "원본 **100**%, 노이즈 2가지 평균 **50**%"),
    ],
)
def test_the_card_of_a_finished_run_says_the_figures_of_the_table_too(
    open_page: Open, evaluated_run: Run, language: str, words: str
) -> None:
    assert any(words in one.value for one in open_page("train", language).markdown)


@pytest.mark.parametrize("kind", ["import", "fetch"])
@pytest.mark.parametrize("where", ["data", "train", "home"])
def test_a_data_set_under_way_is_seen_with_how_far_it_is_and_can_be_cancelled(
    open_page: Open, workspace: Workspace, where: str, kind: str
) -> None:
    job = submit(workspace, kind, plain("Fetch EuroSAT"), {})
    claim(workspace, job.id)
    say(workspace, job.id, 0.4, plain("40 MB on disk"))
    at = open_page(where)
    assert any("Fetch EuroSAT" in one.value and "40 MB on disk" in one.value for one in at.markdown)
    assert any(one.proto.text.startswith("40\u00a0%") for one in at.get("progress"))
    at.button(key=f"cancel_{job.id}").click().run()
    assert get_job(workspace, job.id).cancel_requested


def test_the_address_keeps_the_test_the_selected_run_and_every_share(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    at = open_page("train", run=evaluated_run.id)
    assert at.button(key=f"train_delete_{evaluated_run.id}")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog"]).run()
    at.slider(key="train_share_gaussian_noise").set_value(0).run()
    assert at.slider(key="train_share_fog").value == 30
    at.button_group(key="train_test_kind").set_value("chosen").run()
    at.multiselect(key="train_test_noises").set_value(["fog", "frost"]).run()
    at.button_group(key="train_test_severities").set_value([1, 3]).run()
    names = ("noise", "own", "test", "test_noises", "test_severities", "run")
    again = open_page("train", **{name: str(at.query_params[name]) for name in names})
    assert not again.error
    assert again.slider(key="train_share_gaussian_noise").value == 0
    assert again.slider(key="train_share_fog").value == 30
    assert "2 noises × severity 1, 3" in again.toggle(key="train_evaluate").label
    assert again.button(key=f"train_delete_{evaluated_run.id}")


def test_what_runs_is_headed_now_and_what_has_ended_is_not(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    headings = [one.value for one in open_page("train").markdown if one.value.startswith("## ")]
    assert "## Last run" in headings
    assert "## Now" not in headings
    at = open_page("train")
    at.button(key="train_go").click().run()
    headings = [one.value for one in at.markdown if one.value.startswith("## ")]
    assert "## Now" in headings
    assert "## Last run" not in headings


def test_while_the_demo_draws_its_faces_they_are_not_offered_again(
    open_page: Open, workspace: Workspace
) -> None:
    job = submit_demo(workspace)
    claim(workspace, job.id)
    say(workspace, job.id, 0.1, plain("Drawing"))
    at = open_page("train")
    assert not any(button.key == "train_draw_faces" for button in at.button)
    assert any("being drawn right now" in one.value for one in at.markdown)
    assert any("Demo study" in one.value and "Drawing" in one.value for one in at.markdown)
