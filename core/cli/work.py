"""Commands that test and that look after jobs: evaluate, jobs."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from core.cli.options import add_command, language, note, print_json, print_table, severities
from core.cli.waiting import open_workspace, wait, wait_for
from core.errors import JobEnded
from core.noise.catalogue import ORIGINAL

if TYPE_CHECKING:
    import pandas as pd

    from core.jobs.queue import Job
    from core.runs.evaluations import Evaluation
    from core.runs.runs import Run


def add_commands(commands: Any) -> None:
    """evaluate, jobs."""
    parser = add_command(
        commands, "evaluate", evaluate, "Evaluate a run on its test split, clean and under noises; waits."
    )
    parser.add_argument(
        "trained", metavar="RUN", help="a trained run, by its name on the screens or here, or its ID"
    )
    parser.add_argument(
        "--noises",
        metavar="KEY,KEY|all|cbar",
        help="by default the standard ones: ImageNet-C's fifteen, "
        f"{', '.join(ORIGINAL)}, and those of the run's own mix; all: the whole catalogue; cbar: ten that no "
        "ready-made mix trains on, CIFAR-10-C-bar's where the severity table is that of 32 or 64 px, else "
        "ImageNet-C-bar's",
    )
    parser.add_argument(
        "--severities", type=severities, default=[1, 2, 3, 4, 5], metavar="1-5", help="default 1-5"
    )

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


def asked_noises(text: str | None) -> list[str] | None:
    """What --noises asks for: keys and names of sets; None where it is not given."""
    return None if text is None else [key.strip() for key in text.split(",")]


def evaluate(options: argparse.Namespace) -> int:
    from core.evaluation.answers import joined_cells, stored_cells
    from core.evaluation.job import submit_evaluation
    from core.evaluation.joined import joined_evaluations
    from core.evaluation.versions import EARLIER, versions_sentence
    from core.runs.evaluations import open_evaluation
    from core.runs.runs import open_run

    workspace = open_workspace()
    run = open_run(workspace, options.trained)
    if run.answers_alone and options.noises is None:
        test = joined_evaluations(workspace, run)[0]
        return _print_test(options, run, test.parts[0], joined_cells(test))
    job = submit_evaluation(workspace, run, asked_noises(options.noises), options.severities)
    evaluation = open_evaluation(workspace, wait(workspace, job)["evaluation_id"])
    cells = stored_cells(evaluation.folder)
    newest = joined_evaluations(workspace, run)[0]
    if differ := versions_sentence(newest.giving(), EARLIER):
        note(differ[language()])
    return _print_test(options, run, evaluation, cells)


def _print_test(
    options: argparse.Namespace, run: "Run", evaluation: "Evaluation", cells: "pd.DataFrame"
) -> int:
    if options.json:
        facts = {"run": run.id, "name": run.name, "evaluation": evaluation.id}
        facts |= {key: getattr(evaluation.facts, key) for key in ("table", "split", "seed")}
        print_json(facts | {"cells": [_plain(row) for row in cells.to_dict("records")]})
        return 0
    print_cells(cells)
    return 0


def print_cells(cells: "pd.DataFrame") -> None:
    """A table of cells for people: every measure with its interval."""
    from core.evaluation.measures import all_measures

    titles = ["noise", "severity", "images"]
    rows = [[row[title] for title in titles] for row in cells.to_dict("records")]
    for measure in all_measures():
        titles += [measure.name["en"], "95 % interval"]
        for row, values in zip(rows, cells[list(measure.columns)].itertuples(index=False), strict=True):
            value, low, high = (f"{measure.said(one, 1)}{measure.unit.sign}" for one in values[:3])
            row += [value, f"{low} to {high}"]
    print_table(titles, rows)


def _plain(row: Any) -> dict[str, Any]:
    """A table's row without NumPy's types."""
    return {key: value.item() if hasattr(value, "item") else value for key, value in row.items()}


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
    from core.jobs.queue import resume

    workspace = open_workspace()
    return _print_job(options, wait_for(workspace, resume(workspace, options.id)))


def jobs_pause(options: argparse.Namespace) -> int:
    from core.errors import NothingToPause
    from core.jobs.queue import request_pause
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
    from core.jobs.queue import get_job, request_cancel
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
