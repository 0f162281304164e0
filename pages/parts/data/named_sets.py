"""The choice of a data set that somebody else keeps, by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from core.data.named.job import Source
from core.data.named.torchvision_sets import KNOWN
from core.errors import PackagesMissing
from pages.parts.choices import selectbox
from pages.parts.i18n import language, t
from pages.parts.messages import show_error

HUGGING_FACE = "hf"
_EXAMPLES = {
    "label": "fine_label",
    "image": "image",
    "subset": "default",
    "splits": "training=train, exam=test",
}
"""What may be chosen of a repository, and how it is written."""


@dataclass(frozen=True)
class Named:
    """What is chosen so far."""

    source: str = ""
    """As core.data.named.job takes it; "" where nothing is named yet."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What Columns.of in core.data.named.hugging_face takes."""
    folder: str = ""
    """Where its files already are; "" where they are to be fetched."""
    readable: bool = True
    """The packages that it takes are installed."""


def named_set() -> Named:
    """The choice of a set and of what is used of it."""
    st.markdown(t("data.named_text"))
    chosen = selectbox(
        t("data.named"),
        [*KNOWN, HUGGING_FACE],
        index=None,
        key="data_named",
        placeholder=t("data.named_placeholder"),
        format_func=_label,
        persist_state="session",
        filter_mode="contains",  # what is typed whole comes first: CIFAR10 before CIFAR100
    )
    if chosen is None:
        return Named()
    if chosen == HUGGING_FACE:
        name = st.text_input(
            t("data.repository"), key="data_repository", placeholder="owner/name", persist_state="session"
        ).strip()
        return _checked(_more(f"{HUGGING_FACE}:{name}" if name else "", _EXAMPLES), Source("hf", name))
    known = KNOWN[chosen]
    st.caption(known.terms[language()])
    columns = {}
    if known.labels:
        columns["label"] = selectbox(
            t("data.named_label"), known.labels, key=f"data_named_label_{chosen}", persist_state="session"
        )
    more = _more(f"torchvision:{chosen}", {})
    return _checked(replace(more, columns=columns), Source("torchvision", chosen))


def _checked(named: Named, source: Source) -> Named:
    """The choice; says where packages are missing that it takes."""
    try:
        source.check_packages(Path(named.folder) if named.folder else None)
    except PackagesMissing as error:
        show_error(error)
        return replace(named, readable=False)
    return named


def _more(source: str, examples: Mapping[str, str]) -> Named:
    """The fields that usually stay empty."""
    with st.expander(t("data.more"), icon=":material/tune:", key="import_more"):
        st.caption(t("data.more_text"))
        columns = {
            key: st.text_input(
                t(f"data.more_{key}"), key=f"data_more_{key}", placeholder=example, persist_state="session"
            )
            for key, example in examples.items()
        }
        folder = st.text_input(
            t("data.more_folder"),
            key="data_more_folder",
            placeholder="/home/me/sets",
            help=t("data.more_folder_help"),
            persist_state="session",
        )
    return Named(source, columns, folder.strip())


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
