"""Jobs that rest and go on: paused, resumed after any early end, ended early."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest
from sqlalchemy import update

from core import errors
from core.jobs import executors, kinds, queue, requests, service, worker
from core.jobs.job import Job
from core.jobs.kinds import KINDS
from core.jobs.service import run_to_end, settle
from core.store import Workspace
from core.tables import JobRow
from core.words import plain
from tests.core.jobs.conftest import ended, under_way

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


def still_there(_workspace: Workspace, job: Job) -> bool:
    return job.payload.get("there", True)


@pytest.fixture(autouse=True)
def goes_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kind of the odd worker can go on, as training can."""
    place = f"{__name__}:{still_there.__name__}"
    monkeypatch.setitem(KINDS, "make", replace(KINDS["make"], goes_on=place, ends_early=place))


def at_rest(job: Job) -> bool:
    return job.state == "paused"


def counted(workspace: Workspace, job: Job) -> int:
    return (workspace.root / f"{job.id}.txt").stat().st_size


def claimed(workspace: Workspace, job: Job) -> Job:
    assert queue.claim(workspace, job.id)
    return queue.get_job(workspace, job.id)


def failed(workspace: Workspace, job: Job, error: errors.NoiseLensError) -> Job:
    queue.finish(workspace, claimed(workspace, job).id, "failed", error=error)
    return queue.get_job(workspace, job.id)


def test_what_runs_rests_when_it_is_paused_and_goes_on_from_there_as_the_same_job(
    workspace, service, submit, until, gone
):
    job = until(submit("count"), under_way, service)
    assert requests.pauses(job)
    requests.request_pause(workspace, job.id)
    rests = until(job, at_rest)
    assert rests.error is None
    assert not workspace.job_folder(job.id).staging.exists()
    gone(job.handle["pid"])
    before = counted(workspace, job)

    again = requests.resume(workspace, job.id)
    assert (again.id, again.state, again.share_before) == (job.id, "queued", 0.5)
    until(job, lambda job: counted(workspace, job) > before, service)
    requests.request_cancel(workspace, job.id, after_epoch=True)
    assert until(job, ended, service).state == "done"


def test_what_waits_is_paused_at_once_and_goes_on_behind_those_that_came_meanwhile(workspace, submit):
    first, second = submit("once"), submit("once")
    assert requests.request_pause(workspace, first.id).state == "paused"
    assert [job.id for job in queue.list_paused(workspace, "data")] == [first.id]
    assert not queue.claim(workspace, first.id)
    requests.resume(workspace, first.id)
    assert [job.id for job in queue.list_jobs(workspace, active=True)] == [second.id, first.id]
    assert not queue.claim(workspace, first.id)
    assert queue.claim(workspace, second.id)


def test_an_upload_of_a_job_that_rests_stays_until_the_job_ends(workspace):
    upload = workspace.uploads / "photos.zip"
    upload.write_bytes(b"zip")
    payload = {"source": str(upload), "delete_source": True}
    job = queue.submit(workspace, "import", plain("import"), payload)
    requests.request_pause(workspace, job.id)
    assert upload.exists()
    assert requests.request_cancel(workspace, job.id).state == "cancelled"
    assert not upload.exists()


def test_work_that_does_not_save_in_time_is_ended_and_that_is_said(workspace, submit, monkeypatch):
    monkeypatch.setattr(worker, "PAUSE_PATIENCE", 0.0)
    monkeypatch.setattr(worker.Watcher, "_exit", lambda self: None)
    job = claimed(workspace, submit("hang"))
    requests.request_pause(workspace, job.id)
    worker.Watcher(workspace, job.id, job.started).run()
    job = queue.get_job(workspace, job.id)
    assert (job.state, job.error["kind"]) == ("paused", "StoppedToPause")
    assert "saved last" in job.error["en"]


def test_a_worker_that_cannot_even_watch_is_killed_by_the_service_when_it_is_to_pause(
    workspace, new_service, submit, until, gone, monkeypatch
):
    monkeypatch.setattr(service, "PAUSE_PATIENCE", 0.0)
    monkeypatch.setattr(service, "MORE_PATIENCE", 0.0)
    serving, job = new_service(), submit("hold the interpreter")
    log = workspace.job_folder(job.id).log
    job = until(job, lambda job: job.state == "running" and "holding" in log.read_text(), serving)
    requests.request_pause(workspace, job.id)
    assert until(job, at_rest, serving).error["kind"] == "StoppedToPause"
    gone(job.handle["pid"])


def test_a_cancel_overtakes_a_pause(workspace, service, submit, until):
    job = until(submit("hang"), under_way, service)
    requests.request_pause(workspace, job.id)
    requests.request_cancel(workspace, job.id)
    assert until(job, ended, service).state == "cancelled"


@POSIX
def test_what_was_killed_goes_on_where_it_was_and_a_kill_is_told_from_another_end(
    workspace, service, submit, until
):
    job = until(submit("count"), under_way, service)
    os.kill(job.handle["pid"], signal.SIGKILL)
    job = until(job, ended, service)
    assert (job.state, job.error["kind"]) == ("failed", "WorkerKilled")
    assert "Resume it" in job.error["en"]
    before = counted(workspace, job)
    requests.resume(workspace, job.id)
    assert until(job, lambda job: counted(workspace, job) > before, service).state == "running"


def test_after_a_restart_of_the_machine_what_ran_is_interrupted_and_can_go_on(workspace, submit):
    process = psutil.Process()
    dead = {**executors.this_process(), "pid": process.pid, "started": -100.0}
    job = submit("count")
    queue.claim(workspace, job.id, dead)
    settle(workspace)
    job = queue.get_job(workspace, job.id)
    assert (job.state, job.error["kind"]) == ("interrupted", "Interrupted")
    assert "Resume it" in job.error["en"]
    assert requests.resume(workspace, job.id).state == "queued"


def test_a_worker_whose_job_is_another_ones_by_now_changes_nothing_and_leaves(workspace, submit, monkeypatch):
    job = claimed(workspace, submit("count"))
    queue.finish(workspace, job.id, "interrupted")
    requests.resume(workspace, job.id)
    with workspace.session() as session:
        session.execute(update(JobRow).values(state="running", started=job.started + 60))
    assert not queue.say(workspace, job.id, 0.9, claimed=job.started)
    assert not queue.finish(workspace, job.id, "failed", claimed=job.started)
    left = []

    def leave(_self: worker.Watcher) -> None:
        left.append(True)
        raise SystemExit

    monkeypatch.setattr(worker.Watcher, "_exit", leave)
    with pytest.raises(SystemExit):
        worker.Watcher(workspace, job.id, job.started).run()
    assert left
    assert queue.get_job(workspace, job.id).state == "running"


def test_a_worker_that_is_found_dead_does_not_bury_a_job_that_was_resumed_meanwhile(
    workspace, service, submit, until, gone
):
    job = until(submit("count"), under_way, service)
    psutil.Process(job.handle["pid"]).kill()
    gone(job.handle["pid"])
    settle(workspace)  # another process has found it, and somebody resumed it
    requests.resume(workspace, job.id)
    service.step()
    assert queue.get_job(workspace, job.id).state in ("queued", "running")


def test_time_left_is_told_from_the_pace_since_it_went_on(workspace, submit, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(queue.time, "time", lambda: now[0])
    job = claimed(workspace, submit("count"))
    queue.say(workspace, job.id, 0.01)
    now[0] += 60
    queue.say(workspace, job.id, 0.6)
    queue.finish(workspace, job.id, "paused")
    now[0] += 100_000
    requests.resume(workspace, job.id)
    queue.claim(workspace, job.id)
    now[0] += 20  # loading
    queue.say(workspace, job.id, 0.6)
    assert queue.get_job(workspace, job.id).seconds_left is None
    now[0] += 4
    queue.say(workspace, job.id, 0.8)
    assert queue.get_job(workspace, job.id).seconds_left == pytest.approx(4.0)
    queue.finish(workspace, job.id, "done")


def test_each_wrong_state_is_refused_with_its_own_sentence(workspace, submit):
    def refusal(ask, job: Job) -> str:
        with pytest.raises(errors.UserMistake) as refused:
            ask(workspace, job.id)
        return refused.value.said["en"]

    queued = submit("once")
    assert "waits in the queue" in refusal(requests.resume, queued)
    running = claimed(workspace, queued)
    assert "is already running" in refusal(requests.resume, running)
    queue.finish(workspace, running.id, "done")
    assert "has ended as it should" in refusal(requests.resume, running)
    assert "nothing left to pause" in refusal(requests.request_pause, running)
    diverged = failed(workspace, submit("once"), errors.Diverged(rate="1"))
    assert "lower learning rate" in refusal(requests.resume, diverged)
    gone = queue.submit(workspace, "make", plain("Make"), {"there": False})
    assert "has been deleted" in refusal(requests.resume, failed(workspace, gone, errors.OutOfMemory()))
    testing = queue.submit(workspace, "range_test", plain("Test"), {})
    claimed(workspace, testing)
    assert "cannot be paused" in refusal(requests.request_pause, testing)
    with pytest.raises(errors.CannotEndEarly):
        requests.request_cancel(workspace, testing.id, after_epoch=True)
    queue.finish(workspace, testing.id, "failed", error=errors.OutOfMemory())
    assert "only begins anew" in refusal(requests.resume, testing)


def test_what_may_be_there_once_is_not_resumed_beside_the_same(workspace):
    first = queue.submit(workspace, "make", plain("Faces"), {}, once="faces")
    requests.request_pause(workspace, first.id)
    queue.submit(workspace, "make", plain("Faces"), {}, once="faces")
    with pytest.raises(errors.TheSameIsQueued):
        requests.resume(workspace, first.id)
    assert queue.get_job(workspace, first.id).state == "paused"


def test_a_resumed_job_that_was_put_away_is_shown_again_when_it_ends_badly(workspace, submit):
    job = failed(workspace, submit("once"), errors.OutOfMemory())
    queue.put_away(workspace, job.id)
    requests.resume(workspace, job.id)
    failed(workspace, job, errors.OutOfMemory())
    assert [one.id for one in queue.list_unsuccessful(workspace, "data")] == [job.id]


def test_whoever_waits_for_a_job_hears_that_it_is_paused(workspace, submit):
    job = submit("once")
    requests.request_pause(workspace, job.id)
    assert run_to_end(workspace, job.id, lambda _job: None).state == "paused"


def test_the_jobs_of_a_database_without_these_columns_can_be_paused_and_resumed(tmp_path):
    workspace = Workspace.open(tmp_path)
    job = queue.submit(workspace, "train", plain("Train"), {})
    workspace.close()
    with sqlite3.connect(workspace.database) as connection:
        for column in ("queued", "share_before", "pause_requested", "finish_requested"):
            connection.execute(f"ALTER TABLE jobs DROP COLUMN {column}")
    workspace = Workspace.open(tmp_path)
    assert requests.request_pause(workspace, job.id).state == "paused"
    assert requests.resume(workspace, job.id).state == "queued"
    workspace.close()


def test_only_kinds_that_can_go_on_say_so():
    assert {key for key, kind in KINDS.items() if kind.goes_on} == {
        "distances",
        "evaluate",
        "features",
        "make",
        "spectrum",
        "train",
    }  # make: above
    assert all(callable(kinds.function(kind.goes_on)) for kind in KINDS.values() if kind.goes_on)
