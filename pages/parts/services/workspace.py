"""The workspace of this server."""

import os

import streamlit as st

from core.store import Workspace


def workspace() -> Workspace:
    """The workspace of this server ($NOISELENS_HOME)."""
    return _workspace(os.environ.get("NOISELENS_HOME", ""))


@st.cache_resource(show_spinner=False)
def _workspace(home: str) -> Workspace:
    return Workspace.open()
