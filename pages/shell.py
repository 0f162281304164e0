"""The frame around every page: the page list, the language, the footer; runs the chosen page."""

from pathlib import Path

import streamlit as st

from core.words import LANGUAGES
from pages.parts.address import arrive, arrived, steps_in_history, unknown_path
from pages.parts.ahead import charts_ahead
from pages.parts.choices import segmented_control, understand_choices
from pages.parts.chrome import say_chrome
from pages.parts.i18n import LANGUAGE_KEY, language, language_in_address, settle_language, t

_NAMES = {"en": "English", "ko": "한국어"}

# File name, address and title key of each page in one word, with its icon; the first is at "/".
_PAGES = {
    "home": ":material/home:",
    "preview": ":material/grain:",
    "data": ":material/photo_library:",
    "train": ":material/model_training:",
    "results": ":material/bar_chart:",
    "explain": ":material/visibility:",
    "quiz": ":material/sports_esports:",
    "present": ":material/slideshow:",
}
_BESIDE = ("quiz", "present")
"""Pages that others lead to, without a place of their own in the bar."""
_PATHS = ["" if name == "home" else name for name in _PAGES]
# Into the empty right end of the top bar, where a language switch is looked for.
_STYLE = """
<style>
/* Out of the flow, so that the page ends with its last line; above the bar, below a phone's open menu. */
[data-testid="stLayoutWrapper"]:has(> .st-key-language_switch) {position: absolute;}
/* Read, and reached by the tab key, where it is seen: between the page list and the page (browsers that know how). */
[data-testid="stVerticalBlock"]:has(> [data-testid="stLayoutWrapper"] > .st-key-language_switch) {reading-flow: source-order;}
[data-testid="stLayoutWrapper"]:has(> .st-key-language_switch) {reading-order: -1;}
.st-key-language_switch {position: fixed; top: 0.55rem; right: 3.5rem; z-index: 999990; width: auto;}
[data-testid="stLayoutWrapper"]:has(> :is(.st-key-page_language, [class*="st-key-unseen_"])), [class*="st-key-clock_"] {
    display: none;
}
/* What was done is said at the bottom, away from the sentence that a page opens with, and what is below stays in
   reach: a pointer that rests there, as after the click that is spoken of, would keep it for as long as it rests. */
[data-testid="stToastContainer"] {top: auto !important; bottom: 1rem; left: 0; right: auto; pointer-events: none;}
[data-testid="stToastContainer"] * {pointer-events: none;}
[data-testid="stToastContainer"] button {pointer-events: auto;}
/* Within the picture: above it stands what the model says. */
[data-testid="stFullScreenFrame"]:has([data-testid="stImage"]) [data-testid="stElementToolbar"] {top: 0.25rem; right: 0.25rem;}
/* Buttons that show an icon alone keep their words for those who cannot see it. */
[class*="st-key-icons_"] button [data-testid="stMarkdownContainer"] {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
/* A button and a switch that say what they will do, and how long it takes, say all of it, in as many lines as it takes. */
:is([class*="st-key-train_"], [class*="st-key-demo"]) :is(button, label) [data-testid="stMarkdownContainer"],
:is([class*="st-key-train_"], [class*="st-key-demo"]) :is(button, label) [data-testid="stMarkdownContainer"] p {
    white-space: normal; overflow: visible; text-overflow: clip;
}
[class*="st-key-small_heading_"] :is(h2, h3) {font-size: 1.1rem; padding: 0.25rem 0;}
/* Korean breaks between words, as print does, not within them. */
body, body :is(h1, h2, h3, h4, p, li, label, td, th, summary, button, [data-testid="stCaptionContainer"]) {
    word-break: keep-all; overflow-wrap: break-word;
}
/* The first page's pair has its final size before its pictures are there: square, with a line below each. */
.st-key-side_by_side_home_pair [data-testid="stColumn"] {container-type: inline-size;}
.st-key-side_by_side_home_pair [data-testid="stColumn"] > [data-testid="stVerticalBlock"] {min-height: calc(100cqw + 2rem);}
.st-key-side_by_side_home_pair [data-testid="stSkeletonElement"] {height: auto; aspect-ratio: 1;}
/* On a phone pictures stay beside each other, two a row. */
@media (max-width: 640px) {
    [class*="st-key-side_by_side_"] > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {
        gap: 0.5rem;
    }
    [class*="st-key-side_by_side_"] > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
        > [data-testid="stColumn"] {
        min-width: 0; flex: 1 1 40%;
    }
    /* All tabs are seen, in as many rows as they need. */
    [data-testid="stTabs"] [role="tablist"] {flex-wrap: wrap; row-gap: 0.25rem;}
    /* What a link says, too. */
    [data-testid="stPageLink-NavLink"] [data-testid="stMarkdownContainer"],
    [data-testid="stPageLink-NavLink"] [data-testid="stMarkdownContainer"] p {white-space: normal;}
    /* A long name in a box, too. */
    [data-testid="stMultiSelectTagsContainer"] [data-tag] {height: auto;}
    [data-testid="stMultiSelectTagsContainer"] [data-tag] > span {white-space: normal; height: auto;}
}
/* A choice too long for its list ends in dots, not within a letter. */
[data-testid="stSelectboxVirtualDropdown"] [role="option"] > div {
    display: block; height: auto; align-self: center; text-overflow: ellipsis;
}
/* As is what was chosen from it. */
[data-testid="stSelectbox"] input {text-overflow: ellipsis;}
/* Streamlit writes white on the accent, which on the dark theme's is too faint (2.5 : 1; this is 7.4 : 1). */
:is([data-testid="stBaseButton-primary"]:not(:disabled), [data-testid="stMultiSelectTagsContainer"] [data-tag]) * {
    color: light-dark(white, #11141C);
}
/* Under the pointer, pressed or open Streamlit darkens the accent: on a dark ground that makes it faint. */
.stApp [data-testid="stBaseButton-primary"]:not(:disabled):is(:hover, :active) {
    background-color: light-dark(#122BBA, #A9B6FF); border-color: light-dark(#122BBA, #A9B6FF);
}
.stApp button[kind="tertiary"]:not(:disabled):is(:hover, :active, :focus-visible, [aria-expanded="true"]) {
    color: light-dark(#2E4AEA, #8C9EFF);
}
/* Where the keys are is seen on everything that they reach. */
.stApp :is(a, button, summary, [role="tab"], [role="radio"]):focus-visible {
    outline: 2px solid light-dark(#2E4AEA, #8C9EFF); outline-offset: 1px;
}
[data-testid="stMain"]:focus-visible {outline: 2px solid light-dark(#2E4AEA, #8C9EFF); outline-offset: -2px;}
/* Each choice of several can be read: they go on in a new line, where one line would be cut off at its end. */
[data-testid="stMultiSelectTagsContainer"] {
    flex-wrap: wrap; overflow: visible; height: auto; min-width: 0; flex: 1; mask-image: none;
}
[data-testid="stMultiSelect"] div:has(> [data-testid="stMultiSelectTagsContainer"]),
[data-testid="stMultiSelect"] div:has(> div > [data-testid="stMultiSelectTagsContainer"]) {
    height: auto; max-height: none;
}
/* Its limit is not ours, and in English only. */
[data-testid="stFileUploaderDropzoneInstructions"] {display: none;}
</style>
"""

# A file of ours: a named icon would be fetched from its maker's server, and nothing is to leave this machine.
st.set_page_config(page_icon=str(Path(__file__).with_name("icon.png")), layout="wide")
st.html(_STYLE)
steps_in_history()
settle_language()
understand_choices()


def _not_found() -> None:
    """In our words and with a way out, where Streamlit would show a window in English."""
    st.title(t("shell.not_found"))
    st.markdown(t("shell.not_found_body"))
    st.page_link(pages[0], label=t("shell.to_home"), icon=_PAGES["home"])


pages = [
    st.Page(
        f"{name}.py",
        title=t(f"shell.{name}"),
        icon=icon,
        url_path=path,
        default=not path,
        visibility="hidden" if name in _BESIDE else "visible",
    )
    for (name, icon), path in zip(_PAGES.items(), _PATHS, strict=True)
]
asked_for = unknown_path(st.context.url, _PATHS)
if asked_for is not None:
    pages.append(st.Page(_not_found, title=t("shell.not_found"), url_path=asked_for, visibility="hidden"))
page = st.navigation(pages, position="top")
# From here on the browser writes into the address of this page, no longer of the one that was left.
arrive()
language_in_address()
st.set_page_config(page_title=f"{page.title} · NoiseLens" if page.url_path else "NoiseLens")
body = st.container()
# Drawn before the page runs, so that both are there when a page stops early.
with st.container(key="footer"):
    st.caption(f":material/lock: {t('shell.footer')}")
# Below the page: until the browser has the style, what is above the page pushes it down.
with st.container(key="language_switch"):
    segmented_control(
        t("shell.language"),
        LANGUAGES,
        format_func=lambda code: _NAMES[code],
        key=LANGUAGE_KEY,
        required=True,
        label_visibility="collapsed",
    )
with st.container(key="page_language"):
    say_chrome()
    charts_ahead()
    # What reads the page aloud goes by it.
    st.html(f'<script>document.documentElement.lang = "{language()}"</script>', unsafe_allow_javascript=True)
try:
    with body:
        page.run()
finally:
    arrived()
