"""One picture from clean to the strongest noise: what the network said and what counted, side by side and as a film."""

import io
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.evaluation.predictions import decode_map
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.images import encode_png
from core.noise.catalogue import CLEAN
from core.pixels import Image
from pages.parts.explain.looked import Looked, download_name
from pages.parts.i18n import literal, t
from pages.parts.numbers import percent
from pages.parts.pictures import picture_file, side_by_side
from pages.parts.services.evaluations import predictions

_SIDE = 160
"""Least side of a picture, px."""
_FRAME_MS = 900
"""How long a film rests at a severity."""


@dataclass(frozen=True)
class _Step:
    """The picture at one severity."""

    severity: int
    pixels: Image
    attribution: NDArray[np.float32]
    prediction: int
    confidence: float
    truth: int


def as_noise_grows(looked: Looked, image: int) -> None:
    """Folded away; a column a severity that was tested."""
    if looked.severity == 0:
        return
    place = st.expander(
        t("explain.growing"), icon=":material/animation:", key="explain_growing", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        steps = _steps(looked, image)
        scale = shared_scale([one.attribution for one in steps])
        right = [one.prediction == one.truth for one in steps]
        turned = next(
            (one.severity for one, is_right in zip(steps, right, strict=True) if is_right != right[0]), None
        )
        kind = "stays" if turned is None else "turns"
        st.markdown(t(f"explain.growing_{kind}_{'right' if right[0] else 'wrong'}", severity=turned))
        with side_by_side("explain_growing"):
            columns = st.columns(len(steps))
        for column, one in zip(columns, steps, strict=True):
            with column:
                name = literal(looked.classes[one.prediction])
                mark = ":material/check:" if one.prediction == one.truth else ":material/close:"
                level = (
                    t("explain.level_clean")
                    if one.severity == 0
                    else t("explain.level", severity=one.severity)
                )
                words = f"{level}  \n{mark} {name} · {percent(one.confidence)}"
                file = looked.kept(f"growing {one.severity}", image, partial(_file, one, looked.view, scale))
                alt = t("explain.growing_alt", level=level, name=looked.classes[one.prediction])
                picture_file(file, words, alt, exact=True)
        st.caption(t("explain.growing_key"))
        st.download_button(
            t("explain.growing_film"),
            lambda: film([_column(one, looked.view, scale) for one in steps]),
            file_name=download_name(looked, looked.pairs.row(image)).replace(".png", "-0-to-5.gif"),
            mime="image/gif",
            icon=":material/download:",
            key="explain_growing_film",
            on_click="ignore",
        )


def _steps(looked: Looked, image: int) -> list[_Step]:
    levels = [0, *looked.evaluation.severities_of(looked.noise)]
    cells = [(CLEAN, 0), *((looked.noise, level) for level in levels[1:])]
    columns = ("image", "noise", "severity", "truth", "prediction", "confidence", "map")
    rows = predictions(looked.evaluation, columns, cells)
    found = {int(row["severity"]): row for row in rows[rows["image"] == image].to_dict("records")}
    return [
        _Step(
            level,
            enlarged(looked.pixels(image, level), _SIDE),
            decode_map(found[level]["map"], looked.evaluation.map_shape),
            int(found[level]["prediction"]),
            float(found[level]["confidence"]),
            int(found[level]["truth"]),
        )
        for level in levels
        if level in found
    ]


def _column(one: _Step, view: str, scale: float) -> Image:
    """The picture above what counted on it."""
    return mosaic([[one.pixels], [seen(view, one.pixels, one.attribution, scale)]])


def _file(one: _Step, view: str, scale: float) -> bytes:
    return encode_png(_column(one, view, scale))


def film(frames: list[Image]) -> bytes:
    """A GIF that rests at each of some pictures (RGB uint8, of one size) and begins again."""
    pictures = [Pillow.fromarray(frame) for frame in frames]
    file = io.BytesIO()
    pictures[0].save(
        file, "GIF", save_all=True, append_images=pictures[1:], duration=_FRAME_MS, loop=0, disposal=1
    )
    return file.getvalue()
