"""What the network that is looked at takes apart in test pictures, and which part goes missing under the noise."""

import html
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.evaluation.predictions import noisy_pictures
from core.explanation.feature_parts import COLOURS, coloured
from core.explanation.views import enlarged, mosaic
from core.images import encode_png
from core.progress import Report
from pages.parts.explain.looked import Looked
from pages.parts.explain.on_request import on_request
from pages.parts.i18n import literal, t
from pages.parts.numbers import percent
from pages.parts.pictures import picture_file, side_by_side
from pages.parts.services.classifiers import classifier
from pages.parts.services.workspace import workspace
from pages.parts.theme import ground

if TYPE_CHECKING:
    from core.explanation.feature_parts import Found, Part

MOST = 48
"""Pictures that are taken apart, clean and noisy."""
_SHOWN = 4
_SIDE = 160
"""Least side of a picture, px."""
_LETTERS = "ABCDE"
_STYLE = """
<style>
.part {display: flex; gap: 0.6rem; align-items: center; padding: 0.2rem 0;}
.part i {width: 1.1rem; height: 1.1rem; border-radius: 0.25rem; flex: none; border: 1px solid light-dark(#1A1F2E, #E8EAF2);}
</style>
"""


def taken_into_pieces(looked: Looked) -> None:
    """Folded away; reckoned on a button, in the background."""
    if looked.severity == 0 or not looked.run.trained or looked.run.graph:
        return
    place = st.expander(
        t("pieces.title"), icon=":material/interests:", key="explain_pieces", on_change="rerun"
    )
    if place.open:
        with place:
            _pieces(looked)


@st.fragment
def _pieces(looked: Looked) -> None:
    assert looked.data_set is not None
    data_set, run_id, table = looked.data_set, looked.run.id, looked.evaluation.table
    noise, severity = looked.noise, looked.severity
    images = _spread(looked)
    key = ("pieces", str(workspace().root), run_id, looked.evaluation.key, noise, str(severity))

    def function(report: Report) -> "Found | None":
        from core.explanation.feature_parts import taken_apart
        from core.networks.loading import one_core

        clean = np.array(data_set.images[images])
        noisy = noisy_pictures(data_set, images, noise, severity, table)
        with one_core():
            return taken_apart(classifier(run_id).network, clean, noisy, report)

    words = {name: t(f"pieces.{name}", n=len(images)) for name in ("about", "start", "running")}
    work = on_request(key, function, "explain_pieces", icon=":material/interests:", **words)
    if work is None:
        return
    if work.result is None:
        st.info(t("pieces.nothing"), icon=":material/info:")
        return
    _told(looked, work.result, images)


def _spread(looked: Looked) -> NDArray[np.int64]:
    """Numbers of MOST test pictures at even distances, so that each class has its share."""
    every = np.sort(looked.pairs.table["image"].to_numpy()).astype(np.int64)
    places = np.linspace(0, len(every) - 1, min(MOST, len(every))).round().astype(int)
    return every[places]


def _told(looked: Looked, found: "Found", images: NDArray[np.int64]) -> None:
    """Which part goes missing, pictures in the colours of the parts, and what each part is."""
    missing = sorted((one for one in found.parts if one.missing), key=lambda one: one.change)
    if missing:
        worst = missing[0]
        st.markdown(
            t(
                "pieces.missing",
                part=_LETTERS[found.parts.index(worst)],
                share=percent(-worst.change),
                low=percent(-worst.high),
                high=percent(-worst.low),
                n=len(images),
            )
        )
    else:
        st.markdown(t("pieces.none_missing", n=len(images)))
    with side_by_side("explain_pieces_shown"):
        columns = st.columns(_SHOWN)
    for column, place in zip(columns, _examples(len(images)), strict=False):
        number = int(images[place])
        rows = []
        for level, amounts in ((0, found.clean[place]), (looked.severity, found.noisy[place])):
            pixels = enlarged(looked.pixels(number, level), _SIDE)
            rows.append([pixels, coloured(pixels, amounts)])
        assert looked.data_set is not None
        name = looked.classes[int(looked.data_set.labels[number])]
        with column:
            picture_file(
                encode_png(mosaic(rows, ground())),
                literal(name),
                t("pieces.alt", name=name, number=number),
                exact=True,
            )
    st.caption(t("pieces.key"))
    st.html(_STYLE + "".join(_line(looked, place, one) for place, one in enumerate(found.parts)))
    st.caption(t("pieces.explained", share=percent(found.explained)), help=t("pieces.help"))


def _examples(count: int) -> list[int]:
    return [int(one) for one in np.linspace(0, count - 1, min(_SHOWN, count)).round()]


def _line(looked: Looked, place: int, one: "Part") -> str:
    """A part in words, as HTML."""
    red, green, blue = COLOURS[place]
    said = t(
        "pieces.part" if one.speaks_for is not None else "pieces.part_unknown",
        part=_LETTERS[place],
        name="" if one.speaks_for is None else looked.classes[one.speaks_for],
        clean=percent(one.clean),
        noisy=percent(one.noisy),
        change=f"{100 * one.change:+.0f}",
        low=f"{100 * one.low:+.0f}",
        high=f"{100 * one.high:+.0f}",
    )
    return f'<div class="part"><i style="background: rgb({red},{green},{blue})"></i><span>{html.escape(said)}</span></div>'
