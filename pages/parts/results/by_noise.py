"""The tab of a measure noise by noise, run beside run."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.charts.measured import as_bars, measured_by_noise
from core.charts.rows import measured_rows
from core.charts.runs import Series
from core.evaluation.tables import of_measure
from core.noise.catalogue import CLEAN
from pages.parts.i18n import language, say, t
from pages.parts.results.chart import element_key, show_chart
from pages.parts.results.clicks import go_where_clicked, heed
from pages.parts.results.look import Look, caption, help_of, lost_lines, seen_lines
from pages.parts.results.noise_rows import noise_rows
from pages.parts.theme import palette

_NAME = "noise-by-noise"
# The bars take what a high screen leaves between what stands above and below them.
_STYLE = f"""
<style>
.st-key-{element_key(_NAME)},
.st-key-{element_key(_NAME)} :is([data-testid="stFullScreenFrame"], [data-testid="stPlotlyChart"]) {{
    flex: none; height: max(310px, 100vh - 500px);
}}
@media (max-height: 800px) {{
    .st-key-{element_key(_NAME)},
    .st-key-{element_key(_NAME)} :is([data-testid="stFullScreenFrame"], [data-testid="stPlotlyChart"]) {{
        height: max(270px, 100vh - 440px);
    }}
}}
</style>
"""


def by_noise(look: Look) -> None:
    """The chart; a click on a bar or mark leads to its pictures, or where these are gone to its figures; on a family's opens it."""
    measure, comparison = look.measure, look.grouped
    go_where_clicked(look)
    rows = noise_rows(look, measure, look.means)
    guessing = comparison.guessing(measure)
    bars = not look.narrow and as_bars(look.means) and rows.noises == rows.keys[-len(rows.noises) :]
    if bars:
        st.html(_STYLE)
        shown = [_in_order(one, rows.noises) for one in look.means]
        chart = look.drawn(
            ("bars", *rows.keys),
            lambda: measured_by_noise(palette(), measure, shown, guessing, language(), height=310),
        )
    else:
        draw = partial(
            measured_rows,
            palette(),
            measure,
            rows.series,
            guessing,
            rows.keys,
            language(),
            look.narrow,
            rows.means,
        )
        chart = look.drawn(("rows", look.narrow, *rows.keys), draw)
    show_chart(
        chart,
        _NAME,
        look.said,
        lambda: of_measure(look.singles.arms, measure),
        look.singles.arms,
        file=look.file(_NAME, measured=True),
        on_select=heed(_NAME),
    )
    further = [*lost_lines(comparison), *seen_lines(comparison)]
    click = t("results.click" if look.pictures_there else "results.click_figures")
    seeds = [t("results.seed_dots")] if look.one_of_several else []
    families = [t("results.click_family")] if len(rows.noises) < len(comparison.noises) else []
    said = " ".join([caption(measure, comparison), *seeds, click, *families])
    st.caption(said, help=help_of(say(measure.interval), *further))


def _in_order(one: Series, noises: list[str]) -> Series:
    cells = one.cells.set_index("noise").loc[[CLEAN, *noises]].reset_index()
    return replace(one, cells=cells)
