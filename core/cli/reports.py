"""Commands for what is taken away of results: report."""

import argparse
from pathlib import Path
from typing import Any

from core.cli.options import add_command, language, print_json
from core.cli.pictures import NotPng
from core.cli.waiting import open_workspace, watched
from core.words import LANGUAGES


def add_commands(commands: Any) -> None:
    """report."""
    help = (
        "Write what one to eight tested runs show as one HTML file that needs nothing else: in words, charts, pictures with "
        "Grad-CAM, all numbers, recipes. Runs that differ in their seed alone count as one, by their mean."
    )
    parser = add_command(commands, "report", report, help)
    parser.add_argument("trained", metavar="RUN", nargs="+")
    parser.add_argument("--out", metavar="FILE.html", type=Path, required=True)
    parser.add_argument(
        "--language", choices=LANGUAGES, help="of the report; by default that of the terminal"
    )
    parser.add_argument(
        "--zip",
        metavar="FILE.zip",
        type=Path,
        help="all that is behind it besides: predictions (Parquet), tables (CSV, LaTeX), figures (SVG), recipes, weights",
    )
    parser.add_argument(
        "--interactive",
        action="store_true",
        help="with charts to point at; 5 MB more",
    )
    parser.add_argument(
        "--no-pictures", action="store_true", help="without galleries: nobody's pictures leave"
    )


def report(options: argparse.Namespace) -> int:
    """Write a report."""
    from core.reports.job import Form, write_report
    from core.runs.runs import open_run

    asked: dict[Form, Path | None] = {"html": options.out, "zip": options.zip}
    files = {form: path for form, path in asked.items() if path is not None}
    for form, path in files.items():
        if path.suffix.lower() != f".{form}":
            raise NotPng(name=str(path), suffix=f".{form}")
    workspace = open_workspace()
    runs = [open_run(workspace, name) for name in dict.fromkeys(options.trained)]
    said_in = options.language or language()
    with watched() as progress:
        write_report(workspace, runs, said_in, files, progress, options.interactive, not options.no_pictures)
    said = {
        "file": str(options.out),
        "bytes": options.out.stat().st_size,
        "runs": [run.id for run in runs],
        "zip": str(options.zip) if options.zip else None,
    }
    if options.json:
        print_json(said)
    else:
        print(f"{said['file']}  {said['bytes']:,} bytes")
    return 0
