"""The command on videos: film."""

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.options import (
    add_command,
    add_noises,
    decimal,
    language,
    note,
    print_json,
    print_table,
    stack_of,
)
from core.cli.pictures import NotPng
from core.cli.waiting import watched
from core.errors import UnknownName
from core.hardware import one_blas_thread
from core.noise.catalogue import CLEAN, noise_name
from core.noise.stack import Layer
from core.words import Text

if TYPE_CHECKING:
    from core.explanation.classifier import Classifier
    from core.films.film import Asker

_STACK = "stack"
"""In the place of a noise's key, where several lie on each other or one has parameters of its own."""


def add_commands(commands: Any) -> None:
    """film."""
    parser = add_command(
        commands,
        "film",
        film,
        "Say what a model sees in each frame of a video, and where (Grad-CAM), as a video and a table.",
        epilog="Noise goes on each frame at the size where the model takes it, as for explain: grain, rain and their like "
        "anew on each frame, what stays in place (dirt on a lens, frost, blur) the same on all. The first 1,200 frames are "
        "asked about. The colours of all frames are on one scale, so that a pale map is a weak one.",
    )
    parser.add_argument("source", metavar="VIDEO", type=Path, help="MP4, MOV, AVI, MKV, WebM or GIF")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--run", dest="trained", metavar="RUN", help="a trained run, by its name or ID")
    which.add_argument(
        "--model", metavar="KEY", help="a model with ImageNet weights; default efficientnet_lite0"
    )
    parser.add_argument("--beside", metavar="RUN", help="another run beside it, on the very same pictures")
    parser.add_argument(
        "--rate", type=decimal("a rate"), default=10.0, metavar="N", help="frames of each second; default 10"
    )
    parser.add_argument(
        "--out", type=Path, metavar="OUT.mp4", help="write the frames with what counted and what is said"
    )
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE.csv",
        help="write a row a frame: seconds, run, noise, class, confidence",
    )
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda", help="default auto")
    add_noises(parser)


def film(options: argparse.Namespace) -> int:
    for path, suffix in ((options.out, ".mp4"), (options.csv, ".csv")):
        if path is not None and path.suffix.lower() != suffix:
            raise NotPng(name=str(path), suffix=suffix)
    stack_of(options)  # mistakes are told before the seconds that the model takes to load
    from core.data.intake.videos import EARLY
    from core.films.frames import look

    name = options.source.name
    filmed, _ = look(options.source, str(options.source))
    filmed.times(options.rate)
    one_blas_thread()  # as in the dashboard
    networks, askers, table = _networks(options)
    stack = stack_of(options, table)
    from core.films.film import Wish
    from core.films.table import read_tracks
    from core.films.telling import tell

    wish = Wish(options.rate, *_state(options, stack), table=table, language=language())
    with tempfile.TemporaryDirectory() as folder, watched() as report:
        place = Path(folder)
        video, rows = place / "video.mp4", place / "frames.csv"
        told = tell(
            networks,
            askers,
            options.source,
            name,
            filmed,
            wish,
            stack,
            _words(stack),
            place,
            video,
            rows,
            report,
            seed=options.seed,
        )
        tracks = read_tracks(rows, askers)
        for made, wanted in ((video, options.out), (rows, options.csv)):
            if wanted is not None:
                _put(made, wanted)
    counts = [{name: track.answers.count(name) for name in dict.fromkeys(track.answers)} for track in tracks]
    runs = [askers[track.asker].label["en"] for track in tracks]
    noises = [wish.noise if track.noisy else CLEAN for track in tracks]
    reached = told.seconds
    if options.json:
        said = [
            {"run": run, "noise": noise, "frames": frames, "changes": track.changes}
            for run, noise, frames, track in zip(runs, noises, counts, tracks, strict=True)
        ]
        result = {"frames": told.frames, "seconds": reached, "of_seconds": filmed.seconds, "answers": said}
        print_json(result | {"video": _named(options.out), "csv": _named(options.csv)})
        return 0
    if reached < EARLY * filmed.reached(options.rate):
        note(f"The video ends early: of {filmed.seconds:.0f} s {reached:.1f} s could be read.")
    elif filmed.reached(options.rate) < filmed.seconds:
        note(
            f"Only the first {reached:.0f} s of {filmed.seconds:.0f} s were asked about: {told.frames:,} frames."
        )
    words = [", ".join(f"{name} {n}" for name, n in frames.items()) for frames in counts]
    rows_shown = zip(runs, noises, words, (track.changes for track in tracks), strict=True)
    print_table(["run", "noise", f"frames of {told.frames}", "changes"], list(rows_shown))
    return 0


def _networks(options: argparse.Namespace) -> "tuple[list[Classifier], list[Asker], str]":
    """The networks, what they are called, and the severity table of the first.

    Raises:
        UnknownName, NotTrained, PredictionsOnly, BadCheckpoint, WeightsMissing.
    """
    from core.explanation.classifier import Classifier
    from core.films.film import Asker
    from core.films.job import asker_of
    from core.runs.recipe import checked_device, get_model
    from core.runs.runs import open_run
    from core.store import Workspace
    from core.words import plain

    device = checked_device(options.device)
    networks: list[Classifier] = []
    askers: list[Asker] = []
    table = "imagenet_c"
    if options.trained is None:
        spec = get_model(options.model or "efficientnet_lite0")
        if spec.weights is None:
            raise UnknownName(
                Text(en="model with ImageNet weights", ko="ImageNet 가중치가 있는 모델"), spec.key, []
            )
        networks.append(Classifier.imagenet(spec.key, device))
        askers.append(Asker("", plain(spec.name), networks[0].classes))
    for name in (options.trained, options.beside):
        if name is None:
            continue
        workspace = Workspace.open()
        run = open_run(workspace, name)
        if not networks and run.summary and run.summary.table:
            table = run.summary.table
        networks.append(Classifier.of_run(workspace, run, device))
        askers.append(asker_of(run, networks[-1].classes))
    return networks, askers, table


def _state(options: argparse.Namespace, stack: list[Layer]) -> tuple[str, int]:
    """The noise and the severity that the table names."""
    if not stack:
        return CLEAN, 0
    if len(stack) > 1 or options.noise[0]["severity"] is None:
        return (_STACK if len(stack) > 1 else stack[0].noise), 0
    return stack[0].noise, int(options.noise[0]["severity"])


def _words(stack: list[Layer]) -> Text | None:
    if not stack:
        return None
    names = [noise_name(layer.noise) for layer in stack]
    return Text(en=" + ".join(one["en"] for one in names), ko=" + ".join(one["ko"] for one in names))


def _put(made: Path, wanted: Path) -> None:
    """A file in its place, whole or not at all.

    Raises:
        CannotWrite, DiskFull.
    """
    from core.files import writing

    part = wanted.with_name(f"{wanted.name}.part")
    with writing(wanted):
        wanted.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(made, part)
            os.replace(part, wanted)
        finally:
            part.unlink(missing_ok=True)


def _named(path: Path | None) -> str | None:
    return None if path is None else str(path)
