"""Faces cut out of an import: the choice, and ten results before it runs."""

import io
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data as photos
from streamlit.testing.v1 import AppTest

from core.data.imports import run_job, submit_import
from core.data.intake.face_crop import FaceCrop
from core.data.review.acceptance import list_waiting
from core.images import encode_png
from core.jobs.queue import list_jobs
from core.pixels import Image
from core.progress import silent
from core.store import Workspace

Open = Callable[..., AppTest]


def people() -> dict[str, Image]:
    """Two classes: six photos with a face, one without, one with two."""
    astronaut = np.asarray(photos.astronaut())[:300, 60:360]
    files = {f"{name}/{n}.png": astronaut[n:] for name in ("a", "b") for n in range(3)}
    return files | {"a/cup.png": np.asarray(photos.coffee()), "b/two.png": np.hstack([astronaut, astronaut])}


def folder(root: Path) -> Path:
    for name, image in people().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(encode_png(image))
    return root


def archive() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for name, image in people().items():
            packed.writestr(name, encode_png(image))
    return memory.getvalue()


def previewed(at: AppTest) -> AppTest:
    """The page once the faces are found."""
    end = time.monotonic() + 60
    while [one for one in at.button if one.key == "data_face_cancel"]:
        assert time.monotonic() < end
        time.sleep(0.1)
        at.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return "\n".join(one.value for one in (*at.markdown, *at.caption, *at.error, *at.warning))


def chosen(open_page: Open, source: Path) -> AppTest:
    at = open_page("data")
    at.button_group(key="data_source").set_value("server").run()
    at.text_input(key="data_folder").set_value(str(source)).run()
    return at


def test_nothing_of_it_is_shown_until_it_is_wanted(open_page: Open) -> None:
    at = open_page("data")
    assert not [one for one in at.slider if one.key == "data_face_margin"]
    at.toggle(key="data_face").set_value(True).run()
    assert "Ten results are shown here once pictures are chosen." in said(at)


@pytest.mark.parametrize(
    ("language", "found", "none", "several"),
    [
        (
            "en",
            "A face was found in 7 of these 8 pictures; 7 of them would be kept.",
            "no face: left out",
            "2 faces",
        ),
        (
            "ko",
            "이 사진 8장 가운데 7장에서 얼굴을 찾았고, 7장이 남습니다.",
            "얼굴 없음: 제외",
            "얼굴 2개 중 하나",
        ),
    ],
)
def test_results_are_shown_before_the_import_runs_and_the_upload_is_written_once(
    open_page: Open, workspace: Workspace, language: str, found: str, none: str, several: str
) -> None:
    at = open_page("data", language)
    at.file_uploader[0].upload("people.zip", archive(), "application/zip")
    at.run()
    at.toggle(key="data_face").set_value(True).run()
    previewed(at)
    for words in (found, none, several, "a/cup.png"):
        assert words in said(at)
    assert list_jobs(workspace) == []
    (kept,) = workspace.uploads.iterdir()
    assert [file.name for file in kept.iterdir()] == ["people.zip"]


def test_a_search_for_faces_that_is_stopped_stays_so_until_it_is_begun_again(
    open_page: Open, tmp_path: Path, works_wait: threading.Event
) -> None:
    at = chosen(open_page, folder(tmp_path / "people"))
    at.toggle(key="data_face").set_value(True).run()
    at.button(key="data_face_cancel").click().run()
    assert not [one for one in at.run().button if one.key == "data_face_cancel"]
    at.button(key="data_face_begin").click().run()
    works_wait.set()
    assert "A face was found in 7 of these 8 pictures" in said(previewed(at))


def test_choices_change_the_preview_at_once_and_go_to_the_job(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    at = chosen(open_page, folder(tmp_path / "people"))
    at.toggle(key="data_face").set_value(True).run()
    previewed(at)
    at.slider(key="data_face_margin").set_value(50).run()
    at.button_group(key="data_face_missing").set_value("whole").run()
    at.button_group(key="data_face_several").set_value("skip").run()
    assert not [one for one in at.button if one.key == "data_face_cancel"], "nothing is looked for again"
    assert "no face: kept whole" in said(at)
    assert "2 faces: left out" in said(at)
    at.button(key="data_import").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["face"] == {"margin": 0.5, "missing": "whole", "several": "skip"}


def test_who_leaves_the_page_finds_the_form_as_it_was(open_page: Open, tmp_path: Path) -> None:
    at = chosen(open_page, tmp_path / "nothing there")
    at.toggle(key="data_face").set_value(True).run()
    at.slider(key="data_face_margin").set_value(50).run()
    at.button_group(key="data_fit").set_value("pad").run()
    at.switch_page("train.py").run()
    at.switch_page("data.py").run()
    assert at.text_input(key="data_folder").value == str(tmp_path / "nothing there")
    assert at.slider(key="data_face_margin").value == 50
    assert at.button_group(key="data_fit").value == "pad"


def test_what_cannot_be_read_gets_a_sentence_and_another_try(open_page: Open, tmp_path: Path) -> None:
    at = chosen(open_page, tmp_path / "missing")
    at.toggle(key="data_face").set_value(True).run()
    previewed(at)
    assert "missing" in said(at)
    folder(tmp_path / "missing")
    at.button(key="data_face_again").click().run()
    previewed(at)
    assert "A face was found in 7 of these 8 pictures" in said(at)


def test_a_set_that_is_fetched_says_when_its_faces_are_told(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    at.selectbox(key="data_named").set_value("CIFAR10").run()
    at.toggle(key="data_face").set_value(True).run()
    assert "nothing to preview" in said(at)
    at.button(key="data_import").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["face"] == {"margin": 0.3, "missing": "skip", "several": "largest"}


def test_the_report_says_what_became_of_the_faces(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    source = folder(tmp_path / "people")
    # Copies that differ, so that each class can be split.
    for number in range(3):
        path = source / "a" / f"flipped{number}.png"
        path.write_bytes(encode_png(cv2.flip(people()[f"a/{number}.png"], 1)))
    job = submit_import(workspace, source, "people", 64, review=True, face=FaceCrop())
    run_job(workspace, job, silent)
    assert list_waiting(workspace) == [job.id]
    words = said(open_page("data"))
    assert "Faces cut out of 10 pictures, with a margin of 30\u00a0% of the face on each side." in words
    assert "Left out, for no face was found: 1 (a/cup.png)." in words
