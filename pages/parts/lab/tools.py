"""The noise lab's further views on the photo at hand, each drawn only while it is open."""

import streamlit as st

from pages.parts.i18n import t
from pages.parts.lab.breaking import breaking
from pages.parts.lab.many import many_pictures
from pages.parts.lab.session import Lab
from pages.parts.lab.sheet import contact_sheet
from pages.parts.lab.shown import Shown

# On most screens a view opens below the fold, where nobody sees that anything happened.
_BRING = st.components.v2.component(
    "noiselens_bring",
    js="""
const brought = new WeakSet();

export default function ({ parentElement }) {
  if (brought.has(parentElement)) return;
  brought.add(parentElement);
  const view = (parentElement.host ?? parentElement).closest('[data-testid="stExpander"]');
  view.style.scrollMarginTop = "4.5rem"; // the bar of pages
  view.scrollIntoView({ behavior: "smooth", block: "start" });
}
""",
)

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
                _BRING(key=f"lab_bring_{name}")
                draw(lab, shown)
