"""The noise lab's choices beside the noises: photo, model, seed, second photo."""

import random

import streamlit as st

from core.lab.photo import Photo
from core.noise.catalogue import get_noise
from core.noise.stack import LARGEST_SEED
from core.resizing import PHOTO_SIDE, size_within
from core.runs.runs import Run
from core.samples import SAMPLES
from models.registry import models
from pages.parts.choices import pills, selectbox
from pages.parts.i18n import say, t
from pages.parts.lab.asked_runs import how_far_trained
from pages.parts.lab.photo_sources import photo_sources
from pages.parts.lab.session import (
    CAMERA,
    DEFAULT_MODEL,
    MODEL,
    MODEL2,
    OWN,
    PHOTO,
    SECOND,
    SEED,
    UPLOAD,
    Lab,
)
from pages.parts.lab.shown import Shown
from pages.parts.messages import show_error, show_notes
from pages.parts.number_field import number_field
from pages.parts.services.lab import sample_photo

# What comes with a package first: it needs no network.
WITH_WEIGHTS = dict(
    sorted(
        ((key, (spec, spec.weights.local)) for key, spec in models().items() if spec.weights is not None),
        key=lambda item: not item[1][1],
    )
)
UPLOAD_MB = 200
"""More than core.images takes: a picture that is too large is to get our sentence."""


def uploader(lab: Lab, key: str, label: str, about: str) -> None:
    """Where a picture file is dropped; core.images says what is wrong with one, in both languages."""
    with st.container(key=f"uploader_{key}"):
        st.file_uploader(
            label,
            key=lab.widget_of(key),
            on_change=lab.take_upload,
            args=(key,),
            help=about,
            max_upload_size=UPLOAD_MB,
        )
    say_refused(lab, key)


def say_refused(lab: Lab, key: str) -> None:
    """What was wrong with the file last given to the uploader, if it could not be used."""
    if key in lab.refused:
        show_error(lab.refused[key])
        show_notes([t("preview.earlier_stays")])


def chosen_photo(lab: Lab, size: int | None) -> Photo:
    """The photo for a network that takes squares of `size` px, or photos (None)."""
    chosen = st.session_state[PHOTO]
    return lab.own.at(size) if chosen == OWN and lab.own else sample_photo(chosen, size)


def photo_controls(lab: Lab) -> None:
    """Which photo, and what is to be said of it."""
    pills(
        t("preview.photo"),
        lab.photos,
        format_func=lambda key: t("preview.own") if key == OWN else say(SAMPLES[key].name),
        key=PHOTO,
        required=True,
        on_change=lab.forget_refused,
        persist_state="session",
    )
    uploader(lab, UPLOAD, t("preview.upload"), t("preview.upload_help"))
    photo_sources(lab)
    say_refused(lab, CAMERA)
    if st.session_state[PHOTO] == OWN and lab.own:
        height, width = lab.own.height, lab.own.width
        smaller = []
        wide, high = size_within(width, height, PHOTO_SIDE)
        if (wide, high) != (width, height):
            smaller = [
                t("preview.made_smaller", width=f"{width:,}", height=f"{height:,}", wide=wide, high=high)
            ]
        show_notes([*(say(note) for note in lab.own.notes), *smaller, t("preview.not_in_address")])
    else:
        sample = SAMPLES[st.session_state[PHOTO]]
        st.caption(t("preview.credit", credit=sample.credit, licence=say(sample.licence)))


def chosen_model(lab: Lab, runs: dict[str, Run]) -> str:
    """The model or run that is asked; the first model where the one chosen before is gone."""
    if st.session_state[MODEL] not in (*WITH_WEIGHTS, *runs):
        st.session_state[MODEL] = DEFAULT_MODEL
        lab.model_gone = True
    return str(st.session_state[MODEL])


def chosen_model2(runs: dict[str, Run]) -> str | None:
    """The model or run that the first is compared with."""
    if st.session_state[MODEL2] not in {*WITH_WEIGHTS, *runs} - {st.session_state[MODEL]}:
        st.session_state[MODEL2] = None
    key: str | None = st.session_state[MODEL2]
    return key


def model_name(runs: dict[str, Run], key: str) -> str:
    """What a model or run is called."""
    if key not in runs:
        return WITH_WEIGHTS[key][0].name
    run = runs[key]
    return t("preview.run" if run.origin is None else "elsewhere.in_lab", name=say(run.label))


def model_control(lab: Lab, runs: dict[str, Run], now: Shown) -> None:
    """Which classifier, with ImageNet weights or a run, and which to compare it with."""

    def name(key: str) -> str:
        said = model_name(runs, key)
        return t("preview.fetched", name=said) if key in fetched else said

    local = [key for key, (_, here) in WITH_WEIGHTS.items() if here]
    fetched = [key for key in WITH_WEIGHTS if key not in local]
    selectbox(
        t("preview.model"),
        [*local, *runs, *fetched],
        format_func=name,
        key=MODEL,
        help=t("preview.model_help"),
        on_change=lab.choose_model,
        persist_state="session",
    )
    if st.session_state[MODEL] in runs:
        how_far_trained(runs[st.session_state[MODEL]])
    if now.size and now.table != "imagenet_c":
        st.caption(t("preview.own_levels", size=now.size))
    selectbox(
        t("tools.model2"),
        [key for key in (*local, *runs, *fetched) if key != st.session_state[MODEL]],
        index=None,
        format_func=name,
        key=MODEL2,
        placeholder=t("tools.model2_none"),
        help=t("tools.model2_help"),
        on_change=lab.choose_model,
        persist_state="session",
    )
    if st.session_state[MODEL2] in runs:
        how_far_trained(runs[st.session_state[MODEL2]])
    if not runs:
        st.page_link("train.py", label=t("tools.model2_train"), icon=":material/model_training:")


def seed_control() -> None:
    """Which draw of the chance; one that cannot be is said to, and the one before counts."""

    def roll() -> None:
        st.session_state[SEED] = random.randrange(1000)  # noqa: S311 - a seed to try, no secret

    number, button = st.columns(2, vertical_alignment="bottom")
    with number:
        number_field(
            t("preview.seed"),
            0,
            LARGEST_SEED,
            "min",
            step=1,
            key=SEED,
            help=t("preview.seed_help"),
            persist_state="session",
        )
    button.button(t("preview.roll"), icon=":material/casino:", on_click=roll, width="stretch")


def second_control(lab: Lab) -> None:
    """The picture that is mixed in, where a noise of the stack takes one."""
    if any(get_noise(stacked.noise).needs_second for stacked in lab.stacked):
        uploader(lab, SECOND, t("preview.second"), t("preview.second_help"))
