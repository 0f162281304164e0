"""What can be told from the test pictures of a data set."""

import streamlit as st

from core.evaluation.phrases import few_pictures
from pages.parts.i18n import say


def warn_of_few(pictures: int, tested: int) -> None:
    """A sentence, where an accuracy on so few is too uncertain to tell anything.

    Args:
        pictures: of the test split.
        tested: what is independent among them: all frames of one video say little more than one of them.
    """
    if said := few_pictures(pictures, tested):
        st.info(say(said), icon=":material/straighten:")
