"""Curves of deletion and insertion as one chart."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.charts.drawing import Palette, new_figure, word
from core.words import Language, Text

_WORDS = {
    "x": Text(en="part of the picture taken out or put back, %", ko="빼거나 되돌린 사진의 몫, %"),
    "y": Text(en="probability of the answer, %", ko="그 답의 확률, %"),
    "deletion": Text(en="taken out, most important first", ko="중요한 곳부터 빼기"),
    "deletion_random": Text(en="taken out at random", ko="아무 곳부터 빼기"),
    "insertion": Text(en="put back, most important first", ko="중요한 곳부터 되돌리기"),
    "insertion_random": Text(en="put back at random", ko="아무 곳부터 되돌리기"),
}


def map_curves_chart(
    palette: Palette,
    shares: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    language: Language = "en",
) -> go.Figure:
    """A line a curve; dashed and grey-ish what is in random order.

    Args:
        shares: 0..1.
        curves: by the names of core.evaluation.map_curves.Curves, each 0..1.
    """
    figure = new_figure(
        palette,
        330,
        xaxis={"title": {"text": _WORDS["x"][language]}, "range": [0, 100]},
        yaxis={"title": {"text": _WORDS["y"][language]}, "range": [0, 102]},
    )
    for name, values in curves.items():
        random = name.endswith("_random")
        colour = palette.accent if name.startswith("deletion") else palette.wheel[1]
        figure.add_scatter(
            x=[100 * share for share in shares],
            y=[100 * value for value in values],
            mode="lines",
            name=_WORDS[name][language],
            line={"color": colour, "width": 1.5 if random else 3, "dash": "dot" if random else "solid"},
            hovertemplate=f"%{{y:.0f}}{word('per_cent', language)}<extra>%{{fullData.name}}</extra>",
        )
    return figure
