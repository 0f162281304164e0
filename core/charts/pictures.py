"""How the error falls with the number of training pictures."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import Palette, new_figure, translucent, word
from core.words import Language


def errors_by_pictures(
    palette: Palette, runs: pd.DataFrame, line: pd.DataFrame, language: Language = "en"
) -> go.Figure:
    """The runs of a study that differ in how many pictures they learned from, and the curve through them.

    Args:
        runs: a row a run: pictures, error (0..1), seed.
        line: the curve: pictures, error, low and high (of its interval; NaN without one), ahead (beyond what was tried).
    """
    figure = new_figure(palette, 300, showlegend=True, margin={"r": 28})  # for the last tick
    if line["low"].notna().all():
        figure.add_scatter(
            name=word("curve_interval", language),
            x=[*line["pictures"], *line["pictures"][::-1]],
            y=[*(100 * line["high"]), *(100 * line["low"][::-1])],
            fill="toself",
            fillcolor=translucent(palette.accent, 0.14),
            line={"width": 0},
            hoverinfo="skip",
            mode="lines",
        )
    tried = line[~line["ahead"]]
    beyond = pd.concat([tried.tail(1), line[line["ahead"]]])
    for part, name, dash in ((tried, "curve_fitted", "solid"), (beyond, "curve_ahead", "dot")):
        figure.add_scatter(
            name=word(name, language),
            x=part["pictures"],
            y=100 * part["error"],
            mode="lines",
            line={"color": palette.accent, "width": 2.5, "dash": dash},
            hovertemplate=f"%{{x:,.0f}}: %{{y:.1f}}{word('per_cent', language)}<extra>%{{fullData.name}}</extra>",
        )
    figure.add_scatter(
        name=word("curve_run", language),
        x=runs["pictures"],
        y=100 * runs["error"],
        customdata=runs[["seed"]],
        mode="markers",
        marker={"color": palette.text, "size": 8, "symbol": "circle-open", "line": {"width": 2}},
        hovertemplate=word("curve_seed", language, seed="%{customdata[0]}")
        + f": %{{y:.1f}}{word('per_cent', language)}<extra>%{{x:,}}</extra>",
    )
    ticks = [*sorted(runs["pictures"].unique()), round(float(line["pictures"].max()))]
    figure.update_xaxes(
        type="log",
        tickvals=ticks,
        ticktext=[f"{tick:,}" for tick in ticks],
        title_text=word("curve_pictures", language),
    )
    figure.update_yaxes(rangemode="tozero", title_text=word("curve_error", language))
    return figure
