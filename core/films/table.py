"""What was said of a video as a table: a row a frame, model and state; the CSV that is taken away is the one that charts read."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from core.files import CSV_ENCODING, DAMAGED, write_bytes
from core.films.film import Asker
from core.noise.catalogue import CLEAN

if TYPE_CHECKING:
    from core.films.asking import Asked, Said

COLUMNS = ("frame", "seconds", "run", "noise", "severity", "class", "confidence")


def write_table(path: Path, asked: "Asked", askers: Sequence[Asker], noise: str, severity: int) -> None:
    """Write the CSV: frame (from 1), seconds, run, noise, severity, class, confidence (0 to 1).

    Args:
        noise, severity: of the noisy state.

    Raises:
        CannotWrite, DiskFull.
    """
    states = [(CLEAN, 0), (noise, severity)]
    rows = [
        (at + 1, round(seconds, 3), asker.label["en"], *states[state], *_told(asker, one, at))
        for at, seconds in enumerate(asked.seconds)
        for asker, said in zip(askers, asked.said, strict=True)
        for state, one in enumerate(said)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    write_bytes(path, table.to_csv(index=False).encode(CSV_ENCODING))


def _told(asker: Asker, said: "Said", at: int) -> tuple[str, float]:
    return asker.classes[said.answers[at]], round(said.confidences[at], 4)


class Track(NamedTuple):
    """What one model says over time in one state."""

    asker: int
    noisy: bool
    seconds: list[float]
    answers: list[str]
    """Names of classes."""
    confidences: list[float]
    """0..1."""

    @property
    def changes(self) -> int:
        """How often the answer is another than on the frame before."""
        return sum(one != other for one, other in zip(self.answers, self.answers[1:], strict=False))

    def apart(self, other: "Track") -> int:
        """On how many frames the answers differ."""
        return sum(one != two for one, two in zip(self.answers, other.answers, strict=True))

    def most(self) -> tuple[str, int]:
        """The commonest answer, and on how many frames."""
        counts = {name: self.answers.count(name) for name in dict.fromkeys(self.answers)}
        name = max(counts, key=counts.__getitem__)
        return name, counts[name]


def read_tracks(path: Path, askers: Sequence[Asker]) -> list[Track]:
    """Of each model clean, then with noise where there is any; nothing where the file is damaged."""
    try:
        # A class may be called "1", "NA" or "None".
        table = pd.read_csv(
            path, encoding=CSV_ENCODING, dtype={"run": str, "class": str}, keep_default_na=False
        )
        states = 1 + int((table["severity"] > 0).any() or (table["noise"] != CLEAN).any())
        tracks = len(askers) * states
        frames = len(table) // tracks
        return [
            Track(
                number // states,
                number % states > 0,
                rows["seconds"].astype(float).tolist(),
                rows["class"].tolist(),
                rows["confidence"].astype(float).tolist(),
            )
            for number in range(tracks if frames else 0)
            # The order is that of writing: two runs may bear one name.
            for rows in [table.iloc[number : frames * tracks : tracks]]
        ]
    except DAMAGED:
        return []
