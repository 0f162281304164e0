"""The tab of which waves break a run: the Fourier maps of two runs beside each other, their difference, and what they say."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.charts.frequencies import frequency_map
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.arms import Arm
from core.evaluation.findings.evidence import known_spectrum
from core.evaluation.fourier import (
    DETAILS,
    IMAGES,
    Detail,
    FourierMap,
    difference,
    grid,
    sentence,
    whole_plane,
)
from core.evaluation.fourier_job import submit_spectrum, takes
from core.evaluation.fourier_said import difference_sentence
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.runs.estimate import Span
from core.runs.runs import Run
from core.store import part_of_file
from core.words import fill_text, plain
from pages.parts import clock
from pages.parts.choices import segmented_control
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import show_error
from pages.parts.progress import job_cards, span
from pages.parts.results.chart import show_chart
from pages.parts.results.look import Look
from pages.parts.results.one_run import choose_one
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_AGAIN = 3.0
"""Seconds between two looks at maps that sharpen."""


def spectrum(look: Look) -> None:
    """Maps of one run, or of two and their difference; below them how to measure what is missing."""
    arms = look.comparison.arms
    places = [0]
    if len(arms) > 1:
        left, right = st.columns(2)
        with left:
            first = choose_one(look, "spectrum_first", label=t("findings.first_run"))
        with right:
            other = 1 if first == 0 else 0
            places = [first, choose_one(look, "spectrum_second", other, t("findings.second_run"), first)]
    runs = [look.chosen[place][0] for place in places]
    sets = [look.pictures[place] for place in places]
    ids = {run.id for run in runs}

    def measuring() -> list[Job]:
        return [
            job
            for job in list_jobs(workspace(), active=True)
            if job.makes("spectrum") and job.subject.run_id in ids
        ]

    busy = bool(measuring())

    def maps() -> None:
        _maps(look, [arms[place] for place in places], runs, sets)

    if busy:
        _sharpening(maps)
        job_cards("results_spectrum", measuring)
    else:
        maps()
    _measure(runs, sets, busy)


def _sharpening(maps: Callable[[], None]) -> None:
    """The maps, again and again while they are measured."""

    @st.fragment
    def drawn() -> None:
        maps()
        clock.draw_again("results_spectrum", _AGAIN)

    drawn()


def _maps(look: Look, arms: Sequence[Arm], runs: Sequence[Run], sets: Sequence[DataSet | str]) -> None:
    found = [
        known_spectrum(run, one if isinstance(one, DataSet) else None)
        for run, one in zip(runs, sets, strict=True)
    ]
    known = [
        (arm, one) for arm, one in zip(arms, found, strict=True) if one is not None and one.right is not None
    ]
    if not known:
        st.info(t("findings.spectrum_none"), icon=":material/graphic_eq:")
        return
    both = difference(known[0][1], known[1][1]) if len(known) == 2 else None
    if both is not None:
        first, second = (fill_text(plain("“{label}”"), label=arm.label) for arm, _ in known)
        st.markdown(f"**{literal(say(difference_sentence(both, first, second)))}**")
    for arm, one in known:
        st.markdown(f"- **{literal(say(arm.label))}**: {literal(say(sentence(one)))}")
    places = st.columns(max(2, len(known) + (both is not None)), gap="small")
    for place, (number, (arm, one)) in zip(places, enumerate(known), strict=False):
        with place:
            st.markdown(f"**{literal(say(arm.label))}**")
            plane = whole_plane(one.table(), one.side, "error")
            figure = frequency_map(palette(), plane, one.side, False, language())
            said = t("findings.spectrum_alt", name=say(arm.label))
            file = f"spectrum_{part_of_file(say(arm.label))}"
            show_chart(
                figure, f"spectrum-{number + 1}", said, partial(_rows, one.table(), arm), [arm], file=file
            )
    if both is not None:
        with places[2]:
            st.markdown(
                f"**{t('findings.spectrum_difference')}**", help=t("findings.spectrum_difference_help")
            )
            plane = whole_plane(both.table(), both.first.side, "difference")
            figure = frequency_map(palette(), plane, both.first.side, True, language())
            arm = known[1][0]
            said = t("findings.spectrum_difference")
            show_chart(figure, "spectrum-difference", said, partial(_rows, both.table(), arm), [arm])
    measured = [f"{len(one.frequencies):,} / {len(grid(one.side)):,}" for _, one in known]
    st.caption(
        t(
            "findings.spectrum_caption",
            images=f"{len(known[0][1].images):,}",
            measured=", ".join(measured),
            strength=f"{100 * known[0][1].strength:.0f}",
        )
    )


def _rows(table: pd.DataFrame, arm: Arm) -> pd.DataFrame:
    return table.assign(run_id=arm.id)


def _measure(runs: Sequence[Run], sets: Sequence[DataSet | str], busy: bool) -> None:
    """How far to go, and the button with its time."""
    able = [
        (run, one)
        for run, one in zip(runs, sets, strict=True)
        if isinstance(one, DataSet) and run.folder.checkpoint.exists()
    ]
    if len(able) < len(runs):
        st.caption(f":material/info: {t('findings.spectrum_not')}")
    if not able:
        return
    labels = {detail: t(f"findings.detail_{detail}") for detail in DETAILS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = segmented_control(
            t("findings.detail"),
            list(DETAILS),
            default="coarse",
            required=True,
            format_func=lambda one: labels[one],
            key="results_spectrum_detail",
            persist_state="session",
            help=t("findings.detail_help"),
        )
        detail: Detail = next(one for one in DETAILS if one == chosen)
        missing = [(run, one, _known(run, one, detail)) for run, one in able]
        missing = [(run, one, known) for run, one, known in missing if known < len(grid(one.size, detail))]
        time = sum(
            (takes(run, one.size, detail, IMAGES, known) for run, one, known in missing), Span(0.0, 0.0)
        )
        clicked = st.button(
            t("findings.spectrum_go", time=span(time)) if missing else t("findings.spectrum_there"),
            icon=":material/graphic_eq:",
            type="primary",
            key="results_spectrum_go",
            disabled=not missing or busy,
        )
    if clicked:
        try:
            for run, _, _ in missing:
                submit_spectrum(workspace(), run, IMAGES, detail)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()


def _known(run: Run, data_set: DataSet, detail: Detail) -> int:
    """How many frequencies of a detail have been measured."""
    found: FourierMap | None = known_spectrum(run, data_set)
    return 0 if found is None else len(set(found.frequencies) & set(grid(data_set.size, detail)))
