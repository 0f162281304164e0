"""Train: a form with good answers, what runs now with live curves, what ran before."""

from collections.abc import Callable

import streamlit as st

from core.data.builtin.job import submit_make
from core.data.dataset import DataSet, list_data_sets
from core.errors import NoiseLensError
from core.evaluation.joined import evaluations_by_run, latest_joined, whole_grid
from core.evaluation.metrics import clean_and_noisy
from core.jobs.queue import Job, list_jobs, list_paused, list_unsuccessful
from core.runs.deleted import list_deleted
from core.runs.runs import LONGEST_NOTE, Run, delete_run, edit_run, list_runs
from core.studies.demo import being_drawn
from core.training.job import TrainPayload
from core.words import rounded
from pages.parts.address import keep
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.clock import BUSY, IDLE, draw_again
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error, show_place
from pages.parts.progress import ended_card, job_card, job_cards
from pages.parts.queue import confirm_cancel_all, queue_lines
from pages.parts.services import cells_of, workspace
from pages.parts.test_cells import offer_test
from pages.parts.training.form import training_form, training_jobs
from pages.parts.training.run_record import run_record
from pages.parts.training.run_table import choose_data_set, data_set_names, run_table
from pages.parts.training.studies import confirm_cancel_rest, past_studies, study_cards
from pages.parts.training.study_form import choose_kind, study_form
from pages.parts.training.taken_over import take_over
from pages.parts.training.tidy import tidy
from pages.parts.training.watching import being_shown, curves, figures_now


def draw_faces() -> None:
    submit_make(workspace(), "faces")


def data_jobs() -> list[Job]:
    """Data sets under way."""
    return [job for job in list_jobs(workspace(), active=True) if job.group == "data"]


def shown_jobs() -> list[Job]:
    """What trains or tests now, what waits to in the order of the queue, and what is paused."""
    known = {None, *(run.id for run in list_runs(workspace()))}
    paused = [job for job in list_paused(workspace(), "learning") if job.subject.run_id in known]
    return [*training_jobs(), *paused]


def unsuccessful_jobs(runs: list[Run]) -> list[Job]:
    """What did not succeed and was not put away, newest first; without those whose run has been deleted."""
    known = {None, *(run.id for run in runs)}
    return [job for job in list_unsuccessful(workspace(), "learning") if job.subject.run_id in known]


def run_of(job: Job, runs: list[Run]) -> Run | None:
    """The run that a job is training or has trained last."""
    if job.subject.run_id is not None:
        return next((run for run in runs if run.id == job.subject.run_id), None)
    arms = [run for run in runs if run.study_id == job.subject.study_id and run.study_id]
    return next((run for run in arms if run.state == "running"), arms[0] if arms else None)


def now(pictures: bool) -> None:
    """What runs and waits, drawn again from time to time; the page runs again when something starts or ends.

    Args:
        pictures: the page has found a data set; where not, it runs again when there is one.
    """
    states = {job.id: job.state for job in shown_jobs()}

    @st.fragment
    def live() -> None:
        jobs = shown_jobs()
        if {job.id: job.state for job in jobs} != st.session_state.get("train_states"):
            st.rerun()
        if not pictures and list_data_sets(workspace()):
            st.rerun()
        runs = list_runs(workspace())
        for job in [job for job in jobs if job.state == "running"]:
            job_card(job)
            run = run_of(job, runs) if job.makes("model") else None
            if run is not None:
                figures_now(run)
                curves(run, "live")
                being_shown(run)
        in_studies = study_cards(jobs, runs)
        queue_lines([job for job in jobs if job.state != "running" and job.id not in in_studies])
        draw_again("train", BUSY if states else IDLE)

    st.session_state["train_states"] = states
    live()


def retry(job: Job, runs: list[Run]) -> Callable[[], None] | None:
    """What draws the button that fills the form with what a job was to train; None for one that trains no run."""
    run = next((run for run in runs if run.id == job.subject.run_id), None)
    if run is None or not job.makes("model"):
        return None
    payload = TrainPayload.read(job.payload)

    def draw() -> None:
        st.button(
            t("train.retry"),
            key=f"train_retry_{job.id}",
            icon=":material/edit:",
            on_click=take_over,
            args=(run, payload.evaluate, True),
            help=t("train.retry_help"),
        )

    return draw


def links(run: Run, test: bool = True) -> None:
    """What leads on from a run.

    Args:
        test: where it was not tested yet, offer that.
    """
    if latest_joined(workspace(), run) is not None:
        with st.container(horizontal=True):
            st.page_link(
                "results.py",
                label=t("train.to_results"),
                icon=":material/bar_chart:",
                query_params={"runs": run.id},
            )
            st.page_link(
                "explain.py",
                label=t("train.to_explain"),
                icon=":material/visibility:",
                query_params={"run": run.id},
            )
    elif test and run.trained:
        offer_test(run, "train_last")


def last(runs: list[Run], jobs: list[Job]) -> None:
    """What came last: how the newest trained run came out, below what has ended otherwise.

    Args:
        jobs: what `unsuccessful_jobs` gives.
    """
    run = next((one for one in runs if one.state == "done" and one.summary), None)
    for job in jobs:
        ended_card(job, retry(job, runs))
    if run is not None:
        if jobs:
            st.caption(t("train.before"))
        came_out(run)
    elif not jobs:
        st.info(t("train.nothing_yet"), icon=":material/lightbulb:")


def came_out(run: Run) -> None:
    """How a trained run came out."""
    assert run.summary is not None
    with st.container(border=True):
        name = literal(say(run.label))
        clean, noisy = run.summary.validation_accuracy, run.summary.validation_noisy_accuracy
        if clean is None:
            text = t("train.came_out_unknown", name=name)
        elif noisy is None:
            text = t("train.came_out", name=name, clean=rounded(100 * clean))
        else:
            # Runs of earlier versions were looked at under their own mix.
            said = "train.came_out_noisy" if run.summary.chosen_by else "train.came_out_mix"
            text = t(said, name=name, clean=rounded(100 * clean), noisy=rounded(100 * noisy))
        test_clean, test_noisy, number = rate(run)
        if test_clean is not None and test_noisy is not None:
            told = t("train.came_out_test", clean=rounded(test_clean), noisy=rounded(test_noisy), n=number)
            text = f"{text}\n\n{told}"
        st.markdown(text)
        curves(run, "last")
        links(run)


def rate(run: Run) -> tuple[float | None, float | None, int]:
    """Test accuracy clean and, on average, under noises of the newest evaluation, in per cent; how many noises.

    As on Results over the severities that the noises share.
    """
    evaluation = latest_joined(workspace(), run)
    if evaluation is None:
        return None, None, 0
    grid = whole_grid(evaluation.cells)
    clean, noisy = clean_and_noisy(cells_of(evaluation), grid)
    return 100 * clean, None if noisy is None else 100 * noisy, len({noise for noise, _ in grid})


def name_and_note(run: Run) -> None:
    """A name of one's own and a note, folded away."""
    place = st.expander(
        t("train.edit"), icon=":material/edit_note:", key=f"train_edit_{run.id}", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        called = say(run.label)
        name = st.text_input(
            t("train.name"), called, max_chars=max(80, len(called)), key=f"train_edit_name_{run.id}"
        )
        note = st.text_area(
            t("train.note"), run.note or "", max_chars=LONGEST_NOTE, key=f"train_edit_note_{run.id}"
        )
        if st.button(t("train.edit_save"), icon=":material/check:", key=f"train_edit_save_{run.id}"):
            try:
                edit_run(workspace(), run, name, note)
            except NoiseLensError as error:
                show_error(error)
            else:
                st.rerun()


def confirm_delete(run: Run) -> None:
    confirm(
        "train_delete",
        t("train.delete_title", name=literal(say(run.label))),
        t("train.delete_text"),
        "train.delete_yes",
        "train.keep",
        lambda: delete_run(workspace(), run),
    )


def unsuccessful(run: Run) -> Job | None:
    """The last job that trained or tested a run, where that did not succeed."""
    for job in list_jobs(workspace(), limit=10_000):
        if job.group != "learning":
            continue
        of_study = run.study_id is not None and job.subject.study_id == run.study_id
        if job.subject.run_id == run.id or of_study:
            return None if job.active or job.state == "done" else job
    return None


def past(runs: list[Run], data_sets: list[DataSet]) -> None:
    st.markdown(f"## {t('train.past')}")
    names = {one.id: one.name for one in data_sets}
    used = data_set_names(runs, names)
    chosen = choose_data_set(runs, used)
    of_set = [run for run in runs if run.recipe.data_set_id == chosen]
    tests = evaluations_by_run(workspace(), of_set)
    run = run_table(of_set, tests)
    keep("train", of=chosen if len(used) > 1 else None, run=run.id if run else None)
    tidy(of_set)
    if run is None:
        return
    with st.container(border=True, key="train_record"):
        cards = {one.id: one.card.fingerprint for one in data_sets}
        run_record(
            run,
            used[chosen],
            cards.get(chosen),
            unsuccessful(run),
            lambda: curves(run, "past"),
            lambda: links(run, test=False),
        )
        under_way = run.state in ("queued", "running")
        with st.container(horizontal=True):
            st.button(
                t("train.clone"),
                icon=":material/content_copy:",
                key=f"train_clone_{run.id}",
                help=t("train.clone_help"),
                on_click=take_over,
                args=(run, None, False),
            )
            st.button(
                t("train.delete"),
                icon=":material/delete:",
                key=f"train_delete_{run.id}",
                disabled=under_way,
                help=t("train.delete_help"),
                on_click=ask,
                args=("delete_run", run.id),
            )
        if is_asked("delete_run", run.id) and not under_way:
            confirm_delete(run)
        name_and_note(run)


st.title(t("train.title"))
all_sets = list_data_sets(workspace())
just_started = False
left, right = st.columns([4, 7], gap="large")
with left:
    st.container(key="train_new").markdown(f"## {t('train.new')}")
    if all_sets:
        just_started = (study_form if choose_kind() == "study" else training_form)(all_sets)
    else:
        under_way = being_drawn(workspace(), "faces", 64) is not None
        st.markdown(t("train.drawing" if under_way else "train.no_data"))
        if not under_way:
            st.button(
                t("train.draw_faces"),
                type="primary",
                icon=":material/draw:",
                key="train_draw_faces",
                on_click=draw_faces,
            )
        st.page_link("data.py", label=t("train.to_data"), icon=":material/photo_library:")
all_runs = list_runs(workspace())
with right:
    ended = unsuccessful_jobs(all_runs)
    something_ended = bool(all_runs) or bool(ended)
    if data_jobs() or shown_jobs() or not something_ended:
        st.container(key="train_now").markdown(f"## {t('train.now')}")
    if data_jobs():
        job_cards("train_data", data_jobs)
    now(bool(all_sets))
    confirm_cancel_all(shown_jobs())
    confirm_cancel_rest(all_runs)
    if just_started:
        show_place("train_now")  # on a phone it is far below the button
    if not shown_jobs():
        if something_ended:
            st.markdown(f"## {t('train.last')}")
        last(all_runs, ended)
    elif ended:
        st.markdown(f"## {t('train.unsuccessful')}")
        for one in ended:
            ended_card(one, retry(one, all_runs))
    past_studies(all_runs)
    if all_runs:
        past(all_runs, all_sets)
    elif list_deleted(workspace()):
        tidy([])
