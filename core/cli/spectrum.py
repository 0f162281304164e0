"""The command that looks where in the spectrum a run breaks: spectrum."""

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.options import add_command, language, note, number, print_json, print_table
from core.cli.pictures import NotPng
from core.cli.waiting import open_workspace, wait
from core.errors import OtherPictures

if TYPE_CHECKING:
    from core.evaluation.fourier import BandError, FourierMap
    from core.runs.runs import Run
    from core.store import Workspace


def add_commands(commands: Any) -> None:
    """spectrum."""
    parser = add_command(
        commands,
        "spectrum",
        spectrum,
        "Add waves of single frequencies to test pictures and tell which make a run err: its Fourier heat map; waits.",
        epilog="What has been measured is kept: a second call with more detail measures what is missing, and one that was "
        "stopped goes on.",
    )
    parser.add_argument(
        "trained", metavar="RUN", help="a trained run, by its name on the screens or here, or its ID"
    )
    parser.add_argument(
        "--images",
        type=number("a number"),
        default=100,
        metavar="N",
        help="test pictures, each class with its share; default 100",
    )
    parser.add_argument(
        "--detail",
        default="coarse",
        metavar="coarse|medium|fine|whole",
        help="how many frequencies: rings and directions (the default), or ever closer grids, up to each single one",
    )
    parser.add_argument(
        "--against",
        metavar="RUN",
        help="another run of the same data set: its errors less those of the first",
    )
    parser.add_argument("--out", type=Path, metavar="MAP.png", help="write the map as a picture")


def spectrum(options: argparse.Namespace) -> int:
    from core.charts.frequencies import frequency_picture
    from core.evaluation.fourier import difference, sentence, whole_plane
    from core.images import write_png
    from core.runs.runs import open_run

    if options.out is not None and options.out.suffix.lower() != ".png":
        raise NotPng(name=str(options.out), suffix=".png")
    workspace = open_workspace()
    run = open_run(workspace, options.trained)
    other = None if options.against is None else open_run(workspace, options.against)
    found = _measured(workspace, run, options)
    said: dict[str, Any] = {"run": run.id, "images": len(found.images), "side": found.side}
    said |= {"strength": round(found.strength, 4), "detail": options.detail}
    if other is None:
        table, column, bands = found.table(), "error", found.bands()
        said |= {"clean_error": found.clean_error, "said": sentence(found)}
    else:
        both = difference(found, _measured(workspace, other, options))
        if both is None:
            raise OtherPictures(first=run.label, second=other.label)
        table, column, bands = both.table(), "difference", both.bands()
        said |= {"against": other.id}
    said["bands"] = {band: _plain(one) for band, one in bands.items()}
    if options.out is not None:
        plane = whole_plane(table, found.side, column)
        write_png(options.out, frequency_picture(plane, found.side, other is not None))
        said["out"] = str(options.out)
    if options.json:
        print_json(said | {"cells": table.to_dict("records")})
        return 0
    rows = [[band, *(f"{100 * value:.1f}" for value in one)] for band, one in bands.items()]
    unit = "errors, %" if other is None else "more errors than the first, points"
    print_table(["patterns", unit, "low", "high"], rows)
    if other is None:
        note(sentence(found)[language()])
    return 0


def _measured(workspace: "Workspace", run: "Run", options: argparse.Namespace) -> "FourierMap":
    from core.evaluation.fourier import stored_map
    from core.evaluation.fourier_job import submit_spectrum
    from core.runs.runs import data_set_of

    wait(workspace, submit_spectrum(workspace, run, options.images, options.detail))
    found = stored_map(run, data_set_of(workspace, run), options.images)
    assert found is not None, "the job has kept it"
    return found


def _plain(one: "BandError") -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in one._asdict().items()}
