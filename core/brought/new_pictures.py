"""A run asked about new pictures: a folder of one's own, without labels. Imports torch."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from core.brought.predictions import BEFORE
from core.brought.sheet import Tile
from core.data.intake.listing import composed, is_ignored
from core.errors import DataSetDeleted, NotFound, NothingToAsk, PlaceTaken, UserMistake, WithoutMaps
from core.explanation.classifier import Classifier, Explanation
from core.explanation.methods.grad_cam import GRAD_CAM
from core.explanation.overlay import overlay
from core.explanation.sureness import unsure
from core.explanation.views import enlarged
from core.files import CSV_ENCODING
from core.images import PICTURE_SUFFIXES, Picture, encode_jpeg, read_picture, write_png
from core.levels import stretched
from core.pixels import Image
from core.progress import Report, silent
from core.runs.runs import data_set_of, open_run
from core.store import Workspace

AT_ONCE = 32
"""Pictures that the network is shown together."""
TILE = 280
"""Least side of a picture of a sheet, px."""
_QUALITY = 85


@dataclass(frozen=True)
class Answer:
    """What it says of one picture."""

    file: str
    """From the folder on."""
    classes: list[str]
    probabilities: list[float]
    sure: bool
    """Whether it is more than a guess."""

    @property
    def prediction(self) -> str:
        return self.classes[self.probabilities.index(max(self.probabilities))]


class Asked(NamedTuple):
    """A picture with what a network says of it."""

    answer: Answer
    picture: Image
    """As the network is shown it."""
    explanation: Explanation


def tile_of(asked: Asked) -> Tile:
    """What a sheet shows of it."""
    large, one = enlarged(asked.picture, TILE), asked.explanation
    counted = None if one.attribution is None else overlay(large, one.attribution, region=one.region)
    return Tile(
        asked.answer.file,
        asked.answer.prediction,
        max(asked.answer.probabilities),
        asked.answer.sure,
        encode_jpeg(large, _QUALITY),
        None if counted is None else encode_jpeg(counted, _QUALITY),
    )


def ask(
    classifier: Classifier,
    window: tuple[float, float] | None,
    pictures: Iterable[tuple[str, bytes | Path]],
    left_out: Callable[[str, UserMistake], None],
    maps: bool,
) -> Iterator[Asked]:
    """What a network says of each picture that can be read.

    Args:
        window: levels of the pictures that it learned from, where these had more than 256.
        pictures: name and file, or its bytes.
        left_out: as of `answers`.
        maps: with the attribution map of each; without them it takes the time of the answers alone.
    """
    method = GRAD_CAM if maps else None
    waiting = iter(pictures)
    while some := list(islice(waiting, AT_ONCE)):
        read = []
        for name, source in some:
            try:
                read.append((name, classifier.prepare(_as_learned(read_picture(source, name), window))))
            except UserMistake as error:
                left_out(name, error)
        if not read:
            continue
        said = classifier.explain([picture for _, picture in read], method=method)
        for (name, picture), one in zip(read, said, strict=True):
            shares = [float(share) for share in one.probabilities]
            yield Asked(
                Answer(name, one.classes, shares, not unsure(max(shares), one.guessing)), picture, one
            )


def _as_learned(read: Picture, window: tuple[float, float] | None) -> Image:
    """Its pixels as those were that the network learned from."""
    used, levels = read.used, read.levels
    if not window or not used or levels is None or window[0] > used.high or used.low > window[1]:
        return read.pixels
    return stretched(levels, window)


def table_of(found: Sequence[Answer], classes: Sequence[str]) -> bytes:
    """The answers as a CSV that spreadsheets read: file, class, the probability of each class, sure ("yes" or "no").

    The column of a class that is called as one of the others is "p:file", "p:class" or "p:sure".
    """
    rows = io.StringIO()
    table = csv.writer(rows, lineterminator="\n")
    own = ("file", "class", "sure")
    columns = [BEFORE + name if name in own else name for name in classes]
    table.writerow(["file", "class", *columns, "sure"])
    for one in found:
        shares = [f"{share:.6f}" for share in one.probabilities]
        table.writerow([one.file, one.prediction, *shares, "yes" if one.sure else "no"])
    return rows.getvalue().encode(CSV_ENCODING)


def answers(
    workspace: Workspace,
    trained: str,
    folder: Path,
    maps: Path | None,
    left_out: Callable[[str, UserMistake], None],
    report: Report = silent,
    tiles: list[Tile] | None = None,
) -> Iterator[Answer]:
    """The answers to all pictures of a folder and those below it, by their paths; or to one picture.

    Args:
        maps: a new or empty folder for each picture with its attribution map over it, by the same path as PNG; None for none.
        left_out: hears of each picture that cannot be read, and why.
        tiles: gets what a sheet (core.brought.sheet) shows of each, in the same order; with its map where the run gives any.

    Raises:
        NotFound: there is no such folder. NothingToAsk: no picture is in it. PlaceTaken: `maps`. UnknownName, NotTrained,
        PredictionsOnly, BadCheckpoint: the run. WithoutMaps: it gives none. CannotWrite, DiskFull. Cancelled: from `report`.
    """
    if not folder.exists():
        raise NotFound(name=str(folder))
    if maps is not None and maps.exists() and not (maps.is_dir() and not any(maps.iterdir())):
        raise PlaceTaken(name=str(maps))
    run = open_run(workspace, trained)
    if maps is not None and run.without_maps and not run.answers_alone:
        raise WithoutMaps(name=run.label)
    paths = _pictures_in(folder, maps)
    if not paths:
        raise NothingToAsk(name=str(folder))
    classifier = Classifier.of_run(workspace, run)
    try:
        window = data_set_of(workspace, run).window
    except DataSetDeleted:
        window = None
    root = folder if folder.is_dir() else folder.parent
    named = [(path.relative_to(root).as_posix(), path) for path in paths]
    place = {name: number for number, (name, _) in enumerate(named)}
    with_maps = maps is not None or (tiles is not None and not run.without_maps)
    for asked in ask(classifier, window, named, left_out, with_maps):
        answer, one = asked.answer, asked.explanation
        report(place[answer.file] / len(named))
        if maps is not None and one.attribution is not None:
            write_png(maps / f"{answer.file}.png", overlay(asked.picture, one.attribution, region=one.region))
        named_so = replace(answer, file=composed(answer.file))
        if tiles is not None:
            tiles.append(tile_of(asked._replace(answer=named_so)))
        yield named_so
    report(1.0)


def _pictures_in(folder: Path, but: Path | None) -> list[Path]:
    """All files in a folder and those below it that are tried as pictures, without those in `but`; or the one file."""
    if not folder.is_dir():
        return [folder] if folder.is_file() else []
    apart = but.resolve() if but is not None else None
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PICTURE_SUFFIXES
        and path.is_file()
        and not is_ignored(path.relative_to(folder).parts)
        and (apart is None or not path.resolve().is_relative_to(apart))
    ]
