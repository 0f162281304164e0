"""What a model makes of one picture, original and with noise."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.charts.drawing import Palette, literal, new_figure, word
from core.words import Language


def top_classes(
    palette: Palette,
    clean: Mapping[str, float] | Sequence[tuple[str, float]],
    noisy: Mapping[str, float] | Sequence[tuple[str, float]],
    language: Language = "en",
    limit: int = 5,
    height: int = 300,
) -> go.Figure:
    """The strongest classes of a picture, original and with noise, as horizontal bars.

    Args:
        clean, noisy: class and probability 0..1; a class that one of them lacks has no bar there.
    """
    values = [dict(clean), dict(noisy)]
    strongest = sorted(
        set(values[0]) | set(values[1]), key=lambda name: -max(value.get(name, 0.0) for value in values)
    )[:limit]
    # Plotly draws the first category at the bottom.
    order = sorted(strongest, key=lambda name: -values[0].get(name, 0.0))[::-1]
    sign = "%" if language == "ko" else " %"
    highest = max((value.get(name, 0.0) for value in values for name in order), default=1.0)
    shares_axis = {"range": [0, min(115.0, 120 * highest)], "ticksuffix": sign, "showgrid": True, "nticks": 5}
    figure = new_figure(
        palette,
        height,
        barmode="group",
        bargap=0.25,
        bargroupgap=0.0,
        legend={"traceorder": "reversed"},
        xaxis=shares_axis,
        yaxis={"showgrid": False},
    )
    pieces = [("noisy", palette.accent, values[1]), ("original", palette.reference, values[0])]
    for key, colour, value in pieces:
        shares = [100 * value[name] if name in value else None for name in order]
        figure.add_bar(
            name=word(key, language),
            y=literal(order),
            x=shares,
            orientation="h",
            marker={"color": colour},
            text=[None if share is None else f"{share:.0f}{sign}" for share in shares],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{y}}: %{{x:.1f}}{sign}<extra>%{{fullData.name}}</extra>",
        )
    return figure
