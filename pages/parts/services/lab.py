"""Of the noise lab: sample photos, and the lab of each visitor."""

import streamlit as st

from core.lab.live import LABS, LiveLab
from core.lab.photo import Photo
from core.samples import sample_picture as _sample_picture


@st.cache_resource(max_entries=64, show_spinner=False)
def sample_photo(key: str, size: int | None) -> Photo:
    """The sample photo `key` of core.samples, as core.lab.photo.Photo.reduced."""
    return Photo.reduced(_sample_picture(key), size)


def live_lab() -> LiveLab:
    """The visitor's lab as the live route knows it; its id dies with the session."""
    lab = _live_lab()
    LABS.keep(lab)
    return lab


@st.cache_resource(scope="session", on_release=LABS.close, show_spinner=False)
def _live_lab() -> LiveLab:
    return LiveLab()
