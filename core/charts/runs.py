"""A run in a chart: its colour, shape and numbers."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import Palette, word
from core.charts.names import literal, short_names, wide
from core.measure import Measure
from core.words import Language, fill, rounded

SYMBOLS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "cross": "✚",
    "x": "✖",
}
"""Plotly's names of the shapes, and the letters that look like them. Their number has no divisor in common with that of
the colours, so that a colour and a shape come together again only after all other pairs."""
_DASHES = ("solid", "dash", "dot", "dashdot")

_SIZES = {
    "circle": 8,
    "square": 7,
    "diamond": 6.5,
    "triangle-up": 7.5,
    "triangle-down": 7.5,
    "cross": 8,
    "x": 7,
}
"""px: Plotly draws a diamond of size 8 higher than a lane."""

_LETTERS, _NARROW_LETTERS = 30, 38
"""Most letters of a run's name in a legend, and in a phone's."""
_SIGN, _LETTER, _LINE, _LINES = 46, 7, 19, 30
"""What a legend needs for a name's sign, for a letter, for its only line and for each of several, px."""
_WIDE = 1000
"""Room that a legend is taken to have, px; where it has less, it stands higher up."""
_OTHER = 30
"""Letters that the line of guessing takes in a legend, with its sign."""
_CAMERA = 28
"""Height and width of the download button's corner, px."""


@dataclass(frozen=True)
class Mark:
    """By what a run is known in every chart."""

    colour: str
    symbol: str = "circle"
    """One of SYMBOLS."""
    dash: str = "solid"
    """Of its lines; it differs between the first runs of one colour."""

    @property
    def letter(self) -> str:
        """The symbol as a letter."""
        return SYMBOLS[self.symbol]

    @property
    def size(self) -> float:
        """Of the symbol in a lane, px."""
        return _SIZES[self.symbol]


@dataclass(frozen=True)
class Seed:
    """One of several runs that a series is the mean of."""

    name: str
    """As it is shown."""
    cells: pd.DataFrame
    lost: pd.DataFrame | None = None
    """Both as of Series."""


@dataclass(frozen=True)
class Series:
    """One run in a chart, or the mean of several that differ in their seed alone."""

    name: str
    """As it is shown."""
    mark: Mark
    cells: pd.DataFrame
    """A table of cells (core.evaluation.metrics): noise, severity (where it is by severity), images, right, and the
    columns of the measures."""
    seen: Sequence[str] = ()
    """Noises that it was trained with: there its marks are hollow."""
    lost: pd.DataFrame | None = None
    """Points lost to each noise, with their 95 % interval: columns noise, drop, low, high."""
    seeds: Sequence[Seed] = ()
    """Of a mean those that it is made of."""


def most_shown(measure: Measure, series: Sequence[Series]) -> float:
    """Where the axis of a measure ends, as its values are written: at the most that it can be where that is the best,
    else at the most that there is, as what is best at 0 would be flat below an axis to its worst."""
    if measure.up_to_highest:
        assert measure.highest is not None
        return measure.unit.times * measure.highest
    ends = pd.concat([one.cells[measure.columns.high] for one in series]).dropna()
    most = float(ends.max()) if len(ends) else 0.0
    return measure.unit.times * most if most > 0 else 1.0


def least_shown(measure: Measure, series: Sequence[Series]) -> float:
    """Where the axis of a measure begins: at 0, or at the least that there is of one that may be less."""
    if measure.lowest >= 0:
        return 0.0
    ends = pd.concat([one.cells[measure.columns.low] for one in series]).dropna()
    return measure.unit.times * min(0.0, float(ends.min()) if len(ends) else 0.0)


def values_said(measure: Measure, cells: pd.DataFrame, language: Language) -> list[str]:
    """Of each cell what a measure comes to, with its interval and counts, in two lines of a hover label."""
    said = []
    pictures = int(cells["images"].min())  # what is pooled counts a picture once a severity
    sign = measure.unit.behind
    columns = [str(name) for name in cells]
    for values in cells.itertuples(index=False, name=None):
        row = dict(zip(columns, values, strict=True))
        value, low, high, n = (row[name] for name in measure.columns)
        levels = row["images"] // pictures
        counts = fill(measure.counted[language], **(row | {"n": n}))
        if levels > 1:
            counts += word("times", language, pictures=pictures, levels=levels)
        share, least, most = (measure.said(one, 1) for one in (value, low, high))
        said.append(f"{share}{sign} ({least} – {most}{sign})<br>{counts}")
    return said


def seed_values(one: Series, column: str, losses: bool = False) -> dict[str, list[float]]:
    """Of each noise, or mean, what the seeds of a mean come to; nothing of a single run.

    Args:
        column: of their tables of cells, or of what they lose.
    """
    known = []
    for seed in one.seeds:
        table = seed.lost if losses else seed.cells
        known.append({} if table is None else dict(zip(table["noise"], table[column], strict=True)))
    noises = dict.fromkeys(noise for seed in known for noise in seed)
    return {str(noise): [float(seed.get(noise, np.nan)) for seed in known] for noise in noises}


def seeds_said(values: Sequence[float], digits: int, language: Language) -> str:
    """What each of several seeds comes to, and their spread; "" without any.

    Args:
        values: as they are written.
        digits: after the point.
    """
    if not values:
        return ""
    known = not np.isnan(values).any()
    return word(
        "seeds_said",
        language,
        n=len(values),
        values=", ".join("–" if np.isnan(value) else rounded(value, digits) for value in values),
        sd=rounded(float(np.std(values, ddof=1)), digits) if known else "–",
    )


def run_marks(
    palette: Palette, runs: Sequence[tuple[str, bool]], shown: Sequence[str] = ()
) -> dict[str, Mark]:
    """A colour and shape for each run, the same on every page and whatever stands beside it.

    Args:
        runs: (id, noise-trained) of every run, oldest first.
        shown: ids that stand in one chart; of two that share both, as happens with very many runs, the newer takes a
            free pair.
    """
    wheel, symbols = palette.wheel, list(SYMBOLS)
    marks = {}
    trained = clean = 0
    for run_id, noise_trained in runs:
        if noise_trained:
            around = trained // len(wheel)
            colour, symbol = wheel[trained % len(wheel)], symbols[(trained + 1) % len(symbols)]
        else:
            around = clean
            colour, symbol = palette.reference, symbols[clean % len(symbols)]
        marks[run_id] = Mark(colour, symbol, _DASHES[around % len(_DASHES)])
        trained, clean = trained + noise_trained, clean + (not noise_trained)
    used: set[tuple[str, str]] = set()
    for run_id, _ in runs:
        if run_id in shown:
            mark = marks[run_id]
            pairs = [
                (colour, symbol) for colour in (mark.colour, *wheel) for symbol in (mark.symbol, *symbols)
            ]
            free = next((pair for pair in pairs if pair not in used), pairs[0])
            marks[run_id] = Mark(*free, mark.dash)
            used.add(free)
    return marks


def add_legend(
    figure: go.Figure, series: Sequence[Series], narrow: bool, below: int = 8, bars: bool = False
) -> int:
    """Name the runs above the plot, beside what the figure names already, in as many lines as they need.

    Args:
        narrow: for a phone: a line a name, as two do not fit.
        below: px between the legend and the plot.
        bars: runs are bars, which have no shape.

    Returns:
        Room that all this needs above the plot, px.
    """
    # Where they stand in one line all the same, names use the room that there is.
    room = (_WIDE - _CAMERA) // _LETTER // len(series) - _SIGN // _LETTER - _OTHER // len(series)
    letters = _NARROW_LETTERS if narrow else max(_LETTERS, room)
    names = short_names([one.name for one in series], letters)
    for place, (one, name) in enumerate(zip(series, names, strict=True)):
        symbol = "square" if bars else one.mark.symbol
        figure.add_scatter(
            name=literal([name])[0],
            x=[None],
            y=[None],
            mode="markers",
            marker={"color": one.mark.colour, "symbol": symbol, "size": one.mark.size + 2},
            legendgroup=str(place),
        )
    words = [html.unescape(one.name or "") for one in figure.data if one.showlegend is not False]
    widths = [_SIGN + _LETTER * wide(word) for word in words]
    if narrow:
        lines = len(words)
    elif sum(widths) <= _WIDE - _CAMERA:
        lines = 1
    else:
        lines = ceil(len(words) / max(1, _WIDE // max(widths)))
    figure.update_layout(showlegend=True)
    # One line ends before the button at the right; more lines stand below it.
    camera = _CAMERA if narrow or lines > 1 else 0
    return camera + (_LINE if lines == 1 else _LINES * lines) + below


def interval(
    low: pd.Series, values: pd.Series, high: pd.Series, thickness: float, width: int, colour: str
) -> dict[str, Any]:
    """How sure values are, as Plotly draws it: a line from `low` to `high`.

    Args:
        thickness, width: of the line and of the caps at its ends, px.
    """
    return {
        "type": "data",
        "array": (high - values).tolist(),
        "arrayminus": (values - low).tolist(),
        "symmetric": False,
        "thickness": thickness,
        "width": width,
        "color": colour,
    }
