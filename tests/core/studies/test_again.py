"""What ended without success, once more with the same choices."""

from pathlib import Path

import pytest

from core.data.builtin.job import submit_make
from core.data.dataset import DataSet
from core.errors import NoCuda
from core.jobs.queue import Job, finish, get_job, submit
from core.runs.recipe import Recipe
from core.runs.runs import delete_run, list_runs
from core.store import Workspace
from core.studies.again import can_again, submit_again
from core.training.job import submit_training
from core.words import plain


def failed(workspace: Workspace, job: Job) -> Job:
    finish(workspace, job.id, "failed", error=NoCuda())
    return get_job(workspace, job.id)


def train(workspace: Workspace, data_set: DataSet, name: str | None) -> Job:
    fingerprint = data_set.card["fingerprint"]
    recipe = Recipe.make(
        data_set_id=data_set.id, data_set_fingerprint=fingerprint, model="small_cnn", epochs=3, seed=5
    )
    return submit_training(workspace, data_set, recipe, name, {"noises": ["fog"], "severities": [2]})[1]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("mine", ["mine 3", "mine 2", "mine"]),
        (None, [f"Small CNN on tiny, clean{n}" for n in (" 3", " 2", "")]),
    ],
)
def test_training_starts_anew_with_the_same_recipe_name_and_test(
    workspace: Workspace, tiny_data_set: DataSet, name: str | None, called: list[str]
) -> None:
    job = failed(workspace, train(workspace, tiny_data_set, name))
    again = submit_again(workspace, job)
    third = submit_again(workspace, failed(workspace, again))
    runs = list_runs(workspace)
    assert [run.name for run in runs] == called
    assert all(run.recipe == runs[0].recipe for run in runs)
    assert third.payload["evaluate"] == {"noises": ["fog"], "severities": [2]}


def test_what_goes_on_or_succeeded_or_whose_run_is_gone_is_not_started_again(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    job = train(workspace, tiny_data_set, None)
    assert not can_again(workspace, job)
    job = failed(workspace, job)
    assert can_again(workspace, job)
    delete_run(workspace, list_runs(workspace)[0])
    assert not can_again(workspace, job)


def test_a_data_set_is_drawn_or_imported_again_while_what_it_is_made_of_is_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = submit_make(workspace, "digits")
    assert isinstance(made, Job)
    again = submit_again(workspace, failed(workspace, made))
    assert (again.payload, again.once) == (made.payload, made.once)
    source = tmp_path / "pictures"
    source.mkdir()
    job = failed(workspace, submit(workspace, "import", plain("Import"), {"source": str(source)}))
    assert can_again(workspace, job)
    source.rmdir()
    assert not can_again(workspace, job)
