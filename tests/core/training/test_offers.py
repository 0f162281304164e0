"""What a training that failed says, and what is offered then: by a worker's whole way, without the training."""

import dataclasses
from collections.abc import Callable

import pytest
import torch

from core.data.dataset import DataSet
from core.errors import Diverged, NoCuda, Paused
from core.jobs import queue, requests, worker
from core.jobs.again import otherwise
from core.jobs.job import Job
from core.runs.editing import save_summary
from core.runs.recipe import Recipe
from core.runs.runs import Run, Summary, list_runs, open_run
from core.store import Workspace
from core.training import job as training_job
from core.training import loop
from core.training.job import submit_training


@pytest.fixture
def carried_out(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Job]:
    """Does a training job in this process, in which training does as it is told."""
    monkeypatch.setattr(worker, "give_way", lambda: None)
    monkeypatch.setattr(
        worker.Watcher, "start", lambda self: None
    )  # a thread that ends with its process only

    def carry_out(trains: Callable[..., object], **recipe: object) -> Job:
        monkeypatch.setattr(loop, "train", trains)
        facts = {"data_set_id": tiny_data_set.id, "data_set_fingerprint": tiny_data_set.card.fingerprint}
        made = Recipe.make(**({"model": "small_cnn"} | facts | recipe))
        job = submit_training(workspace, tiny_data_set, made, "mine", {"noises": ["fog"], "severities": [1]})[
            1
        ]
        worker.main(workspace, job.id)
        return queue.get_job(workspace, job.id)

    return carry_out


def raising(error: Exception) -> Callable[..., object]:
    def train(*_: object, **_more: object) -> object:
        raise error

    return train


@pytest.mark.parametrize(
    ("error", "kind", "offered"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "OutOfGpuMemory", "batch"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "OutOfMemory", "batch"),
        (MemoryError(), "OutOfMemory", "batch"),
        (Diverged(rate=0.003), "Diverged", "rate"),
        (NoCuda(), "NoCuda", "device"),
        (OSError(28, "No space left on device"), "DiskFull", None),
        (RuntimeError("something else"), "WorkFailed", None),
    ],
)
def test_what_went_wrong_decides_what_is_offered_and_all_but_what_fell_apart_can_be_resumed(
    workspace: Workspace,
    carried_out: Callable[..., Job],
    error: Exception,
    kind: str,
    offered: str | None,
) -> None:
    job = carried_out(raising(error))
    assert job.error is not None
    assert (job.state, job.error["kind"]) == ("failed", kind)
    assert [offer.key for offer in otherwise(workspace, job)] == ([offered] if offered else [])
    assert (requests.why_not_resumed(workspace, job) is None) == (kind != "Diverged")


def test_a_smaller_batch_with_as_many_more_for_a_step_sees_as_many_pictures_until_it_cannot_get_smaller(
    workspace: Workspace, carried_out: Callable[..., Job]
) -> None:
    sizes = []
    job = carried_out(raising(MemoryError()), batch_size=8, accumulate=3)
    while offers := otherwise(workspace, job):
        offers[0].queue()
        run = list_runs(workspace)[0]
        sizes.append((run.recipe.batch_size, run.recipe.accumulate))
        (waiting,) = queue.list_jobs(workspace, active=True)
        worker.main(workspace, waiting.id)
        job = queue.get_job(workspace, waiting.id)
    assert sizes == [(4, 6), (2, 12)]


def test_a_training_that_is_resumed_once_it_is_trained_goes_on_with_its_test(
    workspace: Workspace, carried_out: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def trained(_workspace: Workspace, run: Run, _report: object) -> None:
        calls.append("train")
        run.folder.checkpoint.touch()
        save_summary(workspace, run.id, Summary())

    def tests(*_: object) -> object:
        calls.append("test")
        raise Paused

    monkeypatch.setattr(training_job, "train_run", trained)
    monkeypatch.setattr(training_job, "evaluate_runs", tests)
    job = carried_out(trained)
    assert job.state == "paused"
    requests.resume(workspace, job.id)
    worker.main(workspace, job.id)
    assert calls == ["train", "test", "test"]
    assert queue.get_job(workspace, job.id).state == "paused"


def test_a_test_that_failed_behind_a_training_is_no_reason_to_train_otherwise(
    workspace: Workspace, carried_out: Callable[..., Job]
) -> None:
    job = carried_out(raising(MemoryError()))
    run = open_run(workspace, str(job.subject.run_id))
    save_summary(workspace, run.id, dataclasses.replace(Summary(), epochs=8))
    assert otherwise(workspace, job) == []
    assert requests.why_not_resumed(workspace, job) is None
