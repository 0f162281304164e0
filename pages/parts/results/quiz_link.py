"""The way from tested runs to the quiz beside them."""

from collections.abc import Sequence

import streamlit as st

from core.runs.runs import Run
from pages.parts.i18n import t


def quiz_link(runs: Sequence[Run]) -> None:
    """A person names the pictures that these runs were tested on."""
    st.page_link(
        "quiz.py",
        label=t("quiz.card_these"),
        icon=":material/sports_esports:",
        query_params={"runs": ",".join(run.id for run in runs)},
    )
