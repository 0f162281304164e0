"""A person's curve over severities beside those of models, on the same few pictures."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.drawing import Palette, add_guessing, axis_title, new_figure, translucent, word
from core.charts.names import in_lines, literal
from core.charts.runs import Series
from core.measure import Measure
from core.noise.catalogue import SEVERITIES
from core.words import Language, rounded

_ASIDE = 0.06
"""Severities by which the marks of two stand apart."""


class Fitted(Protocol):
    """A curve with its 95 % interval: accuracy 0..1 at S severities (core.evaluation.psychometric.Curve)."""

    @property
    def severities(self) -> NDArray[np.float64]: ...
    @property
    def accuracy(self) -> NDArray[np.float64]: ...
    @property
    def low(self) -> NDArray[np.float64]: ...
    @property
    def high(self) -> NDArray[np.float64]: ...


def fitted_curves(
    palette: Palette,
    measure: Measure,
    series: Sequence[Series],
    curves: Sequence[Fitted | None],
    guessing: float,
    language: Language = "en",
    height: int = 340,
) -> go.Figure:
    """Of each a line fitted to its answers, the first's with the band of its interval, and marks where these lie.

    Args:
        series: cells with a row a severity; the person first.
        curves: of each; None where nothing could be fitted: then marks alone.
        guessing: what guessing gives, 0..1.
    """
    figure = new_figure(palette, height, showlegend=False)
    times = measure.unit.times
    for place, (one, curve) in enumerate(zip(series, curves, strict=True)):
        if curve is None:
            continue
        if place == 0:
            figure.add_scatter(
                x=[*curve.severities, *reversed(curve.severities)],
                y=[*(times * curve.high), *(times * curve.low)[::-1]],
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=translucent(one.mark.colour, 0.14),
                hoverinfo="skip",
            )
        name = in_lines(one.name)
        figure.add_scatter(
            name=literal([one.name])[0],
            x=curve.severities,
            y=times * curve.accuracy,
            mode="lines",
            line={"color": one.mark.colour, "width": 3 if place == 0 else 2, "dash": one.mark.dash},
            hovertext=[
                f"{name}<br>{rounded(times * value, 0)}{measure.unit.behind} "
                f"({rounded(times * low, 0)} – {rounded(times * high, 0)}{measure.unit.behind})"
                for value, low, high in zip(curve.accuracy, curve.low, curve.high, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    for place, one in enumerate(series):
        _marks(figure, measure, one, _ASIDE * (place - (len(series) - 1) / 2))
    figure.update_xaxes(tickvals=[0, *SEVERITIES], range=[-0.3, 5.3], title_text=word("severity", language))
    figure.update_yaxes(range=[-4, 104], dtick=25, title_text=axis_title(measure, language))
    add_guessing(figure, palette, measure, guessing, language)
    return figure


def _marks(figure: go.Figure, measure: Measure, one: Series, aside: float) -> None:
    cells: pd.DataFrame = one.cells
    name = in_lines(one.name)
    figure.add_scatter(
        x=cells["severity"] + aside,
        y=measure.unit.times * cells[measure.columns.value],
        mode="markers",
        marker={
            "color": one.mark.colour,
            "symbol": one.mark.symbol,
            "size": one.mark.size,
            "opacity": 0.75,
        },
        hovertext=[
            f"{name}<br>{right} / {n}" for right, n in zip(cells["right"], cells["images"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
