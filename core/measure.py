"""A measure: a number made of an evaluation's rows, with its interval, and all that screens say of it. NumPy only.

The measures themselves are files in core/evaluation/measures/; charts, tables, the CSV and the command line take any.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.registry import Registry
from core.words import Text, plain, rounded

Rows = Mapping[str, NDArray[Any]]
"""Some rows of a predictions table, an array a column: truth and prediction (numbers of classes) N, confidence N,
probabilities N,C ...; beside these CLEAN_PREDICTION, and FIXED as arrays of one number each."""
CLEAN_PREDICTION = "clean_prediction"
"""N: the class that the same picture was given without noise; -1 where it was not shown so."""
FIXED = ("threshold", "threshold_low", "threshold_high", "temperature", "unsure_below")
"""What was fixed on the run's clean validation pictures (core.evaluation.fixed.Fixed); NaN where nothing was."""
Groups = NDArray[np.int64]
"""Of each row the number of what it belongs to, a video or a person, counted from 0: rows of one group are not
independent."""


class Value(NamedTuple):
    """What a measure comes to."""

    value: float
    """NaN where the rows do not give it."""
    low: float
    high: float
    """The ends of its 95 % interval."""
    n: int
    """Rows that it is made of."""


UNKNOWN = Value(np.nan, np.nan, np.nan, 0)
"""Of rows that do not give it."""


def mean_of_values(values: Sequence[Value]) -> Value:
    """A measure over several severities of a noise: the mean, with the mean of the intervals.

    Each picture counts once in how sure that is: what it shows at one severity says much of what it shows at the next.
    """
    value, low, high, n = (sum(ends) for ends in zip(*values, strict=True))
    return Value(value / len(values), low / len(values), high / len(values), int(n))


@dataclass(frozen=True)
class Unit:
    """How a measure's values are written."""

    sign: str
    """Behind a number."""
    times: float
    """What a value is multiplied by before it is written."""
    digits: int
    """After the point, on a chart; tables and hover labels have one more."""
    among: Text
    """In a sentence, behind the name of the measure."""

    @property
    def behind(self) -> str:
        """The sign as it stands behind a number on a screen."""
        return f" {self.sign}" if self.sign else ""


PER_CENT = Unit("%", 100, 0, Text(en=", in per cent", ko="(%)"))
PLAIN = Unit("", 1, 2, plain(""))


class CellColumns(NamedTuple):
    """The columns of a table of cells that hold a measure."""

    value: str
    low: str
    high: str
    n: str


@dataclass(frozen=True)
class Measure:
    """One measure: `of` is all that reckons it, the rest says how it is shown."""

    key: str
    """In addresses, and its column in tables and files."""
    name: Text
    """In lower case, as within a sentence."""
    sentence: Text
    """What it is."""
    interval: Text
    """How sure it is: what its interval says and how that is reckoned."""
    of: Callable[[Rows, Sequence[str], Groups | None], Value]
    """From the rows of a cell, the names of the classes and, where it is known, the group of each row."""
    needs: tuple[str, ...] = ("truth", "prediction")
    """The columns of the rows that it is made of."""
    over: Callable[[Sequence[Value]], Value] = mean_of_values
    """A noise at several severities, of the same pictures, from what it is at each."""
    unit: Unit = PER_CENT
    highest: float | None = 1.0
    """The most that it can be. None: it has no end."""
    lowest: float = 0.0
    """The least that it can be."""
    higher_is_better: bool = True
    guessing: Callable[[Iterable[float]], float] | None = None
    """What guessing gives, from how many pictures each class has; None where that is no level to compare with."""
    counted: Text = field(default_factory=lambda: Text(en="{n} pictures", ko="사진 {n}장"))
    """How many pictures it is made of, from the columns of a table of cells, and `n`."""
    written: CellColumns | None = None
    """Its columns where they are not called after the key."""

    @property
    def columns(self) -> CellColumns:
        """Its columns in a table of cells."""
        return self.written or CellColumns(self.key, *(f"{self.key}_{end}" for end in ("low", "high", "n")))

    @property
    def up_to_highest(self) -> bool:
        """The best of it is the most that it can be: a chart shows how far from there it is."""
        return self.higher_is_better and self.highest is not None

    def said(self, value: float, more: int = 0) -> str:
        """A value as it is written, without its sign.

        Args:
            more: digits than a chart has room for.
        """
        return "–" if np.isnan(value) else rounded(self.unit.times * value, self.unit.digits + more)


MEASURES: Registry[Measure] = Registry("core.evaluation.measures", "measures")
