"""What a person may take of a quiz or keep in the workspace; nothing is stored without it."""

import time
from collections.abc import Sequence

import streamlit as st

from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.quiz import Score, table_of
from core.evaluation.quizzes import KeptQuiz, forget_quiz, keep_quiz, kept_quizzes
from core.files import CSV_ENCODING
from core.runs.runs import Run
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.i18n import literal, t
from pages.parts.messages import show_error
from pages.parts.numbers import percent
from pages.parts.quiz.only_one import named_by
from pages.parts.quiz.session import Taken, named, take
from pages.parts.services.workspace import workspace

FORGET = "forget_quiz"


def keep_or_take(
    now: Taken, data_set: DataSet | None, beside: Sequence[tuple[Run, JoinedEvaluation]]
) -> None:
    """The answers as a file; a name to keep them under."""
    quiz = now.quiz

    def file() -> bytes:
        said = {run.name: named_by(test, quiz) for run, test in beside}
        names = data_set.names if data_set is not None else []
        return table_of(quiz, names, said).to_csv(index=False).encode(CSV_ENCODING)

    st.subheader(t("quiz.keep_title"))
    st.caption(t("quiz.keep_about"))
    st.download_button(
        t("quiz.csv"),
        file,
        "noiselens-quiz.csv",
        "text/csv",
        icon=":material/download:",
        key="quiz_csv",
        on_click="ignore",
    )
    if now.name is not None:
        st.caption(f":material/check: {t('quiz.is_kept', name=literal(now.name))}")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(t("quiz.name"), max_chars=80, key="quiz_name", width=280)
        clicked = st.button(t("quiz.keep"), icon=":material/save:", key="quiz_keep")
    if clicked:
        try:
            kept = keep_quiz(workspace(), name, quiz)
        except NoiseLensError as error:
            show_error(error)
        else:
            named(kept.name)
            st.rerun()


def list_kept() -> None:
    """Those that were kept, folded away: a line each, to look at again or to delete."""
    every = kept_quizzes(workspace())
    if not every:
        return
    place = st.expander(
        t("quiz.kept", n=len(every)), icon=":material/inventory_2:", key="quiz_kept", on_change="rerun"
    )
    if not place.open:
        return
    with place:
        for one in every:
            _line(one)


def _line(one: KeptQuiz) -> None:
    _, right = one.quiz.taken()
    score = Score.of(right)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            t(
                "quiz.kept_line",
                name=literal(one.name),
                right=score.right,
                n=score.n,
                share=percent(score.share) if score.n else "–",
                data=literal(one.quiz.data_set),
                when=time.strftime("%Y-%m-%d", time.localtime(one.created)),
            ),
            width="stretch",
        )
        st.button(
            t("quiz.open"),
            key=f"quiz_open_{one.id}",
            icon=":material/open_in_full:",
            type="tertiary",
            on_click=take,
            args=(one.quiz, True, one.name),
        )
        st.button(
            t("quiz.forget"),
            key=f"quiz_forget_{one.id}",
            icon=":material/delete:",
            type="tertiary",
            on_click=ask,
            args=(FORGET, one.id),
        )
    if is_asked(FORGET, one.id):
        confirm(
            "quiz_forget",
            t("quiz.forget_title", name=literal(one.name)),
            t("quiz.forget_text"),
            "quiz.forget_yes",
            "quiz.forget_no",
            lambda: forget_quiz(workspace(), one.id),
        )
