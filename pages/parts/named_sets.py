"""The choice of a data set that somebody else keeps, by its name."""

import streamlit as st

from core.data.torchvision_sets import KNOWN
from pages.parts.i18n import language, t

HUGGING_FACE = "hf"
_EXAMPLES = {
    "label": "fine_label",
    "image": "image",
    "subset": "default",
    "splits": "training=train, exam=test",
}
"""What may be chosen of a repository, and how it is written."""


def named_set() -> tuple[str, dict[str, str]]:
    """The source as core.data.fetching takes it, "" where nothing is named yet, and what core.data.hugging_face's
    Columns.of makes of what is chosen of it."""
    st.markdown(t("data.named_text"))
    chosen = st.selectbox(
        t("data.named"),
        [*KNOWN, HUGGING_FACE],
        index=None,
        key="data_named",
        placeholder=t("data.named_placeholder"),
        format_func=_label,
    )
    if chosen is None:
        return "", {}
    if chosen == HUGGING_FACE:
        name = st.text_input(t("data.repository"), key="data_repository", placeholder="owner/name").strip()
        return (f"{HUGGING_FACE}:{name}" if name else ""), _columns()
    known = KNOWN[chosen]
    st.caption(known.terms[language()])
    source = f"torchvision:{chosen}"
    if not known.labels:
        return source, {}
    label = st.selectbox(t("data.named_label"), known.labels, key=f"data_named_label_{chosen}")
    return source, {"label": label}


def _columns() -> dict[str, str]:
    """What of a repository is used; each field may stay empty."""
    with st.expander(t("data.more"), icon=":material/tune:"):
        st.caption(t("data.more_text"))
        return {
            key: st.text_input(t(f"data.more_{key}"), key=f"data_more_{key}", placeholder=example)
            for key, example in _EXAMPLES.items()
        }


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
