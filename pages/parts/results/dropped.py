"""The tab of the points that each noise costs."""

from functools import partial

import streamlit as st

from core.charts.rows import drop_rows
from core.evaluation.tables import of_losses
from pages.parts.i18n import language, t
from pages.parts.results.chart import show_chart
from pages.parts.results.clicks import go_where_clicked, heed
from pages.parts.results.look import Look, help_of, lost_lines, seen_by, seen_lines
from pages.parts.results.noise_rows import dropped_rows
from pages.parts.theme import palette


def dropped(look: Look) -> None:
    """What noise costs against clean, right answers counted, whichever measure is chosen."""
    comparison = look.grouped
    go_where_clicked(look)
    rows = dropped_rows(look)
    draw = partial(drop_rows, palette(), rows.series, rows.keys, language(), look.narrow, rows.means)
    show_chart(
        look.drawn(("drop", look.narrow, *rows.keys), draw),
        "drop-from-clean",
        look.said,
        lambda: of_losses(look.singles.arms),
        look.singles.arms,
        file=look.file("drop-from-clean"),
        on_select=heed("drop-from-clean"),
    )
    st.caption(
        f"{t('results.drop_caption')} {seen_by(comparison)}",
        help=help_of(*lost_lines(comparison), *seen_lines(comparison)),
    )
