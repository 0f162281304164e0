"""What runs said of a video: the sentence, the video, its frames one by one, and the answers over time."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.charts.drawing import noise_label
from core.charts.films import Row, film_chart
from core.charts.names import short_names
from core.data.intake.videos import EARLY
from core.errors import NoiseLensError
from core.films.film import Answers, Asker, Film, forget_answers
from core.films.job import forget
from core.films.mp4 import frame_at
from core.films.table import Track, read_tracks
from core.images import encode_jpeg
from core.noise.catalogue import CLEAN
from core.store import named_file
from core.words import Language
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.choices import segmented_control, selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card, show_error
from pages.parts.numbers import percent
from pages.parts.pictures import overlay_legend, picture_file
from pages.parts.services.kept import kept_numbers, kept_picture
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_FORGET, _FORGET_ALL = "explain_film_forget", "explain_film_forget_all"
_SHOWN, _MODE, _FRAME, _CHART = (f"explain_film_{name}" for name in ("answers", "mode", "frame", "chart"))
_QUALITY = 92
_NAME_LETTERS, _SHORT = 40, 26


def film_answers(film: Film, answers: Sequence[Answers], to_show: str | None) -> None:
    """What was said, of what was asked so far the one that is chosen.

    Args:
        answers: newest first, at least one.
        to_show: the id of those that are to be chosen from now on; None: as before.
    """
    known = {one.card.id: one for one in answers}
    if to_show is not None or st.session_state.get(_SHOWN) not in known:
        st.session_state[_SHOWN] = to_show or answers[0].card.id
    _told(film, known, known[str(st.session_state[_SHOWN])])


def _name(answers: Answers) -> str:
    """What was asked, as a box says it."""
    wish = answers.card.wish
    runs = short_names([say(one.label) for one in answers.card.askers], _NAME_LETTERS)
    parts = [" / ".join(runs), _state(answers, noisy=wish.severity > 0), t(f"explain.view_{wish.view}")]
    if wish.view == "heat":
        parts.append(t(f"films.scale_{'shared' if wish.shared else 'own'}"))
    parts.append(t("films.rate_said", n=f"{wish.rate:g}"))
    if wish.language != language():
        parts.append(t(f"films.words_{wish.language}"))
    return " · ".join(parts)


def _state(answers: Answers, noisy: bool) -> str:
    wish = answers.card.wish
    if not noisy:
        return noise_label(CLEAN, language())
    noise = noise_label(wish.noise, language())
    return t("explain.noise_level", noise=noise, severity=wish.severity)


def _told(film: Film, known: Mapping[str, Answers], answers: Answers) -> None:
    key = ("film tracks", str(answers.folder))
    tracks: list[Track] = kept_numbers(key, lambda: read_tracks(answers.table, answers.card.askers))
    if not tracks:
        st.warning(t("films.damaged"), icon=":material/warning:")
        return
    wanted = film.filmed.reached(answers.card.wish.rate)
    if answers.card.seconds < EARLY * wanted:
        ends = {"seconds": f"{answers.card.seconds:.1f}", "whole": f"{film.card.seconds:.1f}"}
        st.warning(t("films.early", **ends), icon=":material/warning:")

    @st.fragment
    def seen() -> None:
        video, chart = st.columns(2, gap="medium")
        with chart:
            looked_at = _looked_at(answers, tracks)
            _chart(answers, tracks, looked_at)
        with video:
            _film_or_frame(film, answers, tracks)

    seen()
    if len(known) > 1:
        selectbox(
            t("films.asked"),
            list(known),
            format_func=lambda key: _name(known[key]),
            key=_SHOWN,
            persist_state="session",
        )
    headline, lines = _sentence(answers, tracks)
    sentence_card(headline, "  \n".join(lines), 3, help=t("films.no_truth"))
    with st.container(horizontal=True, vertical_alignment="center"):
        _downloads(film, answers)
    wish = answers.card.wish
    how = t(f"explain.how_{wish.colours}" if wish.view == "heat" else f"explain.how_{wish.view}")
    st.caption(" ".join([how, t("films.about"), t("films.fleeting") if wish.severity else ""]).strip())
    if wish.view == "heat":
        scale = ("shared_each" if len(answers.card.askers) > 1 else "shared") if wish.shared else "own"
        st.html(overlay_legend(t(f"films.on_{scale}"), wish.colours))


# --- in words


def _sentence(answers: Answers, tracks: Sequence[Track]) -> tuple[str, list[str]]:
    """The headline, and a line a run."""
    askers, n = answers.card.askers, len(tracks[0].answers)
    states = len(tracks) // len(askers)
    names = [literal(name) for name in short_names([say(one.label) for one in askers], _SHORT)]
    if states == 2:
        apart = [tracks[2 * at].apart(tracks[2 * at + 1]) for at in range(len(askers))]
        noise = _state(answers, noisy=True)
        values: dict[str, Any] = {"noise": noise, "total": f"{n:,}"}
        values |= {"n": f"{apart[0]:,}", "share": percent(apart[0] / n)}
        if not any(apart):
            headline = t("films.headline_stands", **values)
        elif len(askers) == 1:
            headline = t("films.headline_noisy", **values)
        else:
            values |= {"first": names[0], "second": names[1]}
            values |= {"more": f"{apart[1]:,}", "other_share": percent(apart[1] / n)}
            headline = t("films.headline_both", **values)
    elif len(askers) == 2:
        same = n - tracks[0].apart(tracks[1])
        headline = t("films.headline_two", n=f"{same:,}", total=f"{n:,}", share=percent(same / n))
    else:
        headline = _said(answers, askers[0], tracks[0])
    if states == 1 and len(askers) == 1:
        return headline, []
    lines = []
    for at, (asker, name) in enumerate(zip(askers, names, strict=True)):
        of_run = tracks[at * states : (at + 1) * states]
        said = [_said(answers, asker, track, state=states == 2) for track in of_run]
        before = f"**{name}**: " if len(askers) > 1 else ""
        lines.append(before + " ".join(said))
    return headline, lines


def _said(answers: Answers, asker: Asker, track: Track, state: bool = False) -> str:
    """The commonest answer of one run in one state, and how often it changes."""
    name, n = track.most()
    total = len(track.answers)
    values = {
        "name": literal(_called(asker, name)),
        "n": f"{n:,}",
        "total": f"{total:,}",
        "share": percent(n / total),
        "changes": f"{track.changes:,}",
    }
    kind = "always" if n == total else "once" if track.changes == 1 else "often"
    said = t(f"films.said_{kind}", **values)
    if not state:
        return said
    return t("films.of_state", state=_state(answers, track.noisy), said=said)


def _called(asker: Asker, name: str) -> str:
    known = dict(zip(asker.classes, asker.labels, strict=True))
    return say(known[name]) if name in known else name


# --- to be seen


def _looked_at(answers: Answers, tracks: Sequence[Track]) -> int | None:
    """The frame that is looked at, from 0; None while the video is shown."""
    if st.session_state.get(_MODE, "video") != "frames":
        return None
    frame = int(st.session_state.get(f"{_FRAME}_{answers.card.id}", 1)) - 1
    return min(max(frame, 0), len(tracks[0].seconds) - 1)


def _chart(answers: Answers, tracks: Sequence[Track], looked_at: int | None) -> None:
    askers = answers.card.askers
    names = short_names([say(one.label) for one in askers], _SHORT)
    states = len(tracks) // len(askers)
    rows = []
    for track in tracks:
        title = [names[track.asker]] if len(askers) > 1 else []
        if states == 2 or not title:  # which noise it is stands above and below
            title.append(t("explain.noisy" if track.noisy else "explain.clean"))
        shown = [_called(askers[track.asker], name) for name in track.answers]
        rows.append(Row(" · ".join(title), shown, track.confidences))
    seconds = tracks[0].seconds
    at = None if looked_at is None else seconds[looked_at]
    key = f"{_CHART}_{answers.card.id}"
    st.plotly_chart(
        film_chart(palette(), seconds, rows, at, language()),
        theme=None,
        key=key,
        config={"displayModeBar": False},
        alt=t("films.chart_alt"),
        on_select=partial(_click, key, answers.card.id),
        selection_mode="points",
    )
    st.caption(t("films.chart_key"))


def _click(key: str, answers_id: str) -> None:
    """A point of the chart: its frame is looked at."""
    points = st.session_state[key]["selection"]["points"]
    if points and "customdata" in points[0]:
        place = points[0]["customdata"]
        number = int(place[0] if isinstance(place, list | tuple) else place)
        st.session_state[_MODE] = "frames"
        st.session_state[f"{_FRAME}_{answers_id}"] = number + 1


def _film_or_frame(film: Film, answers: Answers, tracks: Sequence[Track]) -> None:
    """The video to play, or one of its frames."""
    mode = segmented_control(
        t("films.mode"),
        ["video", "frames"],
        default="video",
        required=True,
        format_func=lambda key: t(f"films.mode_{key}"),
        key=_MODE,
        persist_state="session",
        label_visibility="collapsed",
    )
    if mode != "frames":
        st.video(str(answers.video), alt=t("films.video_alt", name=film.card.name))
        return
    seconds, key = tracks[0].seconds, f"{_FRAME}_{answers.card.id}"
    st.session_state.setdefault(key, 1)
    number = 1
    if len(seconds) > 1:
        number = int(st.slider(t("films.frame", n=f"{len(seconds):,}"), 1, len(seconds), key=key))
    at = seconds[number - 1]
    try:
        file = kept_picture(
            ("film frame", str(answers.video), number),
            lambda: encode_jpeg(frame_at(answers.video, at), _QUALITY),
        )
    except NoiseLensError as error:
        show_error(error)
        return
    said = [
        f"{_state(answers, track.noisy)}: {literal(_called(answers.card.askers[track.asker], track.answers[number - 1]))}"
        f" {percent(track.confidences[number - 1])}"
        for track in tracks
    ]
    picture_file(file, t("films.at", seconds=f"{at:.1f}"), " · ".join(said))


def _downloads(film: Film, answers: Answers) -> None:
    for kind, path, mime in (("mp4", answers.video, "video/mp4"), ("csv", answers.table, "text/csv")):
        st.download_button(
            t(f"films.download_{kind}"),
            path.read_bytes,
            file_name=_file(film, answers, language(), f".{kind}"),
            mime=mime,
            icon=":material/download:",
            key=f"explain_film_{kind}",
            on_click="ignore",
            help=t(f"films.download_{kind}_help"),
        )
    deletions(film, answers)


def _file(film: Film, answers: Answers, spoken: Language, ending: str) -> str:
    """A name that says what is in it."""
    wish = answers.card.wish
    noise = f"{wish.noise}-{wish.severity}" if wish.severity else CLEAN
    runs = [one.label[spoken][:40] for one in answers.card.askers]
    stem = film.card.name.rpartition(".")[0] or film.card.name
    return named_file([stem[:40], *runs, noise], ending)


def deletions(film: Film, answers: Answers | None) -> None:
    """The button that deletes what was asked once, or the video with all of it, and its question."""
    kind, about = (_FORGET_ALL, film.card.id) if answers is None else (_FORGET, answers.card.id)
    which = "all" if answers is None else "one"
    st.button(
        t(f"films.forget_{which}"),
        icon=":material/delete:",
        type="tertiary",
        key=f"{kind}_ask",
        on_click=ask,
        args=(kind, about),
    )
    if is_asked(kind, about):
        confirm(
            kind,
            t(f"films.forget_{which}_title", name=literal(film.card.name)),
            t(f"films.forget_{which}_text", n=len(film.answers)),
            "films.forget_yes",
            "films.forget_no",
            (lambda: forget(workspace(), film)) if answers is None else (lambda: forget_answers(answers)),
        )
