"""A run asked about pictures of somebody's own: a row a picture, and where the network looked on the one that is ticked."""

import base64
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.brought.sheet import Tile, sheet
from core.data.intake.listing import composed, is_ignored
from core.errors import DataSetDeleted, UserMistake
from core.images import PICTURE_SUFFIXES, encode_jpeg
from core.limits import MAX_FILE_BYTES
from core.progress import Report
from core.runs.runs import Run, data_set_of
from pages.parts.background import Work, begun, failed, while_working
from pages.parts.choices import segmented_control
from pages.parts.i18n import language, literal, say, t
from pages.parts.numbers import answer, percent
from pages.parts.origin import why_no_map
from pages.parts.pictures import overlay_legend
from pages.parts.services.classifiers import classifier
from pages.parts.services.kept import works
from pages.parts.services.workspace import workspace

if TYPE_CHECKING:
    from core.brought.new_pictures import Answer

MOST = 1000
"""Pictures at once."""
_THUMB = 64
"""px."""
_QUALITY = 85


@dataclass
class _Found:
    """What has been found out so far."""

    answers: "list[Answer]" = field(default_factory=list)
    thumbs: list[bytes] = field(default_factory=list)
    """JPEG, of each answer."""
    tiles: list[Tile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    why: dict[str, UserMistake] = field(default_factory=dict)
    """Of those that are left out, as far as it is known."""
    given: int = 0
    """Files that are taken for pictures."""


def ask_pictures(run: Run, page: str) -> None:
    """Where pictures are given, and what the run says of each.

    Args:
        run: one with weights.
        page: tells the places where this is drawn apart.
    """
    st.caption(t("elsewhere.ask_about", most=f"{MOST:,}"))
    at = f"{page}_ask_{run.id}"
    given = segmented_control(
        t("elsewhere.ask_given"),
        ["files", "folder"],
        format_func=lambda key: t(f"elsewhere.ask_given_{key}"),
        key=f"{at}_given",
        default="files",
        required=True,
        label_visibility="collapsed",
    )
    label, key = t(f"elsewhere.ask_{given}"), f"{page}_ask_{given}_{run.id}"
    if given == "folder":
        files = st.file_uploader(
            label, accept_multiple_files="directory", key=key, help=t("elsewhere.ask_folder_help")
        )
    else:
        files = st.file_uploader(label, accept_multiple_files=True, key=key)
    if files:
        _asked(run, files, at, whole_folder=given == "folder")


def _asked(run: Run, files: Sequence[UploadedFile], at: str, whole_folder: bool) -> None:
    key = ("ask", run.id, *(file.file_id for file in files))

    @st.fragment
    def shown() -> None:
        work = begun(works(), key, at, lambda: _start(key, run, files, whole_folder))
        if work is None or failed(work):
            return
        found: _Found = work.partial
        if work.running:
            of = min(found.given, MOST)
            words = (
                t("elsewhere.ask_running", n=len(found.answers), of=of) if of else t("elsewhere.ask_opening")
            )
            while_working(work, at, words)
        elif not found.answers and not found.left_out:
            st.info(t("elsewhere.ask_none"), icon=":material/info:")
        if found.given > MOST:
            words = t("elsewhere.ask_most", most=f"{MOST:,}", n=f"{found.given:,}")
            st.caption(f":material/info: {words}")
        if found.answers:
            _table(run, found, work.running, at)
        if found.left_out and not work.running:
            names = ", ".join(literal(name) for name in found.left_out[:5])
            more = "" if len(found.left_out) <= 5 else " …"
            said = t("elsewhere.ask_left_out", n=len(found.left_out), names=names + more)
            reasons = [literal(say(found.why[name].said)) for name in found.left_out[:5] if name in found.why]
            st.caption(f":material/broken_image: {said}", help="\n\n".join(reasons) or None)

    shown()


def _start(key: tuple[str, ...], run: Run, files: Sequence[UploadedFile], whole_folder: bool) -> Work:
    found = _Found()
    home, given = workspace(), [(file.name, file.getvalue()) for file in files]
    if whole_folder:  # a browser gives them in any order
        given.sort()

    def function(report: Report) -> None:
        from core.brought.new_pictures import ask, tile_of
        from core.explanation.views import enlarged

        def left_out(name: str, why: UserMistake) -> None:
            found.left_out.append(name)
            found.why[name] = why

        try:
            window = data_set_of(home, run).window
        except DataSetDeleted:
            window = None
        pictures = list(_pictures(given, found.left_out, whole_folder))
        found.given = len(pictures)
        pictures = pictures[:MOST]
        network = classifier(run.id)
        for number, one in enumerate(ask(network, window, pictures, left_out, maps=not run.without_maps), 1):
            found.thumbs.append(encode_jpeg(enlarged(one.picture, _THUMB), _QUALITY))
            found.tiles.append(tile_of(one))
            found.answers.append(one.answer)
            report(number / len(pictures))

    return works().start(key, function, found)


def _pictures(
    files: Sequence[tuple[str, bytes]], left_out: list[str], whole_folder: bool
) -> Iterator[tuple[str, bytes]]:
    """The files, and in the place of a ZIP the pictures in it.

    Args:
        whole_folder: of what lies in it pictures alone are meant.
    """
    for name, data in files:
        path = PurePosixPath(name)
        if whole_folder and (path.suffix.lower() not in PICTURE_SUFFIXES or is_ignored(path.parts)):
            continue
        if PurePosixPath(name).suffix.lower() != ".zip":
            yield composed(name), data
            continue
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                for one in archive.infolist():
                    path = PurePosixPath(one.filename)
                    if path.suffix.lower() not in PICTURE_SUFFIXES or is_ignored(path.parts):
                        continue
                    if one.file_size > MAX_FILE_BYTES:
                        left_out.append(one.filename)
                    else:
                        yield composed(one.filename), archive.read(one)
        except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError):
            left_out.append(name)


def _table(run: Run, found: _Found, running: bool, at: str) -> None:
    answers = found.answers[: min(len(found.answers), len(found.thumbs))]
    labels = run.class_labels

    def called(name: str) -> str:
        return say(labels[name]) if name in labels else name

    shown = pd.DataFrame(
        {
            t("elsewhere.ask_picture"): [
                f"data:image/jpeg;base64,{base64.b64encode(thumb).decode()}"
                for thumb, _ in zip(found.thumbs, answers, strict=False)
            ],
            t("elsewhere.ask_answer"): [called(one.prediction) for one in answers],
            t("elsewhere.ask_share"): [percent(max(one.probabilities)) for one in answers],
            t("elsewhere.ask_how_sure"): [
                t("elsewhere.ask_sure" if one.sure else "elsewhere.ask_unsure") for one in answers
            ],
            t("elsewhere.ask_file"): [one.file for one in answers],
        }
    )
    picked = st.dataframe(
        shown,
        hide_index=True,
        key=f"{at}_table",
        on_select="rerun",
        selection_mode="single-row",
        row_height=_THUMB + 8,
        column_config={t("elsewhere.ask_picture"): st.column_config.ImageColumn(width=_THUMB + 16)},
        alt=t("elsewhere.ask_table"),
    )
    if running:
        return
    rows = picked["selection"]["rows"]
    if run.without_maps:
        st.caption(f":material/visibility_off: {why_no_map(run)}")
    elif rows and rows[0] < len(answers):
        one, tile = answers[rows[0]], found.tiles[rows[0]]
        left, right = st.columns(2)
        words = answer(literal(called(one.prediction)), max(one.probabilities))
        left.image(tile.picture, caption=literal(one.file), alt=one.file)
        counted = t("elsewhere.ask_counted", name=literal(called(one.prediction)))
        if tile.map is not None:
            right.image(tile.map, caption=f"{counted} · {words}", alt=counted)
        st.html(overlay_legend())
    else:
        st.caption(t("elsewhere.ask_pick"))
    from core.brought.new_pictures import table_of  # torch is there by now

    with st.container(horizontal=True):
        st.download_button(
            t("elsewhere.ask_csv"),
            lambda: table_of(answers, answers[0].classes),
            "noiselens-answers.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{at}_csv",
            on_click="ignore",
        )
        in_language = language()
        st.download_button(
            t("elsewhere.ask_sheet_plain" if run.without_maps else "elsewhere.ask_sheet"),
            lambda: sheet(
                run.label[in_language],
                found.tiles,
                found.left_out,
                in_language,
                lambda name: labels[name][in_language] if name in labels else name,
            ),
            "noiselens-answers.html",
            "text/html",
            icon=":material/grid_view:",
            key=f"{at}_sheet",
            help=t("elsewhere.ask_sheet_help"),
            on_click="ignore",
        )
