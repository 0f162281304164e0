"""Runs taken elsewhere as background work. No torch until it runs."""

from dataclasses import dataclass
from typing import Any, get_args

from core.brought.kinds import Taken
from core.brought.made import place
from core.errors import DataSetDeleted
from core.jobs.job import Job
from core.jobs.queue import submit
from core.progress import Report
from core.records import Record
from core.runs.runs import Run, data_set_of, open_run
from core.store import Workspace, file_name
from core.words import Text, fill_text

ENDINGS: dict[Taken, str] = {"safetensors": ".safetensors", "onnx": ".onnx", "card": ".md"}
FORMS: dict[Taken, Text] = {
    "safetensors": Text(en="safetensors", ko="safetensors"),
    "onnx": Text(en="ONNX", ko="ONNX"),
    "card": Text(en="a model card", ko="모델 카드"),
}


@dataclass(frozen=True)
class ExportPayload(Record):
    """What a job of kind `export` does."""

    run_id: str = ""
    to: Taken = "safetensors"


def submit_export(workspace: Workspace, run: Run, to: Taken) -> Job:
    """Queue writing a run as a file for elsewhere."""
    title = fill_text(
        Text(en="“{name}” as {form}", ko="“{name}” 내보내기: {form}"), name=run.label, form=FORMS[to]
    )
    return submit(
        workspace, "export", title, ExportPayload(run.id, to).to_json(), once=f"export {run.id} {to}"
    )


def run_export(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"file", "bytes"}.

    Raises:
        UnknownName: the run is gone. What core.brought.taking.take does.
    """
    asked = job.asked(ExportPayload)
    from core.brought.taking import take
    from core.networks.loading import choose_device, load_run_network

    report(0.0, Text(en="Reading the weights", ko="가중치를 읽는 중"))
    run = open_run(workspace, asked.run_id)
    network = load_run_network(run, choose_device("cpu"))
    report(0.3, Text(en="Writing", ko="쓰는 중"))
    path = place(workspace, job, f"{file_name(run.name)}{ENDINGS[asked.to]}")
    try:
        data_set = data_set_of(workspace, run)
    except DataSetDeleted:
        data_set = None
    take(workspace, run, data_set, network, asked.to, path)
    return {"file": path.name, "bytes": path.stat().st_size}


assert set(ENDINGS) == set(get_args(Taken))
