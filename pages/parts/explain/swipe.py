"""Clean and noisy in one place, with a line between them that is moved by mouse, finger or key."""

import base64
from pathlib import Path

import streamlit as st

from pages.parts.i18n import t

_FILES = Path(__file__).with_name("swipe_files")
_mounted = st.components.v2.component(
    "noiselens_swipe",
    html=(_FILES / "swipe.html").read_text(encoding="utf-8"),
    css=(_FILES / "swipe.css").read_text(encoding="utf-8"),
    js=(_FILES / "swipe.js").read_text(encoding="utf-8"),
)


def swipe(key: str, clean: tuple[bytes, str, str], noisy: tuple[bytes, str, str]) -> None:
    """Show two pictures of one size.

    Args:
        key: unique on the page.
        clean, noisy: PNG; the words below; what it shows, for those who cannot see it.
    """
    _mounted(
        key=key,
        data={
            "clean": _address(clean[0]),
            "noisy": _address(noisy[0]),
            "left": clean[1],
            "right": noisy[1],
            "alt_clean": clean[2],
            "alt_noisy": noisy[2],
            "label": t("explain.swipe_label"),
            "value": t("explain.swipe_value", share="{share}"),
        },
    )


def _address(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
