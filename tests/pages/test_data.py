import io
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import DataSet
from core.images import encode_png
from core.jobs.queue import list_jobs
from core.store import Workspace
from core.training.runs import Run

Open = Callable[..., AppTest]


def archive(classes: list[str]) -> bytes:
    generator = np.random.default_rng(0)
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for name in classes:
            for i in range(4):
                pixels = generator.integers(0, 256, (32, 32, 3)).astype(np.uint8)
                packed.writestr(f"{name}/{i}.png", encode_png(pixels))
    return memory.getvalue()


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


@pytest.mark.parametrize(
    ("language", "words"), [("en", "80 pictures · 2 classes"), ("ko", "사진 80장 · 클래스 2개")]
)
def test_a_data_set_is_a_card_with_its_counts(
    open_page: Open, tiny_data_set: DataSet, trained_run: Run, language: str, words: str
) -> None:
    at = open_page("data", language)
    assert not at.exception
    assert any(words in one.value for one in at.markdown)


def test_a_zip_is_imported_and_its_upload_handed_to_the_job(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.file_uploader[0].upload("pets.zip", archive(["cats", "dogs"]), "application/zip")
    at.run()
    at.button(key="data_import").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["name"], job.payload["delete_source"]) == ("import", "pets", True)
    assert len(list(workspace.uploads.iterdir())) == 1


@pytest.mark.parametrize(
    "content", [archive(["cats"]), archive([]), b"no zip at all"], ids=["one", "none", "text"]
)
def test_a_zip_that_cannot_be_used_gets_a_sentence_and_leaves_nothing(
    open_page: Open, workspace: Workspace, content: bytes
) -> None:
    at = open_page("data")
    at.file_uploader[0].upload("bad.zip", content, "application/zip")
    at.run()
    at.button(key="data_import").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert list(workspace.uploads.iterdir()) == []
    assert list_jobs(workspace) == []


def test_importing_nothing_is_pointed_out(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button(key="data_import").click().run()
    assert len(at.warning) == 1
