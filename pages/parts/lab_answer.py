"""What a model says of the noise lab's photo, clean and noisy, and what counted for it."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import NoiseLensError, WeightsMissing
from core.explanation.overlay import WHOLE, overlay, shared_scale
from core.explanation.sureness import unsure
from core.explanation.views import enlarged
from core.noise.catalogue import Image
from pages.parts import services
from pages.parts.answer_bars import answer_bars
from pages.parts.i18n import literal, say, t
from pages.parts.lab import Lab
from pages.parts.messages import sentence_card, show_error
from pages.parts.numbers import answer, percent
from pages.parts.pictures import overlay_legend, picture, side_by_side
from pages.parts.shown import Shown
from pages.parts.stage import tell_stage

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

KNOWN_SHOWN = 8
"""Classes of a run that are named below its answer."""
ONE_LINE = 73
"""Height of the box of a sentence of one line, px: the pictures below stay where they are when it comes."""
LEAST_SHOWN = 256
"""Smaller pictures are shown enlarged to this, px."""


def sentence(clean: "Explanation", noisy: "Explanation", now: Shown, who: str = "", place: str = "") -> None:
    """Does the model change its mind? The arguments are those of `model_says`."""
    (of_clean,), (of_noisy,) = now.named(clean, 1), now.named(noisy, 1)
    tell_stage(of_clean, of_noisy, who, place)
    (before, sure), (after, sure_after) = ((literal(name), share) for name, share in (of_clean, of_noisy))
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


@st.fragment(run_every=0.4)
def while_loading(lab: Lab, model: str, place: str) -> None:
    """Places of the final size until torch and the weights are loaded; the pictures above can be used.

    Loading begins with the clock's first tick, when those pictures have left: an import takes turns with them.
    """
    if services.classifier_ready(model, start=lab.shown):
        st.rerun()
    lab.shown = True
    left, middle, right, _ = row_of_three(f"loading{place}")
    for column in (left, middle, right):
        column.skeleton(height=320)


def model_says(
    lab: Lab, now: Shown, verdict: DeltaGenerator, below: DeltaGenerator, who: str = "", place: str = ""
) -> None:
    """One model's answer into `verdict` and what counted for it into `below`, or that it is being loaded.

    Args:
        who: what the model is called, where there are two.
        place: tells a second model's widgets apart.
    """
    if now.model in lab.missing:
        with verdict:
            _not_here(lab, now.model, who)
        return
    if not services.classifier_ready(now.model, start=False):
        with verdict:
            st.skeleton(height=ONE_LINE)
        with below:
            while_loading(lab, now.model, place)
        return
    try:
        clean = services.explained(now.model, now.prepared)
        said = services.explained(now.model, now.noisy) if now.stack else clean
    except WeightsMissing as error:
        lab.missing[now.model] = error
        with verdict:
            _not_here(lab, now.model, who)
        return
    except NoiseLensError as error:
        with verdict:
            show_error(error)
        return
    with verdict:
        sentence(clean, said, now, who, place)
    with below:
        if who:
            st.markdown(f"##### {literal(who)}")
        counted(now, clean, said, place)


def _not_here(lab: Lab, model: str, who: str) -> None:
    """That a model could not be downloaded, where its answer would stand; it is asked for again on request only."""
    error = lab.missing[model]
    with st.container(border=True, height="stretch" if who else "content", gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
        ):
            st.caption(literal(str(error.values["model"])), width="content")
            st.button(
                t("preview.try_again"),
                icon=":material/refresh:",
                type="tertiary",
                key=f"lab_again_{model}",
                on_click=lab.ask_again,
                args=(model,),
            )
        st.markdown(f":material/cloud_off: {literal(say(error.said_briefly))}", help=literal(say(error.said)))
