"""The noise lab's further views on the photo at hand, each drawn only while it is open."""

import streamlit as st

from pages.parts.i18n import t
from pages.parts.lab import Lab
from pages.parts.lab_breaking import breaking
from pages.parts.lab_many import many_pictures
from pages.parts.lab_sheet import contact_sheet
from pages.parts.shown import Shown

_VIEWS = (
    ("breaking", ":material/trending_down:", breaking),
    ("sheet", ":material/grid_view:", contact_sheet),
    ("many", ":material/photo_library:", many_pictures),
)


def lab_tools(lab: Lab, shown: Shown) -> None:
    """Breaking points, contact sheet, many pictures."""
    for name, icon, draw in _VIEWS:
        view = st.expander(t(f"tools.{name}_title"), icon=icon, key=f"lab_view_{name}", on_change="rerun")
        if view.open:
            with view:
                draw(lab, shown)
