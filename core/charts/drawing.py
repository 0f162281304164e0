"""What all charts share: the palette, words, and a figure that follows the page's theme."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

import plotly.graph_objects as go

from core.charts.names import _ABOUT_WIDTH, literal
from core.measure import Measure
from core.noise.catalogue import CLEAN, noise_name, noise_sentence
from core.words import Language, Text, fill

OKABE_ITO = ("#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#0072B2", "#F0E442")
"""Colours that people with any colour vision tell apart (Okabe and Ito 2008)."""

FONT = 'Arial, Helvetica, "NanumGothic", "Noto Sans KR", "Malgun Gothic", sans-serif'
"""Fonts of the system, not the page's own: that one is not there while a chart is made a PNG, and words in another
font than they were measured in run into each other."""


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
    "per_cent": Text(en=" %", ko="%"),
    "measured": Text(en="{name}, {sign}", ko="{name}, {sign}"),
    "clean": Text(en="clean", ko="원본"),
    "guessing": Text(en="guessing: {value}{behind}", ko="찍었을 때 {value}{sign}"),
    "severity": Text(en="severity (0 is clean)", ko="강도 (0은 원본)"),
    "drop": Text(en="points lost", ko="떨어진 정확도, %포인트"),
    "points": Text(en="points", ko="%포인트"),
    "times": Text(
        en=" ({pictures} pictures at {levels} severities)", ko=" (사진 {pictures}장 × 강도 {levels}가지)"
    ),
    "seeds_said": Text(en="{n} seeds: {values} (sd {sd})", ko="시드 {n}개: {values}(표준편차 {sd})"),
    "mean_said": Text(en="mean of {n} noises", ko="노이즈 {n}가지의 평균"),
    "epoch": Text(en="epoch", ko="에폭"),
    "learning_rate": Text(en="learning rate", ko="학습률"),
    "loss": Text(en="loss", ko="손실"),
    "training": Text(en="training", ko="학습"),
    "validation_clean": Text(en="validation, clean", ko="검증, 원본"),
    "validation_noisy": Text(en="validation, noisy", ko="검증, 노이즈"),
    "curve_interval": Text(en="95 % interval of the curve", ko="곡선의 95% 구간"),
    "curve_fitted": Text(en="fitted curve", ko="맞춘 곡선"),
    "curve_ahead": Text(en="if it goes on so", ko="그대로 이어진다면"),
    "curve_run": Text(en="a run", ko="학습한 모델"),
    "curve_seed": Text(en="seed {seed}", ko="시드 {seed}"),
    "curve_pictures": Text(en="training pictures", ko="학습용 사진 수"),
    "curve_error": Text(en="wrong answers, %", ko="틀린 답, %"),
    "trained_on": Text(en="trained on", ko="모델"),
    "tested_on": Text(en="tested on", ko="시험한 노이즈"),
    "truth": Text(en="true class", ko="실제 클래스"),
    "read_as": Text(en="read as", ko="판정"),
    "pictures": Text(en="pictures", ko="장"),
    "sure_diagonal": Text(en="as sure as right", ko="확신한 만큼 맞힘"),
    "sure_axis": Text(en="how sure, %", ko="확신, %"),
    "sure_said": Text(
        en="{sure} % sure on average, right on {right} % of {n} answers",
        ko="평균 {sure}% 확신, 답 {n}개 가운데 {right}% 맞힘",
    ),
    "selective_axis": Text(en="answers given, the surest first, %", ko="확신하는 순서로 답한 비율, %"),
    "selective_said": Text(
        en="the surest {share} %: right on {right} %", ko="가장 확신하는 {share}%: {right}% 맞힘"
    ),
    "value": Text(en="value, dark to light", ko="값(어두움에서 밝음으로)"),
}


def word(key: str, language: Language, **values: object) -> str:
    return fill(WORDS[key][language], **values)


def noise_label(noise: str, language: Language) -> str:
    """The name of a noise, or of "clean", as a chart and a sentence say it."""
    if noise == CLEAN:
        return word("clean", language)
    return noise_name(noise)[language]


def noise_about(noise: str, language: Language) -> str:
    """What a noise does, in lines of a hover label's width; "" for "clean" and for what another version knows."""
    sentence = noise_sentence(noise)
    if sentence is None:
        return ""
    width = _ABOUT_WIDTH if language == "en" else _ABOUT_WIDTH // 2  # Korean letters are as wide as two
    return "<br>".join(literal(textwrap.wrap(sentence[language], width)))


def about(noise: str, language: Language) -> str:
    """A line below what a hover label says of a noise: what it does."""
    said = noise_about(noise, language)
    return f"<br><i>{said}</i>" if said else ""


def axis_title(measure: Measure, language: Language) -> str:
    """The measure and its unit."""
    name, sign = measure.name[language], measure.unit.sign
    return word("measured", language, name=name, sign=sign) if sign else name


def add_guessing(
    figure: go.Figure,
    palette: Palette,
    measure: Measure,
    guessing: float | None,
    language: Language,
    upright: bool = False,
) -> None:
    """A dotted line at what guessing gives, named in the legend: on the plot it would cross marks.

    Args:
        guessing: in the measure's own numbers; None draws nothing, as where it is another for each run.
        upright: the measure goes to the right, not up.
    """
    if guessing is None:
        return
    line = {"color": palette.wrong, "width": 1.5, "dash": "dot"}
    unit = measure.unit
    if upright:
        figure.add_vline(x=unit.times * guessing, line=line)
    else:
        figure.add_hline(y=unit.times * guessing, line=line)
    name = word("guessing", language, value=measure.said(guessing), behind=unit.behind, sign=unit.sign)
    figure.add_scatter(name=name, x=[None], y=[None], mode="lines", line=line, legendrank=2000)


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
    ends: tuple[float, float] = (0, 100),
    size: int = 13,
    gap: int = 2,
    behind: Sequence[Sequence[object]] | None = None,
    **heatmap: object,
) -> None:
    """A grid of coloured cells, the first row on top, with words in them that can be read on every colour.

    Args:
        shares: numbers, a sequence a row.
        words: what stands in the cells; None for nothing.
        ends: what has the faintest colour, as what is beyond it, and what the strongest.
        size: of the words, px.
        gap: between cells, px.
        behind: customdata of each cell, for those that are clicked: Plotly tells of clicks on points alone, so there is an
            unseen one over each cell, which says what the cell would (hovertext and hovertemplate).
        heatmap: further attributes of Plotly's heatmap.
    """
    said = {}
    if behind is not None:
        said = {name: heatmap.pop(name) for name in ("hovertext", "hovertemplate")}
        heatmap["hoverinfo"] = "skip"
    faintest, strongest = ends
    scale = [[0, cell_colour(palette, 0)], [1, cell_colour(palette, 1)]]
    figure.add_heatmap(
        z=shares,
        x=columns,
        y=rows,
        zmin=min(ends),
        zmax=max(ends),
        colorscale=scale,
        reversescale=True if faintest > strongest else None,
        showscale=False,
        xgap=gap,
        ygap=gap,
        **heatmap,
    )
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5], type="category")
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], type="category", showgrid=False)
    if words is not None:
        _add_words(figure, palette, shares, columns, rows, words, ends, size)
    if behind is not None:
        _unseen_points(figure, columns, rows, behind, said)


def _add_words(
    figure: go.Figure,
    palette: Palette,
    shares: Sequence[Sequence[float]],
    columns: Sequence[str],
    rows: Sequence[str],
    words: Sequence[Sequence[str]],
    ends: tuple[float, float],
    size: int,
) -> None:
    """Args: as of `add_grid`."""
    faintest, strongest = ends
    # A heatmap's own text has one colour, or one that Plotly takes without looking at how well it is read.
    span = strongest - faintest
    places = [min(1.0, max(0.0, (share - faintest) / span)) for row in shares for share in row]
    figure.add_scatter(
        x=[column for _ in rows for column in columns],
        y=[row for row in rows for _ in columns],
        mode="text",
        text=[text for row in words for text in row],
        textfont={"color": [readable_on(cell_colour(palette, place)) for place in places], "size": size},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _unseen_points(
    figure: go.Figure,
    columns: Sequence[str],
    rows: Sequence[str],
    behind: Sequence[Sequence[object]],
    said: dict[str, object],
) -> None:
    """Args: said: hovertext, a text a cell in rows, and hovertemplate."""
    texts: list[list[str]] = said["hovertext"]  # type: ignore[assignment]
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=[column for _ in rows for column in columns],
        y=[row for row in rows for _ in columns],
        mode="markers",
        marker={"size": 18, "symbol": "square", "opacity": 0},
        selected=unseen,
        unselected=unseen,
        hovertext=[text for row in texts for text in row],
        hovertemplate=said["hovertemplate"],
        customdata=[one for row in behind for one in row],
        showlegend=False,
    )
    # The nearest cell, however wide cells are.
    figure.update_layout(hovermode="closest", hoverdistance=-1)


def new_figure(palette: Palette, height: int | None, **layout: object) -> go.Figure:
    """An empty figure in the house's look.

    Args:
        height: px; None where it follows later.
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
