import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.accepting import list_waiting
from core.data.accepting import run_job as run_accept
from core.data.dataset import DataSet, list_data_sets, rename_data_set
from core.data.importing import run_job as run_import
from core.data.importing import submit_import
from core.errors import DiskFull
from core.images import encode_png
from core.jobs.queue import claim, finish, list_jobs
from core.progress import silent
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


def test_a_dropped_folder_keeps_its_folders(open_page: Open, workspace: Workspace) -> None:
    at = open_page("data")
    at.button_group(key="data_source").set_value("directory").run()
    pixels = np.zeros((32, 32, 3), np.uint8)
    files = [
        (f"동물/{name}/{number}.png", encode_png(pixels + 40 * number), "image/png")
        for name in ("고양이", "강아지")
        for number in range(3)
    ]
    at.file_uploader[0].set_value(files)
    at.run()
    at.button(key="data_import").click().run()
    assert not at.exception
    assert not at.error
    (job,) = list_jobs(workspace)
    assert (job.payload["name"], job.payload["delete_source"]) == ("동물", True)
    stored = Path(job.payload["source"])
    assert sorted(path.name for path in stored.iterdir()) == ["강아지", "고양이"]


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


def test_the_card_of_a_data_set_says_how_many_videos_it_is_from(
    open_page: Open, workspace: Workspace, film: Callable[..., Path], tmp_path: Path
) -> None:
    films(film, tmp_path)
    job = submit_import(workspace, tmp_path / "영상", "clips")
    run_import(workspace, job, silent)
    finish(workspace, job.id, "done")
    at = open_page("data")
    assert any("60 pictures · 2 classes · 64 px · from 6 videos" in one.value for one in at.markdown)


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


def test_a_choice_is_taken_back_and_what_stands_is_accepted(
    open_page: Open, workspace: Workspace, waiting: str
) -> None:
    at = open_page("data")
    counts = []
    for choice in ("drop", "keep", "drop"):
        at.button_group(key=f"decide_{waiting}_conflict").set_value(choice).run()
        counts.append([one.value for one in at.caption if "will be stored" in one.value])
    assert counts == [[f"{n} pictures will be stored."] for n in (39, 41, 39)]
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
    (copies,) = [table for table in tables if len(table) == 2]
    assert dict(zip(copies.iloc[:, 1], copies.iloc[:, 3], strict=True)) == {
        "cats/0.png": stays,
        "cats/copy.png": goes,
    }


def test_an_import_that_is_discarded_is_gone(open_page: Open, workspace: Workspace, waiting: str) -> None:
    at = open_page("data")
    at.button(key=f"discard_{waiting}").click().run()
    assert not at.exception
    assert list_waiting(workspace) == []
    assert list(workspace.waiting.iterdir()) == []
    assert list_data_sets(workspace) == []


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
        ("no picture is left" if language == "en" else "남는 사진이") in one.value for one in at.warning
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
    assert "39 pictures will be stored." in [one.value for one in at.caption]
    at.button(key=f"accept_{waiting}").click().run()
    (again,) = list_jobs(workspace, active=True)
    assert again.payload == job.payload
    run_accept(workspace, again, silent)
    finish(workspace, again.id, "done")
    at.run()
    assert not at.exception
    assert not any("somewhere" in one.value for one in at.markdown)


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
        "tiny stays as it is; a new data set called tiny · 7 is made."
        if language == "en"
        else "tiny는 그대로 두고, tiny · 7이라는 새 데이터 세트를 만듭니다."
    )
    assert said in [one.value for one in at.caption]


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
