"""Which way a run fails."""

import numpy as np
import pandas as pd
import pytest

from core.charts.drawing import Palette
from core.charts.prediction_bias import answer_bars, score_chart
from core.evaluation.answers import Answers
from core.evaluation.fixed import Fixed
from core.evaluation.metrics import pooled
from core.evaluation.prediction_bias import (
    TRUTH,
    answer_shares,
    positive_scores,
    score_table,
    scores_of,
    threshold_table,
)
from core.statistics import wilson


def rows(positive: dict[str, np.ndarray]) -> pd.DataFrame:
    """Answers of two classes, four pictures of each, by the probability of the second under each noise."""
    parts = []
    for noise, scores in positive.items():
        parts.append(
            pd.DataFrame(
                {
                    "image": np.arange(8),
                    "noise": noise,
                    "severity": int(noise != "clean"),
                    "truth": np.repeat([0, 1], 4),
                    "prediction": (scores > 0.5).astype(int),
                    "confidence": np.maximum(scores, 1 - scores),
                    "probabilities": list(np.stack([1 - scores, scores], axis=1)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


CLEAN_SCORES = np.array([0.05, 0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 0.95])
ROWS = rows({"clean": CLEAN_SCORES, "fog": CLEAN_SCORES / 2.5})


def test_what_a_run_answers_is_told_beside_what_the_pictures_are() -> None:
    table = answer_shares(ROWS, 2, 8).set_index(["noise", "answer"])
    assert [table["share"][TRUTH, one] for one in (0, 1)] == [0.5, 0.5]
    assert [table["share"]["fog", one] for one in (0, 1)] == [1.0, 0.0], "all are called the first"
    assert (table["low"]["fog", 0], table["high"]["fog", 0]) == wilson(8, 8)
    many = answer_shares(pd.concat([ROWS] * 5), 2, 8)
    assert many["low"].tolist() == table["low"].tolist(), "more severities are no more pictures"


def test_of_two_classes_the_score_is_the_probability_of_the_second_whatever_is_answered() -> None:
    assert positive_scores(ROWS) == pytest.approx([*CLEAN_SCORES, *CLEAN_SCORES / 2.5])
    found = scores_of(ROWS[ROWS["noise"] == "clean"])
    assert found is not None
    assert found.negative[:10].sum() == found.positive[10:].sum() == pytest.approx(1)
    table = score_table(found)
    assert table.groupby("positive")["share"].sum().tolist() == pytest.approx([1, 1])
    assert scores_of(ROWS[ROWS["truth"] == 0]) is None
    assert scores_of(ROWS.assign(confidence=np.nan)) is None


def test_errors_are_told_at_the_threshold_that_clean_pictures_fixed_and_how_far_noise_moves_it() -> None:
    fixed = Fixed(images=8, threshold=0.5, threshold_low=0.4, threshold_high=0.6)
    cells = pooled(Answers.of(ROWS, ["a", "b"], None, fixed).cells)
    table = threshold_table(cells, fixed, ["fog"])
    assert table is not None
    clean, fog = table.to_dict("records")
    assert (clean["tpr"], clean["fpr"], fog["tpr"], fog["fpr"]) == (1.0, 0.0, 0.0, 0.0)
    assert 0.12 < fog["threshold"] < 0.28, "between the scores of both classes under fog"
    assert fog["moved"] == pytest.approx(fog["threshold"] - 0.5)
    assert threshold_table(cells, None, ["fog"]) is None


def test_bars_draw_every_share_and_fold_many_classes() -> None:
    shares = answer_shares(ROWS, 2, 8)
    called = {TRUTH: "what they are", "clean": "clean", "fog": "Fog"}
    figure = answer_bars(Palette(), shares, ["real", "<b>fake"], called)
    assert [list(bar.x) for bar in figure.data] == [[50, 50, 100], [50, 50, 0]]
    assert figure.data[1].name == "&lt;b&gt;fake", "a class's name is no mark-up"
    several = ROWS.assign(truth=np.arange(16) % 12, prediction=np.arange(16) % 12)
    many = answer_bars(Palette(), answer_shares(several, 12, 8), [f"c{n}" for n in range(12)], called)
    assert len(many.data) == 8
    assert sum(bar.x[0] for bar in many.data) == pytest.approx(100)


def test_scores_are_drawn_with_both_thresholds() -> None:
    found = scores_of(ROWS[ROWS["noise"] == "fog"])
    assert found is not None
    both = (found.negative, found.positive)
    figure = score_chart(Palette(), both, found.pictures, ("real", "fake"), (0.5, 0.2))
    assert [line.x0 for line in figure.layout.shapes] == [50, 20]
    assert sum(figure.data[0].y) == pytest.approx(100)
