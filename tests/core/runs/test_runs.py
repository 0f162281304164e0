"""Runs: their names for the command line and their labels for screens."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.data.dataset import DataSet
from core.errors import DiskFull, NameTaken, SeveralRuns, UnknownName
from core.jobs.queue import claim, finish, list_jobs
from core.noise.mix import Mix
from core.runs.deleted import delete_run
from core.runs.entering import create_run
from core.runs.metrics_file import read_metrics
from core.runs.recipe import Recipe
from core.runs.runs import Run, RunArm, list_runs, open_run
from core.runs.studies import list_studies, new_study, open_study, runs_of
from core.store import Workspace
from core.training.job import Training, submit_training, submit_trainings
from core.words import Text

ROOT = Path(__file__).resolve().parents[3]


def recipe(data_set: DataSet, *mix: str) -> Recipe:
    return Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card.fingerprint,
        model="small_cnn",
        mix=Mix.from_texts(mix),
    )


def test_a_run_that_nobody_named_is_called_by_its_noises_in_either_language(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    mixed = recipe(tiny_data_set, "gaussian_noise:0.5:1-5", "salt_pepper:0.3:1-5")
    run, job = submit_training(workspace, tiny_data_set, mixed)
    assert run.name == "Small CNN on tiny, gaussian_noise + salt_pepper"
    assert run.label["en"] == "Small CNN on tiny, Gaussian noise + Salt and pepper"
    assert run.label["ko"].startswith("Small CNN · tiny · 가우시안 노이즈 + ")
    assert job.title["en"] == f"Train “{run.label['en']}”"
    assert open_run(workspace, run.name).label == run.label
    again, _ = submit_training(workspace, tiny_data_set, mixed)
    assert again.label == {language: f"{text} 2" for language, text in run.label.items()}


def test_a_run_is_found_by_what_screens_call_it_in_either_language_unless_two_are_called_so(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    label = Text(en="Small CNN, Fog", ko="Small CNN, 안개")
    run = create_run(workspace, "Small CNN, fog", recipe(tiny_data_set), label=label)
    assert {open_run(workspace, name).id for name in (*label.values(), run.name, run.id)} == {run.id}
    create_run(workspace, "another", recipe(tiny_data_set), label=Text(en="Another", ko="Small CNN, 안개"))
    assert open_run(workspace, label["en"]).id == run.id
    with pytest.raises(SeveralRuns, match=r'"Small CNN, fog".*"another"|"another".*"Small CNN, fog"'):
        open_run(workspace, label["ko"])
    with pytest.raises(UnknownName):
        open_run(workspace, "Small CNN, rain")


def test_a_name_comes_before_what_screens_call_another(workspace: Workspace, tiny_data_set: DataSet) -> None:
    named = create_run(workspace, "fog", recipe(tiny_data_set))
    create_run(workspace, "other", recipe(tiny_data_set), label=Text(en="fog", ko="안개"))
    assert open_run(workspace, "fog").id == named.id


def test_of_many_noises_the_label_counts_the_last(workspace: Workspace, tiny_data_set: DataSet) -> None:
    keys = ("fog", "pca", "blend", "bfs_noise", "motion_blur")
    run, _ = submit_training(
        workspace, tiny_data_set, recipe(tiny_data_set, *(f"{key}:0.1:1-5" for key in keys))
    )
    assert run.label["en"].endswith("+ 2 more")
    assert run.label["ko"].endswith("+ 2가지 더")


def test_a_chosen_name_is_the_same_in_both_languages(workspace: Workspace, tiny_data_set: DataSet) -> None:
    run, job = submit_training(workspace, tiny_data_set, recipe(tiny_data_set), name="held")
    assert run.label == {"en": "held", "ko": "held"}
    assert job.title == {"en": "Train “held”", "ko": "“held” 학습"}
    with pytest.raises(NameTaken):
        submit_training(workspace, tiny_data_set, recipe(tiny_data_set), name="held")
    assert len(list_jobs(workspace)) == 1


def test_the_label_is_in_the_run_s_folder_and_an_older_run_falls_back_to_its_name(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run, _ = submit_training(workspace, tiny_data_set, recipe(tiny_data_set))
    workspace.close()
    for path in workspace.root.glob("noiselens.sqlite3*"):
        path.unlink()
    rebuilt = Workspace.open(workspace.root)
    assert open_run(rebuilt, run.id).label == run.label
    rebuilt.close()
    with sqlite3.connect(workspace.database) as database:
        database.execute("UPDATE runs SET label = NULL")
    assert open_run(workspace, run.id).label == {"en": run.name, "ko": run.name}


def test_a_folder_that_was_indexed_before_its_row_came_is_queued_all_the_same(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that starts in the moment between the folder and the row finds the folder."""
    from core.runs import entering

    def and_somebody_opens(path: object, value: object) -> None:
        write(path, value)
        Workspace.open(workspace.root).close()

    write = entering.write_json
    monkeypatch.setattr(entering, "write_json", and_somebody_opens)
    run: Run = create_run(workspace, "first", recipe(tiny_data_set))
    (listed,) = list_runs(workspace)
    assert (listed.id, listed.state) == (run.id, "interrupted")


def test_a_run_and_the_job_that_trains_it_are_both_there_or_neither(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    """What is cut off between them leaves a run that can be deleted, and no job."""
    code = f"""
import os
from pathlib import Path
from core.data.dataset import list_data_sets
from core.runs.recipe import Recipe
from core.store import Workspace
from core.training import job
workspace = Workspace.open(Path({str(workspace.root)!r}))
(data_set,) = list_data_sets(workspace)
def cut(*_arguments, **_more):
    os._exit(9)
job.enter = cut
recipe = Recipe.make(
    data_set_id=data_set.id, data_set_fingerprint=data_set.card.fingerprint, model="small_cnn"
)
job.submit_training(workspace, data_set, recipe, "cut off")
"""
    cut = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert cut.returncode == 9
    with closing(Workspace.open(workspace.root)) as again:
        assert list_jobs(again) == []
        (run,) = list_runs(again)
        assert (run.name, run.state) == ("cut off", "interrupted")
        delete_run(again, run)
        assert list_runs(again) == []


def test_a_run_whose_job_finds_no_space_is_not_there_when_the_workspace_opens_again(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    def enter_job(*_given: Any) -> None:
        raise DiskFull(name="home")

    with pytest.raises(DiskFull):
        create_run(workspace, "full", recipe(tiny_data_set), enter_job=enter_job)
    with closing(Workspace.open(workspace.root)) as again:
        assert list_runs(again) == []


def test_runs_of_a_study_are_all_there_with_their_jobs_or_none_is(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    study = new_study("three", label=Text(en="Three", ko="셋"), plan={"preset": "each"})
    wanted = [
        Training(recipe(tiny_data_set), f"run {key}", arm=RunArm(key, Text(en=key, ko=key))) for key in "abc"
    ]
    taken = create_run(workspace, "run c", recipe(tiny_data_set))
    with pytest.raises(NameTaken):
        submit_trainings(workspace, tiny_data_set, wanted, study)
    assert (list_jobs(workspace), list_studies(workspace)) == ([], [])
    assert [run.id for run in list_runs(workspace)] == [taken.id]
    assert [path.name for path in workspace.runs.iterdir()] == [taken.id]
    delete_run(workspace, taken)

    made = submit_trainings(workspace, tiny_data_set, wanted, study)
    assert [job.subject.run_id for _, job in made] == [run.id for run, _ in made]
    assert [job.id for job in list_jobs(workspace, active=True)] == [job.id for _, job in made]
    # All of it can be made anew from the files.
    workspace.close()
    for path in workspace.root.glob("noiselens.sqlite3*"):
        path.unlink()
    with closing(Workspace.open(workspace.root)) as again:
        assert open_study(again, "three") == study
        arms = [run.arm for run in runs_of(again, study.id)]
        assert arms == [RunArm(key, Text(en=key, ko=key)) for key in "abc"]


def test_the_state_of_a_run_is_that_of_the_job_which_trains_it(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run, job = submit_training(workspace, tiny_data_set, recipe(tiny_data_set), "first")
    assert run.state == "queued"
    assert claim(workspace, job.id)
    assert open_run(workspace, "first").state == "running"
    assert finish(workspace, job.id, "failed")
    assert [one.state for one in list_runs(workspace)] == ["failed"]


def test_a_line_of_metrics_that_cannot_be_read_hides_no_other(workspace: Workspace) -> None:
    run = create_run(workspace, "held", Recipe("d", "", "small_cnn"))
    known = '{"kind": "epoch", "epoch": 1.0, "loss": 0.5, "newer": 1}\n'
    run.folder.metrics.write_text(
        '{"kind": "st\n[1]\n{"kind": "newer"}\n' + known + '{"kind"', encoding="utf-8"
    )
    assert read_metrics(run.folder)["epoch"].tolist() == [1.0]
