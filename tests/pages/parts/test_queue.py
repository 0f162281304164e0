from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.errors import Diverged, NoCuda, NoiseLensError, OutOfGpuMemory, OutOfMemory
from core.evaluation.job import submit_evaluation
from core.jobs.queue import claim, finish, get_job, list_jobs, submit
from core.jobs.requests import request_pause
from core.runs.runs import Run, list_runs
from core.store import Workspace
from core.words import Text, plain
from tests.pages.started import queued_runs, submitted

Open = Callable[..., AppTest]


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
    at.session_state["train_runs"] = [job.payload["run_id"]]
    at.run()
    assert [reason in one.value for one in at.markdown].count(True) == 2


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


@pytest.mark.parametrize("language", ["en", "ko"])
def test_many_that_did_not_succeed_are_a_line_each_with_what_to_do_and_are_cleared_by_one_click(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    failed, *others = queued_runs(open_page, workspace, 4)
    claim(workspace, failed)
    finish(workspace, failed, "failed", error=NoCuda())
    for job_id in others:
        claim(workspace, job_id)
        finish(workspace, job_id, "cancelled")
    at = open_page("train", language)
    assert not at.exception
    assert cards(at) == {failed}, "what failed last is open"
    assert [one.value for one in at.markdown if "CUDA" in one.value and one.value.startswith(":red[")]
    assert at.button(key=f"resume_ended_{failed}")
    assert at.button(key=f"train_retry_{failed}")
    at.session_state[f"ended_{others[0]}"] = True
    at.run()
    at.button(key=f"put_away_{others[0]}").click().run()
    assert cards(at) == {failed}
    at.button(key="clear_all").click().run()
    assert not at.exception
    assert cards(at) == set()


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


def test_a_failure_whose_run_was_deleted_is_not_told_any_more(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submit(workspace, "train", plain("Train “gone”"), {"run_id": "gone"})
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=NoCuda())
    assert not any("No CUDA" in one.value for one in open_page("train").markdown)


@pytest.mark.parametrize("ending", ["failed", "interrupted", "cancelled", "paused"])
def test_a_training_that_did_not_come_to_its_end_goes_on_by_one_click_as_the_same_run(
    open_page: Open, workspace: Workspace, evaluated_run: Run, ending: str
) -> None:
    job = submitted(open_page, workspace)
    error = None if ending in ("cancelled", "paused") else OutOfMemory()
    finish(workspace, job.id, ending, error=error)  # type: ignore[arg-type]
    at = open_page("train")
    at.button(key=f"resume_card_{job.id}").click().run()
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


def test_a_test_that_failed_goes_on_by_one_click_where_it_stopped(
    open_page: Open, workspace: Workspace, evaluated_run: Run
) -> None:
    job = submit_evaluation(workspace, evaluated_run, ["fog"], [2])
    claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=OutOfMemory())
    at = open_page("train")
    at.button(key=f"resume_card_{job.id}").click().run()
    assert not at.exception
    now = get_job(workspace, job.id)
    assert (now.state, now.error, now.payload) == ("queued", None, job.payload)


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


def test_an_import_that_waits_says_for_what_on_its_page_and_stands_in_the_queue_of_the_others(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    running, after = queued_runs(open_page, workspace, 2)
    claim(workspace, running)
    title = Text(en="Import “<b>me</b>”", ko="“<b>me</b>” 가져오기")
    waiting = submit(workspace, "import", title, {"source": "me"})
    told = [one.value for one in open_page("data").caption if "starts in" in one.value]
    assert len(told) == 1
    assert get_job(workspace, after).title["en"].split("“")[0] in told[0]
    at = open_page("train")
    lines = [one.proto.body for one in at.get("html") if 'class="queued" title' in one.proto.body]
    assert len(lines) == 2
    assert "2 ·" in lines[1]
    assert "&lt;b&gt;me" in lines[1]
    assert "<b>" not in lines[1]
    claim(workspace, waiting.id)
    assert f"cancel_{waiting.id}" in keys(open_page("train"))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_waits_is_a_line_each_in_its_order_with_its_turn_and_all_of_it_is_cancelled_after_a_question(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    running, *waiting = queued_runs(open_page, workspace, 4)
    claim(workspace, running)
    request_pause(workspace, waiting[2])
    at = open_page("train", language)
    lines = [one.proto.body for one in at.get("html") if 'class="queued" title' in one.proto.body]
    assert [line.split("<span>")[1][:3] for line in lines[:2]] == ["1 ·", "2 ·"]
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
