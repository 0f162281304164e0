"""Accuracy of runs: noise by noise, severity by severity, class by class."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import (
    Palette,
    add_grid,
    literal,
    new_figure,
    noise_about,
    noise_label,
    readable_on,
    translucent,
    word,
)
from core.evaluation.predictions import CLEAN
from core.words import Language, rounded

SHORT_WHISKER = 0.045
"""Accuracy, 0..1; a whisker that reaches further up would cross a value on its bar."""

_ROW, _AROUND_ROWS, _TOP_AXIS = 26, 150, 34
"""Height of a row of dots, of what stands above and below all rows, and of the axis between these and the legend, px."""

_ABOVE_GRID = 34
"""Where the download button stands, px: a grid has no legend that would keep it off the cells."""


@dataclass(frozen=True)
class Series:
    """One run in a chart."""

    name: str
    """As it is shown."""
    colour: str
    cells: pd.DataFrame
    """Columns noise, severity (where it is by severity), images, right, accuracy, low, high."""
    seen: tuple[str, ...] = ()
    """Noises that it was trained with."""
    lost: pd.DataFrame | None = None
    """Points lost to each noise, with their 95 % interval: columns noise, drop, low, high."""


def run_colours(
    palette: Palette, runs: Sequence[tuple[str, bool]], shown: Sequence[str] = ()
) -> dict[str, str]:
    """A colour for each run, the same on every page.

    Args:
        runs: (id, noise-trained) of every run, oldest first.
        shown: ids that stand in one chart; where two of these share a colour, the newer takes a free one.
    """
    wheel = palette.wheel
    colours = {}
    trained = 0
    for run_id, noise_trained in runs:
        colours[run_id] = wheel[trained % len(wheel)] if noise_trained else palette.reference
        trained += noise_trained
    used: set[str] = set()
    for run_id, _ in runs:
        if run_id in shown:
            free = [colour for colour in wheel if colour not in used]
            if colours[run_id] in used and free:
                colours[run_id] = free[0]
            used.add(colours[run_id])
    return colours


def accuracy_by_noise(
    palette: Palette,
    series: Sequence[Series],
    guessing: float | None,
    seen: Sequence[str] = (),
    language: Language = "en",
    height: int = 420,
) -> go.Figure:
    """Accuracy under each noise, runs side by side, with 95 % whiskers and the level of guessing.

    Args:
        series: cells with one row a noise, in the order to show.
        seen: noises that some run was trained with, marked by a dot.

    Returns:
        A figure whose points carry (noise, place in `series`) as customdata.
    """
    figure = new_figure(palette, height, barmode="group", bargap=0.28, bargroupgap=0.0)
    # Values stand on their bars, an empty line higher: there the whiskers end. Long ones leave them the foot.
    longest = max(float((one.cells["high"] - one.cells["accuracy"]).max()) for one in series)
    below = "<br>\u00a0" if longest <= SHORT_WHISKER else ""
    for place, one in enumerate(series):
        bars = _percents(one.cells)
        bars["error_y"] |= {"color": palette.text}  # type: ignore[operator]
        figure.add_bar(
            name=literal([one.name])[0],
            x=[_marked(noise, seen, language) for noise in one.cells["noise"]],
            marker={"color": one.colour},
            text=[f"{rounded(100 * value)}{below}" for value in one.cells["accuracy"]]
            if len(series) <= 3
            else None,
            textposition="outside" if below else "inside",
            insidetextanchor="start",
            textangle=0,
            insidetextfont={"color": readable_on(one.colour), "size": 15},
            outsidetextfont={"size": 15},
            cliponaxis=False,
            hovertext=_hover(one.cells, language),
            hovertemplate="%{x}<br>%{hovertext}<extra>%{fullData.name}</extra>",
            customdata=[(noise, place) for noise in one.cells["noise"]],
            **bars,
        )
    figure.update_layout(showlegend=True)
    figure.update_yaxes(range=[0, 116 if below else 104], dtick=20, title_text=word("accuracy", language))
    _guessing(figure, palette, guessing, language)
    return figure


def accuracy_dots(
    palette: Palette,
    series: Sequence[Series],
    guessing: float | None,
    seen: Sequence[str] = (),
    language: Language = "en",
) -> go.Figure:
    """`accuracy_by_noise` for many noises: a row a noise, a dot a run, the first run's best on top, clean first."""
    first = series[0].cells
    noises = first[first["noise"] != CLEAN].sort_values("accuracy", ascending=False)["noise"].tolist()
    rows = [CLEAN, *noises]
    figure = new_figure(palette, _AROUND_ROWS + _ROW * len(rows))
    if len(series) == 2:
        # What training won or lost, as a line between the two dots.
        both = [one.cells.set_index("noise")["accuracy"] for one in series]
        ends: list[float | None] = []
        names: list[str | None] = []
        for noise in rows:
            ends += [100 * float(both[0][noise]), 100 * float(both[1][noise]), None]
            names += [_marked(noise, seen, language)] * 2 + [None]
        line = {"color": palette.grid, "width": 5}
        figure.add_scatter(x=ends, y=names, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    for place, one in enumerate(series):
        cells = one.cells.set_index("noise").loc[rows].reset_index()
        bars = _percents(cells)
        bars["error_y"] |= {"color": one.colour}  # type: ignore[operator]
        figure.add_scatter(
            name=one.name,
            x=bars["y"],
            error_x=bars["error_y"],
            y=[_marked(noise, seen, language) for noise in rows],
            mode="markers",
            marker={"color": one.colour, "size": 12},
            hovertext=_hover(cells, language),
            hovertemplate="%{y}<br>%{hovertext}<extra>%{fullData.name}</extra>",
            customdata=[(noise, place) for noise in rows],
        )
    _guessing(figure, palette, guessing, language, upright=True)
    # A tall chart is read at its top too: the same axis stands there once more, below the legend.
    axis = {"range": [0, 102], "dtick": 20, "ticksuffix": " %", "tickfont": {"size": 14}}
    figure.update_xaxes(axis, showgrid=True, title_text=word("accuracy", language))
    above = axis | {
        "overlaying": "x",
        "side": "top",
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }
    figure.update_layout(xaxis2=above, showlegend=True)
    figure.update_layout(legend={"y": 1 + _TOP_AXIS / (_ROW * len(rows))}, margin={"t": _TOP_AXIS})
    figure.add_scatter(
        x=[None], y=[_marked(rows[0], seen, language)], xaxis="x2", showlegend=False, hoverinfo="skip"
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category", tickfont={"size": 14})
    return figure


def trained_by_tested(
    palette: Palette,
    series: Sequence[Series],
    seen: Sequence[Sequence[str]],
    guessing: float | None,
    language: Language = "en",
    upright: bool = False,
) -> go.Figure:
    """Accuracy of each run (rows) under each noise (columns), in per cent.

    Args:
        series: cells with one row a noise, the same noises in the same order for all.
        seen: of each run the noises it was trained with; their cells have a dot.
        guessing: the accuracy, 0..1, at which the colours begin; None where runs differ in it.
        upright: noises are the rows and runs the columns, for a narrow screen.
    """
    noises = series[0].cells["noise"].tolist()
    shares = [[100 * value for value in one.cells["accuracy"]] for one in series]
    words = [
        [f"{rounded(share)}{' •' if noise in own else ''}" for noise, share in zip(noises, row, strict=True)]
        for row, own in zip(shares, seen, strict=True)
    ]
    columns, rows = [noise_label(noise, language) for noise in noises], [one.name for one in series]
    titles = word("tested_on", language), word("trained_on", language)
    hover = "%{y} → %{x}: %{z:.1f} %%{hovertext}<extra></extra>"
    about = [[_about(noise, language) for noise in noises] for _ in series]
    if upright:
        shares = [list(row) for row in zip(*shares, strict=True)]
        words = [list(row) for row in zip(*words, strict=True)]
        about = [list(row) for row in zip(*about, strict=True)]
        columns, rows = rows, columns
        titles = titles[1], ""  # beside names of noises there is no room for one, and no need
        hover = "%{x} → %{y}: %{z:.1f} %%{hovertext}<extra></extra>"
    figure = new_figure(palette, 196 + (28 if upright else 44) * len(rows), margin={"t": _ABOVE_GRID})
    add_grid(
        figure,
        palette,
        shares,
        columns,
        rows,
        words,
        100 * (guessing or 0.0),
        hovertext=about,
        hovertemplate=hover,
    )
    figure.update_xaxes(title_text=titles[0])
    figure.update_yaxes(title_text=titles[1])
    return figure


def accuracy_by_severity(
    palette: Palette,
    series: Sequence[Series],
    noise: str,
    guessing: float | None,
    language: Language = "en",
    height: int = 230,
) -> go.Figure:
    """Accuracy from clean to severity 5 of one noise: a line a run, its 95 % interval as a band."""
    figure = new_figure(palette, height, showlegend=False)
    for one in series:
        cells = one.cells[one.cells["noise"].isin([CLEAN, noise])].sort_values("severity")
        ends = pd.concat([cells["severity"], cells["severity"][::-1]])
        band = pd.concat([100 * cells["high"], 100 * cells["low"][::-1]])
        figure.add_scatter(
            x=ends,
            y=band,
            mode="lines",
            fill="toself",
            fillcolor=translucent(one.colour, 0.18),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            name=literal([one.name])[0],
            x=cells["severity"],
            y=100 * cells["accuracy"],
            mode="lines+markers",
            line={"color": one.colour, "width": 2.5},
            marker={"size": 6},
            hovertext=_hover(cells, language),
            hovertemplate="%{hovertext}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(dtick=1, range=[-0.2, 5.2], title_text=word("severity", language))
    figure.update_yaxes(range=[0, 104], dtick=25)
    _guessing(figure, palette, guessing, language)
    return figure


def drop_from_clean(
    palette: Palette, series: Sequence[Series], seen: Sequence[str] = (), language: Language = "en"
) -> go.Figure:
    """Points of accuracy that each noise costs against the same run's clean accuracy, largest first."""
    first = series[0].cells
    order = first[first["noise"] != CLEAN].sort_values("accuracy", ascending=False)["noise"].tolist()
    figure = new_figure(palette, 90 + 26 * len(order) * max(1, len(series)), barmode="group", bargap=0.25)
    for one in reversed(series):
        accuracy = one.cells.set_index("noise")["accuracy"]
        drops = [100 * (accuracy[CLEAN] - accuracy[noise]) for noise in order]
        figure.add_bar(
            name=literal([one.name])[0],
            orientation="h",
            y=[_marked(noise, seen, language) for noise in order],
            x=drops,
            marker={"color": one.colour},
            text=[rounded(drop) for drop in drops],
            textposition="outside",
            cliponaxis=False,
            hovertext=[_about(noise, language) for noise in order],
            hovertemplate="%{y}: %{x:.1f} "
            + word("points", language)
            + "%{hovertext}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(showlegend=True, legend={"traceorder": "reversed"})
    figure.update_xaxes(
        showgrid=True, title_text=word("drop", language), zeroline=True, zerolinecolor=palette.text
    )
    figure.update_yaxes(showgrid=False)
    return figure


def confusion(
    palette: Palette, counts: pd.DataFrame, language: Language = "en", height: int = 320
) -> go.Figure:
    """How often each true class (rows) was read as each class (columns), in per cent of its row."""
    shares = 100 * counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    words = [[f"{share} %" for share in whole_percents(row)] for row in counts.to_numpy().tolist()]
    figure = new_figure(palette, height, margin={"t": _ABOVE_GRID})
    add_grid(
        figure,
        palette,
        shares.to_numpy().tolist(),
        literal(counts.columns),
        literal(counts.index),
        words if len(counts) <= 12 else None,
        customdata=counts.to_numpy(),
        hovertemplate="%{y} → %{x}: %{z:.1f} % (%{customdata})<extra></extra>",
    )
    figure.update_xaxes(title_text=word("read_as", language), side="bottom")
    figure.update_yaxes(title_text=word("truth", language))
    return figure


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


def _percents(cells: pd.DataFrame) -> dict[str, object]:
    """Height and whiskers of accuracies 0..1 in per cent."""
    accuracy = 100 * cells["accuracy"]
    return {
        "y": accuracy,
        "error_y": {
            "type": "data",
            "array": 100 * cells["high"] - accuracy,
            "arrayminus": accuracy - 100 * cells["low"],
            "symmetric": False,
            "thickness": 1.2,
            "width": 3,
        },
    }


def _guessing(
    figure: go.Figure, palette: Palette, guessing: float | None, language: Language, upright: bool = False
) -> None:
    """A dotted line at the accuracy of guessing, named in the legend: on the plot it would cross bars.

    Args:
        guessing: 0..1; None for no line.
        upright: accuracy goes to the right, not up.
    """
    if guessing is None:
        return
    level = 100 * guessing
    line = {"color": palette.wrong, "width": 1.5, "dash": "dot"}
    if upright:
        figure.add_vline(x=level, line=line)
    else:
        figure.add_hline(y=level, line=line)
    name = word("guessing", language, percent=rounded(level))
    figure.add_scatter(name=name, x=[None], y=[None], mode="lines", line=line)


def _hover(cells: pd.DataFrame, language: Language) -> list[str]:
    def percent(share: float) -> str:
        return rounded(100 * share, 1)

    columns = ["noise", "accuracy", "low", "high", "right", "images"]
    return [
        f"{percent(accuracy)} % ({percent(low)} – {percent(high)} %)<br>"
        + word("of", language, right=right, images=images)
        + _about(noise, language)
        for noise, accuracy, low, high, right, images in cells[columns].itertuples(index=False, name=None)
    ]


def _about(noise: str, language: Language) -> str:
    """A line below what a hover label says of a noise: what it does."""
    about = noise_about(noise, language)
    return f"<br><i>{about}</i>" if about else ""


def _marked(noise: str, seen: Sequence[str], language: Language) -> str:
    return noise_label(noise, language) + (" •" if noise in seen else "")
