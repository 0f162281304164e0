"""A report as background work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core.brought.made import place
from core.jobs.job import Job
from core.jobs.queue import submit
from core.progress import Report
from core.records import Record
from core.runs.runs import Run, open_run
from core.store import Workspace, file_name
from core.words import Language, Text, fill_text

Form = Literal["html", "zip"]


@dataclass(frozen=True)
class ReportPayload(Record):
    """What a job of kind `report` does."""

    run_ids: list[str] = field(default_factory=list)
    language: Language = "en"
    form: Form = "html"
    interactive: bool = False
    pictures: bool = True
    tests: dict[str, str] = field(default_factory=dict)
    """Of runs by their id the id of the test that is meant, where it is not the newest."""


def submit_report(
    workspace: Workspace,
    runs: list[Run],
    language: Language,
    form: Form = "html",
    interactive: bool = False,
    pictures: bool = True,
    tests: Mapping[str, str] | None = None,
) -> Job:
    """Queue a report of tested runs, seeds of one recipe as one row.

    Args:
        tests: as of core.reports.contents.rows_with_tests.

    Raises:
        NotTested: one of them has no test.
    """
    from core.reports.contents import rows_with_tests

    rows = rows_with_tests(workspace, runs, tests)
    title = Text(en="Report of {n} models", ko="모델 {n}개 보고서")
    if len(rows) < len(runs):
        title = Text(en="Report of {n} ways to train", ko="학습 방식 {n}가지 보고서")
    if len(rows) == 1:
        title = Text(en="Report of “{name}”", ko="“{name}” 보고서")
    asked = ReportPayload([run.id for run in runs], language, form, interactive, pictures, dict(tests or {}))
    return submit(
        workspace,
        "report",
        fill_text(title, n=len(rows), name=rows[0].label),
        asked.to_json(),
        once=f"report {asked.to_json()}",
    )


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"file", "bytes"}.

    Raises:
        UnknownName: a run is gone. NotTested. CannotWrite, DiskFull.
    """
    asked = job.asked(ReportPayload)
    runs = [open_run(workspace, run_id) for run_id in asked.run_ids]
    path = place(workspace, job, f"noiselens-{file_name(runs[0].name)}.{asked.form}")
    files = {asked.form: path}
    write_report(
        workspace, runs, asked.language, files, report, asked.interactive, asked.pictures, asked.tests
    )
    return {"file": path.name, "bytes": path.stat().st_size}


def write_report(
    workspace: Workspace,
    runs: Sequence[Run],
    language: Language,
    files: Mapping[Form, Path],
    report: Report,
    interactive: bool = False,
    pictures: bool = True,
    tests: Mapping[str, str] | None = None,
) -> None:
    """Gather what tested runs show and write it, each file whole or not at all.

    Args:
        runs: of one to eight rows: seeds of one recipe are one.
        files: where it goes, by its form.
        interactive: as of core.reports.page.page.
        pictures: as of core.reports.contents.gather.
        tests: as of core.reports.contents.rows_with_tests.

    Raises:
        NotTested: one of the runs has no test. CannotWrite, DiskFull. Cancelled: from `report`.
    """
    from core.files import write_bytes
    from core.progress import part
    from core.reports.archive import write_archive
    from core.reports.contents import gather, rows_with_tests
    from core.reports.page import page
    from core.reports.words import WORDS

    report(0.0, WORDS["gathering"])
    rows = rows_with_tests(workspace, runs, tests)
    contents = gather(workspace, rows, language, pictures)
    report(0.6, WORDS["drawing"])
    html = page(contents, interactive)
    if "html" in files:
        write_bytes(files["html"], html.encode())
    if "zip" in files:
        write_archive(files["zip"], contents, html, rows, part(report, 0.7, 1.0))
