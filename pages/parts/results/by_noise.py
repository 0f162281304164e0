"""The tab of a measure noise by noise, run beside run."""

from collections.abc import Callable
from dataclasses import replace

import plotly.graph_objects as go
import streamlit as st

from core.charts.measured import as_bars, measured_by_noise
from core.charts.rows import measured_rows
from core.charts.runs import Series
from core.evaluation.means import FAMILY
from core.evaluation.tables import of_measure
from core.noise.catalogue import CLEAN
from pages.parts.address import open_page
from pages.parts.i18n import language, say, t
from pages.parts.pictures import wide_and_narrow
from pages.parts.results.look import Look, caption, chart_settings, help_of, lost_lines, seen_lines
from pages.parts.results.noise_rows import noise_rows, turn_family
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
_CLICKED = "results_clicked"


def by_noise(look: Look) -> None:
    """The chart; a click on a bar or mark leads to its pictures, or where these are gone to its figures; on a family's opens it."""
    measure, comparison = look.measure, look.grouped
    go_where_clicked(look)
    rows = noise_rows(look, measure, look.means)
    guessing = comparison.guessing(measure)
    bars = as_bars(look.means) and rows.noises == rows.keys[-len(rows.noises) :]
    name = (*rows.keys,)
    wide, narrow = wide_and_narrow("results_by_noise")
    if bars:
        st.html(_STYLE)
        shown = [_in_order(one, rows.noises) for one in look.means]
        chart = look.drawn(
            ("bars", *name),
            lambda: measured_by_noise(palette(), measure, shown, guessing, language(), height=310),
        )
    else:
        chart = look.drawn(
            ("rows", *name),
            lambda: measured_rows(
                palette(), measure, rows.series, guessing, rows.keys, language(), means=rows.means
            ),
        )
    with wide:
        clickable(chart, "results_by_noise", look.said, "noise-by-noise")
    with narrow:
        upright = look.drawn(
            ("narrow rows", *name),
            lambda: measured_rows(
                palette(),
                measure,
                rows.series,
                guessing,
                rows.keys,
                language(),
                narrow=True,
                means=rows.means,
            ),
        )
        clickable(upright, "results_by_noise_narrow", look.said, "noise-by-noise")
    take_chart(
        "noise-by-noise",
        ["results_by_noise", "results_by_noise_narrow"],
        lambda: of_measure(look.singles.arms, measure),
        look.singles.arms,
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


def clickable(figure: go.Figure, key: str, alt: str, name: str) -> None:
    """A chart whose points carry (noise or key of a mean, place of the row) as customdata, and a severity
    where a point is of one; see `go_where_clicked`.

    Args:
        key: unique on the page.
        name: of its files.
    """
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        alt=alt,
        config=chart_settings(name),
        on_select=_heed(key),
        selection_mode="points",
    )


def _heed(key: str) -> Callable[[], None]:
    def heed() -> None:
        points = st.session_state[key]["selection"]["points"]
        # The line of guessing cannot be clicked: only runs give points.
        if points and points[0].get("customdata"):
            st.session_state[_CLICKED] = tuple(points[0]["customdata"])

    return heed


def go_where_clicked(look: Look) -> None:
    """Open the pictures behind the point that was clicked, or turn its family; before boxes are drawn, and once a click."""
    clicked = st.session_state.pop(_CLICKED, None)
    if clicked is None:
        return
    noise, place = str(clicked[0]), int(clicked[1])
    if noise.startswith(FAMILY):
        turn_family(noise)
    if len(clicked) > 2 and not int(clicked[2]):  # the clean point of a noise's line
        noise = CLEAN
    if (noise != CLEAN and noise not in look.grouped.noises) or place >= len(look.rows):
        return
    run, test = look.chosen[place]
    where = {"run": run.id, "test": test.id}
    if noise == CLEAN:
        where["severity"] = "0"
    else:
        tested = list(look.grouped.severities_of(noise)) if len(clicked) < 3 else [int(clicked[2])]
        where["noise"] = noise
        if len(tested) == 1:
            where["severity"] = str(tested[0])
        st.session_state["explain_from_mean"] = len(tested) > 1
    open_page("explain.py", **where)
