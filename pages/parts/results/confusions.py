"""The tab of confusion matrices, one a run."""

from functools import partial
from itertools import chain

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.drawing import noise_label
from core.charts.measured import confusion
from core.evaluation.comparison import Comparison
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.tables import confusion_counts, of_confusion
from core.noise.catalogue import CLEAN
from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.results.look import Look, chart_settings
from pages.parts.results.taking import take_chart
from pages.parts.services import predictions
from pages.parts.theme import palette


def confusions(look: Look) -> None:
    """Which class was read as which, clean or under one noise."""
    drawn, comparison, chosen = look.drawn, look.comparison, look.chosen
    known = [CLEAN, *comparison.noises]
    if (wanted := asked("results", "confusion")) in known:
        st.session_state["results_confusion"] = wanted
    elif st.session_state.get("results_confusion") not in known:
        st.session_state["results_confusion"] = CLEAN
    noise = selectbox(
        t("results.confusion_noise"),
        known,
        format_func=lambda key: noise_label(key, language()),
        key="results_confusion",
        persist_state="session",
        help=t("results.confusion_help"),
    )
    keep("results", confusion=str(noise))
    number = min(3, max(2, len(chosen)))
    # A row of columns for each few: on a phone, where columns stand below each other, the order stays.
    rows = [st.columns(number) for _ in range(0, len(chosen), number)]
    for place, (run, evaluation) in zip(chain.from_iterable(rows), chosen, strict=False):
        with place:
            st.markdown(f"**{literal(say(run.label))}**")
            st.plotly_chart(
                drawn(
                    ("confusion", run.id, str(noise)),
                    partial(_confusion, comparison, evaluation, str(noise)),
                ),
                theme=None,
                key=f"results_confusion_{run.id}",
                alt=t("results.confusion_alt", name=say(run.label)),
                config=chart_settings(f"confusion-{run.name}-{noise}"),
            )
            take_chart(
                f"confusion-{run.name}-{noise}",
                [f"results_confusion_{run.id}"],
                partial(_table, comparison, evaluation, run.id, str(noise)),
                comparison.arms,
            )


def _counts(comparison: Comparison, evaluation: JoinedEvaluation, noise: str) -> pd.DataFrame:
    levels = comparison.severities
    shown = [(CLEAN, 0)] if noise == CLEAN else [(noise, level) for level in levels]
    rows = predictions(evaluation, ("noise", "severity", "truth", "prediction"), shown)
    classes = [say(label) for label in evaluation.class_labels]
    return confusion_counts(rows, classes, noise, levels)


def _confusion(comparison: Comparison, evaluation: JoinedEvaluation, noise: str) -> go.Figure:
    return confusion(palette(), _counts(comparison, evaluation, noise), language())


def _table(comparison: Comparison, evaluation: JoinedEvaluation, run_id: str, noise: str) -> pd.DataFrame:
    return of_confusion(_counts(comparison, evaluation, noise), run_id, noise)
