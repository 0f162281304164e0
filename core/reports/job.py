"""A report as background work."""

from dataclasses import dataclass, field
from typing import Any, Literal

from core.brought.made import place
from core.jobs.queue import Job, submit
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


def submit_report(
    workspace: Workspace,
    runs: list[Run],
    language: Language,
    form: Form = "html",
    interactive: bool = False,
    pictures: bool = True,
) -> Job:
    """Queue a report of tested runs.

    Raises:
        NotTested: one of them has no test.
    """
    from core.reports.contents import tested_runs

    tested_runs(workspace, runs)
    title = Text(en="Report of {n} models", ko="모델 {n}개 보고서")
    if len(runs) == 1:
        title = Text(en="Report of “{name}”", ko="“{name}” 보고서")
    asked = ReportPayload([run.id for run in runs], language, form, interactive, pictures)
    name = runs[0].label if len(runs) == 1 else ""
    return submit(
        workspace,
        "report",
        fill_text(title, n=len(runs), name=name),
        asked.to_json(),
        once=f"report {asked.to_json()}",
    )


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"file", "bytes"}.

    Raises:
        UnknownName: a run is gone. NotTested. CannotWrite, DiskFull.
    """
    from core.files import write_bytes
    from core.progress import part
    from core.reports.archive import write_archive
    from core.reports.contents import gather, tested_runs
    from core.reports.page import page
    from core.reports.words import WORDS

    asked = job.asked(ReportPayload)
    report(0.0, WORDS["gathering"])
    chosen = tested_runs(workspace, [open_run(workspace, run_id) for run_id in asked.run_ids])
    contents = gather(workspace, chosen, asked.language, asked.pictures)
    report(0.6, WORDS["drawing"])
    html = page(contents, asked.interactive)
    first = file_name(chosen[0][0].name)
    path = place(workspace, job, f"noiselens-{first}.{asked.form}")
    if asked.form == "zip":
        write_archive(path, contents, html, chosen, part(report, 0.7, 1.0))
    else:
        write_bytes(path, html.encode())
    return {"file": path.name, "bytes": path.stat().st_size}
