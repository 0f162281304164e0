"""The network asked again about the picture that is shown large: why this and not that, with a part hidden, how firmly."""

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import NoiseLensError
from core.explanation.evidence import evidence
from core.explanation.hiding import hidden
from core.explanation.sureness import unsure
from core.explanation.views import enlarged, signed
from core.images import encode_png
from core.pixels import Image
from pages.parts.choices import pills, segmented_control
from pages.parts.explain.looked import Looked
from pages.parts.explain.region import drawn_region
from pages.parts.explain.subject import Subject
from pages.parts.firmness import unsure_below
from pages.parts.i18n import literal, t
from pages.parts.messages import show_error
from pages.parts.numbers import answer, percent
from pages.parts.pictures import picture_file
from pages.parts.services.classifiers import explained, held_firmly

if TYPE_CHECKING:
    from core.explanation.classifier import Explanation

LARGE_SIDE = 280
"""Least side of a picture, px."""
SHOWN_WIDTH = 352
"""Most of a picture, px, so that what is said of it is on the same screen."""
MOST_CLASSES = 5
"""That are offered, the likeliest first."""


def ask_once_more(looked: Looked, subject: Subject) -> None:
    """Folded away; its parts run by themselves, as each asks the network. Of a run without weights there is nothing to ask."""
    if not looked.run.trained:
        return
    place = st.expander(t("explain.again"), icon=":material/quiz:", key="explain_again", on_change="rerun")
    if not place.open:
        return
    with place:
        _asking(looked, subject)


@st.fragment
def _asking(looked: Looked, subject: Subject) -> None:
    severity = subject.severity
    if severity > 0:
        which = segmented_control(
            t("explain.again_which"),
            ["noisy", "clean"],
            default="noisy",
            required=True,
            format_func=lambda key: t(f"explain.{key}"),
            key="explain_again_which",
        )
        severity = 0 if which == "clean" else severity
    pixels, name = subject.pixels(severity), subject.id(severity)
    try:
        with st.spinner(t("explain.again_wait")):
            said = explained(looked.run.id, pixels, name)
    except NoiseLensError as error:
        show_error(error)
        return
    own = answer(literal(looked.classes[said.prediction]), float(said.probabilities.max()))
    share, least = float(said.probabilities.max()), unsure_below(looked.run.id)
    below = least is not None and share < least
    sure = "unsure" if below or unsure(share, said.guessing) else "sure"
    place = st.empty()
    place.markdown(t("explain.held_wait", answer=own))
    left, right = st.columns(2, gap="large")
    with left:
        _rather(looked, pixels, name, said)
    with right:
        _hiding(looked, pixels, name, said)
    # Last, as a large network takes seconds for it: all else is there and can be used meanwhile.
    firmly = held_firmly(looked.run.id, pixels, name, said.prediction)
    place.markdown(
        t(f"explain.held_{sure}", answer=own, kept=firmly.kept, of=firmly.of), help=t("explain.held_help")
    )


def _rather(looked: Looked, pixels: Image, name: str, said: "Explanation") -> None:
    """What speaks for one class rather than another."""
    st.markdown(f"**{t('explain.rather')}**", help=t("explain.rather_help"))
    order = sorted(range(len(looked.classes)), key=lambda one: -said.probabilities[one])
    shares = {one: answer(looked.classes[one], float(said.probabilities[one])) for one in order}
    target, versus = order[0], order[1]
    if len(order) > 2:
        target = _one_of(t("explain.rather_this"), order[:MOST_CLASSES], shares, "explain_this")
        others = [one for one in order if one != target][:MOST_CLASSES]
        versus = _one_of(t("explain.rather_that"), others, shares, "explain_that")
    found = explained(looked.run.id, pixels, name, target, versus=versus)
    assert found.attribution is not None  # the page ends before, for a run without maps
    names = {"this": literal(looked.classes[target]), "that": literal(looked.classes[versus])}
    drawn = signed(enlarged(pixels, LARGE_SIDE), found.attribution)
    with st.container(width=SHOWN_WIDTH):
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


def _one_of(label: str, classes: list[int], shares: dict[int, str], key: str) -> int:
    """One of the likeliest classes, with its percentage; the likeliest at first."""
    if st.session_state.get(key) not in classes:
        st.session_state[key] = classes[0]
    return int(pills(label, classes, format_func=shares.__getitem__, key=key, required=True))


def _hiding(looked: Looked, pixels: Image, name: str, said: "Explanation") -> None:
    """The picture with a part in grey, and what the network says then."""
    st.markdown(f"**{t('explain.hide')}**", help=t("explain.hide_help"))
    region = drawn_region(enlarged(pixels, LARGE_SIDE), t("explain.region_alt"))
    height, width = pixels.shape[:2]
    left, top, right, bottom = region
    part = (
        round(left * width),
        round(top * height),
        max(1, round((right - left) * width)),
        max(1, round((bottom - top) * height)),
    )
    st.markdown(_gave(looked, said, part, (width, height)))
    then = explained(looked.run.id, hidden(pixels, part), f"{name} {part}")
    before, after = said.prediction, then.prediction
    names = {
        "before": literal(looked.classes[before]),
        "after": literal(looked.classes[after]),
        "was": percent(float(said.probabilities[before])),
        "left": percent(float(then.probabilities[before])),
        "now": percent(float(then.probabilities[after])),
    }
    st.markdown(t("explain.hide_kept" if before == after else "explain.hide_changed", **names))


def _gave(looked: Looked, said: "Explanation", part: tuple[int, int, int, int], size: tuple[int, int]) -> str:
    """How much of what spoke for the answer came from a part of the picture: exact where the places add up to the logit.

    Args:
        part: left, top, width, height in px, of a picture of `size`, width and height.
    """
    assert said.attribution is not None  # the page ends before, for a run without maps
    left, top, wide, high = part
    region = (left / size[0], top / size[1], (left + wide) / size[0], (top + high) / size[1])
    exact = said.sum is not None
    found = evidence(said.attribution, region, positive=not exact)
    name = literal(looked.classes[said.target])
    if found.share is None:
        return t("explain.gave_none", name=name)
    area = percent(wide * high / (size[0] * size[1]))
    if not exact:
        return t("explain.gave_positive", name=name, share=percent(found.share), area=area)
    decimals = 1 if found.whole >= 1 else 3
    points = {"here": f"{found.here:+.{decimals}f}", "whole": f"{found.whole:+.{decimals}f}"}
    if found.here < 0:
        return t("explain.gave_against", name=name, area=area, **points)
    kind = "gave" if found.share < 1.005 else "gave_more"
    return t(f"explain.{kind}", name=name, share=percent(found.share), area=area, **points)
