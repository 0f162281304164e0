"""Questions before something is deleted: they stay open while the page runs again by itself, as it does when a job ends.

A dialog that a click opens would be gone with the next run, before it could be read.
"""

from collections.abc import Callable

import streamlit as st

from pages.parts.i18n import t

_ASKED = "asked"
"""Session: (question, about what), while it is open."""


def ask(question: str, about: str) -> None:
    """Open it with the next run; for `on_click`."""
    st.session_state[_ASKED] = (question, about)


def is_asked(question: str, about: str) -> bool:
    """Whether it is open: then draw it with `confirm`."""
    return st.session_state.get(_ASKED) == (question, about)


def _answered() -> None:
    st.session_state.pop(_ASKED, None)


def confirm(key: str, title: str, text: str, yes: str, no: str, act: Callable[[], None]) -> None:
    """The question `title` and what would follow, `text`, over the page; `act` is called where the answer is `yes`.

    Args:
        key: of its buttons: KEY_yes and KEY_no.
        title, text: Markdown.
        yes, no: keys of the answers' words.
    """

    @st.dialog(title, width="medium", on_dismiss=_answered)
    def question() -> None:
        st.markdown(text)
        with st.container(horizontal=True):
            # A callback within a dialog is followed by a run of the dialog alone, which cannot close it.
            # What cannot be undone is not what a hurried Enter or the first glance meets.
            if st.button(t(no), type="primary", key=f"{key}_no"):
                _answered()
                st.rerun()
            if st.button(f":red[{t(yes)}]", icon=":material/delete:", key=f"{key}_yes"):
                _answered()
                act()
                st.rerun()

    question()
