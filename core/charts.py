"""Tables in, Plotly figures out. Colours come with the palette, so that charts follow the page's theme."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.evaluation.predictions import CLEAN
from core.noise.catalogue import get_noise
from core.words import Language, Text, fill

OKABE_ITO = ("#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#0072B2", "#F0E442")
"""Colours that people with any colour vision tell apart (Okabe and Ito 2008)."""
FONT = '"Source Sans", "Source Sans Pro", "NanumGothic", "Noto Sans KR", "Malgun Gothic", sans-serif'


@dataclass(frozen=True)
class Palette:
    """The colours that mean something, in one theme."""

    accent: str = "#3D5AFE"
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


@dataclass(frozen=True)
class Series:
    """One run in a chart."""

    name: str
    """As it is shown."""
    colour: str
    cells: pd.DataFrame
    """Columns noise, severity (where it is by severity), images, right, accuracy, low, high."""


_WORDS: dict[str, Text] = {
    "accuracy": Text(en="accuracy, %", ko="정확도, %"),
    "clean": Text(en="clean", ko="원본"),
    "original": Text(en="original", ko="원본"),
    "noisy": Text(en="with noise", ko="노이즈"),
    "guessing": Text(en="guessing: {percent} %", ko="찍었을 때 {percent} %"),
    "severity": Text(en="severity (0 is clean)", ko="강도 (0은 원본)"),
    "drop": Text(en="points lost", ko="떨어진 점수, %p"),
    "points": Text(en="points", ko="%p"),
    "of": Text(en="{right} of {images} right", ko="{images}장 중 {right}장 맞힘"),
    "epoch": Text(en="epoch", ko="에폭"),
    "training": Text(en="training", ko="학습"),
    "validation_clean": Text(en="validation, clean", ko="검증, 원본"),
    "validation_noisy": Text(en="validation, noisy", ko="검증, 노이즈"),
    "trained_on": Text(en="trained on", ko="학습"),
    "tested_on": Text(en="tested on", ko="시험"),
    "truth": Text(en="true class", ko="실제 클래스"),
    "read_as": Text(en="read as", ko="판정"),
    "pictures": Text(en="pictures", ko="장"),
    "value": Text(en="value, dark to light", ko="값(어두움에서 밝음으로)"),
}


def _literal(names: Iterable[object]) -> list[str]:
    """Names that a person chose, in which Plotly would read <b>, <a> and the like."""
    return [html.escape(str(name), quote=False) for name in names]


def _word(key: str, language: Language, **values: object) -> str:
    return fill(_WORDS[key][language], **values)


def noise_label(noise: str, language: Language) -> str:
    """The name of a noise, or of "clean", as a chart and a sentence say it."""
    if noise == CLEAN:
        return _word("clean", language)
    return get_noise(noise).name[language]


def run_colours(
    palette: Palette, runs: Sequence[tuple[str, bool]], shown: Sequence[str] = ()
) -> dict[str, str]:
    """A colour for each run, the same on every page.

    Args:
        runs: (id, noise-trained) of every run, oldest first.
        shown: ids that stand in one chart; where two of these share a colour, the newer takes a free one.
    """
    wheel = palette.wheel
    colours = {}
    trained = 0
    for run_id, noise_trained in runs:
        colours[run_id] = wheel[trained % len(wheel)] if noise_trained else palette.reference
        trained += noise_trained
    used: set[str] = set()
    for run_id, _ in runs:
        if run_id in shown:
            free = [colour for colour in wheel if colour not in used]
            if colours[run_id] in used and free:
                colours[run_id] = free[0]
            used.add(colours[run_id])
    return colours


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


def _figure(palette: Palette, height: int, **layout: object) -> go.Figure:
    figure = go.Figure()
    axis = {"gridcolor": palette.grid, "zeroline": False, "linecolor": palette.grid, "automargin": True}
    axis |= {"title": {"font": {"size": 13}}}
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": palette.text},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis=axis | {"showgrid": False, "fixedrange": True},
        yaxis=axis | {"fixedrange": True},
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": 13},
        },
        hoverlabel={"font": {"family": FONT}},
        modebar={
            "remove": ["lasso", "select", "zoom", "pan", "autoScale", "zoomIn", "zoomOut", "resetScale"]
        },
    )
    figure.update_layout(**layout)
    return figure


def _percents(cells: pd.DataFrame) -> dict[str, object]:
    """Height and whiskers of accuracies 0..1 in per cent."""
    accuracy = 100 * cells["accuracy"]
    return {
        "y": accuracy,
        "error_y": {
            "type": "data",
            "array": 100 * cells["high"] - accuracy,
            "arrayminus": accuracy - 100 * cells["low"],
            "symmetric": False,
            "thickness": 1.2,
            "width": 3,
        },
    }


def _guessing(
    figure: go.Figure, palette: Palette, classes: int, language: Language, upright: bool = False
) -> None:
    """A dotted line at the accuracy of guessing, named in the legend: on the plot it would cross bars.

    Args:
        upright: accuracy goes to the right, not up.
    """
    level = 100 / classes
    line = {"color": palette.wrong, "width": 1.5, "dash": "dot"}
    if upright:
        figure.add_vline(x=level, line=line)
    else:
        figure.add_hline(y=level, line=line)
    name = _word("guessing", language, percent=round(level))
    figure.add_scatter(name=name, x=[None], y=[None], mode="lines", line=line)


def _hover(cells: pd.DataFrame, language: Language) -> list[str]:
    return [
        f"{row.accuracy:.1%} ({row.low:.1%} – {row.high:.1%})<br>"
        + _word("of", language, right=row.right, images=row.images)
        for row in cells.itertuples()
    ]


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
    figure = _figure(
        palette, height, barmode="group", bargap=0.25, bargroupgap=0.0, legend={"traceorder": "reversed"}
    )
    highest = max((value.get(name, 0.0) for value in values for name in order), default=1.0)
    pieces = [("noisy", palette.accent, values[1]), ("original", palette.reference, values[0])]
    for key, colour, value in pieces:
        shares = [100 * value[name] if name in value else None for name in order]
        figure.add_bar(
            name=_word(key, language),
            y=_literal(order),
            x=shares,
            orientation="h",
            marker={"color": colour},
            text=[None if share is None else f"{share:.0f} %" for share in shares],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1f} %<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(range=[0, min(115.0, 120 * highest)], ticksuffix=" %", showgrid=True, nticks=5)
    figure.update_yaxes(showgrid=False)
    return figure


def accuracy_by_noise(
    palette: Palette,
    series: Sequence[Series],
    classes: int,
    seen: Sequence[str] = (),
    language: Language = "en",
    height: int = 420,
) -> go.Figure:
    """Accuracy under each noise, runs side by side, with 95 % whiskers and the level of guessing.

    Args:
        series: cells with one row a noise, in the order to show.
        seen: noises that some run was trained with, marked by a dot.

    Returns:
        A figure whose points carry (noise, place in `series`) as customdata.
    """
    figure = _figure(palette, height, barmode="group", bargap=0.28, bargroupgap=0.0)
    for place, one in enumerate(series):
        bars = _percents(one.cells)
        bars["error_y"] |= {"color": palette.text}  # type: ignore[operator]
        figure.add_bar(
            name=_literal([one.name])[0],
            x=[_marked(noise, seen, language) for noise in one.cells["noise"]],
            marker={"color": one.colour},
            text=[f"{100 * value:.0f}" for value in one.cells["accuracy"]] if len(series) <= 3 else None,
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            insidetextfont={"color": readable_on(one.colour), "size": 12},
            hovertext=_hover(one.cells, language),
            hovertemplate="%{x}<br>%{hovertext}<extra>%{fullData.name}</extra>",
            customdata=[(noise, place) for noise in one.cells["noise"]],
            **bars,
        )
    figure.update_layout(showlegend=True)
    figure.update_yaxes(range=[0, 104], dtick=20, title_text=_word("accuracy", language))
    _guessing(figure, palette, classes, language)
    return figure


def accuracy_dots(
    palette: Palette,
    series: Sequence[Series],
    classes: int,
    seen: Sequence[str] = (),
    language: Language = "en",
) -> go.Figure:
    """`accuracy_by_noise` for many noises: a row a noise, a dot a run, the first run's best on top, clean first."""
    first = series[0].cells
    noises = first[first["noise"] != CLEAN].sort_values("accuracy", ascending=False)["noise"].tolist()
    rows = [CLEAN, *noises]
    figure = _figure(palette, 110 + 23 * len(rows))
    if len(series) == 2:
        # What training won or lost, as a line between the two dots.
        both = [one.cells.set_index("noise")["accuracy"] for one in series]
        ends: list[float | None] = []
        names: list[str | None] = []
        for noise in rows:
            ends += [100 * float(both[0][noise]), 100 * float(both[1][noise]), None]
            names += [_marked(noise, seen, language)] * 2 + [None]
        line = {"color": palette.grid, "width": 5}
        figure.add_scatter(x=ends, y=names, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    for place, one in enumerate(series):
        cells = one.cells.set_index("noise").loc[rows].reset_index()
        bars = _percents(cells)
        bars["error_y"] |= {"color": one.colour}  # type: ignore[operator]
        figure.add_scatter(
            name=one.name,
            x=bars["y"],
            error_x=bars["error_y"],
            y=[_marked(noise, seen, language) for noise in rows],
            mode="markers",
            marker={"color": one.colour, "size": 10},
            hovertext=_hover(cells, language),
            hovertemplate="%{y}<br>%{hovertext}<extra>%{fullData.name}</extra>",
            customdata=[(noise, place) for noise in rows],
        )
    _guessing(figure, palette, classes, language, upright=True)
    figure.update_layout(showlegend=True)
    figure.update_xaxes(range=[0, 102], dtick=20, showgrid=True, title_text=_word("accuracy", language))
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    return figure


def trained_by_tested(
    palette: Palette,
    series: Sequence[Series],
    seen: Sequence[Sequence[str]],
    classes: int,
    language: Language = "en",
) -> go.Figure:
    """Accuracy of each run (rows) under each noise (columns), in per cent.

    Args:
        series: cells with one row a noise, the same noises in the same order for all.
        seen: of each run the noises it was trained with; their cells have a dot.
        classes: the colours begin at the level of guessing among as many.
    """
    noises = series[0].cells["noise"].tolist()
    shares = [[100 * value for value in one.cells["accuracy"]] for one in series]
    words = [
        [f"{share:.0f}{' •' if noise in own else ''}" for noise, share in zip(noises, row, strict=True)]
        for row, own in zip(shares, seen, strict=True)
    ]
    figure = _figure(palette, 170 + 44 * len(series))
    figure.add_heatmap(
        z=shares,
        x=[noise_label(noise, language) for noise in noises],
        y=[one.name for one in series],
        text=words,
        texttemplate="%{text}",
        zmin=100 / classes,
        zmax=100,
        colorscale=[[0, mixed(palette.accent, palette.ground, 0.04)], [1, palette.accent]],
        showscale=False,
        hovertemplate="%{y} → %{x}: %{z:.1f} %<extra></extra>",
        xgap=2,
        ygap=2,
    )
    figure.update_xaxes(title_text=_word("tested_on", language), type="category")
    figure.update_yaxes(
        title_text=_word("trained_on", language), autorange="reversed", type="category", showgrid=False
    )
    return figure


def _marked(noise: str, seen: Sequence[str], language: Language) -> str:
    return noise_label(noise, language) + (" •" if noise in seen else "")


def accuracy_by_severity(
    palette: Palette,
    series: Sequence[Series],
    noise: str,
    classes: int,
    language: Language = "en",
    height: int = 230,
) -> go.Figure:
    """Accuracy from clean to severity 5 of one noise: a line a run, its 95 % interval as a band."""
    figure = _figure(palette, height, showlegend=False)
    for one in series:
        cells = one.cells[one.cells["noise"].isin([CLEAN, noise])].sort_values("severity")
        ends = pd.concat([cells["severity"], cells["severity"][::-1]])
        band = pd.concat([100 * cells["high"], 100 * cells["low"][::-1]])
        figure.add_scatter(
            x=ends,
            y=band,
            mode="lines",
            fill="toself",
            fillcolor=translucent(one.colour, 0.18),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            name=_literal([one.name])[0],
            x=cells["severity"],
            y=100 * cells["accuracy"],
            mode="lines+markers",
            line={"color": one.colour, "width": 2.5},
            marker={"size": 6},
            hovertext=_hover(cells, language),
            hovertemplate="%{hovertext}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(dtick=1, range=[-0.2, 5.2], title_text=_word("severity", language))
    figure.update_yaxes(range=[0, 104], dtick=25)
    _guessing(figure, palette, classes, language)
    return figure


def drop_from_clean(
    palette: Palette, series: Sequence[Series], seen: Sequence[str] = (), language: Language = "en"
) -> go.Figure:
    """Points of accuracy that each noise costs against the same run's clean accuracy, largest first."""
    first = series[0].cells
    order = first[first["noise"] != CLEAN].sort_values("accuracy", ascending=False)["noise"].tolist()
    figure = _figure(palette, 90 + 26 * len(order) * max(1, len(series)), barmode="group", bargap=0.25)
    for one in reversed(series):
        accuracy = one.cells.set_index("noise")["accuracy"]
        drops = [100 * (accuracy[CLEAN] - accuracy[noise]) for noise in order]
        figure.add_bar(
            name=_literal([one.name])[0],
            orientation="h",
            y=[_marked(noise, seen, language) for noise in order],
            x=drops,
            marker={"color": one.colour},
            text=[f"{drop:.0f}" if round(drop) else "0" for drop in drops],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1f} " + _word("points", language) + "<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(showlegend=True, legend={"traceorder": "reversed"})
    figure.update_xaxes(
        showgrid=True, title_text=_word("drop", language), zeroline=True, zerolinecolor=palette.text
    )
    figure.update_yaxes(showgrid=False)
    return figure


def training_curves(
    palette: Palette,
    metrics: pd.DataFrame,
    epochs: int,
    noise_trained: bool,
    language: Language = "en",
    height: int = 280,
) -> go.Figure:
    """Accuracy while training: on the training pictures, on the validation split clean and noisy.

    Args:
        metrics: what core.training.runs.read_metrics gives; may be empty.
        epochs: how many the run is to have: the axis does not move.
    """
    figure = _figure(palette, height, showlegend=True)
    steps = epochs_done = pd.DataFrame(columns=["epoch", "accuracy"])
    if len(metrics):
        steps, epochs_done = metrics[metrics["kind"] == "step"], metrics[metrics["kind"] == "epoch"]
    lines = [
        (steps, "accuracy", "training", translucent(palette.reference, 0.9), 1.2),
        (epochs_done, "validation_accuracy", "validation_clean", palette.accent, 2.8),
    ]
    if noise_trained:
        lines.append((epochs_done, "validation_noisy_accuracy", "validation_noisy", palette.wheel[1], 2.8))
    for table, column, key, colour, width in lines:
        known = table.dropna(subset=[column]) if column in table else table.iloc[:0]
        figure.add_scatter(
            name=_word(key, language),
            x=known["epoch"],
            y=100 * known[column] if column in known else [],
            mode="lines" if key == "training" else "lines+markers",
            line={"color": colour, "width": width},
            hovertemplate="%{y:.1f} %<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(range=[0, epochs * 1.02], title_text=_word("epoch", language), tickformat="d")
    figure.update_yaxes(range=[0, 102], dtick=20, title_text=_word("accuracy", language))
    return figure


def loss_curve(palette: Palette, metrics: pd.DataFrame, epochs: int, language: Language = "en") -> go.Figure:
    """Loss while training, on the training pictures and the clean validation split."""
    figure = _figure(palette, 200, showlegend=True)
    for kind, column, key, colour in (
        ("step", "loss", "training", palette.reference),
        ("epoch", "validation_loss", "validation_clean", palette.accent),
    ):
        table = metrics[metrics["kind"] == kind] if len(metrics) else pd.DataFrame(columns=["epoch"])
        known = table.dropna(subset=[column]) if column in table else table.iloc[:0]
        figure.add_scatter(
            name=_word(key, language),
            x=known["epoch"],
            y=known.get(column, []),
            mode="lines",
            line={"color": colour, "width": 2},
        )
    figure.update_xaxes(range=[0, epochs * 1.02], title_text=_word("epoch", language), tickformat="d")
    figure.update_yaxes(rangemode="tozero")
    return figure


def confusion(
    palette: Palette, counts: pd.DataFrame, language: Language = "en", height: int = 320
) -> go.Figure:
    """How often each true class (rows) was read as each class (columns), in per cent of its row."""
    shares = 100 * counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    whole = [whole_percents(row) for row in counts.to_numpy().tolist()]
    small = len(counts) <= 12
    figure = _figure(palette, height)
    figure.add_heatmap(
        z=shares.to_numpy(),
        x=_literal(counts.columns),
        y=_literal(counts.index),
        zmin=0,
        zmax=100,
        colorscale=[[0, mixed(palette.accent, palette.ground, 0.04)], [1, palette.accent]],
        showscale=False,
        text=whole,
        texttemplate="%{text} %" if small else None,
        customdata=counts.to_numpy(),
        hovertemplate="%{y} → %{x}: %{z:.1f} % (%{customdata})<extra></extra>",
        xgap=2,
        ygap=2,
    )
    figure.update_xaxes(title_text=_word("read_as", language), side="bottom", type="category")
    figure.update_yaxes(
        title_text=_word("truth", language), autorange="reversed", type="category", showgrid=False
    )
    return figure


def whole_percents(counts: Sequence[int]) -> list[int]:
    """Shares in whole per cent that add up to 100: the largest remainders are rounded up (Hamilton's method)."""
    total = sum(int(count) for count in counts)
    if total == 0:
        return [0] * len(counts)
    exact = [100 * int(count) / total for count in counts]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    for place in by_remainder[: 100 - sum(whole)]:
        whole[place] += 1
    return whole


def class_counts(palette: Palette, counts: pd.DataFrame, language: Language = "en") -> go.Figure:
    """Pictures in each class (rows) and split (columns, already in words), stacked."""
    figure = _figure(palette, 90 + 24 * max(2, len(counts)), barmode="stack", showlegend=True)
    figure.update_layout(legend={"traceorder": "normal"})
    colours = [*palette.wheel[:2], palette.reference]
    for split, colour in zip(counts.columns, colours, strict=True):
        figure.add_bar(
            name=str(split),
            orientation="h",
            y=_literal(counts.index),
            x=counts[split],
            marker={"color": colour},
            hovertemplate="%{y}: %{x}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(showgrid=True, title_text=_word("pictures", language))
    figure.update_yaxes(showgrid=False, type="category", autorange="reversed")
    return figure


def channel_shares(
    palette: Palette, shares: NDArray[np.float64], names: Sequence[str], language: Language = "en"
) -> go.Figure:
    """Shares of brightness values (3,bins) of red, green and blue, called `names`."""
    figure = _figure(palette, 220, showlegend=True)
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
    figure.update_xaxes(title_text=_word("value", language), range=[0, 255])
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure
