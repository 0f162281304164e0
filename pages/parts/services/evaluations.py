"""Of one evaluation: its answers, its measures cell by cell, its predictions and its maps."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

if TYPE_CHECKING:
    from core.evaluation.answers import Answers
    from core.evaluation.galleries import Pairs
    from core.evaluation.joined import JoinedEvaluation
    from core.noise.catalogue import Cell


def answers_of(evaluation: "JoinedEvaluation") -> "Answers":
    """core.evaluation.stored_answers.joined_answers; never altered, so read once."""
    return _answers_of(str(evaluation.parts[0].folder.path), evaluation.key, evaluation)


@st.cache_resource(max_entries=24, show_spinner=False)
def _answers_of(place: str, key: str, _evaluation: "JoinedEvaluation") -> "Answers":
    from core.evaluation.stored_answers import joined_answers

    return joined_answers(_evaluation)


def cells_of(evaluation: "JoinedEvaluation") -> pd.DataFrame:
    """core.evaluation.metrics.cell_table of an evaluation; small, so many are kept for lists of runs."""
    return _cells_of(str(evaluation.parts[0].folder.path), evaluation.key, evaluation)


@st.cache_data(max_entries=500, show_spinner=False)
def _cells_of(place: str, key: str, _evaluation: "JoinedEvaluation") -> pd.DataFrame:
    from core.evaluation.stored_answers import joined_cells

    return joined_cells(_evaluation)


def predictions(
    evaluation: "JoinedEvaluation",
    columns: Sequence[str],
    cells: "Collection[Cell]",
) -> pd.DataFrame:
    """core.evaluation.joined.read_joined; never altered, so read once.

    Args:
        columns: those of maps and probabilities are large.
        cells: those that are shown; what charts need of all is in `answers_of` and `cells_of`.
    """
    place = str(evaluation.parts[0].folder.path)
    wanted = tuple(sorted(cells))
    return _predictions(place, evaluation.key, tuple(columns), wanted, evaluation)


@st.cache_resource(max_entries=24, show_spinner=False)
def _predictions(
    place: str,
    key: str,
    columns: tuple[str, ...],
    cells: "tuple[Cell, ...]",
    _evaluation: "JoinedEvaluation",
) -> pd.DataFrame:
    from core.evaluation.joined import read_joined

    return read_joined(_evaluation, list(columns), cells)


def pairs_of(evaluation: "JoinedEvaluation", noise: str, severity: int) -> "Pairs":
    """core.evaluation.galleries.Pairs of a test, with maps; read, counted and sorted once."""
    from core.noise.catalogue import CLEAN

    cell = (noise, severity) if severity > 0 else (CLEAN, 0)
    return _pairs_of(str(evaluation.parts[0].folder.path), evaluation.key, *cell, evaluation)


# Of 10,000 pictures some 4 MB each.
@st.cache_resource(max_entries=8, show_spinner=False)
def _pairs_of(place: str, key: str, noise: str, severity: int, _evaluation: "JoinedEvaluation") -> "Pairs":
    from core.evaluation.galleries import Pairs
    from core.evaluation.joined import read_joined
    from core.noise.catalogue import CLEAN

    columns = ["image", "noise", "severity", "truth", "prediction", "confidence", "map"]
    cells = {(CLEAN, 0), (noise, severity)}
    return Pairs.of(read_joined(_evaluation, columns, cells), noise, severity)


def chance_level(evaluation: "JoinedEvaluation", noise: str, severity: int) -> float | None:
    """How much the maps of unrelated pictures of a test's noise and severity overlap; kept."""
    place = str(evaluation.parts[0].folder.path)
    return _chance_level(place, evaluation.key, noise, severity, evaluation)


@st.cache_resource(max_entries=500, show_spinner=False)
def _chance_level(
    place: str, key: str, noise: str, severity: int, _evaluation: "JoinedEvaluation"
) -> float | None:
    return pairs_of(_evaluation, noise, severity).chance_overlap(_evaluation.map_shape)
