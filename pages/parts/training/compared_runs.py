"""Several runs of the table beside each other: how they came out, in what their recipes differ, how they learned."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.charts.runs import run_marks
from core.charts.training import curves_beside
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.ranking import common_test
from core.runs.differences import differing
from core.runs.metrics_file import read_metrics
from core.runs.runs import Run
from pages.parts.choices import segmented_control
from pages.parts.i18n import language, literal, say, t
from pages.parts.numbers import percent_format
from pages.parts.origin import model_words, start_words
from pages.parts.theme import palette
from pages.parts.training.recipe_words import field_label, field_value
from pages.parts.training.run_table import rates
from pages.parts.training.studies import MOST
from pages.parts.training.tidy import confirm_tidy, disk_words, of_maps, tidy_buttons

_SHOWN = {
    "clean": "validation_accuracy",
    "noisy": "validation_noisy_accuracy",
    "training": "accuracy",
}
"""Which accuracy the curves are of, with its column of the metrics."""


def compared_runs(
    picked: Sequence[Run], runs: Sequence[Run], tests: Mapping[str, Sequence[JoinedEvaluation]]
) -> None:
    """The card of runs that are ticked together, with what can be done with all of them.

    Args:
        picked: two or more.
        runs: all of the workspace, newest first: a run has one colour, whatever stands beside it.
        tests: of each run, by its id, newest first.
    """
    st.markdown(f"**{t('runs.compared', n=len(picked))}**")
    _side_by_side(picked, tests)
    _curves(picked, runs)
    maps = of_maps(picked)
    tested = [run.id for run in picked if tests.get(run.id)]
    with st.container(horizontal=True, vertical_alignment="center"):
        if tested:
            st.page_link(
                "results.py",
                label=t("runs.to_results", n=min(MOST, len(tested))),
                icon=":material/bar_chart:",
                query_params={"runs": ",".join(tested[:MOST])},
            )
        tidy_buttons(picked, maps)
    st.caption(disk_words(picked, maps))
    confirm_tidy(picked, maps)


def _side_by_side(picked: Sequence[Run], tests: Mapping[str, Sequence[JoinedEvaluation]]) -> None:
    common = common_test(picked, tests)
    found = [rates(common.of(run, tests.get(run.id, ())) if common else None, common) for run in picked]
    noisy = t("train.column_noisy") if common is None else t("train.column_noisy_of", n=common.noises)
    table: dict[str, list[object]] = {t("train.column_run"): [say(run.label) for run in picked]}
    per_cent = st.column_config.NumberColumn(format=percent_format(), width="small")
    config = {t("train.column_run"): st.column_config.TextColumn(width="medium")}
    for place, head in enumerate((t("train.column_clean"), noisy)):
        table[head], config[head] = [one[place] for one in found], per_cent
    here = [run.recipe for run in picked if run.origin is None]
    differ = differing(here)
    if len(here) < len(picked):
        differ = ["model", "start", *(name for name in differ if name not in ("model", "start"))]
    for name in differ:
        head = field_label(name)
        table[head[:1].lower() + head[1:]] = [_value(name, run) for run in picked]
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        key="train_compared",
        placeholder="–",
        column_config=config,
        alt=t("runs.compared_alt"),
    )
    if len(here) < len(picked):
        st.caption(t("elsewhere.compared"))
    elif differ:
        st.caption(t("runs.same_besides"))
    else:
        st.caption(t("runs.same_all"))


def _value(name: str, run: Run) -> str | None:
    """A field of its recipe in words; None where that is not known."""
    if name == "start":
        return start_words(run)
    if name == "model":
        return model_words(run)
    return field_value(name, run.recipe) if run.origin is None else None


def _curves(picked: Sequence[Run], runs: Sequence[Run]) -> None:
    metrics = {run.id: read_metrics(run.folder) for run in picked}
    there = [key for key, column in _SHOWN.items() if any(_has(metrics[run.id], column) for run in picked)]
    if not there:
        return
    if st.session_state.get("train_compared_curves") not in there:
        st.session_state["train_compared_curves"] = "noisy" if "noisy" in there else there[0]
    shown = there[0]
    if len(there) > 1:
        shown = segmented_control(
            t("runs.curves"),
            there,
            format_func=lambda key: t(f"runs.curves_{key}"),
            key="train_compared_curves",
            required=True,
        )
    column = _SHOWN[shown]
    marks = run_marks(
        palette(), [(run.id, not run.reference) for run in reversed(runs)], [run.id for run in picked]
    )
    lines = [
        (say(run.label), marks[run.id], metrics[run.id]) for run in picked if _has(metrics[run.id], column)
    ]
    st.plotly_chart(
        curves_beside(palette(), lines, column, max(run.recipe.epochs for run in picked), language()),
        theme=None,
        key="train_compared_chart",
        alt=t("runs.curves_alt", names=", ".join(literal(name) for name, _, _ in lines)),
        config={"displayModeBar": False},
    )
    without = [run for run in picked if not _has(metrics[run.id], column)]
    if without:
        names = ", ".join(literal(say(run.label)) for run in without)
        st.caption(t("runs.curves_without", names=names))


def _has(metrics: pd.DataFrame, column: str) -> bool:
    return column in metrics and bool(metrics[column].notna().any())
