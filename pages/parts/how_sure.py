"""What can be told from the test pictures of a data set."""

import streamlit as st

from core.evaluation.metrics import FEWEST, WANTED
from core.statistics import widest
from core.words import rounded
from pages.parts.i18n import t


def warn_of_few(pictures: int, tested: int) -> None:
    """A sentence, where an accuracy on so few is too uncertain to tell anything.

    Args:
        pictures: of the test split.
        tested: what is independent among them: all frames of one video say little more than one of them.
    """
    if tested < FEWEST:
        said = t(
            "parts.few" if tested == pictures else "parts.few_groups",
            n=tested,
            pictures=pictures,
            points=rounded(100 * widest(tested)),
            wanted=rounded(100 * WANTED),
            enough=FEWEST,
        )
        st.info(said, icon=":material/straighten:")
