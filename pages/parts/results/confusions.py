"""The tab of right and wrong by class and of confusion matrices, a run beside another."""

from collections.abc import Callable
from itertools import chain

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.classes import MOST, of_classes, right_and_wrong
from core.charts.drawing import noise_label
from core.charts.measured import confusion
from core.evaluation.rows import Row
from core.evaluation.tables import of_confusion
from core.noise.catalogue import CLEAN
from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.results.chart import show_chart
from pages.parts.results.confusion_of import confusion_of
from pages.parts.results.look import Look
from pages.parts.results.noise_choice import ALL
from pages.parts.theme import palette


def confusions(look: Look) -> None:
    """How many of each class are right, and which class was read as which: clean, under one noise or under all."""
    noise = _choose(look)
    st.caption(t("results.class_caption", n=MOST))
    if look.one_of_several:
        st.caption(t("results.class_seeds"))
    number = min(3, max(2, len(look.rows)))
    # A row of columns for each few: on a phone, where columns stand below each other, the order stays.
    lines = [st.columns(number) for _ in range(0, len(look.rows), number)]
    for place, row in zip(chain.from_iterable(lines), look.rows, strict=False):
        with place:
            _of_row(look, row, noise)


def _of_row(look: Look, row: Row, noise: str) -> None:
    run, name, arms = row.first[0], say(row.label), look.singles.arms

    def counts() -> list[pd.DataFrame]:
        return [confusion_of(look.singles, test, noise) for _, test in row.members]

    def classes() -> go.Figure:
        each = counts()
        if len(each) == 1:
            return right_and_wrong(palette(), each[0], language())
        return right_and_wrong(palette(), sum(each[1:], each[0]) / len(each), language(), each)

    def matrix() -> go.Figure:
        each = counts()
        return confusion(palette(), sum(each[1:], each[0]), language())

    def rows(of: Callable[[pd.DataFrame, str, str], pd.DataFrame]) -> pd.DataFrame:
        """Run after run."""
        tables = [of(own, run.id, noise) for own, (run, _) in zip(counts(), row.members, strict=True)]
        return pd.concat(tables, ignore_index=True)

    st.markdown(f"**{literal(name)}**")
    show_chart(
        look.drawn(("classes", run.id, noise), classes),
        f"classes-{run.id}",
        t("results.class_alt", name=name),
        lambda: rows(_classes),
        arms,
        file=look.file("classes", row.label["en"], noise),
    )
    show_chart(
        look.drawn(("confusion", run.id, noise), matrix),
        f"confusion-{run.id}",
        t("results.confusion_alt", name=name),
        lambda: rows(of_confusion),
        arms,
        file=look.file("confusion", row.label["en"], noise),
    )


def _choose(look: Look) -> str:
    comparison = look.grouped
    known = [CLEAN, *([ALL] if comparison.cells else []), *comparison.noises]
    if (wanted := asked("results", "confusion")) in known:
        st.session_state["results_confusion"] = wanted
    elif st.session_state.get("results_confusion") not in known:
        st.session_state["results_confusion"] = CLEAN
    noise = selectbox(
        t("results.confusion_noise"),
        known,
        format_func=lambda key: t("results.two_all") if key == ALL else noise_label(key, language()),
        key="results_confusion",
        persist_state="session",
        help=t("results.confusion_help"),
    )
    keep("results", confusion=str(noise))
    return str(noise)


def _classes(counts: pd.DataFrame, run_id: str, noise: str) -> pd.DataFrame:
    table = of_classes(counts)
    table.insert(0, "noise", noise)
    table.insert(0, "run_id", run_id)
    return table
