"""The noise lab's layout: the pictures stay in sight while controls are used, on a desk and on a phone."""

import streamlit as st

from pages.parts.theme import either

# Streamlit lays a wrapper around every container: what sticks must be a child of something as high as all controls,
# so boxes in between are dissolved (display: contents).
_STYLE = """
<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-lab_results), .st-key-lab_results {display: contents;}
/* Keys that lead to a control below bring it below the pictures, not under them. */
.st-key-lab_below :is(button, input, summary, a) {scroll-margin-top: 60vh;}
/* Sentence and pictures stay in sight. */
@media (min-width: 641px) and (min-height: 780px) {
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_seen) {
        position: sticky; top: 3.75rem; z-index: 60; background: GROUND; padding-block: 0.75rem 0.25rem;
    }
}
/* Where the screen has room even for what counted: all that the noises change, unless two models answer. */
[data-testid="stLayoutWrapper"]:has(> .st-key-lab_result), .st-key-lab_result {display: contents;}
@media FITS {
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_result):not(:has(.st-key-lab_two)) {
        display: flex; position: sticky; top: 3.75rem;
        --lab-highest: calc((100vh - 32rem) / 2);
    }
    .st-key-lab_result:not(:has(.st-key-lab_two)) > [data-testid="stLayoutWrapper"]:has(> .st-key-lab_seen) {
        position: static;
    }
    .st-key-lab_result:not(:has(.st-key-lab_two)) {display: flex;}
}
/* A low screen or a phone: the pictures, with the answers below them. */
@media (max-width: 640px), (max-height: 779px) {
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_seen), .st-key-lab_seen {display: contents;}
}
@media (min-width: 641px) and (max-height: 779px) {
    .st-key-lab_stage {position: sticky; top: 3.75rem; z-index: 60;}
}
/* On a phone: photo, what the model says, the pictures, the noises; then what counted and the rest. */
@media (max-width: 640px) {
    .st-key-lab > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
        > [data-testid="stColumn"],
    .st-key-lab > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
        > [data-testid="stColumn"] > [data-testid="stVerticalBlock"],
    .st-key-lab_stage, .st-key-lab_stage div {display: contents;}
    .st-key-lab > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {gap: 1rem;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_first) {order: -2; width: 100%;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_troubles) {order: -1; width: 100%;}
    .st-key-lab_seen > * {width: 100%;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_rest) {order: 1; width: 100%;}
    [data-testid="stLayoutWrapper"]:has(> .st-key-lab_below) {order: 2; width: 100%;}
    .st-key-lab :is(button, input, summary, a) {scroll-margin-top: calc(3.75rem + 38vh);}
}
/* What acts on a card: large enough for mouse and finger, and what takes it away apart from what moves it. */
[class*="st-key-icons_"] button {min-width: 1.75rem; min-height: 1.75rem;}
[class*="st-key-icons_"] > :last-child:not(:first-child) {margin-left: 0.75rem;}
@media (pointer: coarse) {
    [class*="st-key-icons_"] button {min-width: 2.5rem; min-height: 2.5rem;}
}
/* They only speak to the browser. */
[class*="st-key-lab_bring_"] {display: none;}
/* The room of a sentence, of two lines on a phone, is there before it. */
.st-key-lab_verdict, [class*="st-key-lab_loading"] {min-height: 96px;}
[class*="st-key-lab_loading"] {justify-content: center;}
@media (max-width: 640px) {
    .st-key-lab_verdict, [class*="st-key-lab_loading"] {min-height: 135px;}
}
/* The list of noises has room for their names in both languages. */
body:has(.st-key-lab_add [aria-expanded="true"]) [data-testid="stSelectboxVirtualDropdown"] {
    min-width: min(30rem, calc(100vw - 2rem));
}
</style>
"""
_FITS = "(min-width: 1100px) and (min-height: 820px)"


def lab_style() -> None:
    """Put the style into the page."""
    st.html(_STYLE.replace("GROUND", either("ground")).replace("FITS", _FITS))
