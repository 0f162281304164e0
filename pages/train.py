"""Train: a form with good answers, what runs now with live curves, what ran before."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.data.builtin.job import submit_make
from core.data.dataset import list_data_sets
from core.evaluation.joined import latest_joined, whole_grid
from core.evaluation.metrics import clean_and_noisy
from core.jobs.job import Job
from core.jobs.queue import list_jobs, list_paused, list_unsuccessful
from core.runs.runs import Run, list_runs
from core.runs.standing import no_better_than_guessing
from core.studies.demo import being_drawn
from core.training.job import TrainPayload
from core.words import rounded
from pages.parts.clock import BUSY, IDLE, draw_again
from pages.parts.ended import ended_jobs
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_place
from pages.parts.origin import model_words
from pages.parts.progress import job_card, job_cards
from pages.parts.queue import confirm_cancel_all, queue_lines
from pages.parts.services.evaluations import cells_of
from pages.parts.services.workspace import workspace
from pages.parts.training.bring_form import bring_form
from pages.parts.training.form import training_form
from pages.parts.training.origin_record import fitted_words, right_words, shown_words
from pages.parts.training.run_list import run_list
from pages.parts.training.run_record import links
from pages.parts.training.studies import confirm_cancel_rest, past_studies, study_cards
from pages.parts.training.study_form import choose_kind, study_form
from pages.parts.training.taken_over import take_over
from pages.parts.training.tidy import TO_TICK, deleted_runs
from pages.parts.training.watching import being_shown, curves, figures_now, log, try_it


def draw_faces() -> None:
    submit_make(workspace(), "faces")


def data_jobs() -> list[Job]:
    """Data sets that are being made."""
    active = list_jobs(workspace(), active=True)
    return [job for job in active if job.group == "data" and job.state == "running"]


def shown_jobs() -> list[Job]:
    """What trains or tests now, what waits in the order of the queue, and what is paused."""
    paused = list_paused(workspace(), "learning")
    if paused:
        known = {None, *(run.id for run in list_runs(workspace()))}
        paused = [job for job in paused if job.subject.run_id in known]
    active = list_jobs(workspace(), active=True)
    # What waits to be written for taking away has its card beside the button that asked for it.
    queued = {"learning", "data"}
    shown = [job for job in active if job.group in (queued if job.state == "queued" else {"learning"})]
    return [*shown, *paused]


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


def in_sight(jobs: list[Job], runs: list[Run]) -> list[Job]:
    """Those that have a card with their curves: what runs, or where nothing does, the one training that rests."""
    running = [job for job in jobs if job.state == "running"]
    alone = {run.id for run in runs if run.study_id is None}
    paused = [job for job in jobs if job.state == "paused" and job.started and job.subject.run_id in alone]
    return running or (paused if len(paused) == 1 else [])


def standing(jobs: list[Job], runs: list[Run]) -> Mapping[str, str]:
    """How jobs stand, and with them the runs: one job may train several, one after the other."""
    return {job.id: job.state for job in jobs} | ({run.id: run.state for run in runs} if jobs else {})


def now(found: list[Job], known: list[Run], pictures: bool) -> None:
    """What runs and waits, drawn again from time to time; the page runs again when something starts or ends.

    Args:
        found: by `shown_jobs` in this run.
        known: all runs, as this run of the page has found them.
        pictures: the page has found a data set; where not, it runs again when there is one.
    """
    states = standing(found, known)
    first = [found]

    @st.fragment
    def live() -> None:
        jobs = first.pop() if first else shown_jobs()
        runs = list_runs(workspace()) if jobs else []
        if standing(jobs, runs) != st.session_state.get("train_states"):
            st.rerun()
        if not pictures and list_data_sets(workspace()):
            st.rerun()
        shown = in_sight(jobs, runs)
        for job in shown:
            job_card(job)
            run = run_of(job, runs) if job.makes("model") else None
            if run is not None and job.state == "running":
                figures_now(run)
            if run is not None:
                try_it(run)
                curves(run, f"live_{job.id}")
                log(run, f"live_{job.id}")
                being_shown(run, f"live_{job.id}")
        in_studies = study_cards(jobs, runs)
        queue_lines([job for job in jobs if job not in shown and job.id not in in_studies])
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


def last(runs: list[Run], jobs: list[Job]) -> None:
    """What came last: how the newest trained run came out, below what has ended otherwise.

    Args:
        jobs: what `unsuccessful_jobs` gives.
    """
    run = next((one for one in runs if one.state == "done" and one.summary), None)
    ended_jobs(jobs, lambda job: retry(job, runs))
    if run is not None:
        if jobs:
            st.caption(t("train.before"))
        came_out(run)
    elif not jobs and all_sets:
        st.info(t("train.nothing_yet"), icon=":material/lightbulb:")


def came_out(run: Run) -> None:
    """How a trained run came out."""
    assert run.summary is not None
    with st.container(border=True):
        name = literal(say(run.label))
        if run.origin is not None:
            st.markdown(brought_in(run))
            st.button(
                t("elsewhere.to_record"),
                key="train_to_record",
                icon=":material/description:",
                on_click=show_record,
                args=(run,),
            )
            links(run)
            return
        clean, noisy = run.summary.validation_accuracy, run.summary.validation_noisy_accuracy
        if clean is None:
            text = t("train.came_out_unknown", name=name)
        elif noisy is None:
            text = t("train.came_out", name=name, clean=rounded(100 * clean))
        else:
            # Runs of earlier versions were looked at under their own mix.
            said = "train.came_out_noisy" if run.summary.chosen_by else "train.came_out_mix"
            text = t(said, name=name, clean=rounded(100 * clean), noisy=rounded(100 * noisy))
        if told := tested_words(run):
            text = f"{text}\n\n{told}"
        if (guessing := no_better_than_guessing(workspace(), run)) is not None:
            text = f"{text}\n\n:material/warning: {t('train.only_guesses', share=rounded(100 * guessing))}"
        st.markdown(text)
        curves(run, "last")
        links(run)


def show_record(run: Run) -> None:
    """Have the page tick a run in the list of all, and bring its record into sight."""
    st.session_state[TO_TICK] = run.id
    st.session_state["train_show_record"] = True


def brought_in(run: Run) -> str:
    """That a run from elsewhere is there: what it is, how often it was right, and what should be known of it."""
    assert run.origin is not None
    right = right_words(run.origin)
    words = "elsewhere.came_out" if right else "elsewhere.came_out_predictions"
    lines = [t(words, name=literal(say(run.label)), right=right)]
    if not run.answers_alone:
        fitted = fitted_words(run.origin)
        lines += [
            " · ".join(one for one in (literal(model_words(run)), fitted) if one),
            shown_words(run.origin),
        ]
    lines += [f":material/warning: {literal(say(warning))}" for warning in run.origin.warnings]
    return "  \n".join(line for line in lines if line)


def tested_words(run: Run) -> str:
    """Test accuracy clean and, on average, under the noises of its newest test; "" where there is none of any noise.

    As on Results over the severities that the noises share.
    """
    test = latest_joined(workspace(), run, quick=True)
    if test is None:
        return ""
    grid = whole_grid(test.cells, run.choosers)
    clean, noisy = clean_and_noisy(cells_of(test), grid)
    if noisy is None:
        return ""
    shares = {"clean": rounded(100 * clean), "noisy": rounded(100 * noisy)}
    number = len({noise for noise, _ in grid})
    if test.plain:
        return t("train.came_out_test", n=number, **shares)
    return t("train.came_out_quick", n=number, images=test.images, **shares)


st.title(t("train.title"))
all_sets = list_data_sets(workspace())
just_started = False
left, right = st.columns([4, 7], gap="large")
with left:
    st.container(key="train_new").markdown(f"## {t('train.new')}")
    if all_sets:
        forms = {"one": training_form, "study": study_form, "bring": bring_form}
        just_started = forms[choose_kind()](all_sets)
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
    ended, under_way_now = unsuccessful_jobs(all_runs), shown_jobs()
    something_ended = bool(all_runs) or bool(ended)
    of_data = data_jobs()
    if of_data or under_way_now or (all_sets and not something_ended):
        st.container(key="train_now").markdown(f"## {t('train.now')}")
    if of_data:
        job_cards("train_data", data_jobs, first=of_data)
    if not under_way_now and something_ended:
        st.markdown(f"## {t('train.last')}")  # at the height of the form's, above what draws nothing just now
    now(under_way_now, all_runs, bool(all_sets))
    confirm_cancel_all(under_way_now)
    confirm_cancel_rest(all_runs)
    if just_started:
        show_place("train_now")  # on a phone it is far below the button
    if not under_way_now:
        last(all_runs, ended)
    elif ended:
        st.markdown(f"## {t('train.unsuccessful')}")
        ended_jobs(ended, lambda job: retry(job, all_runs))
    past_studies(all_runs)
    if all_runs:
        run_list(all_runs, all_sets)
        if st.session_state.pop("train_show_record", False):
            show_place("train_record")
    else:
        deleted_runs()
