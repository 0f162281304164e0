"""Who answers for a worker: its executor by the handle in the job's row, no matter who started it or where."""

import subprocess
import sys

import pytest
from sqlalchemy import update

from core.jobs import executors, processes, queue, requests, service, worker
from core.jobs.executors import EXECUTORS
from core.jobs.service import run_to_end, settle
from core.store import Workspace
from core.tables import JobRow
from tests.core.jobs.conftest import ended, under_way
from tests.core.jobs.shed import ShedExecutor


@pytest.fixture
def shed(tmp_path, monkeypatch):
    """An executor whose workers are no processes of this program's."""
    made = ShedExecutor(tmp_path / "sheds")
    monkeypatch.setitem(EXECUTORS, "shed", made)
    return made


@pytest.fixture
def bystander():
    """A process that nobody may end, and the handle of a worker that would be it."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = processes.started_at(process.pid)
    handle = {"executor": "local", "host": executors.HOST, "pid": process.pid, "started": started}
    yield process, handle
    assert process.poll() is None
    process.communicate(b"\n")


def test_a_worker_that_is_no_process_of_this_machine_is_started_found_alive_and_told_when_it_died(
    workspace, new_service, shed, submit, until
):
    starter = new_service(executor=shed)
    assert until(submit("once"), ended, starter).state == "done"
    job = until(submit("listen"), under_way, starter)
    assert job.handle == {"executor": "shed", "shed": f"{job.id} 2"}
    other = new_service()
    settle(workspace)
    other.step()
    assert (queue.get_job(workspace, job.id).state, job.alive) == ("running", True)
    shed.stop(job.handle)
    job = until(job, ended, other)
    assert (job.state, "is gone" in job.error["en"]) == ("failed", True)
    job = until(submit("exit"), ended, starter)
    assert "exit code 7" in job.error["en"]


def test_a_worker_elsewhere_that_hears_no_cancel_is_stopped_by_its_executor(
    new_service, shed, submit, until, workspace
):
    job = submit("hold the interpreter")
    log = workspace.job_folder(job.id).log
    job = until(
        job, lambda job: job.state == "running" and "holding" in log.read_text(), new_service(executor=shed)
    )
    requests.request_cancel(workspace, job.id)
    assert until(job, ended, new_service()).state == "cancelled"
    assert shed.alive(job.handle) is False


@pytest.mark.parametrize(
    "other", [{"host": "elsewhere"}, {"executor": "of a later version"}, {"pid": "of a later"}]
)
def test_a_worker_of_which_nobody_here_can_tell_is_neither_taken_for_dead_nor_killed(
    workspace, new_service, submit, bystander, monkeypatch, other
):
    monkeypatch.setattr(service, "PATIENCE", 0.0)
    job = submit("once")
    assert queue.claim(workspace, job.id, bystander[1] | other)
    watcher = new_service()
    settle(workspace)
    watcher.step()
    requests.request_cancel(workspace, job.id)
    for _ in range(3):
        watcher.step()
        executors.stop(queue.get_job(workspace, job.id).handle)
    job = queue.get_job(workspace, job.id)
    assert (job.state, job.alive) == ("running", None)


def test_a_worker_elsewhere_counts_as_gone_when_nothing_was_heard_of_it_for_long(
    workspace, new_service, submit, bystander, monkeypatch
):
    monkeypatch.setattr(service, "SILENCE", 3 * service.ROUND)
    job, cancelled = submit("once"), submit("once")
    assert queue.claim(workspace, job.id, bystander[1] | {"host": "elsewhere"})
    watcher = new_service(only=job.id)
    for _ in range(10):
        queue.say(workspace, job.id)
        watcher.step()
    assert queue.get_job(workspace, job.id).state == "running"
    for _ in range(6):
        watcher.step()
    job = queue.get_job(workspace, job.id)
    assert (job.state, "nothing has been heard" in job.error["en"]) == ("interrupted", True)

    assert queue.claim(workspace, cancelled.id, {"executor": "nobody"})
    requests.request_cancel(workspace, cancelled.id)
    assert run_to_end(workspace, cancelled.id, lambda _job: None).state == "cancelled"


def test_a_worker_says_that_it_is_there_while_its_work_says_nothing(workspace, submit, monkeypatch):
    job = submit("once")
    assert queue.claim(workspace, job.id, {"executor": "nobody"})
    before = queue.get_job(workspace, job.id)
    monkeypatch.setattr(worker, "BEAT", 0.0)
    now = worker.Watcher(workspace, job.id)._look()
    assert now.heard > before.heard
    assert (now.share, now.step, now.begun) == (before.share, before.step, None)


def test_a_number_that_another_process_has_got_since_is_not_the_worker(
    workspace, new_service, submit, bystander
):
    job = submit("once")
    assert queue.claim(workspace, job.id, bystander[1] | {"started": bystander[1]["started"] - 60})
    executors.stop(queue.get_job(workspace, job.id).handle)
    new_service(only="none").step()
    assert queue.get_job(workspace, job.id).state == "interrupted"


def test_a_live_worker_of_a_version_without_handles_is_found_alive_and_told_when_it_died(
    workspace, service, new_service, submit, until
):
    job = until(submit("listen"), under_way, service)
    pid, started = job.handle["pid"], job.handle["started"]
    with workspace.session() as session:
        session.execute(update(JobRow).values(pid=pid, pid_started=started))
        for column in ("handle", "heard"):
            session.connection().exec_driver_sql(f"ALTER TABLE jobs DROP COLUMN {column}")
    Workspace.open(workspace.root).close()

    later = new_service()
    settle(workspace)
    later.step()
    assert (queue.get_job(workspace, job.id).state, queue.get_job(workspace, job.id).alive) == (
        "running",
        True,
    )
    processes.kill_tree(pid, started)
    assert until(job, ended, later).state == "failed"
