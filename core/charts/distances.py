"""How far noises are from training against how much a run errs under them."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import OKABE_ITO, Palette, new_figure, noise_label
from core.words import Language, Text, fill, rounded

_WORDS = {
    "distance": Text(en="distance from all that training showed", ko="학습 때 본 것과의 거리"),
    "error": Text(en="wrong answers, %", ko="틀린 답, %"),
    "said": Text(
        en="distance {distance}, {kind}<br>{error} % wrong ({low} – {high} %)",
        ko="거리 {distance}, {kind}<br>{error}% 틀림 ({low} – {high}%)",
    ),
    "seen": Text(en="seen in training", ko="학습 때 본 노이즈"),
    "near": Text(en="near to what was seen", ko="본 것과 비슷한 노이즈"),
    "far": Text(en="far from all that was seen", ko="본 것과 다른 노이즈"),
}
LOOKS = {
    "seen": ("", "circle-open"),
    "near": (OKABE_ITO[5], "diamond"),
    "far": (OKABE_ITO[4], "square"),
}
"""Colour and Plotly's shape of noises that are seen, near and far; "" is the palette's reference."""
_NAMED = 8
"""Noises that are named on the chart: those with most errors; of all others the hover label says it."""
_APART = (0.12, 0.05)
"""Of both axes: a name nearer to another one would lie on it."""


def distance_words(key: str, language: Language) -> str:
    """What the axes are called, "distance" and "error", and noises that are "seen", "near" and "far"."""
    return _WORDS[key][language]


def named_apart(table: pd.DataFrame, most: int, apart: tuple[float, float] = _APART) -> list[str]:
    """The noises with most errors whose names would not lie on each other.

    Args:
        table: as of `distance_chart`.
        apart: of both axes.
    """
    furthest = max(float(table["distance"].max()), 1e-9) if len(table) else 1.0
    named: dict[str, tuple[float, float]] = {}
    for row in table.sort_values("error", ascending=False).to_dict("records"):
        place = (row["distance"] / furthest, row["error"])
        others = named.values()
        free = all(
            any(abs(a - b) > far for a, b, far in zip(place, one, apart, strict=True)) for one in others
        )
        if free and len(named) < most:
            named[str(row["noise"])] = place
    return list(named)


def distance_chart(
    palette: Palette, table: pd.DataFrame, language: Language = "en", height: int = 420
) -> go.Figure:
    """A mark a noise with the interval of its errors; shape and colour say whether it was seen, near or far.

    Args:
        table: columns noise, distance, kind, error, low, high (0..1).
    """
    figure = new_figure(palette, height, margin={"t": 34, "r": 16})
    most = float(table["distance"].max()) if len(table) else 1.0
    named = named_apart(table, _NAMED)
    for kind, (own_colour, symbol) in LOOKS.items():
        colour = own_colour or palette.reference
        own = table[table["kind"] == kind]
        if not len(own):
            continue
        labels = [noise_label(str(noise), language) for noise in own["noise"]]
        figure.add_scatter(
            name=_WORDS[kind][language],
            x=own["distance"],
            y=100 * own["error"],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (100 * (own["high"] - own["error"])).tolist(),
                "arrayminus": (100 * (own["error"] - own["low"])).tolist(),
                "color": colour,
                "thickness": 1,
                "width": 0,
            },
            mode="markers+text",
            marker={"color": colour, "symbol": symbol, "size": 10},
            text=[label if noise in named else "" for label, noise in zip(labels, own["noise"], strict=True)],
            textposition="middle right",
            textfont={"size": 11},
            customdata=own[["noise"]].to_numpy().tolist(),
            hovertext=[
                f"{label}<br>"
                + fill(
                    _WORDS["said"][language],
                    distance=rounded(row["distance"], 2),
                    kind=_WORDS[kind][language],
                    **{name: rounded(100 * row[name]) for name in ("error", "low", "high")},
                )
                for label, row in zip(labels, own.to_dict("records"), strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_xaxes(
        title_text=_WORDS["distance"][language], showgrid=True, range=[-0.04 * most, 1.14 * most or 1.0]
    )
    figure.update_yaxes(
        title_text=_WORDS["error"][language],
        range=[0, min(103.0, 100 * float(table["high"].max()) + 6) if len(table) else 103],
    )
    return figure
