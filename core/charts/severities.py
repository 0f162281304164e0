"""A measure over severities, a small chart a noise, all in one figure: one legend, one scale, one file to take away."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import plotly.graph_objects as go

from core.charts.drawing import Palette, about, new_figure, noise_label, word
from core.charts.names import in_lines, literal
from core.charts.runs import Series, add_legend, interval, least_shown, most_shown, values_said
from core.measure import Measure
from core.noise.catalogue import CLEAN, SEVERITIES
from core.words import Language

COLUMNS, NARROW_COLUMNS = 4, 2
_PANEL, _TITLE, _BETWEEN, _AXIS = 150, 26, 26, 44
"""px: height of a row without its title, of the title, between rows, and below the last one."""
_ASIDE = 0.09
"""Severities by which the lines of two runs stand apart."""


def severity_panels(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    keys: Sequence[str],
    language: Language = "en",
    narrow: bool = False,
    labels: Mapping[str, str] | None = None,
) -> go.Figure:
    """From clean to severity 5, a line a run with its 95 % intervals, a panel a noise.

    Args:
        series: cells with one row a noise, or mean, and severity.
        guessing: as of core.charts.measured.measured_by_noise.
        keys: noises and means in the order to show, at least one.
        narrow: for a phone: fewer beside each other.
        labels: how means are written, by their key.

    Returns:
        A figure whose points carry (noise or key of a mean, place in `series`, severity) as customdata.
    """
    columns = min(NARROW_COLUMNS if narrow else COLUMNS, len(keys))
    rows = ceil(len(keys) / columns)
    height = rows * (_PANEL + _TITLE) + _AXIS
    look = new_figure(palette, None).layout
    top = most_shown(measure, series)
    ends = [1.04 * least_shown(measure, series), 1.04 * top]
    axes: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    titles: list[dict[str, Any]] = []
    x_axis, y_axis = look.xaxis.to_plotly_json(), look.yaxis.to_plotly_json()
    gap = 0.06 if narrow else 0.025
    for number, key in enumerate(keys):
        row, column = divmod(number, columns)
        name = "" if number == 0 else str(number + 1)
        left, right = column / columns + gap * (column > 0), (column + 1) / columns
        over = 1 - row * (_PANEL + _TITLE) / height
        upper, lower = over - _TITLE / height, over - (_TITLE + _PANEL - _BETWEEN) / height
        last = number + columns >= len(keys)
        axes[f"xaxis{name}"] = x_axis | {
            "anchor": f"y{name}",
            "domain": [left, right],
            "tickvals": [0, *SEVERITIES],
            "range": [-0.4, 5.4],
            "showticklabels": last,
            "ticks": "outside" if last else "",
            "title": {
                "text": word("severity", language) if last and not narrow else "",
                "standoff": 4,
                "font": {"size": 12},
            },
        }
        axes[f"yaxis{name}"] = y_axis | {
            "anchor": f"x{name}",
            "domain": [max(0.0, lower), upper],
            "range": ends,
            "dtick": top / 4 if measure.up_to_highest else None,
            "showticklabels": column == 0,
        }
        titles.append(
            {
                "text": (labels or {}).get(key) or f"<b>{noise_label(key, language)}</b>",
                "x": left,
                "y": upper,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12 if narrow else 13},
            }
        )
        traces += _lines(measure, series, key, name, language)
        if guessing is not None:
            traces.append(_level(palette, measure.unit.times * guessing, name))
    # In one step: each axis that is added later costs Plotly as much again.
    figure = new_figure(palette, None, annotations=titles, **axes)
    figure.add_traces(traces)
    above = add_legend(figure, series, narrow, below=4)
    figure.update_layout(height=height + above, margin={"t": above, "b": 8}, legend={"y": 1 + 4 / height})
    return figure


def _lines(
    measure: Measure, series: Sequence[Series], key: str, axis: str, language: Language
) -> list[dict[str, Any]]:
    """The lines of one panel."""
    value, low, high, _ = measure.columns
    times, traces = measure.unit.times, []
    for place, one in enumerate(series):
        cells = one.cells[one.cells["noise"].isin([CLEAN, key])].sort_values("severity")
        values = times * cells[value]
        aside = _ASIDE * (place - (len(series) - 1) / 2)
        hollow = "-open" if key in one.seen else ""
        name = in_lines(one.name)
        said = [f"{name}<br>{own}{about(key, language)}" for own in values_said(measure, cells, language)]
        traces.append(
            {
                "type": "scatter",
                "name": literal([one.name])[0],
                "x": (cells["severity"] + aside).tolist(),
                "y": values.tolist(),
                "xaxis": f"x{axis}",
                "yaxis": f"y{axis}",
                "error_y": interval(times * cells[low], values, times * cells[high], 1, 0, one.mark.colour),
                "mode": "lines+markers",
                "line": {"color": one.mark.colour, "width": 1.5, "dash": one.mark.dash},
                "marker": {"symbol": one.mark.symbol + hollow, "size": one.mark.size - 1},
                "hovertext": said,
                "hovertemplate": "%{hovertext}<extra></extra>",
                "customdata": [(key, place, int(level)) for level in cells["severity"]],
                "legendgroup": str(place),
                "showlegend": False,
            }
        )
    return traces


def _level(palette: Palette, value: float, axis: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [-0.4, 5.4],
        "y": [value, value],
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "mode": "lines",
        "line": {"color": palette.wrong, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
        "showlegend": False,
    }
