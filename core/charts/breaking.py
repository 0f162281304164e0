"""The breaking points of a picture as a chart."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.drawing import Palette, new_figure, noise_label, readable_on
from core.charts.names import in_lines, literal, short_names
from core.noise.catalogue import SEVERITIES
from core.words import Language, Text

_ROW = 24
"""px a noise."""
_INSIDE = 3
"""Severity from which on a bar has more room for its answer than what is right of it."""
_LETTERS = 18
"""Of an answer on a phone; the whole is told where a bar is pointed at."""
_WORDS = {
    # In two lines: a phone has no room for one.
    "axis": Text(en="least severity at which<br>the answer changes", ko="답이 바뀌기 시작하는 강도"),
    "holds": Text(en="holds", ko="그대로"),
}


def breaking_chart(
    palette: Palette,
    points: Sequence[tuple[str, int | None, str]],
    language: Language = "en",
) -> go.Figure:
    """A bar a noise, as long as the severity at which the answer changes, grey and whole where it holds.

    Args:
        points: (noise, severity 1..5 or None for one that holds, the answer there), the top bar first.
    """
    figure = new_figure(palette, 76 + _ROW * len(points), bargap=0.2)
    last = SEVERITIES[-1]
    broken = [severity is not None for _, severity, _ in points]
    long = [severity is None or severity >= _INSIDE for _, severity, _ in points]
    answers = list(dict.fromkeys(answer for _, _, answer in points))
    short = dict(zip(answers, short_names(answers, _LETTERS), strict=True))
    colours = [palette.accent if yes else palette.grid for yes in broken]
    figure.add_bar(
        y=[noise_label(noise, language) for noise, _, _ in points],
        x=[severity or last for _, severity, _ in points],
        orientation="h",
        marker={"color": colours},
        text=[
            f"{severity} → {literal([short[answer]])[0]}" if severity else _WORDS["holds"][language]
            for _, severity, answer in points
        ],
        hovertext=[
            f"{severity} → {in_lines(answer)}" if severity else _WORDS["holds"][language]
            for _, severity, answer in points
        ],
        textposition=["inside" if inside else "outside" for inside in long],
        insidetextanchor="start",
        insidetextfont={
            "color": [readable_on(palette.accent) if yes else palette.text for yes in broken],
            "size": 12,
        },
        outsidetextfont={"size": 12},
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        customdata=[noise for noise, _, _ in points],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
    )
    # Plotly puts the first at the bottom.
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 12})
    figure.update_xaxes(
        range=[0, last + 0.1],
        tickvals=list(SEVERITIES),
        showgrid=True,
        side="top",
        title_text=_WORDS["axis"][language],
    )
    return figure
