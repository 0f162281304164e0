"""The workspace: files whole or not at all, an index that can be lost, names that can be kept."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.data.dataset import list_data_sets
from core.errors import BadName, CannotWrite, DiskFull, UnknownName
from core.files import read_json, remove_folder, write_bytes, write_json
from core.jobs.queue import submit
from core.runs.evaluations import list_evaluations
from core.runs.runs import list_runs
from core.store import ROOT, Workspace, checked_name, file_name, named_file, new_id
from core.tables import DataSetRow, EvaluationRow, RunRow, StudyRow
from core.words import plain


def test_the_workspace_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("NOISELENS_HOME", str(tmp_path / "here"))
    workspace = Workspace.open()
    assert workspace.root == (tmp_path / "here").resolve()
    assert workspace.database.exists()
    workspace.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite, match="file"):
        Workspace.open(tmp_path / "file")


def test_a_database_that_cannot_be_opened_or_written_for_lack_of_space_is_a_full_disk(tmp_path, full_disk):
    workspace = Workspace.open(tmp_path)
    with full_disk(), pytest.raises(DiskFull, match="Free some space"):
        submit(workspace, "make", plain("a job"), {})
    workspace.close()
    with full_disk(), pytest.raises(DiskFull, match="Free some space"):
        Workspace.open(tmp_path)
    Workspace.open(tmp_path).close()


def test_what_the_database_itself_calls_full_is_a_full_disk(tmp_path):
    workspace = Workspace.open(tmp_path)
    with workspace.session() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")  # of the one connection in the pool
    with pytest.raises(DiskFull):
        submit(workspace, "make", plain("a" * 100_000), {})
    workspace.close()


def test_a_database_that_cannot_be_read_where_there_is_space_is_no_full_disk(tmp_path):
    (tmp_path / "noiselens.sqlite3").mkdir()
    with pytest.raises(OperationalError):
        Workspace.open(tmp_path)


def test_several_processes_may_open_a_new_workspace_at_once(tmp_path):
    code = "from core.store import Workspace; Workspace.open().close()"
    environment = os.environ | {"NOISELENS_HOME": str(tmp_path / "new")}
    openers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        for _ in range(6)
    ]
    trouble = [opener.communicate()[1].decode() for opener in openers]
    assert [opener.returncode for opener in openers] == [0] * 6, trouble


def test_a_lost_index_is_built_anew_from_the_folders(tmp_path):
    workspace = Workspace.open(tmp_path)
    write_json(workspace.data_folder("d1").card, {"name": "Faces", "created": 1.0})
    study = {"id": "s1", "name": "Demo", "created": 1.5, "demo": True}
    recipe = {"data_set_id": "d1"}
    for run_id, name in (("r1", "Clean"), ("r2", "Noisy")):
        run = {"name": name, "created": 2.0, "recipe": recipe, "study": study}
        write_json(workspace.run_folder(run_id).run, run)
    write_json(workspace.run_folder("r1").summary, {"epochs": 8})
    write_json(workspace.run_folder("r1").evaluation("e1").facts, {"created": 3.0, "images": 5})
    workspace.close()
    for path in tmp_path.glob("noiselens.sqlite3*"):
        path.unlink()

    workspace = Workspace.open(tmp_path)

    with workspace.session() as session:
        assert session.get_one(DataSetRow, "d1").name == "Faces"
        runs = {run.id: run for run in session.scalars(select(RunRow))}
        assert runs["r1"].summary == {"epochs": 8}
        assert runs["r2"].summary is None
        assert runs["r1"].study_id == "s1"
        assert session.get_one(StudyRow, "s1").demo
        assert session.get_one(EvaluationRow, "e1").facts["images"] == 5
    workspace.close()


def test_a_file_is_replaced_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "card.json"
    write_json(path, {"name": "고양이"})
    assert read_json(path) == {"name": "고양이"}

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        write_bytes(path, b"new")
    assert read_json(path) == {"name": "고양이"}
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_is_removed_and_a_missing_one_is_no_trouble(tmp_path):
    folder = tmp_path / "staging"
    (folder / "deep").mkdir(parents=True)
    remove_folder(folder)
    remove_folder(folder)
    assert list(tmp_path.iterdir()) == []


def test_ids_differ_and_sort_by_time():
    ids = [new_id() for _ in range(100)]
    assert len(set(ids)) == 100
    assert [one[:11] for one in ids] == sorted(one[:11] for one in ids)


@pytest.mark.parametrize("name", ["", "   ", "..", "a/b", "a\\b", "x" * 81, "line\nbreak", "bell\a"])
def test_a_name_that_cannot_be_kept_is_refused(name):
    with pytest.raises(BadName, match="cannot be a name" if name.strip() else "empty"):
        checked_name(name)


@pytest.mark.parametrize(
    ("name", "kept"), [(" My faces ", "My faces"), ("얼굴 사진", "얼굴 사진"), ("x" * 80, "x" * 80)]
)
def test_a_name_of_any_language_is_kept_trimmed(name, kept):
    assert checked_name(name) == kept


def test_every_path_lies_inside_the_workspace(tmp_path):
    workspace = Workspace(tmp_path)
    for path in (
        workspace.data_folder("d").images,
        workspace.run_folder("r").checkpoint,
        workspace.run_folder("r").evaluation("e").predictions,
        workspace.job_folder("j").log,
        workspace.showcase,
    ):
        assert Path(path).is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photos.zip", "photos.zip"),
        ("사진.zip", "사진.zip"),
        ("../../evil.zip", "evil.zip"),
        ("a/b\\c.zip", "abc.zip"),
        ("..", "upload"),
        ("\x00", "upload"),
    ],
)
def test_an_uploads_name_is_kept_without_its_way(given: str, kept: str) -> None:
    assert file_name(given) == kept


def test_an_uploads_name_is_short_enough_for_every_disk() -> None:
    assert len(file_name("가" * 300 + ".zip").encode()) < 255


def test_a_name_that_says_what_is_in_a_file_fits_every_disk_and_loses_no_part() -> None:
    assert named_file(["grad-cam", "a/b", "3 as 4"], ".png") == "grad-cam_ab_3 as 4.png"
    name = named_file(["001", "가" * 60, "나비 · 표범" * 20, "fog-3", "다" * 24], ".png")
    assert len(name.encode()) < 255
    assert [part[:1] for part in name.split("_")] == ["0", "가", "나", "f", "다"]


def make_data_folder(workspace: Workspace, data_set_id: str, name: str) -> None:
    write_json(workspace.data_folder(data_set_id).card, {"name": name, "created": 1.0})


def data_names(workspace: Workspace) -> dict[str, str]:
    with workspace.session() as session:
        return {row.id: row.name for row in session.scalars(select(DataSetRow))}


def test_a_folder_that_a_crash_left_unlisted_is_found_at_the_next_opening(tmp_path):
    Workspace.open(tmp_path).close()
    workspace = Workspace(tmp_path)
    make_data_folder(workspace, "d1", "Faces")
    write_json(
        workspace.run_folder("r1").run,
        {"name": "Clean", "created": 2.0, "recipe": {"data_set_id": "d1"}, "study": None},
    )
    write_json(workspace.run_folder("r1").evaluation("e1").facts, {"created": 3.0})

    again = Workspace.open(tmp_path)

    assert data_names(again) == {"d1": "Faces"}
    with again.session() as session:
        assert session.get_one(RunRow, "r1").name == "Clean"
        assert session.get_one(EvaluationRow, "e1").run_id == "r1"
    again.close()


def test_a_row_whose_folder_is_gone_goes_too_and_a_removal_that_was_cut_off_stays_one(tmp_path):
    workspace = Workspace(tmp_path)
    make_data_folder(workspace, "d1", "Faces")
    make_data_folder(workspace, "d2", "Textures")
    Workspace.open(tmp_path).close()
    os.replace(workspace.data / "d1", workspace.data / ".d1.removed")

    assert data_names(Workspace.open(tmp_path)) == {"d2": "Textures"}


def test_a_folder_whose_name_is_taken_is_listed_under_another(tmp_path):
    workspace = Workspace.open(tmp_path)
    for data_set_id in ("d1", "d2", "d3"):
        make_data_folder(workspace, data_set_id, "Faces")

    assert data_names(Workspace.open(tmp_path)) == {"d1": "Faces", "d2": "Faces (2)", "d3": "Faces (3)"}
    assert read_json(workspace.data_folder("d2").card)["name"] == "Faces (2)"


def test_a_damaged_folder_does_not_hide_the_others(tmp_path):
    workspace = Workspace.open(tmp_path)
    write_bytes(workspace.data_folder("d1").card, b'{"name": "Fa')
    make_data_folder(workspace, "d2", "Textures")

    assert data_names(Workspace.open(tmp_path)) == {"d2": "Textures"}


@pytest.mark.parametrize(
    "run",
    [
        {},
        {"name": None, "created": "today", "recipe": 1, "study": 1, "label": "x"},
        {"recipe": {"epochs": 3}, "study": {"name": "Demo"}, "label": {"en": "x"}},
        {"study": {"id": "s1", "colour": "red"}, "newer": [1]},
    ],
)
def test_a_record_that_lacks_what_this_version_knows_comes_back_with_the_index(tmp_path, run):
    workspace = Workspace(tmp_path)
    write_json(workspace.data_folder("d1").card, {"size": 32})
    write_json(workspace.run_folder("r1").run, run)
    write_bytes(workspace.run_folder("r1").summary, b"{")
    write_json(workspace.run_folder("r1").evaluation("e1").facts, {"images": 5})
    write_json(workspace.run_folder("r2").run, {"name": "Clean", "created": 2.0, "recipe": {}})

    again = Workspace.open(tmp_path)

    assert [(one.name, one.card.created > 0) for one in list_data_sets(again)] == [("d1", True)]
    whole, lacking = sorted(list_runs(again), key=lambda run: run.created)
    assert (whole.name, whole.label, lacking.name) == ("Clean", plain("Clean"), "r1")
    assert lacking.label == {"en": "Run without a name (r1)", "ko": "이름 없는 모델(r1)"}
    assert (lacking.state, lacking.summary) == ("interrupted", None)
    with pytest.raises(UnknownName):
        lacking.recipe.check()
    assert [one.facts.images for one in list_evaluations(again, "r1")] == [5]
    assert read_json(workspace.run_folder("r1").run) == run, "the file stays as it is"
    again.close()


def test_the_database_of_an_earlier_version_gets_the_columns_it_lacks_and_wants_none_that_nobody_fills(
    tmp_path,
):
    workspace = Workspace(tmp_path)
    run = {"name": "Clean", "created": 2.0, "recipe": {"data_set_id": "d1"}, "study": None}
    write_json(workspace.run_folder("r1").run, run)
    Workspace.open(tmp_path).close()
    with sqlite3.connect(workspace.database) as database:
        database.execute("DROP TABLE runs")
        database.execute(
            "CREATE TABLE runs (id VARCHAR NOT NULL PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, created FLOAT NOT NULL,"
            " data_set_id VARCHAR NOT NULL, study_id VARCHAR, recipe JSON NOT NULL, state VARCHAR NOT NULL, summary JSON)"
        )
        database.execute("DROP INDEX one_at_a_time")
        database.execute("ALTER TABLE jobs DROP COLUMN once")
        database.execute("ALTER TABLE jobs ADD COLUMN of_a_later_version VARCHAR")

    again = Workspace.open(tmp_path)

    with again.session() as session:
        assert session.get_one(RunRow, "r1").label is None
    assert submit(again, "make", plain("x"), {}, once="x").id == submit(again, "make", plain("x"), {}, "x").id
    again.close()
