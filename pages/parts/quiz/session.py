"""The quiz that a visitor takes or looks at: in the session alone, until it is kept."""

from dataclasses import dataclass, replace

import streamlit as st

from core.data.dataset import DataSet, list_data_sets
from core.evaluation.predictions import noisy_picture
from core.evaluation.quiz import Question, Quiz
from core.explanation.views import smoothly
from core.images import encode_png
from pages.parts.services.kept import kept_picture
from pages.parts.services.workspace import workspace

_KEY = "quiz_taken"
SIDE = 384
"""Of the picture that is asked for, px."""


@dataclass(frozen=True)
class Taken:
    """A quiz with where it stands."""

    quiz: Quiz
    ended: bool = False
    """Its outcome is shown, also where not every question was asked."""
    name: str | None = None
    """Under which it is kept; None: it is not."""


def taken() -> Taken | None:
    """That of this visitor; None before it begins."""
    found: Taken | None = st.session_state.get(_KEY)
    return found


def take(quiz: Quiz, ended: bool = False, name: str | None = None) -> None:
    """Begin a quiz, or look at one that was kept."""
    st.session_state[_KEY] = Taken(quiz, ended, name)


def leave() -> None:
    """Go back to where a quiz begins."""
    st.session_state.pop(_KEY, None)


def answer(place: int, said: int | None) -> None:
    """Answer question `place`, if it is the one that is asked; the last answer ends the quiz."""
    now = taken()
    if now is None or now.ended or place != len(now.quiz.answers):
        return
    quiz = replace(now.quiz, answers=[*now.quiz.answers, said])
    st.session_state[_KEY] = replace(now, quiz=quiz, ended=quiz.over)


def end() -> None:
    """Show what came of it, with what was answered."""
    now = taken()
    if now is not None:
        st.session_state[_KEY] = replace(now, ended=True)


def named(name: str) -> None:
    """It is kept under this name now."""
    now = taken()
    if now is not None:
        st.session_state[_KEY] = replace(now, name=name)


def data_set_of_quiz(quiz: Quiz) -> DataSet | None:
    """The data set whose pictures it is of; None where that was deleted or has changed."""
    found = next((one for one in list_data_sets(workspace()) if one.id == quiz.data_set_id), None)
    return found if found is not None and found.card.fingerprint == quiz.data_fingerprint else None


def shown(data_set: DataSet, quiz: Quiz, question: Question, side: int = SIDE) -> bytes:
    """The picture of a question as a PNG: the very pixels that a test shows a network, enlarged."""
    key = (
        "quiz",
        str(data_set.folder.path),
        data_set.card.fingerprint,
        question.image,
        question.noise,
        question.severity,
        quiz.table,
        side,
    )
    return kept_picture(
        key,
        lambda: encode_png(
            smoothly(
                noisy_picture(data_set, question.image, question.noise, question.severity, quiz.table), side
            )
        ),
    )
