"""What all charts share: the palette, words, and a figure that follows the page's theme."""

import html
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import plotly.graph_objects as go

from core.evaluation.predictions import CLEAN
from core.noise.catalogue import get_noise
from core.words import Language, Text, fill

OKABE_ITO = ("#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#0072B2", "#F0E442")
"""Colours that people with any colour vision tell apart (Okabe and Ito 2008)."""

FONT = 'Arial, Helvetica, "NanumGothic", "Noto Sans KR", "Malgun Gothic", sans-serif'
"""Fonts of the system, not the page's own: that one is not there while a chart is made a PNG, and words in another
font than they were measured in run into each other."""

_ABOUT_WIDTH = 56
"""Letters in a line of a hover label."""


@dataclass(frozen=True)
class Palette:
    """The colours that mean something, in one theme."""

    accent: str = "#2E4AEA"
    """ "With noise", or the run looked at."""
    reference: str = "#9AA3B8"
    """The original, or the clean-trained reference."""
    right: str = "#0B7A4B"
    wrong: str = "#B3261E"
    text: str = "#5F6373"
    grid: str = "#E4E7EC"
    ground: str = "#FFFFFF"
    """What is behind a chart."""
    series: Sequence[str] = field(default=OKABE_ITO)
    """For more than two."""

    @property
    def wheel(self) -> list[str]:
        """The accent, then the other colours, each once."""
        return list(dict.fromkeys([self.accent, *self.series]))


WORDS: dict[str, Text] = {
    "accuracy": Text(en="accuracy, %", ko="정확도, %"),
    "clean": Text(en="clean", ko="원본"),
    "guessing": Text(en="guessing: {percent} %", ko="찍었을 때 {percent}%"),
    "severity": Text(en="severity (0 is clean)", ko="강도 (0은 원본)"),
    "drop": Text(en="points lost", ko="떨어진 정확도, %포인트"),
    "points": Text(en="points", ko="%포인트"),
    "of": Text(en="{right} of {images} right", ko="{images}장 중 {right}장 맞힘"),
    "epoch": Text(en="epoch", ko="에폭"),
    "training": Text(en="training", ko="학습"),
    "validation_clean": Text(en="validation, clean", ko="검증, 원본"),
    "validation_noisy": Text(en="validation, noisy", ko="검증, 노이즈"),
    "trained_on": Text(en="trained on", ko="모델"),
    "tested_on": Text(en="tested on", ko="시험한 노이즈"),
    "truth": Text(en="true class", ko="실제 클래스"),
    "read_as": Text(en="read as", ko="판정"),
    "pictures": Text(en="pictures", ko="장"),
    "value": Text(en="value, dark to light", ko="값(어두움에서 밝음으로)"),
}


def literal(names: Iterable[object]) -> list[str]:
    """Names that a person chose, in which Plotly would read <b>, <a> and the like."""
    return [html.escape(str(name), quote=False) for name in names]


def word(key: str, language: Language, **values: object) -> str:
    return fill(WORDS[key][language], **values)


def noise_label(noise: str, language: Language) -> str:
    """The name of a noise, or of "clean", as a chart and a sentence say it."""
    if noise == CLEAN:
        return word("clean", language)
    return get_noise(noise).name[language]


def noise_about(noise: str, language: Language) -> str:
    """What a noise does, in lines of a hover label's width; "" for "clean"."""
    if noise == CLEAN:
        return ""
    width = _ABOUT_WIDTH if language == "en" else _ABOUT_WIDTH // 2  # Korean letters are as wide as two
    return "<br>".join(literal(textwrap.wrap(get_noise(noise).sentence[language], width)))


def readable_on(colour: str) -> str:
    """Black or white, whichever is easier to read on a "#rrggbb" colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    # Relative luminance, WCAG 2; 0.18 is where both contrasts are equal.
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return "#000000" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18 else "#FFFFFF"


def translucent(colour: str, opacity: float) -> str:
    """A "#rrggbb" colour that lets through what is below."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def mixed(colour: str, ground: str, share: float) -> str:
    """`share` of one "#rrggbb" colour on another, opaque: Plotly then sees what words on it have to stand out from."""
    over, under = ([int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in (colour, ground))
    return "#" + "".join(
        f"{round(a * share + b * (1 - share)):02x}" for a, b in zip(over, under, strict=True)
    )


def cell_colour(palette: Palette, place: float) -> str:
    """ "#rrggbb" of a cell in a grid.

    Args:
        place: 0 for the least (almost the ground) to 1 for the most (the accent).
    """
    return mixed(palette.accent, mixed(palette.accent, palette.ground, 0.04), place)


def add_grid(
    figure: go.Figure,
    palette: Palette,
    shares: Sequence[Sequence[float]],
    columns: Sequence[str],
    rows: Sequence[str],
    words: Sequence[Sequence[str]] | None,
    lowest: float = 0,
    **heatmap: object,
) -> None:
    """A grid of coloured cells, the first row on top, with words in them that can be read on every colour.

    Args:
        shares: per cent, a sequence a row; `lowest` and below have the faintest colour.
        words: what stands in the cells; None for nothing.
        heatmap: further attributes of Plotly's heatmap.
    """
    figure.add_heatmap(
        z=shares,
        x=columns,
        y=rows,
        zmin=lowest,
        zmax=100,
        colorscale=[[0, cell_colour(palette, 0)], [1, cell_colour(palette, 1)]],
        showscale=False,
        xgap=2,
        ygap=2,
        **heatmap,
    )
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5], type="category")
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], type="category", showgrid=False)
    if words is None:
        return
    # A heatmap's own text has one colour, or one that Plotly takes without looking at how well it is read.
    places = [min(1.0, max(0.0, (share - lowest) / (100 - lowest))) for row in shares for share in row]
    figure.add_scatter(
        x=[column for _ in rows for column in columns],
        y=[row for row in rows for _ in columns],
        mode="text",
        text=[text for row in words for text in row],
        textfont={"color": [readable_on(cell_colour(palette, place)) for place in places]},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def new_figure(palette: Palette, height: int, **layout: object) -> go.Figure:
    """An empty figure in the house's look.

    Args:
        height: px.
        layout: further attributes of Plotly's layout; dictionaries are merged into the look's own.
    """
    axis = {"gridcolor": palette.grid, "zeroline": False, "linecolor": palette.grid, "automargin": True}
    axis |= {"title": {"font": {"size": 13}}}
    look: dict[str, object] = {
        "height": height,
        "paper_bgcolor": palette.ground,  # the page's own, and that of a chart that is taken away
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": palette.text},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "xaxis": axis | {"showgrid": False, "fixedrange": True},
        "yaxis": axis | {"fixedrange": True},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": 13},
        },
        "hoverlabel": {
            "bgcolor": palette.ground,
            "bordercolor": palette.text,
            "font": {"family": FONT, "size": 13, "color": palette.text},
            "align": "left",
        },
        "modebar": {
            "remove": ["lasso", "select", "zoom", "pan", "autoScale", "zoomIn", "zoomOut", "resetScale"]
        },
    }
    for name, value in layout.items():
        own = look.get(name)
        look[name] = own | value if isinstance(own, dict) and isinstance(value, dict) else value
    # In one step: each later update costs Plotly as much again.
    return go.Figure(layout=look)
