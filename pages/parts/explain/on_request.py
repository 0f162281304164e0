"""What takes seconds and is not asked for by everybody: a button starts it, in the background."""

from collections.abc import Callable

import streamlit as st

from core.progress import Report
from pages.parts.background import Work, failed, while_working
from pages.parts.services.kept import works


def on_request(
    key: tuple[str, ...],
    function: Callable[[Report], object],
    place: str,
    start: str,
    running: str,
    icon: str,
    about: str = "",
) -> Work | None:
    """The work once it is done; until then its button or how far it is, and None.

    Args:
        key: what it is made of.
        place: unique on the page.
        start: on the button.
        running: what is going on.
        about: above the button.
    """

    work = works().find(key)
    if work is None or failed(work):
        if about:
            st.markdown(about)
        st.button(start, key=f"{place}_start", icon=icon, on_click=_start, args=(key, function))
        return None
    if work.running:
        while_working(work, place, running)
        return None
    return work


def _start(key: tuple[str, ...], function: Callable[[Report], object]) -> None:
    works().start(key, function)
