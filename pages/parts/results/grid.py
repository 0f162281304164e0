"""The tab of what was trained on against what was tested on."""

from functools import partial

import streamlit as st

from core.charts.measured import trained_by_tested
from core.evaluation.tables import of_measure
from pages.parts.i18n import language, say, t
from pages.parts.pictures import wide_and_narrow
from pages.parts.results.look import Look, chart_settings, strength
from pages.parts.results.taking import take_chart
from pages.parts.theme import palette


def grid(look: Look) -> None:
    """The heat map of runs by noises."""
    drawn, measure, comparison, said = look.drawn, look.measure, look.grouped, look.said
    series = look.means
    draw = partial(trained_by_tested, palette(), measure, series, comparison.guessing(measure), language())
    for place, narrow in zip(wide_and_narrow("results_grid"), (False, True), strict=True):
        place.plotly_chart(
            drawn(("grid", narrow), partial(draw, narrow=narrow)),
            theme=None,
            key=f"results_grid_{narrow}",
            alt=said,
            config=chart_settings("trained-on-tested-on"),
        )
    take_chart(
        "trained-on-tested-on",
        ["results_grid_False", "results_grid_True"],
        lambda: of_measure(look.singles.arms, measure),
        look.singles.arms,
    )
    seen = t("results.seen_dot") if comparison.seen else ""
    about = {"measure": say(measure.name), "unit": say(measure.unit.among)}
    st.caption(f"{t('results.grid_caption', **about, severities=strength(comparison))} {seen}")
