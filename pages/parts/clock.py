"""A clock on the page: what goes on by itself, such as a job's progress, is drawn again from time to time."""

import time
from pathlib import Path

import streamlit as st

_mounted = st.components.v2.component(
    "noiselens_clock",
    js=Path(__file__).with_name("clock_files").joinpath("clock.js").read_text(encoding="utf-8"),
)


BUSY, IDLE = 1.0, 5.0
"""Seconds between two looks at jobs that run or wait; and at none, which may come from another tab or the command line."""


def draw_again(key: str, seconds: float) -> None:
    """Run the fragment that this stands in, or else the page, once more after some time; called in each run, it goes on.

    Streamlit's own `run_every` does not wait until a page is whole: where drawing takes longer than the time between
    two looks, on a slow computer, the two may get in each other's way.

    Args:
        key: unique on the page.
        seconds: from this run on; more while the page is busy.
    """
    _mounted(
        key=f"clock_{key}",
        data={"seconds": seconds, "asked": time.monotonic()},
        on_tick_change=lambda: None,
    )
