"""Which runs Results compares, and in which order."""

from collections.abc import Collection

import streamlit as st

from core.errors import UnknownName
from core.runs.runs import Run
from core.words import Text
from pages.parts.address import asked
from pages.parts.choices import multiselect
from pages.parts.i18n import t
from pages.parts.messages import show_error
from pages.parts.origin import marked

RUN = Text(en="trained run", ko="학습한 모델")
MOST = 8
"""Runs beside each other."""


def default_runs(runs: list[Run], evaluated: Collection[str]) -> list[str]:
    """The newest study's runs, or the newest run, with an evaluation if any has one."""
    candidates = [run for run in runs if run.id in evaluated] or runs
    newest = candidates[0]
    if newest.study_id is None:
        return [newest.id]
    of_study = [run for run in reversed(candidates) if run.study_id == newest.study_id]
    if len(of_study) > MOST:  # a run of each arm
        of_study = list({run.arm.key if run.arm else run.id: run for run in reversed(of_study)}.values())[
            ::-1
        ]
    return [run.id for run in of_study[:MOST]]


def in_arms(runs: list[Run]) -> list[Run]:
    """Runs in their order, but those of one arm of a study beside each other, by their seeds."""
    first: dict[tuple[str, str], int] = {}
    for place, run in enumerate(runs):
        first.setdefault((run.study_id or "", run.arm.key if run.arm else run.id), place)

    def place_of(run: Run) -> tuple[int, int]:
        return first[run.study_id or "", run.arm.key if run.arm else run.id], run.recipe.seed

    return sorted(runs, key=place_of)


def choose_runs(runs: list[Run], evaluated: Collection[str]) -> list[Run]:
    """The box of runs; what is chosen, oldest first as the colours, but by the arms of a study."""
    by_id = {run.id: run for run in runs}
    wanted = asked("results", "runs")
    if wanted is not None:
        asked_for = [run_id for run_id in wanted.split(",") if run_id]
        ids = [run_id for run_id in asked_for if run_id in by_id]
        unknown = [run_id for run_id in asked_for if run_id not in by_id]
        if unknown:
            show_error(UnknownName(RUN, ", ".join(unknown), [run.label for run in runs]))
        if ids or not asked_for:
            st.session_state["results_runs"] = ids
    before = st.session_state.get("results_runs")
    kept = [run_id for run_id in before or [] if run_id in by_id]
    # An empty box stays empty, but not one that is so because its runs have been deleted.
    st.session_state["results_runs"] = kept if kept or before == [] else default_runs(runs, evaluated)
    data_sets = {run.id: run.summary.data_set if run.summary else "" for run in runs}
    several = len(set(data_sets.values())) > 1

    def named(run_id: str) -> str:
        """The run, with its data set where runs have different ones and the name does not say which."""
        name, data_set = marked(by_id[run_id]), data_sets[run_id]
        return f"{name} · {data_set}" if several and data_set and data_set not in name else name

    chosen = multiselect(
        t("results.runs"),
        list(by_id),
        format_func=named,
        key="results_runs",
        persist_state="session",
        max_selections=MOST,
    )
    return in_arms([run for run in reversed(runs) if run.id in chosen])
