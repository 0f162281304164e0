"""A run asked about new pictures: a folder of one's own, without labels. Imports torch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.intake.listing import is_ignored
from core.errors import NotFound, UserMistake
from core.explanation.classifier import Classifier
from core.explanation.overlay import overlay
from core.explanation.sureness import unsure
from core.images import PICTURE_SUFFIXES, read_picture, write_png
from core.levels import stretched
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
    for first in range(0, len(paths), AT_ONCE):
        read = []
        for path in paths[first : first + AT_ONCE]:
            try:
                read_one = read_picture(path, path.name)
            except UserMistake as error:
                left_out(str(path.relative_to(folder)), error)
                continue
            used, levels = read_one.used, read_one.levels
            within = (
                window and used and levels is not None and window[0] <= used.high and used.low <= window[1]
            )
            # As the pictures were that it learned from.
            pixels = (
                stretched(levels, window) if within and levels is not None and window else read_one.pixels
            )
            read.append((path.relative_to(folder), classifier.prepare(pixels)))
        if not read:
            continue
        said = classifier.explain([picture for _, picture in read])
        for (path, picture), one in zip(read, said, strict=True):
            if maps is not None:
                write_png(
                    maps / path.with_name(f"{path.name}.png"),
                    overlay(picture, one.attribution, region=one.region),
                )
            shares = [float(share) for share in one.probabilities]
            yield Answer(path.as_posix(), one.classes, shares, not unsure(max(shares), one.guessing))
