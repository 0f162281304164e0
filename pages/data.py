"""Data: what is here, draw or import more, look inside, delete."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core.data.builtin.faces import Swap
from core.data.builtin.job import submit_make
from core.data.dataset import SPLITS, DataSet, delete_data_set, list_data_sets
from core.data.review.acceptance import list_undecided, stored_by
from core.data.summary import example_indices, in_turn
from core.errors import DamagedDataSet
from core.jobs.job import Job
from core.jobs.queue import list_jobs, list_paused
from core.jobs.states import FINAL
from core.runs.runs import ACTIVE, Run, list_runs
from core.studies.demo import being_drawn, drawing
from pages.parts.address import open_page
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.chrome import named
from pages.parts.data.details import details
from pages.parts.data.draw_form import draw_form
from pages.parts.data.findings import waiting_cards
from pages.parts.data.import_form import import_form
from pages.parts.i18n import literal, say, t
from pages.parts.messages import sentence_card, show_error, show_place, show_top, small_heading
from pages.parts.pictures import strip
from pages.parts.progress import job_cards, run_again_when_changed
from pages.parts.services.workspace import workspace

Begun = TypeVar("Begun", Job, DataSet, Job | DataSet)

MINE = "data_jobs"
"""Session: the jobs that this visitor started here, shown until the page is left."""
SAID = "data_said"
"""Session: what the next run says about what was clicked; the progress may be a screen away."""
TO_SET = "data_to_set"
"""Session: the data set that was asked to be seen just now."""
MOST_ENDED = 4
"""Jobs that are shown though they have ended."""


def number(value: int) -> str:
    return f"{value:,}"


def begin(submit: Callable[[], Begun]) -> Begun:
    """What `submit` gives, which is a job or what was there already; the next run of the page says so.

    Raises:
        What `submit` raises.
    """
    before = {job.id for job in drawing(workspace())}
    begun = submit()
    if isinstance(begun, DataSet):
        said = t("data.already", name=literal(begun.name))
    else:
        st.session_state.setdefault(MINE, []).append(begun.id)
        said = t(
            "data.waits_already" if begun.id in before else "data.queued", name=literal(say(begun.title))
        )
    st.session_state.setdefault(SAID, []).append(said)
    return begun


def make(kind: str, size: int, swap: Swap | None = None) -> None:
    """Start drawing a built-in set, or say that it is there or under way."""
    begin(
        lambda: being_drawn(workspace(), kind, size, swap) or submit_make(workspace(), kind, size, swap=swap)
    )


def my_jobs() -> list[Job]:
    """Jobs that make data sets: all under way, in their order, and the last of this visitor's that have ended.

    What has ended without success is no longer shown once it is tried again.
    """
    active = [*drawing(workspace()), *list_paused(workspace(), "data")]
    mine = st.session_state.get(MINE, [])
    ended: list[Job] = []
    again = {job.once for job in active if job.once}
    for job in list_jobs(workspace()):
        if job.state not in FINAL or job.group != "data":
            continue
        # What was read and checked has a card of its own, or has been decided on.
        told = job.state == "done" and "waiting" in (job.result or {})
        if job.id in mine and not told and (job.state == "done" or job.once not in again):
            ended.append(job)
        if job.once:
            again.add(job.once)
    return active + ended[:MOST_ENDED]


def made(job: Job) -> Callable[[], None] | None:
    """The way on from a job that has made a data set: to its card, which is further down."""
    made_id = (job.result or {}).get("data_set_id") if job.state == "done" else None
    data_set = next((one for one in data_sets if one.id == made_id), None)
    if data_set is None:
        return None

    def draw() -> None:
        if st.button(
            t("data.show_made", name=literal(data_set.name)),
            key=f"show_{job.id}",
            icon=":material/arrow_downward:",
        ):
            st.session_state[TO_SET] = data_set.id
            st.rerun()

    return draw


def first_look(data_set: DataSet, count: int) -> list[int]:
    """Examples of all classes in turn."""
    return in_turn(example_indices(data_set, -(-count // len(data_set.classes))).values(), count)


def confirm_delete(data_set: DataSet, users: list[Run]) -> None:
    text = t("data.delete_text", images=number(data_set.card.images))
    if users:
        names = "\n".join(f"- {literal(say(run.label))}" for run in users)
        text += f"\n\n{t('data.delete_used')}\n\n{names}"
    name = literal(data_set.name)

    def delete() -> None:
        delete_data_set(workspace(), data_set)
        st.session_state.setdefault(SAID, []).append(t("data.deleted", name=name))

    title = t("data.delete_title", name=name)
    confirm("data_delete", title, text, "data.delete_yes", "data.keep", delete)


def card(data_set: DataSet, runs: list[Run]) -> None:
    users = [run for run in runs if run.recipe.data_set_id == data_set.id]
    splits = data_set.split_counts
    videos = data_set.card.videos
    damaged = False
    with named(f"set_{data_set.id}", border=True):
        words, pictures, buttons = st.columns([4, 6, 2], vertical_alignment="center", gap="medium")
        with words:
            small_heading(literal(data_set.name), 3, data_set.id)
            st.markdown(
                t(
                    "data.card",
                    images=number(data_set.card.images),
                    classes=len(data_set.classes),
                    size=data_set.size,
                )
                + (t("data.card_videos", videos=number(videos)) if videos else "")
            )
            st.caption(
                t("data.splits", **{split: number(splits[split]) for split in SPLITS})
                + (" · " + t("data.used", n=len(users)) if users else "")
            )
        with pictures:
            try:
                strip(data_set.images, first_look(data_set, 8), t("data.strip_alt", name=data_set.name))
            except DamagedDataSet as error:
                damaged = True
                show_error(error)
        with buttons:
            if st.button(
                t("data.train_on"),
                icon=":material/model_training:",
                key=f"train_{data_set.id}",
                width="stretch",
                disabled=damaged,
            ):
                open_page("train.py", data=data_set.id)
            in_use = any(run.state in ACTIVE for run in users)
            st.button(
                t("data.delete"),
                icon=":material/delete:",
                key=f"delete_{data_set.id}",
                width="stretch",
                disabled=in_use,
                help=t("data.delete_help"),
                on_click=ask,
                args=("delete", data_set.id),
            )
            if is_asked("delete", data_set.id) and not in_use:
                confirm_delete(data_set, [run for run in users if run.trained])
        if damaged:
            return
        inside = st.expander(
            t("data.details"), icon=":material/search:", key=f"open_{data_set.id}", on_change="rerun"
        )
        if inside.open:
            with inside:
                details(data_set, begin)


data_sets = list_data_sets(workspace())
jobs = my_jobs()
all_runs = list_runs(workspace())
waiting = list_undecided(workspace())
st.title(t("data.title"))
begun = st.session_state.pop(SAID, [])
for words in begun:
    st.toast(words, icon=":material/check:")
if begun:
    show_top()
if data_sets:
    images = sum(one.card.images for one in data_sets)
    sentence_card(
        t(
            "data.sentence" if len(data_sets) > 1 else "data.sentence_one",
            n=len(data_sets),
            images=number(images),
        ),
        t("data.some_wait" if len(waiting) > 1 else "data.one_waits", n=len(waiting)) if waiting else None,
    )
elif waiting:
    sentence_card(t("data.only_waiting" if len(waiting) > 1 else "data.only_waiting_one", n=len(waiting)))
elif any(job.active and stored_by(job) for job in jobs):
    sentence_card(t("data.empty_storing"))
elif any(job.active and job.subject.source is not None for job in jobs):
    sentence_card(t("data.empty_importing"), t("data.importing_body"))
else:
    faces = being_drawn(workspace(), "faces", 64) is not None
    sentence_card(t("data.empty_drawing" if faces else "data.empty"), t("data.empty_body"))
    if not faces:
        st.button(
            t("data.draw_faces"),
            type="primary",
            icon=":material/draw:",
            key="data_draw_faces",
            on_click=make,
            args=("faces", 64),
        )
job_cards("data", my_jobs, made, first=jobs)
run_again_when_changed(lambda: [run.id for run in list_runs(workspace()) if run.state in ACTIVE])
waiting_cards(begin)
for one in data_sets:
    card(one, all_runs)
st.markdown(f"## {t('data.add')}")
draw_tab, import_tab = st.tabs([t("data.draw_tab"), t("data.import_tab")], key="data_tabs")
with draw_tab:
    draw_form(make, lambda *chosen: being_drawn(workspace(), *chosen) is not None)
with import_tab:
    import_form(begin)
if asked_for := st.session_state.pop(TO_SET, None):
    show_place(f"named_set_{asked_for}")
