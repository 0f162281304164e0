"""Of several runs: their comparison, and what it says in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.evaluation.view import EVERYTHING, View
from core.words import Text
from pages.parts.i18n import literal
from pages.parts.services.evaluations import answers_of
from pages.parts.services.workspace import workspace

if TYPE_CHECKING:
    from core.evaluation.comparison import Comparison
    from core.evaluation.grouped import Seeds
    from core.evaluation.joined import JoinedEvaluation
    from core.runs.runs import Run
    from core.studies.spread import Seeds as Spread


def compared(
    chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    view: View = EVERYTHING,
    groups: "Sequence[Seeds]" = (),
) -> "Comparison":
    """core.evaluation.comparison.compare of runs with one of their evaluations each; kept while somebody looks at it.

    Args:
        groups: runs that are to be one arm (core.evaluation.grouped); none: each is one.
    """
    if groups:
        return _grouped(_key_of(chosen), view, _keys_of(groups), chosen, groups)
    return _compared(_key_of(chosen), view, chosen)


@st.cache_resource(max_entries=16, show_spinner=False)
def _compared(
    key: tuple[tuple[object, ...], ...], view: View, _chosen: "Sequence[tuple[Run, JoinedEvaluation]]"
) -> "Comparison":
    from core.evaluation.arms import evaluated_run
    from core.evaluation.comparison import compare

    tested = [evaluated_run(run, evaluation, answers_of(evaluation)) for run, evaluation in _chosen]
    return compare(tested, view.severities, view.noises, view.only, view.classes)


@st.cache_resource(max_entries=8, show_spinner=False)
def _grouped(
    key: tuple[tuple[object, ...], ...],
    view: View,
    groups_key: tuple[tuple[object, ...], ...],
    _chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    _groups: "Sequence[Seeds]",
) -> "Comparison":
    from core.evaluation.grouped import grouped

    return grouped(_compared(key, view, _chosen), _groups)


def _key_of(chosen: "Sequence[tuple[Run, JoinedEvaluation]]") -> tuple[tuple[object, ...], ...]:
    return tuple((run.id, *run.label.values(), evaluation.key) for run, evaluation in chosen)


def _keys_of(groups: "Sequence[Seeds]") -> tuple[tuple[object, ...], ...]:
    return tuple((one.id, *one.label.values(), *one.runs) for one in groups)


def chart_key(
    chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    view: View = EVERYTHING,
    groups: "Sequence[Seeds]" = (),
) -> tuple[object, ...]:
    """Another one wherever `compared` with the same arguments gives another comparison."""
    return (_key_of(chosen), view, _keys_of(groups))


def conclusions(
    chosen: "Sequence[tuple[Run, JoinedEvaluation]]",
    view: View = EVERYTHING,
    groups: "Sequence[Seeds]" = (),
) -> tuple[Text, list[Text]]:
    """core.evaluation.headline.headline and core.evaluation.details.details of `compared` with the same arguments, in Markdown."""
    return _conclusions(
        _key_of(chosen),
        view,
        _keys_of(groups),
        compared(chosen, view, groups),
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _conclusions(
    key: tuple[tuple[object, ...], ...],
    view: View,
    groups_key: tuple[tuple[object, ...], ...],
    _comparison: "Comparison",
) -> tuple[Text, list[Text]]:
    from core.evaluation.details import details
    from core.evaluation.headline import headline

    return headline(_comparison, view.noises), details(_comparison, literal)


def seeds_of_study(runs: "Sequence[Run]") -> "Spread | None":
    """What is tested of the runs of a study, by their arms; None before anything is. Of several tests it is the newest."""
    from core.evaluation.joined import evaluations_by_run
    from core.studies.spread import seeds_of

    tests = evaluations_by_run(workspace(), runs)
    every = [(run, tests[run.id][0]) for run in runs if run.arm is not None and run.id in tests]
    if not every:
        return None
    return seeds_of(compared(every), {run.id: run.arm for run, _ in every if run.arm})
