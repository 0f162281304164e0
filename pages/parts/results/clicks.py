"""A click on a point of a chart of noises: it opens the pictures behind the point, or a family."""

from collections.abc import Callable

import streamlit as st

from core.evaluation.means import FAMILY
from core.noise.catalogue import CLEAN
from pages.parts.address import open_page
from pages.parts.results.chart import chosen_points
from pages.parts.results.look import Look
from pages.parts.results.noise_rows import turn_family

_CLICKED = "results_clicked"


def heed(name: str) -> Callable[[], None]:
    """For `on_select` of the chart of that name, whose points carry (noise or key of a mean, place of the row) as customdata,
    and a severity where a point is of one; see `go_where_clicked`."""

    def clicked() -> None:
        if points := chosen_points(name):
            st.session_state[_CLICKED] = points[0]

    return clicked


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
