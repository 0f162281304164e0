"""The network asked again about the picture that is shown large: why this and not that, with a part hidden, how firmly."""

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import NoiseLensError
from core.explanation.hiding import hidden
from core.explanation.sureness import unsure
from core.explanation.views import enlarged, signed
from core.images import encode_png
from core.pixels import Image
from pages.parts.choices import segmented_control, selectbox
from pages.parts.explain.looked import Looked
from pages.parts.firmness import unsure_below
from pages.parts.i18n import literal, t
from pages.parts.messages import show_error
from pages.parts.numbers import answer, percent
from pages.parts.pictures import picture_file
from pages.parts.services import explained, held_firmly

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

LARGE_SIDE = 280
"""Least side of a picture, px."""


def ask_once_more(looked: Looked, image: int) -> None:
    """Folded away; its parts run by themselves, as each asks the network. Of a run without weights there is nothing to ask."""
    if not looked.run.trained:
        return
    place = st.expander(t("explain.again"), icon=":material/quiz:", key="explain_again", on_change="rerun")
    if not place.open:
        return
    with place:
        _asking(looked, image)


@st.fragment
def _asking(looked: Looked, image: int) -> None:
    severity = looked.severity
    if looked.severity > 0:
        which = segmented_control(
            t("explain.again_which"),
            ["noisy", "clean"],
            required=True,
            format_func=lambda key: t(f"explain.{key}"),
            key="explain_again_which",
        )
        severity = 0 if which == "clean" else looked.severity
    pixels = looked.pixels(image, severity)
    name = f"{looked.evaluation.key} {image} {looked.noise if severity else ''} {severity}"
    try:
        with st.spinner(t("explain.again_wait")):
            said = explained(looked.run.id, pixels, name)
            firmly = held_firmly(looked.run.id, pixels, name, said.prediction)
    except NoiseLensError as error:
        show_error(error)
        return
    own = answer(literal(looked.classes[said.prediction]), float(said.probabilities.max()))
    share, least = float(said.probabilities.max()), unsure_below(looked.run.id)
    below = least is not None and share < least
    sure = "unsure" if below or unsure(share, said.guessing) else "sure"
    st.markdown(
        t(f"explain.held_{sure}", answer=own, kept=firmly.kept, of=firmly.of), help=t("explain.held_help")
    )
    left, right = st.columns(2, gap="large")
    with left:
        _rather(looked, pixels, name, said)
    with right:
        _hiding(looked, pixels, name, said)


def _rather(looked: Looked, pixels: Image, name: str, said: "Explanation") -> None:
    """What speaks for one class rather than another."""
    st.markdown(f"**{t('explain.rather')}**", help=t("explain.rather_help"))
    order = sorted(range(len(looked.classes)), key=lambda one: -said.probabilities[one])
    shares = {one: answer(looked.classes[one], float(said.probabilities[one])) for one in order}
    target, versus = order[0], order[1]
    if len(order) > 2:
        first, second = st.columns(2)
        with first:
            target = int(
                selectbox(
                    t("explain.rather_this"), order, format_func=lambda one: shares[one], key="explain_this"
                )
            )
        others = [one for one in order if one != target]
        with second:
            versus = int(
                selectbox(
                    t("explain.rather_that"), others, format_func=lambda one: shares[one], key="explain_that"
                )
            )
    found = explained(looked.run.id, pixels, name, target, versus=versus)
    assert found.attribution is not None  # the page ends before, for a run without maps
    names = {"this": literal(looked.classes[target]), "that": literal(looked.classes[versus])}
    drawn = signed(enlarged(pixels, LARGE_SIDE), found.attribution)
    picture_file(
        encode_png(drawn), t("explain.rather_key", **names), t("explain.rather_alt", **names), exact=True
    )
    if found.sum is not None:
        leaning = names["this"] if found.sum.bias > 0 else names["that"]
        st.caption(
            t(
                "explain.rather_sum",
                **names,
                map=f"{found.sum.map:+.1f}",
                bias=f"{abs(found.sum.bias):.1f}",
                leaning=leaning,
                logit=f"{found.sum.logit:+.1f}",
                towards=names["this"] if found.sum.logit > 0 else names["that"],
            )
        )


def _hiding(looked: Looked, pixels: Image, name: str, said: "Explanation") -> None:
    """The picture with a part in grey, and what the network says then."""
    st.markdown(f"**{t('explain.hide')}**", help=t("explain.hide_help"))
    across, down = st.columns(2)
    left, right = across.slider(
        t("explain.hide_across"), 0, 100, (30, 70), 5, format="%d %%", key="explain_across"
    )
    top, bottom = down.slider(t("explain.hide_down"), 0, 100, (30, 70), 5, format="%d %%", key="explain_down")
    height, width = pixels.shape[:2]
    part = (
        round(left * width / 100),
        round(top * height / 100),
        round((right - left) * width / 100),
        round((bottom - top) * height / 100),
    )
    if part[2] < 1 or part[3] < 1:
        st.info(t("explain.hide_nothing"), icon=":material/info:")
        return
    covered = hidden(pixels, part)
    then = explained(looked.run.id, covered, f"{name} {part}")
    before, after = said.prediction, then.prediction
    names = {
        "before": literal(looked.classes[before]),
        "after": literal(looked.classes[after]),
        "was": percent(float(said.probabilities[before])),
        "left": percent(float(then.probabilities[before])),
        "now": percent(float(then.probabilities[after])),
    }
    words = t("explain.hide_kept" if before == after else "explain.hide_changed", **names)
    picture_file(
        encode_png(enlarged(covered, LARGE_SIDE)),
        words,
        t("explain.hide_alt", across=f"{left}–{right} %", down=f"{top}–{bottom} %"),
        exact=True,
    )
