"""The tab of how far noises are from training: errors by distance, means in which like noises count once, pictures saved again."""

from functools import partial

import pandas as pd
import streamlit as st

from core.charts.distances import distance_chart
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.arms import Arm, Measured
from core.evaluation.distance import KINDS, RULE, VALUE, Distance
from core.evaluation.distance_error import LEAST, distance_table, related
from core.evaluation.files_learnt import falls, suspected
from core.evaluation.findings.evidence import known_distances
from core.evaluation.findings.finding import LIKELY
from core.evaluation.findings.said import p_said
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.noise.catalogue import get_noise
from core.runs.runs import Run
from core.training.distances_job import submit_distances, takes
from core.words import rounded
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import show_error
from pages.parts.progress import job_cards, span
from pages.parts.results.chart import show_chart
from pages.parts.results.findings import measured_since
from pages.parts.results.look import Look, help_of
from pages.parts.results.one_run import choose_one
from pages.parts.services.evaluations import answers_of
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

Distances = dict[str, Distance]


def distance(look: Look) -> None:
    """For one of the runs its errors by distance; for all their means, and what saving pictures again does."""
    place = choose_one(look, "distance_run")
    arm, (run, _), data_set = look.comparison.arms[place], look.chosen[place], look.pictures[place]
    known: list[Distances] = look.kept(("distances", *measured_since(look)), lambda: _known(look))
    noises = look.comparison.noises
    if run.origin is not None:
        st.info(t("findings.distance_brought"), icon=":material/info:")
    elif not isinstance(data_set, DataSet):
        st.info(t("findings.distance_gone"), icon=":material/folder_off:")
    else:
        _by_distance(look, arm, known[place])
        _measure(run, data_set, list(dict.fromkeys([*noises, *look.chosen[place][1].noises])), known[place])
    _means(look, known)
    _saved_again(look)


def _known(look: Look) -> list[Distances]:
    return [
        known_distances(workspace(), run, one if isinstance(one, DataSet) else None, test.noises)
        for (run, test), one in zip(look.chosen, look.pictures, strict=True)
    ]


def _by_distance(look: Look, arm: Arm, known: Distances) -> None:
    noises = look.comparison.noises
    table = distance_table(arm, known, noises)
    unseen = table[table["kind"] != "seen"]
    if not len(unseen):
        st.info(t("findings.distance_none"), icon=":material/straighten:")
        return
    in_means = table["noise"].isin(look.comparison.in_means)
    told, name = related(table[in_means]), literal(say(arm.label))
    if told is None:
        st.markdown(t("findings.distance_few", name=name, n=LEAST))
    else:
        kind = "untold" if told.p >= LIKELY else "goes" if told.rho > 0 else "against"
        numbers = {key: rounded(getattr(told, key), 2) for key in ("rho", "low", "high")}
        st.markdown(t(f"findings.distance_{kind}", name=name, n=told.n, p=literal(p_said(told.p)), **numbers))
    draw = partial(distance_chart, palette(), table, language())
    show_chart(
        look.drawn(("distance", arm.id, *measured_since(look)), draw),
        "distance",
        t("findings.distance_alt", name=say(arm.label)),
        lambda: table.assign(run_id=arm.id),
        [arm],
        file=look.file("distance", say(arm.label)),
    )
    st.caption(f"{say(RULE)} {say(VALUE)}")


def _measure(run: Run, data_set: DataSet, noises: list[str], known: Distances) -> None:
    """The job that measures what is missing, with its time; its progress."""

    def measuring() -> list[Job]:
        active = list_jobs(workspace(), active=True)
        return [job for job in active if job.makes("distance") and job.subject.run_id == run.id]

    busy = bool(measuring())
    if busy:
        job_cards("results_distances", measuring)
        return
    missing = [noise for noise in noises if noise not in known]
    time = takes(workspace(), run, data_set, noises) if missing else None
    if time is None:
        return
    if known:
        st.caption(t("findings.distance_some", known=len(noises) - len(missing), all=len(noises)))
    if st.button(
        t("findings.distance_go", time=span(time)),
        icon=":material/straighten:",
        type="primary",
        key="results_distance_go",
    ):
        try:
            submit_distances(workspace(), run, noises)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()


def _means(look: Look, known: list[Distances]) -> None:
    comparison = look.comparison
    if not comparison.in_means:
        return
    st.markdown(f"**{t('findings.means')}**", help=t("findings.means_help"))
    rows = []
    for arm, distances in zip(comparison.arms, known, strict=True):
        row = {
            t("results.column_run"): say(arm.label),
            t("findings.mean_all"): _said(arm.under(), len(comparison.in_means)),
            t("findings.mean_balanced"): _said(arm.balanced(), len(comparison.in_means)),
        }
        for kind in KINDS:
            own = [
                noise for noise in comparison.in_means if noise in distances and distances[noise].kind == kind
            ]
            row[t(f"findings.mean_{kind}")] = _said(arm.under(own), len(own)) if own else "–"
        rows.append(row)
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="results_means", alt=t("findings.means_alt"))
    st.caption(t("findings.means_caption"))


def _said(one: Measured, noises: int) -> str:
    return f"{rounded(one.mean, 1)} ({rounded(one.low, 1)} – {rounded(one.high, 1)}) · {noises}"


def _saved_again(look: Look) -> None:
    """What it costs that all pictures are saved again alike, where that was tested."""
    tested = [
        (arm, test, one)
        for arm, (_, test), one in zip(look.comparison.arms, look.chosen, look.pictures, strict=True)
        if test.resaved
    ]
    if not tested:
        return
    st.markdown(f"**{t('findings.resaved')}**", help=help_of(t("findings.resaved_help")))
    warned = False
    for arm, test, data_set in tested:
        answers = answers_of(test)
        found = falls(answers, answers.groups)
        for fall in found:
            st.markdown(
                "- "
                + t(
                    "findings.resaved_fall" if fall.told else "findings.resaved_none",
                    name=literal(say(arm.label)),
                    row=literal(say(get_noise(fall.row).name)),
                    points=t("findings.resaved_points", n=rounded(100 * fall.value, 1)),
                    low=rounded(100 * fall.low, 1),
                    high=rounded(100 * fall.high, 1),
                )
            )
        said = (
            suspected(found, data_set.card.files, test.class_labels)
            if isinstance(data_set, DataSet)
            else None
        )
        if said is not None:
            warned = True
            st.warning(literal(say(said)), icon=":material/warning:")
    if not warned:
        st.caption(t("findings.resaved_fine"))
