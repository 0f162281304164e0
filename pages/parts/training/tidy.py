"""What runs take on the disk, several deleted at once, and what was deleted brought back."""

import time
from collections.abc import Sequence

import streamlit as st

from core.errors import NoiseLensError
from core.evaluation.dropping import drop_maps, maps_bytes
from core.files import folder_bytes
from core.jobs.states import ACTIVE
from core.runs.deleted import DeletedRun, bring_back, list_deleted, remove_for_good
from core.runs.runs import Run, delete_run
from core.store import DELETED_FOR
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.choices import multiselect
from pages.parts.chrome import named
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.progress import duration
from pages.parts.services import workspace

_QUESTION = "delete_runs"
_MAPS_QUESTION = "drop_maps"
_CHOSEN = "train_tidy_runs"


def size_words(bytes: int) -> str:
    """ "12 MB", "1.3 GB"."""
    if bytes < 10 * 2**20:
        return f"{max(0.1, bytes / 2**20):.1f} MB"
    return f"{bytes / 2**20:.0f} MB" if bytes < 2**30 else f"{bytes / 2**30:.1f} GB"


def tidy(runs: Sequence[Run]) -> None:
    """Folded away: runs to delete, and those deleted within a day."""
    place = st.expander(t("train.tidy"), icon=":material/folder_delete:", key="train_tidy", on_change="rerun")
    if not place.open:
        return
    with place:
        _several([run for run in runs if run.state not in ACTIVE])
        for one in list_deleted(workspace()):
            _deleted(one)


def _several(runs: Sequence[Run]) -> None:
    by_id = {run.id: run for run in runs}
    sizes = {run.id: folder_bytes(run.folder.path) for run in runs}
    st.markdown(t("train.tidy_size", n=len(runs), size=size_words(sum(sizes.values()))))
    if not runs:
        return
    st.session_state[_CHOSEN] = [one for one in st.session_state.get(_CHOSEN, []) if one in by_id]
    chosen = multiselect(
        t("train.tidy_which"), list(by_id), format_func=lambda one: say(by_id[one].label), key=_CHOSEN
    )
    size = sum(sizes[one] for one in chosen)
    maps = sum(maps_bytes(workspace(), by_id[one]) for one in chosen)
    with st.container(horizontal=True):
        if st.button(
            t("train.tidy_delete"), icon=":material/delete:", key="train_tidy_delete", disabled=not chosen
        ):
            ask(_QUESTION, "")
        if st.button(
            t("train.tidy_maps"), icon=":material/layers_clear:", key="train_tidy_maps", disabled=not maps
        ):
            ask(_MAPS_QUESTION, "")
    if chosen:
        said = t("train.tidy_chosen", n=len(chosen), size=size_words(size))
        st.caption(f"{said} {t('train.tidy_of_maps', size=size_words(maps))}" if maps else said)

    def drop() -> None:
        try:
            for one in chosen:
                drop_maps(workspace(), by_id[one])
        except NoiseLensError as error:
            show_error(error)

    if is_asked(_MAPS_QUESTION, "") and maps:
        confirm(
            "train_tidy_maps",
            t("train.tidy_maps_title", size=size_words(maps)),
            t("train.tidy_maps_text"),
            "train.tidy_maps_yes",
            "train.keep",
            drop,
        )

    def act() -> None:
        for one in chosen:
            delete_run(workspace(), by_id[one])

    if is_asked(_QUESTION, "") and chosen:
        confirm(
            "train_tidy_delete",
            t("train.tidy_title", n=len(chosen)),
            f"{t('train.delete_text')}\n\n{', '.join(literal(say(by_id[one].label)) for one in chosen)}",
            "train.delete_yes",
            "train.keep",
            act,
        )


def _deleted(one: DeletedRun) -> None:
    left = max(60.0, one.when + DELETED_FOR - time.time())
    with named(f"deleted_{one.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{literal(say(one.label))}**", width="stretch")
        st.caption(t("train.deleted", size=size_words(one.bytes), time=duration(left)), width="content")
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
            bring_back(workspace(), one.id)
        else:
            remove_for_good(workspace(), one.id)
    except NoiseLensError as error:
        show_error(error)
    else:
        st.rerun()
