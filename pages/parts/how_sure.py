"""What can be told from the test pictures of a data set."""

import streamlit as st

from core.evaluation.metrics import FEWEST, WANTED, widest
from core.words import rounded
from pages.parts.i18n import t


def warn_of_few(test_pictures: int) -> None:
    """A sentence, where an accuracy on so few is too uncertain to tell anything."""
    if test_pictures < FEWEST:
        points = rounded(100 * widest(test_pictures))
        said = t("parts.few", n=test_pictures, points=points, wanted=rounded(100 * WANTED), enough=FEWEST)
        st.info(said, icon=":material/straighten:")
