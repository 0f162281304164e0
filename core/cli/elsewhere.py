"""Commands for what was made elsewhere, and for taking one's own elsewhere: models, export, predict, challenge, predictions."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from core.cli.evaluating import asked_noises
from core.cli.options import add_command, language, note, number, print_json, print_table, severities
from core.cli.pictures import NotPng
from core.cli.waiting import open_workspace, wait, watched
from core.errors import UserMistake
from core.runs.origins import OWN, WAY, Normalise
from core.words import Text, fill_text
from models.registry import models

if TYPE_CHECKING:
    from core.runs.runs import Run


def add_commands(commands: Any) -> None:
    """models, export, predict, challenge, predictions."""
    from core.brought.kinds import Channels, Fit, Taken

    listed = add_command(
        commands,
        "models",
        models_list,
        "List the models that can be trained or were brought in, or bring one in.",
    )
    inner = listed.add_subparsers(title="commands", metavar="COMMAND")
    help = (
        "Bring in a model that was trained elsewhere: a state dict (.pth, .pt), safetensors, ONNX, or a Hugging Face folder. "
        "What it is is found by its tensors, how it wants pictures by asking it with labelled ones. Waits, Ctrl-C cancels."
    )
    parser = add_command(inner, "bring", models_bring, help)
    parser.add_argument("path", metavar="FILE_OR_FOLDER", type=Path)
    parser.add_argument(
        "--data", metavar="NAME", required=True, help="the data set whose classes it tells apart"
    )
    parser.add_argument("--model", metavar="KEY", default="", help="what it is; found by default")
    parser.add_argument(
        "--classes", metavar="A,B,C", help="in the order of its answers, where the file does not say"
    )
    parser.add_argument("--name", metavar="N", default="", help="of the run; the file's by default")
    help = (
        "Correct how a model that was brought in is shown pictures, or the order of its classes; the file is not needed. It is "
        "asked anew; tests that were made before are kept apart from later ones."
    )
    parser = add_command(inner, "correct", models_correct, help)
    parser.add_argument("trained", metavar="RUN")
    parser.add_argument("--classes", metavar="A,B,C", help="in the order of its answers")
    asked = {
        "normalise": (*get_args(Normalise), OF_FILE),
        "fit": get_args(Fit),
        "channels": get_args(Channels),
    }
    for option, choices in asked.items():
        parser.add_argument(f"--{option}", metavar="|".join(choices), choices=choices)
    parser.add_argument("--side", type=number("a size"), metavar="PX")

    parser = add_command(commands, "export", export, "Take a run elsewhere.")
    parser.add_argument("trained", metavar="RUN")
    parser.add_argument(
        "--to",
        metavar="|".join(get_args(Taken)),
        choices=get_args(Taken),
        required=True,
        help="weights with all that is needed to use them; a graph with the preprocessing in it; or a model card",
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True)

    help = "Let a run answer one's own new pictures: a table with a row a picture."
    parser = add_command(commands, "predict", predict, help)
    parser.add_argument("source", metavar="FOLDER", type=Path)
    parser.add_argument("--run", dest="trained", metavar="RUN", required=True)
    parser.add_argument("--out", metavar="ANSWERS.csv", type=Path, required=True)
    parser.add_argument(
        "--maps",
        metavar="FOLDER",
        type=Path,
        help="a new or empty folder where each picture goes with its Grad-CAM over it",
    )
    parser.add_argument(
        "--sheet",
        metavar="FILE.html",
        type=Path,
        help="all pictures with answers and Grad-CAM as one file that needs nothing else and prints on A4",
    )

    help = (
        "Write noisy test pictures as a ZIP, to be answered by what cannot come here. Waits, Ctrl-C cancels."
    )
    parser = add_command(commands, "challenge", challenge, help)
    parser.add_argument("data", metavar="DATA")
    parser.add_argument("--out", metavar="PACK.zip", type=Path, required=True)
    parser.add_argument("--noises", metavar="KEY,KEY|all|cbar", help="by default the standard ones")
    parser.add_argument(
        "--severities", type=severities, default=[1, 2, 3, 4, 5], metavar="1-5", help="default 1-5"
    )
    parser.add_argument(
        "--images", type=number("a number"), metavar="N", help="of the test pictures; all by default"
    )

    taken = add_command(commands, "predictions", None, "Take back answers that were made elsewhere.")
    inner = taken.add_subparsers(title="commands", metavar="COMMAND", required=True)
    help = "Take back the answers to a challenge, as CSV or Parquet; they stand in Results as a run."
    parser = add_command(inner, "bring", predictions_bring, help)
    parser.add_argument("path", metavar="FILE.csv", type=Path)
    parser.add_argument("--pack", metavar="PACK.zip", type=Path, required=True)
    parser.add_argument("--name", metavar="N", required=True, help="of the run")


def models_list(options: argparse.Namespace) -> int:
    """Print every model."""
    from core.runs.runs import list_runs
    from models.names import library_names
    from models.registry import models

    rows = [
        {
            "key": spec.key,
            "name": spec.name,
            "origin": "built in",
            "weights": spec.weights.source if spec.weights else None,
            "parameters": round(spec.million_parameters * 1e6),
        }
        for spec in models().values()
    ]
    for library, names in library_names().items():
        rows += [
            {"key": key, "name": key, "origin": library, "weights": None, "parameters": None}
            for key in names
            if key not in models()
        ]
    for run in list_runs(open_workspace()):
        if run.origin is not None and run.origin.kind == "model":
            said: dict[str, Any] = {"key": run.recipe.model, "name": run.name, "origin": "brought in"}
            rows.append(said | {"weights": run.origin.source, "parameters": None})
    if options.json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [["" if cell is None else cell for cell in row.values()] for row in rows])
    return 0


def models_bring(options: argparse.Namespace) -> int:
    """Bring in a model; print what it is and how it wants its pictures."""
    from core.brought.job import submit_bring
    from core.data.dataset import open_data_set
    from core.runs.runs import open_run

    workspace = open_workspace()
    data_set = open_data_set(workspace, options.data)
    classes = [name.strip() for name in options.classes.split(",")] if options.classes else []
    job = submit_bring(workspace, options.path, data_set, options.model, classes, options.name)
    return _print_brought(open_run(workspace, wait(workspace, job)["run_id"]), options.json)


def models_correct(options: argparse.Namespace) -> int:
    """Correct a model that was brought in; print what it is then."""
    from core.brought.correcting import corrected, order_of
    from core.errors import NoSuchWay
    from core.runs.runs import open_run

    workspace = open_workspace()
    run = open_run(workspace, options.trained)
    if run.origin is None or run.origin.kind != "model":
        raise NoSuchWay(name=run.name)
    asked = {name: getattr(options, name) for name in WAY if getattr(options, name) is not None}
    way = run.origin.chosen | asked
    if "normalise" in asked:
        way = {name: value for name, value in way.items() if name not in OWN}
    if asked.get("normalise") == OF_FILE:
        own = next((row for row in run.origin.handshake if "mean" in row), {})
        way |= {name: own.get(name) for name in ("normalise", *OWN)}
    order = run.origin.order
    if options.classes:
        order = order_of(run, [name.strip() for name in options.classes.split(",")])
    return _print_brought(corrected(workspace, run, way, order), options.json)


def _print_brought(run: "Run", as_json: bool) -> int:
    origin = run.origin
    assert origin is not None
    for warning in origin.warnings:
        note(warning[language()])
    if origin.format == "onnx":
        said = Text(
            en="A graph has no layers to look into: its answers stand everywhere, but it has no Grad-CAM.",
            ko="그래프는 안의 층을 볼 수 없어 답만 쓰고 Grad-CAM은 없습니다.",
        )
        note(said[language()])
    elif run.recipe.model not in models():
        said = fill_text(
            Text(
                en="Grad-CAM looks at {layer}, the last layer that tells places apart: found by a pass of its own.",
                ko="Grad-CAM은 위치를 구별하는 마지막 층 {layer:을/를} 봅니다. 직접 통과시켜 찾은 층입니다.",
            ),
            layer=origin.target_layer,
        )
        note(said[language()])
    if origin.tied:
        tied = ["/".join(str(one[key]) for key in (*WAY, *OWN) if key in one) for one in origin.tied]
        said = fill_text(
            Text(
                en="As good, as far as these pictures tell: {ways}",
                ko="이 사진들로는 구별되지 않는 방식: {ways}",
            ),
            ways=", ".join(tied),
        )
        note(said[language()])
    found = {
        "run": run.name,
        "model": run.recipe.model,
        "fitted": origin.fitted,
        "of": origin.of,
        "classes": [*(run.summary.classes if run.summary else [])],
        "chosen": origin.chosen,
        "handshake": origin.handshake,
        "activations": origin.activations,
    }
    if as_json:
        print_json(found)
        return 0
    print(f"{run.name}: {run.recipe.model}, {origin.fitted} of {origin.of} tensors fit")
    titles = [name for name in origin.chosen if name not in OWN]
    rows = [["*" if row == origin.chosen else "", *_cells(row, titles)] for row in origin.handshake]
    print_table(["chosen", *titles], rows)
    if origin.activations:
        titles = ["activation", "accuracy", "log_loss", "images"]
        print()
        print_table(titles, [_cells(row, titles) for row in origin.activations])
    return 0


def _cells(row: Mapping[str, Any], titles: Sequence[str]) -> list[Any]:
    """Of a row of a handshake; the normalisation with its numbers where these are the file's own."""
    own = f" (mean {row['mean']}, std {row['std']})" if "mean" in row else ""
    return [f"{row[title]}{own}" if title == "normalise" else row[title] for title in titles]


OF_FILE = "file"
"""What asks in `correct` for the mean and deviation of the file, where they are no known ones."""


def export(options: argparse.Namespace) -> int:
    """Write a run as a file for elsewhere."""
    from core.brought.taking import take
    from core.errors import DataSetDeleted
    from core.networks.loading import choose_device, load_run_network
    from core.runs.runs import data_set_of, open_run

    workspace = open_workspace()
    run = open_run(workspace, options.trained)
    network = load_run_network(run, choose_device("cpu"))
    try:
        data_set = data_set_of(workspace, run)
    except DataSetDeleted:
        data_set = None
    take(workspace, run, data_set, network, options.to, options.out)
    said = {"file": str(options.out), "bytes": options.out.stat().st_size}
    if options.json:
        print_json(said)
    else:
        print(f"{said['file']}  {said['bytes']:,} bytes")
    return 0


def predict(options: argparse.Namespace) -> int:
    """Answer the pictures of a folder."""
    from core.brought.new_pictures import answers, table_of
    from core.brought.sheet import Tile, sheet
    from core.files import write_bytes
    from core.runs.runs import open_run

    for path, suffix in ((options.out, ".csv"), (options.sheet, ".html")):
        if path is not None and path.suffix.lower() != suffix:
            raise NotPng(name=str(path), suffix=suffix)
    workspace = open_workspace()
    unread: list[str] = []
    tiles: list[Tile] | None = None if options.sheet is None else []

    def left_out(name: str, why: UserMistake) -> None:
        unread.append(name)
        note(why.say(language()))

    with watched() as report:
        asked = answers(workspace, options.trained, options.source, options.maps, left_out, report, tiles)
        found = list(asked)
    run = open_run(workspace, options.trained)
    summary = run.summary
    classes = found[0].classes if found else summary.classes if summary else []
    write_bytes(options.out, table_of(found, classes))
    if tiles is not None:
        labels, told = run.class_labels, language()
        page = sheet(
            run.label[told],
            tiles,
            unread,
            told,
            lambda name: labels[name][told] if name in labels else name,
        )
        write_bytes(options.sheet, page)
    said = {"file": str(options.out), "pictures": len(found), "unread": unread}
    if options.json:
        print_json(said)
    else:
        print(f"{said['file']}  {said['pictures']} pictures")
    return 0


def challenge(options: argparse.Namespace) -> int:
    """Write a pack."""
    from core.brought.pack import submit_challenge
    from core.data.dataset import open_data_set

    workspace = open_workspace()
    data_set = open_data_set(workspace, options.data)
    noises = asked_noises(options.noises)
    job = submit_challenge(workspace, data_set, noises, options.severities, options.images, options.out)
    made = wait(workspace, job)
    said = {"file": str(options.out), "pictures": made["pictures"], "bytes": made["bytes"]}
    if options.json:
        print_json(said)
    else:
        print(f"{said['file']}  {said['pictures']:,} pictures, {said['bytes']:,} bytes")
    return 0


def predictions_bring(options: argparse.Namespace) -> int:
    """Take back answers."""
    from core.brought.predictions import bring_predictions

    found = bring_predictions(open_workspace(), options.path, options.pack, options.name)
    said = {"run": found.run.name, "rows": found.rows, "images": found.images, "cells": found.cells}
    if options.json:
        print_json(said)
    else:
        print_table(list(said), [list(said.values())])
    return 0
