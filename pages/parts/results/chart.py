"""A chart of Results, and the row below it by which it is taken away: as a picture for slides, as one for papers, as its numbers."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.evaluation.arms import Arm
from core.evaluation.tables import as_csv, with_facts
from core.store import part_of_file
from pages.parts.chrome import named
from pages.parts.i18n import language, spoken, t

_FILES = Path(__file__).with_name("chart_files")
_mounted = st.components.v2.component(
    "noiselens_taking",
    html='<div class="taking" role="group"></div>',
    css=(_FILES / "taking.css").read_text(encoding="utf-8"),
    js=(_FILES / "taking.js").read_text(encoding="utf-8"),
)
_MOST = 80
"""Letters of a file's name before that of the data set."""
_PNG_SCALE = 2
"""Pixels of a downloaded chart for one of the screen's: sharp on a slide."""


def element_key(name: str) -> str:
    """What Streamlit knows the chart of that name by; the style sheet and the session do too."""
    return f"results_chart_{name}"


def show_chart(
    figure: go.Figure,
    name: str,
    alt: str,
    rows: Callable[[], pd.DataFrame],
    arms: Iterable[Arm] = (),
    *,
    file: str = "",
    on_select: Literal["ignore", "rerun"] | Callable[[], None] = "ignore",
) -> list[tuple[Any, ...]]:
    """A chart with three small buttons below it: PNG and SVG, which the browser makes of what it shows, and CSV.

    Args:
        name: unique on the page.
        alt: what the chart shows, for those who cannot see it.
        rows: gives the numbers that are drawn, a row a mark, with the column run_id; asked only by a click.
        arms: of the runs: each row of the CSV begins with what is known of its run.
        file: what the files are called, without their ending (`Look.file`); as `name` where not told. The data set follows.
        on_select: what a click on a point does, as of st.plotly_chart; a callback asks `chosen_points`.

    Returns:
        The customdata of the points that are chosen, those of points that carry any.
    """
    known = tuple(arms)
    key, file = element_key(name), _of_data_sets(file or name, known)
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        alt=alt,
        config=_settings(file),
        on_select=on_select,
        selection_mode="points",
    )
    with named(f"results_take_{name}", horizontal=True, vertical_alignment="center"):
        _mounted(
            key=f"results_pictures_{name}",
            data={
                "chart": key,
                "forms": {"png": t("results.png"), "svg": t("results.svg")},
                "label": t("results.take_chart"),
            },
            width="content",
        )
        st.download_button(
            "CSV",
            spoken(lambda: as_csv(with_facts(rows(), known))),
            f"noiselens-{file}.csv",
            "text/csv",
            key=f"results_csv_{name}",
            type="tertiary",
            help=t("results.csv_help"),
            on_click="ignore",
        )
    return [] if on_select == "ignore" else chosen_points(name)


def csv_name(file: str, arms: Iterable[Arm]) -> str:
    """What a table of Results is called that is no chart's.

    Args:
        file: as of `show_chart`.
        arms: of the runs in it.
    """
    return f"noiselens-{_of_data_sets(file, tuple(arms))}.csv"


def _of_data_sets(file: str, arms: Sequence[Arm]) -> str:
    """The name of a file with the data set behind it, as any system can store it."""
    sets = list(dict.fromkeys(str(arm.facts["data_set"]) for arm in arms if arm.facts.get("data_set")))
    named_sets = "" if not sets else sets[0] if len(sets) == 1 else f"{len(sets)}-data-sets"
    return part_of_file(file, _MOST) + (f"_{part_of_file(named_sets)}" if named_sets else "")


def chosen_points(name: str) -> list[tuple[Any, ...]]:
    """The customdata of the points that are chosen in the chart of that name."""
    state = st.session_state.get(element_key(name))
    points = state["selection"]["points"] if state else []
    # The line of guessing cannot be clicked: only runs give points.
    return [tuple(point["customdata"]) for point in points if point.get("customdata")]


def _settings(file: str) -> dict[str, object]:
    """Plotly's settings for a chart that can be taken away: one button, worded in the visitor's language."""
    words = {
        "Download plot as a PNG": t("results.png"),
        "Preparing image - this may take a few seconds": t("results.png_making"),
        "Image download succeeded": t("results.png_made"),
        "Sorry, there was a problem downloading your image!": t("results.png_failed"),
    }
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "filename": f"noiselens-{file}", "scale": _PNG_SCALE},
        "locale": language(),
        "locales": {language(): {"dictionary": words}},
    }
