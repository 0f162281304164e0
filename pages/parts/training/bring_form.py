"""The form that brings in what was made elsewhere: a model, or the answers of one that cannot come here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.brought.arrived import keep_model
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.files import remove_folder
from core.words import Text, plain
from pages.parts.address import adopt
from pages.parts.bring_predictions import predictions_form
from pages.parts.choices import segmented_control
from pages.parts.data_set_choice import data_set_choice
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.services.workspace import workspace

KINDS = ("model", "predictions")
_ROUND = "bring_round"
"""Session: counts what was brought in, so that each begins with empty fields."""
_STARTED = "bring_started"
"""Session: the title of the job that the click before this run has queued."""


def bring_form(data_sets: list[DataSet]) -> bool:
    """The form; whether the click before this run has queued or taken what was chosen on it."""
    sets = {one.id: plain(one.name) for one in data_sets}
    adopt("train", "data", "train_data", Text(en="data set", ko="데이터 세트"), sets)
    started = st.session_state.pop(_STARTED, None)
    if started is not None:
        st.toast(t("elsewhere.queued", name=literal(say(started))), icon=":material/check:")
    kind = segmented_control(
        t("elsewhere.kind"),
        KINDS,
        default=KINDS[0],
        required=True,
        format_func=lambda key: t(f"elsewhere.kind_{key}"),
        key="bring_kind",
        persist_state="session",
        label_visibility="collapsed",
    )
    if kind == "predictions":
        return predictions_form(data_sets)
    _model_form(data_sets)
    return started is not None


def _model_form(data_sets: Sequence[DataSet]) -> None:
    round_ = st.session_state.setdefault(_ROUND, 0)
    st.markdown(t("elsewhere.model_about"))
    files = st.file_uploader(
        t("elsewhere.file"),
        accept_multiple_files=True,
        key=f"bring_file_{round_}",
        help=t("elsewhere.file_help"),
    )
    data_set = data_set_choice(data_sets, t("elsewhere.data"), t("elsewhere.data_help"))
    labels = [literal(say(label)) for label in data_set.class_labels[:8]]
    more = len(data_set.classes) - len(labels)
    st.caption(t("elsewhere.classes_of", names=", ".join(labels) + (f" +{more}" if more > 0 else "")))
    name = st.text_input(
        t("train.name"),
        max_chars=80,
        placeholder=Path(files[0].name).stem if files else "",
        key=f"bring_name_{round_}",
    )
    model, classes = "", ""
    further = st.expander(t("elsewhere.further"), key="bring_further", icon=":material/tune:")
    with further:
        model = st.text_input(
            t("elsewhere.model"),
            key=f"bring_model_{round_}",
            placeholder="resnet18, timm:vit_tiny_patch16_224",
            help=t("elsewhere.model_help"),
        )
        classes = st.text_input(
            t("elsewhere.classes"),
            key=f"bring_classes_{round_}",
            placeholder=", ".join(data_set.classes[:4]),
            help=t("elsewhere.classes_help"),
        )
    clicked = st.button(
        t("elsewhere.bring"),
        type="primary",
        icon=":material/move_to_inbox:",
        key="bring_go",
        disabled=not files,
        help=None if files else t("elsewhere.no_file"),
    )
    if clicked and files:
        _bring(files, data_set, model.strip(), classes, name.strip(), round_)


def _bring(files: Sequence[Any], data_set: DataSet, model: str, classes: str, name: str, round_: int) -> None:
    from core.brought.job import submit_bring

    kept: Path | None = None
    try:
        kept = keep_model(workspace(), [(one.name, one.getbuffer()) for one in files])
        order = [one.strip() for one in classes.split(",") if one.strip()]
        called = name or Path(files[0].name).stem
        job = submit_bring(workspace(), kept, data_set, model, order, called, delete_source=True)
    except NoiseLensError as error:
        if kept is not None:
            remove_folder(kept.parent)
        show_error(error)
        return
    st.session_state[_ROUND] = round_ + 1
    st.session_state[_STARTED] = job.title
    st.rerun()
