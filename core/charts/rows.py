"""Runs noise by noise as rows: a lane a run within the row of a noise, so that nothing lies on anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import (
    Palette,
    about,
    add_guessing,
    axis_title,
    new_figure,
    noise_label,
    translucent,
    word,
)
from core.charts.names import in_lines
from core.charts.runs import (
    Series,
    add_legend,
    interval,
    least_shown,
    most_shown,
    seed_values,
    seeds_said,
    values_said,
)
from core.measure import Measure
from core.noise.catalogue import CLEAN
from core.words import Language, rounded

_ROW, _GAP = 26, 8
"""Least height of a row, and what of it belongs to no lane, px."""
_LANE, _WORDED = 9, 14
"""Height of a lane, and of one with a number in it, px."""
_WORDS_UP_TO = 3
"""More runs than this have no numbers beside their marks."""
_AXIS, _TITLE = 28, 24
"""px of an axis, and of its title."""


def by_cost(measure: Measure, series: Sequence[Series]) -> list[str]:
    """The noises, what these runs are worst under first."""
    cells = pd.concat([one.cells for one in series])
    cells = cells[cells["noise"] != CLEAN]
    means = cells.groupby("noise", sort=False)[measure.columns.value].mean()
    return [
        str(noise) for noise in means.sort_values(kind="stable", ascending=measure.higher_is_better).index
    ]


@dataclass(frozen=True)
class Means:
    """What rows are that stand for several noises, whose key in the tables is no noise's."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """By key: how it is written."""
    noises: Mapping[str, int] = field(default_factory=dict)
    """By key: of how many it is the mean."""


NO_MEANS = Means()


def measured_rows(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    guessing: float | None,
    noises: Sequence[str],
    language: Language = "en",
    narrow: bool = False,
    means: Means = NO_MEANS,
) -> go.Figure:
    """A measure under each noise, a row a noise and a lane a run, with 95 % intervals and the level of guessing.

    Of a mean over seeds each seed is a faint dot in its lane.

    Args:
        series: cells with one row a noise, or mean.
        guessing: what guessing gives; None where runs differ in it, or it is no level of this measure.
        noises: the rows from the top, noises and keys of `means`, without "clean", which stands above them.
        narrow: for a phone.

    Returns:
        A figure whose points carry (noise or key of a mean, place in `series`) as customdata.
    """
    times, top = measure.unit.times, most_shown(measure, series)
    value, low, high, _ = measure.columns
    rows = [CLEAN, *noises]
    tables, dots = [], []
    for one in series:
        cells = one.cells[one.cells["noise"].isin(rows)]
        of_seeds = {
            noise: [times * number for number in numbers]
            for noise, numbers in seed_values(one, value).items()
        }
        table = pd.DataFrame({"noise": cells["noise"]})
        for name, column in (("value", value), ("low", low), ("high", high)):
            table[name] = times * cells[column]
        table["said"] = _said(measure, cells, of_seeds, language, means)
        tables.append(table)
        dots.append({noise: of_seeds[noise] for noise in rows if noise in of_seeds})
    level = (measure, guessing) if guessing is not None else None
    figure = _lanes(palette, series, tables, rows, language, narrow, level, means=means, dots=dots)
    title = {"text": axis_title(measure, language)}
    if not measure.up_to_highest:
        figure.update_xaxes(range=[1.04 * least_shown(measure, series), 1.04 * top])
    else:
        least = [float(table["low"].min()) for table in tables]
        least += [min(values, default=top) for of_run in dots for values in of_run.values()]
        lowest = min(top if guessing is None else times * guessing, *least)
        tick = top / 5
        start = max(0, tick * int((lowest - 0.04 * top) // tick))  # marks, unlike bars, need no 0
        figure.update_xaxes(
            range=[start, 1.02 * top], tick0=0, dtick=tick if narrow or start < 2 * tick else tick / 2
        )
    figure.update_layout(xaxis={"title": title})
    return figure


def _said(
    measure: Measure,
    cells: pd.DataFrame,
    of_seeds: Mapping[str, Sequence[float]],
    language: Language,
    means: Means,
) -> list[str]:
    """What the hover label of each row says of a run."""
    found = []
    for noise, said in zip(cells["noise"], values_said(measure, cells, language), strict=True):
        value, counts = said.split("<br>", 1)
        if noise in means.noises:
            counts = word("mean_said", language, n=means.noises[noise])
        seeds = seeds_said(of_seeds.get(noise, []), measure.unit.digits + 1, language)
        found.append("<br>".join([value, seeds or counts]))
    return found


def drop_rows(
    palette: Palette,
    series: Sequence[Series],
    noises: Sequence[str],
    language: Language = "en",
    narrow: bool = False,
    means: Means = NO_MEANS,
) -> go.Figure:
    """Points of accuracy that each noise costs against the same run's clean accuracy, with 95 % intervals.

    Args:
        series: with `lost`.
        noises: the rows from the top, noises and keys of `means`.
        narrow: for a phone.

    Returns:
        A figure whose points carry customdata as those of `measured_rows`.
    """
    points = word("points", language)
    tables, dots = [], []
    for one in series:
        assert one.lost is not None
        said = [
            f"{rounded(drop, 1)} {points} ({rounded(low, 1)} – {rounded(high, 1)})"
            for drop, low, high in one.lost[["drop", "low", "high"]].to_numpy().tolist()
        ]
        of_seeds = seed_values(one, "drop", losses=True)
        seeds = [seeds_said(of_seeds.get(noise, []), 1, language) for noise in one.lost["noise"]]
        said = [f"{own}<br>{spread}" if spread else own for own, spread in zip(said, seeds, strict=True)]
        tables.append(one.lost.rename(columns={"drop": "value"}).assign(said=said))
        dots.append({noise: of_seeds[noise] for noise in noises if noise in of_seeds})
    worded = len(series) <= _WORDS_UP_TO
    figure = _lanes(palette, series, tables, noises, language, narrow, worded=worded, means=means, dots=dots)
    shown = pd.concat([table[table["noise"].isin(noises)] for table in tables])
    ends = min(0.0, float(shown["low"].min())), max(5.0, float(shown["high"].max()))
    room = 0.03 * (ends[1] - ends[0])
    # A number stands behind the interval.
    figure.update_xaxes(range=[ends[0] - room, ends[1] + (4 if len(series) <= _WORDS_UP_TO else 1) * room])
    figure.add_vline(x=0, line={"color": palette.text, "width": 1})
    figure.update_layout(xaxis={"title": {"text": word("drop", language)}})
    return figure


def _dots(
    one: Series,
    values: Mapping[str, Sequence[float]],
    noises: Sequence[str],
    lanes: Sequence[float],
    place: int,
) -> dict[str, object]:
    """The seeds of a mean, faint, in its lanes."""
    points = [
        (value, lane) for noise, lane in zip(noises, lanes, strict=True) for value in values.get(noise, [])
    ]
    return {
        "type": "scatter",
        "x": [value for value, _ in points],
        "y": [lane for _, lane in points],
        "mode": "markers",
        "marker": {"color": one.mark.colour, "symbol": "circle", "size": 5, "opacity": 0.7},
        "hoverinfo": "skip",
        "legendgroup": str(place),
        "showlegend": False,
        "cliponaxis": False,
    }


def _lanes(
    palette: Palette,
    series: Sequence[Series],
    tables: Sequence[pd.DataFrame],
    noises: Sequence[str],
    language: Language,
    narrow: bool,
    level: tuple[Measure, float] | None = None,
    worded: bool = False,
    means: Means = NO_MEANS,
    dots: Sequence[Mapping[str, Sequence[float]]] = (),
) -> go.Figure:
    """The rows of `noises`, in each a lane a run.

    Args:
        tables: of each run noise, value, low, high and said (what its hover label says).
        level: what guessing gives of a measure; None for no line.
        worded: a rounded value stands behind each interval.
        dots: of each run, by row, what its seeds come to.
    """
    lane = _WORDED if worded else _LANE
    row = max(_ROW, _GAP + lane * len(series))
    figure = new_figure(palette, None)
    traces = []
    labels = [means.labels.get(noise) or noise_label(noise, language) for noise in noises]
    heads = [f"<b>{label}</b>" for label in labels]
    feet = [about(noise, language) for noise in noises]
    for place, (one, table) in enumerate(zip(series, tables, strict=True)):
        cells = table.set_index("noise").loc[list(noises)]
        middle = (place - (len(series) - 1) / 2) * lane / row
        lanes = [number + middle for number in range(len(noises))]
        name = in_lines(one.name)
        told = [
            f"{head}<br>{name}<br>{said}{foot}"
            for head, said, foot in zip(heads, cells["said"], feet, strict=True)
        ]
        if dots and one.seeds:
            traces.append(_dots(one, dots[place], noises, lanes, place))
        symbols = [one.mark.symbol + ("-open" if noise in one.seen else "") for noise in noises]
        marker = {"color": one.mark.colour, "symbol": symbols, "size": one.mark.size, "opacity": 1}
        traces.append(
            {
                "type": "scatter",
                "x": cells["value"].tolist(),
                "y": lanes,
                "error_x": interval(cells["low"], cells["value"], cells["high"], 1.2, 0, one.mark.colour),
                "mode": "markers",
                "marker": marker | {"line": {"width": 1.5, "color": one.mark.colour}},
                "hovertext": told,
                "hovertemplate": "%{hovertext}<extra></extra>",
                "customdata": [(noise, place) for noise in noises],
                "legendgroup": str(place),
                "showlegend": False,
                "cliponaxis": False,
            }
        )
        if worded:
            traces.append(
                {
                    "type": "scatter",
                    "x": cells["high"].tolist(),
                    "y": lanes,
                    "mode": "text",
                    "text": [f" {rounded(value)}" for value in cells["value"]],
                    "textposition": "middle right",
                    "textfont": {"size": 11},
                    "hoverinfo": "skip",
                    "legendgroup": str(place),
                    "showlegend": False,
                    "cliponaxis": False,
                }
            )
    figure.add_traces(traces)
    if level is not None:
        add_guessing(figure, palette, *level, language, upright=True)
    stripes = [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": number - 0.5,
            "y1": number + 0.5,
            "fillcolor": translucent(palette.grid, 0.45),
            "line": {"width": 0},
            "layer": "below",
        }
        for number in range(0, len(noises), 2)
    ]
    # All at once: each added shape costs Plotly as much as all before it.
    figure.update_layout(shapes=[*figure.layout.shapes, *stripes])
    figure.update_xaxes(showgrid=True)
    # A tall chart is read at its top too: the same axis stands there once more, below the legend.
    figure.update_layout(
        xaxis2={
            "overlaying": "x",
            "matches": "x",
            "side": "top",
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "linecolor": palette.grid,
        }
    )
    figure.add_scatter(x=[None], y=[0], xaxis="x2", showlegend=False, hoverinfo="skip")
    figure.update_yaxes(
        range=[len(noises) - 0.5, -0.5],
        tickvals=list(range(len(noises))),
        ticktext=labels,
        showgrid=False,
        tickfont={"size": 12 if narrow else 14},
        ticklabelstandoff=4,
    )
    above = add_legend(figure, series, narrow, below=_AXIS)
    height = above + row * len(noises) + _AXIS + _TITLE
    # The last tick's name is wider than what is right of it.
    figure.update_layout(height=height, margin={"t": above, "b": _AXIS + _TITLE, "r": 28})
    figure.update_layout(legend={"y": 1 + _AXIS / (row * len(noises))})
    return figure
