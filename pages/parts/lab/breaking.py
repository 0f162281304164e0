"""The noise lab's breaking points: the severity at which each noise changes the answer, as one chart."""

from typing import TYPE_CHECKING

import streamlit as st

from core.charts.breaking import breaking_chart
from core.errors import NoiseLensError
from core.explanation.sureness import unsure, wavers
from core.hardware import cores
from core.noise.catalogue import SEVERITIES, all_noises, get_noise
from core.noise.stack import Layer, apply_stack
from core.pixels import Image
from core.progress import Report
from core.words import listing
from pages.parts.background import Work, while_working
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.lab.session import Lab
from pages.parts.lab.shown import Shown
from pages.parts.messages import sentence_card, show_error
from pages.parts.numbers import answer
from pages.parts.pictures import picture, side_by_side
from pages.parts.progress import duration
from pages.parts.services import classifiers
from pages.parts.services.kept import works
from pages.parts.theme import palette

if TYPE_CHECKING:
    from core.explanation.breaking import BreakingPoint

CHOSEN = "lab_breaking_noise"
_CHART = "lab_breaking_chart"
_PICTURE_MS = 23
"""Noise and answer for one photo on one core, benchmarks/breaking_point.py."""


def breaking(lab: Lab, shown: Shown) -> None:
    """The button that starts it, its progress, or what it found."""
    key = shown.key("breaking", shown.model)
    work = works().find(key)
    number = len(all_noises())
    if work is None:
        st.caption(t("tools.breaking_about"))
        seconds = number * len(SEVERITIES) * _PICTURE_MS / 1000 / cores()
        ready = classifiers.classifier_ready(shown.model)
        st.button(
            t("tools.breaking_start", n=number, time=duration(seconds)),
            key="lab_breaking_start",
            icon=":material/troubleshoot:",
            disabled=not ready,
            on_click=_start,
            args=(key, shown),
        )
    elif work.running:
        while_working(work, "lab_breaking", t("tools.breaking_running", n=number))
    elif isinstance(work.error, NoiseLensError):
        show_error(work.error)
        work.cancel()  # the next look offers to start again
    elif work.error is not None:
        work.cancel()
        raise work.error
    else:
        _found(lab, shown, work)


def _start(key: tuple[str, ...], shown: Shown) -> None:
    asked = classifiers.classifier(shown.model)

    def function(report: Report) -> "list[BreakingPoint]":
        from core.explanation.breaking import breaking_points, in_order

        noises = [noise.key for noise in all_noises()]
        points = breaking_points(asked, shown.prepared, noises, shown.table, shown.seed, shown.second, report)
        return in_order(points)

    works().start(key, function)


def _found(lab: Lab, shown: Shown, work: Work) -> None:
    points: list[BreakingPoint] = work.result
    asked = classifiers.explained(shown.model, shown.prepared, shown.photo.id)
    (clean, share), (other, less) = shown.named(asked, 2)
    said = _sentence(points, clean)
    first, second = answer(literal(clean), share), answer(literal(other), less)
    if unsure(share, asked.guessing):
        sentence_card(t("tools.breaking_unsure", clean=first), said, 4)
    elif wavers(share, less):
        sentence_card(t("tools.breaking_wavers", first=first, second=second), said, 4)
    else:
        sentence_card(said, level=4)
    order = [point.noise for point in points]
    with st.container(height=430, key="lab_breaking_bars"):
        st.plotly_chart(
            breaking_chart(
                palette(), [(one.noise, one.severity, shown.label(one.answer)) for one in points], language()
            ),
            theme=None,
            key=_CHART,
            config={"displayModeBar": False},
            alt=said,
            on_select=_choose_clicked,
            selection_mode="points",
        )
    st.caption(t("tools.breaking_rows", n=len(points)))
    if st.session_state.get(CHOSEN) not in order:
        st.session_state[CHOSEN] = order[0]
    place, button = st.columns([3, 1], vertical_alignment="bottom")
    with place:
        chosen = selectbox(
            t("tools.breaking_choose"), order, format_func=lambda key: say(get_noise(key).name), key=CHOSEN
        )
    point = points[order.index(chosen)]
    layer = Layer.at_severity(point.noise, point.severity or SEVERITIES[-1], shown.table)
    button.button(
        t("tools.add", noise=say(get_noise(point.noise).name)),
        key="lab_breaking_add",
        icon=":material/add:",
        on_click=lab.add,
        args=(layer,),
        width="stretch",
    )
    _before_and_after(shown, point, layer)


def _choose_clicked() -> None:
    points = st.session_state[_CHART]["selection"]["points"]
    if points:
        st.session_state[CHOSEN] = points[0]["customdata"]


def _sentence(points: "list[BreakingPoint]", clean: str) -> str:
    broken = [point for point in points if point.severity is not None]
    if not broken:
        return t("tools.breaking_none", n=len(points), clean=literal(clean))
    first = [point for point in broken if point.severity == broken[0].severity]
    return t(
        "tools.breaking_some",
        broken=len(broken),
        n=len(points),
        clean=literal(clean),
        severity=broken[0].severity,
        first=listing([say(get_noise(point.noise).name) for point in first], 3),
    )


def _before_and_after(shown: Shown, point: "BreakingPoint", layer: Layer) -> None:
    """The last picture that keeps the answer and the first that does not."""
    last = (point.severity or SEVERITIES[-1] + 1) - 1
    pairs: list[tuple[int, Image, str]] = []
    # One that holds is shown at its strongest, beside the original.
    for severity in (last, point.severity) if point.severity else (0, last):
        if not severity:
            pairs.append((0, shown.prepared, shown.photo.id))
            continue
        at = Layer.at_severity(layer.noise, severity, shown.table)
        noisy = apply_stack(shown.prepared, [at], shown.seed, second=shown.second)
        pairs.append((severity, noisy, shown.noisy_id([at])))
    with side_by_side("lab_breaking"):
        places = st.columns(2)
    for place, (severity, image, image_id) in zip(places, pairs, strict=True):
        name, share = shown.named(classifiers.explained(shown.model, image, image_id), 1)[0]
        where = t("tools.severity", n=severity) if severity else t("preview.original")
        with place:
            words = f"{where}: {answer(name, share)}"
            picture(
                image,
                literal(words),
                t("tools.breaking_alt", noise=say(get_noise(layer.noise).name), said=words),
            )
