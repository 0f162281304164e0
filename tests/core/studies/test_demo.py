"""The demo study, small but real: data drawn, two arms trained, both evaluated."""

import subprocess
import sys

import pytest

from core.data.builtin.faces import Swap
from core.data.builtin.job import make, submit_make
from core.data.dataset import list_data_sets
from core.errors import Cancelled
from core.evaluation.metrics import cell_table
from core.jobs import queue, requests
from core.progress import silent
from core.runs.deleted import delete_run
from core.runs.entering import create_run
from core.runs.evaluations import list_evaluations, read_predictions
from core.runs.runs import list_runs, open_run, settled
from core.runs.studies import list_studies
from core.store import ROOT, Workspace
from core.studies.demo import Design, being_drawn, drawing, run_job, submit_demo
from core.training.job import train_run
from core.words import Text

SMALL = Design(images=40, size=32, epochs=1, noises=("gaussian_noise", "blend"), severities=(1, 5))


def test_the_demo_leaves_two_evaluated_arms(workspace: Workspace) -> None:
    job = submit_demo(workspace, SMALL)
    assert queue.claim(workspace, job.id)
    shares: list[float] = []

    def report(share: float, step: Text | None = None) -> None:
        shares.append(share)

    result = run_job(workspace, queue.get_job(workspace, job.id), report)
    assert queue.finish(workspace, job.id, "done", result=result)
    assert shares == sorted(shares)
    (study,) = list_studies(workspace)
    assert study.demo
    clean, noisy = (open_run(workspace, run_id) for run_id in result["run_ids"])
    assert (clean.noise_trained, noisy.noise_trained) == (False, True)
    assert (clean.label["en"], noisy.label["ko"]) == ("Demo: clean", "데모: 노이즈로 학습")
    for run in (clean, noisy):
        assert run.state == "done"
        assert run.study_id == study.id
        (evaluation,) = list_evaluations(workspace, run.id)
        assert len(cell_table(read_predictions(evaluation))) == 5
        # They learn at once; alone, a run of the recipe has the very weights.
        alone = create_run(workspace, f"{run.name} alone", settled(run))
        train_run(workspace, alone, silent)
        assert alone.folder.checkpoint.read_bytes() == run.folder.checkpoint.read_bytes()
        delete_run(workspace, alone)
    # A second demo draws nothing anew and takes free names.
    again = submit_demo(workspace, SMALL)
    queue.claim(workspace, again.id)
    run_job(workspace, queue.get_job(workspace, again.id), report)
    assert len(list_data_sets(workspace)) == 1
    assert len({run.name for run in list_runs(workspace)}) == 4
    assert open_run(workspace, "Demo: clean 2").label["ko"] == "데모: 원본으로 학습 2"


def test_one_demo_at_a_time(workspace: Workspace) -> None:
    first = submit_demo(workspace, SMALL)
    assert submit_demo(workspace).id == first.id
    requests.request_cancel(workspace, first.id)
    assert submit_demo(workspace, SMALL).id != first.id


def test_a_study_counts_among_what_draws_until_its_set_is_there(workspace: Workspace) -> None:
    design = Design(data="digits", size=32)
    job = submit_demo(workspace, design)
    assert [one.id for one in drawing(workspace)] == [job.id]
    found = being_drawn(workspace, "digits", 32)
    assert found is not None
    assert found.id == job.id
    assert being_drawn(workspace, "digits", 64) is None
    assert being_drawn(workspace, "faces", 64) is None
    make(workspace, workspace.job_folder(job.id).staging, "digits", silent, size=32)
    assert drawing(workspace) == []
    assert being_drawn(workspace, "digits", 32) is None


def test_faces_that_are_drawn_with_another_swap_are_not_the_demo_s(workspace: Workspace) -> None:
    eyes = Swap.make("eyes", 1.0)
    job = submit_make(workspace, "faces", 64, swap=eyes)
    assert being_drawn(workspace, "faces", 64) is None
    assert being_drawn(workspace, "faces", 64, eyes) == job
    submit_demo(workspace)
    assert being_drawn(workspace, "faces", 64) is not None


def test_visitors_who_start_the_demo_in_the_same_instant_start_one(workspace: Workspace) -> None:
    """Each in a process of its own, as a dashboard and another one on the same workspace."""
    code = (
        "import sys; from core.store import Workspace; from core.studies.demo import submit_demo;"
        "workspace = Workspace.open(); print('ready', flush=True); sys.stdin.read();"
        "print(submit_demo(workspace).id)"
    )
    pipe = subprocess.PIPE
    visitors = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        for _ in range(4)
    ]
    for visitor in visitors:
        assert visitor.stdout is not None
        assert visitor.stdout.readline() == "ready\n"
    for visitor in visitors:
        assert visitor.stdin is not None
        visitor.stdin.close()
    started = set()
    for visitor in visitors:
        assert visitor.stdout is not None
        started.add(visitor.stdout.read().strip())
        assert visitor.wait() == 0
    assert started == {job.id for job in queue.list_jobs(workspace)}
    assert len(started) == 1


def test_a_cancelled_demo_leaves_no_running_run(workspace: Workspace) -> None:
    job = submit_demo(workspace, SMALL)
    queue.claim(workspace, job.id)

    def report(share: float, step: Text | None = None) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_job(workspace, queue.get_job(workspace, job.id), report)
    queue.finish(workspace, job.id, "cancelled")
    assert {run.state for run in list_runs(workspace)} == {"cancelled"}
