"""Of data sets: what is looked at before an import, what waits for a decision, what pictures are like on average."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.builtin.faces import Swap, draw_pairs
from core.data.intake.uploads import KeptUpload
from core.errors import NoiseLensError
from core.pixels import Image
from pages.parts.services.workspace import workspace

if TYPE_CHECKING:
    from core.data.dataset import DataSet
    from core.data.intake.first_look import Look
    from core.data.review.outcome import Review


@st.cache_data(ttl=120, max_entries=32, show_spinner=False)
def look_at_folder(folder: str, csv: str) -> "Look":
    """The videos in a folder or archive of this server, and how long they are; looked at once in a while."""
    from core.data.intake.first_look import look

    return look(Path(folder), Path(csv).expanduser() if csv else None)


@st.cache_data(max_entries=32, show_spinner=False)
def look_at_upload(
    key: tuple[str, ...], _files: Callable[[], Sequence[tuple[str, bytes | memoryview]]]
) -> "Look":
    """The videos among uploads with the ids `key`; looked at once."""
    from core.data.intake.first_look import Look, look

    try:
        return look(kept_upload().path(key, _files))
    except NoiseLensError:
        return Look(0)  # told when it is imported


@st.cache_resource(scope="session", on_release=KeptUpload.close, show_spinner=False)
def kept_upload() -> KeptUpload:
    """The visitor's uploads on disk; gone with the session where no import has taken them."""
    return KeptUpload(workspace())


def review_of_waiting(waiting_id: str) -> "Review":
    """core.data.review.acceptance.open_waiting; what it works out, in half a second for 100,000 pictures, is kept.

    Raises:
        NotWaiting: it has been accepted or discarded.
    """
    from core.data.review.acceptance import state_of_waiting

    home = workspace()
    return _review_of_waiting(str(home.root), waiting_id, state_of_waiting(home, waiting_id))


@st.cache_resource(max_entries=8, show_spinner=False)
def _review_of_waiting(home: str, waiting_id: str, state: str) -> "Review":
    from core.data.review.acceptance import open_waiting

    return open_waiting(workspace(), waiting_id)


def class_means(data_set: "DataSet", first: int) -> "dict[str, Image]":
    """core.data.summary.mean_images of a stored data set, which reads many pictures; kept."""
    return _class_means(str(data_set.folder.path), data_set.card.fingerprint, first, data_set)


@st.cache_resource(max_entries=16, show_spinner=False)
def _class_means(place: str, fingerprint: str, first: int, _data_set: "DataSet") -> "dict[str, Image]":
    from core.data.summary import mean_images

    return mean_images(_data_set, first)


def histograms(data_set: "DataSet") -> NDArray[np.float64]:
    """core.data.summary.channel_histograms of a stored data set, which reads many pictures; kept."""
    return _histograms(str(data_set.folder.path), data_set.card.fingerprint, data_set)


@st.cache_resource(max_entries=64, show_spinner=False)
def _histograms(place: str, fingerprint: str, _data_set: "DataSet") -> NDArray[np.float64]:
    from core.data.summary import channel_histograms

    return channel_histograms(_data_set)


@st.cache_data(max_entries=64, show_spinner=False)
def face_pairs(size: int, swap: Swap, count: int) -> NDArray[np.uint8]:
    """core.data.builtin.faces.draw_pairs, drawn once for all who look at the same choice."""
    return draw_pairs(size, swap, count)
