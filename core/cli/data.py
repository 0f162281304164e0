"""Commands for data sets: list, export, rename, resplit, make; importing in a file of its own."""

import argparse
from pathlib import Path
from typing import Any

from core.cli import imports
from core.cli.options import add_command, decimal, number, print_json
from core.cli.shown import about, show_data
from core.cli.waiting import open_workspace, wait


def add_commands(commands: Any) -> None:
    """data and what is below it."""
    data = add_command(commands, "data", None, "List, import and make data sets.")
    inner = data.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_command(inner, "list", data_list, "List the data sets.")
    imports.add_commands(inner)
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


def data_list(options: argparse.Namespace) -> int:
    from core.data.dataset import list_data_sets

    found = list_data_sets(open_workspace())
    if options.json:
        print_json([about(data_set) for data_set in found])
    else:
        show_data(found)
    return 0


def data_export(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set
    from core.data.exports import export_file
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
        print_json(about(data_set))
    else:
        show_data([data_set])
    return 0


def data_resplit(options: argparse.Namespace) -> int:
    from core.data.dataset import open_data_set
    from core.data.review.resplit import submit_resplit

    workspace = open_workspace()
    job = submit_resplit(workspace, open_data_set(workspace, options.data), options.name, options.seed)
    data_set = open_data_set(workspace, wait(workspace, job)["data_set_id"])
    if options.json:
        print_json(about(data_set))
    else:
        show_data([data_set])
    return 0


def data_make(options: argparse.Namespace) -> int:
    from core.data.builtin.faces import Swap
    from core.data.builtin.job import submit_make
    from core.data.dataset import DataSet, open_data_set

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
        print_json(about(data_set))
    else:
        show_data([data_set])
    return 0
