"""How far each model's sureness can be trusted under noise: reliability, and how right its surest answers are."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.runs import Series
from core.charts.sureness import Curve, reliability_chart, selective_chart
from core.evaluation.sureness_curves import reliability, selective
from core.noise.catalogue import CLEAN
from pages.parts.i18n import language, literal, t
from pages.parts.numbers import percent
from pages.parts.results.chart import show_chart
from pages.parts.results.look import Look
from pages.parts.results.noise_choice import ALL, choose_noise
from pages.parts.services.evaluations import predictions
from pages.parts.theme import palette

HALF = 0.5


def how_sure(look: Look) -> None:
    """Two charts beside each other, and what they say of each run."""
    comparison, chosen, series = look.comparison, look.chosen, look.pooled
    noise = choose_noise(comparison, "sure_noise")
    cells = [(CLEAN, 0)] if noise == CLEAN else [one for one in comparison.cells if noise in (ALL, one[0])]
    sure: list[Curve] = []
    surest: list[Curve] = []
    for one, (_, test), arm in zip(series, chosen, comparison.arms, strict=True):
        rows = predictions(test, ("image", "noise", "severity", "truth", "prediction", "confidence"), cells)
        right = (rows["truth"] == rows["prediction"]).to_numpy()
        confidence = rows["confidence"].to_numpy(np.float64)
        # The same picture under several noises says little more than once, and so do pictures of one group.
        belongs = rows["image"] if arm.group_of is None else rows["image"].map(arm.group_of)
        sure.append((one, reliability(confidence, right, belongs.to_numpy())))
        surest.append((one, selective(confidence, right)))
    said = [_said(one, curve, best) for (one, curve), (_, best) in zip(sure, surest, strict=True)]
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
                comparison.arms,
            )
    for line in said:
        st.markdown(f"- {line}")


def _table(look: Look, curves: list[Curve], noise: str) -> pd.DataFrame:
    """The points of curves, run after run."""
    tables = [
        curve.assign(run_id=run.id, noise=noise)
        for (run, _), (_, curve) in zip(look.chosen, curves, strict=True)
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
    )
    words = t(
        f"results.sure_{kind}",
        name=name,
        sure=percent(top["confidence"]),
        right=percent(top["accuracy"]),
        n=f"{int(top['n']):,}",
    )
    return (
        words
        + " "
        + t("results.sure_half", half=percent(half["accuracy"]), all=percent(best.iloc[-1]["accuracy"]))
    )
