"""The noise lab: a photo, noises with sliders, and what a model says of it."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import NoiseLensError
from core.explanation.overlay import WHOLE, overlay, shared_scale
from core.explanation.sureness import unsure
from core.explanation.views import enlarged
from core.imagenet import imagenet_labels
from core.images import difference, prepared_photo, square
from core.live import LiveLab, Scene
from core.noise.catalogue import Image, get_noise
from core.noise.stack import apply_stack
from core.spectrum import spectra
from core.training.runs import Run, list_runs
from pages.parts.answer_bars import answer_bars
from pages.parts.i18n import literal, say, t
from pages.parts.lab import (
    OWN,
    PHOTO,
    SEED,
    Lab,
    open_lab,
    write_address,
)
from pages.parts.lab_controls import (
    chosen_model,
    chosen_model2,
    chosen_photo,
    model_control,
    model_name,
    photo_controls,
    second_control,
    seed_control,
)
from pages.parts.lab_style import lab_style
from pages.parts.lab_takeaway import takeaway
from pages.parts.lab_tools import lab_tools
from pages.parts.messages import sentence_card, show_error
from pages.parts.noise_controls import add_noise, noise_card, sliders_of
from pages.parts.numbers import answer, percent
from pages.parts.pictures import overlay_legend, picture, side_by_side
from pages.parts.services import classifier_ready, explain_soon, explained, live_lab, workspace
from pages.parts.shown import Shown
from pages.parts.stage import stage

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

KNOWN_SHOWN = 8
"""Classes of a run that are named below its answer."""
LEAST_SHOWN = 256
"""Smaller pictures are shown enlarged to this, px."""


def sentence(clean: "Explanation", noisy: "Explanation", now: Shown, who: str = "") -> None:
    """Does the model, called `who` where there are two, change its mind?"""
    (before, sure), (after, sure_after) = (
        (literal(name), share) for said in (clean, noisy) for name, share in now.named(said, 1)
    )
    first = f":gray-background[{answer(before, sure)}]"
    then = f":primary-background[{answer(after, sure_after)}]"
    guess = "_unsure" if unsure(sure, len(clean.classes)) else ""
    if not now.stack:
        headline = t(f"preview.sees{guess}", before=first)
    elif clean.prediction == noisy.prediction:
        headline = t(f"preview.keeps{guess}", before=first, sure_after=percent(sure_after))
    else:
        lost = "_lost" if unsure(sure_after, len(noisy.classes)) else ""
        headline = t(f"preview.changes{guess or lost}", before=first, after=then)
    knows = None
    if now.size is not None:  # a run: any photo gets one of its few classes, with confidence
        names = [literal(now.label(name)) for name in clean.classes]
        more = f" … (+{len(names) - KNOWN_SHOWN})" if len(names) > KNOWN_SHOWN else ""
        knows = t("preview.knows", classes=", ".join(names[:KNOWN_SHOWN]) + more)
    sentence_card(headline, knows, level=4 if who else 2, above=literal(who))


def row_of_three(key: str) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Places for a pair, which stays a pair on a phone, for a third beside it, and for words under the pair."""
    pair, third = st.columns([2.03, 1])  # as wide as three equal columns with the gap between the first two
    with pair, side_by_side(f"lab_{key}"):
        left, middle = st.columns(2)
    return left, middle, third.container(key=f"lab_third_{key}"), pair.container()


def counted(now: Shown, clean: "Explanation", noisy: "Explanation", place: str = "") -> None:
    """What counted for either, and the classes of both; `place` tells a second model's apart."""
    scale = shared_scale([clean.attribution, noisy.attribution])
    pairs = (("original", now.prepared, clean), ("noisy", now.noisy, noisy))
    left, middle, right, under = row_of_three(f"counted{place}")
    for column, (which, image, said) in zip((left, middle), pairs, strict=True):
        name = now.label(said.classes[said.target])
        with column:
            picture(
                shown(overlay(image, said.attribution, scale=scale, box=said.box)),
                t(f"preview.counted_{which}", name=literal(name)),
                t(f"preview.counted_{which}_alt", name=name),
            )
    keys = [key for key, _ in (*clean.top(), *noisy.top())]
    values = [
        {key: float(said.probabilities[said.classes.index(key)]) for key in keys} for said in (clean, noisy)
    ]
    with right:
        alt = t(
            "preview.chart_alt",
            clean=", ".join(f"{name} {percent(share)}" for name, share in now.named(clean)),
            noisy=", ".join(f"{name} {percent(share)}" for name, share in now.named(noisy)),
        )
        answer_bars(values[0], values[1], alt, now.label)
    with under:
        legend, about = st.columns(2)
        with legend:
            overlay_legend()
        part = t("preview.square") if clean.box != WHOLE else ""
        about.caption(t("preview.counted_help", seen=part))


def shown(image: Image) -> Image:
    """A picture of a data set's size enlarged, so that its pixels can be seen; others as they are."""
    return enlarged(image, LEAST_SHOWN) if image.shape[0] < LEAST_SHOWN / 2 else image


def pictures(lab: Lab, live: LiveLab, scene: Scene) -> None:
    """Original, noisy, difference; they follow the sliders."""
    what = ", ".join(say(get_noise(entry.noise).name) for entry in lab.entries)
    numbers = ", ".join(
        f"{value:g}" if isinstance(value, float) else str(value)
        for e in lab.entries
        for value in e.params.values()
    )
    alt = {
        "original": t("preview.original_alt"),
        "noisy": t("preview.noisy_alt", noises=what, numbers=numbers) if what else t("preview.no_noise_alt"),
        "difference": t("preview.difference_alt", gain="{gain}"),
    }
    stage(live, scene, sliders_of(lab), alt)


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


@st.fragment(run_every=0.4)
def while_loading(lab: Lab, model: str, place: str) -> None:
    """Places of the final size until torch and the weights are loaded; the pictures above can be used.

    Loading begins with the clock's first tick, when those pictures have left: an import takes turns with them.
    """
    if classifier_ready(model, start=lab.shown):
        st.rerun()
    lab.shown = True
    left, middle, right, _ = row_of_three(f"loading{place}")
    for column in (left, middle, right):
        column.skeleton(height=320)


def state_of(lab: Lab, runs: dict[str, Run], model: str, live: LiveLab | None = None) -> Shown:
    """The photo with and without the noises, at the size where `model` takes it; `live` shows it from now on."""
    photo, seed = chosen_photo(lab), int(st.session_state[SEED] or 0)
    summary = (runs[model].summary or {}) if model in runs else {}
    size = int(summary["size"]) if summary else None
    prepared = square(photo, size) if size else prepared_photo(photo)
    second = lab.second.pixels if lab.second else None
    if live is None:
        noisy = apply_stack(prepared, lab.stack, seed, second=second)
    else:
        live.put(prepared, [(entry.number, entry.layer) for entry in lab.entries], seed, second)
        noisy = live.noisy()
    chosen = st.session_state[PHOTO]
    return Shown(
        name=lab.own_name if chosen == OWN else f"{chosen}.png",
        prepared=prepared,
        noisy=noisy,
        stack=lab.stack,
        seed=seed,
        second=second,
        model=model,
        size=size,
        table=str(summary.get("table", "imagenet_c")),
        labels=runs[model].class_labels if model in runs else imagenet_labels(),
    )


def model_says(
    lab: Lab, now: Shown, verdict: DeltaGenerator, below: DeltaGenerator, who: str = "", place: str = ""
) -> None:
    """One model's answer into `verdict` and what counted for it into `below`, or that it is being loaded.

    Args:
        who: what the model is called, where there are two.
        place: tells a second model's widgets apart.
    """
    if not classifier_ready(now.model, start=False):
        with verdict:
            st.skeleton(height=88)
        with below:
            while_loading(lab, now.model, place)
        return
    try:
        clean = explained(now.model, now.prepared)
        said = explained(now.model, now.noisy) if now.stack else clean
    except NoiseLensError as error:
        with verdict:
            show_error(error)
        return
    with verdict:
        sentence(clean, said, now, who)
    with below:
        if who:
            st.markdown(f"##### {literal(who)}")
        counted(now, clean, said, place)


@st.fragment
def noise_lab() -> None:
    """The whole lab; a move of a slider runs this alone."""
    lab_style()
    lab = open_lab()
    runs = {run.id: run for run in list_runs(workspace()) if run.trained}
    with st.container(key="lab"):  # on a phone the photo, the results and the noises follow each other
        controls, results = st.columns([1, 2.85], gap="large")
    first, rest = (controls.container(key=f"lab_{place}") for place in ("first", "rest"))
    results = results.container(key="lab_results")
    live = live_lab()
    now, model2 = state_of(lab, runs, chosen_model(runs), live), chosen_model2(runs)
    if now.stack:
        explain_soon(now.model, now.noisy)
    with results:
        troubles = st.container(key="lab_troubles")
        for trouble in lab.troubles:
            with troubles:
                show_error(trouble)
        with st.container(key="lab_seen"):  # stays in sight
            verdict = st.container()
            pictures(lab, live, live.scene)
        below, spectrum_place = st.container(), st.container()
        takeaway(now)
        views = st.container()
    with first:
        st.title(t("preview.title"))
        photo_controls(lab)
    with rest:
        st.markdown(f"#### {t('preview.noises')}", help=t("preview.noises_help"))
        for place in range(len(lab.entries)):
            noise_card(lab, place, now.table)
        add_noise(lab, now.table)
        second_control(lab)
        seed_control()
        model_control(runs)

    write_address(lab, st.session_state[PHOTO], now.seed, now.model, model2)
    spectrum(spectrum_place, now.prepared, now.noisy)
    if model2 is None:
        model_says(lab, now, verdict, below)
    else:
        with verdict:
            cards = st.columns(2)
        for place, (key, card) in enumerate(zip((now.model, model2), cards, strict=True)):
            with below:
                row = st.container()
            state = now if key == now.model else state_of(lab, runs, key)
            model_says(lab, state, card, row, model_name(runs, key), f"_{place}" if place else "")
    with views:
        lab_tools(lab, now)


noise_lab()
