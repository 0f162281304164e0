"""What ended without success, once more with the same choices."""

from pathlib import Path
from typing import Any

import pytest

from core.data.builtin.job import submit_make
from core.data.dataset import DataSet, delete_data_set
from core.errors import NoCuda
from core.jobs.again import again
from core.jobs.job import Job
from core.jobs.queue import finish, get_job, submit
from core.runs.deleted import delete_run
from core.runs.recipe import Recipe
from core.runs.runs import list_runs
from core.store import Workspace
from core.training.job import submit_training
from core.words import plain


def failed(workspace: Workspace, job: Job) -> Job:
    finish(workspace, job.id, "failed", error=NoCuda())
    return get_job(workspace, job.id)


def train(workspace: Workspace, data_set: DataSet, name: str | None) -> Job:
    fingerprint = data_set.card.fingerprint
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
    second = again(workspace, job)()
    third = again(workspace, failed(workspace, second))()
    runs = list_runs(workspace)
    assert [run.name for run in runs] == called
    assert all(run.recipe == runs[0].recipe for run in runs)
    assert third.payload["evaluate"] == {"noises": ["fog"], "severities": [2]}


def test_what_goes_on_or_succeeded_or_whose_run_is_gone_is_not_started_again(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    job = train(workspace, tiny_data_set, None)
    assert again(workspace, job) is None
    job = failed(workspace, job)
    assert again(workspace, job) is not None
    delete_run(workspace, list_runs(workspace)[0])
    assert again(workspace, job) is None


def test_a_data_set_is_drawn_or_imported_again_while_what_it_is_made_of_is_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = submit_make(workspace, "digits")
    assert isinstance(made, Job)
    second = again(workspace, failed(workspace, made))()
    assert (second.payload, second.once) == (made.payload, made.once)
    source = tmp_path / "pictures"
    source.mkdir()
    job = failed(workspace, submit(workspace, "import", plain("Import"), {"source": str(source)}))
    assert again(workspace, job) is not None
    source.rmdir()
    assert again(workspace, job) is None


def test_what_works_on_a_data_set_a_run_or_an_import_that_waits_is_started_again_only_while_that_is_there(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    def offered(kind: str, payload: dict[str, Any]) -> bool:
        job = failed(workspace, submit(workspace, kind, plain(kind), payload))
        return again(workspace, job) is not None

    assert offered("study", {"demo": True})
    assert offered("resplit", {"data_set_id": tiny_data_set.id})
    assert not offered("resplit", {"data_set_id": "gone"})
    assert not offered("accept", {"waiting": "gone"})
    assert not offered("evaluate", {"run_id": "gone"})
    train(workspace, tiny_data_set, "not trained")
    assert not offered("evaluate", {"run_id": list_runs(workspace)[0].id})
    list_runs(workspace)[0].folder.checkpoint.touch()
    assert offered("evaluate", {"run_id": list_runs(workspace)[0].id})
    delete_data_set(workspace, tiny_data_set)
    assert not offered("evaluate", {"run_id": list_runs(workspace)[0].id})
