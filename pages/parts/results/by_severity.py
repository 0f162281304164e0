"""The tab of small charts, one a noise or family, over its severities."""

from functools import partial

import streamlit as st

from core.charts.severities import severity_panels
from core.evaluation.tables import of_measure
from pages.parts.i18n import language, t
from pages.parts.results.chart import show_chart
from pages.parts.results.clicks import go_where_clicked, heed
from pages.parts.results.look import Look, begun, help_of, seen_by, seen_lines
from pages.parts.results.noise_rows import noise_rows
from pages.parts.theme import palette


def by_severity(look: Look) -> None:
    """A measure from clean to the strongest severity that was tested, noise beside noise, whichever severity is chosen."""
    measure, comparison = look.measure, look.grouped_whole
    go_where_clicked(look)
    rows = noise_rows(look, measure, look.means, look.mean_cells)
    keys = rows.keys
    guessing = comparison.guessing(measure)
    draw = partial(
        severity_panels,
        palette(),
        measure,
        rows.series,
        guessing,
        keys,
        language(),
        look.narrow,
        rows.means.labels,
    )
    show_chart(
        look.drawn(("severities", look.narrow, *keys), draw),
        "by-severity",
        t("results.severities_alt", measure=begun(measure), said=look.said),
        lambda: of_measure(look.singles_whole.arms, measure, by_severity=True),
        look.singles_whole.arms,
        file=f"by-severity_{measure.key}",
        on_select=heed("by-severity"),
    )
    said = [t("results.severity_caption"), "" if guessing is None else t("results.severity_dotted")]
    caption = " ".join(part for part in (*said, seen_by(comparison)) if part)
    st.caption(caption, help=help_of(*seen_lines(comparison)))
