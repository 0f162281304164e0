"""How a test is made beside its noises: which pictures, adapted or as trained, how exactly it is calculated; and how one was."""

from collections.abc import Sequence

import streamlit as st

from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.modes_said import modes_said
from core.evaluation.options import How
from core.runs.mode import SORTED, Mode
from core.runs.runs import Run
from pages.parts.choices import segmented_control
from pages.parts.i18n import literal, say, t

QUICK = (500, 100)
"""Pictures of a quick look, the most that a test is twice as large as: an accuracy of 80 % is known to 3.5 points by 500, to 8 by
100. Of a smaller test none is offered."""
WHOLE, QUICK_FIRST, QUICK_ONLY, VALIDATION = "whole", "quick_first", "quick", "validation"


def choose_how(key: str, data_set: DataSet) -> How:
    """The folded boxes: as trained on the whole test split, unless something else is chosen.

    Args:
        key: tells several in a session apart.
    """
    counts = data_set.split_counts
    kinds = [WHOLE]
    quick = next((images for images in QUICK if counts["test"] >= 2 * images), 0)
    if quick:
        kinds += [QUICK_FIRST, QUICK_ONLY]
    if counts["validation"]:
        kinds.append(VALIDATION)
    more = st.expander(t("parts.how"), icon=":material/tune:", key=f"{key}_how", on_change="rerun")
    if more.open:
        with more:
            if len(kinds) > 1:
                segmented_control(
                    t("parts.how_pictures"),
                    kinds,
                    default=WHOLE,
                    required=True,
                    format_func=lambda one: t(f"parts.how_{one}", n=quick),
                    key=f"{key}_pictures",
                    persist_state="session",
                    help=t("parts.how_pictures_help"),
                )
            st.toggle(
                t("parts.how_adapt"),
                key=f"{key}_adapt",
                persist_state="session",
                help=t("parts.how_adapt_help"),
            )
            st.toggle(
                t("parts.how_fast"),
                key=f"{key}_fast",
                persist_state="session",
                help=t("parts.how_fast_help"),
            )
    return _chosen(key, kinds, quick)


def _chosen(key: str, kinds: Sequence[str], quick: int) -> How:
    """What is chosen in the boxes, also while they are folded.

    Args:
        kinds: which pictures can be chosen here.
        quick: pictures of a quick look.
    """
    state = st.session_state
    kind = state.get(f"{key}_pictures") if state.get(f"{key}_pictures") in kinds else WHOLE
    mode = Mode(
        split="validation" if kind == VALIDATION else "test",
        part=quick if kind in (QUICK_FIRST, QUICK_ONLY) else 0,
        adapt="bn" if state.get(f"{key}_adapt") else "",
    )
    return How(mode, whole_after=kind == QUICK_FIRST, fast=bool(state.get(f"{key}_fast")))


def say_modes(chosen: Sequence[tuple[Run, JoinedEvaluation]]) -> list[str]:
    """Of tests that are no plain ones in which way they were made, in Markdown; what speaks against them is a warning."""
    if any(part.facts.sorted_by_class for _, test in chosen for part in test.parts):
        st.warning(literal(say(SORTED)), icon=":material/warning:")
    return [literal(say(one)) for one in modes_said(chosen)]
