"""Deleted runs come back within a day, and go for good after it."""

import os
import time
from dataclasses import replace

import pytest

from core.data.dataset import DataSet
from core.errors import BadName, DiskFull, NameTaken, NoName, OutOfRange, UnknownName
from core.jobs.service import JobService
from core.runs import deleted
from core.runs.deleted import bring_back, delete_run, list_deleted, remove_for_good
from core.runs.editing import edit_run, save_summary
from core.runs.entering import create_run
from core.runs.evaluations import list_evaluations
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, list_runs, open_run
from core.store import DELETED_FOR, Workspace
from tests.core.evaluation.conftest import stored_evaluation


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    fingerprint = tiny_data_set.card.fingerprint
    recipe = Recipe.make(data_set_id=tiny_data_set.id, data_set_fingerprint=fingerprint, model="small_cnn")
    run = create_run(workspace, "held", recipe)
    save_summary(workspace, run.id, Summary(data_set="tiny", classes=tiny_data_set.classes, epochs=8))
    run.folder.checkpoint.write_bytes(bytes(1000))
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, *_: truth)
    return open_run(workspace, run.id)


def test_a_deleted_run_is_gone_from_every_list_and_comes_back_as_it_was(
    workspace: Workspace, run: Run
) -> None:
    delete_run(workspace, run)
    assert list_runs(workspace) == []
    assert list_evaluations(workspace) == []
    (deleted,) = list_deleted(workspace)
    assert (deleted.id, deleted.label) == (run.id, run.label)
    assert deleted.bytes > 1000
    assert abs(deleted.when - time.time()) < 60
    workspace.close()
    workspace = Workspace.open(workspace.root)
    assert list_runs(workspace) == [], "a new start does not take it for a run"

    back = bring_back(workspace, run.id)
    assert replace(back, folder=run.folder) == run
    assert back.folder.checkpoint.exists()
    assert [one.run_id for one in list_evaluations(workspace)] == [run.id]
    assert list_deleted(workspace) == []
    with pytest.raises(UnknownName):
        bring_back(workspace, run.id)


def test_a_run_whose_name_was_taken_meanwhile_comes_back_with_a_number(
    workspace: Workspace, run: Run
) -> None:
    delete_run(workspace, run)
    create_run(workspace, "held", run.recipe)
    assert bring_back(workspace, run.id).name == "held 2"


def test_the_service_removes_for_good_what_was_deleted_more_than_a_day_ago(
    workspace: Workspace, run: Run
) -> None:
    kept = create_run(workspace, "kept", run.recipe)
    for one in (run, kept):
        delete_run(workspace, one)
    longer = time.time() - DELETED_FOR - 60
    os.utime(workspace.deleted / run.id, (longer, longer))
    JobService(workspace, only="none").step()
    assert [one.id for one in list_deleted(workspace)] == [kept.id]
    remove_for_good(workspace, kept.id)
    assert list_deleted(workspace) == []


def test_on_a_full_disk_deleting_makes_room_at_once(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget, tries = deleted._forget, []

    def full_at_first(*given: object) -> None:
        tries.append(list_deleted(workspace))
        if len(tries) == 1:
            raise DiskFull(name="home")
        forget(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(deleted, "_forget", full_at_first)
    delete_run(workspace, run)
    assert [len(one) for one in tries] == [1, 0]
    assert list_runs(workspace) == []


def test_a_run_gets_another_name_and_a_note_that_its_file_keeps(workspace: Workspace, run: Run) -> None:
    edited = edit_run(workspace, run, " 여름 ", " best so far\nfor the talk ")
    assert (edited.name, edited.label) == ("여름", {"en": "여름", "ko": "여름"})
    assert edited.note == "best so far\nfor the talk"
    workspace.close()
    for path in workspace.root.glob("noiselens.sqlite3*"):
        path.unlink()
    workspace = Workspace.open(workspace.root)
    assert replace(open_run(workspace, run.id), folder=edited.folder) == edited
    assert edit_run(workspace, edited, "여름", "").note is None
    create_run(workspace, "other", run.recipe)
    for name, error in (("other", NameTaken), (" ", NoName), ("a/b", BadName)):
        with pytest.raises(error):
            edit_run(workspace, edited, name, "")
    with pytest.raises(OutOfRange):
        edit_run(workspace, edited, "여름", "x" * 3000)
    assert open_run(workspace, run.id).name == "여름"


def test_a_note_alone_leaves_a_name_that_was_made_as_it_is_in_both_languages(
    workspace: Workspace, run: Run
) -> None:
    label = {"en": "Small CNN", "ko": "작은 CNN"}
    made = create_run(workspace, "small", run.recipe, label=label)  # type: ignore[arg-type]
    assert edit_run(workspace, made, "작은 CNN", "note").label == label
