"""Technical words with their one-line explanation, a hover or a tap away: the one place where they are explained."""

import html
import re
from collections.abc import Sequence

import streamlit as st

from pages.parts.i18n import t

_MARKED = re.compile(r"\[\[(\w+)\|([^\]]+)\]\]")
# Within reach of keys and fingers: what has the focus shows its words, too.
_STYLE = """
<style>
.term {
    position: relative; cursor: help; white-space: nowrap;
    text-decoration: underline dotted; text-underline-offset: 0.2em; text-decoration-thickness: 1.5px;
}
.term:focus-visible {outline: 2px solid light-dark(#2E4AEA, #8C9EFF); outline-offset: 2px; border-radius: 0.2rem;}
.term > span {
    display: none; position: absolute; z-index: 1000; left: 0; bottom: calc(100% + 0.4rem); width: max-content;
    max-width: min(24rem, 80vw); padding: 0.5rem 0.75rem; border-radius: 0.5rem; white-space: normal;
    font-size: 1rem; font-weight: 400; line-height: 1.45; text-align: left; letter-spacing: 0;
    color: light-dark(#1A1F2E, #E8EAF2); background: light-dark(#F4F6FB, #232838);
    border: 1px solid light-dark(#C9D0DE, #454C60);
}
.term:is(:hover, :focus) > span {display: block;}
.terms {font-size: 0.875rem; line-height: 2;}
/* On a phone what explains a word lies at the foot of the screen, where it is never cut off. */
@media (max-width: 640px) {
    .term > span {position: fixed; left: 0.75rem; right: 0.75rem; bottom: 0.75rem; width: auto; max-width: none;}
}
</style>
"""


def term(key: str, shown: str | None = None) -> str:
    """A word as HTML that explains itself.

    Args:
        key: in locales/glossary.json: its name, and with "_is" its explanation.
        shown: as it stands in the sentence; its name by default.
    """
    word = html.escape(t(f"glossary.{key}") if shown is None else shown)
    about = html.escape(t(f"glossary.{key}_is"))
    return f'<span class="term" tabindex="0">{word}<span role="tooltip">{about}</span></span>'


def with_terms(text: str) -> str:
    """A text of locales as HTML, in which [[key|word]] explains itself; what was filled in has to be escaped before."""
    return _MARKED.sub(lambda found: term(found[1], html.unescape(found[2])), text)


def terms_style() -> None:
    """Put the style into the page, once."""
    st.html(_STYLE)


def words_here(keys: Sequence[str]) -> None:
    """One line with the technical words of a page."""
    terms_style()
    words = " · ".join(term(key) for key in keys)
    st.html(f'<div class="terms">{html.escape(t("glossary.words"))}: {words}</div>')
