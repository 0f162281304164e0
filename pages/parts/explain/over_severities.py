"""One picture from clean to the strongest noise: what each run said and what counted, side by side and as a film."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.charts.names import short_names
from core.errors import NoiseLensError
from core.evaluation.predictions import decode_map
from core.explanation.overlay import MapStyle
from core.explanation.views import enlarged, mosaic, one_scale, seen
from core.films.rests import Rest, as_gif, as_mp4, frames_of
from core.images import encode_png
from core.noise.catalogue import CLEAN, SEVERITIES
from core.pixels import Image
from core.store import named_file
from pages.parts.explain.map_options import MapOptions
from pages.parts.explain.subject import Said, Subject, Who
from pages.parts.i18n import language, literal, spoken, t
from pages.parts.messages import show_error
from pages.parts.numbers import answer
from pages.parts.pictures import picture_file, side_by_side
from pages.parts.services.evaluations import predictions
from pages.parts.services.kept import kept_picture

_SIDE = 160
"""Least side of a picture, px."""
_NAME_LETTERS = 34


@dataclass(frozen=True)
class _Growing:
    """What runs say of a picture at each severity."""

    subject: Subject
    who: Sequence[Who]
    told: Sequence[Sequence[Said]]
    """Of each run, clean first."""
    view: str
    style: MapStyle

    @property
    def levels(self) -> list[int]:
        return [one.severity for one in self.told[0]]

    @property
    def scales(self) -> list[float]:
        """Of each run's maps, one for all severities."""
        return [one_scale([one.attribution for one in said], self.style.colours) for said in self.told]

    def maps(self, step: int) -> list[NDArray[np.float32] | None]:
        return [said[step].attribution for said in self.told]

    def column(self, step: int) -> bytes:
        """The picture above what counted on it for each run, as PNG."""
        pixels = enlarged(self.subject.pixels(self.levels[step]), _SIDE)
        counted = [
            pixels if one is None else seen(self.view, pixels, one, scale, self.style)
            for one, scale in zip(self.maps(step), self.scales, strict=True)
        ]
        return encode_png(mosaic([[picture] for picture in (pixels, *counted)]))

    def frames(self, about: str) -> list[Image]:
        """Of the film."""
        rests = [
            Rest(
                self.subject.pixels(level),
                _level(level, self.subject.noise),
                self.maps(step),
                [self.words(of, said[step]) for of, said in zip(self.who, self.told, strict=True)],
            )
            for step, level in enumerate(self.levels)
        ]
        names = short_names([of.name for of in self.who], _NAME_LETTERS)
        foot = " · ".join(["Grad-CAM", t(f"explain.view_{self.view}"), t("explain.growing_scale"), about])
        heads = [t("explain.shown_to_all"), *names]
        return frames_of(rests, heads, foot, self.view, self.scales, self.style)

    def words(self, of: Who, said: Said) -> str:
        """An answer, and whether it is right."""
        words = answer(of.labels[said.prediction], said.confidence)
        if self.subject.truth is None:
            return words
        right = said.prediction == self.subject.truth
        return t("explain.badge_right" if right else "explain.badge_wrong", answer=words)


def as_noise_grows(subject: Subject, runs: Sequence[Who], view: str, options: MapOptions, about: str) -> None:
    """Folded away; a column a severity that the first run was tested at, or of one's own photo all.

    Args:
        about: what the picture is.
    """
    if subject.severity == 0:
        return
    place = st.expander(
        t("explain.growing"), icon=":material/animation:", key="explain_growing", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        try:
            told = [_said(who, subject, _levels(runs[0], subject)) for who in runs]
        except NoiseLensError as error:
            show_error(error)
            return
        growing = _Growing(subject, runs, told, view, options.style)
        _columns(growing)
        _films(growing, about)


def _levels(who: Who, subject: Subject) -> list[int]:
    if subject.own or who.evaluation is None:
        return [0, *SEVERITIES]
    return [0, *who.evaluation.severities_of(subject.noise)]


def _said(who: Who, subject: Subject, levels: Sequence[int]) -> list[Said]:
    """Of each severity: from its test where that tells, else the network is asked.

    Raises:
        NoiseLensError: its network cannot be had.
    """
    test = who.evaluation
    cells = [(CLEAN, 0), *((subject.noise, level) for level in levels[1:])]
    if subject.own or test is None or not set(cells[1:]) <= set(test.cells):
        return [who.says(replace(subject, severity=level), MapOptions())[-1] for level in levels]
    columns = ("image", "noise", "severity", "prediction", "confidence", "map")
    rows = predictions(test, columns, cells)
    rows = rows[rows["image"] == subject.image].sort_values("severity")
    return [
        Said(
            int(row["severity"]),
            int(row["prediction"]),
            float(row["confidence"]),
            int(row["prediction"]),
            decode_map(row["map"], test.map_shape),
        )
        for row in rows.to_dict("records")
    ]


def _columns(growing: _Growing) -> None:
    names = short_names([of.name for of in growing.who], _NAME_LETTERS)
    for name, said in zip(names, growing.told, strict=True):
        before = f"**{literal(name)}**: " if len(names) > 1 else ""
        st.markdown(before + _sentence(growing.subject.truth, said))
    with side_by_side("explain_growing"):
        columns = st.columns(len(growing.levels))
    for step, (column, level) in enumerate(zip(columns, growing.levels, strict=True)):
        lines = [t("explain.level_clean") if level == 0 else t("explain.level", severity=level)]
        alt = [lines[0]]
        for of, said in zip(growing.who, growing.told, strict=True):
            one = said[step]
            words = answer(literal(of.labels[one.prediction]), one.confidence)
            truth = growing.subject.truth
            sign = ":material/check: " if one.prediction == truth else ":material/close: "
            lines.append(words if truth is None else sign + words)
            alt.append(of.labels[one.prediction])
        key = ("growing", growing.subject.id(level), growing.view, f"{growing.style}", f"{growing.scales}")
        asked = tuple(f"{of.run.id} {of.evaluation.key if of.evaluation else ''}" for of in growing.who)
        with column:
            file = kept_picture((*key, *asked), lambda step=step: growing.column(step))  # type: ignore[misc]
            picture_file(
                file,
                "  \n".join(lines),
                t("explain.growing_alt", level=alt[0], name=" / ".join(alt[1:])),
                exact=True,
            )
    kind = "two" if len(names) > 1 else "key"
    values = dict(zip(("first", "second"), map(literal, names), strict=False)) if len(names) > 1 else {}
    st.caption(t(f"explain.growing_{kind}", **values))


def _sentence(truth: int | None, said: Sequence[Said]) -> str:
    """How long the answer holds."""
    good = [one.prediction == (said[0].prediction if truth is None else truth) for one in said]
    turned = next((one.severity for one, is_good in zip(said, good, strict=True) if is_good != good[0]), None)
    kind = "stays" if turned is None else "turns"
    which = "own" if truth is None else "right" if good[0] else "wrong"
    return t(f"explain.growing_{kind}_{which}", severity=turned)


def _level(level: int, noise: str) -> str:
    if level == 0:
        return t("explain.clean")
    return t("explain.noise_level", noise=noise_label(noise, language()), severity=level)


def _films(growing: _Growing, about: str) -> None:
    """The downloads, made when they are pressed."""
    subject = growing.subject
    picture = "own" if subject.own else str(subject.image)
    parts = [*(of.name[:45] for of in growing.who), picture, subject.noise]
    with st.container(horizontal=True):
        for kind, make, mime in (("mp4", as_mp4, "video/mp4"), ("gif", as_gif, "image/gif")):
            st.download_button(
                t(f"explain.growing_{kind}"),
                spoken(lambda make=make: make(growing.frames(about))),  # type: ignore[misc]
                file_name=named_file([*parts, f"0-to-{growing.levels[-1]}"], f".{kind}"),
                mime=mime,
                icon=":material/download:",
                key=f"explain_growing_{kind}",
                on_click="ignore",
                help=t(f"explain.growing_{kind}_help"),
            )
