"""The noise lab: a photo, noises with sliders, and what a model says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.images import difference
from core.lab.live import LiveLab, Scene
from core.lab.spectrum import spectra
from core.networks.imagenet import imagenet_labels
from core.noise.catalogue import get_noise
from core.pixels import Image
from core.runs.runs import Run
from pages.parts.i18n import language, say, t
from pages.parts.lab.answer import Asked, answering, shown
from pages.parts.lab.asked_runs import asked_runs, follow_training, key_of
from pages.parts.lab.controls import (
    chosen_model,
    chosen_model2,
    chosen_photo,
    model_control,
    model_name,
    photo_controls,
    second_control,
    seed_control,
)
from pages.parts.lab.firmly import holding
from pages.parts.lab.noise_controls import add_noise, noise_cards, sliders_of
from pages.parts.lab.said import model_says, state_of_model
from pages.parts.lab.session import (
    OWN,
    PHOTO,
    Lab,
    open_lab,
    write_address,
)
from pages.parts.lab.shown import Shown
from pages.parts.lab.stage import stage
from pages.parts.lab.style import lab_style
from pages.parts.lab.takeaway import takeaway
from pages.parts.lab.tools import lab_tools
from pages.parts.messages import show_error, small_heading
from pages.parts.pictures import picture
from pages.parts.services.lab import live_lab


def pictures(lab: Lab, live: LiveLab, scene: Scene, models: Mapping[str, str]) -> None:
    """Original, noisy, difference; they follow the sliders, and so does what `models` say."""
    what = ", ".join(say(get_noise(one.noise).name) for one in lab.stacked)
    numbers = ", ".join(
        f"{value:g}" if isinstance(value, float) else str(value)
        for one in lab.stacked
        for value in one.params.values()
    )
    alt = {
        "original": t("preview.original_alt"),
        "noisy": t("preview.noisy_alt", noises=what, numbers=numbers) if what else t("preview.no_noise_alt"),
        "difference": t("preview.difference_alt", gain="{gain}"),
    }
    stage(live, scene, sliders_of(lab), alt, models)


def spectrum(place: DeltaGenerator, clean: Image, noisy: Image) -> None:
    """Where the noise sits among coarse and fine, once somebody opens it."""
    with place:
        opened = st.expander(t("stage.spectrum"), on_change="rerun", key="lab_spectrum")
    if not opened.open:
        return
    with opened:
        names = [t(f"stage.spectrum_{which}") for which in ("original", "noisy", "difference")]
        found = spectra([clean, noisy, difference(clean, noisy)])
        for column, name, image in zip(st.columns(3), names, found, strict=True):
            with column:
                picture(shown(image), name, t("stage.spectrum_alt", what=name))
        st.caption(t("stage.spectrum_help"))


def photo_for(lab: Lab, runs: dict[str, Run], model: str) -> Shown:
    """The photo at the size where `model` takes it, without noise."""
    summary = runs[model].summary if model in runs else None
    size = summary.size or None if summary else None
    photo = chosen_photo(lab, size)
    chosen = st.session_state[PHOTO]
    return Shown(
        name=lab.own.name if chosen == OWN and lab.own else f"{chosen}.png",
        photo=photo,
        noisy=photo.pixels,
        stack=[],
        seed=lab.seed,
        mixed=lab.second,
        model=key_of(lab.keys, runs, model),
        size=size,
        table=(summary.table if summary else "") or "imagenet_c",
        labels=runs[model].class_labels if model in runs else imagenet_labels(),
    )


@st.fragment
def noise_lab() -> None:
    """The whole lab; a move of a slider runs this alone."""
    lab_style()
    lab = open_lab()
    runs = asked_runs()
    with st.container(key="lab"):  # on a phone the photo, the results and the noises follow each other
        controls, results = st.columns([1, 2.85], gap="large")
    first, rest = (controls.container(key=f"lab_{place}") for place in ("first", "rest"))
    results = results.container(key="lab_results")
    live = live_lab()
    model, model2 = chosen_model(lab, runs), chosen_model2(runs)
    clean = photo_for(lab, runs, model)
    live.put(clean.photo, [(one.number, one.layer) for one in lab.stacked], clean.seed, clean.mixed)
    now = replace(clean, stack=lab.stack, noisy=live.noisy())
    asked = [Asked(now)]
    if model2 is not None:
        asked = [
            Asked(now, model_name(runs, model)),
            Asked(photo_for(lab, runs, model2), model_name(runs, model2), "_1"),
        ]
    states = [state_of_model(lab, each.shown.model) for each in asked]
    ready = [each for each, state in zip(asked, states, strict=True) if state == "ready"]
    live.answering = answering(ready, now.photo, language())
    live.holding = holding(ready, now.photo, language())
    with results:
        troubles = st.container(key="lab_troubles")
        for trouble in lab.troubles:
            with troubles:
                show_error(trouble)
        if lab.photo_gone:
            troubles.info(t("preview.photo_gone"), icon=":material/add_photo_alternate:")
        if lab.model_gone:
            troubles.info(t("preview.model_gone"), icon=":material/info:")
        with st.container(key="lab_result"):
            with st.container(key="lab_seen"):
                verdict = st.container(key="lab_verdict")
                pictures(lab, live, live.scene, {each.place: each.shown.model for each in ready})
            with st.container(key="lab_below"):
                below = st.container()
                takeaway(now)
    spectrum_place = st.container()
    views = st.container()
    cards: Sequence[DeltaGenerator] = [verdict]
    if model2 is not None:
        with verdict, st.container(key="lab_two"):
            cards = st.columns(2)
    for each, state, card in zip(asked, states, cards, strict=True):
        model_says(lab, each, state, card, below.container())
    with first:
        st.title(t("preview.title"))
        photo_controls(lab)
    with rest:
        small_heading(t("preview.noises"), 2, "noises", help=t("preview.noises_help"))
        noise_cards(lab, now.table)
        add_noise(lab, now.table)
        second_control(lab)
        seed_control()
        model_control(lab, runs, now)

    write_address(lab, st.session_state[PHOTO], now.seed, model, model2)
    spectrum(spectrum_place, now.prepared, now.noisy)
    with views:
        lab_tools(lab, now)
    follow_training(runs, [model, *([model2] if model2 else [])])


noise_lab()
