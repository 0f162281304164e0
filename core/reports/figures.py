"""Charts that print: SVG made with matplotlib, whose text stays text. What screens show are Plotly's, in core.charts."""

import io
import logging
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from core.charts.drawing import Palette, axis_title, cell_colour, noise_label, readable_on
from core.charts.names import short_names, wide
from core.charts.runs import Series, seed_values
from core.measure import Measure
from core.noise.catalogue import CLEAN, SEVERITIES
from core.words import Language

MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "cross": "P",
    "x": "X",
}
"""matplotlib's names of core.charts.runs.SYMBOLS."""
DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}

WIDTH = 7.1
"""Inches: what A4 has between its margins."""
_PAGE = 9.2
"""Inches of a printed A4 page that a chart may take, below its title and above its words."""
_LINES = 2
"""Of a run's name above its column."""
_LETTER = 0.075
"""Inches that a Latin letter of the labels takes."""
_LANE, _LEAST = 0.085, 0.17
"""Inches of a run's lane in the row of a noise, and of a row."""
_BELOW_ROWS, _EACH, _CELL = 0.42, 1.35, 0.2
"""Inches: of the axis below rows, of a small chart over severities, of a row of the heat map."""
FAINT = 0.55
"""Opacity of single seeds."""
_NAMES = 40
"""Letters of a run's name in a legend."""
_PER_LINE = 4
"""Noises beside each other, severity by severity."""
_SETTINGS = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name with dollars in it is a name
    "svg.hashsalt": "noiselens",
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "NanumGothic", "Noto Sans KR", "Malgun Gothic", "DejaVu Sans"],
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Within it matplotlib draws for print, and says nothing of fonts that are the reader's."""
    with warnings.catch_warnings(), matplotlib.rc_context(_SETTINGS):
        # The reader's fonts are taken, not this computer's.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        fonts = logging.getLogger("matplotlib.font_manager")
        level = fonts.level
        fonts.setLevel(logging.ERROR)
        try:
            yield
        finally:
            fonts.setLevel(level)


def svg(figure: Figure) -> str:
    """Without the XML head, as it stands in a page."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def legend(figure: Figure, handles: Sequence[Artist], names: Sequence[str], columns: int) -> None:
    """What marks mean, above the charts of a figure, from its left edge."""
    figure.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        borderaxespad=0.1,
        handlelength=2.4,
    )


def _legend_of_runs(figure: Figure, series: Sequence[Series]) -> None:
    handles = [
        Line2D(
            [],
            [],
            marker=MARKERS[one.mark.symbol],
            linestyle=DASHES[one.mark.dash],
            linewidth=1,
            markersize=5,
            color=one.mark.colour,
        )
        for one in series
    ]
    legend(figure, handles, short_names([one.name for one in series], _NAMES), columns=2)


def _legend_height(runs: int) -> float:
    return 0.18 * -(-runs // 2) + 0.12


def rows_on_a_page(runs: int) -> int:
    """Noises whose `rows` fit on a printed page."""
    return max(1, int((_PAGE - _legend_height(runs) - _BELOW_ROWS) / _row(runs)) - 1)


def severities_on_a_page(runs: int) -> int:
    """The same of `severities`."""
    return max(1, int((_PAGE - _legend_height(runs) - 0.55) / _EACH)) * _PER_LINE


def grid_on_a_page() -> int:
    """The same of `grid`."""
    return int((_PAGE - 0.6) / _CELL) - 1


def _row(runs: int) -> float:
    return max(_LEAST, 0.06 + _LANE * runs)


def rows(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    noises: Sequence[str],
    language: Language,
    means: Mapping[str, str] | None = None,
) -> str:
    """A measure under each noise with its interval, a lane a run: as core.charts.rows.measured_rows, for print.

    Args:
        series: cells with one row a noise.
        guessing: what guessing gives; None draws no line.
        noises: the rows from the top, at most `rows_on_a_page`; clean stands above them.
        means: what rows are called that stand for several noises.
    """
    times, (value, low, high, _) = measure.unit.times, measure.columns
    shown = [CLEAN, *noises]
    labels = [(means or {}).get(noise) or noise_label(noise, language) for noise in shown]
    row = _row(len(series))
    above, below = _legend_height(len(series)), _BELOW_ROWS
    left = 0.1 + _LETTER * max(map(wide, labels))
    height = above + row * len(shown) + below
    with drawing():
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes(
            (left / WIDTH, below / height, 1 - (left + 0.12) / WIDTH, row * len(shown) / height)
        )
        for number in range(0, len(shown), 2):
            axes.axhspan(number - 0.5, number + 0.5, color=palette.grid, alpha=0.45, linewidth=0)
        for place, one in enumerate(series):
            cells = one.cells.set_index("noise").loc[shown]
            y = np.arange(len(shown)) + (place - (len(series) - 1) / 2) * _LANE / row
            values, lows, highs = (times * cells[name].to_numpy(dtype=float) for name in (value, low, high))
            axes.hlines(y, lows, highs, color=one.mark.colour, linewidth=1)
            if one.seeds:
                dots = seed_values(one, value)
                of_each = times * np.array([dots[noise] for noise in shown])
                axes.plot(
                    of_each, y, linestyle="", marker=".", markersize=4, color=one.mark.colour, alpha=FAINT
                )
            hollow = np.array([noise in one.seen for noise in shown])
            for within, face in ((hollow, palette.ground), (~hollow, one.mark.colour)):
                axes.plot(
                    values[within],
                    y[within],
                    linestyle="",
                    marker=MARKERS[one.mark.symbol],
                    markersize=4,
                    markerfacecolor=face,
                    markeredgecolor=one.mark.colour,
                )
        if guessing is not None:
            axes.axvline(times * guessing, color=palette.text, linestyle=":", linewidth=1)
        axes.set_yticks(range(len(shown)), labels)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=palette.grid, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(axis_title(measure, language))
        if measure.up_to_highest:
            axes.set_xlim(right=102 if measure.unit.times == 100 else None)
        _legend_of_runs(figure, series)
        return svg(figure)


def severities(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    noises: Sequence[str],
    language: Language,
) -> str:
    """A measure from clean to severity 5, a small chart a noise: as core.charts.measured.measured_by_severity, for print.

    Args:
        series: cells with one row a noise and severity.
        noises: in their order, at most `severities_on_a_page`.
    """
    times, (value, low, high, _) = measure.unit.times, measure.columns
    lines = -(-len(noises) // _PER_LINE)
    above = _legend_height(len(series)) + 0.25
    height = above + _EACH * lines + 0.3
    with drawing():
        figure = Figure(figsize=(WIDTH, height))
        grid = figure.add_gridspec(
            lines,
            _PER_LINE,
            left=0.06,
            right=0.99,
            top=1 - above / height,
            bottom=0.38 / height,
            hspace=0.55,
            wspace=0.18,
        )
        for number, noise in enumerate(noises):
            axes = figure.add_subplot(grid[number // _PER_LINE, number % _PER_LINE])
            axes.set_title(short_names([noise_label(noise, language)], 26)[0], fontsize=8, loc="left")
            for one in series:
                cells = one.cells[one.cells["noise"].isin([CLEAN, noise])].sort_values("severity")
                level = cells["severity"].to_numpy(dtype=float)
                values, lows, highs = (
                    times * cells[name].to_numpy(dtype=float) for name in (value, low, high)
                )
                for seed in one.seeds:
                    own = seed.cells[seed.cells["noise"].isin([CLEAN, noise])].sort_values("severity")
                    axes.plot(
                        own["severity"],
                        times * own[value],
                        color=one.mark.colour,
                        linewidth=0.6,
                        alpha=FAINT,
                    )
                axes.fill_between(level, lows, highs, color=one.mark.colour, alpha=0.15, linewidth=0)
                axes.plot(
                    level,
                    values,
                    color=one.mark.colour,
                    linestyle=DASHES[one.mark.dash],
                    marker=MARKERS[one.mark.symbol],
                    markersize=3,
                    linewidth=1,
                    markerfacecolor=palette.ground if noise in one.seen else one.mark.colour,
                )
            if guessing is not None:
                axes.axhline(times * guessing, color=palette.text, linestyle=":", linewidth=0.8)
            axes.set_xlim(-0.3, 5.3)
            axes.set_xticks([0, *SEVERITIES])
            if measure.up_to_highest:
                axes.set_ylim(0, 104 if measure.unit.times == 100 else None)
            axes.grid(color=palette.grid, linewidth=0.5)
            axes.set_axisbelow(True)
            if number % _PER_LINE:
                axes.tick_params(labelleft=False)
        _legend_of_runs(figure, series)
        return svg(figure)


def grid(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    noises: Sequence[str],
    language: Language,
) -> str:
    """A measure of each run (columns) under each noise (rows) as a heat map, a dot where it was trained with the noise.

    Args:
        series: cells with one row a noise.
        noises: the rows below clean, at most `grid_on_a_page`.
    """
    value = measure.columns.value
    shown = [CLEAN, *noises]
    labels = [noise_label(noise, language) for noise in shown]
    table = np.array([one.cells.set_index("noise").loc[shown, value].to_numpy(dtype=float) for one in series])
    lowest = guessing or 0.0
    top = float(np.nanmax(table)) if measure.highest is None else measure.highest
    left, row = 0.1 + _LETTER * max(map(wide, labels)), _CELL
    letters = int((WIDTH - left) / len(series) / _LETTER)
    names = [
        textwrap.fill(name, letters, break_on_hyphens=False)
        for name in short_names([one.name for one in series], _LINES * letters)
    ]
    above = 0.14 + 0.14 * max(name.count("\n") + 1 for name in names)
    height = above + row * len(shown) + 0.08
    with drawing():
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes(
            (left / WIDTH, 0.06 / height, 1 - (left + 0.1) / WIDTH, row * len(shown) / height)
        )
        for x, (one, values) in enumerate(zip(series, table, strict=True)):
            for y, (noise, number) in enumerate(zip(shown, values, strict=True)):
                share = 0.0 if np.isnan(number) else (number - lowest) / max(top - lowest, 1e-9)
                if not measure.higher_is_better:
                    share = 1 - share
                colour = cell_colour(palette, float(np.clip(share, 0, 1)))
                axes.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, color=colour, linewidth=0))
                said = "" if np.isnan(number) else measure.said(float(number))
                axes.text(
                    x,
                    y,
                    f"{said}{' •' if noise in one.seen else ''}",
                    ha="center",
                    va="center",
                    color=readable_on(colour),
                )
        axes.set_xlim(-0.5, len(series) - 0.5)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xticks(range(len(series)), names)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(shown)), labels)
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return svg(figure)
