"""The pictures of a quiz that the person alone, or a run alone, had right."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.quiz import Quiz
from core.noise.catalogue import CLEAN
from core.runs.runs import Run
from pages.parts.choices import segmented_control
from pages.parts.i18n import language, literal, t
from pages.parts.pictures import picture_file, side_by_side
from pages.parts.quiz.beginning import labels_of_classes
from pages.parts.quiz.session import shown
from pages.parts.services.evaluations import predictions

PER_SIDE = 6
"""Pictures of each kind that are shown."""
_SIDE = 192
"""px."""
OnQuestions = tuple[str, Run, JoinedEvaluation, NDArray[np.bool_]]
"""A run: what it is called, itself, its test, and whether it was right on each answered question."""


def named_by(test: JoinedEvaluation, quiz: Quiz) -> list[int | None]:
    """The class that a run named, of each question that was asked; None where its test does not say."""
    asked = quiz.questions[: len(quiz.answers)]
    columns = ["image", "noise", "severity", "prediction"]
    rows = predictions(test, columns, {one.cell for one in asked})
    rows = rows[rows["image"].isin([one.image for one in asked])]
    keys = zip(rows["image"], rows["noise"].astype(str), rows["severity"], strict=True)
    found = dict(zip(keys, rows["prediction"], strict=True))
    said = [found.get((one.image, *one.cell)) for one in asked]
    return [None if one is None else int(one) for one in said]


def only_one(quiz: Quiz, data_set: DataSet, runs: Sequence[OnQuestions], you: str) -> None:
    """For one of the runs, two galleries.

    Args:
        you: what the person is called, as Markdown.
    """
    st.subheader(t("quiz.only_title"))
    by_id = {run.id: (name, run, test, right) for name, run, test, right in runs}
    chosen = next(iter(by_id))
    if len(by_id) > 1:
        chosen = str(
            segmented_control(
                t("quiz.only_run"),
                list(by_id),
                format_func=lambda run_id: by_id[run_id][0],
                key="quiz_only_run",
                default=chosen,
                required=True,
            )
        )
    name, run, test, theirs = by_id[chosen]
    _, mine = quiz.taken()
    places = np.array(quiz.answered)
    said = named_by(test, quiz)
    for kind, which in (("mine", mine & ~theirs), ("theirs", theirs & ~mine)):
        there = places[which].tolist()
        st.markdown(f"**{t(f'quiz.only_{kind}', name=literal(name), n=len(there), you=you)}**")
        if not there:
            st.caption(t("quiz.only_nothing"))
            continue
        with side_by_side(f"quiz_only_{kind}"):
            columns = st.columns(PER_SIDE)
        for column, place in zip(columns, there, strict=False):
            with column:
                _one(quiz, data_set, place, said[place], run, test, you)
        if len(there) > PER_SIDE:
            st.caption(t("quiz.only_more", n=len(there) - PER_SIDE))


def _one(
    quiz: Quiz,
    data_set: DataSet,
    place: int,
    said: int | None,
    run: Run,
    test: JoinedEvaluation,
    you: str,
) -> None:
    labels = labels_of_classes(quiz, data_set)
    question, answer = quiz.questions[place], quiz.answers[place]
    assert answer is not None
    noise = noise_label(question.noise, language())
    where = noise if question.noise == CLEAN else t("quiz.under", noise=noise, severity=question.severity)
    words = t(
        "quiz.caption",
        truth=literal(labels[question.truth]),
        mine=literal(labels[answer]),
        you=you,
        theirs=literal(labels[said]) if said is not None else "?",
    )
    alt = t("quiz.only_alt", number=place + 1, truth=labels[question.truth], where=where)
    picture_file(shown(data_set, quiz, question, _SIDE), None, alt, True)
    st.caption(f"{where}  \n{words}")
    if not run.without_maps:
        address = {"run": run.id, "test": test.id, "image": str(question.image)}
        if question.severity:
            address |= {"noise": question.noise, "severity": str(question.severity)}
        st.page_link("explain.py", label=t("quiz.look"), icon=":material/visibility:", query_params=address)
