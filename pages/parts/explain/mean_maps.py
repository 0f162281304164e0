"""What the pictures of a gallery have in common: the mean of their maps, and how far noise moves maps, in words."""

import numpy as np
import pandas as pd
import streamlit as st

from core.evaluation.gallery_choice import MEAN_OF, mean_map, mean_picture
from core.evaluation.map_numbers import Drift, drift_of, how_far
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, seen
from core.images import encode_png
from core.runs.runs import Run
from core.words import rounded
from pages.parts.explain.gallery_tools import Beside
from pages.parts.explain.looked import Looked
from pages.parts.explain.names import told_apart
from pages.parts.i18n import literal, t
from pages.parts.numbers import percent
from pages.parts.pictures import picture_file, side_by_side
from pages.parts.services.kept import kept_numbers

_SIDE = 160
"""Least side of a picture, px."""


def mean_maps(looked: Looked, group: str, rows: pd.DataFrame, beside: Beside | None) -> None:
    """The mean picture of the gallery with the mean of its maps, clean and noisy; of another run as well, where one is beside."""
    assert looked.data_set is not None
    images = np.sort(rows["image"].to_numpy()[:MEAN_OF])
    asked: list[Looked | Beside] = [looked] if beside is None else [looked, beside]
    names = told_apart(*(one.run for one in asked))
    sources = [(name, one.evaluation, one.pairs.table) for name, one in zip(names, asked, strict=True)]
    key = ("mean picture", looked.place, looked.data_set.card.fingerprint, images.tobytes().hex())
    ground = kept_numbers(key, lambda: mean_picture(looked.data_set, images))  # type: ignore[arg-type]
    shown = []
    for name, evaluation, table in sources:
        of_group = table[table["image"].isin(images)]
        columns = ("clean_map", "map") if looked.severity > 0 else ("clean_map",)
        maps = [mean_map(of_group[column], evaluation.map_shape) for column in columns]
        scale = shared_scale(maps)
        for side, attribution in zip(("clean", "noisy"), maps, strict=False):
            words = t(f"gallery.mean_{side}") + (f"  \n{literal(name)}" if beside is not None else "")
            shown.append((attribution, scale, words))
    st.markdown(f"**{t('gallery.mean', n=f'{len(images):,}')}**", help=t("gallery.mean_help"))
    st.caption(t("gallery.mean_about"))
    with side_by_side(f"explain_mean_{group}"):
        places = st.columns(4)[: len(shown)]
        for place, (attribution, scale, words) in zip(places, shown, strict=True):
            with place:
                if attribution is None:
                    st.caption(t("gallery.mean_none"))
                    continue
                drawn = seen("heat", enlarged(ground, _SIDE), attribution, scale)
                picture_file(encode_png(drawn), words, t("gallery.mean_alt", words=words), exact=True)


def drift_in_words(looked: Looked, beside: Run | None) -> None:
    """How far the noise moves the maps of one class over all pictures, beside what unrelated pictures give.

    Args:
        beside: another run that is looked at, so that it has to be said of which one this is.
    """
    if looked.severity == 0:
        return
    cell = (looked.noise, looked.severity)
    key = ("drift", looked.place, looked.evaluation.key, *cell)
    drift: Drift = kept_numbers(key, lambda: drift_of(looked.evaluation, [cell]))
    far = how_far(drift)
    if far is None:
        return
    split = [
        t(f"gallery.drift_{which}", value=rounded(value, 2))
        for which, value in (("kept", drift.kept), ("changed", drift.changed))
        if not np.isnan(value)
    ]
    figures = t(
        "gallery.drift_figures",
        n=f"{drift.n:,}",
        value=rounded(drift.spearman, 2),
        low=rounded(drift.low, 2),
        high=rounded(drift.high, 2),
        chance=rounded(drift.spearman_chance, 2),
        split=", ".join(split),
        overlap=percent(drift.overlap),
        overlap_chance=percent(drift.chance),
    )
    who = "" if beside is None else f"{literal(told_apart(looked.run, beside)[0])}: "
    st.markdown(who + t(f"gallery.drift_far_{far}"), help=t("gallery.drift_help"))
    st.caption(figures)
