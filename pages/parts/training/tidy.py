"""What runs take on the disk: ticked ones deleted or freed of their maps, and what was deleted brought back."""

import time
from collections.abc import Sequence

import streamlit as st

from core.errors import NoiseLensError
from core.evaluation.dropped_maps import drop_maps, maps_bytes
from core.files import folder_bytes
from core.jobs.states import ACTIVE
from core.runs.deleted import DeletedRun, bring_back, delete_run, list_deleted, remove_for_good
from core.runs.runs import Run
from core.store import DELETED_FOR
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.chrome import named
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.numbers import size_words
from pages.parts.progress import duration
from pages.parts.services.workspace import workspace

TICKED = "train_runs"
"""Session: the ids of the runs that are ticked in the list, also of those that are not in sight just now."""
TO_TICK = "train_to_tick"
"""Session: the id of a run that the list is to show next."""
_DELETE, _MAPS = "delete_runs", "drop_maps"
FEW_DELETED = 3
"""Deleted runs that are a line each; more are folded."""


def of_maps(runs: Sequence[Run]) -> int:
    """Bytes that the maps of runs take."""
    return sum(maps_bytes(workspace(), run) for run in runs)


def disk_words(runs: Sequence[Run], maps: int = 0) -> str:
    """What runs take, and how much of it maps are, where these are asked for."""
    whole = sum(folder_bytes(run.folder.path) for run in runs)
    said = t("train.tidy_size", n=len(runs), size=size_words(whole))
    return f"{said} {t('train.tidy_of_maps', size=size_words(maps))}" if maps else said


def tidy_buttons(runs: Sequence[Run], maps: int) -> None:
    """What deletes runs or drops their maps, each after a question; within a row of buttons.

    Args:
        runs: one or several, which the question names.
        maps: as `of_maps` gives it.
    """
    about = ",".join(run.id for run in runs)
    key = runs[0].id if len(runs) == 1 else "several"
    under_way = any(run.state in ACTIVE for run in runs)
    if maps:
        st.button(
            t("train.tidy_maps"),
            icon=":material/layers_clear:",
            key=f"train_tidy_maps_{key}",
            on_click=ask,
            args=(_MAPS, about),
        )
    st.button(
        t("train.delete" if len(runs) == 1 else "train.tidy_delete", n=len(runs)),
        icon=":material/delete:",
        key=f"train_delete_{key}",
        disabled=under_way,
        help=t("train.delete_help") if under_way else None,
        on_click=ask,
        args=(_DELETE, about),
    )


def confirm_tidy(runs: Sequence[Run], maps: int) -> None:
    """The question that one of `tidy_buttons` asks, while it is open; arguments are those of `tidy_buttons`."""
    about = ",".join(run.id for run in runs)
    names = [literal(say(run.label)) for run in runs]
    every = "\n".join(f"- {name}" for name in names)
    listed = every if len(names) > 1 else ""

    def drop() -> None:
        try:
            for run in runs:
                drop_maps(workspace(), run)
        except NoiseLensError as error:
            show_error(error)

    def delete() -> None:
        for run in runs:
            delete_run(workspace(), run)

    if is_asked(_MAPS, about) and maps:
        confirm(
            "train_tidy_maps",
            t("train.tidy_maps_title", size=size_words(maps)),
            f"{t('train.tidy_maps_text')}\n\n{every}",
            "train.tidy_maps_yes",
            "runs.keep",
            drop,
        )
    if is_asked(_DELETE, about) and not any(run.state in ACTIVE for run in runs):
        one = len(runs) == 1
        confirm(
            "train_delete",
            t("train.delete_title", name=names[0]) if one else t("train.tidy_title", n=len(runs)),
            f"{t('train.delete_text')}\n\n{listed}",
            "train.delete_yes",
            "train.keep" if one else "runs.keep",
            delete,
        )


def deleted_runs() -> None:
    """What was deleted within a day: a line each, many folded."""
    found = list_deleted(workspace())
    if len(found) <= FEW_DELETED:
        for one in found:
            _deleted(one)
        return
    place = st.expander(
        t("runs.deleted", n=len(found), size=size_words(sum(one.bytes for one in found))),
        icon=":material/restore_from_trash:",
        key="train_deleted",
        on_change="rerun",
    )
    if place.open:
        with place:
            for one in found:
                _deleted(one)


def _deleted(one: DeletedRun) -> None:
    left = max(60.0, one.when + DELETED_FOR - time.time())
    with named(f"deleted_{one.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{literal(say(one.label))}**", width="stretch")
        st.caption(t("train.deleted", size=size_words(one.bytes), time=duration(left)), width="content")
        with st.container(horizontal=True, width="content", gap="small"):  # on a phone beside each other, too
            back = st.button(
                t("train.bring_back"), key=f"train_back_{one.id}", icon=":material/undo:", type="tertiary"
            )
            now = st.button(
                t("train.remove_now"),
                key=f"train_remove_{one.id}",
                icon=":material/delete_forever:",
                type="tertiary",
            )
    if not back and not now:
        return
    try:
        if back:
            run = bring_back(workspace(), one.id)
            st.session_state[TO_TICK] = run.id
        else:
            remove_for_good(workspace(), one.id)
    except NoiseLensError as error:
        show_error(error)
    else:
        st.rerun()
