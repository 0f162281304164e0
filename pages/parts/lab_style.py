"""The noise lab's layout: the pictures stay in sight while controls are used, on a desk and on a phone."""

import streamlit as st

from pages.parts.theme import palette

# Streamlit lays a wrapper around every container: what sticks must be a child of something as high as all controls,
# so boxes in between are dissolved (display: contents).
_STYLE = """
<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-lab_results), .st-key-lab_results {display: contents;}
.st-key-lab_stage {pointer-events: none;}
/* Keys that lead to a control below bring it below the pictures, not under them. */
.st-key-lab_results :is(button, input, summary, a) {scroll-margin-top: 60vh;}
@media (min-width: 641px) and (min-height: 780px) {
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_seen) {
        position: sticky; top: 3.75rem; z-index: 60; background: GROUND; padding-block: 0.75rem 0.25rem;
    }
}
/* No room for the sentence too. */
@media (max-width: 640px), (max-height: 779px) {
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_seen), .st-key-lab_seen {display: contents;}
    .st-key-lab_stage {position: sticky; top: 3.75rem; z-index: 60;}
}
/* On a phone: photo, what the model says, the pictures, the noises; then what counted and the rest. */
@media (max-width: 640px) {
    .st-key-lab > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
        > [data-testid="stColumn"],
    .st-key-lab > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
        > [data-testid="stColumn"] > [data-testid="stVerticalBlock"] {display: contents;}
    .st-key-lab > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {gap: 1rem;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_first) {order: -2; width: 100%;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_rest) {order: 1; width: 100%;}
    .st-key-lab_seen > * {order: 0; width: 100%;}
    .st-key-lab_results > * {order: 2; width: 100%;}
    .st-key-lab_results > [data-testid="stLayoutWrapper"]:has(> .st-key-lab_troubles) {order: -1;}
    .st-key-lab :is(button, input, summary, a) {scroll-margin-top: calc(3.75rem + 38vh);}
}
/* The boxes of two answers, one below the other, leave room between them. */
.st-key-lab_seen :is(h2, h4) {line-height: 1.6;}
/* The list of noises has room for their names in both languages. */
body:has(.st-key-lab_add [aria-expanded="true"]) [data-testid="stSelectboxVirtualDropdown"] {
    min-width: min(27rem, calc(100vw - 2rem));
}
</style>
"""


def lab_style() -> None:
    """Put the style into the page."""
    st.html(_STYLE.replace("GROUND", palette().ground))
