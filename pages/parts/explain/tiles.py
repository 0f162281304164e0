"""The small pictures of a gallery: clean above noisy, shown beside what counted, and what was said of them."""

import pandas as pd
import streamlit as st

from core.evaluation.predictions import decode_map
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, mosaic, seen
from core.images import encode_jpeg
from core.pixels import Image
from pages.parts.explain.gallery_tools import Beside
from pages.parts.explain.looked import TO_LARGE, Looked
from pages.parts.explain.names import told_apart
from pages.parts.i18n import literal, t
from pages.parts.numbers import answer
from pages.parts.pictures import JPEG_QUALITY, picture_file
from pages.parts.theme import ground

_SIDE = 128
"""Least side of a picture, px."""


def tile(looked: Looked, row: pd.Series, chosen: bool, beside: Beside | None) -> None:
    """One picture of a gallery; a button shows it large.

    Args:
        chosen: it is the one that is large already.
        beside: another run, whose map and answer stand beside.
    """
    around, image = ground(), int(row.image)
    other = None if beside is None else beside.pairs.row(image)
    file = looked.kept(
        f"tile {around} {beside.key if beside else ''}",
        image,
        lambda: encode_jpeg(_pictures(looked, row, beside, other, around), JPEG_QUALITY),
    )
    words = _said(looked, row)
    name = _name(looked, image)
    caption = f"{literal(name)}  \n{_marked(looked, row)}{literal(words)}"
    about = f"{literal(name)}, {literal(words)}"
    if beside is not None and other is not None:
        called = literal(told_apart(looked.run, beside.run)[1])
        caption += f"  \n{_marked(looked, other)}{called}: {literal(_answers(looked, other))}"
    with st.container(key="explain_chosen" if chosen else None):
        alt = "explain.tile_alt" if looked.severity > 0 else "explain.tile_alt_clean"
        picture_file(file, caption, t(alt, number=image, words=words))
        st.button(
            t("explain.is_shown" if chosen else "explain.show", number=image, words=about),
            key=f"explain_show_{image}",
            icon=":material/check:" if chosen else ":material/open_in_full:",
            width="stretch",
            on_click=_show_large,
            args=(image,),
        )


def _name(looked: Looked, image: int) -> str:
    """Of the file where there was one, else the picture's number."""
    if looked.data_set is not None and looked.data_set.card.kind == "import":
        return looked.data_set.names[image]
    return t("gallery.picture", number=image)


def _marked(looked: Looked, row: pd.Series) -> str:
    """Right or wrong as a sign."""
    return ":material/check: " if row.prediction == row.truth else ":material/close: "


def _answers(looked: Looked, row: pd.Series) -> str:
    """What was said, clean and then with noise, with how sure it was."""
    classes = looked.classes
    now = answer(classes[int(row.prediction)], float(row.confidence))
    if looked.severity == 0:
        return now
    before = answer(classes[int(row.clean_prediction)], float(row.clean_confidence))
    return f"{before} → {now}"


def _said(looked: Looked, row: pd.Series) -> str:
    return t("explain.tile", truth=looked.classes[int(row.truth)], answers=_answers(looked, row))


def _pictures(
    looked: Looked,
    row: pd.Series,
    beside: Beside | None,
    other: pd.Series | None,
    around: tuple[int, int, int],
) -> Image:
    """Clean above noisy: as shown, what counted, and what counted for the other run; `around` between them."""
    sources = [(row, looked.evaluation.map_shape)]
    if beside is not None and other is not None:
        sources.append((other, beside.evaluation.map_shape))
    maps = [[decode_map(one[key], shape) for key in ("clean_map", "map")] for one, shape in sources]
    rows = []
    for place, level in enumerate((0, looked.severity) if looked.severity > 0 else (0,)):
        pixels = enlarged(looked.pixels(int(row.image), level), _SIDE)
        counted = [seen(looked.view, pixels, of_run[place], shared_scale(of_run)) for of_run in maps]
        rows.append([pixels, *counted])
    return mosaic(rows, around)


def _show_large(image: int) -> None:
    st.session_state["explain_image"] = image
    st.session_state[TO_LARGE] = True
