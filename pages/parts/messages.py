"""What a page says besides its result: the sentence on top, errors, what to do when it is empty."""

import time
from collections.abc import Mapping

import streamlit as st

from core.errors import NoiseLensError
from pages.parts.i18n import literal, say, t


def sentence_card(
    headline: str, body: str | None = None, level: int = 2, above: str = "", help: str | None = None
) -> None:
    """The one bordered sentence that a page opens with; Markdown, colour only beside words.

    Args:
        level: of the heading; 1 where the sentence is the page's h1.
        above: what it is about, small, where several stand beside each other.
        help: the figures behind the body, for those who ask.
    """
    with st.container(border=True, height="stretch" if above else "content"):
        if above:
            st.caption(above)
        st.markdown(f"{'#' * level} {headline}")
        if body:
            st.markdown(body, help=help)


def small_heading(words: str, level: int, key: str, help: str | None = None) -> None:
    """A heading at its place in the order of headings, which those who hear the page go by, but no larger than its tile bears.

    Args:
        words: Markdown.
        level: 2 below the page's name.
        key: unique on the page.
    """
    with st.container(key=f"small_heading_{key}"):
        st.markdown(f"{'#' * level} {words}", help=help)


def close_up() -> None:
    """For a page whose pictures or charts are to be on the first screen: its name takes one low line close to the top."""
    st.html("""
<style>
[data-testid="stMain"] .block-container {padding-top: 4.25rem;}
[data-testid="stMain"] h1 {font-size: 1.6rem; padding: 0 0 0.35rem;}
</style>
""")


def show_top() -> None:
    """Bring the head of the page into view: what a click far below began is seen there."""
    _scroll("""document.querySelector('[data-testid="stMain"]').scrollTo({top: 0, behavior: "smooth"})""")


def show_place(key: str) -> None:
    """Bring the container `key` into view, below the bar with the page list."""
    _scroll(
        f"""const place = document.querySelector(".st-key-{key}");
        if (place) {{place.style.scrollMarginTop = "4.5rem"; place.scrollIntoView({{behavior: "smooth"}});}}"""
    )


def _scroll(how: str) -> None:
    # A second click would find the same element, whose script has run: the time makes it another one.
    st.html(f"<script>/* {time.monotonic_ns()} */ {{{how}}}</script>", unsafe_allow_javascript=True)


def show_error(error: NoiseLensError) -> None:
    """What happened, why, what to do: in the visitor's language."""
    said, lines = with_code(say(error.said))
    st.error(said, icon=":material/error:")
    if lines:
        st.code(lines, language="python")


def with_code(said: str) -> tuple[str, str]:
    """What an error says in one paragraph, as Markdown, and the lines of code after it; "" where it has none."""
    words, _, lines = said.partition("\n")
    return literal(words), lines


def show_surprise() -> None:
    """For an error that nobody thought of: no traceback on the screen, it is in the log."""
    st.error(t("parts.surprise"), icon=":material/error:")


def show_notes(notes: list[str]) -> None:
    """Small facts beside a result: what was converted, what was left out."""
    for note in notes:
        st.caption(f":material/info: {note}")


def empty_state(
    sentence: str, action_label: str, page: str, query_params: Mapping[str, str] | None = None
) -> None:
    """Why there is nothing here yet, and the one button that leads to filling it.

    Args:
        page: file name of the page that the button opens, such as "train.py".
    """
    with st.container(border=True, horizontal_alignment="center", key=f"empty_{page.removesuffix('.py')}"):
        st.markdown(f":material/inbox: {sentence}", text_alignment="center")
        if st.button(action_label, type="primary", icon=":material/arrow_forward:"):
            st.switch_page(page, query_params=dict(query_params or {}))
