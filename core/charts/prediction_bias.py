"""Which way a model fails: answers by class under each noise, and for two classes its scores and thresholds."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.drawing import OKABE_ITO, Palette, new_figure, readable_on, word
from core.charts.names import literal, short_names, wide
from core.words import Language, Text, fill, rounded

_WORDS = {
    "share": Text(en="answers, %", ko="답의 비율, %"),
    "others": Text(en="{n} other classes", ko="그 밖의 클래스 {n}개"),
    "said": Text(en="{answer}: {share} % ({low} – {high} %)", ko="{answer}: {share}% ({low} – {high}%)"),
    "score": Text(en="probability of “{name}”", ko="“{name}”일 확률"),
    "pictures": Text(en="of its pictures, %", ko="그 클래스 사진의 비율, %"),
    "clean_threshold": Text(en="threshold of clean pictures ({value})", ko="원본에서 정한 기준값({value})"),
    "threshold_now": Text(
        en="where both errors are alike under noise ({value})", ko="노이즈에서 두 오류가 같아지는 값({value})"
    ),
    "bin": Text(en="{name}: {share} % of {n} answers", ko="{name}: 답 {n}개의 {share}%"),
}
MOST = 7
"""Classes with a colour of their own; the rest are drawn as one."""
_ROW, _LEGEND, _AXIS, _LINE = 26, 30, 48, 24
"""px: of a noise, of a line of the legend, of the axis below."""
_SAID = 0.09
"""A share from which on it is written into its bar."""
_NAME = 24


def answer_bars(
    palette: Palette,
    shares: pd.DataFrame,
    labels: Sequence[str],
    rows: Mapping[str, str],
    language: Language = "en",
    narrow: bool = False,
) -> go.Figure:
    """Answers by class as stacked bars, a row a noise.

    Args:
        shares: columns noise, answer (number of a class), share, low, high (0..1).
        labels: of the classes, in their order.
        rows: of the column noise what is drawn, from the top, and how it is called.
        narrow: for a phone: names stand above their bars.
    """
    table = shares[shares["noise"].isin(list(rows))]
    most = table.groupby("answer")["share"].max().sort_values(ascending=False, kind="stable")
    own = sorted(int(answer) for answer in most.index[:MOST])
    if len(most) == MOST + 1:  # one alone is no "others"
        own = sorted(int(answer) for answer in most.index)
    rest = [answer for answer in range(len(labels)) if answer not in own]
    names = short_names(literal(labels), _NAME)
    called = list(rows.values())
    places = list(range(len(rows)))
    lines = len(own) + bool(rest) if narrow else -(-sum(50 + 8 * wide(names[one]) for one in own) // 900)
    row = _ROW + (18 if narrow else 0)
    top = _LEGEND + _LINE * (lines - 1)
    figure = new_figure(
        palette,
        top + row * len(rows) + _AXIS,
        barmode="stack",
        bargap=0.45 if narrow else 0.2,
        margin={"t": top, "r": 20},
        legend={"traceorder": "normal", "orientation": "v" if narrow else "h"},
    )
    colours = [
        OKABE_ITO[5],
        OKABE_ITO[0],
        OKABE_ITO[1],
        OKABE_ITO[2],
        OKABE_ITO[3],
        OKABE_ITO[6],
        OKABE_ITO[4],
    ]
    groups = [([answer], names[answer], colours[place % len(colours)]) for place, answer in enumerate(own)]
    if rest:
        groups.append((rest, fill(_WORDS["others"][language], n=len(rest)), palette.reference))
    by = table.set_index(["noise", "answer"])
    for answers, name, colour in groups:
        values = [float(sum(by["share"][noise, answer] for answer in answers)) for noise in rows]
        said = [
            fill(
                _WORDS["said"][language],
                answer=name,
                share=rounded(100 * value),
                low=rounded(100 * float(by["low"][noise, answers[0]])) if len(answers) == 1 else "–",
                high=rounded(100 * float(by["high"][noise, answers[0]])) if len(answers) == 1 else "–",
            )
            for noise, value in zip(rows, values, strict=True)
        ]
        figure.add_bar(
            name=name,
            x=[100 * value for value in values],
            y=places,
            orientation="h",
            marker={"color": colour, "line": {"width": 1, "color": palette.ground}},
            text=[rounded(100 * value) if value >= _SAID else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": readable_on(colour), "size": 12},
            hovertext=[f"{row}<br>{one}" for row, one in zip(called, said, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_xaxes(range=[0, 100], title_text=_WORDS["share"][language])
    figure.update_yaxes(
        range=[len(rows) - 0.4, -0.6],
        tickvals=places,
        ticktext=called,
        showgrid=False,
        showticklabels=not narrow,
    )
    if narrow:
        for place, label in zip(places, called, strict=True):
            figure.add_annotation(
                x=0,
                y=place - 0.46,
                text=label,
                showarrow=False,
                xanchor="left",
                yanchor="middle",
                font={"size": 12},
            )
    return figure


def score_chart(
    palette: Palette,
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    answers: tuple[int, int],
    labels: tuple[str, str],
    thresholds: tuple[float | None, float | None],
    language: Language = "en",
    height: int = 300,
) -> go.Figure:
    """Where the scores of both classes lie, each class's as its shares; lines at the thresholds.

    Args:
        scores: of the negative and of the positive class: which share of it lies in each of equal parts of 0..1.
        answers: that each is of.
        labels: of both.
        thresholds: that of clean pictures, and where both errors are alike here; None draws none.
    """
    figure = new_figure(palette, height, barmode="overlay", bargap=0.02, margin={"t": 72, "r": 20})
    bins = len(scores[0])
    middles = (np.arange(bins) + 0.5) * 100 / bins
    names = short_names(literal(labels), _NAME)
    for name, values, n, colour, pattern in (
        (names[0], scores[0], answers[0], OKABE_ITO[5], ""),
        (names[1], scores[1], answers[1], OKABE_ITO[0], "/"),
    ):
        figure.add_bar(
            name=name,
            x=middles,
            y=100 * values,
            marker={"color": colour, "opacity": 0.65, "pattern": {"shape": pattern, "solidity": 0.25}},
            hovertext=[
                fill(_WORDS["bin"][language], name=name, share=rounded(100 * value, 1), n=f"{n:,}")
                for value in values
            ],
            hovertemplate=f"%{{x:.0f}}{word('per_cent', language)}<br>%{{hovertext}}<extra></extra>",
        )
    for key, threshold, dash, colour in (
        ("clean_threshold", thresholds[0], "dot", palette.text),
        ("threshold_now", thresholds[1], "solid", palette.accent),
    ):
        if threshold is None:
            continue
        line = {"color": colour, "width": 2, "dash": dash}
        figure.add_vline(x=100 * threshold, line=line)
        name = fill(_WORDS[key][language], value=rounded(threshold, 2))
        figure.add_scatter(name=name, x=[None], y=[None], mode="lines", line=line)
    figure.update_xaxes(
        range=[0, 100],
        title_text=fill(_WORDS["score"][language], name=names[1]),
        ticksuffix=word("per_cent", language),
    )
    figure.update_yaxes(title_text=_WORDS["pictures"][language], rangemode="tozero")
    return figure
