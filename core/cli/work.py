"""Commands that look after jobs, and evaluate."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from core.cli.evaluating import add_evaluate
from core.cli.options import add_command, language, note, print_json, print_table
from core.cli.waiting import open_workspace, wait_for
from core.errors import JobEnded

if TYPE_CHECKING:
    from core.jobs.job import Job


def add_commands(commands: Any) -> None:
    """evaluate, jobs."""
    add_evaluate(commands)
    jobs = add_command(
        commands, "jobs", jobs_list, "List the jobs, newest first, or resume, pause or cancel one."
    )
    inner = jobs.add_subparsers(title="commands", metavar="COMMAND")
    resumed = "Go on with a job that was paused, interrupted, cancelled or failed; waits, Ctrl-C cancels."
    parser = add_command(inner, "resume", jobs_resume, resumed)
    parser.add_argument("id", metavar="ID")
    paused = "Pause a job that waits, or a training, which saves what it goes on from."
    parser = add_command(inner, "pause", jobs_pause, paused)
    parser.add_argument("id", metavar="ID")
    parser = add_command(inner, "cancel", jobs_cancel, "Cancel a job that waits, runs or is paused.")
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "--after-epoch",
        action="store_true",
        help="a training that runs ends after this epoch, and its model is kept and tested as asked for",
    )


def _job(job: "Job") -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "created": job.created,
        "started": job.started,
        "finished": job.finished,
        "share": job.share,
        "step": job.step,
        "seconds_left": job.seconds_left,
        "result": job.result,
        "error": job.error,
    }


def jobs_list(options: argparse.Namespace) -> int:
    from core.jobs.queue import list_jobs
    from core.jobs.service import settle

    workspace = open_workspace()
    settle(workspace)
    found = list_jobs(workspace)
    if options.json:
        print_json([_job(job) for job in found])
        return 0
    rows = [
        [
            job.id,
            job.state,
            f"{job.share:.0%}",
            time.strftime("%Y-%m-%d %H:%M", time.localtime(job.created)),
            job.title[language()],
        ]
        for job in found
    ]
    print_table(["id", "state", "done", "submitted", "title"], rows)
    for job in found:
        if job.error:
            note(f"{job.id}: {job.error[language()]}")
    return 0


def jobs_resume(options: argparse.Namespace) -> int:
    from core.jobs.requests import resume

    workspace = open_workspace()
    return _print_job(options, wait_for(workspace, resume(workspace, options.id)))


def jobs_pause(options: argparse.Namespace) -> int:
    from core.errors import NothingToPause
    from core.jobs.requests import request_pause
    from core.jobs.service import run_to_end, settle

    workspace = open_workspace()
    settle(workspace)
    request_pause(workspace, options.id)
    job = run_to_end(workspace, options.id, lambda _job: None, cancels=False)
    if job.state != "paused":  # it ended before it could pause
        raise NothingToPause(id=options.id)
    if job.error:
        note(job.error[language()])
    return _print_job(options, job)


def jobs_cancel(options: argparse.Namespace) -> int:
    from core.jobs.queue import get_job
    from core.jobs.requests import request_cancel
    from core.jobs.service import run_to_end
    from core.jobs.states import FINAL

    workspace = open_workspace()
    if get_job(workspace, options.id).state in FINAL:
        raise JobEnded(id=options.id)
    asked = request_cancel(workspace, options.id, options.after_epoch)
    if options.after_epoch and asked.active:
        return _print_job(options, wait_for(workspace, asked))
    job = run_to_end(workspace, options.id, lambda _job: None)
    if job.state != "cancelled":
        raise JobEnded(id=options.id)
    return _print_job(options, job)


def _print_job(options: argparse.Namespace, job: "Job") -> int:
    if options.json:
        print_json(_job(job))
    else:
        print(f"{job.id}: {job.state}")
    return 0
