"""What is brought to the data page, and the job that it becomes."""

import io
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.intake.archive import opened
from core.images import encode_png
from core.jobs.queue import list_jobs
from core.store import Workspace

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


def test_class_folders_are_asked_for_only_where_somebody_brings_them(open_page: Open) -> None:
    at = open_page("data")
    for source in ("files", "directory", "server", "name"):
        at.button_group(key="data_source").set_value(source).run()
        folders = any("One folder for each class" in one.value for one in at.markdown)
        assert folders == (source != "name")


def test_a_known_set_is_fetched_by_its_name(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    at.button(key="data_import").click().run()
    assert len(at.warning) == 1
    at.selectbox(key="data_named").set_value("OxfordIIITPet").run()
    at.selectbox(key="data_named_label_OxfordIIITPet").set_value("binary-category").run()
    at.button(key="data_import").click().run()
    assert not at.exception
    (job,) = list_jobs(workspace)
    assert (job.kind, job.payload["source"]) == ("fetch", "torchvision:OxfordIIITPet")
    assert (job.payload["name"], job.payload["columns"]["label"]) == ("OxfordIIITPet", "binary-category")


def test_a_set_whose_files_are_here_already_is_read_from_their_folder(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    at.selectbox(key="data_named").set_value("LFWPeople").run()
    at.text_input(key="data_more_folder").set_value(str(tmp_path / "nowhere")).run()
    at.button(key="data_import").click().run()
    assert len(at.error) == 1
    at.text_input(key="data_more_folder").set_value(str(tmp_path)).run()
    at.button(key="data_import").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["folder"] == str(tmp_path.resolve())


def test_a_repository_of_hugging_face_is_fetched_and_a_name_that_is_none_gets_a_sentence(
    open_page: Open, workspace: Workspace
) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    at.selectbox(key="data_named").set_value("hf").run()
    at.text_input(key="data_repository").set_value("../../etc").run()
    at.button(key="data_import").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert list_jobs(workspace) == []
    at.text_input(key="data_repository").set_value("someone/flowers").run()
    at.button(key="data_import").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["source"] == "hf:someone/flowers"
    assert job.payload["columns"] == {"image": None, "label": None, "subset": None, "splits": {}}


def test_a_set_whose_packages_are_missing_says_how_to_get_them_and_is_not_begun(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("datasets", "gdown"):
        monkeypatch.setitem(sys.modules, name, None)  # as if they were not installed
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    for chosen, package in (("hf", "datasets"), ("CelebA", "gdown")):
        at.selectbox(key="data_named").set_value(chosen).run()
        (error,) = at.error
        assert package in error.value
        assert "pip install -r requirements-hub.txt" in error.value
        assert at.button(key="data_import").disabled
    at.text_input(key="data_more_folder").set_value(str(tmp_path)).run()
    assert not at.error
    assert not at.button(key="data_import").disabled


def test_what_of_a_repository_is_used_can_be_chosen(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("name").run()
    at.selectbox(key="data_named").set_value("hf").run()
    at.text_input(key="data_repository").set_value("someone/flowers").run()
    at.text_input(key="data_more_label").set_value("colour ").run()
    at.text_input(key="data_more_splits").set_value("exam").run()
    at.button(key="data_import").click().run()
    assert not at.exception
    assert len(at.error) == 1
    at.text_input(key="data_more_splits").set_value("training=train, exam=test").run()
    at.button(key="data_import").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["columns"] == {
        "image": None,
        "label": "colour",
        "subset": None,
        "splits": {"training": "train", "exam": "test"},
    }


def test_a_dropped_folder_keeps_its_folders_and_what_nobody_means_stays_out(
    open_page: Open, workspace: Workspace
) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("directory").run()
    pixels = np.zeros((32, 32, 3), np.uint8)
    files = [
        (f"동물/{name}/{number}.png", encode_png(pixels + 40 * number), "image/png")
        for name in ("고양이", "강아지", ".ipynb_checkpoints", "<30", ">30")
        for number in range(3)
    ]
    at.file_uploader[0].set_value(files)
    at.run()
    at.button(key="data_import").click().run()
    assert not at.exception
    assert not at.error
    (job,) = list_jobs(workspace)
    assert (job.payload["name"], job.payload["delete_source"]) == ("동물", True)
    with opened(Path(job.payload["source"])) as found:
        assert sorted({entry.parts[0] for entry in found.entries}) == ["<30", ">30", "강아지", "고양이"]


def test_many_pictures_come_with_their_csv(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    pixels = np.zeros((32, 32, 3), np.uint8)
    files = [(f"{number}.png", encode_png(pixels + 40 * number), "image/png") for number in range(4)]
    table = b"path,label\n0.png,a\n1.png,a\n2.png,b\n3.png,b\n"
    at.file_uploader[0].set_value([*files, ("labels.csv", table, "text/csv")])
    at.run()
    at.text_input(key="data_name_0").set_value("flat").run()
    at.button(key="data_import").click().run()
    assert not at.error
    assert [job.payload["name"] for job in list_jobs(workspace)] == ["flat"]


def test_an_archive_is_on_disk_once_for_the_look_and_for_the_import(
    open_page: Open, workspace: Workspace
) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as made:
        for name in ("a/1.png", "a/2.png", "b/1.png", "b/2.png"):
            made.writestr(name, encode_png(np.full((32, 32, 3), 9, np.uint8)))
    at = open_page("data")
    at.file_uploader[0].set_value([("pets.zip", memory.getvalue(), "application/zip")])
    at.run()
    (place,) = workspace.uploads.iterdir()
    at.button(key="data_import").click().run()
    assert not at.error
    (job,) = list_jobs(workspace)
    assert Path(job.payload["source"]) == place / "pets.zip"
    assert list(workspace.uploads.iterdir()) == [place]


def test_a_folder_of_the_server_can_have_its_csv_elsewhere(
    open_page: Open, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "set").mkdir()
    for number in range(4):
        (tmp_path / "set" / f"{number}.png").write_bytes(encode_png(np.full((32, 32, 3), 9, np.uint8)))
    (tmp_path / "labels.csv").write_bytes(b"path,label\n0.png,a\n1.png,a\n2.png,b\n3.png,b\n")
    at = open_page("data")
    at.button_group(key="data_source").set_value("server").run()
    at.text_input(key="data_folder").set_value(str(tmp_path / "set")).run()
    at.text_input(key="data_csv").set_value(str(tmp_path / "labels.csv")).run()
    at.button(key="data_import").click().run()
    assert not at.error
    (job,) = list_jobs(workspace)
    assert (job.payload["name"], job.payload["delete_source"]) == ("set", False)


def films(film: Callable[..., Path], root: Path) -> list[tuple[str, bytes, str]]:
    """Two classes of three videos of 3 s each, as a browser hands over a folder."""
    made = []
    for scene in range(6):
        name = f"영상/{('진짜', '가짜')[scene % 2]}/{scene}.mp4"
        made.append((name, film(root / name, scene).read_bytes(), "video/mp4"))
    return made


def test_videos_bring_the_choice_of_frames_and_it_goes_to_the_job(
    open_page: Open, workspace: Workspace, film: Callable[..., Path], tmp_path: Path
) -> None:
    at = open_page("data")
    assert not [one for one in at.button_group if one.key == "data_frames_per"], "nothing to choose yet"
    at.button_group(key="data_source").set_value("directory").run()
    at.file_uploader[0].set_value(films(film, tmp_path))
    at.run()
    assert "6 videos: about **60 frames**" in [one.value for one in at.markdown]
    at.button_group(key="data_frames_per").set_value("second").run()
    at.number_input(key="data_frames_per_second").set_value(2.0).run()
    assert "6 videos: about **36 frames**" in [one.value for one in at.markdown]
    (place,) = workspace.uploads.iterdir()
    at.button(key="data_import").click().run()
    assert not at.exception
    assert not at.error
    (job,) = list_jobs(workspace)
    assert job.payload["frames"] == {"per": "second", "amount": 2.0}
    assert Path(job.payload["source"]).parent == place, "the job takes what was looked at"


@pytest.mark.parametrize("packed", [True, False])
def test_videos_of_the_server_are_counted_too(
    open_page: Open, film: Callable[..., Path], tmp_path: Path, packed: bool
) -> None:
    films(film, tmp_path)
    source = tmp_path / "영상"
    if packed:
        source = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", source))
    at = open_page("data")
    at.button_group(key="data_source").set_value("server").run()
    at.text_input(key="data_folder").set_value(str(source)).run()
    assert "6 videos: about **60 frames**" in [one.value for one in at.markdown]


def test_videos_in_an_uploaded_archive_are_counted_in_korean_too(
    open_page: Open, workspace: Workspace, film: Callable[..., Path], tmp_path: Path
) -> None:
    films(film, tmp_path)
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "영상"))
    at = open_page("data", "ko")
    at.file_uploader[0].upload("영상.zip", packed.read_bytes(), "application/zip")
    at.run()
    assert "동영상 6개, 프레임 **약 60장**" in [one.value for one in at.markdown]
    at.number_input(key="data_frames_per_video").set_value(4).run()
    assert "동영상 6개, 프레임 **약 24장**" in [one.value for one in at.markdown]
    at.button(key="data_import").click().run()
    (job,) = list_jobs(workspace)
    assert job.payload["frames"] == {"per": "video", "amount": 4}


def test_the_same_fetch_or_import_clicked_twice_is_one_job_and_says_so(
    open_page: Open, workspace: Workspace
) -> None:
    at = open_page("data")
    for _ in range(2):
        at.file_uploader[0].upload("pets.zip", archive(["cats", "dogs"]), "application/zip")
        at.run()
        at.button(key="data_import").click().run()
    assert [one.value.startswith("Already waiting") for one in at.toast] == [True]
    assert len(list(workspace.uploads.iterdir())) == 1, "the second upload is not kept"
    at.button_group(key="data_source").set_value("name").run()
    for _ in range(2):
        at.selectbox(key="data_named").set_value("CIFAR10").run()
        at.button(key="data_import").click().run()
    assert [one.value.startswith("Already waiting") for one in at.toast] == [True]
    assert [job.kind for job in list_jobs(workspace, active=True)] == ["import", "fetch"]


def test_another_import_of_the_same_name_is_a_job_of_its_own(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    for classes in (["cats", "dogs"], ["cats", "dogs", "owls"]):
        at.file_uploader[0].upload("pets.zip", archive(classes), "application/zip")
        at.run()
        at.button(key="data_import").click().run()
    assert len(list_jobs(workspace, active=True)) == 2


def test_frames_that_cannot_be_import_nothing(
    open_page: Open, film: Callable[..., Path], tmp_path: Path
) -> None:
    films(film, tmp_path)
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "영상"))
    at = open_page("data")
    at.file_uploader[0].upload("영상.zip", packed.read_bytes(), "application/zip")
    at.run()
    at.number_input(key="data_frames_per_video").set_value(0).run()
    assert not at.exception
    assert ["but is 0" in one.value for one in at.error] == [True]
    assert at.button(key="data_import").disabled
