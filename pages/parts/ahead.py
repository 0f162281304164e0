"""What the browser loads before it is needed: the part of Streamlit that draws charts, by far its largest."""

import json
from functools import cache
from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).with_name("ahead_files").joinpath("ahead.js").read_text(encoding="utf-8")
BUILT = Path(st.__file__).parent / "static" / "static" / "js"
"""Where Streamlit has the files that a browser loads."""


def charts_ahead(at_once: bool = False) -> None:
    """Have what draws charts loaded once a tab of the browser: when the page is at rest, and nobody's hand is on it.

    Args:
        at_once: the page has a chart, so it is loaded while the page is still being made.
    """
    name, now = json.dumps(charts_file(BUILT)), json.dumps(at_once)
    script = _SCRIPT.replace("name = NAME", f"name = {name}").replace("= AT_ONCE", f"= {now}")
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


@cache
def charts_file(built: Path) -> str:
    """The name of the file that draws charts, which each version of Streamlit ends otherwise; "" where none or several are so
    called."""
    names = [file.name for file in built.glob("PlotlyChart.*.js")]
    return names[0] if len(names) == 1 else ""
