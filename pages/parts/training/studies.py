"""Studies on Train: one card each while they run, and what came of them with what can be added."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.charts.pictures import errors_by_pictures
from core.data.dataset import open_data_set
from core.errors import NoiseLensError
from core.jobs.job import Job
from core.jobs.queue import put_away
from core.noise.catalogue import CLEAN
from core.runs.estimate import Span
from core.runs.presets import PRESETS, choices
from core.runs.runs import Run
from core.runs.studies import Study, list_studies
from core.studies.curve import learning_curve
from core.studies.spread import MEAN, Seeds
from core.studies.study import NewStudy, cancel_rest, go_on, left_over, more_arms, more_seeds
from core.words import Text, fill_text, plain
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.choices import segmented_control, selectbox
from pages.parts.chrome import named
from pages.parts.i18n import language, literal, say, t
from pages.parts.job_buttons import stop_buttons, ways_on
from pages.parts.messages import show_error
from pages.parts.number_field import number_field
from pages.parts.numbers import percent
from pages.parts.progress import span, state_badge
from pages.parts.seeds import seeds_sentences, seeds_table
from pages.parts.services.comparisons import seeds_of_study
from pages.parts.services.jobs import expected_time
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_QUESTION = "cancel_study"
MOST = 8
"""Runs that Results shows beside each other."""


def _name(study: Study) -> str:
    """What a study is called; of those that are called alike, also when it was made."""
    called = say(study.label or plain(study.name))
    alike = [one for one in list_studies(workspace()) if say(one.label or plain(one.name)) == called]
    if len(alike) > 1:
        called = f"{called} · {time.strftime('%m-%d %H:%M:%S', time.localtime(study.created))}"
    return literal(called)


def _studies(runs: Sequence[Run]) -> list[tuple[Study, list[Run]]]:
    """Studies whose runs know their arms, newest first, each with its runs in their order."""
    of_study: dict[str, list[Run]] = {}
    for run in reversed(runs):
        if run.study_id is not None and run.arm is not None:
            of_study.setdefault(run.study_id, []).append(run)
    return [(study, of_study[study.id]) for study in list_studies(workspace()) if study.id in of_study]


def study_cards(jobs: Sequence[Job], runs: Sequence[Run]) -> set[str]:
    """A card for each study that has work left; the ids of the jobs that stand in them.

    Args:
        jobs: what runs, waits or rests.
        runs: all, newest first.
    """
    shown: set[str] = set()
    for study, own in _studies(runs):
        by_run = {run.id: run for run in own}
        left = [job for job in jobs if job.subject.run_id in by_run]
        if left:
            _card(study, by_run, left)
            shown |= {job.id for job in left}
    return shown


def _card(study: Study, runs: dict[str, Run], left: Sequence[Job]) -> None:
    trained = [job for job in left if job.makes("model")]
    under_way = {job.subject.run_id for job in trained}
    done = sum(run.state == "done" and run.id not in under_way for run in runs.values())
    share = (done + sum(job.share for job in trained)) / len(runs)
    with named(f"study_{study.id}", True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{_name(study)}**", width="stretch")
            if st.button(t("train.study_cancel"), key=f"study_cancel_{study.id}", icon=":material/close:"):
                ask(_QUESTION, study.id)
                st.rerun()
        waiting = [job for job in left if job.active]
        times = [expected_time(job) for job in waiting]
        known = [one for one in times if one is not None]
        whole = sum(known, start=Span(0.0, 0.0)) if known and len(known) == len(times) else None
        said = t("train.study_so_far", done=done, n=len(runs))
        if resting := sum(job.state == "paused" for job in left):
            said = f"{said} · {t('parts.queue_paused', n=resting)}"
        if whole is not None:
            said = f"{said} · {t('train.study_left', time=span(whole))}"
        st.progress(min(1.0, share), text=said)
        more = st.expander(
            t("train.study_runs", n=len(left)), key=f"study_runs_{study.id}", on_change="rerun"
        )
        if more.open:
            with more:
                for job in left:
                    _line(job, runs[str(job.subject.run_id)])


def _line(job: Job, run: Run) -> None:
    with named(f"study_job_{job.id}", horizontal=True, vertical_alignment="center", gap="small"):
        arm = literal(say(run.arm.label)) if run.arm else literal(say(run.label))
        words = t(
            "train.study_run" if job.makes("model") else "train.study_test", arm=arm, seed=run.recipe.seed
        )
        st.markdown(words, width="stretch")
        if job.state == "running" or job.share > 0:
            st.caption(percent(job.share), width="content")
        state_badge(job.state)
        if job.state != "running":  # which has a card of its own
            with st.container(horizontal=True, width="content", gap="small", key=f"icons_study_{job.id}"):
                stop_buttons(job, "tertiary")
        if job.state == "paused":
            ways_on(job, "study", small=True)


def confirm_cancel_rest(runs: Sequence[Run]) -> None:
    """The question that "Cancel the rest" asks, while it is open; outside of what is drawn again by itself."""
    for study, _ in _studies(runs):
        if is_asked(_QUESTION, study.id):
            confirm(
                "study_cancel",
                t("train.study_cancel_title", name=_name(study)),
                t("train.study_cancel_text"),
                "train.study_cancel_yes",
                "train.study_cancel_no",
                partial(_cancel, study.id),
            )


def _cancel(study_id: str) -> None:
    for job in cancel_rest(workspace(), study_id):
        put_away(workspace(), job.id)  # each would be a card of its own among what was not finished


def past_studies(runs: Sequence[Run]) -> None:
    """What came of each study, folded, and what can be added to it.

    Args:
        runs: all, newest first.
    """
    found = _studies(runs)
    if not found:
        return
    st.markdown(f"## {t('train.studies')}")
    for study, own in found:
        done = sum(run.state == "done" for run in own)
        title = f"{_name(study)} · {t('train.study_so_far', done=done, n=len(own))}"
        card = st.expander(title, key=f"past_study_{study.id}", on_change="rerun")
        if card.open:
            with card:
                _came_out(study, own)
                _rest(study)
                _additions(study, own)


def _came_out(study: Study, runs: Sequence[Run]) -> None:
    seeds = seeds_of_study(runs)
    if seeds is None:
        st.caption(t("train.study_nothing"))
        return
    seeds_table(seeds, f"study_table_{study.id}")
    for said in seeds_sentences(seeds):
        st.markdown(said)
    if len({run.recipe.share for run in runs}) > 1:
        pictures = _training_pictures(runs[0])
        if pictures is not None:
            _curve(study, seeds, runs, pictures)
    tested = [one.id for found in seeds.runs.values() for one in found[:1]]
    st.page_link(
        "results.py",
        label=t("train.to_results"),
        icon=":material/bar_chart:",
        query_params={"runs": ",".join(tested[:MOST])},
    )


def _curve(study: Study, seeds: Seeds, runs: Sequence[Run], pictures: int) -> None:
    """What more pictures would bring, as a chart with its sentence."""
    noise = CLEAN
    if seeds.in_means:
        noise = segmented_control(
            t("runs.curve_of"),
            [CLEAN, MEAN],
            format_func=lambda one: (
                t("train.study_clean") if one == CLEAN else t("train.study_noisy", n=len(seeds.in_means))
            ),
            key=f"study_curve_of_{study.id}",
            default=CLEAN,
            required=True,
        )
    curve = learning_curve(seeds, runs, pictures, noise)
    if curve is None:
        return
    st.markdown(literal(say(curve.sentence)))
    st.plotly_chart(
        errors_by_pictures(palette(), curve.points, curve.line(), language()),
        theme=None,
        key=f"study_curve_{study.id}",
        alt=say(curve.sentence),
        config={"displayModeBar": False},
    )
    st.caption(literal(say(curve.formula)))


def _training_pictures(run: Run) -> int | None:
    try:
        return open_data_set(workspace(), run.recipe.data_set_id).split_counts["train"]
    except NoiseLensError:
        return None


def _rest(study: Study) -> None:
    """The way on with what was cancelled of it, or lost."""
    number = len(left_over(workspace(), study.id))
    if number and st.button(
        t("train.study_go_on", n=number),
        key=f"study_go_on_{study.id}",
        icon=":material/resume:",
        help=t("train.study_go_on_help"),
    ):
        try:
            go_on(workspace(), study.id)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()


def _additions(study: Study, runs: Sequence[Run]) -> None:
    """Further seeds, or a further arm."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = number_field(
            t("train.study_more_seeds"), 1, 10, 1, key=f"study_more_{study.id}", persist_state="session"
        )
        if st.button(
            t("train.study_add_seeds"),
            key=f"study_add_seeds_{study.id}",
            icon=":material/add:",
            disabled=number is None,
        ):
            _submit(study, lambda: more_seeds(workspace(), study.id, int(number or 1)))
    known = _arms(runs)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = selectbox(
            t("train.study_more_arm"),
            list(known),
            format_func=lambda one: say(known[one]),
            key=f"study_arm_{study.id}",
            persist_state="session",
        )
        if st.button(t("train.study_add_arm"), key=f"study_add_arm_{study.id}", icon=":material/add:"):
            _submit(study, lambda: more_arms(workspace(), study.id, [str(key)]))


def _arms(runs: Sequence[Run]) -> dict[str, Text]:
    """What can still be added, by key: presets, then single noises."""
    there = {run.arm.key for run in runs if run.arm}
    plainly = {key: preset.name for key, preset in PRESETS.items() if not preset.choice}
    noises = choices(PRESETS["one_noise"])
    found = plainly | {
        f"one_noise:{key}": fill_text(Text(en="{noise} alone", ko="{noise}만"), noise=name)
        for key, name in noises.items()
    }
    return {key: name for key, name in found.items() if key.removeprefix("one_noise:") not in there}


def _submit(study: Study, plan: Callable[[], NewStudy]) -> None:
    try:
        new = plan()
        takes = new.expected(workspace())
        new.submit(workspace())
        st.toast(
            t("train.study_added", runs=takes.runs, name=_name(study), time=span(takes.time)),
            icon=":material/check:",
        )
    except NoiseLensError as error:
        show_error(error)
        return
    st.rerun()
