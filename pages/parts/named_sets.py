"""The choice of a data set that somebody else keeps, by its name."""

import streamlit as st

from core.data.hugging_face import Columns
from core.data.torchvision_sets import KNOWN
from pages.parts.i18n import language, t

HUGGING_FACE = "hf"


def named_set() -> tuple[str, Columns]:
    """The source as core.data.fetching takes it, "" where nothing is named yet, and what of it is used."""
    chosen = st.selectbox(
        t("data.named"),
        [*KNOWN, HUGGING_FACE],
        index=None,
        key="data_named",
        placeholder=t("data.named_placeholder"),
        format_func=_label,
        help=t("data.named_help"),
    )
    if chosen is None:
        return "", Columns()
    if chosen == HUGGING_FACE:
        name = st.text_input(t("data.repository"), key="data_repository", placeholder="owner/name").strip()
        return (f"{HUGGING_FACE}:{name}" if name else ""), Columns()
    known = KNOWN[chosen]
    st.caption(known.terms[language()])
    label = None
    if known.labels:
        label = st.selectbox(t("data.named_label"), known.labels, key=f"data_named_label_{chosen}")
    return f"torchvision:{chosen}", Columns(label=label)


def _label(key: str) -> str:
    if key == HUGGING_FACE:
        return t("data.hugging_face")
    known = KNOWN[key]
    return t(
        "data.named_option",
        name=key,
        shows=known.shows[language()],
        images=f"{known.images:,}",
        megabytes=f"{known.megabytes:,}",
    )
