"""The tab of a measure noise by noise, run beside run."""

import plotly.graph_objects as go
import streamlit as st

from core.charts.measured import as_bars, measured_by_noise
from core.charts.rows import by_cost, measured_rows
from core.evaluation.tables import of_measure
from core.noise.catalogue import CLEAN
from pages.parts.address import open_page
from pages.parts.i18n import language, say, t
from pages.parts.pictures import wide_and_narrow
from pages.parts.results.look import Look, at_once, caption, chart_settings, help_of, lost_lines, seen_lines
from pages.parts.results.taking import take_chart
from pages.parts.theme import palette

# The bars take what a high screen leaves between what stands above and below them.
_STYLE = """
<style>
.st-key-wide_only_results_by_noise
    :is([data-testid="stElementContainer"], [data-testid="stFullScreenFrame"], [data-testid="stPlotlyChart"]) {
    flex: none; height: max(310px, 100vh - 550px);
}
</style>
"""


def by_noise(look: Look) -> None:
    """The chart; a click on a bar or mark leads to its pictures, or where these are gone to its figures."""
    drawn, measure, comparison = look.drawn, look.measure, look.grouped
    series = look.means
    bars = as_bars(series)
    noises = by_cost(measure, series)
    guessing = comparison.guessing(measure)
    if not bars:
        noises = at_once(noises, "by_noise")
    wide, narrow = wide_and_narrow("results_by_noise")
    if bars:
        st.html(_STYLE)
        chart = drawn(
            ("bars",),
            lambda: measured_by_noise(palette(), measure, series, guessing, language(), height=310),
        )
    else:
        chart = drawn(
            ("rows", len(noises)),
            lambda: measured_rows(palette(), measure, series, guessing, noises, language()),
        )
    with wide:
        _clickable(chart, "results_by_noise", look)
    with narrow:
        rows = drawn(
            ("narrow rows", len(noises)),
            lambda: measured_rows(palette(), measure, series, guessing, noises, language(), narrow=True),
        )
        _clickable(rows, "results_by_noise_narrow", look)
    take_chart(
        "noise-by-noise",
        ["results_by_noise", "results_by_noise_narrow"],
        lambda: of_measure(look.singles.arms, measure),
        look.singles.arms,
    )
    further = [*lost_lines(comparison), *seen_lines(comparison)]
    click = t("results.click" if look.pictures_there else "results.click_figures")
    st.caption(f"{caption(measure, comparison)} {click}", help=help_of(say(measure.interval), *further))


def _clickable(figure: go.Figure, key: str, look: Look) -> None:
    clicked = st.plotly_chart(
        figure,
        theme=None,
        key=key,
        alt=look.said,
        config=chart_settings("noise-by-noise"),
        on_select="rerun",
        selection_mode="points",
    )
    points = clicked["selection"]["points"]
    if points:
        # The line of guessing cannot be clicked: only runs give points.
        noise, place = points[0]["customdata"]
        run, test = look.chosen[place]
        where = {"run": run.id, "test": test.id}
        if noise == CLEAN:
            where["severity"] = "0"
        else:
            tested = look.grouped.severities_of(str(noise))
            where["noise"] = str(noise)
            if len(tested) == 1:
                where["severity"] = str(tested[0])
            st.session_state["explain_from_mean"] = len(tested) > 1
        open_page("explain.py", **where)
