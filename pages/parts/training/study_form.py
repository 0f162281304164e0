"""The form that starts a study: data, model, the question, seeds and epochs; what it takes, and one button."""

import time

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.runs.recipe import weights_licence
from core.runs.studies import list_studies
from core.studies.ready import READY
from core.studies.study import MOST_SEEDS, SEEDS, NewStudy, plan_study
from core.words import Text, plain
from pages.parts.address import adopt, keep
from pages.parts.choices import segmented_control, selectbox
from pages.parts.data_set_choice import data_set_choice
from pages.parts.how_sure import warn_of_few
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.number_field import number_field
from pages.parts.numbers import size_words
from pages.parts.progress import span
from pages.parts.services.workspace import workspace
from pages.parts.training.form import TWICE_WITHIN, training_jobs
from pages.parts.training.start_choice import model_choice

KINDS = ("one", "study", "bring")
_STARTED = "study_started"
"""Session: the label of the study that the click before this run has queued."""


def choose_kind() -> str:
    """Whether one model is trained, a study, or what was made elsewhere is brought in: one of KINDS."""
    known = {key: plain(key) for key in KINDS}
    adopt("train", "what", "train_what", Text(en="choice", ko="선택"), known)
    chosen = segmented_control(
        t("train.what"),
        list(KINDS),
        default="one",
        required=True,
        format_func=lambda key: t(f"train.what_{key}"),
        key="train_what",
        persist_state="session",
        label_visibility="collapsed",
    )
    keep("train", what=None if chosen == "one" else chosen)
    return str(chosen or "one")


def study_form(data_sets: list[DataSet]) -> bool:
    """The form; whether the click before this run has queued what was chosen on it."""
    kinds = {
        "data": (Text(en="data set", ko="데이터 세트"), {one.id: plain(one.name) for one in data_sets}),
        "study": (Text(en="study", ko="연구"), {key: ready.name for key, ready in READY.items()}),
    }
    for field, (kind, known) in kinds.items():
        adopt("train", field, f"train_{field}", kind, known)
    started = st.session_state.pop(_STARTED, None)
    if started is not None:
        st.toast(t("train.study_queued", name=literal(say(started))), icon=":material/check:")
    data_set = data_set_choice(data_sets, t("train.data"))
    warn_of_few(data_set.split_counts["test"], data_set.tested)
    model = model_choice(data_set)
    key = str(
        selectbox(
            t("train.study"),
            list(READY),
            format_func=lambda key: say(READY[key].name),
            key="train_study",
            persist_state="session",
        )
    )
    ready = READY[key]
    st.caption(literal(say(ready.sentence)))
    seeds = number_field(
        t("train.study_seeds"),
        1,
        MOST_SEEDS,
        SEEDS,
        key="train_seeds",
        persist_state="session",
        bind="query-params",
        help=t("train.study_seeds_help"),
    )
    new = _planned(data_set, key, model, seeds, None)
    usual = 1 if new is None else max(1, min(one.recipe.epochs for one in new.trainings))
    epochs = number_field(
        t("train.epochs"),
        1,
        1000,
        usual,
        # One for each number that is proposed.
        key=f"train_study_epochs_{usual}",
        persist_state="session",
        bind="query-params",
        help=t("train.epochs_help"),
    )
    keep("train", data=data_set.id, model=model, study=key)
    if new is not None and epochs is not None and epochs != usual:
        new = _planned(data_set, key, model, seeds, epochs)
    if new is not None:
        licences = [weights_licence(one.recipe) for one in new.trainings]
        for licence in {said["en"]: said for said in licences if said is not None}.values():
            st.caption(f":material/license: {literal(say(licence))}")
        expected = new.expected(workspace())
        st.markdown(
            t(
                "train.study_takes",
                runs=expected.runs,
                time=span(expected.time),
                disk=size_words(expected.disk),
            )
        )
    if training_jobs():
        st.caption(t("train.button_queue"))
    clicked = st.button(
        t("train.study_button"),
        type="primary",
        icon=":material/science:",
        width="stretch",
        key="train_study_go",
        disabled=new is None or seeds is None or epochs is None,
    )
    if clicked and new is not None:
        try:
            newest = next(iter(list_studies(workspace())), None)
            if (
                newest is not None
                and newest.plan == new.study.plan
                and time.time() - newest.created < TWICE_WITHIN
            ):
                st.toast(t("train.once"), icon=":material/check:")
            else:
                new.submit(workspace())
                st.session_state[_STARTED] = new.study.label
        except NoiseLensError as error:
            show_error(error)
        if _STARTED in st.session_state:
            st.rerun()
    return started is not None


def _planned(
    data_set: DataSet, key: str, model: str, seeds: int | None, epochs: int | None
) -> NewStudy | None:
    """The study as it is chosen; None, and a sentence, where it cannot be."""
    if seeds is None:
        return None
    try:
        return plan_study(workspace(), data_set, READY[key], model, int(seeds), epochs)
    except NoiseLensError as error:
        show_error(error)
        return None
