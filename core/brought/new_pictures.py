"""A run asked about new pictures: a folder of one's own, without labels. Imports torch."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from core.data.intake.listing import is_ignored
from core.errors import NotFound, UserMistake
from core.explanation.classifier import Classifier, Explanation
from core.explanation.overlay import overlay
from core.explanation.sureness import unsure
from core.files import CSV_ENCODING
from core.images import PICTURE_SUFFIXES, Picture, read_picture, write_png
from core.levels import stretched
from core.pixels import Image
from core.runs.runs import data_set_of, open_run
from core.store import Workspace

AT_ONCE = 32
"""Pictures that the network is shown together."""


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


def ask(
    classifier: Classifier,
    window: tuple[float, float] | None,
    pictures: Iterable[tuple[str, bytes | Path]],
    left_out: Callable[[str, UserMistake], None],
) -> Iterator[Asked]:
    """What a network says of each picture that can be read.

    Args:
        window: levels of the pictures that it learned from, where these had more than 256.
        pictures: name and file, or its bytes.
        left_out: as of `answers`.
    """
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
        said = classifier.explain([picture for _, picture in read])
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
    """The answers as a CSV that spreadsheets read: file, class, the probability of each class, sure ("yes" or "no")."""
    rows = io.StringIO()
    table = csv.writer(rows, lineterminator="\n")
    table.writerow(["file", "class", *classes, "sure"])
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
) -> Iterator[Answer]:
    """The answers to all pictures of a folder and those below it, by their paths.

    Args:
        maps: a folder for each picture with its attribution map over it, by the same path as PNG; None for none.
        left_out: hears of each picture that cannot be read, and why.

    Raises:
        NotFound: there is no such folder. UnknownName, NotTrained, BadCheckpoint: the run. CannotWrite, DiskFull.
    """
    if not folder.is_dir():
        raise NotFound(name=str(folder))
    run = open_run(workspace, trained)
    classifier = Classifier.of_run(workspace, run)
    window = data_set_of(workspace, run).window
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix.lower() in PICTURE_SUFFIXES
    ]
    paths = [path for path in paths if not is_ignored(path.relative_to(folder).parts)]
    named = [(path.relative_to(folder).as_posix(), path) for path in paths]
    for asked in ask(classifier, window, named, left_out):
        if maps is not None:
            one = asked.explanation
            write_png(
                maps / f"{asked.answer.file}.png",
                overlay(asked.picture, one.attribution, region=one.region),
            )
        yield asked.answer
