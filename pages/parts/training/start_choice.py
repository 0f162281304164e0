"""Which model is trained, from what, and how much of it: answered by what is proposed for the pictures, until somebody
answers otherwise."""

from typing import Any, cast, get_args

import streamlit as st

from core.data.dataset import DataSet
from core.runs.proposals import is_drawn, proposed, proposed_model, proposed_start
from core.runs.recipe import IMAGENET, RANDOM, Trains, get_model
from core.words import Text, plain
from pages.parts.address import adopt, keep
from pages.parts.choices import segmented_control, selectbox
from pages.parts.i18n import literal, say, t
from pages.parts.training.model_choice import chosen_start, model_choices

TRAINS: tuple[Trains, ...] = get_args(Trains)


def followed(key: str, proposal: Any) -> Any:
    """Have the box `key` show what is proposed now where it shows what was proposed before; returns the proposal."""
    place = proposed_place(key)
    before = st.session_state.get(place)
    if before is not None and before != proposal and st.session_state.get(key, before) == before:
        st.session_state[key] = proposal
    st.session_state[place] = proposal
    return proposal


def proposed_place(key: str) -> str:
    """Session: what was proposed last for the box `key`. Whoever fills the box with something else on purpose removes it."""
    return f"{key}_proposed"


def model_choice(data_set: DataSet) -> str:
    """The key of the model that is chosen."""
    proposal = followed("train_model", proposed_model(data_set))
    offered = model_choices()
    known = list(offered)
    adopt("train", "model", "train_model", Text(en="model", ko="모델"), offered)
    return str(
        selectbox(
            t("train.model"),
            known,
            index=known.index(proposal),
            format_func=lambda key: say(offered[key]),
            key="train_model",
            persist_state="session",
            help=t("train.model_help"),
        )
    )


def start_choice(data_set: DataSet, model: str) -> tuple[str, Trains]:
    """What the weights begin as, and how much of them learns.

    For photos they begin as ImageNet's where these are on this machine; drawn pictures look like no photo, and are
    learned from scratch. Whoever chose a run to start from has answered already.
    """
    if (run := chosen_start(model)) is not None:
        st.caption(f":material/moving: {t('train.starts_from', name=literal(say(run.label)))}")
        start = run.id
    else:
        start = _imagenet_or_random(data_set, model)
    if start == RANDOM:
        keep("train", trains=None)
        return RANDOM, "all"
    proposal = followed("train_trains", proposed(data_set, model, start).trains)
    adopt(
        "train",
        "trains",
        "train_trains",
        Text(en="what learns", ko="학습할 부분"),
        {one: plain(one) for one in TRAINS},
    )
    trains = segmented_control(
        t("train.trains"),
        TRAINS,
        default=proposal,
        required=True,
        format_func=lambda one: t(f"train.trains_{one}"),
        key="train_trains",
        persist_state="session",
        help=t("train.trains_help"),
    )
    found = cast(Trains, str(trains or proposal))
    keep("train", trains=found)
    return start, found


def _imagenet_or_random(data_set: DataSet, model: str) -> str:
    weights = get_model(model).weights
    if weights is None:
        return RANDOM
    chosen = st.toggle(
        t("train.pretrained"),
        proposed_start(data_set, model) == IMAGENET,
        key=imagenet_key(data_set, model),
        persist_state="session",
        bind="query-params",
        help=t("train.pretrained_here" if weights.here() else "train.pretrained_fetch"),
    )
    return IMAGENET if chosen else RANDOM


def imagenet_key(data_set: DataSet, model: str) -> str:
    """The switch for ImageNet weights: one for each kind of pictures, as another start fits each."""
    return f"train_imagenet_{model}_{'drawn' if is_drawn(data_set) else 'photos'}"
