"""Results: what noise costs each run, noise by noise, run against run."""

import html

import pandas as pd
import streamlit as st

from core.charts.accuracy import (
    Series,
    accuracy_by_noise,
    accuracy_by_severity,
    accuracy_dots,
    confusion,
    drop_from_clean,
    run_colours,
    trained_by_tested,
)
from core.charts.drawing import noise_label
from core.errors import NoiseLensError, UnknownName
from core.evaluation.compare import (
    Comparison,
    EvaluatedRun,
    compare,
    confusion_counts,
    details,
    headline,
    numbers,
)
from core.evaluation.job import checked_noises, submit_evaluation
from core.evaluation.predictions import CLEAN, Evaluation, latest_evaluation
from core.jobs.queue import Job, list_jobs
from core.training.runs import Run, list_runs
from core.words import Text
from pages.parts.address import asked, keep
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import empty_state, sentence_card, show_error
from pages.parts.progress import job_cards
from pages.parts.services import predictions, workspace
from pages.parts.theme import palette

CHART = {"displayModeBar": False}
RUN = Text(en="trained run", ko="학습")
MANY = 12
"""More noises than this are rows with dots instead of bars, whose names would not fit."""
AT_ONCE = 24
"""Small charts by severity that are drawn before somebody asks for the rest."""


def trained(runs: list[Run]) -> list[Run]:
    return [run for run in runs if run.folder.checkpoint.exists() and run.state not in ("queued", "running")]


def default_runs(runs: list[Run], evaluated: dict[str, Evaluation]) -> list[str]:
    """The newest study's runs, or the newest run, with an evaluation if any has one."""
    candidates = [run for run in runs if run.id in evaluated] or runs
    newest = candidates[0]
    if newest.study_id is None:
        return [newest.id]
    return [run.id for run in reversed(candidates) if run.study_id == newest.study_id]


def choose(runs: list[Run], evaluated: dict[str, Evaluation]) -> tuple[list[Run], list[int] | None, str]:
    """The controls on top: runs, severity, noises."""
    by_id = {run.id: run for run in runs}
    wanted = asked("results", "runs")
    if wanted is not None:
        ids = [run_id for run_id in wanted.split(",") if run_id in by_id]
        unknown = [run_id for run_id in wanted.split(",") if run_id not in by_id]
        if unknown:
            show_error(UnknownName(RUN, ", ".join(unknown), [run.label for run in runs]))
        if ids:
            st.session_state["results_runs"] = ids
    kept = [run_id for run_id in st.session_state.get("results_runs", []) if run_id in by_id]
    st.session_state["results_runs"] = kept or default_runs(runs, evaluated)
    runs_place, severity_place, noises_place = st.columns([5, 3, 4], vertical_alignment="bottom")
    with runs_place:
        chosen = st.multiselect(
            t("results.runs"),
            list(by_id),
            format_func=lambda run_id: say(by_id[run_id].label),
            key="results_runs",
            persist_state="session",
            max_selections=8,
        )
    with severity_place:
        severity = st.segmented_control(
            t("results.severity"),
            ["all", "1", "2", "3", "4", "5"],
            default="all",
            required=True,
            format_func=lambda key: t("results.all") if key == "all" else key,
            key="results_severity",
            persist_state="session",
            help=t("results.severity_help"),
        )
    with noises_place:
        noises = st.segmented_control(
            t("results.noises"),
            ["all", "seen", "unseen"],
            default="all",
            required=True,
            format_func=lambda key: t(f"results.{key}"),
            key="results_noises",
            persist_state="session",
        )
    levels = None if severity in (None, "all") else [int(str(severity))]
    order = [run for run in reversed(runs) if run.id in chosen]  # oldest first, as the colours
    return order, levels, str(noises or "all")


def unevaluated(runs: list[Run]) -> None:
    """Runs that were not tested yet: a button each, or the test under way."""
    waiting = {run.id for run in runs}

    def testing() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.kind == "evaluate" and job.payload["run_id"] in waiting
        ]

    busy = {job.payload["run_id"] for job in testing()}
    for run in runs:
        if run.id in busy:
            continue
        with st.container(border=True):
            words, button = st.columns([8, 3], vertical_alignment="center")
            words.markdown(t("results.not_tested", name=literal(say(run.label))))
            with button:
                if st.button(
                    t("results.evaluate", n=len(checked_noises(None, run.recipe.mix))),
                    type="primary",
                    icon=":material/fact_check:",
                    key=f"results_evaluate_{run.id}",
                    width="stretch",
                ):
                    try:
                        submit_evaluation(workspace(), run)
                    except NoiseLensError as error:
                        show_error(error)
                    else:
                        st.rerun()
    if busy:
        job_cards("results", testing)


def caption(comparison: Comparison) -> str:
    levels = comparison.severities
    strength = t("results.one_severity", n=levels[0]) if len(levels) == 1 else t("results.mean_severity")
    images = " / ".join(f"{n:,}" for n in dict.fromkeys(arm.images for arm in comparison.arms))
    text = t("results.caption", images=images, severities=strength)
    if comparison.seen:
        text = f"{t('results.seen_mark')} {text}"
    intervals = [
        t(
            "results.interval",
            name=literal(say(arm.label)),
            low=round(arm.drop_low),
            high=round(arm.drop_high),
        )
        for arm in comparison.arms
        if comparison.noises
    ]
    return " ".join([text, *intervals])


def by_noise(comparison: Comparison, series: list[Series], levels: list[int] | None) -> None:
    """The chart; a click on a bar or dot leads to its pictures."""
    classes = comparison.arms[0].classes
    if len(comparison.noises) > MANY:
        figure = accuracy_dots(palette(), series, classes, comparison.seen, language())
    else:
        figure = accuracy_by_noise(palette(), series, classes, comparison.seen, language(), height=340)
    clicked = st.plotly_chart(
        figure,
        theme=None,
        key="results_by_noise",
        alt=say(headline(comparison)),
        config=CHART,
        on_select="rerun",
        selection_mode="points",
    )
    st.caption(f"{caption(comparison)} {t('results.click')}")
    points = clicked["selection"]["points"]
    if points:
        # The lines that join dots, and the line of guessing, cannot be clicked: only runs give points.
        noise, place = points[0]["customdata"]
        where = {"run": comparison.arms[place].id, "severity": str(levels[0] if levels else 3)}
        if noise == CLEAN:
            where["severity"] = "0"
        else:
            where["noise"] = str(noise)
            st.session_state["explain_from_mean"] = levels is None
        st.switch_page("explain.py", query_params=where)


def by_severity(comparison: Comparison, series: list[Series]) -> None:
    legend = "&nbsp;&nbsp; ".join(
        f'<span style="color:{one.colour}" aria-hidden="true">●</span> {html.escape(one.name)}'
        for one in series
    )
    st.html(f'<div style="font-size:0.875rem">{legend}</div>')
    every = list(comparison.noises)
    if len(every) > AT_ONCE and not st.session_state.get("results_severity_rest"):
        st.button(
            t("results.show_all", n=len(every)),
            key="results_severity_more",
            on_click=st.session_state.__setitem__,
            args=("results_severity_rest", True),
        )
        every = every[:AT_ONCE]
    for start in range(0, len(every), 4):
        for place, noise in zip(st.columns(4), every[start : start + 4], strict=False):
            with place:
                st.markdown(
                    f"**{noise_label(noise, language())}**" + (" •" if noise in comparison.seen else "")
                )
                st.plotly_chart(
                    accuracy_by_severity(palette(), series, noise, comparison.arms[0].classes, language()),
                    theme=None,
                    key=f"results_severity_{noise}",
                    alt=t("results.severity_alt", noise=noise_label(noise, language())),
                    config=CHART,
                )
    st.caption(t("results.severity_caption"))


def confusions(comparison: Comparison, chosen: list[tuple[Run, Evaluation]]) -> None:
    noise = st.selectbox(
        t("results.confusion_noise"),
        [CLEAN, *comparison.noises],
        format_func=lambda key: noise_label(key, language()),
        key="results_confusion",
    )
    places = st.columns(min(3, max(2, len(chosen))))
    for i, (run, evaluation) in enumerate(chosen):
        with places[i % len(places)]:
            st.markdown(f"**{literal(say(run.label))}**")
            classes = [say(label) for label in evaluation.class_labels]
            counts = confusion_counts(predictions(evaluation), classes, str(noise), comparison.severities)
            st.plotly_chart(
                confusion(palette(), counts, language()),
                theme=None,
                key=f"results_confusion_{run.id}",
                alt=t("results.confusion_alt", name=say(run.label)),
                config=CHART,
            )


def table(comparison: Comparison) -> None:
    whole = numbers(comparison)
    labels = {arm.name: say(arm.label) for arm in comparison.arms}
    shown = pd.DataFrame(
        {
            t("results.column_run"): whole["run"].map(labels),
            t("results.column_noise"): [noise_label(noise, language()) for noise in whole["noise"]],
            t("results.severity"): whole["severity"],
            t("results.column_images"): whole["images"],
            t("results.column_accuracy"): 100 * whole["accuracy"],
            t("results.column_low"): 100 * whole["low"],
            t("results.column_high"): 100 * whole["high"],
        }
    )
    one = st.column_config.NumberColumn(format="%.1f %%")
    st.dataframe(
        shown,
        hide_index=True,
        column_config={t(f"results.column_{name}"): one for name in ("accuracy", "low", "high")},
        alt=t("results.table_alt"),
    )
    st.download_button(
        t("results.csv"),
        whole.to_csv(index=False).encode(),
        "noiselens-results.csv",
        "text/csv",
        icon=":material/download:",
        key="results_csv",
        on_click="ignore",
    )


def show(
    chosen: list[tuple[Run, Evaluation]], levels: list[int] | None, noises: str, runs: list[Run]
) -> None:
    tested = [
        EvaluatedRun(
            run.id,
            run.name,
            run.label,
            tuple(run.recipe.mix.noises),
            len(one.facts["classes"]),
            predictions(one),
        )
        for run, one in chosen
    ]
    comparison = compare(tested, levels, noises)
    sentence_card(
        literal(say(headline(comparison, noises))),
        " ".join(say(text) for text in details(comparison, literal)) or None,
    )
    if not comparison.noises:
        st.info(t(f"results.none_{noises}"), icon=":material/info:")
    if comparison.left_out:
        left_out = ", ".join(noise_label(noise, language()) for noise in comparison.left_out)
        st.caption(f":material/info: {t('results.left_out', noises=left_out)}")
    if not comparison.same_pictures:
        st.warning(t("results.other_pictures"), icon=":material/warning:")
    everyone = [(run.id, run.noise_trained) for run in reversed(runs)]
    colours = run_colours(palette(), everyone, [arm.id for arm in comparison.arms])
    pooled_series = [Series(say(arm.label), colours[arm.id], arm.by_noise) for arm in comparison.arms]
    cell_series = [Series(say(arm.label), colours[arm.id], arm.cells) for arm in comparison.arms]
    names = ["by_noise", "by_severity", "grid", "drop", "confusion", "numbers"]
    tabs = st.tabs([t(f"results.tab_{name}") for name in names], key="results_tabs", on_change="rerun")
    with tabs[0]:
        if tabs[0].open:
            by_noise(comparison, pooled_series, levels)
    with tabs[1]:
        if tabs[1].open and comparison.noises:
            by_severity(comparison, cell_series)
    with tabs[2]:
        if tabs[2].open and comparison.noises:
            seen = [arm.seen for arm in comparison.arms]
            st.plotly_chart(
                trained_by_tested(palette(), pooled_series, seen, comparison.arms[0].classes, language()),
                theme=None,
                key="results_grid",
                alt=say(headline(comparison, noises)),
                config=CHART,
            )
            st.caption(t("results.grid_caption"))
    with tabs[3]:
        if tabs[3].open and comparison.noises:
            st.plotly_chart(
                drop_from_clean(palette(), pooled_series, comparison.seen, language()),
                theme=None,
                key="results_drop",
                alt=say(headline(comparison, noises)),
                config=CHART,
            )
            st.caption(t("results.drop_caption"))
    with tabs[4]:
        if tabs[4].open:
            confusions(comparison, chosen)
    with tabs[5]:
        if tabs[5].open:
            table(comparison)
    st.page_link(
        "explain.py",
        label=t("results.to_explain"),
        icon=":material/visibility:",
        query_params={"run": chosen[-1][0].id},
    )


st.title(t("results.title"))
every_run = list_runs(workspace())
usable = trained(every_run)
if not usable:
    sentence_card(t("results.empty"), t("results.empty_body"))
    if any(job.kind in ("study", "train") for job in list_jobs(workspace(), active=True)):
        job_cards(
            "results_empty",
            lambda: [job for job in list_jobs(workspace(), active=True) if job.kind in ("study", "train")],
        )
    else:
        empty_state(t("results.empty_do"), t("results.empty_button"), "home.py")
    st.stop()
found = {run.id: latest_evaluation(workspace(), run.id) for run in usable}
evaluations = {run_id: one for run_id, one in found.items() if one is not None}
picked, severity_levels, which = choose(usable, evaluations)
keep("results", runs=",".join(run.id for run in picked) or None)
ready = [(run, evaluations[run.id]) for run in picked if run.id in evaluations]
if not picked:
    st.info(t("results.choose"), icon=":material/info:")
unevaluated([run for run in picked if run.id not in evaluations])
if ready:
    show(ready, severity_levels, which, every_run)
