"""What came of a quiz: one sentence, the curves, whether both fail alike, and the pictures that one alone had right."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.charts.names import short_names
from core.charts.quiz import fitted_curves
from core.charts.runs import Mark, Series, run_marks
from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.psychometric import curve_through
from core.evaluation.quiz import (
    Agreement,
    Question,
    Quiz,
    Score,
    by_severity,
    right_of,
    shared_pool,
)
from core.runs.runs import Run, list_runs
from core.words import rounded
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card
from pages.parts.numbers import percent
from pages.parts.quiz.beginning import tested_on
from pages.parts.quiz.keeping import keep_or_take
from pages.parts.quiz.only_one import only_one
from pages.parts.quiz.session import Taken, leave
from pages.parts.results.look import BARE
from pages.parts.services.evaluations import answers_of
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_LETTERS = 40
"""Of a run's name beside the chart."""
SURE = 0.05
"""A difference that chance makes more seldom than this is told."""


@dataclass(frozen=True)
class Beside:
    """A run on the questions that the person answered."""

    run: Run
    test: JoinedEvaluation
    right: NDArray[np.bool_]
    """N: whether it was right, of each answered question."""
    agreement: Agreement
    """The person first."""

    @property
    def score(self) -> Score:
        return Score.of(self.right)

    @property
    def name(self) -> str:
        return say(self.run.label)


def outcome(now: Taken, data_set: DataSet | None) -> None:
    """All of it.

    Args:
        data_set: whose pictures it is of; None where they are no longer there.
    """
    quiz = now.quiz
    questions, right = quiz.taken()
    if not questions:
        sentence_card(t("quiz.none_answered"))
        _again()
        return
    beside = _beside(quiz, data_set, questions, right)
    own = Score.of(right)
    _sentence(now, own, beside)
    if data_set is None:
        st.info(t("quiz.pictures_gone", name=literal(quiz.data_set)), icon=":material/folder_off:")
    _again()
    you = now.name or t("quiz.you")
    _curves(quiz, questions, right, beside, you)
    if beside:
        _table(own, beside, you)
    if beside and data_set is not None:
        only_one(quiz, data_set, [(one.name, one.run, one.test, one.right) for one in beside], literal(you))
    keep_or_take(now, data_set, [(one.run, one.test) for one in beside])


def _again() -> None:
    st.button(t("quiz.again"), key="quiz_again", icon=":material/replay:", on_click=leave)


def _beside(
    quiz: Quiz, data_set: DataSet | None, questions: Sequence[Question], right: NDArray[np.bool_]
) -> list[Beside]:
    """The runs that the quiz was taken beside, as far as they and their tests of these pictures are there."""
    if data_set is None:
        return []
    tested, found = tested_on(data_set), []
    for run_id in quiz.run_ids:
        if run_id not in tested:
            continue
        run, test = tested[run_id]
        answers = answers_of(test)
        pool = shared_pool([answers])
        known = set(pool.images.tolist())
        if all(one.cell in pool.cells and one.image in known for one in questions):
            theirs = right_of(questions, answers)
            found.append(Beside(run, test, theirs, Agreement.of(right, theirs)))
    return found


def _sentence(now: Taken, own: Score, beside: Sequence[Beside]) -> None:
    quiz = now.quiz
    who = "you" if now.name is None else "named"
    values = {"name": literal(now.name or ""), "right": own.right, "n": own.n, "share": percent(own.share)}
    lines = [
        t(
            "quiz.interval",
            low=rounded(100 * own.low),
            high=rounded(100 * own.high),
            guessing=percent(quiz.guessing()),
            classes=len(quiz.classes),
        )
    ]
    skipped = len(quiz.answers) - own.n
    if skipped:
        lines.append(t("quiz.skipped", n=skipped))
    for one in beside[:3]:
        found = one.agreement
        told = "untold" if found.p >= SURE else "better" if found.first > found.second else "worse"
        lines.append(
            t(
                f"quiz.beside_{told}",
                name=literal(one.name),
                right=one.score.right,
                n=own.n,
                mine=found.first,
                theirs=found.second,
                you=literal(now.name or t("quiz.you")),
            )
        )
    sentence_card(t(f"quiz.sentence_{who}", **values), "  \n".join(lines))


def _curves(
    quiz: Quiz, questions: Sequence[Question], right: NDArray[np.bool_], beside: Sequence[Beside], you: str
) -> None:
    everyone = [(run.id, not run.reference) for run in reversed(list_runs(workspace()))]
    marks = run_marks(palette(), everyone, [one.run.id for one in beside])
    person = Series(you, Mark(palette().text, "x"), by_severity(questions, right))
    names = short_names([one.name for one in beside], _LETTERS)
    series = [
        person,
        *(
            Series(name, marks[one.run.id], by_severity(questions, one.right))
            for name, one in zip(names, beside, strict=True)
        ),
    ]
    severities = np.array([one.severity for one in questions])
    curves = [
        curve_through(of, severities, quiz.guessing()) for of in (right, *(one.right for one in beside))
    ]
    legend = " ".join(
        f'<span style="display:inline-block;margin-right:1rem"><span style="color:{one.mark.colour}" '
        f'aria-hidden="true">{one.mark.letter}</span> {html.escape(one.name)}</span>'
        for one in series
    )
    st.html(f'<div style="font-size:0.875rem">{legend}</div>')
    st.plotly_chart(
        fitted_curves(palette(), ACCURACY, series, curves, quiz.guessing(), language()),
        theme=None,
        key="quiz_curves",
        alt=t("quiz.curves_alt", you=you),
        config=BARE,
    )
    counts = person.cells["images"]
    few, most = int(counts.min()), int(counts.max())
    st.caption(t("quiz.curves_caption", n=few if few == most else f"{few}–{most}", you=literal(you)))


def _agreement_words(found: Agreement) -> str:
    if found.kappa is None or found.low is None or found.high is None:
        return t("quiz.agree_none")
    return f"{rounded(found.kappa, 2)} ({rounded(found.low, 2)} – {rounded(found.high, 2)})"


def _table(own: Score, beside: Sequence[Beside], you: str) -> None:
    def interval(score: Score) -> str:
        return f"{rounded(100 * score.low)} – {rounded(100 * score.high)}"

    scores = [(you, own, None), *((one.name, one.score, one.agreement) for one in beside)]
    st.dataframe(
        pd.DataFrame(
            {
                t("quiz.column_who"): [name for name, _, _ in scores],
                t("quiz.column_right"): [f"{score.right} / {score.n}" for _, score, _ in scores],
                t("quiz.column_share"): [percent(score.share) for _, score, _ in scores],
                t("quiz.column_interval"): [interval(score) for _, score, _ in scores],
                t("quiz.column_mine", you=you): [
                    "" if one is None else str(one.first) for _, _, one in scores
                ],
                t("quiz.column_theirs"): ["" if one is None else str(one.second) for _, _, one in scores],
                t("quiz.column_kappa", you=you): [
                    "" if one is None else _agreement_words(one) for _, _, one in scores
                ],
            }
        ),
        hide_index=True,
        column_config={
            t("quiz.column_kappa", you=you): st.column_config.TextColumn(help=t("quiz.kappa_help")),
            t("quiz.column_interval"): st.column_config.TextColumn(help=t("quiz.interval_help")),
        },
        alt=t("quiz.table_alt", you=you),
    )
    lines = []
    for one in beside:
        found = one.agreement
        if found.low is None or found.high is None:
            kind = "none"
        else:
            kind = "alike" if found.low > 0 else "apart" if found.high < 0 else "untold"
        lines.append(t(f"quiz.fails_{kind}", name=literal(one.name), you=literal(you)))
    st.markdown("  \n".join(lines), help=t("quiz.kappa_help"))
