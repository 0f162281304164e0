"""A rectangle that is drawn on a picture: what it gave of the evidence, and what the network says without it."""

import base64
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.explanation.overlay import Region
from core.images import encode_png
from core.pixels import Image
from pages.parts.i18n import t

_FILES = Path(__file__).with_name("region_files")
_mounted = st.components.v2.component(
    "noiselens_region",
    html=(_FILES / "region.html").read_text(encoding="utf-8"),
    css=(_FILES / "region.css").read_text(encoding="utf-8"),
    js=(_FILES / "region.js").read_text(encoding="utf-8"),
)
PLACE = "explain_region_place"
"""In the session: left, top, right, bottom in per cent, where it was left."""
FIRST = (30, 30, 70, 70)
_KEY = "explain_region"


def drawn_region(picture: Image, alt: str) -> Region:
    """Show a picture with the rectangle on it; where that is, as fractions of the sides.

    Args:
        alt: what the picture shows.
    """
    state = st.session_state
    told = state.get(_KEY)
    if isinstance(told, Mapping) and (place := _read(told.get("place"))) is not None:
        state[PLACE] = place
    place = _read(state.get(PLACE)) or FIRST
    _mounted(
        key=_KEY,
        data={
            "picture": f"data:image/png;base64,{base64.b64encode(encode_png(picture)).decode('ascii')}",
            "alt": alt,
            "place": list(place),
            "label": t("explain.region_label"),
            "hint": t("explain.region_hint"),
            "said": t("explain.region_said", across="{across}", down="{down}"),
        },
        on_place_change=lambda: None,
    )
    left, top, right, bottom = (number / 100 for number in place)
    return left, top, right, bottom


def _read(value: object) -> tuple[int, int, int, int] | None:
    """What a browser says, where it is a rectangle in the picture."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    if not all(isinstance(one, int | float) and 0 <= one <= 100 for one in value):
        return None
    left, top, right, bottom = (round(one) for one in value)
    return (left, top, right, bottom) if left < right and top < bottom else None
