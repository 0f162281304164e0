"""Runs to draw, and what their charts are looked at by."""

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.drawing import Palette
from core.charts.runs import Mark, Series, run_marks
from core.noise.catalogue import all_noises

PALETTE = Palette()
CELLS = pd.DataFrame(
    {
        "noise": ["clean", "fog", "fog"],
        "severity": [0, 1, 5],
        "images": [100] * 3,
        "right": [90, 80, 50],
        "accuracy": [0.9, 0.8, 0.5],
        "low": [0.83, 0.71, 0.4],
        "high": [0.94, 0.87, 0.6],
    }
)
POOLED = CELLS.iloc[[0, 2]]
BLUE = Mark("#3D5AFE")


def some_runs(runs: int, noises: int) -> list[Series]:
    """Runs with long names, tested under so many noises; the second has seen the first noise."""
    keys = [noise.key for noise in all_noises()][:noises]
    palette_marks = list(run_marks(PALETTE, [(str(i), True) for i in range(runs)]).values())
    made = []
    for place in range(runs):
        right = np.linspace(95, 50, noises + 1) - place
        cells = pd.DataFrame(
            {"noise": ["clean", *keys], "images": 100, "right": right, "accuracy": right / 100}
        )
        cells = cells.assign(low=cells["accuracy"] - 0.05, high=cells["accuracy"] + 0.02)
        name = f"small_cnn · every noise there is, evenly · faces of the class · seed {place}"
        made.append(Series(name, palette_marks[place], cells, keys[:1] if place == 1 else []))
    return made


def lost(series: list[Series]) -> list[Series]:
    """The same runs with what the noises cost them."""
    made = []
    for one in series:
        noisy = one.cells[one.cells["noise"] != "clean"]
        drop = 100 * (one.cells["accuracy"].iloc[0] - noisy["accuracy"])
        table = pd.DataFrame({"noise": noisy["noise"], "drop": drop, "low": drop - 3, "high": drop + 4})
        made.append(replace(one, lost=table))
    return made


def told_by(figure: go.Figure) -> str:
    """What the first marks that can be pointed at say."""
    return str(next(one.hovertext for one in figure.data if one.hovertext is not None))


def many(*accuracies: float) -> pd.DataFrame:
    """Cells of clean and then a noise an accuracy."""
    noises = ["clean", "fog", "blend", "pca"][: len(accuracies)]
    rows = [
        (noise, 100, 100 * value, value, value - 0.1, value + 0.1)
        for noise, value in zip(noises, accuracies, strict=True)
    ]
    return pd.DataFrame(rows, columns=["noise", "images", "right", "accuracy", "low", "high"])


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2), 0..1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
