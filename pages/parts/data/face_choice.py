"""Faces cut out of what is imported: whether and how, and ten results before it runs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.data.intake.face_crop import LARGEST_MARGIN, MISSING, SEVERAL, FaceCrop
from core.data.intake.videos import Frames
from core.errors import NoiseLensError
from core.explanation.views import mosaic
from core.progress import Report
from core.resizing import Fit, fitted
from pages.parts.background import begun, while_working
from pages.parts.choices import segmented_control
from pages.parts.data.video_choice import handed_over
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.numbers import percent_format
from pages.parts.pictures import picture, side_by_side
from pages.parts.services.data import kept_upload
from pages.parts.services.kept import works
from pages.parts.theme import ground

if TYPE_CHECKING:
    from core.data.intake.face_preview import Sample

SIDE = 160
"""Of each picture shown, px."""
COLUMNS = 5


def face_choice() -> FaceCrop | None:
    """The switch and, where it is on, how faces are cut out; None where pictures stay as they are."""
    if not st.toggle(t("data.face"), key="data_face", help=t("data.face_help"), persist_state="session"):
        return None
    usual = FaceCrop()
    margin_place, missing_place, several_place = st.columns([4, 4, 5])
    with margin_place:
        margin = st.slider(
            t("data.face_margin"),
            0,
            round(100 * LARGEST_MARGIN),
            round(100 * usual.margin),
            5,
            format=percent_format(),
            key="data_face_margin",
            help=t("data.face_margin_help"),
            persist_state="session",
        )
    with missing_place:
        missing = segmented_control(
            t("data.face_missing"),
            MISSING,
            default=usual.missing,
            required=True,
            key="data_face_missing",
            format_func=lambda key: t(f"data.face_missing_{key}"),
            persist_state="session",
        )
    with several_place:
        several = segmented_control(
            t("data.face_several"),
            SEVERAL,
            default=usual.several,
            required=True,
            key="data_face_several",
            format_func=lambda key: t(f"data.face_several_{key}"),
            persist_state="session",
        )
    return FaceCrop(margin / 100, missing or usual.missing, several or usual.several)


@st.fragment
def face_preview(
    choice: FaceCrop, uploads: Sequence[Any], folder: str, csv: str, frames: Frames, how: Fit, size: int
) -> None:
    """Ten pictures of what is chosen, with what was found in each and what would be stored.

    Args:
        how, size: how pictures become square, and their side, px.
    """
    if not uploads and not folder:
        st.caption(t("data.face_preview_empty"))
        return
    key = ("faces", *_source(uploads, folder, csv), frames.per, f"{frames.amount:g}")
    work = begun(
        works(),
        key,
        "data_face",
        lambda: works().start(key, _function(uploads, folder, csv, frames)),
    )
    if work is None:
        return
    if work.running:
        while_working(work, "data_face", t("data.face_looking"))
    elif work.error is not None:
        if not isinstance(work.error, NoiseLensError):
            work.cancel()
            raise work.error
        show_error(work.error)
        st.button(
            t("data.face_again"), icon=":material/refresh:", key="data_face_again", on_click=work.cancel
        )
    else:
        _results(work.result, choice, how, size)


def _source(uploads: Sequence[Any], folder: str, csv: str) -> tuple[str, ...]:
    """What tells one choice of files from another, and a folder from what it was before."""
    if not folder:
        return tuple(upload.file_id for upload in uploads)
    try:
        changed = str(Path(folder).expanduser().stat().st_mtime_ns)
    except OSError:
        changed = ""  # the work says what is wrong with it
    return folder, csv, changed


def _function(
    uploads: Sequence[Any], folder: str, csv: str, frames: Frames
) -> "Callable[[Report], list[Sample]]":
    kept, handed = kept_upload(), handed_over(uploads)

    def function(report: Report) -> "list[Sample]":
        from core.data.intake.face_preview import preview

        if folder:
            return preview(Path(folder).expanduser(), Path(csv).expanduser() if csv else None, frames, report)
        return preview(kept.path(*handed), None, frames, report)

    return function


def _results(samples: "list[Sample]", choice: FaceCrop, how: Fit, size: int) -> None:
    from core.data.intake.face_preview import outcome

    st.markdown(f"**{literal(say(outcome(samples, choice)))}**")
    st.caption(t("data.face_preview_text", size=size))
    with side_by_side("faces"):
        for start in range(0, len(samples), COLUMNS):
            places = st.columns(COLUMNS, gap="small")
            for place, sample in zip(places, samples[start : start + COLUMNS], strict=False):
                with place:
                    _result(sample, choice, how, size)


def _result(sample: "Sample", choice: FaceCrop, how: Fit, size: int) -> None:
    crop, why = sample.crop(choice)
    shown = [sample.framed(SIDE, ground())]
    if crop is not None:
        shown.append(fitted(fitted(crop, size, how), SIDE, "stretch"))
        kind = "whole" if not sample.boxes else "one" if len(sample.boxes) == 1 else "several_taken"
        words = t(f"data.face_{kind}", n=len(sample.boxes))
    elif sample.error is None:
        words = t(
            "data.face_none_skipped" if not sample.boxes else "data.face_several_skipped", n=len(sample.boxes)
        )
    else:
        words = t("data.face_unreadable")
    name = literal(sample.path)
    shown += [np.full_like(shown[0], ground())] * (2 - len(shown))  # so that all are of one height
    picture(mosaic([shown], ground()), None, t("data.face_alt", name=sample.path, said=words))
    st.caption(f"{name}  \n{words}", help=literal(say(why)) if why is not None else None)
