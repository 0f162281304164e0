"""One question of a quiz after the other, without a reload."""

import streamlit as st

from core.data.dataset import DataSet
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, t
from pages.parts.pictures import picture_file
from pages.parts.quiz.beginning import BUTTONS, labels_of_classes
from pages.parts.quiz.session import SIDE, answer, end, leave, shown, taken

KEYS = "1234567890"
"""Of the first classes."""


def one_by_one(data_set: DataSet) -> None:
    """The question that is next, its answers as buttons, and what ends it early."""

    @st.fragment
    def question() -> None:
        now = taken()
        if now is None or now.ended:
            st.rerun()
        assert now is not None
        quiz, place = now.quiz, len(now.quiz.answers)
        asked = quiz.questions[place]
        labels = labels_of_classes(quiz, data_set)
        with (
            st.container(horizontal_alignment="center"),
            st.container(width=SIDE, key="quiz_question"),
        ):
            at, of = place + 1, len(quiz.questions)
            st.progress(place / of, text=t("quiz.progress", at=at, of=of))
            st.markdown(f"**{t('quiz.which')}**")
            picture_file(shown(data_set, quiz, asked), None, t("quiz.picture_alt", at=at, of=of), True)
            if len(labels) <= BUTTONS:
                _buttons(place, labels)
            else:
                _list(place, labels)
            with st.container(horizontal=True):
                st.button(
                    t("quiz.skip"),
                    key=f"quiz_skip_{place}",
                    icon=":material/skip_next:",
                    type="tertiary",
                    shortcut="Right",
                    on_click=answer,
                    args=(place, None),
                )
                if quiz.answered:
                    st.button(
                        t("quiz.stop", n=len(quiz.answered)),
                        key="quiz_stop",
                        icon=":material/flag:",
                        type="tertiary",
                        on_click=end,
                    )
                else:
                    st.button(
                        t("quiz.give_up"),
                        key="quiz_leave",
                        icon=":material/close:",
                        type="tertiary",
                        on_click=leave,
                    )
        if place + 1 < len(quiz.questions):
            shown(data_set, quiz, quiz.questions[place + 1])  # there when it is asked for

    question()
    st.caption(f":material/lock: {t('quiz.not_stored')}")


def _buttons(place: int, labels: list[str]) -> None:
    # Of each question anew: a second click on the same place answers nothing that has not been seen.
    with st.container(horizontal=True):
        for number, label in enumerate(labels):
            st.button(
                literal(label),
                key=f"quiz_answer_{place}_{number}",
                shortcut=KEYS[number] if number < len(KEYS) else None,
                on_click=answer,
                args=(place, number),
            )


def _list(place: int, labels: list[str]) -> None:
    choice = selectbox(
        t("quiz.class"),
        range(len(labels)),
        format_func=lambda number: labels[number],
        key=f"quiz_class_{place}",
        index=None,
        placeholder=t("quiz.class_choose"),
    )
    st.button(
        t("quiz.answer"),
        key=f"quiz_answer_{place}",
        icon=":material/check:",
        type="primary",
        disabled=choice is None,
        on_click=answer,
        args=(place, choice),
    )
