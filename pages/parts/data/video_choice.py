"""How many frames of each video: shown where an import holds videos, with how many pictures that makes."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import streamlit as st

from core.data.intake.first_look import Look
from core.data.intake.uploads import ARCHIVE_TYPES
from core.data.intake.videos import DEFAULT_FRAMES, Frames, Per, is_video
from core.limits import MAX_FRAMES_PER_SECOND, MAX_FRAMES_PER_VIDEO
from pages.parts.choices import segmented_control
from pages.parts.i18n import t
from pages.parts.number_field import number_field
from pages.parts.services.data import look_at_folder, look_at_upload

PER: tuple[Per, ...] = get_args(Per)


def look(uploads: Sequence[Any], folder: str, csv: str) -> Look:
    """The videos among what is chosen, uploads or a folder of the server."""
    if folder:
        with st.spinner(t("data.looking")):
            return look_at_folder(str(Path(folder).expanduser()), csv)
    names = [str(upload.name) for upload in uploads]
    archive = len(names) == 1 and names[0].lower().endswith((*ARCHIVE_TYPES, "gz"))
    if not archive and not any(map(is_video, names)):
        return Look(0)
    with st.spinner(t("data.looking")):
        return look_at_upload(*handed_over(uploads))


def handed_over(
    uploads: Sequence[Any],
) -> tuple[tuple[str, ...], Callable[[], list[tuple[str, memoryview]]]]:
    """Uploads as core.data.intake.uploads.KeptUpload takes them: what tells them from others, and their bytes."""
    return (
        tuple(upload.file_id for upload in uploads),
        lambda: [(upload.name, upload.getbuffer()) for upload in uploads],
    )


def frames_of_videos(found: Look) -> Frames | None:
    """The choice, None where its number is none that can be; where there are no videos, nothing is shown."""
    if found.known and not found.videos:
        return DEFAULT_FRAMES
    per_place, amount_place = st.columns([5, 7])
    with per_place:
        per: Per = (
            segmented_control(
                t("data.frames"),
                PER,
                default=DEFAULT_FRAMES.per,
                required=True,
                key="data_frames_per",
                format_func=lambda key: t(f"data.frames_per_{key}"),
                help=t("data.frames_help"),
                persist_state="session",
            )
            or DEFAULT_FRAMES.per
        )
    with amount_place:
        if per == "video":
            start = int(DEFAULT_FRAMES.amount) if DEFAULT_FRAMES.per == "video" else 10
            amount: float | None = number_field(
                t("data.frames_n_video"),
                1,
                MAX_FRAMES_PER_VIDEO,
                start,
                key="data_frames_per_video",
                persist_state="session",
            )
        else:
            amount = number_field(
                t("data.frames_n_second"),
                0.01,
                float(MAX_FRAMES_PER_SECOND),
                1.0,
                0.5,
                format="%g",
                key="data_frames_per_second",
                persist_state="session",
            )
    if amount is None:
        return None
    frames = Frames(per, amount)
    with amount_place:
        count = found.frames(frames)
        if not found.known:
            st.markdown(t("data.frames_unknown"))
        elif count is None:
            st.markdown(t("data.frames_later", videos=f"{found.videos:,}"))
        else:
            st.markdown(t("data.frames_count", videos=f"{found.videos:,}", frames=f"{count:,}"))
    return frames
