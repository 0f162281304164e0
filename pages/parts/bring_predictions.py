"""The form for models that cannot come here: a pack of noisy pictures goes out, its answers come back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.brought.made import made_file
from core.brought.pack import most_bytes, seconds_to_write, submit_challenge
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.files import remove_folder, writing
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.noise.mix import Mix
from core.store import file_name, new_id
from pages.parts.choices import selectbox
from pages.parts.data_set_choice import data_set_choice
from pages.parts.i18n import literal, say, t
from pages.parts.made import made_cards
from pages.parts.messages import show_error
from pages.parts.number_field import number_field
from pages.parts.numbers import size_words
from pages.parts.progress import span
from pages.parts.services.workspace import workspace
from pages.parts.test_cells import choose_cells

_ROUND = "predictions_round"
_TAKEN = "predictions_taken"
"""Session: what the click before this run has taken."""
_RUN = "predictions_run"
"""Session: the id of the run that was made of it last."""
UPLOADED = "-"
"""The choice of a pack that is uploaded."""
FEW = 200
"""Pictures that a pack has unless somebody says otherwise."""


def predictions_form(data_sets: Sequence[DataSet]) -> bool:
    """The form; whether the click before this run has taken answers."""
    taken = st.session_state.pop(_TAKEN, None)
    if taken is not None:
        st.toast(taken, icon=":material/check:")
    st.markdown(t("elsewhere.predictions_about"))
    _pack(data_sets)
    st.markdown(f"**{t('elsewhere.step_answer')}**")
    st.markdown(t("elsewhere.answer_about"))
    _answers()
    return taken is not None


def taken_run() -> str | None:
    """The id of the run that this visitor's last answers became."""
    found: str | None = st.session_state.get(_RUN)
    return found


def _is_pack(job: Job) -> bool:
    return job.makes("pack")


def _pack(data_sets: Sequence[DataSet]) -> None:
    st.markdown(f"**{t('elsewhere.step_pack')}**")
    data_set = data_set_choice(data_sets, t("elsewhere.pack_data"))
    most = data_set.split_counts["test"]
    if not most:
        st.caption(f":material/error: {t('elsewhere.no_test')}")
        return
    chosen = choose_cells("challenge", Mix(), data_set.table)
    images = number_field(
        t("elsewhere.pack_images"),
        1,
        most,
        min(FEW, most),
        key=f"challenge_images_{data_set.id}",
        help=t("elsewhere.pack_images_help", n=most),
    )
    files = (images or 0) * (1 + len(chosen.noises) * len(chosen.severities))
    if files and chosen.complete:
        takes = seconds_to_write(data_set, chosen.noises, chosen.severities, images or 0)
        size = size_words(most_bytes(data_set, files))
        st.caption(f":material/save: {t('elsewhere.pack_takes', time=span(takes), size=size)}")
    if st.button(
        t("elsewhere.make_pack", n=f"{files:,}"),
        icon=":material/inventory_2:",
        key="challenge_go",
        disabled=images is None or not chosen.complete,
    ):
        try:
            submit_challenge(workspace(), data_set, chosen.noises, chosen.severities, images)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()
    made_cards("challenge", _is_pack)


def _packs() -> dict[str, tuple[Job, Path]]:
    """Packs that were made here and are still there, newest first."""
    jobs = [job for job in list_jobs(workspace()) if job.group == "report" and _is_pack(job)]
    return {job.id: (job, path) for job in jobs if (path := made_file(workspace(), job)) is not None}


def _answers() -> None:
    round_ = st.session_state.setdefault(_ROUND, 0)
    packs = _packs()
    table = st.file_uploader(
        t("elsewhere.table"), type=["csv", "tsv", "txt", "parquet"], key=f"predictions_table_{round_}"
    )
    pack_id = UPLOADED
    if packs:
        key = "predictions_pack"
        if st.session_state.get(key) not in (*packs, UPLOADED):
            st.session_state.pop(key, None)
        pack_id = str(
            selectbox(
                t("elsewhere.pack"),
                [*packs, UPLOADED],
                format_func=lambda one: (
                    t("elsewhere.pack_other") if one == UPLOADED else say(packs[one][0].title)
                ),
                key=key,
            )
        )
    upload = None
    if pack_id == UPLOADED:
        upload = st.file_uploader(t("elsewhere.pack_file"), type=["zip"], key=f"predictions_zip_{round_}")
    name = st.text_input(
        t("train.name"),
        max_chars=80,
        placeholder=Path(table.name).stem if table else "",
        key=f"predictions_name_{round_}",
    )
    ready = table is not None and (pack_id != UPLOADED or upload is not None)
    clicked = st.button(
        t("elsewhere.bring_predictions"),
        type="primary",
        icon=":material/move_to_inbox:",
        key="predictions_go",
        disabled=not ready,
        help=None if ready else t("elsewhere.no_table"),
    )
    if clicked and table is not None:
        called = name.strip() or Path(table.name).stem
        _bring_in(table, None if pack_id == UPLOADED else packs[pack_id][1], upload, called, round_)


def _bring_in(table: Any, pack: Path | None, upload: Any, name: str, round_: int) -> None:
    from core.brought.predictions import bring_predictions

    place = workspace().uploads / new_id()
    try:
        with writing(place), st.spinner(t("elsewhere.taking")):
            place.mkdir(parents=True)
            kept = place / (file_name(Path(table.name).stem) + Path(table.name).suffix.lower())
            kept.write_bytes(table.getbuffer())
            if pack is None:
                pack = place / "pack.zip"
                pack.write_bytes(upload.getbuffer())
            taken = bring_predictions(workspace(), kept, pack, name)
    except NoiseLensError as error:
        show_error(error)
        return
    finally:
        remove_folder(place)
    st.session_state[_ROUND] = round_ + 1
    st.session_state[_RUN] = taken.run.id
    st.session_state[_TAKEN] = t(
        "elsewhere.taken",
        rows=f"{taken.rows:,}",
        images=f"{taken.images:,}",
        name=literal(say(taken.run.label)),
    )
    st.rerun()
