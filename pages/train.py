"""Train: a form with good answers, what runs now with live curves, what ran before."""

import pandas as pd
import streamlit as st

from core.charts.training import loss_curve, training_curves
from core.data.dataset import list_data_sets
from core.data.making import submit_make
from core.errors import NoiseLensError
from core.evaluation.job import checked_noises, submit_evaluation
from core.evaluation.predictions import CLEAN, latest_evaluation
from core.jobs.kinds import MAKE_DATA_SETS
from core.jobs.queue import Job, list_jobs
from core.training.runs import Run, delete_run, list_runs, read_metrics
from core.words import rounded
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import show_error
from pages.parts.progress import duration, job_card, job_cards
from pages.parts.services import accuracy_of, workspace
from pages.parts.theme import palette
from pages.parts.training_form import training_form, training_jobs


def draw_faces() -> None:
    submit_make(workspace(), "faces")


def data_jobs() -> list[Job]:
    """Data sets under way."""
    return [job for job in list_jobs(workspace(), active=True) if job.kind in MAKE_DATA_SETS]


def run_of(job: Job, runs: list[Run]) -> Run | None:
    """The run that a job is training or has trained last."""
    if "run_id" in job.payload:
        return next((run for run in runs if run.id == job.payload["run_id"]), None)
    arms = [run for run in runs if run.study_id == job.payload.get("study_id") and run.study_id]
    return next((run for run in arms if run.state == "running"), arms[0] if arms else None)


def curves(run: Run, key: str) -> None:
    metrics = read_metrics(run.folder)
    st.plotly_chart(
        training_curves(palette(), metrics, run.recipe.epochs, run.noise_trained, language()),
        theme=None,
        key=f"curves_{key}",
        alt=t("train.curves_alt", name=say(run.label)),
        config={"displayModeBar": False},
    )
    loss = st.expander(t("train.loss"), key=f"loss_{key}", on_change="rerun")
    if loss.open:
        loss.plotly_chart(
            loss_curve(palette(), metrics, run.recipe.epochs, language()),
            theme=None,
            key=f"loss_chart_{key}",
            alt=t("train.loss_alt", name=say(run.label)),
            config={"displayModeBar": False},
        )


def now() -> None:
    """What runs and waits, drawn again each second; the page runs again when something starts or ends."""
    states = {job.id: job.state for job in training_jobs()}

    @st.fragment(run_every=1.0 if states else None)
    def live() -> None:
        jobs = training_jobs()
        if {job.id: job.state for job in jobs} != st.session_state.get("train_states"):
            st.rerun()
        runs = list_runs(workspace())
        for job in jobs:
            job_card(job)
            run = run_of(job, runs) if job.state == "running" and job.kind != "evaluate" else None
            if run is not None and run.folder.metrics.exists():
                curves(run, "live")

    st.session_state["train_states"] = states
    live()


def links(run: Run) -> None:
    with st.container(horizontal=True):
        if latest_evaluation(workspace(), run.id) is not None:
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
        elif run.folder.checkpoint.exists() and st.button(
            t("train.evaluate_now", n=len(checked_noises(None, run.recipe.mix))),
            icon=":material/fact_check:",
            key=f"evaluate_{run.id}",
        ):
            try:
                submit_evaluation(workspace(), run)
            except NoiseLensError as error:
                show_error(error)
            else:
                st.rerun()


def last_result(runs: list[Run]) -> None:
    """How the newest trained run came out."""
    run = next((one for one in runs if one.state == "done" and one.summary), None)
    if run is None or run.summary is None:
        st.info(t("train.nothing_yet"), icon=":material/lightbulb:")
        return
    with st.container(border=True):
        clean = rounded(100 * run.summary["validation_accuracy"])
        noisy = run.summary.get("validation_noisy_accuracy")
        text = t("train.came_out", name=literal(say(run.label)), clean=clean)
        if noisy is not None:
            text = t(
                "train.came_out_noisy", name=literal(say(run.label)), clean=clean, noisy=rounded(100 * noisy)
            )
        test_clean, test_noisy, number = rate(run)
        if test_clean is not None and test_noisy is not None:
            told = t("train.came_out_test", clean=round(test_clean), noisy=round(test_noisy), n=number)
            text = f"{text}\n\n{told}"
        st.markdown(text)
        curves(run, "last")
        links(run)


def rate(run: Run) -> tuple[float | None, float | None, int]:
    """Test accuracy clean and, on average, under the noises of the newest evaluation, in per cent; how many noises."""
    evaluation = latest_evaluation(workspace(), run.id)
    if evaluation is None:
        return None, None, 0
    cells = accuracy_of(evaluation)
    noisy = cells[cells["noise"] != CLEAN]
    clean = cells[cells["noise"] == CLEAN]["accuracy"].iloc[0]
    by_noise = noisy.groupby("noise")["accuracy"].mean()
    mean = 100 * float(by_noise.mean()) if len(by_noise) else None
    return 100 * float(clean), mean, len(by_noise)


@st.dialog(" ")
def confirm_delete(run: Run) -> None:
    st.markdown(f"### {t('train.delete_title', name=literal(say(run.label)))}\n\n{t('train.delete_text')}")
    with st.container(horizontal=True):
        if st.button(t("train.delete_yes"), type="primary", icon=":material/delete:", key="train_delete_yes"):
            delete_run(workspace(), run)
            st.rerun()
        if st.button(t("train.keep"), key="train_delete_no"):
            st.rerun()


def past(runs: list[Run]) -> None:
    st.markdown(f"## {t('train.past')}")
    rates = [rate(run) for run in runs]
    table = pd.DataFrame(
        {
            t("train.column_run"): [say(run.label) for run in runs],
            t("train.column_state"): [t(f"parts.state_{run.state}") for run in runs],
            t("train.column_clean"): [clean for clean, _, _ in rates],
            t("train.column_noisy"): [noisy for _, noisy, _ in rates],
            t("train.column_took"): [
                duration(run.summary["seconds"]) if run.summary else "–" for run in runs
            ],
        }
    )
    per_cent = st.column_config.NumberColumn(format="%.0f %%")
    chosen = st.dataframe(
        table,
        hide_index=True,
        key="train_table",
        on_select="rerun",
        selection_mode="single-row",
        placeholder="–",
        column_config={
            t("train.column_run"): st.column_config.TextColumn(width="medium"),
            t("train.column_clean"): per_cent,
            t("train.column_noisy"): per_cent,
        },
        alt=t("train.past_alt"),
    )
    rows = chosen["selection"]["rows"]
    if not rows or rows[0] >= len(runs):
        st.caption(t("train.past_hint"))
        return
    run = runs[rows[0]]
    with st.container(border=True):
        st.markdown(f"**{literal(say(run.label))}**")
        links(run)
        if st.button(
            t("train.delete"),
            icon=":material/delete:",
            key=f"train_delete_{run.id}",
            disabled=run.state in ("queued", "running"),
            help=t("train.delete_help"),
        ):
            confirm_delete(run)


st.title(t("train.title"))
all_sets = list_data_sets(workspace())
left, right = st.columns([4, 7], gap="large")
with left:
    st.markdown(f"## {t('train.new')}")
    if all_sets:
        training_form(all_sets)
    else:
        making = any(job.kind == "make" for job in list_jobs(workspace(), active=True))
        st.markdown(t("train.no_data"))
        if not making:
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
    st.markdown(f"## {t('train.now')}")
    if data_jobs():
        job_cards("train_data", data_jobs)
    now()
    if not training_jobs():
        last_result(all_runs)
    if all_runs:
        past(all_runs)
