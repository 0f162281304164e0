"""Charts of what numbers mean, for print: errors by distance from training, errors by the size of a wave."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.charts.distances import LOOKS, distance_words, named_apart
from core.charts.drawing import Palette, noise_label
from core.charts.frequencies import change_colours, error_colours, frequency_words
from core.charts.names import short_names
from core.reports.figures import WIDTH, drawing, legend, svg
from core.words import Language

_PER_LINE = 2
_MARKERS = {"seen": "o", "near": "D", "far": "s"}
_NAMED = 5
"""Noises that are named in a chart: those with most errors."""
_APART = (0.3, 0.06)
_NAME = 44


def distances(palette: Palette, tables: Sequence[tuple[str, pd.DataFrame]], language: Language) -> str:
    """Errors against distance from training, a chart a run.

    Args:
        tables: of each run its name and core.evaluation.distance_error.distance_table.
    """
    lines = -(-len(tables) // _PER_LINE)
    height = 0.45 + 2.3 * lines
    with drawing():
        figure = Figure(figsize=(WIDTH, height))
        grid = figure.add_gridspec(
            lines,
            _PER_LINE,
            left=0.08,
            right=0.99,
            top=1 - 0.45 / height,
            bottom=0.42 / height,
            hspace=0.55,
            wspace=0.22,
        )
        names = short_names([name for name, _ in tables], _NAME)
        for place, (name, (_, table)) in enumerate(zip(names, tables, strict=True)):
            axes = figure.add_subplot(grid[place // _PER_LINE, place % _PER_LINE])
            axes.set_title(name, fontsize=8, loc="left")
            for kind, (colour, _) in LOOKS.items():
                own = table[table["kind"] == kind]
                x, y = own["distance"].to_numpy(np.float64), 100 * own["error"].to_numpy(np.float64)
                axes.vlines(
                    x, 100 * own["low"], 100 * own["high"], color=colour or palette.reference, linewidth=0.8
                )
                axes.plot(
                    x,
                    y,
                    linestyle="",
                    marker=_MARKERS[kind],
                    markersize=4,
                    color=colour or palette.reference,
                    markerfacecolor=palette.ground if kind == "seen" else colour,
                    label=distance_words(kind, language),
                )
            shown = table.set_index("noise")
            for noise in named_apart(table, _NAMED, _APART):
                axes.annotate(
                    noise_label(noise, language),
                    (float(shown["distance"][noise]), 100 * float(shown["error"][noise])),
                    xytext=(4, 2),
                    textcoords="offset points",
                    fontsize=6,
                )
            axes.set_xlim(right=1.25 * float(table["distance"].max()) or 1.0)
            axes.set_xlabel(distance_words("distance", language))
            axes.set_ylabel(distance_words("error", language))
            axes.set_ylim(0, 103)
            axes.grid(color=palette.grid, linewidth=0.5)
            axes.set_axisbelow(True)
        legend(figure, *axes.get_legend_handles_labels(), columns=3)
        return svg(figure)


def spectra(
    palette: Palette, planes: Sequence[tuple[str, NDArray[np.float64], int, bool]], language: Language
) -> str:
    """Errors by the wave that is added, a map a run; a difference of two beside them.

    Args:
        planes: of each its name, R,R of 0..1 (a difference: -1..1) as core.evaluation.fourier.whole_plane gives it, the side of the
            pictures in px, and whether it is a difference.
    """
    per_line = 3
    lines = -(-len(planes) // per_line)
    height = 0.1 + 2.35 * lines
    with drawing():
        figure = Figure(figsize=(WIDTH, height))
        grid = figure.add_gridspec(
            lines,
            per_line,
            left=0.07,
            right=0.95,
            top=1 - 0.35 / height,
            bottom=0.42 / height,
            hspace=0.6,
            wspace=0.5,
        )
        names = short_names([name for name, _, _, change in planes if not change], 30)
        names += [name for name, _, _, change in planes if change]
        for place, (name, (_, plane, side, change)) in enumerate(zip(names, planes, strict=True)):
            axes = figure.add_subplot(grid[place // per_line, place % per_line])
            axes.set_title(name, fontsize=7, loc="left")
            colours = change_colours(palette) if change else error_colours(palette)
            most = max(10.0, 100 * float(np.abs(plane).max())) if change else 100.0
            half = side / 2
            image = axes.imshow(
                100 * plane,
                cmap=LinearSegmentedColormap.from_list("errors", colours),
                vmin=-most if change else 0,
                vmax=most,
                extent=(-half, half, half, -half),
                interpolation="nearest",
            )
            bar = figure.colorbar(image, ax=axes, fraction=0.046, pad=0.04, format="%d")
            bar.ax.set_title(frequency_words("points" if change else "percent", language), fontsize=6)
            bar.ax.tick_params(labelsize=6)
            axes.set_xlabel(frequency_words("across", language), fontsize=7)
            if place % per_line == 0:
                axes.set_ylabel(frequency_words("down", language), fontsize=7)
            axes.tick_params(labelsize=6)
        return svg(figure)
