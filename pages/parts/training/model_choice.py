"""What the form offers to train, and to start from."""

import streamlit as st

from core.errors import NoiseLensError
from core.runs.recipe import get_model
from core.runs.runs import Run, list_runs
from core.words import Text, plain
from models.registry import models
from pages.parts.address import asked
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, t
from pages.parts.messages import show_error
from pages.parts.origin import marked
from pages.parts.services.workspace import workspace

_TYPED = "train_other_typed"
"""Session: the name that was typed before this run."""
_OTHER = "train_other"
"""Session: the key of the model that was asked for by its name last."""
_UNKNOWN = "train_other_unknown"
"""Session: what is wrong with the name that was typed."""
NO_RUN = ""


def model_choices() -> dict[str, Text]:
    """What may be trained, by key: the registered models, and after them what was asked for by its name.

    A name that was typed in `other_model`'s field is looked up here, above the box with the models.
    """
    found = {key: plain(spec.name) for key, spec in models().items()}
    state = st.session_state
    if (typed := state.pop(_TYPED, None)) is not None:
        with st.spinner(t("train.other_model_looking", name=literal(typed))):
            state[_UNKNOWN] = _why_not(typed) if typed else None
        if typed and state[_UNKNOWN] is None:
            state[_OTHER] = state["train_model"] = typed
            state["train_other_name"] = ""
    for key in (state.get(_OTHER), state.get("train_model"), asked("train", "model")):
        if key and key not in found and _why_not(key) is None:
            found[key] = plain(get_model(key).name)
    return found


def _why_not(key: str) -> NoiseLensError | None:
    """Why a model cannot be trained."""
    try:
        get_model(key)
    except NoiseLensError as error:
        return error
    return None


def other_model() -> None:
    """The field for the name of a model that is not in the list; one that there is becomes the model of the form."""
    st.text_input(
        t("train.other_model"),
        max_chars=100,
        key="train_other_name",
        placeholder="regnet_y_400mf",
        help=t("train.other_model_help"),
        on_change=_take_other,
    )
    error = st.session_state.get(_UNKNOWN)
    if error is not None:
        show_error(error)


def _take_other() -> None:
    state = st.session_state
    state[_TYPED] = state["train_other_name"].strip()


def start_choices(model: str) -> dict[str, Run]:
    """The runs whose weights a training of `model` may start from, by id, newest first."""
    return {run.id: run for run in list_runs(workspace()) if run.recipe.model == model and run.trained}


def chosen_start(model: str) -> Run | None:
    """The run that is to be started from; None where none was chosen."""
    return start_choices(model).get(st.session_state.get(_start(model), NO_RUN))


def choose_start(model: str) -> None:
    """The choice of a run to start from, where there is one of the same model."""
    known = start_choices(model)
    if not known:
        return
    key = _start(model)
    if st.session_state.get(key, NO_RUN) not in known:
        st.session_state.pop(key, None)
    selectbox(
        t("train.start_run"),
        [NO_RUN, *known],
        format_func=lambda one: marked(known[one]) if one in known else t("train.start_none"),
        key=key,
        persist_state="session",
        help=t("train.start_run_help"),
    )


def take_start(model: str, run_id: str | None) -> None:
    """Choose the run to start from, for the next run of the page; for `on_click`."""
    st.session_state[_start(model)] = run_id or NO_RUN


def _start(model: str) -> str:
    return f"train_from_{model}"
