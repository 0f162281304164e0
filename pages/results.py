"""Results: what noise costs each run, noise by noise, run against run."""

from collections.abc import Collection, Mapping

import streamlit as st

from core.charts.accuracy import Series, run_colours
from core.charts.drawing import noise_label
from core.data.dataset import list_data_sets
from core.errors import NoiseLensError, UnknownName
from core.evaluation.compare import EvaluatedRun, compare
from core.evaluation.job import checked_noises, submit_evaluation
from core.evaluation.joining import JoinedEvaluation, evaluations_by_run
from core.evaluation.sentences import details, headline
from core.jobs.queue import Job, list_jobs
from core.noise.catalogue import SEVERITIES
from core.training.estimate import seconds_to_test
from core.training.runs import Run, list_runs
from core.words import Text
from pages.parts.address import asked, keep
from pages.parts.demo import demo_offer
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card, show_error
from pages.parts.progress import job_cards, span
from pages.parts.results_tabs import results_tabs
from pages.parts.services import predictions, workspace
from pages.parts.test_choice import choose_test
from pages.parts.theme import palette

RUN = Text(en="trained run", ko="학습한 모델")


def default_runs(runs: list[Run], evaluated: Collection[str]) -> list[str]:
    """The newest study's runs, or the newest run, with an evaluation if any has one."""
    candidates = [run for run in runs if run.id in evaluated] or runs
    newest = candidates[0]
    if newest.study_id is None:
        return [newest.id]
    return [run.id for run in reversed(candidates) if run.study_id == newest.study_id]


def choose(runs: list[Run], evaluated: Collection[str]) -> tuple[list[Run], list[int] | None, str]:
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
    runs_place, severity_place, noises_place = st.columns([5, 3, 4])
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


def choose_tests(
    picked: list[Run], evaluations: Mapping[str, list[JoinedEvaluation]]
) -> dict[str, JoinedEvaluation]:
    """The test of each run that has one; runs with several have a box to choose it."""
    wanted = (asked("results", "tests") or "").split(",")
    several = [run for run in picked if len(evaluations.get(run.id, [])) > 1]
    chosen = {run.id: evaluations[run.id][0] for run in picked if run.id in evaluations}
    if several:
        for place, run in zip(st.columns(max(2, len(several))), several, strict=False):
            with place:
                chosen[run.id] = choose_test("results", run, evaluations[run.id], wanted)
    keep("results", tests=",".join(chosen[run.id].id for run in several) or None)
    return chosen


def other_draws(chosen: list[tuple[Run, JoinedEvaluation]]) -> list[tuple[Run, JoinedEvaluation]]:
    """Those that were tested on other noisy pictures than a test of today, where that sets them apart from others."""
    if len({tested.draws for _, tested in chosen}) < 2:
        return []
    return [(run, tested) for run, tested in chosen if not tested.draws_as_now]


def to_test(runs: dict[str, Run], again: dict[str, JoinedEvaluation]) -> None:
    """Runs that wait for a test: a button each, or the test under way.

    Args:
        again: the test that is to be made again, of those that have one.
    """

    def testing() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.kind == "evaluate" and job.payload["run_id"] in runs
        ]

    busy = {job.payload["run_id"] for job in testing()}
    data_sets = {one.id: one for one in list_data_sets(workspace())}
    for run in runs.values():
        if run.id in busy:
            continue
        before = again.get(run.id)
        noises = list(before.noises) if before else checked_noises(None, run.recipe.mix)
        severities = before.severities if before else SEVERITIES
        with st.container(border=True):
            words, button = st.columns([7, 4], vertical_alignment="center")
            said = "results.other_draws" if before else "results.not_tested"
            words.markdown(t(said, name=literal(say(run.label))))
            with button:
                label = t("results.evaluate_again" if before else "results.evaluate", n=len(noises))
                if data_set := data_sets.get(run.recipe.data_set_id):
                    cells = len(noises) * len(severities)
                    time = seconds_to_test(workspace(), run.recipe, data_set, cells).with_start
                    label += f" · {t('results.about', time=span(time))}"
                if st.button(
                    label,
                    type="secondary" if before else "primary",
                    icon=":material/fact_check:",
                    key=f"results_evaluate_{run.id}",
                    width="stretch",
                ):
                    try:
                        submit_evaluation(workspace(), run, noises, severities)
                    except NoiseLensError as error:
                        show_error(error)
                    else:
                        st.rerun()
    if busy:
        job_cards("results", testing)


def show(
    chosen: list[tuple[Run, JoinedEvaluation]], levels: list[int] | None, noises: str, runs: list[Run]
) -> None:
    tested = [
        EvaluatedRun(
            run.id,
            run.name,
            run.label,
            tuple(run.recipe.mix.noises),
            len(one.classes),
            predictions(one),
        )
        for run, one in chosen
    ]
    comparison = compare(tested, levels, noises)
    said = say(headline(comparison, noises))
    sentence_card(
        literal(said),
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
    results_tabs(comparison, chosen, pooled_series, cell_series, levels, said)
    st.page_link(
        "explain.py",
        label=t("results.to_explain"),
        icon=":material/visibility:",
        query_params={"run": next((run.id for run, _ in chosen if not run.noise_trained), chosen[0][0].id)},
    )


st.title(t("results.title"))
every_run = list_runs(workspace())
usable = [run for run in every_run if run.trained]
if not usable:
    sentence_card(t("results.empty"), t("results.empty_body"))
    if any(job.kind in ("study", "train") for job in list_jobs(workspace(), active=True)):
        job_cards(
            "results_empty",
            lambda: [job for job in list_jobs(workspace(), active=True) if job.kind in ("study", "train")],
        )
    else:
        demo_offer(t("results.empty_do"))
    st.stop()
evaluations = evaluations_by_run(workspace(), usable)
picked, severity_levels, which = choose(usable, evaluations)
tests = choose_tests(picked, evaluations)
keep("results", runs=",".join(run.id for run in picked) or None)
ready = [(run, tests[run.id]) for run in picked if run.id in tests]
if not picked:
    st.info(t("results.choose"), icon=":material/info:")
older = {run.id: tested for run, tested in other_draws(ready)}
to_test({run.id: run for run in picked if run.id not in tests or run.id in older}, older)
if ready:
    show(ready, severity_levels, which, every_run)
