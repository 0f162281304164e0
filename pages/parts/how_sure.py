"""What can be told from the test pictures of a data set."""

import streamlit as st

from core.evaluation.metrics import enough_for, widest
from pages.parts.i18n import t

WANTED = 0.1
"""Half a 95 % interval, 0..1; with a wider one models and noises can hardly be told apart."""


def warn_of_few(test_pictures: int) -> None:
    """A sentence, where an accuracy on so few is too uncertain to tell anything."""
    enough = enough_for(WANTED)
    if test_pictures < enough:
        points = round(100 * widest(test_pictures))
        said = t("parts.few", n=test_pictures, points=points, wanted=round(100 * WANTED), enough=enough)
        st.info(said, icon=":material/straighten:")
