"""Whether a page is drawn for a phone: its charts are others, and of two forms only that is made and sent which is seen."""

from pathlib import Path

import streamlit as st

_mounted = st.components.v2.component(
    "noiselens_narrow",
    js=Path(__file__).with_name("narrow_files").joinpath("narrow.js").read_text(encoding="utf-8"),
)
_KEY, NARROW = "screen", "screen_narrow"


def narrow_screen() -> bool:
    """What the browser last told, which tells anew when a phone is turned; until it has, what it calls itself.

    To be called once in a run of a page, above what goes by it: where the guess was wrong another run begins at once.
    """
    if NARROW not in st.session_state:
        # Phones' browsers have "Mobi" in their names, computers' have not.
        st.session_state[NARROW] = "Mobi" in st.context.headers.get("User-Agent", "")
    with st.container(key=f"unseen_{_KEY}"):
        _mounted(key=_KEY, data={"narrow": st.session_state[NARROW]}, on_narrow_change=_heed)
    return bool(st.session_state[NARROW])


def _heed() -> None:
    st.session_state[NARROW] = bool(st.session_state[_KEY]["narrow"])
