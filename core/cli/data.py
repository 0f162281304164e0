"""Commands for data sets: list, import, fetch, export, rename, resplit, make."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.options import (
    BadUsage,
    Parser,
    add_command,
    decimal,
    language,
    note,
    number,
    print_json,
    print_table,
)
from core.cli.waiting import open_workspace, wait
from core.data.face_crop import LARGEST_MARGIN, FaceCrop
from core.data.videos import DEFAULT_FRAMES, Frames

if TYPE_CHECKING:
    from core.data.dataset import DataSet
    from core.jobs.queue import Job
    from core.store import Workspace


def add_commands(commands: Any) -> None:
    """data and what is below it."""
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
    _add_faces(parser)
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
    _add_faces(parser)
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


def _add_faces(parser: Parser) -> None:
    """--face-crop and how it is done."""
    usual = FaceCrop()
    parser.add_argument(
        "--face-crop", action="store_true", help="cut out the face of each picture before it is made small"
    )
    parser.add_argument(
        "--face-margin",
        type=decimal("a margin"),
        metavar="M",
        help=f"around a face, as a share of its side, 0 to {LARGEST_MARGIN:g}; default {usual.margin:g}",
    )
    parser.add_argument(
        "--face-missing",
        metavar="skip|whole",
        help="leave a picture without a face out (default) or keep it whole",
    )
    parser.add_argument(
        "--face-several",
        metavar="largest|central|skip",
        help="of several faces take the largest (default) or most central, or leave the picture out",
    )


def _face(options: argparse.Namespace, command: str) -> FaceCrop | None:
    """
    Raises:
        BadUsage: how it is done, without that it is done.
    """
    given = {
        name: value
        for name in ("margin", "missing", "several")
        if (value := getattr(options, f"face_{name}")) is not None
    }
    if not options.face_crop:
        if given:
            what = f"--face-{next(iter(given))} needs --face-crop"
            raise BadUsage(what=what, command=f"python -m core data {command}")
        return None
    return FaceCrop(**given).checked()


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

    found = list_data_sets(open_workspace())
    if options.json:
        print_json([_about(data_set) for data_set in found])
    else:
        _show_data(found)
    return 0


def data_import(options: argparse.Namespace) -> int:
    from core.data.importing import submit_import

    workspace = open_workspace()
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
        face=_face(options, "import"),
    )
    return _imported(workspace, job, options)


def data_fetch(options: argparse.Namespace) -> int:
    from core.data.fetching import submit_fetch
    from core.data.hugging_face import Columns

    workspace = open_workspace()
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
        face=_face(options, "fetch"),
    )
    return _imported(workspace, job, options)


def _imported(workspace: "Workspace", job: "Job", options: argparse.Namespace) -> int:
    """Wait for an import, and say what came of it."""
    from core.data.dataset import open_data_set

    result = wait(workspace, job)
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

    data_set = open_data_set(open_workspace(), options.data)
    export_file(data_set, options.target, silent)
    if options.json:
        print_json({"id": data_set.id, "name": data_set.name, "file": str(options.target)})
    else:
        print(options.target)
    return 0


def data_rename(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set, rename_data_set

    workspace = open_workspace()
    data_set = rename_data_set(workspace, open_data_set(workspace, options.data), options.name)
    if options.json:
        print_json(_about(data_set))
    else:
        _show_data([data_set])
    return 0


def data_resplit(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set
    from core.data.resplitting import submit_resplit

    workspace = open_workspace()
    job = submit_resplit(workspace, open_data_set(workspace, options.data), options.name, options.seed)
    data_set = open_data_set(workspace, wait(workspace, job)["data_set_id"])
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
    workspace = open_workspace()
    made = submit_make(
        workspace, options.kind, options.size, options.name, options.seed, options.images, swap
    )
    data_set = (
        made if isinstance(made, DataSet) else open_data_set(workspace, wait(workspace, made)["data_set_id"])
    )
    if options.json:
        print_json(_about(data_set))
    else:
        _show_data([data_set])
    return 0
