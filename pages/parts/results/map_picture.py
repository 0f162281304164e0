"""One picture of the map: chosen from a box or by a click on its dot, beside the map and, opened, large with what each run says."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.picture_map import PictureMap
from core.evaluation.predictions import noisy_picture
from core.explanation.views import enlarged, mosaic
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN, Cell
from core.runs.runs import Run
from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.numbers import answer
from pages.parts.pictures import JPEG_QUALITY, picture_file
from pages.parts.results.look import Look
from pages.parts.services.evaluations import predictions
from pages.parts.services.kept import kept_picture
from pages.parts.theme import ground

_SIDE, _LARGE = 160, 384
"""Least side of a picture beside the map and of an opened one, px."""
_IMAGE, _OPEN = "results_map_image", "results_map_open"


def open_large(image: int) -> None:
    """Choose a picture and have it opened in the run that follows; for a callback."""
    st.session_state[_IMAGE], st.session_state[_OPEN] = image, True


def choose_picture(found: PictureMap, answers: NDArray[np.int64], labels: Sequence[str]) -> int:
    """The box of the pictures of the map; first the one that noise moved furthest.

    Args:
        answers: N,3: class, answer without noise, answer with it.
        labels: of the classes.
    """
    places = {int(image): place for place, image in enumerate(found.images)}
    wanted = asked("results", "map_image")
    if wanted is not None and wanted.isdecimal() and int(wanted) in places:
        st.session_state[_IMAGE] = int(wanted)
    if st.session_state.get(_IMAGE) not in places:
        st.session_state[_IMAGE] = int(found.images[found.moved.argmax()])

    def named(image: int) -> str:
        truth, before, after = (labels[int(one)] for one in answers[places[image]])
        sign = "✓" if truth == after else "✗"
        return t("findings.map_choice", number=image, truth=truth, before=before, after=after, sign=sign)

    chosen = int(selectbox(t("findings.map_choose"), list(places), format_func=named, key=_IMAGE))
    keep("results", map_image=chosen)
    return chosen


def picture_beside(look: Look, which: int, data_set: DataSet, image: int, cell: Cell) -> None:
    """A picture clean and with noise, what opens it and what leads to its Grad-CAM; opened where a click asked for it."""
    run, test = look.chosen[which]
    _pair(data_set, test, image, cell, _SIDE)
    st.button(
        t("findings.map_large"),
        icon=":material/open_in_full:",
        key="results_map_large",
        on_click=open_large,
        args=(image,),
    )
    _to_maps(run, test, image, cell, t("findings.map_look"))
    if st.session_state.pop(_OPEN, False):
        _dialog(look, data_set, test, image, cell)


def _dialog(look: Look, data_set: DataSet, test: JoinedEvaluation, image: int, cell: Cell) -> None:
    truth = literal(say(test.class_labels[int(data_set.labels[image])]))

    @st.dialog(t("findings.map_title", number=image, truth=truth), width="medium")
    def opened() -> None:
        _pair(data_set, test, image, cell, _LARGE)
        noise = noise_label(cell[0], language())
        st.caption(t("findings.map_pair", noise=noise, severity=cell[1]))
        for run, own in look.chosen:
            said = _said(own, image, cell)
            words, way = st.columns([3, 1], vertical_alignment="center")
            name = literal(say(run.label))
            if said is None:
                words.markdown(t("findings.map_unasked", name=name))
                continue
            words.markdown(t("findings.map_said", name=name, before=said[0], after=said[1]))
            with way:
                _to_maps(run, own, image, cell, t("findings.map_maps"))

    opened()


def _said(test: JoinedEvaluation, image: int, cell: Cell) -> tuple[str, str] | None:
    """What a run said of a picture without noise and with it, in Markdown; None where it was not asked about it."""
    columns = ("image", "noise", "severity", "truth", "prediction", "confidence")
    rows = predictions(test, columns, [(CLEAN, 0), cell])
    own = rows[rows["image"] == image]
    said = []
    for noise, severity in ((CLEAN, 0), cell):
        found = own[(own["noise"].astype(str) == noise) & (own["severity"] == severity)]
        if not len(found):
            return None
        row = found.iloc[0]
        name = say(test.class_labels[int(row["prediction"])])
        right = int(row["prediction"]) == int(row["truth"])
        sign = ":green[✓]" if right else ":red[✗]"
        said.append(f"{sign}\u00a0{literal(answer(name, float(row['confidence'])))}")
    return said[0], said[1]


def _pair(data_set: DataSet, test: JoinedEvaluation, image: int, cell: Cell, side: int) -> None:
    around = ground()

    def made() -> bytes:
        pair = [
            enlarged(noisy_picture(data_set, image, *which, test.table), side) for which in ((CLEAN, 0), cell)
        ]
        return encode_jpeg(mosaic([pair], around), JPEG_QUALITY)

    key = (
        "map picture",
        str(data_set.folder.path),
        data_set.card.fingerprint,
        image,
        *cell,
        side,
        str(around),
    )
    picture_file(kept_picture(key, made), None, t("findings.map_picture_alt", number=image))


def _to_maps(run: Run, test: JoinedEvaluation, image: int, cell: Cell, label: str) -> None:
    if run.without_maps:
        return
    where = {"run": run.id, "test": test.id, "noise": cell[0], "severity": str(cell[1]), "image": str(image)}
    st.page_link("explain.py", label=label, icon=":material/visibility:", query_params=where)
