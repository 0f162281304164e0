"""A chart is taken away: as a picture for slides, as one for papers, as its numbers. The same row below every chart."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from core.evaluation.comparison import Arm
from core.evaluation.tables import as_csv, with_facts
from pages.parts.chrome import named
from pages.parts.i18n import t

_FILES = Path(__file__).with_name("taking_files")
_mounted = st.components.v2.component(
    "noiselens_taking",
    html='<div class="taking" role="group"></div>',
    css=(_FILES / "taking.css").read_text(encoding="utf-8"),
    js=(_FILES / "taking.js").read_text(encoding="utf-8"),
)


def take_chart(
    name: str, charts: Sequence[str], rows: Callable[[], pd.DataFrame], arms: Iterable[Arm] = ()
) -> None:
    """Below a chart, three small buttons: PNG and SVG, which the browser makes of what it shows, and CSV.

    As in `st.plotly_chart(figure, key="results_two", config=chart_settings("two-runs"), ...)`, then
    `take_chart("two-runs", ["results_two"], lambda: table, look.comparison.arms)`.

    Args:
        name: of the files, without their ending, as given to `chart_settings`; unique on the page.
        charts: keys of the st.plotly_chart that show it, all with `chart_settings`; of a chart for wide and one for
            narrow screens that which is seen is taken.
        rows: gives the numbers that are drawn, a row a mark, with the column run_id; asked only by a click.
        arms: of the runs: each row of the file begins with what is known of its run.
    """
    known = tuple(arms)
    with named(f"results_take_{name}", horizontal=True, vertical_alignment="center"):
        _mounted(
            key=f"results_pictures_{name}",
            data={
                "charts": list(charts),
                "forms": {"png": t("results.png"), "svg": t("results.svg")},
                "label": t("results.take_chart"),
            },
            width="content",
        )
        st.download_button(
            "CSV",
            lambda: as_csv(with_facts(rows(), known)),
            f"noiselens-{name}.csv",
            "text/csv",
            key=f"results_csv_{name}",
            type="tertiary",
            help=t("results.csv_help"),
            on_click="ignore",
        )
