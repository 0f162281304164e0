"""The noise lab: a photo, noises with sliders, and what a model says of it."""

import time
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts import top_classes
from core.errors import NoiseLensError
from core.explanation.classifier_facts import prepared_photo
from core.explanation.overlay import WHOLE, overlay, shared_scale
from core.explanation.views import enlarged
from core.images import difference, encode_png, square
from core.live import LiveLab, Scene
from core.noise.catalogue import Image, get_noise
from core.spectrum import spectra
from core.training.runs import list_runs
from pages.parts.i18n import language, say, t
from pages.parts.lab import (
    PHOTO,
    SEED,
    Lab,
    open_lab,
    write_address,
)
from pages.parts.lab_controls import (
    chosen_model,
    chosen_photo,
    model_control,
    photo_controls,
    second_control,
    seed_control,
)
from pages.parts.messages import sentence_card, show_error
from pages.parts.noise_controls import add_noise, noise_card, sliders_of
from pages.parts.numbers import percent
from pages.parts.pictures import overlay_legend, picture, side_by_side
from pages.parts.services import classifier_ready, explained, live_lab, workspace
from pages.parts.stage import held, stage
from pages.parts.theme import palette

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

SETTLE = 0.035
"""Seconds before the model's part: while a key moves a slider on, this run ends here, and the pictures that the
stage fetches meanwhile have the processor. A slider held at rest has rested already."""
LEAST_SHOWN = 256
"""Smaller pictures are shown enlarged to this, px."""


def sentence(clean: "Explanation", noisy: "Explanation", any_noise: bool) -> None:
    """Does the model change its mind?"""
    (before, sure), (after, sure_after) = clean.top(1)[0], noisy.top(1)[0]
    first = f":gray-background[{before} {percent(sure)}]"
    if not any_noise:
        headline = t("preview.sees", before=first)
    elif before == after:
        headline = t(
            "preview.keeps",
            before=f":gray-background[{before}]",
            sure=percent(sure),
            sure_after=percent(sure_after),
        )
    else:
        headline = t(
            "preview.changes", before=first, after=f":primary-background[{after} {percent(sure_after)}]"
        )
    sentence_card(headline)


def row_of_three(key: str) -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Places for a pair, which stays a pair on a phone, for a third beside it, and for words under the pair."""
    pair, third = st.columns([2.03, 1])  # as wide as three equal columns with the gap between the first two
    with pair, side_by_side(f"lab_{key}"):
        left, middle = st.columns(2)
    return left, middle, third.container(key=f"lab_third_{key}"), pair.container()


def counted(prepared: Image, noisy_picture: Image, clean: "Explanation", noisy: "Explanation") -> None:
    """What counted for either, and the classes of both."""
    scale = shared_scale([clean.attribution, noisy.attribution])
    pairs = (("original", prepared, clean), ("noisy", noisy_picture, noisy))
    left, middle, right, under = row_of_three("counted")
    for place, (which, image, said) in zip((left, middle), pairs, strict=True):
        name = said.classes[said.target]
        with place:
            picture(
                shown(overlay(image, said.attribution, scale=scale, box=said.box)),
                t(f"preview.counted_{which}", name=name),
                t(f"preview.counted_{which}_alt", name=name),
            )
    names = [name for name, _ in (*clean.top(), *noisy.top())]
    values = [
        {name: float(said.probabilities[said.classes.index(name)]) for name in names}
        for said in (clean, noisy)
    ]
    with right:
        alt = t(
            "preview.chart_alt",
            clean=", ".join(f"{name} {percent(share)}" for name, share in clean.top()),
            noisy=", ".join(f"{name} {percent(share)}" for name, share in noisy.top()),
        )
        st.plotly_chart(
            top_classes(palette(), values[0], values[1], language(), height=320),
            key="lab_chart",
            config={"displayModeBar": False},
            alt=alt,
        )
    with under:
        key, about = st.columns(2)
        with key:
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
def while_loading(lab: Lab, model: str) -> None:
    """Places of the final size until torch and the weights are loaded; the pictures above can be used.

    Loading begins with the clock's first tick, when those pictures have left: an import takes turns with them.
    """
    if classifier_ready(model, start=lab.shown):
        st.rerun()
    lab.shown = True
    left, middle, right, _ = row_of_three("loading")
    for place in (left, middle, right):
        place.skeleton(height=320)


@st.fragment
def noise_lab() -> None:
    """The whole lab; a move of a slider runs this alone."""
    lab = open_lab()
    runs = {run.id: run for run in list_runs(workspace()) if run.state == "done"}
    with st.container(key="lab"):  # on a phone the photo, the results and the noises follow each other
        controls, results = st.columns([1, 2.85], gap="large")
    first, rest = (controls.container(key=f"lab_{place}") for place in ("first", "rest"))
    results = results.container(key="lab_results")
    photo, model, seed = chosen_photo(lab), chosen_model(runs), int(st.session_state[SEED] or 0)
    summary = (runs[model].summary or {}) if model in runs else {}
    table = str(summary.get("table", "imagenet_c"))
    prepared = square(photo, int(summary["size"])) if summary else prepared_photo(photo)
    live = live_lab()
    layers = [(entry.number, entry.layer) for entry in lab.entries]
    scene = live.put(prepared, layers, seed, lab.second.pixels if lab.second else None)
    with results:
        for trouble in lab.troubles:
            show_error(trouble)
        verdict = st.container()
        pictures(lab, live, scene)
        below, spectrum_place = st.container(), st.container()
        st.download_button(
            t("preview.download"),
            lambda: encode_png(live.noisy()),
            file_name="noisy.png",
            mime="image/png",
            icon=":material/download:",
            on_click="ignore",
            help=t("preview.download_help"),
        )
    with first:
        st.title(t("preview.title"))
        photo_controls(lab)
    with rest:
        model_control(runs)
        st.markdown(f"#### {t('preview.noises')}", help=t("preview.noises_help"))
        for place in range(len(lab.entries)):
            noise_card(lab, place, table)
        add_noise(lab, table)
        second_control(lab)
        seed_control()

    if not held():
        time.sleep(SETTLE)
    write_address(lab, st.session_state[PHOTO], seed, model)
    noisy = live.noisy()
    spectrum(spectrum_place, prepared, noisy)
    if not classifier_ready(model, start=False):
        with verdict:
            st.skeleton(height=88)
        with below:
            while_loading(lab, model)
        return
    try:
        clean = explained(model, prepared)
        said = explained(model, noisy) if lab.entries else clean
    except NoiseLensError as error:
        with verdict:
            show_error(error)
        return
    with verdict:
        sentence(clean, said, bool(lab.entries))
    with below:
        counted(prepared, noisy, clean, said)


noise_lab()
