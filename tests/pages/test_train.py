import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet, delete_data_set, open_data_set
from core.errors import Diverged, NoCuda, NoiseLensError, OutOfGpuMemory, OutOfMemory
from core.evaluation.job import submit_evaluation
from core.files import write_json
from core.images import encode_png
from core.jobs.queue import Job, claim, finish, get_job, list_jobs, request_pause, say, submit
from core.noise.catalogue import c_bar_noises, get_noise
from core.noise.mix import Mix
from core.runs.deleted import list_deleted
from core.runs.recipe import HEAD_RATE, RATE, Recipe
from core.runs.runs import Run, create_run, list_runs, open_run, save_summary
from core.store import DataSetRow, Workspace
from core.studies.demo import Design, submit_demo
from core.training.job import submit_training
from core.words import plain
from models import efficientnet_lite
from pages.parts import clock
from pages.parts.i18n import literal
from pages.parts.training.mix import MIXES, first_share
from tests.core.evaluation.conftest import stored_evaluation
from tests.endings import ended
from tests.pages.conftest import NOISES

Open = Callable[..., AppTest]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_pictures_one_click_draws_faces(open_page: Open, workspace: Workspace, language: str) -> None:
    at = open_page("train", language)
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


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Train Small CNN from scratch on tiny, Gaussian noise + Salt and pepper · about 5 s"),
        (
            "ko",
            "학습 시작: Small CNN(처음부터) · tiny · 가우시안 노이즈 + 소금과 후추 · 이 컴퓨터에서 약 5초",
        ),
    ],
)
def test_the_button_says_what_is_trained_and_how_long_that_takes(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language, model="small_cnn")
    assert not at.exception
    assert at.button(key="train_go").label.startswith(words)


@pytest.mark.parametrize(
    ("kind", "installed", "start"), [("import", True, True), ("import", False, False), ("faces", True, False)]
)
def test_photos_are_learned_from_imagenet_weights_where_they_are_installed_with_the_rate_that_fits(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    installed: bool,
    start: bool,
) -> None:
    if not installed:
        monkeypatch.setattr(efficientnet_lite, "PACKAGE", "no such package")
    with workspace.session() as session:
        session.execute(update(DataSetRow).values(card=tiny_data_set.card.to_json() | {"kind": kind}))
    at = open_page("train", model="efficientnet_lite0")
    assert not at.exception
    assert [one.value for one in at.toggle if one.label == "Start from ImageNet weights"] == [start]
    assert any("enlarged to 128 px" in one.value and "4 × 4 places" in one.value for one in at.caption)
    words = "from ImageNet weights (head alone)" if start else "from scratch"
    assert f"EfficientNet-Lite0 {words} on tiny" in at.button(key="train_go").label
    at.button(key="train_go").click().run()
    (run,) = list_runs(workspace)
    assert (run.recipe.pretrained, run.recipe.learning_rate) == (start, HEAD_RATE if start else RATE)
    assert ("(ImageNet)" in run.label["en"]) == start


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_test_after_training_is_of_the_noises_and_severities_that_were_chosen(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("train", language)
    at.button_group(key="train_test_kind").set_value("chosen").run()
    assert at.button(key="train_go").disabled, "no noise is chosen yet"
    at.multiselect(key="train_test_noises").set_value(["fog", "frost"]).run()
    at.button_group(key="train_test_severities").set_value([1, 3]).run()
    assert not at.exception
    assert {"en": "2 noises × severity 1, 3", "ko": "노이즈 2가지 × 강도 1, 3"}[language] in at.toggle(
        key="train_evaluate"
    ).label
    at.button(key="train_go").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["evaluate"] == {"noises": ["fog", "frost"], "severities": [1, 3]}


def test_training_is_queued_with_the_choices_of_the_form(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn")
    at.slider(key="train_epochs").set_value(3)
    at.button_group(key="train_noise").set_value("gaussian").run()
    at.button(key="train_go").click().run()
    assert not at.exception
    (run,) = list_runs(workspace)
    assert (run.recipe.epochs, run.recipe.mix.noises) == (3, ["gaussian_noise"])
    (job,) = list_jobs(workspace)
    assert job.payload["run_id"] == run.id
    assert job.payload["about"]["en"] == "from scratch · epochs: 3", "the title says the rest"
    assert "fog" in job.payload["evaluate"]["noises"]


def test_a_double_click_makes_one_job_and_another_choice_a_second(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.button(key="train_go").click().run()
    at.button(key="train_go").click().run()
    assert len(list_jobs(workspace)) == 1
    at.slider(key="train_epochs").set_value(2)
    at.button(key="train_go").click().run()
    assert len(list_jobs(workspace)) == 2


def test_an_own_mix_over_one_is_refused_in_words(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog"]).run()
    at.slider(key="train_share_fog").set_value(90).run()
    at.slider(key="train_share_gaussian_noise").set_value(60).run()
    assert any("sum of the shares" in one.value for one in at.error)
    assert at.button(key="train_go").disabled


def test_a_finished_run_shows_how_it_came_out(open_page: Open, evaluated_run: Run) -> None:
    at = open_page("train")
    assert not at.exception
    assert any("**tiny run** reads **90\u00a0%**" in one.value for one in at.markdown)
    (row,) = at.dataframe[0].value.to_dict("records")
    assert (row["test, clean"], row["test, 2 noises"]) == (100.0, 50.0)


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


def test_an_own_mix_says_how_many_pictures_stay_clean(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value("own").run()
    assert any("**50\u00a0%** stay **clean**" in one.value for one in at.markdown)
    at.slider(key="train_share_gaussian_noise").set_value(100).run()
    assert any("No picture stays clean" in one.value for one in at.markdown)


def test_no_ready_made_mix_trains_on_a_noise_that_is_kept_for_tests() -> None:
    mixes = [*MIXES.values(), Design().mix]
    trained = {noise for mix in mixes for noise in Mix.from_texts(mix).noises}
    assert trained
    assert not [key for key in trained if get_noise(key).held_out]


@pytest.mark.parametrize(("language", "words"), [("en", "Kept for tests: Ripple"), ("ko", "시험 전용")])
def test_an_own_mix_is_told_that_a_noise_is_kept_for_tests(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    at = open_page("train", language)
    at.button_group(key="train_noise").set_value("own").run()
    assert not any(words in one.value for one in at.caption)
    at.multiselect(key="train_own").set_value(["gaussian_noise", "ripple"]).run()
    assert any(words in one.value for one in at.caption)


def test_the_noises_kept_for_tests_can_be_tested_as_a_set(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", test="cbar")
    kept = c_bar_noises(tiny_data_set.table)
    assert f"{len(kept)} noises × severity 1–5" in at.toggle(key="train_evaluate").label
    at.button(key="train_go").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert job.payload["evaluate"]["noises"] == kept


def test_noises_that_are_added_to_an_own_mix_leave_a_share_of_clean_pictures(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog"]).run()
    assert at.slider(key="train_share_gaussian_noise").value == 50
    assert at.slider(key="train_share_fog").value == 30
    assert any("**20\u00a0%** stay **clean**" in one.value for one in at.markdown)
    at.slider(key="train_share_gaussian_noise").set_value(90).run()
    at.slider(key="train_share_fog").set_value(0).run()
    at.multiselect(key="train_own").set_value(["gaussian_noise", "fog", "frost"]).run()
    assert at.slider(key="train_share_frost").value == 5
    assert any("**5\u00a0%** stay **clean**" in one.value for one in at.markdown)
    assert not open_page("train", **{name: str(at.query_params[name]) for name in ("own", "noise")}).error


@pytest.mark.parametrize("others", range(0, 101, 5))
def test_a_noise_never_takes_the_last_clean_pictures_by_itself(others: int) -> None:
    assert others + first_share(others) <= max(95, others)


@pytest.mark.parametrize(("choice", "noise"), [("salt_pepper", "Salt and pepper"), ("bfs", "BFS")])
def test_one_noise_of_the_study_alone_is_one_click(
    open_page: Open, tiny_data_set: DataSet, choice: str, noise: str
) -> None:
    at = open_page("train")
    at.button_group(key="train_noise").set_value(choice).run()
    (said,) = [one.value for one in at.markdown if "of the pictures get" in one.value]
    assert said.startswith(f"**50\u00a0%** of the pictures get **{noise}")
    assert "**50\u00a0%** stay **clean**" in said


def test_an_unknown_data_set_in_the_address_is_said_and_a_known_one_chosen(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", data="1a2b3c")
    (error,) = at.error
    assert '"1a2b3c"' in error.value
    assert tiny_data_set.name in error.value
    assert at.query_params["data"] == tiny_data_set.id
    assert not open_page("train", data=tiny_data_set.id).error


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


def test_who_leaves_the_page_finds_the_form_as_it_was(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train")
    at.slider(key="train_epochs").set_value(3)
    at.text_input(key="train_name").set_value("mine")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["fog"]).run()
    at.slider(key="train_share_fog").set_value(20).run()
    at.switch_page("data.py").run()
    at.switch_page("train.py").run()
    assert at.slider(key="train_epochs").value == 3
    assert at.text_input(key="train_name").value == "mine"
    assert at.multiselect(key="train_own").value == ["fog"]
    assert at.slider(key="train_share_fog").value == 20


def test_the_address_keeps_the_form_for_who_opens_it_anew(open_page: Open, tiny_data_set: DataSet) -> None:
    at = open_page("train")
    at.selectbox(key="train_model").set_value("resnet18")
    at.button_group(key="train_noise").set_value("own").run()
    at.multiselect(key="train_own").set_value(["fog", "jpeg_compression"]).run()
    at.slider(key="train_share_fog").set_value(30).run()
    address = {name: at.query_params[name] for name in ("data", "model", "noise", "own", "device")}
    numbers = {"train_epochs": "11", "train_seed": "7", "train_evaluate": "false"}
    again = open_page("train", **{name: str(value) for name, value in address.items()}, **numbers)
    assert not again.exception
    assert not again.error
    assert again.selectbox(key="train_model").value == "resnet18"
    assert again.button_group(key="train_noise").value == "own"
    assert again.multiselect(key="train_own").value == ["fog", "jpeg_compression"]
    assert again.slider(key="train_epochs").value == 11
    assert again.number_input(key="train_seed").value == 7
    assert again.slider(key="train_share_fog").value == 30
    assert again.toggle(key="train_evaluate").value is False


def test_an_address_of_an_older_version_still_gives_each_share(
    open_page: Open, tiny_data_set: DataSet
) -> None:
    at = open_page("train", noise="own", own="fog,frost", train_share_fog="30", train_share_frost="20")
    assert at.slider(key="train_share_fog").value == 30
    assert at.slider(key="train_share_frost").value == 20


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_the_form_does_not_know_in_an_address_is_said(
    open_page: Open, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("train", language, model="nonsense", noise="own", own="fog,grumble")
    assert not at.exception
    said = " ".join(one.value for one in at.error)
    assert "nonsense" in said
    assert "grumble" in said
    assert at.multiselect(key="train_own").value == ["fog"]


@pytest.mark.parametrize(("field", "typed"), [("train_rate", 99999.0), ("train_seed", -5)])
def test_no_run_is_queued_with_another_number_than_the_form_shows(
    open_page: Open, tiny_data_set: DataSet, field: str, typed: float
) -> None:
    at = open_page("train", model="small_cnn")
    at.number_input(key=field).set_value(typed).run()
    assert not at.exception
    assert [f"but is {typed:g}" in one.value for one in at.error] == [True]
    assert at.button(key="train_go").disabled
    assert any("outside its range" in one.value for one in at.caption)


def test_a_small_learning_rate_is_shown_and_trained_with_to_its_last_digit(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train", model="small_cnn")
    rate = at.number_input(key="train_rate")
    assert rate.proto.format == "%g"
    rate.set_value(0.0000123).run()
    at.button(key="train_go").click().run()
    assert [run.recipe.learning_rate for run in list_runs(workspace)] == [0.0000123]


@pytest.mark.parametrize(
    ("language", "reason", "heading"),
    [
        ("en", "No CUDA graphics card was found", "Last run"),
        ("ko", "CUDA 그래픽 카드를 찾지 못했", "마지막 학습"),
    ],
)
def test_why_the_last_run_failed_stands_on_the_page_and_in_its_row(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, reason: str, heading: str
) -> None:
    open_page("train").button(key="train_go").click().run()
    job = list_jobs(workspace)[0]
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=NoCuda())
    at = open_page("train", language)
    assert not at.exception
    assert [reason in one.value for one in at.markdown].count(True) == 1
    assert f"## {heading}" in [one.value for one in at.markdown]
    assert any("tiny run" in one.value for one in at.markdown), "the one before stays in sight"
    at.session_state["train_run"] = job.payload["run_id"]
    at.run()
    assert [reason in one.value for one in at.markdown].count(True) == 2


def queued_runs(open_page: Open, workspace: Workspace, number: int) -> list[str]:
    """Jobs that the form has queued, oldest first."""
    for epochs in range(1, number + 1):
        at = open_page("train")
        at.slider(key="train_epochs").set_value(epochs).run()
        at.button(key="train_go").click().run()
    return [job.id for job in list_jobs(workspace, active=True)]


def cards(at: AppTest) -> set[str]:
    """The jobs whose card says that they did not succeed."""
    return {
        str(one.key).removeprefix("put_away_") for one in at.button if str(one.key).startswith("put_away_")
    }


def test_what_failed_or_was_cancelled_beside_others_is_told_until_it_is_put_away(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    killed, cancelled, running = queued_runs(open_page, workspace, 3)
    claim(workspace, killed)
    finish(workspace, killed, "failed", error=NoCuda())
    claim(workspace, cancelled)
    finish(workspace, cancelled, "cancelled")
    claim(workspace, running)
    at = open_page("train")
    assert cards(at) == {killed, cancelled}
    assert any("No CUDA" in one.value for one in at.markdown)
    assert at.button(key=f"resume_card_{cancelled}")
    finish(workspace, running, "done")
    at = open_page("train")
    assert cards(at) == {killed}, "who comes back after the queue learns of the failure"
    at.button(key=f"put_away_{killed}").click().run()
    assert cards(at) == set()
    assert cards(open_page("train")) == set()


def test_once_resumed_a_failure_has_one_card_less(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    (failed,) = queued_runs(open_page, workspace, 1)
    claim(workspace, failed)
    finish(workspace, failed, "failed", error=NoCuda())
    at = open_page("train")
    at.button(key=f"resume_card_{failed}").click().run()
    assert not at.exception
    assert cards(at) == set()


def test_the_name_of_the_next_model_is_empty_after_a_start(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("train")
    at.text_input(key="train_name").set_value("mine").run()
    at.button(key="train_go").click().run()
    assert [run.name for run in list_runs(workspace)] == ["mine"]
    assert at.text_input(key="train_name").value == ""
    assert any("mine" in one.value for one in at.toast)


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


def test_the_record_of_a_cancelled_run_says_so_and_one_without_pictures_offers_no_test(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    ended(workspace, evaluated_run.id, "cancelled")
    at = open_page("train", run=evaluated_run.id)
    assert any("cancelled" in one.value for one in at.markdown)
    assert any(one.label == "Test it under other noises" for one in at.expander)
    delete_data_set(workspace, open_data_set(workspace, evaluated_run.recipe.data_set_id))
    at = open_page("train", run=evaluated_run.id)
    assert not at.exception
    assert any("**tiny**" in one.value for one in at.markdown), "its run still knows the name"
    assert not any(one.label == "Test it under other noises" for one in at.expander)
    assert any("cannot be tested any more" in one.value for one in at.caption)


def test_rows_are_high_enough_for_streamlit_to_break_a_long_name_into_lines(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    create_run(workspace, "a name that is longer than its column is wide", evaluated_run.recipe)
    assert [one.proto.row_height > 64 for one in open_page("train").dataframe] == [True, True]


def test_a_failure_whose_run_was_deleted_is_not_told_any_more(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submit(workspace, "train", plain("Train “gone”"), {"run_id": "gone"})
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=NoCuda())
    assert not any("No CUDA" in one.value for one in open_page("train").markdown)


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


@pytest.mark.parametrize(("device", "offered"), [("cpu", False), ("cuda", True), (None, True)])
def test_cuda_is_offered_unless_this_computer_is_known_to_have_none(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, device: str | None, offered: bool
) -> None:
    if device:
        workspace.showcase.mkdir()
        write_json(workspace.showcase / "hardware.json", {"device": device})
    choice = open_page("train").button_group(key="train_device")
    assert ("CUDA" in choice.options) == offered
    assert ("was found on this computer" in choice.proto.help) != offered


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


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Only 16 test pictures"), ("ko", "시험 사진이 16장뿐이라")]
)
def test_before_training_on_few_pictures_it_is_said_how_little_a_test_will_tell(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    said = " ".join(one.value for one in open_page("train", language).info)
    assert words in said
    assert "93" in said


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Only 4 videos or groups"), ("ko", "동영상이나 그룹이 4개뿐이라")]
)
def test_pictures_of_few_groups_are_not_counted_as_if_each_told_something_of_its_own(
    open_page: Open, tiny_data_set: DataSet, language: str, words: str
) -> None:
    np.save(tiny_data_set.folder.groups, np.arange(80) // 4)
    assert tiny_data_set.tested == 4
    said = " ".join(one.value for one in open_page("train", language).info)
    assert words in said
    assert "16" in said


def another_run(
    run: Run, workspace: Workspace, data_set: DataSet, noises: tuple[str, ...], severities: tuple[int, ...]
) -> Run:
    """Another run of the same recipe, tested and always right."""
    other = create_run(workspace, f"{run.name} {' '.join(noises)}", run.recipe, rename=True)
    assert run.summary is not None
    save_summary(workspace, other.id, run.summary)
    stored_evaluation(workspace, data_set, other, noises, severities, lambda truth, _noise, _severity: truth)
    return other


def ranked(at: AppTest) -> dict[str, tuple[object, object, str]]:
    """What the table says of each run: clean, under noise, tested on."""
    rows = at.dataframe[0].value.to_dict("records")
    return {
        row["run"]: tuple(
            None if row[key] != row[key] else row[key]
            for key in ("test, clean", "test, 2 noises", "tested on")
        )
        for row in rows
    }


def test_runs_that_were_tested_on_other_noises_have_no_place_in_the_ranked_column(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, evaluated_run: Run
) -> None:
    another_run(evaluated_run, workspace, tiny_data_set, ("fog",), (1,))
    another_run(evaluated_run, workspace, tiny_data_set, (*NOISES, "frost"), (1, 2, 3, 4, 5))
    at = open_page("train")
    assert not at.exception
    assert ranked(at) == {
        "tiny run": (100.0, 50.0, "2 noises × 5"),
        "tiny run fog": (None, None, "1 noises, severity 1 (other)"),
        "tiny run gaussian_noise fog frost": (100.0, 100.0, "3 noises × 5"),
    }
    (said,) = [one.value for one in at.caption if "mean over the same" in one.value]
    assert "same 2 noises at severity 1–5" in said
    assert "not comparable" in said


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "tested with different versions"), ("ko", "다른 버전으로 시험")]
)
def test_runs_that_were_tested_with_different_versions_are_said_to_be_so_below_their_list(
    open_page: Open,
    workspace: Workspace,
    tiny_data_set: DataSet,
    trained_run: Run,
    language: str,
    sentence: str,
) -> None:
    def said() -> list[str]:
        return [one.value for one in open_page("train", language).caption if sentence in one.value]

    def tested(run: Run, noise: str, torch: str) -> None:
        stored_evaluation(
            workspace, tiny_data_set, run, [noise], [1], lambda truth, *_: truth, versions={"torch": torch}
        )

    other = create_run(workspace, "other", trained_run.recipe)
    assert trained_run.summary is not None
    save_summary(workspace, other.id, trained_run.summary)
    tested(trained_run, "fog", "2.8.0")
    tested(other, "fog", "2.8.0")
    assert said() == []
    tested(other, "fog", "2.9.0")
    (told,) = said()
    assert "PyTorch 2.8.0, 2.9.0" in told


def test_what_is_selected_is_a_run_and_stays_so_when_others_come(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    at = open_page("train")
    at.session_state["train_run"] = evaluated_run.id
    at.run()
    assert at.button(key=f"train_delete_{evaluated_run.id}")
    at.button(key="train_go").click().run()
    assert at.button(key=f"train_delete_{evaluated_run.id}")
    places = [json.loads(one.proto.selection_default)["selection"]["rows"] for one in at.dataframe]
    assert places == [[1], [1]]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Small CNN, from scratch",
                "**tiny**",
                "8 epochs · learning rate 0.003",
                "All pictures stay **clean**",
            ],
        ),
        ("ko", ["Small CNN, 처음부터", "**tiny**", "에폭 8 · 학습률 0.003", "**원본 그대로**"]),
    ],
)
def test_a_past_run_shows_its_recipe_data_and_curves_and_is_tested_again_under_chosen_noises(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, words: list[str]
) -> None:
    evaluated_run.folder.metrics.write_text('{"kind": "epoch", "epoch": 1.0, "loss": 0.5, "accuracy": 0.9}\n')
    at = open_page("train", language)
    before = len(at.get("plotly_chart"))
    at.session_state["train_run"] = evaluated_run.id
    at.run()
    assert not at.exception
    record = next(one.value for one in at.markdown if words[0] in one.value)
    assert all(word in record for word in words)
    assert time.strftime("%Y-%m-%d", time.localtime(evaluated_run.created)) in record
    assert len(at.get("plotly_chart")) == before + 1
    at.session_state[f"train_test_{evaluated_run.id}"] = True
    at.run()
    key = f"train_again_{evaluated_run.id}"
    at.button_group(key=f"{key}_kind").set_value("chosen").run()
    at.multiselect(key=f"{key}_noises").set_value(["snow"]).run()
    at.button_group(key=f"{key}_severities").set_value([5]).run()
    at.button(key=f"train_again_go_{evaluated_run.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["noises"], job.payload["severities"]) == ("evaluate", ["snow"], [5])
    assert (job.title["en"], job.payload["about"]["en"]) == ("Test “tiny run”", "Snow × severity 5")


def submitted(open_page: Open, workspace: Workspace) -> Job:
    """A training that the form has queued and a worker has taken."""
    at = open_page("train")
    at.slider(key="train_epochs").set_value(3)
    at.text_input(key="train_name").set_value("mine").run()
    at.button(key="train_go").click().run()
    job = list_jobs(workspace)[0]
    claim(workspace, job.id)
    return get_job(workspace, job.id)


@pytest.mark.parametrize("ending", ["failed", "interrupted", "cancelled", "paused"])
def test_a_training_that_did_not_come_to_its_end_goes_on_by_one_click_as_the_same_run(
    open_page: Open, workspace: Workspace, evaluated_run: Run, ending: str
) -> None:
    job = submitted(open_page, workspace)
    error = None if ending in ("cancelled", "paused") else OutOfMemory()
    finish(workspace, job.id, ending, error=error)  # type: ignore[arg-type]
    at = open_page("train")
    place = "queue" if ending == "paused" else "card"
    at.button(key=f"resume_{place}_{job.id}").click().run()
    assert not at.exception
    now = get_job(workspace, job.id)
    assert (now.state, now.error, now.payload) == ("queued", None, job.payload)
    assert list_runs(workspace)[0].name == "mine"


@pytest.mark.parametrize(
    ("error", "offer", "words", "changed"),
    [
        (OutOfGpuMemory(), "batch", "32 pictures at a time", {"batch_size": 32, "accumulate": 2}),
        (OutOfMemory(), "batch", "32 pictures at a time", {"batch_size": 32, "accumulate": 2}),
        (Diverged(rate="0.01"), "rate", "0.001", {"learning_rate": 0.001}),
    ],
)
def test_what_may_succeed_is_offered_by_what_went_wrong_and_trains_a_new_run_with_that_alone_changed(
    open_page: Open,
    workspace: Workspace,
    evaluated_run: Run,
    error: NoiseLensError,
    offer: str,
    words: str,
    changed: dict[str, float],
) -> None:
    job = submitted(open_page, workspace)
    finish(workspace, job.id, "failed", error=error)
    at = open_page("train")
    assert (f"resume_card_{job.id}" in keys(at)) == (offer == "batch"), "the same would fall apart again"
    assert f"again_card_{job.id}" not in keys(at)
    button = at.button(key=f"otherwise_{offer}_card_{job.id}")
    assert words in button.label
    button.click().run()
    assert not at.exception
    again = list_jobs(workspace)[0]
    assert (again.state, again.payload["evaluate"]) == ("queued", job.payload["evaluate"])
    new, old = list_runs(workspace)[:2]
    assert (new.name, old.name) == ("mine 2", "mine")
    assert new.recipe == replace(old.recipe, **changed)  # type: ignore[arg-type]
    assert cards(at) == set()


def test_a_test_that_failed_is_started_again_with_the_same_by_one_click(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submit_evaluation(workspace, evaluated_run, ["fog"], [2])
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=OutOfMemory())
    at = open_page("train")
    at.button(key=f"again_card_{job.id}").click().run()
    assert not at.exception
    again = list_jobs(workspace)[0]
    assert (again.id != job.id, again.state, again.payload) == (True, "queued", job.payload)


def test_a_training_under_way_is_paused_ended_after_its_epoch_or_cancelled(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submitted(open_page, workspace)
    at = open_page("train")
    at.button(key=f"end_{job.id}").click().run()
    assert get_job(workspace, job.id).finish_requested
    at.button(key=f"pause_{job.id}").click().run()
    assert get_job(workspace, job.id).pause_requested
    assert at.button(key=f"pause_{job.id}").disabled
    at.button(key=f"cancel_{job.id}").click().run()
    assert get_job(workspace, job.id).cancel_requested


def test_a_test_behind_a_training_has_no_epoch_after_which_it_could_end(
    open_page: Open, workspace: Workspace, trained_run: Run
) -> None:
    job = submit(workspace, "train", plain("Train"), {"run_id": trained_run.id})
    claim(workspace, job.id)
    at = open_page("train")
    assert f"pause_{job.id}" in keys(at)
    assert f"end_{job.id}" not in keys(at)


def keys(at: AppTest) -> list[str]:
    return [str(one.key) for one in at.button]


def test_the_mean_under_noise_leaves_out_a_noise_that_was_tested_at_other_severities(
    open_page: Open, workspace: Workspace, evaluated_run: Run, tiny_data_set: DataSet
) -> None:
    """As on Results: half of the pictures are right under two noises at five severities, all under one at 3."""
    stored_evaluation(workspace, tiny_data_set, evaluated_run, ["rain"], [3], lambda truth, *_: truth)
    at = open_page("train")
    assert not at.exception
    told = next(one.value for one in at.markdown if "On the test pictures" in one.value)
    assert "**50\u00a0%** on average under 2 noises" in told
    assert at.dataframe[0].value["test, 2 noises"].tolist() == [50.0]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_waits_is_a_line_each_in_its_order_with_its_turn_and_all_of_it_is_cancelled_after_a_question(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    running, *waiting = queued_runs(open_page, workspace, 4)
    claim(workspace, running)
    request_pause(workspace, waiting[2])
    at = open_page("train", language)
    lines = [one.value for one in at.markdown if one.value.startswith(("1 · **", "2 · **"))]
    assert len(lines) == 2
    assert ("epochs: 2" in lines[0], "epochs: 3" in lines[1]) == (
        (True, True) if language == "en" else (False,) * 2
    )
    turns = [one.value for one in at.caption if {"en": "starts in", "ko": "뒤 시작"}[language] in one.value]
    assert len(turns) == 2
    assert at.button(key=f"resume_queue_{waiting[2]}")
    at.button(key="cancel_all").click().run()
    assert not at.exception
    at.button(key="cancel_all_yes").click().run()
    states = [get_job(workspace, one).state for one in (running, *waiting)]
    assert states == ["running", "cancelled", "cancelled", "paused"]


OWN = ("fog:0.25:2-4", "frost:0.5:1-5")


@pytest.mark.parametrize(
    "changed",
    [
        {"mix": Mix.from_texts(MIXES["gaussian"])},
        {"mix": Mix.from_texts(OWN), "epochs": 120, "batch_size": 12, "learning_rate": 0.00071},
        {
            "mix": Mix.from_texts(["fog:0.333:1-5"]),
            "optimiser": "sgd",
            "accumulate": 4,
            "label_smoothing": 0.1,
        },
    ],
    ids=["ready-made", "own", "as it was"],
)
def test_what_failed_fills_the_form_and_trains_the_same_but_for_what_is_changed_there(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, changed: dict[str, Any]
) -> None:
    facts = {"data_set_id": tiny_data_set.id, "data_set_fingerprint": tiny_data_set.card.fingerprint}
    recipe = Recipe.make(**({"model": "small_cnn", "seed": 3, "device": "cpu"} | facts | changed))
    job = submit_training(
        workspace, tiny_data_set, recipe, "mine", {"noises": ["fog"], "severities": [2, 4]}
    )[1]
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=OutOfMemory())
    at = open_page("train", data=tiny_data_set.id)
    at.button(key=f"train_retry_{job.id}").click().run()
    assert not at.exception
    assert not at.error
    assert any("mine" in one.value for one in at.toast)
    said = " ".join(one.value for one in at.caption)
    assert ("optimiser: sgd" in said) == ("optimiser" in changed)
    at.number_input(key="train_seed").set_value(4).run()
    at.button(key="train_go").click().run()
    assert not at.exception
    assert list_runs(workspace)[0].recipe == replace(recipe, seed=4)
    assert list_jobs(workspace)[0].payload["evaluate"] == job.payload["evaluate"]


def test_what_goes_along_from_a_cloned_run_can_be_left_out(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    odd = replace(evaluated_run.recipe, optimiser="sgd", mix=Mix.from_texts(["fog:0.333:1-5"]))
    run = create_run(workspace, "odd", odd)
    at = open_page("train", run=run.id)
    at.button(key=f"train_clone_{run.id}").click().run()
    assert at.button_group(key="train_noise").value == "taken"
    at.button(key="train_taken_drop").click().run()
    assert not at.exception
    assert not at.error
    at.button(key="train_go").click().run()
    recipe = list_runs(workspace)[0].recipe
    assert (recipe.optimiser, recipe.mix) == ("adamw", Mix.from_texts(MIXES["demo"]))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_several_runs_are_deleted_after_one_question_and_brought_back(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str
) -> None:
    others = [create_run(workspace, name, evaluated_run.recipe) for name in ("a", "b")]
    at = open_page("train", language)
    at.session_state["train_tidy"] = True
    at.run()
    at.multiselect(key="train_tidy_runs").set_value([run.id for run in others]).run()
    at.button(key="train_tidy_delete").click().run()
    at.button(key="train_tidy_delete_yes").click().run()
    assert not at.exception
    assert [run.id for run in list_runs(workspace)] == [evaluated_run.id]
    at.button(key=f"train_back_{others[0].id}").click().run()
    at.button(key=f"train_remove_{others[1].id}").click().run()
    assert not at.exception
    assert {run.id for run in list_runs(workspace)} == {evaluated_run.id, others[0].id}
    assert list_deleted(workspace) == []


def test_a_run_is_given_another_name_and_a_note_on_its_record(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    run_id = evaluated_run.id
    at = open_page("train", run=run_id)
    at.session_state[f"train_edit_{run_id}"] = True
    at.run()
    at.text_input(key=f"train_edit_name_{run_id}").set_value("a*b")
    at.text_area(key=f"train_edit_note_{run_id}").set_value("for _the_ talk").run()
    at.button(key=f"train_edit_save_{run_id}").click().run()
    assert not at.exception
    assert (open_run(workspace, run_id).name, open_run(workspace, run_id).note) == ("a*b", "for _the_ talk")
    assert any(one.value.startswith(f"> {literal('for _the_ talk')}") for one in at.markdown)


def test_how_fast_it_goes_and_the_pictures_that_are_shown_stand_with_what_runs(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submitted(open_page, workspace)
    run = open_run(workspace, str(job.subject.run_id))
    line = {"kind": "step", "epoch": 0.5, "loss": 0.7, "accuracy": 0.5, "learning_rate": 0.00071}
    run.folder.metrics.write_text(json.dumps(line | {"images_per_second": 1234.5, "memory": 2**30}) + "\n")
    run.folder.shown.write_bytes(encode_png(np.zeros((32, 64, 3), np.uint8)))
    at = open_page("train")
    at.session_state["train_shown"] = True
    at.run()
    assert not at.exception
    assert any(
        "1,234 pictures/s · 1.0 GB of memory · learning rate 0.00071" in one.value for one in at.caption
    )
    assert any("network gets them" in image.caption for one in at.image for image in one.proto.imgs)


@pytest.mark.parametrize(("language", "words"), [("en", "dropped to free disk space"), ("ko", "버렸습니다")])
def test_the_maps_of_runs_are_dropped_after_a_question_and_grad_cam_says_so(
    open_page: Open, workspace: Workspace, evaluated_run: Run, language: str, words: str
) -> None:
    at = open_page("train", language)
    at.session_state["train_tidy"] = True
    at.run()
    assert at.button(key="train_tidy_maps").disabled
    at.multiselect(key="train_tidy_runs").set_value([evaluated_run.id]).run()
    at.button(key="train_tidy_maps").click().run()
    at.button(key="train_tidy_maps_yes").click().run()
    assert not at.exception
    assert at.button(key="train_tidy_maps").disabled
    at.switch_page("explain.py").run()
    assert not at.exception
    assert any(words in one.value for one in at.markdown)
