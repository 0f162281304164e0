"""The tab of right and wrong by class and of confusion matrices, a run beside another."""

from itertools import chain

import pandas as pd
import streamlit as st

from core.charts.classes import MOST, of_classes, right_and_wrong
from core.charts.drawing import noise_label
from core.charts.measured import confusion
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.tables import of_confusion
from core.noise.catalogue import CLEAN
from core.runs.runs import Run
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
    chosen = look.chosen
    noise = _choose(look)
    st.caption(t("results.class_caption", n=MOST))
    number = min(3, max(2, len(chosen)))
    # A row of columns for each few: on a phone, where columns stand below each other, the order stays.
    rows = [st.columns(number) for _ in range(0, len(chosen), number)]
    for place, one in zip(chain.from_iterable(rows), chosen, strict=False):
        with place:
            _of_run(look, *one, noise)


def _of_run(look: Look, run: Run, test: JoinedEvaluation, noise: str) -> None:
    name, arms = say(run.label), look.comparison.arms

    def counts() -> pd.DataFrame:
        return confusion_of(look.comparison, test, noise)

    st.markdown(f"**{literal(name)}**")
    show_chart(
        look.drawn(("classes", run.id, noise), lambda: right_and_wrong(palette(), counts(), language())),
        f"classes-{run.id}",
        t("results.class_alt", name=name),
        lambda: _classes(counts(), run.id, noise),
        arms,
        file=f"classes-{run.name}-{noise}",
    )
    show_chart(
        look.drawn(("confusion", run.id, noise), lambda: confusion(palette(), counts(), language())),
        f"confusion-{run.id}",
        t("results.confusion_alt", name=name),
        lambda: of_confusion(counts(), run.id, noise),
        arms,
        file=f"confusion-{run.name}-{noise}",
    )


def _choose(look: Look) -> str:
    comparison = look.comparison
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
