"""The tab of the points that each noise costs."""

from functools import partial

import streamlit as st

from core.charts.rows import by_cost, drop_rows
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.tables import of_losses
from pages.parts.i18n import language, t
from pages.parts.pictures import wide_and_narrow
from pages.parts.results.look import Look, at_once, chart_settings, help_of, lost_lines, seen_by, seen_lines
from pages.parts.results.taking import take_chart
from pages.parts.theme import palette


def dropped(look: Look) -> None:
    """What noise costs against clean, right answers counted, whichever measure is chosen."""
    drawn, comparison, said = look.drawn, look.grouped, look.said
    series = look.means
    noises = at_once(by_cost(ACCURACY, series), "drop")
    draw = partial(drop_rows, palette(), series, noises, language())
    for place, narrow in zip(wide_and_narrow("results_drop"), (False, True), strict=True):
        place.plotly_chart(
            drawn(("drop", narrow, len(noises)), partial(draw, narrow=narrow)),
            theme=None,
            key=f"results_drop_{narrow}",
            alt=said,
            config=chart_settings("drop-from-clean"),
        )
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
