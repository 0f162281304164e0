"""What models say over a video, as one chart: a row a model and state, its confidence as a line over the colour of its answer."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from core.charts.drawing import Palette, new_figure, translucent
from core.charts.names import in_lines, literal, short_names
from core.words import Language, Text

_ROW, _AROUND = 78, 92
"""px of a row, and of all that is around them."""
_BELOW = 52
"""px from the lowest row to the legend."""
_MOST_COLOURED = 5
"""Answers with a colour of their own, the commonest; the rest share the reference's."""
_NAME_LETTERS = 22
_WORDS = {
    "x": Text(en="seconds", ko="초"),
    "other": Text(en="other answers", ko="그 밖의 답"),
}


class Row(NamedTuple):
    """One model in one state."""

    title: str
    answers: Sequence[str]
    """As they are shown, a frame each."""
    confidences: Sequence[float]
    """0..1."""


def film_chart(
    palette: Palette,
    seconds: Sequence[float],
    rows: Sequence[Row],
    at: float | None = None,
    language: Language = "en",
) -> go.Figure:
    """The chart; each point's customdata is the number of its frame, from 0.

    Args:
        seconds: when each frame is shown, ascending.
        rows: from the top.
        at: seconds of a frame that is looked at.
    """
    figure = new_figure(palette, _AROUND + _ROW * len(rows), hovermode="closest")
    end = seconds[-1] + (seconds[-1] - seconds[0]) / max(len(seconds) - 1, 1) if len(seconds) > 1 else 1.0
    gap = 0.26 / max(len(rows), 1)
    height = (1 - gap * len(rows)) / len(rows)
    colours = _colours(palette, rows)
    named: set[str] = set()
    for number, row in enumerate(rows):
        axis = "y" if number == 0 else f"y{number + 1}"
        top = 1 - number * (height + gap) - gap
        layout = {"domain": [max(0.0, top - height), top], "range": [0, 103], "tickvals": [0, 50, 100]}
        figure.update_layout(
            {
                f"yaxis{axis[1:]}": layout
                | {
                    "gridcolor": palette.grid,
                    "zeroline": False,
                    "fixedrange": True,
                    "ticktext": ["0", "50", "100 %"],
                }
            }
        )
        for name, answers in _groups(colours, row, _WORDS["other"][language]).items():
            first = name not in named
            named.add(name)
            figure.add_scatter(
                **_band(seconds, end, [one in answers for one in row.answers]),
                yaxis=axis,
                name=literal([short_names([name], _NAME_LETTERS)[0]])[0],
                legendgroup=name,
                showlegend=first,
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=translucent(colours.get(name, palette.reference), 0.32),
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=seconds,
            y=[100 * one for one in row.confidences],
            yaxis=axis,
            mode="lines+markers",
            line={"color": palette.text, "width": 1.5},
            marker={"color": palette.text, "size": 4},
            customdata=list(range(len(seconds))),
            hovertext=[in_lines(name) for name in row.answers],
            hovertemplate="%{hovertext} · %{y:.0f} %<br>%{x:.1f} s<extra></extra>",
            showlegend=False,
        )
        figure.add_annotation(
            text=f"<b>{literal([row.title])[0]}</b>",
            x=0,
            xref="paper",
            xanchor="left",
            y=top,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"size": 13},
        )
    last = "y" if len(rows) == 1 else f"y{len(rows)}"
    figure.update_xaxes(range=[seconds[0], end], title_text=_WORDS["x"][language], anchor=last)
    if at is not None:
        line = {"color": palette.accent, "width": 2}
        figure.add_shape(type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line=line)
    legend = {
        "y": -_BELOW / (_ROW * len(rows)),
        "yanchor": "top",
        "itemclick": False,
        "itemdoubleclick": False,
    }
    figure.update_layout(legend=legend, margin={"t": 4, "b": 4})
    return figure


def _colours(palette: Palette, rows: Sequence[Row]) -> dict[str, str]:
    """Of each answer that has one of its own."""
    every = [answer for row in rows for answer in row.answers]
    order = sorted(dict.fromkeys(every), key=lambda name: -every.count(name))
    wheel = palette.wheel[:_MOST_COLOURED]
    return dict(zip(order if len(order) <= len(wheel) else order[: len(wheel)], wheel, strict=False))


def _groups(colours: dict[str, str], row: Row, other: str) -> dict[str, set[str]]:
    """The answers of a row by what they are called in the legend, `other` those without a colour."""
    there = dict.fromkeys(row.answers)
    groups = {name: {name} for name in colours if name in there}
    if rest := {name for name in there if name not in colours}:
        groups[other] = rest
    return groups


def _band(seconds: Sequence[float], end: float, there: Sequence[bool]) -> dict[str, list[float | None]]:
    """Corners of areas of full height while `there`, each frame until the next one; None between them."""
    spans: list[tuple[float, float]] = []
    for at, until, is_there in zip(seconds, [*seconds[1:], end], there, strict=True):
        if is_there and spans and spans[-1][1] == at:
            spans[-1] = spans[-1][0], until
        elif is_there:
            spans.append((at, until))
    x: list[float | None] = []
    y: list[float | None] = []
    for start, stop in spans:
        x += [start, start, stop, stop, None]
        y += [0, 100, 100, 0, None]
    return {"x": x, "y": y}
