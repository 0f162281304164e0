"""Right and wrong by class, as bars; and where two runs differ in what they read as what."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import OKABE_ITO, Palette, mixed, new_figure, readable_on
from core.charts.names import in_lines, literal, short_names
from core.words import Language, Text, fill, rounded

MOST = 30
"""Classes that are drawn: of more those with most wrong answers."""
_LETTER = 8
"""px, at most, of a digit beside a bar."""
_WHOLE = 100
"""A mean from which on it is written as a whole number."""
_LETTERS, _WORDED = 18, 12
"""Of a class's name beside its bar; classes up to which a cell of a matrix has room for its number."""
_WORDS = {
    "right": Text(en="✓ right", ko="✓ 맞힘"),
    "wrong": Text(en="✗ wrong", ko="✗ 틀림"),
    "answers": Text(en="answers", ko="답"),
    "said": Text(
        en="{name}: {right} of {n} right ({share} %)", ko="{name}: {n}개 중 {right}개 맞힘({share}%)"
    ),
    "truth": Text(en="true class", ko="실제 클래스"),
    "read_as": Text(en="read as", ko="판정"),
    "moved": Text(
        en="{truth} → {read}: {first} % → {second} % ({change} points)",
        ko="{truth} → {read}: {first}% → {second}%({change}%포인트)",
    ),
}
LESS, MORE = OKABE_ITO[4], OKABE_ITO[5]
"""Of a difference: whether it is better depends on where it stands, so neither is green or red."""


def right_and_wrong(
    palette: Palette, counts: pd.DataFrame, language: Language = "en", seeds: Sequence[pd.DataFrame] = ()
) -> go.Figure:
    """How many answers to pictures of each class are right and how many wrong, stacked, as the study that NoiseLens began
    with drew them.

    Args:
        counts: rows the true classes, columns what they were read as (core.evaluation.tables.confusion_counts); of several
            seeds their mean.
        seeds: the same of each of several seeds, whose right answers are faint dots.
    """
    table = of_classes(counts)
    if len(table) > MOST:
        kept = set(table.nlargest(MOST, "wrong")["class"])
        table = table[table["class"].isin(kept)]
    names = literal(short_names([str(name) for name in table["class"]], _LETTERS))
    figure = new_figure(palette, 96 + 26 * max(2, len(table)), barmode="stack", showlegend=True)
    figure.update_layout(legend={"traceorder": "normal"})
    told = [
        fill(
            _WORDS["said"][language],
            name=in_lines(str(name)),
            right=_count(right),
            n=_count(right + wrong),
            share=rounded(100 * right / max(right + wrong, 1)),
        )
        for name, right, wrong in table[["class", "right", "wrong"]].itertuples(index=False)
    ]
    for kind, colour in (("right", palette.right), ("wrong", palette.wrong)):
        figure.add_bar(
            name=_WORDS[kind][language],
            orientation="h",
            y=names,
            x=table[kind].tolist(),
            marker={"color": colour},
            hovertext=told,
            hovertemplate="%{hovertext}<extra></extra>",
        )
    by_class = dict(zip(table["class"], names, strict=True))
    for own in map(of_classes, seeds):
        shown = own[own["class"].isin(list(by_class))]
        figure.add_scatter(
            x=shown["right"].tolist(),
            y=[by_class[name] for name in shown["class"]],
            mode="markers",
            marker={
                "color": palette.ground,
                "size": 6,
                "opacity": 0.8,
                "line": {"width": 1, "color": palette.text},
            },
            hoverinfo="skip",
            showlegend=False,
        )
    # Beside the bars: in them a few answers have no room for their number.
    beside = [
        (name, right + wrong, f"✓ {_count(right)} ✗ {_count(wrong)}")
        for name, right, wrong in zip(names, table["right"], table["wrong"], strict=True)
    ]
    for name, end, text in beside:
        figure.add_annotation(
            x=float(end), y=name, text=text, showarrow=False, xanchor="left", font={"size": 12}
        )
    room = max((len(text) for _, _, text in beside), default=0)
    figure.update_layout(margin_r=_LETTER * room + 8)
    # Told, as by itself Plotly would make room for the words, too, which stand in the margin.
    most = float((table["right"] + table["wrong"]).max()) if len(table) else 1.0
    figure.update_xaxes(showgrid=True, title_text=_WORDS["answers"][language], range=[0, 1.02 * most])
    figure.update_yaxes(showgrid=False, type="category", autorange="reversed")
    return figure


def _count(number: float) -> str:
    """Of answers; of a small mean with what is behind the point."""
    return f"{number:,.0f}" if float(number).is_integer() or number >= _WHOLE else f"{number:,.1f}"


def of_classes(counts: pd.DataFrame) -> pd.DataFrame:
    """Of a confusion matrix, a row a class that has pictures: columns class, right, wrong."""
    right = np.diag(counts.to_numpy())
    table = pd.DataFrame(
        {"class": counts.index, "right": right, "wrong": counts.sum(axis=1).to_numpy() - right}
    )
    return table[table["right"] + table["wrong"] > 0].reset_index(drop=True)


def confusion_change(
    palette: Palette, first: pd.DataFrame, second: pd.DataFrame, language: Language = "en"
) -> go.Figure:
    """By how many points more often the second run reads each true class (rows) as each class (columns) than the first does.

    Args:
        first, second: counts of the same classes.
    """
    before, after = (
        100 * one.div(one.sum(axis=1).clip(lower=1), axis=0).to_numpy() for one in (first, second)
    )
    change = after - before
    classes = literal(first.index)
    names = literal(short_names([str(name) for name in first.index], _LETTERS))
    hovers = [
        [
            fill(
                _WORDS["moved"][language],
                truth=classes[row],
                read=classes[column],
                first=rounded(before[row, column], 1),
                second=rounded(after[row, column], 1),
                change=signed(change[row, column], 1),
            )
            for column in range(len(classes))
        ]
        for row in range(len(classes))
    ]
    most = max(5.0, float(np.abs(change).max(initial=0)))
    colours = [mixed(LESS, palette.ground, 0.9), palette.ground, mixed(MORE, palette.ground, 0.9)]
    figure = new_figure(palette, min(720, max(300, 170 + 24 * len(classes))))
    figure.add_heatmap(
        z=change,
        x=names,
        y=names,
        zmin=-most,
        zmax=most,
        colorscale=[[0, colours[0]], [0.5, colours[1]], [1, colours[2]]],
        showscale=False,
        xgap=2 if len(classes) <= MOST else 0,
        ygap=2 if len(classes) <= MOST else 0,
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    if len(classes) <= _WORDED:
        fills = [
            mixed(colours[2 if value > 0 else 0], palette.ground, min(1.0, abs(value) / most))
            for value in change.ravel().tolist()
        ]
        figure.add_scatter(
            x=[name for _ in names for name in names],
            y=[name for name in names for _ in names],
            mode="text",
            text=[signed(value) for value in change.ravel().tolist()],
            textfont={"size": 13, "color": [readable_on(one) for one in fills]},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.update_xaxes(
        title={"text": _WORDS["read_as"][language], "standoff": 12},
        range=[-0.5, len(names) - 0.5],
        type="category",
    )
    figure.update_yaxes(
        title={"text": _WORDS["truth"][language], "standoff": 12},
        range=[len(names) - 0.5, -0.5],
        type="category",
        showgrid=False,
    )
    return figure


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, 0 without one."""
    said = rounded(abs(value), digits)
    if not float(said):
        return said
    return f"+{said}" if value > 0 else f"−{said}"
