from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data import summary
from core.data.dataset import DataSet, list_data_sets, open_data_set
from core.data.imports import run_job as run_import
from core.data.imports import submit_import
from core.data.review.resplit import run_job as run_resplit
from core.data.review.resplit import submit_resplit
from core.errors import BadName, NoiseLensError, WorkerDied
from core.jobs.queue import claim, finish, list_jobs
from core.progress import silent
from core.runs.entering import create_run
from core.runs.runs import Run
from core.store import Workspace
from core.studies.demo import submit_demo
from tests.conftest import CallsOf
from tests.endings import ended
from tests.pages.parts.data.test_import_form import archive, films

Open = Callable[..., AppTest]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_pictures_one_click_draws_faces(open_page: Open, workspace: Workspace, language: str) -> None:
    at = open_page("data", language)
    at.button(key="data_draw_faces").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["kind"], job.payload["size"]) == ("make", "faces", 64)


def test_another_kind_and_size_can_be_drawn(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button_group(key="data_kind").set_value("digits").run()
    at.button(key="data_make").click().run()
    (job,) = list_jobs(workspace)
    assert (job.payload["kind"], job.payload["size"]) == ("digits", 32)


@pytest.mark.parametrize(("language", "mouth"), [("en", "mouth"), ("ko", "입")])
def test_what_is_swapped_in_faces_and_how_strongly_can_be_chosen(
    open_page: Open, workspace: Workspace, language: str, mouth: str
) -> None:
    at = open_page("data", language)
    at.button_group(key="data_swap").set_value(mouth).run()
    at.slider(key="data_swap_strength").set_value(0.5).run()
    at.selectbox(key="data_size_faces").set_value(96).run()
    at.button(key="data_make").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert job.payload["options"] == {"swap": "mouth", "strength": 0.5}
    assert (job.payload["size"], job.payload["name"]) == (96, "faces mouth x0.5")


def test_the_default_swap_is_offered_first_and_only_for_faces(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    assert at.button_group(key="data_swap").value == "mixed"
    assert at.slider(key="data_swap_strength").value == 1.0
    at.button(key="data_make").click().run()
    (job,) = list_jobs(workspace)
    assert (job.payload["name"], job.payload.get("options")) == ("faces", None)
    at.button_group(key="data_kind").set_value("textures").run()
    assert not at.exception
    assert not at.slider


@pytest.mark.parametrize(
    ("language", "words"), [("en", "80 pictures · 2 classes"), ("ko", "사진 80장 · 클래스 2개")]
)
def test_a_data_set_is_a_card_with_its_counts(
    open_page: Open, tiny_data_set: DataSet, trained_run: Run, language: str, words: str
) -> None:
    at = open_page("data", language)
    assert not at.exception
    assert any(words in one.value for one in at.markdown)


def test_the_card_of_a_data_set_says_how_many_videos_it_is_from(
    open_page: Open, workspace: Workspace, film: Callable[..., Path], tmp_path: Path
) -> None:
    films(film, tmp_path)
    job = submit_import(workspace, tmp_path / "영상", "clips")
    run_import(workspace, job, silent)
    finish(workspace, job.id, "done")
    at = open_page("data")
    assert any("60 pictures · 2 classes · 128 px · from 6 videos" in one.value for one in at.markdown)


def test_the_means_and_channels_of_an_open_data_set_are_read_once(
    open_page: Open, tiny_data_set: DataSet, calls_of: CallsOf
) -> None:
    made = calls_of((summary, "mean_images"), (summary, "channel_histograms"))
    at = open_page("data")
    at.session_state[f"open_{tiny_data_set.id}"] = True
    for _ in range(3):
        at.run()
    assert not at.exception
    assert made == {"mean_images": 1, "channel_histograms": 1}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_data_set_shows_its_means_and_channels_and_takes_another_name(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("data", language)
    at.session_state[f"open_{tiny_data_set.id}"] = True
    at.run()
    assert not at.exception
    assert len(at.get("plotly_chart")) == 2
    at.text_input(key=f"new_name_{tiny_data_set.id}").set_value("또 다른 이름").run()
    at.button(key=f"rename_{tiny_data_set.id}").click().run()
    assert not at.exception
    assert [one.name for one in list_data_sets(workspace)] == ["또 다른 이름"]


def test_a_data_set_is_split_anew_under_another_name(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("data")
    at.session_state[f"open_{tiny_data_set.id}"] = True
    at.run()
    at.number_input(key=f"seed_{tiny_data_set.id}").set_value(7).run()
    at.button(key=f"resplit_{tiny_data_set.id}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["seed"], job.payload["name"]) == ("resplit", 7, "tiny · 7")


@pytest.mark.parametrize(("language", "words"), [("en", "In the queue"), ("ko", "대기열에 넣었습니다")])
def test_a_click_that_starts_a_job_is_answered_where_one_looks(
    open_page: Open, workspace: Workspace, language: str, words: str
) -> None:
    at = open_page("data", language)
    at.button(key="data_make").click().run()
    assert [words in one.value for one in at.toast] == [True]
    at.file_uploader[0].upload("pets.zip", archive(["cats", "dogs"]), "application/zip")
    at.run()
    assert not at.toast
    at.button(key="data_import").click().run()
    assert [words in one.value and "pets" in one.value for one in at.toast] == [True]


def test_every_job_that_waits_is_listed_however_many(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    at.selectbox(key="data_named").set_value("CIFAR10").run()
    for number in range(6):
        at.text_input(key=f"data_name_{number}").set_value(f"set {number}").run()
        at.button(key="data_import").click().run()
    assert not at.exception
    jobs = list_jobs(workspace, active=True)
    assert len(jobs) == 6
    assert all(any(button.key == f"cancel_{job.id}" for button in at.button) for job in jobs)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_before_a_set_is_split_anew_it_is_said_that_the_old_one_stays(
    open_page: Open, tiny_data_set: DataSet, language: str
) -> None:
    at = open_page("data", language)
    at.session_state[f"open_{tiny_data_set.id}"] = True
    at.run()
    at.number_input(key=f"seed_{tiny_data_set.id}").set_value(7).run()
    said = (
        "“tiny” stays as it is; a new data set called “tiny · 7” is made."
        if language == "en"
        else "“tiny”는 그대로 두고, “tiny · 7”이라는 새 데이터 세트를 만듭니다."
    )
    assert said in [one.value for one in at.caption]


@pytest.mark.parametrize(("language", "drawn"), [("en", "are being drawn"), ("ko", "그리고 있습니다")])
def test_while_the_demo_draws_its_faces_it_is_shown_and_they_are_not_offered_again(
    open_page: Open, workspace: Workspace, language: str, drawn: str
) -> None:
    job = submit_demo(workspace)
    at = open_page("data", language)
    assert not at.exception
    assert any(drawn in one.value for one in at.markdown)
    assert at.button(key=f"cancel_{job.id}")
    assert not any(button.key == "data_draw_faces" for button in at.button)
    assert at.button(key="data_make").disabled
    at.selectbox(key="data_size_faces").set_value(32).run()
    assert not at.button(key="data_make").disabled


def test_a_seed_that_cannot_be_splits_nothing(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    at = open_page("data")
    at.session_state[f"open_{tiny_data_set.id}"] = True
    at.run()
    at.number_input(key=f"seed_{tiny_data_set.id}").set_value(-1).run()
    assert ["but is -1" in one.value for one in at.error] == [True]
    assert at.button(key=f"resplit_{tiny_data_set.id}").disabled


@pytest.mark.parametrize(
    ("error", "written", "offered"),
    [
        (WorkerDied(how="signal 11", then="Try again."), "what happened", True),
        (WorkerDied(how="signal 9", then=""), "", False),
        (BadName(name="a/b"), "what happened", False),
    ],
)
def test_the_log_of_work_that_failed_can_be_saved_where_it_says_something_and_it_was_no_mistake_of_the_users(
    open_page: Open, workspace: Workspace, error: NoiseLensError, written: str, offered: bool
) -> None:
    at = open_page("data")
    at.button(key="data_draw_faces").click().run()
    (job,) = list_jobs(workspace, active=True)
    assert claim(workspace, job.id)
    log = workspace.job_folder(job.id).log
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(written)
    finish(workspace, job.id, "failed", error=error)
    at.run()
    assert not at.exception
    assert any(one.key == f"log_card_{job.id}" for one in at.get("download_button")) == offered


def test_who_deletes_a_data_set_is_told_of_the_runs_that_learned_from_it_and_of_no_others(
    open_page: Open, evaluated_run: Run, workspace: Workspace, tiny_data_set: DataSet
) -> None:
    cancelled = create_run(workspace, "never trained", evaluated_run.recipe)
    ended(workspace, cancelled.id, "cancelled")
    at = open_page("data")
    at.session_state[f"open_{tiny_data_set.id}"] = True
    at.run()
    at.button(key=f"delete_{tiny_data_set.id}").click().run()
    (told,) = [one.value for one in at.markdown if "These runs used it" in one.value]
    assert "tiny run" in told
    assert "never trained" not in told


@pytest.mark.parametrize(
    ("language", "said"), [("en", "are damaged or gone"), ("ko", "손상되었거나 없어졌습니다")]
)
def test_a_damaged_data_set_is_told_beside_the_others_and_can_be_deleted(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, language: str, said: str
) -> None:
    job = submit_resplit(workspace, tiny_data_set, "damaged", 1)
    damaged = open_data_set(workspace, run_resplit(workspace, job, silent)["data_set_id"])
    finish(workspace, job.id, "done")
    whole = damaged.folder.images.read_bytes()
    damaged.folder.images.unlink()  # one file with that of the other
    damaged.folder.images.write_bytes(whole[:-1000])

    at = open_page("data", language)
    at.session_state[f"open_{damaged.id}"] = True
    at.run()

    assert not at.exception
    assert ["damaged" in one.value and said in one.value for one in at.error] == [True]
    assert at.button(key=f"train_{damaged.id}").disabled
    assert not at.button(key=f"train_{tiny_data_set.id}").disabled
    at.button(key=f"delete_{damaged.id}").click().run()
    at.button(key="data_delete_yes").click().run()
    assert not at.exception
    assert [one.name for one in list_data_sets(workspace)] == ["tiny"]
    assert not at.error


def test_the_address_restores_what_is_to_be_drawn(open_page: Open) -> None:
    at = open_page("data", kind="textures", size="96")
    assert at.button_group(key="data_kind").value == "textures"
    assert at.selectbox(key="data_size_textures").value == 96
    at.button_group(key="data_kind").set_value("faces").run()
    at.button_group(key="data_swap").set_value("eyes").run()
    assert [at.query_params[name] for name in ("kind", "swap", "size")] == ["faces", "eyes", "64"]
    assert (
        open_page("data", swap="eyes", data_swap_strength="1.25").slider(key="data_swap_strength").value
        == 1.25
    )
