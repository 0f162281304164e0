"""One's own photo on the Grad-CAM page: how it comes in, and what noise did to the answer in words."""

import numpy as np
import streamlit as st

from core.charts.drawing import noise_label
from core.errors import NoiseLensError
from core.evaluation.galleries import overlap, something_counts
from core.lab.photo import Upload
from pages.parts.explain.subject import Said, Subject, Told
from pages.parts.explain.verdict import nothing_told
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card, show_error, show_notes
from pages.parts.numbers import percent

_NAMED = 4
"""Classes that are named of those a model knows."""
_UPLOAD, _PHOTO, _SHOWN, _REFUSED = (f"explain_photo{name}" for name in ("_upload", "", "_shown", "_refused"))


def own_photo() -> Upload | None:
    """The button that takes a photo in, or leads back to the test's pictures; the photo that is to be shown."""
    state = st.session_state
    photo: Upload | None = state.get(_PHOTO)
    if photo is not None and state.get(_SHOWN):
        st.button(
            t("explain.own_back"),
            icon=":material/arrow_back:",
            key="explain_photo_back",
            on_click=state.__setitem__,
            args=(_SHOWN, False),
        )
        return photo
    with st.popover(t("explain.own"), icon=":material/add_photo_alternate:", key="explain_photo_open"):
        st.file_uploader(
            t("explain.own_choose"),
            type=None,
            key=f"{_UPLOAD}_{state.get(_REFUSED + '_times', 0)}",
            on_change=_take,
        )
        st.caption(t("explain.own_about"))
        if photo is not None:
            st.button(
                t("explain.own_again", name=literal(photo.name)),
                key="explain_photo_again",
                on_click=state.__setitem__,
                args=(_SHOWN, True),
            )
    return None


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
        state[_PHOTO] = Upload(file.getvalue(), file.name)
    except NoiseLensError as error:
        state[_REFUSED] = error
        return
    state[_SHOWN] = True


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
    show_notes([t("explain.own_size", name=literal(photo.name), **learned), *map(say, photo.notes)])


def _same(said: list[Said]) -> float | None:
    maps = [one.attribution for one in said]
    if any(one is None or not something_counts(one) for one in maps):
        return None
    return overlap(np.asarray(maps[0]), np.asarray(maps[1]))
