"""The form that brings pictures in: from the browser, from a folder of the server, or from the internet by name."""

from functools import partial
from pathlib import Path
from typing import Any, get_args

import streamlit as st

from core.data.dataset import SIZES, unused_name
from core.data.imports import submit_import
from core.data.intake.face_crop import FACE_SIDE
from core.data.intake.uploads import ARCHIVE_TYPES, upload_name
from core.data.intake.videos import DEFAULT_FRAMES, VIDEO_SUFFIXES
from core.data.named.hugging_face import Columns
from core.data.named.job import submit_fetch
from core.errors import NoiseLensError
from core.images import PICTURE_SUFFIXES
from core.limits import (
    MAX_CLASSES,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_FRAMES_PER_VIDEO,
    MAX_PIXELS,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    MAX_VIDEO_BYTES,
    MAX_VIDEO_SECONDS,
    MAX_VIDEO_SIDE,
)
from core.resizing import Fit
from pages.parts.choices import segmented_control, selectbox
from pages.parts.data.begin import Begin
from pages.parts.data.face_choice import face_choice, face_preview
from pages.parts.data.named_sets import Named, named_set
from pages.parts.data.video_choice import frames_of_videos, handed_over, look
from pages.parts.i18n import language, t
from pages.parts.messages import show_error
from pages.parts.services.data import kept_upload
from pages.parts.services.workspace import workspace

FITS: tuple[Fit, ...] = get_args(Fit)
SOURCES = ("files", "directory", "server", "name")
TYPES = [*(suffix.removeprefix(".") for suffix in (*PICTURE_SUFFIXES, *VIDEO_SUFFIXES)), "csv", "tsv"]
ROUND = "data_upload_round"
"""Session: counts imports, so that each begins with empty fields."""


def import_form(begin: Begin) -> None:
    """Queue an import, started by `begin`."""
    round_ = st.session_state.setdefault(ROUND, 0)
    chosen = segmented_control(
        t("data.source"),
        SOURCES,
        default=SOURCES[0],
        required=True,
        key="data_source",
        format_func=lambda key: t(f"data.source_{key}"),
        persist_state="session",
    )
    if chosen != "name":
        st.markdown(t("data.import_text"))
    uploads: list[Any] = []
    folder = csv = ""
    named = Named()
    if chosen == "name":
        named = named_set()
    elif chosen == "server":
        folder = st.text_input(
            t("data.folder"),
            key="data_folder",
            placeholder="/home/me/pictures",
            help=t("data.folder_help"),
            persist_state="session",
        ).strip()
        csv = st.text_input(
            t("data.csv"), key="data_csv", placeholder="/home/me/labels.csv", persist_state="session"
        ).strip()
    elif chosen == "directory":
        uploads = st.file_uploader(
            t("data.directory"), type=TYPES, accept_multiple_files="directory", key=f"data_directory_{round_}"
        )
    else:
        uploads = st.file_uploader(
            t("data.files"),
            type=[*ARCHIVE_TYPES, "gz", *TYPES],
            accept_multiple_files=True,
            key=f"data_files_{round_}",
        )
    if named.source:
        stem = named.source.rpartition(":")[2].rpartition("/")[2]
    else:
        stem = Path(folder).name.split(".")[0] if folder else upload_name([one.name for one in uploads])
    stem = unused_name(workspace(), stem) if stem else ""
    frames = frames_of_videos(look(uploads, folder, csv))
    how = segmented_control(
        t("data.fit"),
        FITS,
        default=FITS[0],
        required=True,
        key="data_fit",
        format_func=lambda key: t(f"data.fit_{key}"),
        help=t("data.fit_help"),
        persist_state="session",
    )
    face = face_choice()
    preview_place = st.container()
    name_place, size_place, button_place = st.columns([5, 4, 3], vertical_alignment="bottom")
    with name_place:
        name = st.text_input(
            t("data.name"),
            placeholder=stem or t("data.name_placeholder"),
            max_chars=80,
            key=f"data_name_{round_}",
            persist_state="session",
        )
    with size_place:
        size = selectbox(
            t("data.size"),
            SIZES,
            index=None,
            placeholder=t("data.size_auto"),
            key="data_import_size",
            format_func=lambda px: t("data.px", n=px),
            help=t("data.size_help"),
            persist_state="session",
        )
    if face is not None:
        with preview_place:
            if chosen == "name":
                st.caption(t("data.face_preview_later"))
            else:
                shown = frames or DEFAULT_FRAMES
                face_preview(face, uploads, folder, csv, shown, how or FITS[0], size or FACE_SIDE)
    with button_place:
        clicked = st.button(
            t("data.import_button"),
            icon=":material/upload:",
            key="data_import",
            width="stretch",
            disabled=frames is None or not named.readable,
        )
    with st.expander(t("data.limits_title"), icon=":material/rule:", key="import_limits"):
        st.markdown(_limits())
    if not clicked or frames is None:
        return
    if not uploads and not folder and not named.source:
        st.warning(
            t("data.nothing_named" if chosen == "name" else "data.nothing_chosen"),
            icon=":material/upload_file:",
        )
        return
    copied: Path | None = None
    try:
        if uploads:
            copied = kept_upload().path(*handed_over(uploads))
        called = name.strip() or stem
        if named.source:
            submit = partial(
                submit_fetch,
                workspace(),
                named.source,
                called,
                size,
                how=how,
                review=True,
                folder=Path(named.folder) if named.folder else None,
                columns=Columns.of(**named.columns),
                face=face,
            )
        else:
            submit = partial(
                submit_import,
                workspace(),
                copied or Path(folder).expanduser(),
                called,
                size,
                delete_source=copied is not None,
                csv=Path(csv) if csv else None,
                how=how,
                review=True,
                frames=frames,
                face=face,
            )
        job = begin(submit)
    except NoiseLensError as error:
        kept_upload().close()
        show_error(error)
        return
    if copied is not None and Path(job.subject.source or "") == copied.resolve():
        kept_upload().hand_over()
    else:
        kept_upload().close()  # the same import waits already, with files of its own
    st.session_state[ROUND] = round_ + 1
    st.rerun()


def _limits() -> str:
    return t(
        "data.limits",
        files=f"{MAX_FILES:,}",
        classes=f"{MAX_CLASSES:,}",
        total=MAX_TOTAL_BYTES // 1024**3,
        ratio=MAX_RATIO,
        file=MAX_FILE_BYTES // 2**20,
        pixels=f"{MAX_PIXELS // 10_000:,}" if language() == "ko" else MAX_PIXELS // 10**6,
        video=MAX_VIDEO_BYTES // 1024**3,
        hours=MAX_VIDEO_SECONDS // 3600,
        side=f"{MAX_VIDEO_SIDE:,}",
        frames=f"{MAX_FRAMES_PER_VIDEO:,}",
    )
