"""One's own photo or video on the Grad-CAM page: how it comes in, and what noise did to a photo's answer in words."""

import numpy as np
import streamlit as st

from core.charts.drawing import noise_label
from core.errors import NoiseLensError
from core.evaluation.galleries import overlap, something_counts
from core.films.film import Film, keep_film, list_films
from core.films.frames import is_moving
from core.lab.photo import Upload
from core.words import Text, plain
from pages.parts.address import asked, asked_of
from pages.parts.explain.subject import Said, Subject, Told
from pages.parts.explain.verdict import nothing_told
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card, show_error, show_notes
from pages.parts.numbers import percent
from pages.parts.services.workspace import workspace

_NAMED = 4
"""Classes that are named of those a model knows."""
_UPLOAD, _OWN, _SHOWN, _REFUSED = (
    f"explain_photo{name}" for name in ("_upload", "_own", "_shown", "_refused")
)
_LISTED = 6
"""Videos that can be taken up again, the newest."""


def own_pictures() -> Upload | Film | None:
    """The button that takes a photo or a video in, or leads back to the test's pictures; what is to be shown of one's own."""
    state = st.session_state
    _adopt_film()
    own: Upload | Film | None = state.get(_OWN)
    if isinstance(own, Film) and not own.source.is_file():  # it was deleted, perhaps in another session
        own = state[_OWN] = None
    if own is not None and state.get(_SHOWN):
        st.button(
            t("explain.own_back"),
            icon=":material/arrow_back:",
            key="explain_photo_back",
            on_click=state.__setitem__,
            args=(_SHOWN, False),
        )
        return own
    with st.popover(t("explain.own"), icon=":material/add_photo_alternate:", key="explain_photo_open"):
        st.file_uploader(
            t("explain.own_choose"),
            type=None,
            key=f"{_UPLOAD}_{state.get(_REFUSED + '_times', 0)}",
            on_change=_take,
        )
        st.caption(t("explain.own_about"))
        if isinstance(own, Upload):
            st.button(
                t("explain.own_again", name=literal(own.name)),
                key="explain_photo_again",
                on_click=state.__setitem__,
                args=(_SHOWN, True),
            )
        for film in list_films(workspace())[:_LISTED]:
            st.button(
                t("explain.own_again", name=literal(film.card.name)),
                icon=":material/movie:",
                key=f"explain_film_{film.card.id}",
                on_click=_show,
                args=(film,),
            )
    return None


def _adopt_film() -> None:
    """The video that the address asks for."""
    if asked("explain", "video") is None:
        return
    films = {film.card.id: film for film in list_films(workspace())}
    known = {key: plain(film.card.name) for key, film in films.items()}
    wanted = asked_of("explain", "video", Text(en="video", ko="동영상"), known)
    if wanted is not None:
        _show(films[wanted])


def _show(own: Upload | Film) -> None:
    st.session_state[_OWN], st.session_state[_SHOWN] = own, True


def say_refused() -> None:
    """What was wrong with the file that was dropped last, once."""
    refused: NoiseLensError | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        show_error(refused)


def _take() -> None:
    """Read the file; one that cannot be read leaves what is shown as it was."""
    state = st.session_state
    times = int(state.get(_REFUSED + "_times", 0))
    file = state.get(f"{_UPLOAD}_{times}")
    if file is None:
        return
    state[_REFUSED + "_times"] = times + 1  # the next file finds an empty field
    try:
        data = file.getbuffer()
        moving = is_moving(data, file.name)
        _show(keep_film(workspace(), data, file.name) if moving else Upload(file.getvalue(), file.name))
    except NoiseLensError as error:
        state[_REFUSED] = error


def photo_verdict(subject: Subject, photo: Upload, told: Told) -> None:
    """What noise did to each run's answer for the photo, in one card."""
    lines = []
    for who, said in told:
        names = [literal(who.labels[one.prediction]) for one in said]
        read = [
            t("explain.read", name=name, share=percent(one.confidence))
            for name, one in zip(names, said, strict=True)
        ]
        words = {"before": read[0], "after": read[-1]}
        kind = "clean" if len(said) == 1 else "same" if names[0] == names[1] else "other"
        line = t(f"explain.own_{kind}", **words)
        lines.append(f"**{literal(who.name)}**: {line}" if len(told) > 1 else line)
        lines[-1] += nothing_told(who, said, " ")
        if len(said) == 2 and (same := _same(said)) is not None:
            lines[-1] += " " + t("explain.own_overlap", share=percent(same))
    changed = [said[0].prediction != said[-1].prediction for _, said in told]
    if subject.severity == 0:
        headline = t("explain.own_headline_clean")
    else:
        which = "all" if all(changed) else "none" if not any(changed) else "some"
        noise = noise_label(subject.noise, language())
        headline = t(f"explain.own_headline_{which}", noise=noise, severity=subject.severity)
    sentence_card(headline, "  \n".join(lines), help=t("explain.own_truth"))
    data_set = subject.data_set
    known = [say(label) for label in data_set.class_labels]
    classes = " / ".join(known[:_NAMED]) + (" / …" if len(known) > _NAMED else "")
    learned = {"classes": literal(classes), "data": literal(data_set.name), "side": data_set.size}
    notes = [t("explain.own_size", name=literal(photo.name), **learned), *map(say, photo.notes)]
    if (side := min(photo.width, photo.height)) < data_set.size:
        notes.append(t("explain.own_enlarged", side=side, wanted=data_set.size))
    show_notes(notes)


def _same(said: list[Said]) -> float | None:
    maps = [one.attribution for one in said]
    if any(one is None or not something_counts(one) for one in maps):
        return None
    return overlap(np.asarray(maps[0]), np.asarray(maps[1]))
