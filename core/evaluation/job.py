"""Evaluations as background work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from core.evaluation.evaluate import evaluate_runs
from core.evaluation.options import AskedNoises, How, check_card, check_how, checked_levels, checked_noises
from core.evaluation.parts import pictures_tested
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.job import Job
from core.jobs.queue import submit
from core.noise.catalogue import SEVERITIES, get_noise
from core.progress import Report, part
from core.records import Record
from core.runs.recipe import checked_device
from core.runs.runs import Run, data_set_of, open_run, run_of, without_network
from core.store import Workspace
from core.words import Text, fill_text, levels_text

SPLIT = "test"
LABEL_NOISES = 3
"""Named in the label of a test; more are counted."""


@dataclass(frozen=True)
class EvaluatePayload(Record):
    """What a job of kind `evaluate` does."""

    run_id: str = ""
    noises: list[str] | None = None
    """As `checked_noises` takes them."""
    severities: list[int] = field(default_factory=lambda: list(SEVERITIES))
    about: Text | None = None
    device: str = "auto"
    how: How = field(default_factory=How)

    def to_json(self) -> dict[str, Any]:
        """As a file has it; without `how` where nothing else is asked for, as older versions wrote it."""
        said = super().to_json()
        return said if self.how != How() else {key: value for key, value in said.items() if key != "how"}


def submit_evaluation(
    workspace: Workspace,
    run: Run,
    noises: AskedNoises = None,
    severities: Sequence[int] = SEVERITIES,
    trained: bool = True,
    how: How | None = None,
) -> Job:
    """Queue the evaluation of a trained run, clean and under each noise and severity.

    Args:
        noises: as `checked_noises` takes them; they and severities count for nothing where `how` has a noise's own values.
        trained: whether it has to be trained already; else it may wait in the queue before this.
        how: None: as trained, the whole test split.

    Raises:
        UnknownName, OutOfRange: a noise or severity that is not there, or of `how` a number; of its values also NotAChoice,
        NotUnderstood. NotTrained, DataSetDeleted,
        EmptySplit, NoCardForNoise.
    """
    how = how or How()
    if how.mode.at:  # it says both itself
        how.mode.at.check()
        noises, severities = [how.mode.at.noise], how.mode.at.levels
    levels = checked_levels(severities, how.mode)
    if trained and not run.folder.checkpoint.exists():
        raise without_network(run)
    data_set = data_set_of(workspace, run)
    keys = checked_noises(noises, run.recipe.mix, data_set.table)
    check_how(how)
    if how.mode.noise_on == "card":
        check_card()
    if trained:
        pictures_tested(data_set, how.mode)
    title = fill_text(Text(en="Test “{name}”", ko="“{name}” 시험"), name=run.label)
    payload = EvaluatePayload(
        run_id=run.id,
        noises=keys,
        severities=levels,
        about=_label(keys, levels, how),
        # A card that it was trained on need not be in this machine.
        device="cpu" if run.recipe.device == "cpu" else "auto",
        how=how,
    )
    return submit(workspace, "evaluate", title, payload.to_json())


def _label(noises: Sequence[str], severities: Sequence[int], how: How) -> Text:
    """What is tested and in which way, for people."""
    said = [*([] if how.mode.at else [_cells_label(noises, severities)]), *how.mode.words]
    return Text(en=" · ".join(one["en"] for one in said), ko=" · ".join(one["ko"] for one in said))


def _cells_label(noises: Sequence[str], severities: Sequence[int]) -> Text:
    """What is tested, for people: a few noises by name, many by number."""
    if len(noises) <= LABEL_NOISES:
        names = [get_noise(key).name for key in noises]
        which = Text(en=", ".join(name["en"] for name in names), ko=", ".join(name["ko"] for name in names))
    else:
        which = Text(en=f"{len(noises)} noises", ko=f"노이즈 {len(noises)}가지")
    said = Text(en="{which} × severity {levels}", ko="{which} × 강도 {levels}")
    return fill_text(said, which=which, levels=levels_text(severities))


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out an evaluation job; returns {"evaluation_id"}."""
    payload = job.asked(EvaluatePayload)
    run, how = open_run(workspace, payload.run_id), payload.how
    noises = checked_noises(payload.noises, run.recipe.mix)
    severities = checked_levels(payload.severities, how.mode)
    modes, device = [how.mode], checked_device(payload.device)
    if how.mode.noise_on == "card":
        check_card()
        device = "cuda"
    if how.whole_after and how.mode.part:
        modes.append(replace(how.mode, part=0))
    quick = _quick_share(workspace, run, how) if len(modes) > 1 else 1.0
    made = []
    for number, mode in enumerate(modes):
        (evaluation,) = evaluate_runs(
            workspace,
            [run],
            noises,
            severities,
            workspace.job_folder(job.id).staging,
            part(report, 0.0, quick) if number == 0 else part(report, quick, 1.0),
            device,
            GRAD_CAM if how.maps else None,
            mode,
            how.workers,
            how.fast,
        )
        made.append(evaluation.id)
    return {"evaluation_id": made[-1]} | ({"quick_look_id": made[0]} if len(made) > 1 else {})


def _quick_share(workspace: Workspace, run: Run, how: How) -> float:
    """Of a whole test what its quick look takes."""
    data_set = data_set_of(workspace, run)
    return len(pictures_tested(data_set, how.mode)) / len(data_set.indices(how.mode.split))


def goes_on(workspace: Workspace, job: Job) -> bool:
    """Whether there is still what it tests: what it has found by then is not made again."""
    run = run_of(workspace, job)
    return run is not None and run.folder.checkpoint.exists()


def again(workspace: Workspace, job: Job) -> Callable[[], Job] | None:
    """What tests the run once more; None where the run, its weights or its data set is gone."""
    run = run_of(workspace, job)
    if run is None or not run.folder.checkpoint.exists():
        return None
    return partial(_again, workspace, run, job)


def _again(workspace: Workspace, run: Run, job: Job) -> Job:
    payload = job.asked(EvaluatePayload)
    return submit_evaluation(workspace, run, payload.noises, payload.severities, how=payload.how)
