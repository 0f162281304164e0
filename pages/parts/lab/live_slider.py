"""A slider whose values the page's own scripts hear of while it moves; Streamlit's tells when it is let go of.

It runs in the page (slider_files/). The script hears of a value once the slider rests or is let go of.
"""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

_FILES = Path(__file__).with_name("slider_files")

_mounted = st.components.v2.component(
    "noiselens_slider",
    html=(_FILES / "slider.html").read_text(encoding="utf-8"),
    css=(_FILES / "slider.css").read_text(encoding="utf-8"),
    js=(_FILES / "slider.js").read_text(encoding="utf-8"),
)


def slid(key: str) -> object:
    """Where the visitor has moved the slider `key`, else None; the browser's word only."""
    state = st.session_state.get(key)
    return state.get("value") if isinstance(state, Mapping) else None


def live_slider(
    label: str, lowest: float, highest: float, value: float, step: float, unit: str, key: str
) -> None:
    """Show a slider; see `slid` for its value.

    Args:
        value: where it stands when it comes to the screen; later it is where it was moved.
        unit: stands behind the number.
    """
    decimals = len(f"{step:f}".rstrip("0").partition(".")[2])
    _mounted(
        key=key,
        data={
            "key": key,
            "label": label,
            "lowest": lowest,
            "highest": highest,
            "step": step,
            "value": value,
            "decimals": decimals,
            "unit": unit,
        },
        on_value_change=lambda: None,
    )
