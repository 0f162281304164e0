"""An import that waits: what was found in it, and what is decided."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet, list_data_sets, rename_data_set
from core.data.imports import run_job as run_import
from core.data.imports import submit_import
from core.data.review import outcome
from core.data.review.acceptance import list_waiting
from core.data.review.acceptance import run_job as run_accept
from core.errors import DiskFull
from core.images import encode_png
from core.jobs.queue import claim, finish, list_jobs
from core.progress import silent
from core.store import Workspace
from tests.conftest import CallsOf

Open = Callable[..., AppTest]


@pytest.fixture
def waiting(workspace: Workspace, tmp_path: Path) -> str:
    """An import with a copy and a file that is no picture, read and checked."""
    generator = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(20):
            pixels = generator.integers(0, 256, (32, 32, 3)).astype(np.uint8)
            (tmp_path / "set" / name / f"{number}.png").write_bytes(encode_png(pixels))
    (tmp_path / "set" / "cats" / "copy.png").write_bytes(encode_png(pixels))
    (tmp_path / "set" / "dogs" / "text.png").write_text("no picture")
    job = submit_import(workspace, tmp_path / "set", "pets", review=True)
    result = run_import(workspace, job, silent)
    finish(workspace, job.id, "cancelled")
    return str(result["waiting"])


def test_a_rerun_works_nothing_out_that_did_not_change(
    open_page: Open, waiting: str, calls_of: CallsOf
) -> None:
    calls = calls_of((outcome, "decided"))
    at = open_page("data")
    shown = calls["decided"]
    at.run()
    at.text_input(key=f"name_{waiting}").set_value("animals").run()
    assert calls["decided"] == shown
    at.button_group(key=f"decide_{waiting}_conflict").set_value("drop").run()
    at.button_group(key=f"decide_{waiting}_conflict").set_value("keep").run()
    at.button_group(key=f"decide_{waiting}_conflict").set_value("drop").run()
    assert calls["decided"] == shown + 1
    at.button(key=f"accept_{waiting}").click().run()
    assert not at.exception
    assert calls["decided"] == shown + 1


def asked(at: AppTest, key: str) -> bool:
    """Whether the question is on the page."""
    return any(button.key == f"{key}_yes" for button in at.button)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_import_waits_with_its_findings_and_nothing_is_stored(
    open_page: Open, workspace: Workspace, waiting: str, language: str
) -> None:
    at = open_page("data", language)
    assert not at.exception
    shown = " ".join(one.value for one in at.markdown)
    assert ("under two labels" if language == "en" else "두 가지 라벨") in shown
    assert any("text.png" in str(frame.value) for frame in at.dataframe)
    assert ("Could a model cheat?" if language == "en" else "꼼수로") in shown
    assert list_data_sets(workspace) == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Only 6 test pictures"), ("ko", "시험 사진이 6장뿐이라")]
)
def test_before_few_pictures_are_accepted_it_is_said_how_little_a_test_will_tell(
    open_page: Open, waiting: str, language: str, words: str
) -> None:
    assert [words in one.value for one in open_page("data", language).info] == [True]


@pytest.mark.parametrize(
    ("language", "said", "effect"),
    [
        ("en", "nearly black: 40", "from black to white: 40."),
        ("ko", "거의 검게 저장될 사진: 40장", "사진: 40장"),
    ],
)
def test_nearly_black_pictures_are_shown_as_they_would_be_stored_and_stretched_by_one_click(
    open_page: Open, workspace: Workspace, tmp_path: Path, language: str, said: str, effect: str
) -> None:
    generator = np.random.default_rng(0)
    for number in range(40):
        path = tmp_path / "set" / ("cats", "dogs")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            cv2.imencode(".png", generator.integers(0, 4096, (32, 32), dtype=np.uint16))[1].tobytes()
        )
    job = submit_import(workspace, tmp_path / "set", "x-rays", review=True)
    waiting = run_import(workspace, job, silent)["waiting"]
    finish(workspace, job.id, "cancelled")
    at = open_page("data", language)
    assert any(said in one.value for one in at.markdown)
    assert any(effect in one.value for one in at.caption)
    at.button(key=f"accept_{waiting}").click().run()
    assert not at.exception
    (accept,) = [job for job in list_jobs(workspace) if job.kind == "accept"]
    assert accept.payload["decisions"]["levels"] == "stretch"
    run_accept(workspace, accept, silent)
    assert list_data_sets(workspace)[0].window == (0, 4095)


def test_who_leaves_the_page_finds_the_decisions_as_they_were(open_page: Open, waiting: str) -> None:
    at = open_page("data")
    decision, name = f"decide_{waiting}_conflict", f"name_{waiting}"
    assert at.button_group(key=decision).value != "drop"
    at.button_group(key=decision).set_value("drop").run()
    at.text_input(key=name).set_value("mine").run()
    at.switch_page("train.py").run()
    at.switch_page("data.py").run()
    assert at.button_group(key=decision).value == "drop"
    assert at.text_input(key=name).value == "mine"


def test_a_choice_is_taken_back_and_what_stands_is_accepted(
    open_page: Open, workspace: Workspace, waiting: str
) -> None:
    at = open_page("data")
    counts = []
    for choice in ("drop", "keep", "drop"):
        at.button_group(key=f"decide_{waiting}_conflict").set_value(choice).run()
        counts.append([one.value for one in at.caption if "will be stored" in one.value])
    assert [[one.split(" ")[0] for one in said] for said in counts] == [["39"], ["41"], ["39"]]
    assert "Of those read, 2 stay out." in counts[0][0]
    at.button(key=f"accept_{waiting}").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace, active=True)
    assert (job.kind, job.payload["decisions"]) == ("accept", {"conflict": "drop"})
    assert not any(button.key == f"accept_{waiting}" for button in at.button), "decided once"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_import_whose_name_was_taken_is_offered_a_free_one_and_takes_another(
    open_page: Open, workspace: Workspace, waiting: str, tiny_data_set: DataSet, language: str
) -> None:
    rename_data_set(workspace, tiny_data_set, "pets")
    at = open_page("data", language)
    field = at.text_input(key=f"name_{waiting}")
    assert field.value == "pets 2"
    assert ("taken meanwhile" if language == "en" else "이미 쓰이는") in field.label
    field.set_value("pets").run()
    at.button(key=f"accept_{waiting}").click().run()
    assert len(at.error) == 1
    assert list_waiting(workspace) == [waiting], "nothing is lost"
    at.text_input(key=f"name_{waiting}").set_value("animals").run()
    at.button(key=f"accept_{waiting}").click().run()
    assert not at.error
    (job,) = list_jobs(workspace, active=True)
    assert (job.kind, job.payload["name"]) == ("accept", "animals")


@pytest.mark.parametrize(("language", "goes", "stays"), [("en", "goes", "stays"), ("ko", "빠짐", "남음")])
def test_the_files_of_a_copy_say_which_one_dropping_takes(
    open_page: Open, workspace: Workspace, tmp_path: Path, language: str, goes: str, stays: str
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3)).astype(np.uint8)
    for number in range(8):
        path = tmp_path / "set" / ("cats", "dogs")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(pixels[number]))
    (tmp_path / "set" / "cats" / "copy.png").write_bytes(encode_png(pixels[0]))
    job = submit_import(workspace, tmp_path / "set", "pets", review=True)
    run_import(workspace, job, silent)
    finish(workspace, job.id, "cancelled")
    at = open_page("data", language)
    tables = [frame.value for frame in at.dataframe if "cats/copy.png" in str(frame.value)]
    assert at.button_group(key=f"decide_{job.id}_exact").value == "drop"
    shown = [one.value for one in at.caption]
    assert ("Pictures left out: 1. (proposed)" if language == "en" else "빼는 사진: 1장. (제안)") in shown
    (copies,) = [table for table in tables if len(table) == 2]
    assert dict(zip(copies.iloc[:, 1], copies.iloc[:, 3], strict=True)) == {
        "cats/0.png": stays,
        "cats/copy.png": goes,
    }


def test_an_import_is_discarded_only_once_that_is_confirmed_and_then_gone(
    open_page: Open, workspace: Workspace, waiting: str
) -> None:
    at = open_page("data")
    at.button(key=f"discard_{waiting}").click().run()
    assert asked(at, "data_discard")
    at.button(key="data_discard_no").click().run()
    assert not asked(at, "data_discard")
    assert list_waiting(workspace) == [waiting]
    at.button(key=f"discard_{waiting}").click().run()
    at.button(key="data_discard_yes").click().run()
    assert not at.exception
    assert list_waiting(workspace) == []
    assert list(workspace.waiting.iterdir()) == []
    assert list_data_sets(workspace) == []


@pytest.mark.parametrize(
    ("language", "headline", "why"),
    [
        ("en", "import is read and checked", "a label is wrong"),
        ("ko", "사진을 읽고 점검했습니다", "틀린 라벨"),
    ],
)
def test_where_an_import_waits_it_is_what_the_page_opens_with_and_each_finding_says_why_it_matters(
    open_page: Open, waiting: str, language: str, headline: str, why: str
) -> None:
    at = open_page("data", language)
    assert any(one.value.startswith("## ") and headline in one.value for one in at.markdown)
    assert not any(one.key == "data_draw_faces" for one in at.button)
    assert any(why in one.value for one in at.caption)


def test_the_question_before_something_is_deleted_stays_when_the_page_runs_again(
    open_page: Open, workspace: Workspace, waiting: str, tiny_data_set: DataSet
) -> None:
    at = open_page("data")
    at.button(key=f"delete_{tiny_data_set.id}").click().run()
    at.run()  # as when a job ends
    assert asked(at, "data_delete")
    at.button(key="data_delete_yes").click().run()
    assert list_data_sets(workspace) == []
    assert not at.exception
    assert not asked(at, "data_delete")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_choices_that_leave_too_little_cannot_be_accepted_and_it_is_said_why(
    open_page: Open, workspace: Workspace, tmp_path: Path, language: str
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3)).astype(np.uint8)
    for number, image in enumerate(pixels):
        path = tmp_path / "set" / ("cats", "dogs")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(image))
    job = submit_import(workspace, tmp_path / "set", "pets", review=True)
    waiting = run_import(workspace, job, silent)["waiting"]
    finish(workspace, job.id, "cancelled")
    at = open_page("data", language)
    assert not at.button(key=f"accept_{waiting}").disabled
    drop = "drop" if language == "en" else "빼기"
    at.button_group(key=f"decide_{waiting}_few").set_value(drop).run()
    assert not at.exception
    assert at.button(key=f"accept_{waiting}").disabled
    assert any(
        ("no picture is left" if language == "en" else "사진이 남지") in one.value
        and ("at least two" if language == "en" else "둘은 있어야") in one.value
        and ("Take back" if language == "en" else "되돌리거나") in one.value
        for one in at.warning
    )


def test_after_a_failure_the_choices_stand_and_its_card_goes_with_the_next_try(
    open_page: Open, workspace: Workspace, waiting: str
) -> None:
    at = open_page("data")
    at.button_group(key=f"decide_{waiting}_conflict").set_value("drop").run()
    at.text_input(key=f"name_{waiting}").set_value("animals").run()
    at.button(key=f"accept_{waiting}").click().run()
    (job,) = list_jobs(workspace, active=True)
    assert claim(workspace, job.id)
    finish(workspace, job.id, "failed", error=DiskFull(name="somewhere"))
    at.run()
    assert any("somewhere" in one.value for one in at.markdown)
    assert at.button_group(key=f"decide_{waiting}_conflict").value == "drop"
    assert at.text_input(key=f"name_{waiting}").value == "animals"
    assert any(one.value.startswith("39 pictures will be stored:") for one in at.caption)
    at.button(key=f"accept_{waiting}").click().run()
    (again,) = list_jobs(workspace, active=True)
    assert again.payload == job.payload
    run_accept(workspace, again, silent)
    finish(workspace, again.id, "done")
    at.run()
    assert not at.exception
    assert not any("somewhere" in one.value for one in at.markdown)


@pytest.mark.parametrize(("language", "label"), [("en", "Show “pets”"), ("ko", "“pets” 보기")])
def test_what_was_stored_leads_to_its_card(
    open_page: Open, workspace: Workspace, waiting: str, language: str, label: str
) -> None:
    at = open_page("data", language)
    at.button(key=f"accept_{waiting}").click().run()
    (job,) = list_jobs(workspace, active=True)
    assert claim(workspace, job.id)
    result = run_accept(workspace, job, silent)
    finish(workspace, job.id, "done", result=result)
    at.run()
    assert at.button(key=f"show_{job.id}").label == label
    at.button(key=f"show_{job.id}").click().run()
    place = f".st-key-named_set_{result['data_set_id']}"
    assert [place in one.proto.body for one in at.get("html") if "scrollIntoView" in one.proto.body] == [True]


def test_every_field_of_the_page_has_a_name_of_its_own(
    open_page: Open, workspace: Workspace, waiting: str, tiny_data_set: DataSet
) -> None:
    at = open_page("data")
    at.session_state[f"open_{tiny_data_set.id}"] = True
    labels = [field.label for field in at.run().text_input if field.label]
    assert any(label.startswith("New name for") for label in labels)
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("language", "checked", "warned"),
    [
        ("en", "No damaged files, copies, leaks between splits or odd shapes were found", "warning signs"),
        ("ko", "손상된 파일, 중복, 분할 사이의 누출, 이상한 모양은 찾지 못", "아래 경고"),
    ],
)
@pytest.mark.parametrize("shortcut", [True, False])
def test_an_import_without_findings_is_not_called_clean_above_a_warning(
    open_page: Open,
    workspace: Workspace,
    tmp_path: Path,
    shortcut: bool,
    language: str,
    checked: str,
    warned: str,
) -> None:
    generator = np.random.default_rng(0)
    for number in range(60):
        pixels = generator.integers(0, 200, (32, 32, 3)).astype(np.uint8)
        pixels[:2] += np.uint8(55 * (number % 2) * shortcut)
        path = tmp_path / "set" / ("cats", "dogs")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(pixels))
    job = submit_import(workspace, tmp_path / "set", "pets", review=True)
    run_import(workspace, job, silent)
    finish(workspace, job.id, "cancelled")
    at = open_page("data", language)
    assert bool(at.warning) == shortcut
    (opening,) = [one.value for one in at.markdown if checked in one.value]
    assert (warned in opening) == shortcut


def test_how_classes_and_splits_were_understood_is_said_before_they_are_stored(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    generator = np.random.default_rng(0)
    for place in ("seg_train/cat", "seg_train/Cat", "seg_test/cat", "seg_test/Cat"):
        (tmp_path / "set" / place).mkdir(parents=True)
        for number in range(3):
            pixels = generator.integers(0, 256, (32, 32, 3)).astype(np.uint8)
            (tmp_path / "set" / place / f"{number}.png").write_bytes(encode_png(pixels))
    job = submit_import(workspace, tmp_path / "set", "pets", review=True)
    run_import(workspace, job, silent)
    finish(workspace, job.id, "cancelled")
    shown = " ".join(one.value for one in open_page("data").markdown)
    assert "seg_train (training), seg_test (test)" in shown
    assert "names look alike" in shown
    assert "give their folders or labels one name" in shown
