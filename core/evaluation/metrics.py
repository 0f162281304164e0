"""Tables of cells: every measure under each noise and severity. Rows in, table out. No torch."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.clusters import numbered
from core.evaluation.fixed import Fixed
from core.evaluation.measures import all_measures
from core.evaluation.measures.accuracy import ACCURACY
from core.measure import CLEAN_PREDICTION, FIXED, UNKNOWN, Groups, Measure, Rows, Value
from core.noise.catalogue import CLEAN, Cell
from core.statistics import enough_for

COUNTED = ["noise", "severity", "images", "right"]
"""The columns of a table of cells before those of the measures: the cell, its pictures, and how many were right."""

WANTED = 0.1
"""By how much an accuracy may be off, either way (95 %), and still be spoken of: what noise costs one run more than
another is of that size, so that a wider interval hides it."""
FEWEST = enough_for(WANTED)
"""Test pictures from which on that is so."""


_MADE: dict[str, tuple[str, ...]] = {CLEAN_PREDICTION: ("image", "prediction")} | dict.fromkeys(FIXED, ())
"""What measures need and no predictions table has, with the columns that it is made of."""
Table = pd.DataFrame | Mapping[str, Any]
"""A predictions table: a column a name; probabilities may have two dimensions or be read part by part."""


def needed_columns() -> list[str]:
    """The columns of a predictions table that tables of cells are made of."""
    needs = (name for one in all_measures() for name in one.needs)
    stored = (part for name in needs for part in _MADE.get(name, (name,)))
    return list(dict.fromkeys(["noise", "severity", "truth", "prediction", *stored]))


def cell_columns() -> list[str]:
    """Those of a table of cells, in their order."""
    return list(dict.fromkeys([*COUNTED, *(name for one in all_measures() for name in one.columns)]))


@cache
def formulas() -> str:
    """A fingerprint of the program's own files that make a table of cells of rows: another one, and a kept table is of the past."""
    here = Path(__file__).parent
    files = [*sorted((here / "measures").glob("*.py")), Path(__file__), here / "clusters.py", here / "roc.py"]
    files.append(here.parent / "statistics.py")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def cell_table(
    predictions: Table,
    classes: Sequence[str] = (),
    groups: NDArray[np.int64] | None = None,
    fixed: Fixed | None = None,
) -> pd.DataFrame:
    """Every measure under each noise and severity, with its 95 % interval.

    Args:
        predictions: a predictions table (core.evaluation.predictions) with `needed_columns`; what needs one that it lacks
            is NaN.
        classes: the names of the classes.
        groups: of each row, where they are known.
        fixed: what was fixed on the run's clean validation pictures, where anything was.

    Returns:
        A row a cell: COUNTED, then the columns of the measures (`Measure.columns`). Clean first, then the noises in
        the order of the evaluation, each by severity.
    """
    places, number = numbered_cells(predictions)
    return measured_cells(places, number, predictions, classes, groups, fixed)


def numbered_cells(predictions: Table) -> tuple[list[Cell], NDArray[np.int16]]:
    """The cells of a predictions table in their order, and of each row which of them it is of."""
    noise, noises = pd.factorize(predictions["noise"])
    severity = np.asarray(predictions["severity"]).astype(np.int64)
    levels = int(severity.max(initial=0)) + 1
    # Clean first; the others follow as they come.
    order = sorted(range(len(noises)), key=lambda place: noises[place] != CLEAN)
    rank = np.empty(len(noises), np.int64)
    rank[order] = np.arange(len(noises))
    number = rank[noise] * levels + severity
    there = np.bincount(number, minlength=len(noises) * levels) > 0
    places = [(str(noises[order[one // levels]]), one % levels) for one in np.flatnonzero(there).tolist()]
    return places, (np.cumsum(there) - 1).astype(np.int16)[number]


def measured_cells(
    places: Sequence[Cell],
    number: NDArray[np.int16],
    predictions: Table,
    classes: Sequence[str],
    groups: NDArray[np.int64] | None,
    fixed: Fixed | None = None,
) -> pd.DataFrame:
    """`cell_table` of rows that are numbered already.

    Args:
        places, number: as of `numbered_cells`.
    """
    measures = all_measures()
    names = [name for name in needed_columns() if name != "noise" and name in predictions]
    # As a test writes them, rows need no sorting; a million take as long to sort as all the rest.
    as_written = bool((number[1:] >= number[:-1]).all())
    order = slice(None) if as_written else np.argsort(number, kind="stable")
    ends = np.cumsum([0, *np.bincount(number, minlength=len(places))])
    columns = {name: _column(predictions[name])[order] for name in names}
    if "image" in columns:
        columns[CLEAN_PREDICTION] = _clean_predictions(columns["image"], columns["prediction"], places, ends)
    ordered = None if groups is None else numbered(groups)[order]
    known = {name: np.array([getattr(fixed, name, None)], np.float64) for name in FIXED}
    table = []
    for place, (noise, severity) in enumerate(places):
        part = slice(ends[place], ends[place + 1])
        rows: Rows = {name: column[part] for name, column in columns.items()} | known
        inside = None if ordered is None else ordered[part]
        right = int(np.count_nonzero(rows["prediction"] == rows["truth"]))
        values = _written((one, _measured(one, rows, classes, inside)) for one in measures)
        table.append(
            {"noise": noise, "severity": severity, "images": len(rows["truth"]), "right": right} | values
        )
    return pd.DataFrame(table, columns=cell_columns())


def _measured(measure: Measure, rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    there = all(name in rows for name in measure.needs)
    return measure.of(rows, classes, groups) if there else UNKNOWN


def _clean_predictions(
    images: NDArray[Any], predictions: NDArray[Any], places: Sequence[Cell], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of each row the class that its picture was given clean; -1 where it was not shown so."""
    found = np.full(int(images.max(initial=-1)) + 1, -1, np.int64)
    if places and places[0][0] == CLEAN:
        clean = slice(ends[0], ends[1])
        found[images[clean]] = predictions[clean]
    return found[images]


def _column(values: Any) -> Any:
    """A column as an array; one of lists, as probabilities are, has two dimensions."""
    array = values.to_numpy() if isinstance(values, pd.Series) else values
    return np.stack(list(array)) if array.dtype == object and len(array) else array


def _written(values: Iterable[tuple[Measure, Value]]) -> dict[str, float]:
    """Values by the columns of their measures."""
    return {
        column: number
        for measure, value in values
        for column, number in zip(measure.columns, value, strict=True)
    }


def in_order(cells: pd.DataFrame) -> pd.DataFrame:
    """Rows with a noise and a severity: clean first, then the noises as they come, each by severity."""
    order = {noise: place for place, noise in enumerate(dict.fromkeys([CLEAN, *cells["noise"]]))}
    return cells.sort_values(
        ["noise", "severity"], key=lambda column: column.map(order) if column.name == "noise" else column
    )


def pooled(cells: pd.DataFrame) -> pd.DataFrame:
    """Each noise over all its severities: the columns of a table of cells without the severity; order kept.

    `images`, `right` and the numbers of the measures count a picture once a severity; an interval counts each picture
    once (`Measure.over`).
    """
    measures, table = all_measures(), []
    noise, noises = pd.factorize(cells["noise"])
    counts = cells[["images", "right"]].to_numpy(np.int64)
    numbers = [cells[list(one.columns)].to_numpy(np.float64) for one in measures]
    for place, name in enumerate(noises):
        own = np.flatnonzero(noise == place)
        images, right = counts[own].sum(axis=0).tolist()
        values = _written(
            (one, one.over([Value(value, low, high, int(n)) for value, low, high, n in known[own].tolist()]))
            for one, known in zip(measures, numbers, strict=True)
        )
        table.append({"noise": name, "images": images, "right": right} | values)
    return pd.DataFrame(table, columns=[name for name in cell_columns() if name != "severity"])


def clean_and_noisy(
    cells: pd.DataFrame, wanted: Collection[Cell], measure: Measure = ACCURACY
) -> tuple[float, float | None]:
    """A measure on clean pictures, and its mean over the noises of `wanted`, each over its severities there.

    None where none of these was tested.
    """
    column = measure.columns.value
    clean = float(cells[cells["noise"] == CLEAN][column].iloc[0])
    noisy = cells[[cell in wanted for cell in zip(cells["noise"], cells["severity"], strict=True)]]
    return clean, float(noisy.groupby("noise")[column].mean().mean()) if len(noisy) else None
