"""What a job goes through, from being submitted to its end, whatever happens to its process."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from sqlalchemy import delete

from core.errors import DiskFull
from core.jobs import processes, queue, requests, worker
from core.jobs.executors import LocalExecutor
from core.jobs.service import JobService, run_to_end
from core.jobs.states import NO_SPACE
from core.store import ROOT
from core.tables import JobRow
from core.words import plain
from tests.core.jobs.conftest import ended, under_way

NOBODY = {"executor": "nobody"}
"""A handle that nobody answers for: no worker of it can be ended."""


def test_a_job_is_done_with_its_result_and_nothing_half_written(workspace, service, submit, until):
    job = submit("once")
    assert job.state == "queued"

    job = until(job, ended, service)

    assert (job.state, job.share, job.result, job.error) == ("done", 1.0, {"did": "once"}, None)
    assert job.created <= job.started <= job.finished
    assert not workspace.job_folder(job.id).staging.exists()


def test_jobs_run_one_at_a_time_oldest_first(workspace, service, submit, until):
    first, second = submit("listen"), submit("once")
    until(first, under_way, service)
    for _ in range(5):
        service.step()
    assert queue.get_job(workspace, second.id).state == "queued"

    requests.request_cancel(workspace, first.id)
    assert until(second, ended, service).state == "done"


def test_progress_is_told_while_a_job_runs(service, submit, until):
    job = until(submit("listen"), lambda job: job.share == 0.5, service)
    assert job.step["en"] == "Under way"
    assert job.seconds_left is not None


def test_a_worker_lets_the_dashboard_go_first(service, submit, until, monkeypatch):
    monkeypatch.delenv(processes.VARIABLE)  # that is for tests
    job = until(submit("listen"), under_way, service)
    own = psutil.Process().nice()
    # On Windows the numbers are names of classes; the lower class has the larger one.
    assert psutil.Process(job.handle["pid"]).nice() > own or own == 19


def test_a_queued_job_is_cancelled_at_once(workspace, service, submit):
    job = submit("once")
    assert requests.request_cancel(workspace, job.id).state == "cancelled"
    service.step()
    assert queue.get_job(workspace, job.id).state == "cancelled"


def test_a_running_job_hears_a_cancel_within_a_second_without_any_service(workspace, service, submit, until):
    job = until(submit("listen"), under_way, service)
    requests.request_cancel(workspace, job.id)
    job = until(job, ended)
    assert job.state == "cancelled"
    assert until.seconds < 1
    assert job.error is None
    assert not workspace.job_folder(job.id).staging.exists()


def test_a_job_that_does_not_listen_is_cancelled_all_the_same(workspace, service, submit, until, gone):
    job = until(submit("hang"), under_way, service)
    child = psutil.Process(job.handle["pid"]).children()[0]
    requests.request_cancel(workspace, job.id)
    assert until(job, ended).state == "cancelled"
    assert until.seconds < 2
    gone(job.handle["pid"])
    gone(child.pid)
    assert not workspace.job_folder(job.id).staging.exists()


def test_a_worker_that_cannot_even_watch_is_killed_by_the_service(workspace, service, submit, until, gone):
    job = submit("hold the interpreter")
    log = workspace.job_folder(job.id).log
    job = until(job, lambda job: job.state == "running" and "holding" in log.read_text(), service)
    requests.request_cancel(workspace, job.id)
    assert until(job, ended, service).state == "cancelled"
    gone(job.handle["pid"])


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_killed_worker_makes_a_failed_job_that_says_how(workspace, service, submit, until):
    job = until(submit("listen"), under_way, service)
    os.kill(job.handle["pid"], signal.SIGKILL)
    job = until(job, ended, service)
    assert job.state == "failed"
    assert "SIGKILL" in job.error["en"]
    assert "memory" in job.error["en"]
    assert "메모리" in job.error["ko"]
    assert not workspace.job_folder(job.id).staging.exists()


def test_a_worker_that_exits_by_itself_makes_a_failed_job_with_the_code(service, submit, until):
    job = until(submit("exit"), ended, service)
    assert job.state == "failed"
    assert "exit code 7" in job.error["en"]
    assert "종료 코드 7로" in job.error["ko"]


def test_a_restarted_service_finds_the_live_job_and_says_when_it_dies(
    workspace, service, new_service, submit, until
):
    job = until(submit("listen"), under_way, service)
    service.stop()

    restarted = new_service()
    restarted.step()
    assert queue.get_job(workspace, job.id).state == "running"

    psutil.Process(job.handle["pid"]).kill()
    job = until(job, ended, restarted)
    assert job.state == "failed"
    assert "gone" in job.error["en"]


def test_a_job_found_dead_at_the_start_is_interrupted(workspace, service, new_service, submit, until, gone):
    job = until(submit("listen"), under_way, service)
    psutil.Process(job.handle["pid"]).kill()
    gone(job.handle["pid"])
    assert workspace.job_folder(job.id).staging.exists()

    new_service().step()

    job = queue.get_job(workspace, job.id)
    assert job.state == "interrupted"
    assert "Start it again" in job.error["en"]
    assert not workspace.job_folder(job.id).staging.exists()


def test_a_worker_whose_row_is_gone_ends_and_takes_its_folder_along(workspace, service, submit, until, gone):
    job = until(submit("listen"), under_way, service)
    with workspace.session() as session:
        session.execute(delete(JobRow).where(JobRow.id == job.id))
    gone(job.handle["pid"])
    assert not workspace.job_folder(job.id).path.exists()
    service.step()


def test_what_the_user_should_hear_is_told_and_marked_as_their_mistake(service, submit, until):
    job = until(submit("refuse"), ended, service)
    assert job.state == "failed"
    said = {"en": "That cannot be done.", "ko": "그것은 할 수 없습니다."}
    assert job.error == said | {"mistake": True, "kind": "Refused"}


def test_a_surprise_is_one_sentence_in_the_job_and_a_traceback_in_its_log(workspace, service, submit, until):
    job = until(submit("break"), ended, service)
    assert job.state == "failed"
    assert "RuntimeError: the shelf fell down." in job.error["en"]
    assert "and more" not in job.error["en"]
    assert not job.error["mistake"]
    log = workspace.job_folder(job.id).log.read_text()
    assert "Traceback" in log
    assert "odd_worker.py" in log
    assert not workspace.job_folder(job.id).staging.exists()


@pytest.mark.parametrize(("do", "advice"), [("memory", "smaller pictures"), ("disk", "Free some space")])
def test_running_out_of_something_says_what_to_do(service, submit, until, do, advice):
    job = until(submit(do), ended, service)
    assert job.state == "failed"
    assert advice in job.error["en"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a file that takes nothing")
def test_a_full_disk_is_told_where_even_the_log_takes_nothing(service, submit, until):
    job = until(submit("disk without space for a log"), ended, service)
    assert (job.state, "Free some space" in job.error["en"]) == ("failed", True)


@pytest.mark.skipif(os.name == "nt", reason="limits are POSIX")
def test_a_full_disk_is_told_where_the_worker_cannot_even_write_how_it_ended(service, submit, until):
    job = until(submit("disk without space for its end"), ended, service)
    assert (job.state, "Free some space" in job.error["en"]) == ("failed", True)


def test_two_services_never_run_one_job_twice_nor_two_at_once(workspace, new_service, submit, until):
    jobs = [submit("once") for _ in range(3)]
    services = [new_service(), new_service(), new_service(only=jobs[2].id)]
    for job in jobs:

        def wanted(job):
            for service in services:
                service.step()
            running = [other for other in queue.list_jobs(workspace, active=True) if other.state == "running"]
            assert len(running) <= 1
            return ended(job)

        assert until(job, wanted).state == "done"
    assert sorted((workspace.root / "done.txt").read_text().split()) == sorted(job.id for job in jobs)


def test_a_job_that_somebody_waits_for_comes_after_those_that_were_queued_before(
    workspace, new_service, submit, until
):
    jobs = [submit("once") for _ in range(3)]
    later = submit("once")
    waiter = new_service(only=jobs[2].id)  # nobody else serves, and it does not wait for ever
    assert until(jobs[2], ended, waiter).state == "done"
    done = [queue.get_job(workspace, job.id) for job in jobs]
    assert [job.state for job in done] == ["done"] * 3
    assert [job.started for job in done] == sorted(job.started for job in done)
    waiter.step()
    assert queue.get_job(workspace, later.id).state == "queued"


def test_whoever_claims_gets_only_the_job_that_waits_longest(workspace, submit):
    first, second = submit("once"), submit("once")
    assert not queue.claim(workspace, second.id, NOBODY)
    assert queue.claim(workspace, first.id, NOBODY)
    queue.finish(workspace, first.id, "done")
    assert queue.claim(workspace, second.id, NOBODY)
    queue.finish(workspace, second.id, "done")


def test_one_of_two_claimers_gets_the_job(workspace, submit):
    job = submit("once")
    code = (
        "import sys; from core.jobs.queue import claim; from core.store import Workspace;"
        "w = Workspace.open(); sys.stdin.read(); print(claim(w, sys.argv[1]))"
    )
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", code, job.id],
            cwd=ROOT,
            env=os.environ | {"NOISELENS_HOME": str(workspace.root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for claimer in claimers:
        claimer.stdin.close()
    assert sorted(claimer.stdout.read().strip() for claimer in claimers) == ["False", "True"]
    for claimer in claimers:
        claimer.wait()


def test_leftovers_of_ended_jobs_are_removed_when_a_service_starts(workspace, new_service, submit):
    job, waiting = submit("once"), submit("once")
    requests.request_cancel(workspace, job.id)
    for one in (job, waiting):
        workspace.job_folder(one.id).staging.mkdir(parents=True)
    JobService(workspace, only="none").step()
    assert not workspace.job_folder(job.id).staging.exists()
    assert workspace.job_folder(waiting.id).staging.exists()


def test_an_upload_kept_for_a_job_goes_when_the_job_ends_but_no_other_file(workspace, tmp_path):
    upload, own = workspace.uploads / "photos.zip", tmp_path / "photos.zip"
    for source in (upload, own):
        source.write_bytes(b"zip")
        payload = {"source": str(source), "delete_source": True}
        requests.request_cancel(workspace, queue.submit(workspace, "import", plain("import"), payload).id)
    assert not upload.exists()
    assert own.exists()


def test_a_job_that_ended_stays_as_it_ended(workspace, service, submit, until):
    job = until(submit("once"), ended, service)
    assert requests.request_cancel(workspace, job.id).state == "done"
    assert not queue.finish(workspace, job.id, "failed")
    assert not queue.claim(workspace, job.id)
    assert queue.get_job(workspace, job.id).state == "done"


def test_the_thread_serves_until_it_is_stopped_and_the_worker_lives_on(workspace, new_service, submit, until):
    with new_service():
        job = until(submit("listen"), under_way)
    assert queue.get_job(workspace, job.id).alive


def test_ctrl_c_cancels_the_job_that_one_waits_for(workspace, service, submit, until):
    job = until(submit("listen"), under_way, service)
    calls = []

    def watch(job):
        calls.append(job.state)
        if len(calls) == 1:
            raise KeyboardInterrupt

    assert run_to_end(workspace, job.id, watch).state == "cancelled"
    assert calls[-1] == "cancelled"


def test_a_second_signal_does_not_undo_the_first(workspace, service, submit, until, monkeypatch):
    job = until(submit("listen"), under_way, service)
    cancel, signals = requests.request_cancel, [KeyboardInterrupt, KeyboardInterrupt]

    def signalled(*given):
        if signals:
            raise signals.pop()
        return cancel(*given)

    def watch(_job):
        if len(signals) == 2:
            raise signals.pop()

    monkeypatch.setattr(requests, "request_cancel", signalled)
    assert run_to_end(workspace, job.id, watch).state == "cancelled"
    assert not signals


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_job_that_ends_on_a_full_disk_makes_room_before_anything_is_written(
    workspace, service, submit, until, full_disk
):
    job = until(submit("listen"), under_way, service)
    staging = workspace.job_folder(job.id).staging
    assert staging.exists()
    os.kill(job.handle["pid"], signal.SIGKILL)
    with full_disk(), pytest.raises(DiskFull):
        until(job, ended, service)
    assert not staging.exists()
    assert queue.get_job(workspace, job.id).state == "running"

    service.step()

    job = queue.get_job(workspace, job.id)
    assert job.state == "failed"
    assert "SIGKILL" in job.error["en"]


def test_ctrl_c_ends_a_job_even_where_a_full_disk_takes_no_word_of_it(
    workspace, service, submit, until, gone, full_disk
):
    job = until(submit("listen"), under_way, service)

    def watch(_job):
        raise KeyboardInterrupt

    with full_disk(), pytest.raises(DiskFull, match="Free some space"):
        run_to_end(workspace, job.id, watch)
    gone(job.handle["pid"])
    assert not workspace.job_folder(job.id).staging.exists()


def test_waiting_for_a_job_whose_end_cannot_be_written_ends_with_why(
    workspace, service, submit, until, gone, full_disk
):
    job = until(submit("listen"), under_way, service)
    psutil.Process(job.handle["pid"]).kill()
    gone(job.handle["pid"])
    with full_disk(), pytest.raises(DiskFull, match="Free some space"):
        run_to_end(workspace, job.id, lambda _job: None)
    assert run_to_end(workspace, job.id, lambda _job: None).state == "interrupted"


def test_a_service_that_met_a_full_disk_goes_on_when_there_is_space(
    workspace, service, submit, until, gone, full_disk
):
    job = until(submit("listen"), under_way, service)
    psutil.Process(job.handle["pid"]).kill()
    gone(job.handle["pid"])
    with service:
        with full_disk():
            until(job, lambda _job: service.full is not None)
        assert until(job, ended).state == "failed"
        until(job, lambda _job: service.full is None)


def test_a_job_that_could_not_be_claimed_on_a_full_disk_fails_and_says_so(new_service, submit, until):
    job = submit("once")

    class Full(LocalExecutor):
        """Its workers find no space to claim their jobs."""

        def exit_code(self, handle):
            return None if super().exit_code(handle) is None else NO_SPACE

    job = until(job, ended, new_service(executor=Full("tests.core.jobs.nothing")))
    assert (job.state, "Free some space" in job.error["en"]) == ("failed", True)


def test_a_worker_that_finds_no_space_to_claim_its_job_says_so_by_its_exit_code(
    workspace, submit, monkeypatch
):
    def full(*_):
        raise DiskFull(name="home")

    monkeypatch.setattr(worker, "give_way", lambda: None)
    monkeypatch.setattr(queue, "changed", full)
    assert worker.main(workspace, submit("once").id) == NO_SPACE


def test_whoever_gives_up_waiting_on_a_full_disk_leaves_nothing_in_the_queue(workspace, submit):
    job = submit("once")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobService, "step", lambda _self: (_ for _ in ()).throw(DiskFull(name="home")))
        with pytest.raises(DiskFull):
            run_to_end(workspace, job.id, lambda _job: None)
    assert queue.get_job(workspace, job.id).state == "failed"


def test_the_start_of_a_job_does_not_count_for_its_pace(workspace, submit, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(queue.time, "time", lambda: now[0])
    job = submit("once")
    queue.claim(workspace, job.id, NOBODY)
    now[0] += 60  # loading
    queue.say(workspace, job.id, 0.02, None)
    assert queue.get_job(workspace, job.id).seconds_left is None
    now[0] += 2
    queue.say(workspace, job.id, 0.12, None)
    assert queue.get_job(workspace, job.id).seconds_left == pytest.approx(2 * 0.88 / 0.10)
    queue.finish(workspace, job.id, "done")
