"""A video on the Grad-CAM page: what is asked of it, and how far that is."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import NoiseLensError
from core.explanation.overlay import MapStyle
from core.films.film import Answers, Film, Wish
from core.films.frames import RATES, USUAL_RATE
from core.films.job import FilmPayload, seconds_to_ask, submit_film
from core.images import encode_jpeg, read_picture
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.limits import MAX_FILMED_FRAMES
from core.noise.catalogue import CLEAN
from core.resizing import square
from core.runs.runs import Run
from pages.parts.choices import segmented_control
from pages.parts.explain.choice import Chosen
from pages.parts.explain.film_answers import deletions, film_answers
from pages.parts.explain.map_options import choose_film_style
from pages.parts.glossary import words_here
from pages.parts.i18n import language, literal, t
from pages.parts.messages import sentence_card, show_error
from pages.parts.pictures import JPEG_QUALITY, picture_file
from pages.parts.progress import duration, job_cards, span
from pages.parts.services.kept import kept_picture
from pages.parts.services.workspace import workspace

_SIDE = 320
"""px of the first frame."""
_JUST_CHOSEN = "explain_film_chosen"
"""Session: what the boxes said of which video when the page ran last."""


def own_film(film: Film, chosen: Chosen, head: DeltaGenerator) -> None:
    """All below the boxes: what is asked and answered.

    Args:
        head: where the tools of the page's name stand.
    """
    looked = chosen.looked
    runs = [looked.run] if chosen.second is None else [looked.run, chosen.second.run]
    with head:
        rate, shared, style = _how()
    wish = _wish(chosen, rate, shared, style)
    answers = film.answers
    there = _matching(answers, runs, wish)
    assert looked.data_set is not None

    def working() -> Sequence[Job]:
        jobs = [job for job in list_jobs(workspace()) if job.makes("film") and _is_of(job, film)]
        return [job for job in jobs if job.active] or [
            job for job in jobs[:1] if job.state in ("failed", "interrupted", "paused")
        ]

    jobs = working()
    if not answers:
        _before(film)
    if there is None and not any(job.active and _asks(job, runs, wish) for job in jobs):
        _ask_button(film, runs, wish, looked.data_set.size, first=not answers)
    if jobs:
        job_cards("explain_film", working, first=jobs)
    if answers:
        film_answers(film, answers, _to_show(film, answers, there, runs, wish))
    deletions(film, None)
    words_here(("counted", "severity", "confidence"))


def _how() -> tuple[int, bool, MapStyle]:
    """Frames of each second, and how maps are drawn."""
    with st.popover(t("explain.more"), icon=":material/tune:", key="explain_film_more"):
        rate = segmented_control(
            t("films.rate"),
            list(RATES),
            default=USUAL_RATE,
            required=True,
            format_func=str,
            key="explain_film_rate",
            persist_state="session",
            help=t("films.rate_help", most=f"{MAX_FILMED_FRAMES:,}"),
        )
        shared, style = choose_film_style()
    return int(rate or USUAL_RATE), shared, style


def _wish(chosen: Chosen, rate: int, shared: bool, style: MapStyle) -> Wish:
    looked = chosen.looked
    noisy = looked.severity > 0
    return Wish(
        rate=float(rate),
        noise=looked.noise if noisy else CLEAN,
        severity=looked.severity,
        table=looked.evaluation.table,
        view=looked.view,
        colours=style.colours,
        opacity=style.opacity,
        shared=shared,
        language=language(),
    )


def _matching(answers: Sequence[Answers], runs: Sequence[Run], wish: Wish) -> Answers | None:
    """What was asked before just so."""
    ids = [run.id for run in runs]
    return next(
        (one for one in answers if one.card.wish == wish and [of.id for of in one.card.askers] == ids), None
    )


def _is_of(job: Job, film: Film) -> bool:
    return FilmPayload.read(job.payload).film_id == film.card.id


def _asks(job: Job, runs: Sequence[Run], wish: Wish) -> bool:
    asked = FilmPayload.read(job.payload)
    return asked.wish == wish and asked.run_ids == [run.id for run in runs]


def _to_show(
    film: Film, answers: Sequence[Answers], there: Answers | None, runs: Sequence[Run], wish: Wish
) -> str | None:
    """Which answers are to be shown from now on, where the boxes or a job that has ended say so; None: as before."""
    now = (film.card.id, answers[0].card.id, tuple(run.id for run in runs), wish)
    before = st.session_state.get(_JUST_CHOSEN)
    st.session_state[_JUST_CHOSEN] = now
    if before is None or before[:2] != now[:2]:
        return (there or answers[0]).card.id
    return there.card.id if there is not None and before != now else None


def _before(film: Film) -> None:
    """What it is, before anything was asked."""
    picture, words = st.columns([1, 3], gap="medium")
    with picture:
        key = ("film first", str(film.folder))
        file = kept_picture(
            key, lambda: encode_jpeg(square(read_picture(film.first, "").pixels, _SIDE), JPEG_QUALITY)
        )
        picture_file(file, None, t("films.first_alt"))
    with words:
        sentence_card(t("films.before"), t("films.before_about"))
        st.caption(_facts(film))


def _facts(film: Film) -> str:
    card = film.card
    return t(
        "films.facts",
        name=literal(card.name),
        time=duration(card.seconds),
        width=card.width,
        height=card.height,
    )


def _ask_button(film: Film, runs: Sequence[Run], wish: Wish, size: int, first: bool) -> None:
    """The button that has it asked, with how much that is and how long it takes."""
    frames = len(film.filmed.times(wish.rate))
    takes = seconds_to_ask(film, list(runs), wish, size).with_start
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            t("films.ask" if first else "films.ask_so", n=f"{frames:,}", time=span(takes)),
            icon=":material/movie:",
            type="primary" if first else "secondary",
            key="explain_film_ask",
        )
        reached = film.filmed.reached(wish.rate)
        if reached < film.card.seconds:
            most = {"time": duration(reached), "whole": duration(film.card.seconds), "most": f"{frames:,}"}
            st.caption(f":material/info: {t('films.cut', **most)}", width="content")
    if pressed:
        try:
            submit_film(workspace(), film, list(runs), wish)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()
