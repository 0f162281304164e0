"""The tab of all numbers, as a table and as a file."""

import pandas as pd
import streamlit as st

from core.charts.drawing import noise_label
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.tables import csv, numbers
from pages.parts.i18n import language, say, t
from pages.parts.results.look import Look, begun


def number_table(look: Look) -> None:
    """A row a run and cell, a column a measure."""
    comparison, measure = look.comparison, look.measure
    whole = numbers(comparison)
    labels = {arm.name: say(arm.label) for arm in comparison.arms}
    seen = {arm.name: arm.seen for arm in comparison.arms}
    shown = pd.DataFrame(
        {
            t("results.column_run"): whole["run"].map(labels),
            t("results.column_noise"): [noise_label(noise, language()) for noise in whole["noise"]],
            t("results.column_severity"): whole["severity"],
            t("results.column_seen"): [
                t("results.yes") if noise in seen[run] else ""
                for run, noise in zip(whole["run"], whole["noise"], strict=True)
            ],
            t("results.column_images"): whole["images"],
        }
    )
    formats = {}
    for place, one in enumerate(comparison.measures):
        unit, name = one.unit, say(one.name)
        titles = {name: one.columns.value}
        if one in (
            ACCURACY,
            measure,
        ):  # the ends of all others would be a table too wide to read; the file has them
            of = f"{name}, " if place else ""  # two columns may not be called the same
            titles |= {of + t(f"results.column_{end}"): getattr(one.columns, end) for end in ("low", "high")}
        for title, column in titles.items():
            shown[title] = unit.times * whole[column]
            written = f"%.{unit.digits + 1}f{unit.behind.replace('%', '%%')}"
            formats[title] = st.column_config.NumberColumn(format=written)
    st.dataframe(
        shown,
        hide_index=True,
        column_config=formats,
        alt=t("results.table_alt", measures=begun(*comparison.measures)),
    )
    st.download_button(
        t("results.csv"),
        lambda: csv(comparison),
        "noiselens-results.csv",
        "text/csv",
        icon=":material/download:",
        key="results_csv",
        on_click="ignore",
    )
