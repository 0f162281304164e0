"""All runs of a data set: accuracy on clean pictures against accuracy under noise."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.drawing import Palette, new_figure
from core.charts.names import in_lines, literal, short_names
from core.charts.runs import Mark
from core.words import Language, Text, fill, rounded

_WORDS = {
    "clean": Text(en="right on clean pictures, %", ko="원본을 맞힌 비율, %"),
    "noisy": Text(en="right under noise, %", ko="노이즈에서 맞힌 비율, %"),
    "line": Text(en="what clean training gives", ko="원본만 학습했을 때의 선"),
    "all_line": Text(en="what these runs give", ko="이 모델들의 선"),
    "said": Text(
        en="clean {clean} % ({clean_low} – {clean_high} %)<br>under noise {noisy} % ({noisy_low} – {noisy_high} %)<br>{above} points from the line",
        ko="원본 {clean}% ({clean_low} – {clean_high}%)<br>노이즈 {noisy}% ({noisy_low} – {noisy_high}%)<br>선에서 {above}%포인트",
    ),
    "others": Text(en="other runs of this data set", ko="이 데이터의 다른 모델"),
}
_NAME = 34


@dataclass(frozen=True)
class Group:
    """Seeds of one recipe that are looked at."""

    name: str
    mark: Mark


def clean_noisy_chart(
    palette: Palette,
    table: pd.DataFrame,
    groups: Mapping[str, Group],
    names: Mapping[str, str],
    line: tuple[NDArray[np.float64], NDArray[np.float64], bool] | None,
    language: Language = "en",
    height: int = 460,
) -> go.Figure:
    """A dot a run with both intervals, those looked at by their marks; the line of clean training.

    Args:
        table: core.evaluation.clean_noisy.above; a click on a dot gives its run_id.
        groups: by the table's column group; all others are empty rings without a colour.
        names: of the runs, by run_id.
        line: clean and noisy accuracies along it, 0..1, and whether it is of clean-trained runs.
    """
    lines = len(groups) + (not table["group"].isin(list(groups)).all()) + (line is not None)
    figure = new_figure(
        palette, height + 22 * lines, margin={"t": 22 * lines + 12, "r": 16}, legend={"orientation": "v"}
    )
    if line is not None:
        x, y, of_clean = line
        figure.add_scatter(
            x=100 * x,
            y=100 * y,
            mode="lines",
            line={"color": palette.text, "width": 1.5, "dash": "dot"},
            name=_WORDS["line" if of_clean else "all_line"][language],
            hoverinfo="skip",
        )
    called = short_names(literal(group.name for group in groups.values()), _NAME) if groups else []
    other = Mark(palette.text, "circle-open")
    looks = [([key], name, group.mark) for (key, group), name in zip(groups.items(), called, strict=True)]
    rest = [key for key in table["group"].unique() if key not in groups]
    for keys, name, mark in [(rest, _WORDS["others"][language], other), *looks]:
        own = table[table["group"].isin(keys)]
        if not len(own):
            continue
        figure.add_scatter(
            name=name,
            x=100 * own["clean"],
            y=100 * own["noisy"],
            error_x=_error(own, "clean", mark.colour),
            error_y=_error(own, "noisy", mark.colour),
            mode="markers",
            marker={"color": mark.colour, "symbol": mark.symbol, "size": 11},
            opacity=0.5 if mark is other else 1,
            customdata=own[["run_id"]].to_numpy().tolist(),
            hovertext=[_said(row, names, language) for row in own.to_dict("records")],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_xaxes(title_text=_WORDS["clean"][language], showgrid=True, range=_range(table, "clean"))
    figure.update_yaxes(title_text=_WORDS["noisy"][language], range=_range(table, "noisy"))
    return figure


def _range(table: pd.DataFrame, name: str) -> list[float]:
    """From a little below the least to a little above the most."""
    low, high = 100 * float(table[f"{name}_low"].min()), 100 * float(table[f"{name}_high"].max())
    return [max(0.0, low - 2), min(101.0, high + 2)]


def _error(table: pd.DataFrame, name: str, colour: str) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": (100 * (table[f"{name}_high"] - table[name])).tolist(),
        "arrayminus": (100 * (table[name] - table[f"{name}_low"])).tolist(),
        "color": colour,
        "thickness": 1,
        "width": 0,
    }


def _said(row: Mapping[Hashable, object], names: Mapping[str, str], language: Language) -> str:
    ends = ("clean", "clean_low", "clean_high", "noisy", "noisy_low", "noisy_high")
    numbers = {name: rounded(100 * float(str(row[name])), 1) for name in ends}
    over = 100 * float(str(row["above"]))
    numbers["above"] = ("+" if over > 0 else "−" if over < 0 else "") + rounded(abs(over), 1)
    return f"{in_lines(names[str(row['run_id'])])}<br>{fill(_WORDS['said'][language], **numbers)}"
