"""A person beside the models: what is asked, what is counted, what is kept."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import NoName
from core.evaluation.answers import Answers
from core.evaluation.psychometric import curve_through
from core.evaluation.quiz import (
    Agreement,
    Pool,
    Question,
    Quiz,
    Score,
    by_severity,
    draw,
    right_of,
    shared_pool,
    sign_test,
    table_of,
)
from core.evaluation.quizzes import forget_quiz, keep_quiz, kept_quizzes
from core.statistics import wilson
from core.store import Workspace

CELLS = (("clean", 0), *((noise, level) for noise in ("fog", "rain", "pca") for level in range(1, 6)))
POOL = Pool(np.arange(100, 400), np.arange(300) % 2, CELLS)


def answers(wrong: set[int], cells: tuple[tuple[str, int], ...] = CELLS, images: int = 6) -> Answers:
    """A test of pictures 0, 1, ... of two classes in turn; those in `wrong` are answered wrongly under noise."""
    rows = [
        {"image": image, "noise": noise, "severity": level, "truth": image % 2}
        | {"prediction": (image + (level > 0 and image in wrong)) % 2, "confidence": 0.9}
        for noise, level in cells
        for image in range(images)
    ]
    return Answers.of(pd.DataFrame(rows), ["a", "b"])


def test_questions_are_shared_out_evenly_and_the_same_seed_asks_the_same() -> None:
    questions = draw(POOL, seed=3)
    assert len(questions) == len({one.image for one in questions}) == 30
    assert Counter(one.truth for one in questions) == {0: 15, 1: 15}
    assert Counter(one.severity for one in questions) == dict.fromkeys(range(6), 5)
    assert set(Counter(one.noise for one in questions if one.severity).values()) <= {8, 9}
    assert all(one.truth == (one.image - 100) % 2 and one.cell in CELLS for one in questions)
    pairs = Counter((one.truth, one.severity) for one in questions)
    assert set(pairs.values()) == {2, 3}
    assert draw(POOL, seed=3) == questions != draw(POOL, seed=4)


def test_each_of_many_classes_comes_as_often_and_not_each_with_the_same_severity() -> None:
    pool = Pool(np.arange(1000), np.arange(1000) % 10, CELLS)
    questions = draw(pool, seed=0)
    assert set(Counter(one.truth for one in questions).values()) == {3}
    assert set(Counter(one.severity for one in questions).values()) == {5}
    assert max(Counter((one.truth, one.severity) for one in questions).values()) <= 2


def test_few_pictures_are_asked_for_once_each_and_none_give_no_question() -> None:
    few = Pool(np.arange(7), np.array([0, 0, 0, 0, 0, 1, 1]), CELLS)
    assert sorted(one.image for one in draw(few, seed=1)) == list(range(7))
    assert draw(Pool(np.arange(0), np.arange(0), CELLS), seed=1) == []
    assert draw(Pool(np.arange(7), np.zeros(7, int), ()), seed=1) == []


def test_what_is_asked_beside_several_runs_was_tested_of_all_of_them() -> None:
    narrow = answers(set(), (("clean", 0), ("fog", 3), ("snow", 1)))
    pool = shared_pool([answers(set()), narrow])
    assert pool.cells == (("clean", 0), ("fog", 3))
    assert pool.images.tolist() == list(range(6))
    assert pool.truth.tolist() == [0, 1, 0, 1, 0, 1]
    assert shared_pool([narrow], without=["fog", "snow"]).cells == (("clean", 0),)
    unshown = replace(narrow, shown=narrow.shown & (narrow.images != 2))
    assert shared_pool([answers(set()), unshown]).images.tolist() == [0, 1, 3, 4, 5]


def test_a_run_is_right_on_a_question_where_its_table_says_so() -> None:
    questions = [Question(4, "fog", 2, 0), Question(4, "clean", 0, 0), Question(1, "rain", 5, 1)]
    assert right_of(questions, answers({4})).tolist() == [False, True, True]
    assert right_of([], answers({4})).tolist() == []


def test_a_curve_counts_each_severity_for_itself() -> None:
    questions = [Question(n, "fog" if n > 1 else "clean", 3 if n > 1 else 0, 0) for n in range(6)]
    table = by_severity(questions, np.array([True, True, True, False, False, False]))
    assert table[["noise", "severity", "images", "right"]].to_numpy().tolist() == [
        ["clean", 0, 2, 2],
        ["noise", 3, 4, 1],
    ]
    assert table["accuracy"].tolist() == [1.0, 0.25]
    assert tuple(table.loc[1, ["low", "high"]]) == wilson(1, 4)


def test_two_who_fail_together_agree_beyond_chance_and_those_who_fail_apart_less() -> None:
    """Geirhos, Meding and Wichmann 2020, equations 1 to 3, by hand."""
    one = np.array([True] * 6 + [False] * 4)
    same = Agreement.of(one, one)
    assert (same.both, same.first, same.second, same.neither) == (6, 0, 0, 4)
    assert same.kappa == pytest.approx(1)
    assert same.p == 1
    # 8 of 10 alike; 0.6 x 0.6 + 0.4 x 0.4 = 0.52 expected.
    other = np.array([True] * 5 + [False] + [True] + [False] * 3)
    near = Agreement.of(one, other)
    assert near.kappa == pytest.approx((0.8 - 0.52) / (1 - 0.52))
    assert near.low is not None
    assert near.high is not None
    assert near.low < near.kappa < near.high
    # Whoever fails exactly where the other is right: 0 alike, 0.48 expected.
    assert Agreement.of(one, ~one).kappa == pytest.approx(-0.48 / 0.52)


def test_one_who_is_always_right_tells_nothing_of_where_both_fail() -> None:
    always, some = np.ones(8, bool), np.arange(8) > 1
    found = Agreement.of(always, some)
    assert (found.kappa, found.low, found.high) == (None, None, None)
    assert (found.both, found.first, found.second, found.neither) == (6, 2, 0, 0)


def test_the_interval_of_agreement_holds_the_truth_in_95_of_100_quizzes() -> None:
    chance = np.random.default_rng(0)
    held = 0
    for number in range(200):
        hard = chance.random(30) < 0.4
        first, second = (np.where(hard, chance.random(30) < 0.5, chance.random(30) < 0.95) for _ in "12")
        found = Agreement.of(first, second, number)
        # Of all pictures: p = 0.77 each, alike 0.4 x 0.5 + 0.6 x 0.905 = 0.743.
        truth = (0.743 - (0.77**2 + 0.23**2)) / (1 - (0.77**2 + 0.23**2))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.88 <= held / 200 <= 0.99


def test_who_is_better_is_told_by_what_one_alone_had_right() -> None:
    assert sign_test(0, 0) == sign_test(4, 4) == 1
    assert sign_test(6, 0) == sign_test(0, 6) == pytest.approx(2 / 64)
    assert sign_test(8, 1) == pytest.approx(2 * (1 + 9) / 512)


QUIZ = Quiz(
    data_set_id="d",
    classes=["a", "b"],
    questions=[Question(0, "clean", 0, 0), Question(3, "fog", 2, 1), Question(4, "rain", 5, 0)],
    answers=[0, None],
)


def test_what_was_skipped_or_never_asked_counts_for_nothing() -> None:
    questions, right = QUIZ.taken()
    assert ([one.image for one in questions], right.tolist(), QUIZ.over) == ([0], [True], False)
    assert Score.of(right) == Score(1, 1, *wilson(1, 1))
    assert QUIZ.guessing() == 0.5
    table = table_of(QUIZ, ["x.png", "1", "2", "=y.png"], {"r": [1, 0, 0]})
    assert table[["picture", "truth", "answer", "run r"]].to_numpy().tolist() == [
        ["x.png", "a", "a", "b"],
        ["=y.png", "b", "", "a"],
    ]


def test_a_kept_quiz_is_read_back_and_goes_when_it_is_deleted(workspace: Workspace) -> None:
    with pytest.raises(NoName):
        keep_quiz(workspace, "  ", QUIZ)
    assert kept_quizzes(workspace) == []
    kept = keep_quiz(workspace, " 지민 ", QUIZ)
    assert kept_quizzes(workspace) == [kept]
    assert kept.name == "지민"
    assert kept.quiz == QUIZ
    file = workspace.quizzes / f"{kept.id}.json"
    newer = json.loads(file.read_text(encoding="utf-8"))
    newer["quiz"]["questions"][0]["sound"] = 1
    newer["quiz"]["answers"][0] = 7
    (workspace.quizzes / "odd.json").write_text("{", encoding="utf-8")
    file.write_text(json.dumps(newer), encoding="utf-8")
    assert kept_quizzes(workspace) == []  # of another class than there are
    newer["quiz"]["answers"][0] = 1
    file.write_text(json.dumps(newer), encoding="utf-8")
    (again,) = kept_quizzes(workspace)
    assert again.quiz.questions[0].kept == {"sound": 1}
    assert again.to_json() == newer
    forget_quiz(workspace, "../odd")
    forget_quiz(workspace, kept.id)
    assert kept_quizzes(workspace) == []
    assert (workspace.quizzes / "odd.json").exists()


def test_a_curve_is_fitted_to_few_answers_and_its_band_holds_the_true_one() -> None:
    """Of 30 answers, five a severity, to a law that is known."""
    severities = np.repeat(np.arange(6), 5)
    law = 0.5 + 0.45 / (1 + np.exp((np.arange(6) - 2.5) / 0.7))
    chance, held, off = np.random.default_rng(0), 0, []
    for _ in range(60):
        curve = curve_through(chance.random(30) < law[severities], severities, 0.5, steps=6)
        assert curve is not None
        assert np.all(np.diff(curve.accuracy) <= 0)
        assert np.all((curve.low >= 0.5) & (curve.low <= curve.accuracy) & (curve.accuracy <= curve.high))
        held += int(((curve.low <= law) & (law <= curve.high)).sum())
        off.append(curve.accuracy - law)
    assert held / (60 * 6) > 0.9
    assert np.abs(np.mean(off, axis=0)).max() < 0.12  # so few are drawn a little towards what is ordinary


def test_a_curve_needs_three_severities_and_bears_answers_that_are_all_alike() -> None:
    assert curve_through(np.array([True, False]), np.array([0, 3]), 0.5) is None
    severities = np.repeat(np.arange(6), 5)
    for right in (np.ones(30, bool), np.zeros(30, bool)):
        curve = curve_through(right, severities, 0.1)
        assert curve is not None
        assert np.isfinite(np.stack([curve.accuracy, curve.low, curve.high])).all()
        assert (curve.accuracy[0] > 0.8) == right.all()
        assert (curve.low[-1] > 0.6, curve.high[-1] < 0.4) == (right.all(), not right.all())
