"""The frame around every page: the page list, the language, the footer; runs the chosen page."""

import json
from pathlib import Path

import streamlit as st

from core.words import LANGUAGES
from pages.parts.i18n import LANGUAGE_KEY, settle_language, t

_NAMES = {"en": "English", "ko": "한국어"}

# File name, address and title key of each page in one word, with its icon; the first is at "/".
_PAGES = {
    "home": ":material/home:",
    "preview": ":material/grain:",
    "data": ":material/photo_library:",
    "train": ":material/model_training:",
    "results": ":material/bar_chart:",
    "explain": ":material/visibility:",
}
# Into the empty right end of the top bar, where a language switch is looked for.
_STYLE = """
<style>
/* Out of the flow, so that the page begins right below the bar. */
[data-testid="stLayoutWrapper"]:has(> .st-key-language_switch) {position: absolute;}
.stMainBlockContainer {padding-top: 4.5rem;}
.stApp h1 {padding-top: 0;}
.st-key-language_switch {position: fixed; top: 0.55rem; right: 3.5rem; z-index: 999991; width: auto;}
/* Buttons that show an icon alone keep their words for those who cannot see it. */
[class*="st-key-icons_"] button [data-testid="stMarkdownContainer"] {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
/* Korean breaks between words, as print does, not within them. */
.stApp :is(h1, h2, h3, h4, p, li, label) {word-break: keep-all; overflow-wrap: break-word;}
/* On a phone pictures stay beside each other, two a row. */
@media (max-width: 640px) {
    [class*="st-key-side_by_side_"] > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {
        gap: 0.5rem;
    }
    [class*="st-key-side_by_side_"] > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
        > [data-testid="stColumn"] {
        min-width: 0; flex: 1 1 40%;
    }
}
/* A choice too long for its list ends in dots, not within a letter. */
[data-testid="stSelectboxVirtualDropdown"] [role="option"] > div {
    display: block; height: auto; align-self: center; text-overflow: ellipsis;
}
/* Its limit is not ours, and in English only. */
[data-testid="stFileUploaderDropzoneInstructions"] {display: none;}
</style>
"""

# Streamlit's own words on an uploader are English in every language.
_UPLOADER_STYLE = """
<style>
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p {{display: none;}}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"]::after {{content: {choose};}}
/* While a file is dragged over it; what is already chosen stands in the same place, in more than one element. */
[data-testid="stFileUploaderDropzone"] > input + div:not([data-testid]) > span:only-child {{font-size: 0;}}
[data-testid="stFileUploaderDropzone"] > input + div:not([data-testid]) > span:only-child::after {{
    content: {drop}; font-size: 1rem;
}}
</style>
"""

# Streamlit writes white on the accent, which on the dark theme's is too faint (2.5 : 1; this is 7.4 : 1).
_DARK_STYLE = """
<style>
[data-testid="stBaseButton-primary"]:not(:disabled) *, [data-testid="stMultiSelectTagsContainer"] [data-tag] * {
    color: #11141C;
}
</style>
"""

# A file of ours: a named icon would be fetched from its maker's server, and nothing is to leave this machine.
st.set_page_config(page_title="NoiseLens", page_icon=str(Path(__file__).with_name("icon.png")), layout="wide")
st.html(_STYLE + (_DARK_STYLE if st.context.theme.type == "dark" else ""))

settle_language()
st.html(
    _UPLOADER_STYLE.format(
        **{name: json.dumps(t(f"shell.{name}_file"), ensure_ascii=False) for name in ("choose", "drop")}
    )
)
with st.container(key="language_switch"):
    st.segmented_control(
        t("shell.language"),
        LANGUAGES,
        format_func=lambda code: _NAMES[code],
        key=LANGUAGE_KEY,
        required=True,
        label_visibility="collapsed",
    )

page = st.navigation(
    [
        st.Page(f"{name}.py", title=t(f"shell.{name}"), icon=icon, url_path=name, default=name == "home")
        for name, icon in _PAGES.items()
    ],
    position="top",
)
body = st.container()
# Drawn before the page runs, so that it is there when a page stops early.
st.caption(f":material/lock: {t('shell.footer')}")
with body:
    page.run()
