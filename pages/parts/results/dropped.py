"""The tab of the points that each noise costs."""

from functools import partial

import streamlit as st

from core.charts.rows import drop_rows
from core.evaluation.tables import of_losses
from pages.parts.i18n import language, t
from pages.parts.pictures import wide_and_narrow
from pages.parts.results.by_noise import clickable, go_where_clicked
from pages.parts.results.look import Look, help_of, lost_lines, seen_by, seen_lines
from pages.parts.results.noise_rows import dropped_rows
from pages.parts.results.taking import take_chart
from pages.parts.theme import palette


def dropped(look: Look) -> None:
    """What noise costs against clean, right answers counted, whichever measure is chosen."""
    comparison = look.grouped
    go_where_clicked(look)
    rows = dropped_rows(look)
    draw = partial(drop_rows, palette(), rows.series, rows.keys, language(), means=rows.means)
    for place, narrow in zip(wide_and_narrow("results_drop"), (False, True), strict=True):
        with place:
            chart = look.drawn(("drop", narrow, *rows.keys), partial(draw, narrow=narrow))
            clickable(chart, f"results_drop_{narrow}", look.said, "drop-from-clean")
    take_chart(
        "drop-from-clean",
        ["results_drop_False", "results_drop_True"],
        lambda: of_losses(look.singles.arms),
        look.singles.arms,
    )
    st.caption(
        f"{t('results.drop_caption')} {seen_by(comparison)}",
        help=help_of(*lost_lines(comparison), *seen_lines(comparison)),
    )
