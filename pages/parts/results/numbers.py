"""The tab of all numbers, as a table and as a file."""

import pandas as pd
import streamlit as st

from core.charts.drawing import noise_label
from core.evaluation.means import MeanOf, families_of, means_of, means_table, with_means
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.tables import as_csv, csv, numbers, with_facts
from core.noise.catalogue import CLEAN
from core.words import Text
from pages.parts.i18n import language, literal, say, spoken, t
from pages.parts.numbers import number_format
from pages.parts.results.chart import csv_name
from pages.parts.results.look import Look, begun

UPRIGHT = 4
"""Runs beside each other on a phone."""


def number_table(look: Look) -> None:
    """A row a run and cell, a column a measure."""
    comparison, measure = look.grouped, look.measure
    _means(look)
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
            formats[title] = st.column_config.NumberColumn(format=number_format(unit))
    st.dataframe(
        shown,
        hide_index=True,
        column_config=formats,
        alt=t("results.table_alt", measures=begun(*comparison.measures)),
    )
    st.download_button(
        t("results.csv"),
        spoken(lambda: csv(look.singles)),
        csv_name(look.file("results"), comparison.arms),
        "text/csv",
        icon=":material/download:",
        key="results_csv",
        on_click="ignore",
    )


def _means(look: Look) -> None:
    """The mean over all noises, far ones, ImageNet-C's groups and families: a row a run, a column a mean."""
    comparison, measure = look.grouped, look.measure
    means = every_mean(look)
    if not means:
        return
    shown = pd.DataFrame({t("results.column_run"): [say(arm.label) for arm in comparison.arms]})
    formats = {}
    tables = [with_means(arm.by_noise, means, arm).set_index("noise") for arm in comparison.arms]
    for one in [MeanOf(CLEAN, Text(en="Clean", ko="원본"), (CLEAN,)), *means]:
        title = say(one.label) if one.key == CLEAN else f"{say(one.label)} ({len(one.noises)})"
        shown[title] = [measure.unit.times * table[measure.columns.value][one.key] for table in tables]
        formats[title] = st.column_config.NumberColumn(format=number_format(measure.unit))
    if look.narrow:
        _upright(shown, number_format(measure.unit))
    else:
        st.dataframe(
            shown,
            hide_index=True,
            column_config=formats,
            key="results_noise_means",
            alt=t("results.means_alt", measure=begun(measure)),
        )
    st.download_button(
        t("results.means_csv"),
        spoken(lambda: as_csv(with_facts(means_table(look.singles.arms, means, measure), look.singles.arms))),
        csv_name(look.file("means", measured=True), comparison.arms),
        "text/csv",
        icon=":material/download:",
        key="results_means_csv",
        on_click="ignore",
    )
    st.caption(t("results.means_about"))


def _upright(shown: pd.DataFrame, number: str) -> None:
    """The means for a phone: a row a mean, a column a run, some runs at a time.

    Args:
        shown: a row a run, its name in the first column.
        number: how values are written.
    """
    turned = shown.set_index(shown.columns[0]).T
    for first in range(0, len(shown), UPRIGHT):
        part = turned.iloc[:, first : first + UPRIGHT]
        # A run may be called as Markdown has it; a value that is not known stays empty.
        written = part.map(lambda value: "" if pd.isna(value) else (number % value).replace(" ", "\u00a0"))
        written.columns = pd.Index([literal(str(name)) for name in written.columns])
        written.index.name = None
        st.table(written)


def every_mean(look: Look) -> list[MeanOf]:
    """All means of what is looked at."""
    noises = look.grouped.in_means
    far = [noise for noise, kind in look.away.kinds.items() if kind == "far"]
    return [*means_of(noises, far), *families_of(noises)]
