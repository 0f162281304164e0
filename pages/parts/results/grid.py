"""The tab of what was trained on against what was tested on."""

from functools import partial

import streamlit as st

from core.charts.measured import trained_by_tested
from core.evaluation.tables import of_measure
from core.noise.catalogue import CLEAN
from pages.parts.i18n import language, say, t
from pages.parts.results.chart import show_chart
from pages.parts.results.clicks import go_where_clicked, heed
from pages.parts.results.look import Look, strength
from pages.parts.results.noise_rows import noise_rows
from pages.parts.theme import palette


def grid(look: Look) -> None:
    """The heat map of rows by noises, or by families; a click on a cell leads to its pictures, or opens its family."""
    measure, comparison = look.measure, look.grouped
    go_where_clicked(look)
    rows = noise_rows(look, measure, look.means)
    keys = [CLEAN, *rows.keys]
    guessing = comparison.guessing(measure)
    draw = partial(
        trained_by_tested,
        palette(),
        measure,
        rows.series,
        guessing,
        language(),
        narrow=look.narrow,
        keys=keys,
        labels=rows.means.labels,
    )
    show_chart(
        look.drawn(("grid", look.narrow, *keys), draw),
        "trained-on-tested-on",
        look.said,
        lambda: of_measure(look.singles.arms, measure),
        look.singles.arms,
        file=look.file("trained-on-tested-on", measured=True),
        on_select=heed("trained-on-tested-on"),
    )
    seen = t("results.seen_dot") if comparison.seen else ""
    about = {"measure": say(measure.name), "unit": say(measure.unit.among)}
    click = t("results.grid_click" if look.pictures_there else "results.grid_click_figures")
    st.caption(f"{t('results.grid_caption', **about, severities=strength(comparison))} {seen} {click}")
