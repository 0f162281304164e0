"""A run while it is trained."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import Palette, new_figure, translucent, word
from core.charts.names import literal, short_names
from core.charts.runs import Mark
from core.words import Language

MOST_TICKS = 10
"""Ticks of the axis of epochs."""
_LETTERS = 30
"""Most of a run's name in a legend."""


def training_curves(
    palette: Palette,
    metrics: pd.DataFrame,
    epochs: int,
    noisy: bool,
    language: Language = "en",
    height: int = 280,
) -> go.Figure:
    """Accuracy while training: on the training pictures, on the validation split clean and noisy.

    Args:
        metrics: what core.runs.metrics_file.read_metrics gives; may be empty.
        epochs: how many the run is to have: the axis does not move.
        noisy: validation looks at its pictures under noise, too.
    """
    figure = new_figure(palette, height, showlegend=True)
    steps = epochs_done = pd.DataFrame(columns=["epoch", "accuracy"])
    if len(metrics):
        steps, epochs_done = _of_training(metrics), metrics[metrics["kind"] == "epoch"]
    lines = [
        (steps, "accuracy", "training", translucent(palette.reference, 0.9), 1.2),
        (epochs_done, "validation_accuracy", "validation_clean", palette.accent, 2.8),
    ]
    if noisy:
        lines.append((epochs_done, "validation_noisy_accuracy", "validation_noisy", palette.wheel[1], 2.8))
    for table, column, key, colour, width in lines:
        known = table.dropna(subset=[column]) if column in table else table.iloc[:0]
        figure.add_scatter(
            name=word(key, language),
            x=known["epoch"],
            y=100 * known[column] if column in known else [],
            mode="lines"
            if key == "training" and len(known) != 1
            else "lines+markers",  # a line of one is unseen
            line={"color": colour, "width": width},
            hovertemplate=f"%{{y:.1f}}{word('per_cent', language)}<extra>%{{fullData.name}}</extra>",
        )
    _epochs(figure, epochs, language)
    figure.update_yaxes(range=[0, 102], dtick=20, title_text=word("accuracy", language))
    return figure


def loss_curve(palette: Palette, metrics: pd.DataFrame, epochs: int, language: Language = "en") -> go.Figure:
    """Loss while training, on the training pictures and the clean validation split."""
    figure = new_figure(palette, 200, showlegend=True)
    training = ended = pd.DataFrame(columns=["epoch"])
    if len(metrics):
        training, ended = _of_training(metrics), metrics[metrics["kind"] == "epoch"]
    for table, column, key, colour in (
        (training, "loss", "training", palette.reference),
        (ended, "validation_loss", "validation_clean", palette.accent),
    ):
        known = table.dropna(subset=[column]) if column in table else table.iloc[:0]
        figure.add_scatter(
            name=word(key, language),
            x=known["epoch"],
            y=known.get(column, []),
            mode="lines" if len(known) != 1 else "lines+markers",
            line={"color": colour, "width": 2},
        )
    _epochs(figure, epochs, language)
    figure.update_yaxes(rangemode="tozero")
    return figure


def rate_curve(
    palette: Palette,
    rates: Sequence[float],
    losses: Sequence[float],
    suggested: float | None,
    language: Language = "en",
) -> go.Figure:
    """Loss against the learning rate, as a range test found it, with the suggested rate marked.

    Args:
        rates: ascending; their axis is logarithmic.
    """
    figure = new_figure(palette, 200)
    figure.add_scatter(
        showlegend=False,
        x=list(rates),
        y=list(losses),
        mode="lines",
        line={"color": palette.reference, "width": 2},
        hovertemplate="%{x:.2g}: %{y:.3f}<extra></extra>",
    )
    if suggested is not None and rates:
        place = min(range(len(rates)), key=lambda one: abs(rates[one] - suggested))
        figure.add_scatter(
            showlegend=False,
            x=[suggested],
            y=[losses[place]],
            mode="markers+text",
            text=[f"{suggested:g}"],
            textposition="top right",
            marker={"color": palette.accent, "size": 10},
            hovertemplate="%{x:.2g}<extra></extra>",
        )
    figure.update_xaxes(
        type="log", title_text=word("learning_rate", language), exponentformat="power", dtick=1
    )
    figure.update_yaxes(title_text=word("loss", language))
    return figure


def curves_beside(
    palette: Palette,
    runs: Sequence[tuple[str, Mark, pd.DataFrame]],
    column: str,
    epochs: int,
    language: Language = "en",
) -> go.Figure:
    """One accuracy of several runs, epoch by epoch.

    Args:
        runs: name, colour and shape, and metrics of each, as core.runs.metrics_file.read_metrics gives them.
        column: of the metrics, 0..1; a run without it has no line.
        epochs: of the longest.
    """
    figure = new_figure(palette, 320, showlegend=True)
    names = literal(short_names([name for name, _, _ in runs], _LETTERS))
    for name, (_, mark, metrics) in zip(names, runs, strict=True):
        table = _of_training(metrics) if column == "accuracy" else metrics[metrics["kind"] == "epoch"]
        known = table.dropna(subset=[column])
        figure.add_scatter(
            name=name,
            x=known["epoch"],
            y=100 * known[column],
            mode="lines" if column == "accuracy" and len(known) != 1 else "lines+markers",
            line={"color": mark.colour, "width": 2.2, "dash": mark.dash},
            marker={"symbol": mark.symbol, "size": mark.size},
            hovertemplate=f"%{{y:.1f}}{word('per_cent', language)}<extra>%{{fullData.name}}</extra>",
        )
    _epochs(figure, epochs, language)
    figure.update_yaxes(range=[0, 102], dtick=20, title_text=word("accuracy", language))
    return figure


def _of_training(metrics: pd.DataFrame) -> pd.DataFrame:
    """What was measured on the training pictures: every few steps, or where epochs are shorter once an epoch."""
    steps, ended = (metrics[metrics["kind"] == kind] for kind in ("step", "epoch"))
    return steps if len(steps) >= len(ended) else ended


def _epochs(figure: go.Figure, epochs: int, language: Language) -> None:
    """The axis of a run of so many epochs: it does not move, and its ticks are whole."""
    figure.update_layout(margin={"r": 20})  # the last tick's name is wider than what is right of it
    figure.update_xaxes(
        range=[0, epochs * 1.02],
        title_text=word("epoch", language),
        # Left alone, the axis of a short run has ticks at halves.
        tick0=0,
        dtick=next(step for step in (1, 2, 5, 10, 20, 50, 100) if epochs <= MOST_TICKS * step),
    )
