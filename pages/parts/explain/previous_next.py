"""To the pictures before and after, of those that noise did the same to: by button, and by the arrow keys."""

import streamlit as st

from pages.parts.explain.looked import Looked
from pages.parts.i18n import t

_BACK, _ON = "explain_walk_back", "explain_walk_on"
# The keys belong to whatever widget has the focus; where none has, they are the page's.
_KEYS = f"""
<script>
if (!document.noiselensWalk) {{
    document.noiselensWalk = true;
    const theirs = "input, textarea, select, summary, [contenteditable], [role=slider], [role=tab], [role=radio], " +
        "[role=listbox], [role=option], [role=combobox], [role=dialog], [role=menu]";
    document.addEventListener("keydown", (event) => {{
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
        const key = {{ArrowLeft: "{_BACK}", ArrowRight: "{_ON}"}}[event.key];
        const from = event.composedPath()[0];
        if (!key || from.closest?.(theirs) || document.querySelector("[role=dialog]")) return;
        const button = document.querySelector(`.st-key-${{key}} button:not(:disabled)`);
        if (button) {{event.preventDefault(); button.click();}}
    }});
}}
</script>
"""


def previous_and_next(looked: Looked, image: int) -> None:
    """Previous and next, beside each other."""
    group = str(looked.pairs.row(image).group)
    among = [int(number) for number in looked.pairs.members(group)["image"]]
    place = among.index(image)
    st.html(_KEYS, unsafe_allow_javascript=True)
    for key, icon, other, words in (
        (_BACK, "arrow_back", place - 1, "before"),
        (_ON, "arrow_forward", place + 1, "after"),
    ):
        there = 0 <= other < len(among)
        st.button(
            t(f"explain.walk_{words}"),
            icon=f":material/{icon}:",
            key=key,
            disabled=not there,
            help=t("explain.walk_help", n=place + 1, total=len(among), group=t(f"explain.walk_{group}")),
            on_click=_go,
            args=(among[other] if there else image,),
        )


def _go(image: int) -> None:
    st.session_state["explain_image"] = image
