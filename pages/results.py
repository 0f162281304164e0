"""Results: what noise costs each run, noise by noise, run against run."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.charts.drawing import noise_label
from core.charts.runs import Series, run_marks
from core.data.dataset import list_data_sets
from core.errors import NoiseLensError
from core.evaluation.comparison import Arm, Comparison
from core.evaluation.headline import ranks_runs
from core.evaluation.job import submit_evaluation
from core.evaluation.joined import JoinedEvaluation, evaluations_by_run, tested_set
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.versions import versions_sentence
from core.explanation.methods.grad_cam import GRAD_CAM
from core.jobs.queue import Job, list_jobs
from core.measure import Measure
from core.runs.estimate import seconds_to_test
from core.runs.runs import Run, list_runs
from pages.parts.address import asked, keep
from pages.parts.choices import segmented_control, selectbox
from pages.parts.demo import demo_offer
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card, show_error
from pages.parts.origin import say_seen_unknown
from pages.parts.progress import job_cards, span
from pages.parts.results.look import Look, begun
from pages.parts.results.quiz_link import quiz_link
from pages.parts.results.run_choice import choose_runs
from pages.parts.results.tabs import results_tabs
from pages.parts.results.take_away import take_away
from pages.parts.seeds import any_untold, seeds_of_arms, seeds_sentences, seeds_table
from pages.parts.services import compared, conclusions, kept_chart, kept_result, workspace
from pages.parts.test_cells import offer_test
from pages.parts.test_choice import choose_test
from pages.parts.test_how import say_modes
from pages.parts.theme import palette


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


def choose_noises() -> str:
    """Which noises are looked at: "all", "seen" or "unseen"."""
    known = ["all", "seen", "unseen"]
    if (wanted := asked("results", "noises")) in known:
        st.session_state["results_noises"] = wanted
    st.session_state.setdefault("results_noises", "all")
    chosen = segmented_control(
        t("results.noises"),
        known,
        required=True,
        format_func=lambda key: t(f"results.{key}"),
        key="results_noises",
        persist_state="session",
    )
    return str(chosen or "all")


def choose_severities(tested: Sequence[int]) -> list[int] | None:
    """The severities that are looked at; None for all of them. Without any to choose no box is drawn.

    Args:
        tested: those that the chosen runs were tested at.
    """
    if (wanted := asked("results", "severity")) is not None:
        st.session_state["results_severity"] = wanted
    if not tested:
        return None
    known = [str(level) for level in tested]
    if len(known) != 1:
        known = ["all", *known]
    if st.session_state.get("results_severity") not in known:
        st.session_state["results_severity"] = known[0]
    chosen = segmented_control(
        t("results.severity"),
        known,
        required=True,
        format_func=lambda key: t("results.all") if key == "all" else key,
        key="results_severity",
        persist_state="session",
        help=t("results.severity_help" if len(known) > 1 else "results.severity_one"),
    )
    return None if chosen in (None, "all") else [int(str(chosen))]


def choose_measure(comparison: Comparison) -> Measure:
    """What charts show: accuracy, or another measure that these tests give."""
    known = {measure.key: measure for measure in comparison.measures}
    if (wanted := asked("results", "measure")) in known:
        st.session_state["results_measure"] = wanted
    if st.session_state.get("results_measure") not in known:
        st.session_state["results_measure"] = ACCURACY.key
    choice, about = st.columns([4, 8], vertical_alignment="bottom")
    with choice:
        chosen = selectbox(
            t("results.measure"),
            list(known),
            format_func=lambda key: begun(known[key]),
            key="results_measure",
            persist_state="session",
        )
    keep("results", measure=str(chosen))
    measure = known[str(chosen)]
    about.caption(say(measure.sentence))
    return measure


def shared_severities(chosen: list[tuple[Run, JoinedEvaluation]]) -> list[int]:
    """Those that all were tested at under a noise that all were tested under, ascending."""
    cells = [set(tested.cells) for _, tested in chosen]
    return sorted({severity for _, severity in set.intersection(*cells)}) if cells else []


def other_draws(chosen: list[tuple[Run, JoinedEvaluation]]) -> list[tuple[Run, JoinedEvaluation]]:
    """Those that were tested on other noisy pictures than a test of today, where that sets them apart from others."""
    if len({tested.draws for _, tested in chosen}) < 2:
        return []
    return [(run, tested) for run, tested in chosen if not tested.draws_as_now]


def to_test(picked: list[Run], runs: dict[str, Run], again: dict[str, JoinedEvaluation]) -> None:
    """Runs that wait for a test: a button each; and the tests under way.

    Args:
        picked: all that are looked at.
        runs: those among them that wait, by id.
        again: the test that is to be made again, of those that have one.
    """

    ids = {run.id for run in picked}

    def testing() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.makes("result") and job.subject.run_id in ids
        ]

    busy = {job.subject.run_id for job in testing()}
    data_sets = {one.id: one for one in list_data_sets(workspace())}
    for run in runs.values():
        if run.id in busy:
            continue
        before = again.get(run.id)
        with st.container(border=True):
            if before is None:
                st.markdown(t("results.not_tested", name=literal(say(run.label))))
                offer_test(run, "results_test", primary=True)
                continue
            words, button = st.columns([7, 4], vertical_alignment="center")
            words.markdown(t("results.other_draws", name=literal(say(run.label))))
            with button:
                data_set = data_sets.get(run.recipe.data_set_id)
                if data_set is None:
                    st.caption(f":material/folder_off: {t('parts.test_no_data')}")
                    continue
                if run.answers_alone:
                    st.caption(t("elsewhere.answer_again"))
                    continue
                time = seconds_to_test(
                    workspace(), run.recipe, data_set, before.noises, before.severities, GRAD_CAM.passes
                ).with_start
                label = t("results.evaluate_again", n=len(before.noises))
                if st.button(
                    f"{label} · {t('results.about', time=span(time))}",
                    icon=":material/fact_check:",
                    key=f"results_evaluate_{run.id}",
                    width="stretch",
                ):
                    try:
                        submit_evaluation(workspace(), run, before.noises, before.severities)
                    except NoiseLensError as error:
                        show_error(error)
                    else:
                        st.rerun()
    if busy:
        job_cards("results", testing)


def show(
    chosen: list[tuple[Run, JoinedEvaluation]],
    levels: list[int] | None,
    noises: str,
    runs: list[Run],
    evaluations: Mapping[str, list[JoinedEvaluation]],
) -> None:
    comparison = compared(chosen, levels, noises)
    main, rest = conclusions(chosen, levels, noises)
    said = say(main)
    seeds = seeds_of_arms(chosen, levels, noises, runs, evaluations)
    if seeds is not None and ranks_runs(comparison) and any_untold(seeds):
        # Two of the runs may differ by more than other pictures would change, and yet by no more than their seeds do.
        sentence_card(seeds_sentences(seeds)[0], t("results.these_runs", said=literal(said)))
    else:
        further = " ".join(map(say, rest))
        sentence_card(literal(said), further or None)
    if seeds is not None:
        more = st.expander(
            t("results.seeds"), icon=":material/casino:", key="results_seeds", on_change="rerun"
        )
        if more.open:
            with more:
                seeds_table(seeds, "results_seeds_table")
                for one in seeds_sentences(seeds):
                    st.markdown(one)
    if not comparison.cells:
        one = "_one" if len(comparison.arms) == 1 else ""
        st.info(t(f"results.none_{noises}{one}"), icon=":material/info:")
    if comparison.left_out:
        left_out = ", ".join(noise_label(noise, language()) for noise in comparison.left_out)
        st.caption(f":material/info: {t('results.left_out', noises=left_out)}")
    if comparison.apart:
        apart = ", ".join(
            t(
                "results.apart_noise",
                noise=noise_label(noise, language()),
                severities=", ".join(map(str, levels_of)),
            )
            for noise, levels_of in comparison.apart.items()
        )
        st.caption(f":material/info: {t('results.apart', noises=apart)}")
    if comparison.choosers:
        chose = ", ".join(noise_label(noise, language()) for noise in comparison.choosers)
        st.caption(f":material/info: {t('results.choosers', noises=chose)}")
    if not comparison.same_pictures and not other_draws(chosen):
        data_sets = dict.fromkeys(str(arm.facts["data_set"]) for arm in comparison.arms)
        warning = "results.other_data_sets" if len(data_sets) > 1 else "results.other_pictures"
        names = ", ".join(literal(name) for name in data_sets)
        st.warning(t(warning, names=names), icon=":material/warning:")
    data_sets_now = list_data_sets(workspace())
    pictures = [tested_set(run, tested, data_sets_now) for run, tested in chosen]
    for why in ("deleted", "changed"):
        gone = [f"“{say(run.label)}”" for (run, _), one in zip(chosen, pictures, strict=True) if one == why]
        if gone:
            names = literal(", ".join(gone))
            st.caption(f":material/folder_off: {t(f'results.data_{why}', names=names)}")
    say_modes(chosen)
    if differ := versions_sentence(part for _, tested in chosen for part in tested.giving()):
        st.caption(f":material/info: {literal(say(differ))}")
    say_seen_unknown([run for run, _ in chosen])
    everyone = [(run.id, not run.clean_trained) for run in reversed(runs)]
    marks = run_marks(palette(), everyone, [arm.id for arm in comparison.arms])

    def series(of: Comparison, cells: Callable[[Arm], pd.DataFrame]) -> list[Series]:
        return [
            Series(say(arm.label), marks[arm.id], cells(arm), seen=arm.seen, lost=arm.lost) for arm in of.arms
        ]

    whole = comparison if levels is None else compared(chosen, None, noises)
    measure = choose_measure(comparison)

    def drawn(rest: tuple[object, ...], make: Callable[[], go.Figure]) -> go.Figure:
        of_look = (language(), palette().ground, *(marks[arm.id] for arm in comparison.arms))
        return kept_chart(chosen, levels, noises, (measure.key, *map(str, of_look), *rest), make)

    results_tabs(
        Look(
            drawn,
            measure,
            comparison,
            whole,
            chosen,
            series(comparison, lambda arm: arm.by_noise),
            series(whole, lambda arm: arm.cells),
            said,
            lambda rest, make: kept_result(chosen, levels, noises, rest, make),
            pictures,
        )
    )
    take_away([run for run, _ in chosen])
    quiz_link([run for run, _ in chosen])
    with_pictures = [one for one in chosen if not one[0].without_maps and one[1].plain]
    if not with_pictures:
        return
    run, test = next((one for one in with_pictures if one[0].clean_trained), with_pictures[0])
    where = {"run": run.id, "test": test.id}
    if len(comparison.severities) == 1:
        where["severity"] = str(comparison.severities[0])
    if noises != "all" and comparison.noises:
        where["noise"] = comparison.noises[0]
    st.page_link(
        "explain.py", label=t("results.to_explain"), icon=":material/visibility:", query_params=where
    )


st.title(t("results.title"))
every_run = list_runs(workspace())
usable = [run for run in every_run if run.comparable]
if not usable:
    sentence_card(t("results.empty"), t("results.empty_body"))
    if any(job.makes("model") for job in list_jobs(workspace(), active=True)):
        job_cards(
            "results_empty",
            lambda: [job for job in list_jobs(workspace(), active=True) if job.makes("model")],
        )
    else:
        demo_offer(t("results.empty_do"))
    st.stop()
evaluations = evaluations_by_run(workspace(), usable, every=True)
runs_place, severity_place, noises_place = st.columns([5, 3, 4])
with runs_place:
    picked = choose_runs(usable, evaluations)
tests = choose_tests(picked, evaluations)
ready = [(run, tests[run.id]) for run in picked if run.id in tests]
with noises_place:
    which = choose_noises()
with severity_place:
    severity_levels = choose_severities(shared_severities(ready))
keep(
    "results",
    runs=",".join(st.session_state["results_runs"]),  # in the order of the box
    severity=st.session_state.get("results_severity", "all"),
    noises=which,
)
if not picked:
    st.info(t("results.choose"), icon=":material/info:")
older = {run.id: tested for run, tested in other_draws(ready)}
to_test(picked, {run.id: run for run in picked if run.id not in tests or run.id in older}, older)
if ready:
    show(ready, severity_levels, which, every_run, evaluations)
