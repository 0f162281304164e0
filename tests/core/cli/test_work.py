"""What the commands for runs print."""

from pathlib import Path

import pytest

from core.cli import main
from core.cli.evaluating import asked_noises, print_cells
from core.data.builtin.job import submit_make
from core.evaluation.metrics import cell_table
from core.evaluation.options import checked_noises
from core.jobs import queue, requests
from core.jobs.executors import EXECUTORS
from core.jobs.job import Job
from core.measure import MEASURES
from core.noise.catalogue import c_bar_noises
from core.runs.mode import Mode
from core.store import Workspace
from core.words import plain
from tests.core.cli.here import Here
from tests.core.evaluation.conftest import CLEAN_RIGHT, MISSED, table


def test_evaluate_prints_accuracy_with_its_interval_and_every_measure_that_the_rows_give(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_cells(cell_table(table(CLEAN_RIGHT)), Mode())
    head, clean, *_ = capsys.readouterr().out.splitlines()
    assert head.split("  ")[0] == "noise"
    assert head.split()[2:8] == ["images", "accuracy", "95", "%", "interval", "drop"]
    assert "auc" not in head, "these rows have no probabilities"
    assert clean.split()[:8] == ["clean", "0", "100", "90.0%", "82.6%", "to", "94.5%", "0.0%"]
    monkeypatch.setitem(MEASURES.known, MISSED.key, MISSED)
    print_cells(cell_table(table(CLEAN_RIGHT), ["a", "b"]), Mode())
    head, clean, *_ = capsys.readouterr().out.splitlines()
    assert head.split()[-1] == "missed"
    assert clean.split()[-1] == "10.0%"


def test_the_noises_of_a_test_are_keys_with_commas_or_a_set_by_its_name() -> None:
    assert checked_noises(asked_noises("fog, pca")) == ["fog", "pca"]
    assert checked_noises(asked_noises("cbar"), table="cifar_10_c") == c_bar_noises("cifar_10_c")
    both = checked_noises(asked_noises("uniform_noise,cbar"), table="cifar_10_c")
    assert both == ["uniform_noise", *c_bar_noises("cifar_10_c")]
    assert checked_noises(asked_noises("all")) == checked_noises("all")
    assert checked_noises(asked_noises(None)) == checked_noises(None)


def test_a_job_that_waits_is_paused_resumed_to_its_end_and_refused_in_every_other_state(
    home: Path, told, refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EXECUTORS, "local", Here())
    job = submit_make(Workspace.open(home), "digits", 32, images=100)
    assert isinstance(job, Job)
    assert told("jobs", "pause", job.id, "--json")["state"] == "paused"
    assert told("jobs", "pause", job.id, "--json")["state"] == "paused"
    assert told("jobs", "--json")[0]["state"] == "paused"
    resumed = told("jobs", "resume", job.id, "--json")
    assert (resumed["id"], resumed["state"], resumed["error"]) == (job.id, "done", None)
    assert "nothing to resume" in refused("jobs", "resume", job.id)
    assert "nothing left to pause" in refused("jobs", "pause", job.id)
    assert "no job called" in refused("jobs", "resume", "missing")


def test_what_rests_can_be_cancelled_and_whoever_waits_for_what_rests_hears_how_it_goes_on(
    home: Path, told, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(home)
    job = queue.submit(workspace, "make", plain("Digits"), {})
    resume = requests.resume

    def paused_meanwhile(*given: object) -> Job:
        resume(*given)  # type: ignore[arg-type]
        return requests.request_pause(workspace, job.id)

    requests.request_pause(workspace, job.id)
    monkeypatch.setattr(requests, "resume", paused_meanwhile)
    assert main(["jobs", "resume", job.id]) == 1
    assert f"jobs resume {job.id}" in capsys.readouterr().err
    assert told("jobs", "cancel", job.id, "--json")["state"] == "cancelled"


def test_only_work_that_has_epochs_ends_after_one(home: Path, refused) -> None:
    workspace = Workspace.open(home)
    job = queue.submit(workspace, "make", plain("Digits"), {})
    queue.claim(workspace, job.id)
    assert "no epochs" in refused("jobs", "cancel", job.id, "--after-epoch")
    assert "cannot be paused" in refused("jobs", "pause", job.id)
    queue.finish(workspace, job.id, "done")
