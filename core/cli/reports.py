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
        "Grad-CAM, all numbers, recipes."
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
    from core.files import write_bytes
    from core.progress import part
    from core.reports.archive import write_archive
    from core.reports.contents import gather, tested_runs
    from core.reports.page import page
    from core.reports.words import WORDS
    from core.runs.runs import open_run

    for path, suffix in ((options.out, ".html"), (options.zip, ".zip")):
        if path is not None and path.suffix.lower() != suffix:
            raise NotPng(name=str(path), suffix=suffix)
    workspace = open_workspace()
    chosen = tested_runs(workspace, [open_run(workspace, name) for name in dict.fromkeys(options.trained)])
    with watched() as progress:
        progress(0.0, WORDS["gathering"])
        contents = gather(workspace, chosen, options.language or language(), not options.no_pictures)
        progress(0.6, WORDS["drawing"])
        html = page(contents, options.interactive)
        write_bytes(options.out, html.encode())
        if options.zip is not None:
            write_archive(options.zip, contents, html, chosen, part(progress, 0.7, 1.0))
    said = {
        "file": str(options.out),
        "bytes": options.out.stat().st_size,
        "runs": [run.id for run, _ in chosen],
        "zip": str(options.zip) if options.zip else None,
    }
    if options.json:
        print_json(said)
    else:
        print(f"{said['file']}  {said['bytes']:,} bytes")
    return 0
