"""How far each model's sureness can be trusted under noise: reliability, and how right its surest answers are."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.charts.runs import Series
from core.charts.sureness import Curve, reliability_chart, selective_chart
from core.evaluation.arms import Arm
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.sureness_curves import mean_selective, reliability, selective
from core.noise.catalogue import CLEAN, Cell
from core.words import rounded
from pages.parts.i18n import language, literal, t
from pages.parts.numbers import percent
from pages.parts.results.chart import show_chart
from pages.parts.results.look import Look
from pages.parts.results.noise_choice import ALL, choose_noise
from pages.parts.services.evaluations import predictions
from pages.parts.theme import palette

HALF = 0.5
WELL = 0.2
"""Width of a 95 % interval up to which that it holds how sure the run is says that the two agree."""


def how_sure(look: Look) -> None:
    """Two charts beside each other, and what they say of each row; of several seeds each is a faint line."""
    comparison = look.grouped
    noise = choose_noise(comparison, "sure_noise")
    cells = [(CLEAN, 0)] if noise == CLEAN else [one for one in comparison.cells if noise in (ALL, one[0])]
    each = [
        [_of_run(test, cells, arm) for _, test in row.members]
        for row, arm in zip(look.rows, comparison.arms, strict=True)
    ]
    sure: list[Curve] = []
    surest: list[Curve] = []
    for one, own in zip(look.means, each, strict=True):
        confidence, right, belongs = (np.concatenate(parts) for parts in zip(*own, strict=True))
        seeds = own if len(own) > 1 else []
        sure.append(
            Curve(one, reliability(confidence, right, belongs), [reliability(*seed) for seed in seeds])
        )
        found = [selective(*seed[:2]) for seed in own]
        surest.append(Curve(one, mean_selective(found), found if seeds else []))
    said = [_said(curve.series, curve.table, best.table) for curve, best in zip(sure, surest, strict=True)]
    left, right_place = st.columns(2, gap="medium")
    for place, name, draw, curves in (
        (left, "reliability", reliability_chart, sure),
        (right_place, "selective", selective_chart, surest),
    ):
        with place:
            st.markdown(f"**{t(f'results.{name}')}**", help=t(f"results.{name}_help"))
            show_chart(
                look.drawn((name, noise), partial(draw, palette(), curves, language())),
                name,
                f"{t(f'results.{name}')}. {' '.join(said)}",
                partial(_table, look, curves, noise),
                look.singles.arms,
                file=look.file(name, noise),
            )
    for line in said:
        st.markdown(f"- {line}")
    if look.one_of_several:
        st.caption(t("results.sure_seeds"))


def _of_run(
    test: JoinedEvaluation, cells: Sequence[Cell], arm: Arm
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Of each answer how sure it is, 0..1, whether it is right, and what it belongs to."""
    rows = predictions(test, ("image", "noise", "severity", "truth", "prediction", "confidence"), cells)
    # The same picture under several noises says little more than once, and so do pictures of one group.
    belongs = rows["image"] if arm.group_of is None else rows["image"].map(arm.group_of)
    right = (rows["truth"] == rows["prediction"]).to_numpy()
    return rows["confidence"].to_numpy(np.float64), right, belongs.to_numpy()


def _table(look: Look, curves: Sequence[Curve], noise: str) -> pd.DataFrame:
    """The points of curves, run after run: of several seeds those of each."""
    tables = [
        table.assign(run_id=run.id, noise=noise)
        for row, curve in zip(look.rows, curves, strict=True)
        for (run, _), table in zip(row.members, curve.seeds or [curve.table], strict=True)
    ]
    return pd.concat(tables, ignore_index=True)


def _said(one: Series, curve: pd.DataFrame, best: pd.DataFrame) -> str:
    """Of one run how right it is where it is surest, and with only the surer half of its answers."""
    name = literal(one.name)
    if not len(curve):
        return t("results.sure_few", name=name)
    top = curve.iloc[-1]
    half = best.iloc[(best["share"] - HALF).abs().argmin()]
    kind = (
        "too_sure"
        if top["high"] < top["confidence"]
        else "not_sure"
        if top["low"] > top["confidence"]
        else "well"
        if top["high"] - top["low"] <= WELL
        else "untold"
    )
    words = t(
        f"results.sure_{kind}",
        name=name,
        sure=percent(top["confidence"]),
        right=percent(top["accuracy"]),
        n=f"{int(top['n']):,}",
        low=rounded(100 * top["low"]),
        high=rounded(100 * top["high"]),
    )
    return (
        words
        + " "
        + t("results.sure_half", half=percent(half["accuracy"]), all=percent(best.iloc[-1]["accuracy"]))
    )
