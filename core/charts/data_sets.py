"""What is in a data set."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.drawing import Palette, new_figure, word
from core.charts.names import in_lines, literal, short_names
from core.words import Language

_LETTERS = 22
"""Of a class's name beside its bars: on a phone a longer one leaves these no room."""


def class_counts(palette: Palette, counts: pd.DataFrame, language: Language = "en") -> go.Figure:
    """Pictures in each class (rows) and split (columns, already in words), stacked."""
    figure = new_figure(palette, 110 + 24 * max(2, len(counts)), barmode="stack", showlegend=True)
    figure.update_layout(legend={"traceorder": "normal"})
    names = literal(short_names([str(name) for name in counts.index], _LETTERS))
    colours = [*palette.wheel[:2], palette.reference]
    for split, colour in zip(counts.columns, colours, strict=True):
        figure.add_bar(
            name=str(split),
            orientation="h",
            y=names,
            x=counts[split],
            marker={"color": colour},
            hovertext=[in_lines(str(name)) for name in counts.index],
            hovertemplate="%{hovertext}: %{x}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(showgrid=True, title_text=word("pictures", language))
    figure.update_yaxes(showgrid=False, type="category", autorange="reversed")
    return figure


def channel_shares(
    palette: Palette, shares: NDArray[np.float64], names: Sequence[str], language: Language = "en"
) -> go.Figure:
    """Shares of brightness values (3,bins) of red, green and blue, called `names`."""
    figure = new_figure(palette, 220, showlegend=True)
    bins = shares.shape[1]
    values = [round((place + 0.5) * 256 / bins) for place in range(bins)]
    for channel, name, colour in zip(shares, names, ("#D55E00", "#009E73", "#0072B2"), strict=True):
        figure.add_scatter(
            name=name,
            x=values,
            y=channel,
            mode="lines",
            line={"color": colour, "dash": {"#D55E00": "solid", "#009E73": "dash", "#0072B2": "dot"}[colour]},
            hovertemplate="%{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title_text=word("value", language), range=[0, 255])
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure
