"""A measure of runs: noise by noise and severity by severity; and what they confuse with what."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import (
    Palette,
    about,
    add_grid,
    add_guessing,
    axis_title,
    mixed,
    new_figure,
    noise_label,
    readable_on,
    word,
)
from core.charts.names import in_lines, literal, short_names, wide
from core.charts.runs import Series, add_legend, interval, least_shown, most_shown, values_said
from core.measure import Measure
from core.noise.catalogue import CLEAN, SEVERITIES
from core.words import Language, rounded

SHORT_WHISKER = 0.045
"""Part of the axis; a whisker that reaches further up would cross a value on its bar."""
MANY = 12
"""More noises than this are rows instead of bars, whose names would not fit."""
_MANY_RUNS = 3
"""More runs than this are rows as well: values would not fit on their bars."""
_WIDE_BAR = 0.06
"""Most of the chart's width that a bar takes."""

_ABOVE_GRID = 34
"""Where the download button stands, px: a grid has no legend that would keep it off the cells."""


def as_bars(series: Sequence[Series]) -> bool:
    """Few enough runs and noises for `measured_by_noise`, and runs that bars, which have no shape, tell apart."""
    colours = {one.mark.colour for one in series}
    noises = int((series[0].cells["noise"] != CLEAN).sum())
    seeds = any(one.seeds for one in series)  # their dots stand beside a mark, not on a bar
    return noises <= MANY and len(series) <= _MANY_RUNS and len(colours) == len(series) and not seeds


def measured_by_noise(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    language: Language = "en",
    height: int = 420,
) -> go.Figure:
    """A measure under each noise, runs side by side, with 95 % whiskers and the level of guessing.

    Args:
        series: cells with one row a noise, in the order to show; at most three, see `as_bars`.
        guessing: what guessing gives; None where runs differ in it, or it is no level of this measure.

    Returns:
        A figure whose points carry (noise, place in `series`) as customdata.
    """
    share = min(0.72 / len(series), _WIDE_BAR * len(series[0].cells))
    figure = new_figure(palette, height, barmode="group", bargap=1 - share * len(series), bargroupgap=0.0)
    # Values stand on their bars, an empty line higher: there the whiskers end. Long ones leave them the foot.
    value, low, high, _ = measure.columns
    times, top = measure.unit.times, most_shown(measure, series)
    longest = max(float((one.cells[high] - one.cells[value]).max()) for one in series)
    below = "<br>\u00a0" if times * longest <= SHORT_WHISKER * top else ""
    for place, one in enumerate(series):
        cells = one.cells
        values = times * cells[value]
        name = in_lines(one.name)
        fills = [_fill(palette, one, noise) for noise in cells["noise"]]
        figure.add_bar(
            x=[noise_label(noise, language) for noise in cells["noise"]],
            y=values,
            error_y=interval(times * cells[low], values, times * cells[high], 1.2, 3, palette.text),
            marker={"color": fills, "line": {"color": one.mark.colour, "width": 1.5}},
            text=[f"{measure.said(number)}{below}" for number in cells[value]],
            textposition="outside" if below else "inside",
            insidetextanchor="start",
            textangle=0,
            insidetextfont={"color": [readable_on(fill) for fill in fills], "size": 15},
            outsidetextfont={"size": 15},
            cliponaxis=False,
            hovertext=[
                f"{name}<br>{said}{about(noise, language)}"
                for noise, said in zip(cells["noise"], values_said(measure, cells, language), strict=True)
            ],
            hovertemplate="<b>%{x}</b><br>%{hovertext}<extra></extra>",
            customdata=[(noise, place) for noise in cells["noise"]],
            legendgroup=str(place),
            showlegend=False,
        )
    add_guessing(figure, palette, measure, guessing, language)
    figure.update_yaxes(
        range=[1.04 * least_shown(measure, series), (116 if below else 104) * top / 100],
        dtick=top / 5 if measure.up_to_highest else None,
        title_text=axis_title(measure, language),
    )
    figure.update_layout(margin={"t": add_legend(figure, series, narrow=False, bars=True)})
    return figure


def _fill(palette: Palette, one: Series, noise: str) -> str:
    """Of a bar: faint where the run was trained with the noise, as marks are hollow there."""
    return mixed(one.mark.colour, palette.ground, 0.22) if noise in one.seen else one.mark.colour


def trained_by_tested(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    language: Language = "en",
    narrow: bool = False,
    keys: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> go.Figure:
    """A measure of each run under each noise, with a dot where the run was trained with the noise.

    Few noises are the columns and runs the rows; many, and all on a phone, are the rows.

    Args:
        series: cells with one row a noise, the same noises in the same order for all.
        guessing: what guessing gives, at which the colours begin; None as of `measured_by_noise`.
        narrow: for a phone.
        keys: the noises and means in the order to show; None for all, as they come.
        labels: how means are written, by their key, which stands where a noise's would.

    Returns:
        A figure with a point over each cell, which carries (noise or key of a mean, place in `series`) as customdata.
    """
    noises = list(keys or series[0].cells["noise"])
    upright = narrow or len(noises) > MANY + 1
    times, column = measure.unit.times, measure.columns.value
    values = [one.cells.set_index("noise").loc[noises, column].tolist() for one in series]
    shares = [[times * value for value in row] for row in values]
    # On a phone eight runs leave their numbers no room beside a dot.
    seen_mark = " •" if not narrow or len(series) <= _ROOMY else "•"
    words = [
        [
            f"{measure.said(value)}{seen_mark if noise in one.seen else ''}"
            for noise, value in zip(noises, row, strict=True)
        ]
        for one, row in zip(series, values, strict=True)
    ]
    named = [(labels or {}).get(noise) or noise_label(noise, language) for noise in noises]
    feet = [about(noise, language) for noise in noises]
    hovers = []
    for one, row in zip(series, values, strict=True):
        name = in_lines(one.name)
        hovers.append(
            [
                f"{name}<br>→ {label}: {measure.said(value, 1)}{measure.unit.behind}{foot}"
                for label, value, foot in zip(named, row, feet, strict=True)
            ]
        )
    letters = _WIDE_GRID // len(series) if upright and not narrow else 0
    names = short_names([one.name for one in series], 2 * letters or (18 if narrow else 30))
    names = [in_lines(name, letters) for name in names] if letters else literal(names)
    columns, rows = named, names
    titles = word("tested_on", language), word("trained_on", language)
    behind: list[list[object]] = [[(noise, place) for noise in noises] for place in range(len(series))]
    if upright:
        shares, words, hovers, behind = (
            [list(row) for row in zip(*table, strict=True)] for table in (shares, words, hovers, behind)
        )
        columns, rows = rows, columns
        titles = titles[1], ""  # beside names of noises there is no room for one, and no need
    figure = new_figure(palette, None)
    top = most_shown(measure, series)
    add_grid(
        figure,
        palette,
        shares,
        columns,
        rows,
        words,
        (times * (guessing or 0), top) if measure.higher_is_better else (top, least_shown(measure, series)),
        size=11 if narrow and len(series) > _ROOMY else 13,
        behind=behind,
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    turned = narrow and max(map(wide, names)) > _TURNED // len(series)
    names_height = 7 * max(map(wide, names)) + 16 if turned else 44
    figure.update_xaxes(title={"text": titles[0], "standoff": 12}, tickangle=-90 if turned else 0)
    figure.update_yaxes(title={"text": titles[1], "standoff": 12})
    if upright:
        # What the columns are is read at the top of a tall grid.
        figure.update_xaxes(side="top")
        above, beneath = _ABOVE_GRID + names_height + 24, 8
    else:
        above, beneath = _ABOVE_GRID, 60
    each = 22 if upright else 44
    figure.update_layout(height=above + each * len(rows) + beneath, margin={"t": above, "b": beneath})
    return figure


_WIDE_GRID, _TURNED = 130, 28
"""Letters that stand beside each other over the columns of a wide grid, and of a phone's."""
_ROOMY = 5
"""Runs up to which the columns of a grid on a phone have room for "88 •"."""


def measured_by_severity(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    noise: str,
    guessing: float | None,
    language: Language = "en",
    height: int = 230,
) -> go.Figure:
    """A measure from clean to severity 5 of one noise: a line a run, side by side, with its 95 % intervals.

    Args:
        guessing: as of `measured_by_noise`.
    """
    figure = new_figure(palette, height, showlegend=False)
    value, low, high, _ = measure.columns
    times, top = measure.unit.times, most_shown(measure, series)
    for place, one in enumerate(series):
        cells = one.cells[one.cells["noise"].isin([CLEAN, noise])].sort_values("severity")
        values = times * cells[value]
        aside = _ASIDE * (place - (len(series) - 1) / 2)
        name = in_lines(one.name)
        hollow = "-open" if noise in one.seen else ""
        figure.add_scatter(
            name=literal([one.name])[0],
            x=cells["severity"] + aside,
            y=values,
            error_y=interval(times * cells[low], values, times * cells[high], 1, 0, one.mark.colour),
            mode="lines+markers",
            line={"color": one.mark.colour, "width": 1.5, "dash": one.mark.dash},
            marker={"symbol": one.mark.symbol + hollow, "size": one.mark.size - 1},
            hovertext=[
                f"{name}<br>{said}{about(noise, language)}" for said in values_said(measure, cells, language)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    levels = [*SEVERITIES, *(int(level) for one in series for level in one.cells["severity"])]
    last = max(levels)  # a noise's own values may be more than five
    figure.update_xaxes(
        tickvals=list(range(last + 1)), range=[-0.4, last + 0.4], title_text=word("severity", language)
    )
    figure.update_yaxes(
        range=[1.04 * least_shown(measure, series), 1.04 * top],
        dtick=top / 4 if measure.up_to_highest else None,
    )
    add_guessing(figure, palette, measure, guessing, language)
    return figure


_ASIDE = 0.09
"""Severities by which the lines of two runs stand apart."""


def confusion(palette: Palette, counts: pd.DataFrame, language: Language = "en") -> go.Figure:
    """How often each true class (rows) was read as each class (columns), in per cent of its row."""
    shares = 100 * counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    sign = word("per_cent", language) if len(counts) <= _SIGNED else ""
    words = [[f"{share}{sign}" for share in whole_percents(row)] for row in counts.to_numpy().tolist()]
    classes = literal(counts.index)
    hovers = [
        [
            f"{truth} → {read}: {rounded(share, 1)}{word('per_cent', language)} ({number})"
            for read, share, number in zip(classes, row, numbers, strict=True)
        ]
        for truth, row, numbers in zip(
            classes, shares.to_numpy().tolist(), counts.to_numpy().tolist(), strict=True
        )
    ]
    names = literal(short_names([str(name) for name in counts.index], 18))
    height = min(_TALLEST, max(320, 190 + 22 * len(counts)))
    figure = new_figure(palette, height, margin={"t": _ABOVE_GRID})
    add_grid(
        figure,
        palette,
        shares.to_numpy().tolist(),
        names,
        names,
        words if len(counts) <= _WORDED else None,
        size=13 if len(counts) <= _SIGNED else 11,
        gap=2 if len(counts) <= _GAPS else 0,
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_xaxes(title={"text": word("read_as", language), "standoff": 12}, side="bottom")
    figure.update_yaxes(title={"text": word("truth", language), "standoff": 12})
    return figure


_SIGNED, _WORDED = 4, 8
"""Classes up to which a cell beside two other grids has room for "100 %", and for "100"."""
_GAPS = 30
"""Classes from which on gaps between cells would leave nothing of these."""
_TALLEST = 720
"""px of a confusion of very many classes."""


def whole_percents(counts: Sequence[int]) -> list[int]:
    """Shares in whole per cent that add up to 100: the largest remainders are rounded up (Hamilton's method).

    Of 62.5 and 37.5 that is the larger, which sentences and bars round up too.
    """
    total = sum(int(count) for count in counts)
    if total == 0:
        return [0] * len(counts)
    exact = [100 * int(count) / total for count in counts]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], -whole[place]))
    for place in by_remainder[: 100 - sum(whole)]:
        whole[place] += 1
    return whole
