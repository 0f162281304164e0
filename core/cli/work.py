"""The commands that work in the workspace: data, train, evaluate, jobs."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.cli.options import (
    add_command,
    decimal,
    language,
    note,
    number,
    print_json,
    print_table,
    severities,
)
from core.data.videos import DEFAULT_FRAMES, Frames
from core.errors import Cancelled, JobEnded, NoiseLensError, UserMistake
from core.noise.catalogue import ORIGINAL
from core.words import Text

if TYPE_CHECKING:
    from core.data.dataset import DataSet
    from core.jobs.queue import Job
    from core.store import Workspace


def add_commands(commands: Any) -> None:
    """data, train, evaluate, jobs."""
    data = add_command(commands, "data", None, "List, import and make data sets.")
    inner = data.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_command(inner, "list", data_list, "List the data sets.")
    parser = add_command(
        inner, "import", data_import, "Import labelled pictures and videos: one folder a class, or a CSV."
    )
    parser.add_argument("source", metavar="FOLDER_ZIP_OR_TAR", type=Path)
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="the labels, columns path,label[,split]; one that lies in the source is found without",
    )
    parser.add_argument("--name", required=True, help="of the data set")
    parser.add_argument(
        "--size", type=number("a size"), metavar="PX", help="side of the pictures; chosen by default"
    )
    parser.add_argument(
        "--seed", type=number("a seed"), default=0, metavar="N", help="decides the split; default 0"
    )
    parser.add_argument(
        "--fit", default="crop", metavar="crop|pad|stretch", help="how pictures become square; default crop"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--frames-per-video",
        type=number("a number of frames"),
        metavar="N",
        help=f"of each video, evenly spread; default {DEFAULT_FRAMES.amount}",
    )
    which.add_argument(
        "--frames-per-second", type=decimal("a number of frames"), metavar="F", help="of each video"
    )
    parser = add_command(
        inner, "fetch", data_fetch, "Import a data set of torchvision or Hugging Face by its name (internet)."
    )
    parser.add_argument("source", metavar="torchvision:NAME|hf:OWNER/NAME")
    parser.add_argument("--name", help="of the data set; its own by default")
    parser.add_argument(
        "--size", type=number("a size"), metavar="PX", help="side of the pictures; chosen by default"
    )
    parser.add_argument("--seed", type=number("a seed"), default=0, metavar="N", help="default 0")
    parser.add_argument("--fit", default="crop", metavar="crop|pad|stretch", help="default crop")
    parser.add_argument("--label", metavar="NAME", help="the column or attribute that tells pictures apart")
    parser.add_argument("--image", metavar="NAME", help="the column of the pictures (Hugging Face)")
    parser.add_argument("--subset", metavar="NAME", help="one of a repository's configurations")
    parser.add_argument(
        "--most", type=number("a number of pictures"), metavar="N", help="at most so many of each split"
    )
    parser.add_argument("--folder", type=Path, help="where its files already are; nothing is fetched then")
    parser = add_command(inner, "export", data_export, "Write a data set as a ZIP of PNGs with their labels.")
    parser.add_argument("data", metavar="NAME", help="a data set, by name or ID")
    parser.add_argument("target", metavar="OUT.zip", type=Path)
    parser = add_command(inner, "rename", data_rename, "Give a data set another name.")
    parser.add_argument("data", metavar="NAME", help="a data set, by name or ID")
    parser.add_argument("name", metavar="NEW_NAME")
    parser = add_command(
        inner, "resplit", data_resplit, "Make a new data set of the same pictures, split anew by a seed."
    )
    parser.add_argument("data", metavar="NAME", help="a data set, by name or ID")
    parser.add_argument("--name", required=True, help="of the new data set")
    parser.add_argument("--seed", type=number("a seed"), default=0, metavar="N", help="default 0")
    parser = add_command(inner, "make", data_make, "Make a built-in data set: faces, textures or digits.")
    parser.add_argument("kind", metavar="faces|textures|digits")
    parser.add_argument("--size", type=number("a size"), default=64, metavar="PX", help="default 64")
    parser.add_argument("--name", help="of the data set; the kind's by default")
    parser.add_argument("--seed", type=number("a seed"), default=0, metavar="N", help="default 0")
    parser.add_argument(
        "--images", type=number("a number"), metavar="N", help="how many; the kind's own by default"
    )
    parser.add_argument(
        "--swap",
        metavar="mixed|inner|eyes|mouth",
        help="what is swapped in faces: a mix (default), the inner face, the eyes or the mouth",
    )
    parser.add_argument(
        "--strength",
        type=decimal("a strength"),
        metavar="S",
        help="of the swap in faces, 0.25 to 1.5; default 1",
    )

    parser = add_command(commands, "train", train, "Train a model; waits until it is done, Ctrl-C cancels.")
    parser.add_argument("--data", required=True, metavar="NAME", help="a data set, by name or ID")
    parser.add_argument("--model", default="small_cnn", metavar="KEY", help="default small_cnn")
    parser.add_argument("--epochs", type=number("a number"), default=8, metavar="N", help="default 8")
    parser.add_argument(
        "--mix",
        action="append",
        default=[],
        metavar="KEY:PROB:LOW-HIGH",
        help="noise in training: the share PROB of the pictures gets KEY at a severity LOW-HIGH; may be repeated, "
        "at most one falls on a picture and the rest stays clean",
    )
    parser.add_argument("--seed", type=number("a seed"), default=0, metavar="N", help="default 0")
    parser.add_argument("--name", help="of the run; made from the recipe by default")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda", help="default auto")
    parser.add_argument("--pretrained", action="store_true", help="start from the model's ImageNet weights")

    parser = add_command(
        commands, "evaluate", evaluate, "Evaluate a run on its test split, clean and under noises; waits."
    )
    parser.add_argument("trained", metavar="RUN", help="a trained run, by name or ID")
    parser.add_argument(
        "--noises",
        metavar="KEY,KEY|all",
        help="by default the standard ones: ImageNet-C's, "
        f"{', '.join(ORIGINAL)}, and those of the run's own mix; all: the whole catalogue",
    )
    parser.add_argument(
        "--severities", type=severities, default=[1, 2, 3, 4, 5], metavar="1-5", help="default 1-5"
    )

    jobs = add_command(commands, "jobs", jobs_list, "List the jobs, newest first, or cancel one.")
    inner = jobs.add_subparsers(title="commands", metavar="COMMAND")
    parser = add_command(inner, "cancel", jobs_cancel, "Cancel a job that waits or runs.")
    parser.add_argument("id", metavar="ID")


def _open() -> "Workspace":
    from core.store import Workspace

    return Workspace.open()


class _Failed(NoiseLensError):
    """A job that ended without its result; in the job's own words."""

    text = Text(en="{said}", ko="{said}")


class _Refused(_Failed, UserMistake):
    """The same, where the user can mend it."""


def _wait(workspace: "Workspace", job: "Job") -> dict[str, Any]:
    """Wait until a job has ended; its result.

    Raises:
        Cancelled, _Failed, _Refused: it has none.
    """
    from core.jobs.queue import JobError
    from core.jobs.service import run_to_end

    bar = _Bar()
    ended = run_to_end(workspace, job.id, bar.show)
    bar.close()
    if ended.state == "cancelled":
        raise Cancelled
    if ended.state != "done":
        error = ended.error or JobError(en=ended.state, ko=ended.state)
        raise (_Refused if error.get("mistake") else _Failed)(said=error)
    return ended.result or {}


class _Bar:
    """One line on a terminal that says how far a job is; nothing elsewhere."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()

    def show(self, job: "Job") -> None:
        if not self._on:
            return
        filled = round(30 * job.share)
        step = job.step[language()] if job.step and job.state == "running" else job.state
        left = job.seconds_left
        time_left = "" if left is None else f"  {left:.0f} s"
        line = f"[{'#' * filled}{' ' * (30 - filled)}] {job.share:4.0%}{time_left}  {step}"
        print(f"\r\x1b[K{line[:100]}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._on:
            print(file=sys.stderr)


def _about(data_set: "DataSet") -> dict[str, Any]:
    return {
        "id": data_set.id,
        "name": data_set.name,
        "kind": data_set.card["kind"],
        "images": data_set.card["images"],
        "videos": data_set.card.get("videos", 0),
        "classes": data_set.classes,
        "splits": data_set.split_counts,
        "size": data_set.size,
        "table": data_set.table,
        "options": data_set.card.get("options") or {},
    }


def _show_data(found: "list[DataSet]") -> None:
    rows = [
        [
            data_set.name,
            data_set.card["images"],
            ", ".join(data_set.classes[:6]) + (", ..." if len(data_set.classes) > 6 else ""),
            " / ".join(str(count) for count in data_set.split_counts.values()),
            data_set.size,
        ]
        for data_set in found
    ]
    print_table(["name", "images", "classes", "train / validation / test", "size"], rows)


def data_list(options: argparse.Namespace) -> int:
    from core.data.dataset import list_data_sets

    found = list_data_sets(_open())
    if options.json:
        print_json([_about(data_set) for data_set in found])
    else:
        _show_data(found)
    return 0


def data_import(options: argparse.Namespace) -> int:
    from core.data.importing import submit_import

    workspace = _open()
    frames = DEFAULT_FRAMES
    if options.frames_per_video is not None:
        frames = Frames("video", options.frames_per_video)
    elif options.frames_per_second is not None:
        frames = Frames("second", options.frames_per_second)
    job = submit_import(
        workspace,
        options.source,
        options.name,
        options.size,
        options.seed,
        csv=options.csv,
        how=options.fit,
        frames=frames,
    )
    return _imported(workspace, job, options)


def data_fetch(options: argparse.Namespace) -> int:
    from core.data.fetching import submit_fetch
    from core.data.hugging_face import Columns

    workspace = _open()
    job = submit_fetch(
        workspace,
        options.source,
        options.name,
        options.size,
        options.seed,
        options.fit,
        folder=options.folder,
        columns=Columns(options.image, options.label, options.subset),
        most=options.most,
    )
    return _imported(workspace, job, options)


def _imported(workspace: "Workspace", job: "Job", options: argparse.Namespace) -> int:
    """Wait for an import, and say what came of it."""
    from core.data.dataset import open_data_set

    result = _wait(workspace, job)
    for path, sentence in result["left_out"]:
        note(f"{path}: {sentence[language()]}")
    for finding in result["findings"]:
        note(finding[language()])
    data_set = open_data_set(workspace, result["data_set_id"])
    if options.json:
        said = [finding[language()] for finding in result["findings"]]
        left_out = [path for path, _ in result["left_out"]]
        print_json(_about(data_set) | {"left_out": left_out, "findings": said})
    else:
        _show_data([data_set])
    return 0


def data_export(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set
    from core.data.exporting import export_file
    from core.progress import silent

    data_set = open_data_set(_open(), options.data)
    export_file(data_set, options.target, silent)
    if options.json:
        print_json({"id": data_set.id, "name": data_set.name, "file": str(options.target)})
    else:
        print(options.target)
    return 0


def data_rename(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set, rename_data_set

    workspace = _open()
    data_set = rename_data_set(workspace, open_data_set(workspace, options.data), options.name)
    if options.json:
        print_json(_about(data_set))
    else:
        _show_data([data_set])
    return 0


def data_resplit(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set
    from core.data.resplitting import submit_resplit

    workspace = _open()
    job = submit_resplit(workspace, open_data_set(workspace, options.data), options.name, options.seed)
    data_set = open_data_set(workspace, _wait(workspace, job)["data_set_id"])
    if options.json:
        print_json(_about(data_set))
    else:
        _show_data([data_set])
    return 0


def data_make(options: argparse.Namespace) -> int:
    from core.data.builtin import submit_make
    from core.data.dataset import DataSet, open_data_set
    from core.data.faces import Swap

    chosen = {"part": options.swap, "strength": options.strength}
    given = {name: value for name, value in chosen.items() if value is not None}
    swap = Swap.make(**given) if given else None
    workspace = _open()
    made = submit_make(
        workspace, options.kind, options.size, options.name, options.seed, options.images, swap
    )
    data_set = (
        made if isinstance(made, DataSet) else open_data_set(workspace, _wait(workspace, made)["data_set_id"])
    )
    if options.json:
        print_json(_about(data_set))
    else:
        _show_data([data_set])
    return 0


def train(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set
    from core.noise.mix import Mix
    from core.training.job import submit_training
    from core.training.recipe import Recipe
    from core.training.runs import open_run

    workspace = _open()
    if options.device == "cuda":
        from core.networks import choose_device

        choose_device(options.device)  # refused before a run and its name are stored
    mix = Mix.from_texts(options.mix)
    data_set = open_data_set(workspace, options.data)
    recipe = Recipe.make(
        data_set_id=data_set.id,
        data_set_fingerprint=data_set.card["fingerprint"],
        model=options.model,
        mix=mix,
        epochs=options.epochs,
        seed=options.seed,
        pretrained=options.pretrained,
        device=options.device,
    )
    run, job = submit_training(workspace, data_set, recipe, options.name)
    _wait(workspace, job)
    run = open_run(workspace, run.id)
    summary = run.summary or {}
    if options.json:
        print_json({"run": run.id, "name": run.name, **summary})
        return 0
    print(f"{run.name} ({run.id})")
    for key, value in summary.items():
        if key == "class_labels":
            continue  # for screens
        print(f"  {key}: {value:.4g}" if isinstance(value, float) else f"  {key}: {value}")
    return 0


def evaluate(options: argparse.Namespace) -> int:
    from core.evaluation.job import ALL, submit_evaluation
    from core.evaluation.metrics import accuracy_cells
    from core.evaluation.predictions import open_evaluation, read_predictions
    from core.training.runs import open_run

    workspace = _open()
    run = open_run(workspace, options.trained)
    noises: list[str] | Literal["all"] | None = None
    if options.noises == ALL:
        noises = ALL
    elif options.noises is not None:
        noises = [key.strip() for key in options.noises.split(",")]
    job = submit_evaluation(workspace, run, noises, options.severities)
    evaluation = open_evaluation(workspace, _wait(workspace, job)["evaluation_id"])
    cells = accuracy_cells(read_predictions(evaluation, ["noise", "severity", "truth", "prediction"]))
    if options.json:
        facts = {"run": run.id, "name": run.name, "evaluation": evaluation.id}
        facts |= {key: evaluation.facts[key] for key in ("table", "split", "seed")}
        print_json(facts | {"cells": [_plain(row) for row in cells.to_dict("records")]})
        return 0
    rows = [
        [
            row["noise"],
            row["severity"],
            row["images"],
            f"{row['accuracy']:.1%}",
            f"{row['low']:.1%} to {row['high']:.1%}",
        ]
        for row in cells.to_dict("records")
    ]
    print_table(["noise", "severity", "images", "accuracy", "95 % interval"], rows)
    return 0


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

    workspace = _open()
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


def jobs_cancel(options: argparse.Namespace) -> int:
    from core.jobs.queue import get_job, request_cancel
    from core.jobs.service import run_to_end

    workspace = _open()
    if not get_job(workspace, options.id).active:
        raise JobEnded(id=options.id)
    request_cancel(workspace, options.id)
    job = run_to_end(workspace, options.id, lambda _job: None)
    if job.state != "cancelled":
        raise JobEnded(id=options.id)
    if options.json:
        print_json(_job(job))
    else:
        print(f"{job.id}: {job.state}")
    return 0
