"""How far a model's sureness can be trusted: reliability, and how right the surest answers are."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import Palette, new_figure, word
from core.charts.names import in_lines
from core.charts.runs import Series, add_legend, interval
from core.words import Language, rounded

_FAINT = 0.45
"""Opacity of single seeds."""


class Curve(NamedTuple):
    """A run, or several seeds as one, in a chart."""

    series: Series
    table: pd.DataFrame
    """One of core.evaluation.sureness_curves."""
    seeds: Sequence[pd.DataFrame] = ()
    """The same of each of several seeds: faint lines."""


def reliability_chart(
    palette: Palette, curves: Sequence[Curve], language: Language = "en", height: int = 360
) -> go.Figure:
    """How sure (to the right) against how often right (up), a line a run with 95 % intervals; on the diagonal a model knows
    itself, below it it is too sure.
    """
    figure = new_figure(palette, height)
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": palette.text, "width": 1, "dash": "dot"},
        name=word("sure_diagonal", language),
        hoverinfo="skip",
    )
    for one, table, seeds in curves:
        for own in seeds:
            _seed(figure, one, own["confidence"], own["accuracy"])
        name = in_lines(one.name)
        hovers = [
            f"{name}<br>{word('sure_said', language, sure=rounded(100 * sure), right=rounded(100 * right), n=f'{n:,}')}"
            for sure, right, n in zip(table["confidence"], table["accuracy"], table["n"], strict=True)
        ]
        figure.add_scatter(
            x=100 * table["confidence"],
            y=100 * table["accuracy"],
            error_y=interval(
                100 * table["low"], 100 * table["accuracy"], 100 * table["high"], 1, 0, one.mark.colour
            ),
            hovertext=hovers,
            **_line(one),
        )
    _axes(figure, word("sure_axis", language), word("accuracy", language))
    figure.update_layout(margin={"t": add_legend(figure, [one.series for one in curves], narrow=False)})
    return figure


def selective_chart(
    palette: Palette, curves: Sequence[Curve], language: Language = "en", height: int = 360
) -> go.Figure:
    """How many answers are given, the surest first (to the right), against how often these are right (up), a line a run."""
    figure = new_figure(palette, height)
    for one, table, seeds in curves:
        for own in seeds:
            _seed(figure, one, own["share"], own["accuracy"])
        name = in_lines(one.name)
        hovers = [
            f"{name}<br>{word('selective_said', language, share=rounded(100 * share), right=rounded(100 * right, 1))}"
            for share, right in zip(table["share"], table["accuracy"], strict=True)
        ]
        figure.add_scatter(x=100 * table["share"], y=100 * table["accuracy"], hovertext=hovers, **_line(one))
    _axes(figure, word("selective_axis", language), word("accuracy", language))
    figure.update_layout(margin={"t": add_legend(figure, [one.series for one in curves], narrow=False)})
    return figure


def _seed(figure: go.Figure, one: Series, across: pd.Series, up: pd.Series) -> None:
    """One of several seeds, 0..1 both ways."""
    figure.add_scatter(
        x=100 * across,
        y=100 * up,
        mode="lines",
        line={"color": one.mark.colour, "width": 1},
        opacity=_FAINT,
        hoverinfo="skip",
        showlegend=False,
    )


def _line(one: Series) -> dict[str, object]:
    return {
        "mode": "lines+markers",
        "line": {"color": one.mark.colour, "width": 1.5, "dash": one.mark.dash},
        "marker": {"symbol": one.mark.symbol, "size": one.mark.size - 1},
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _axes(figure: go.Figure, across: str, up: str) -> None:
    figure.update_xaxes(range=[-2, 102], title_text=across, showgrid=True)
    figure.update_yaxes(range=[-2, 104], title_text=up)
