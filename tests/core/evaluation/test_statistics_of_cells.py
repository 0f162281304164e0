"""Intervals, tests and fits: known answers, and whether 95 % intervals hold the truth 95 times of 100."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, ttest_1samp
from sklearn.metrics import roc_auc_score

from core.evaluation.answers import Answers
from core.evaluation.by_class import by_class
from core.evaluation.clusters import mean_of, numbered, of_groups, share_of
from core.evaluation.corruption_error import corruption_errors
from core.evaluation.fixed import Fixed, fixed_on, temperature_of
from core.evaluation.measures import all_measures
from core.evaluation.measures.calibration import scaled
from core.evaluation.metrics import cell_table
from core.evaluation.pairs import holm, pairs_of
from core.evaluation.psychometric import falls_under
from core.evaluation.roc import Roc
from core.measure import FIXED, Groups
from core.statistics import wilson
from tests.core.evaluation.conftest import table

MEASURES = {one.key: one for one in all_measures()}
TRIALS = 1500


def rows(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], **more: object
) -> dict[str, NDArray[np.float64]]:
    """Rows of a cell, under noise, whose clean answers are the same."""
    prediction = probabilities.argmax(axis=1)
    known = {
        "truth": truth,
        "prediction": prediction,
        "confidence": probabilities.max(axis=1),
        "probabilities": probabilities,
        "severity": np.ones(len(truth)),
        "clean_prediction": prediction,
        "threshold": np.array([0.5]),
        "threshold_low": np.array([0.45]),
        "threshold_high": np.array([0.55]),
        "temperature": np.array([1.0]),
        "unsure_below": np.array([0.0]),
    }
    return known | more  # type: ignore[return-value]


def value(key: str, given: dict[str, NDArray[np.float64]], groups: Groups | None = None) -> list[float]:
    return [float(one) for one in MEASURES[key].of(given, ["a", "b"], groups)]


def two(positive: list[float]) -> NDArray[np.float64]:
    return np.stack([1 - np.array(positive), np.array(positive)], axis=1)


def test_every_measure_gives_what_a_table_made_by_hand_says() -> None:
    truth = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    given = rows(two([0.1, 0.2, 0.6, 0.3, 0.9, 0.4, 0.8, 0.7]), truth)
    given["clean_prediction"] = truth  # clean all were right
    assert value("accuracy", given) == pytest.approx([6 / 8, *wilson(6, 8), 8])
    assert value("drop", given)[0] == pytest.approx(2 / 8)
    assert value("flips", given)[0] == pytest.approx(2 / 8)
    # Of 16 pairs the one of 0.6 over 0.4 is in the wrong order.
    assert value("auc", given)[0] == pytest.approx(15 / 16)
    # At a threshold between 0.4 and 0.6 one of four of each is mistaken.
    assert value("eer", given)[0] == pytest.approx(1 / 4)
    assert value("tpr", given) == pytest.approx([3 / 4, *wilson(3, 4), 4])
    assert value("fpr", given) == pytest.approx([1 / 4, *wilson(1, 4), 4])
    assert value("threshold_moved", given)[0] == pytest.approx(0.0)
    # Confidence .9 .8 .6 .7 .9 .6 .8 .7, in parts of 1/15: .6 in one with both wrong, .7 .8 .9 all right.
    assert value("ece", given)[0] == pytest.approx((2 * 0.6 + 2 * 0.3 + 2 * 0.2 + 2 * 0.1) / 8)
    assert value("ece_scaled", given)[0] == pytest.approx(value("ece", given)[0])
    # The two wrong ones are the least sure: none wrong in six, then 1 of 7 and 2 of 8.
    assert value("aurc", given)[0] == pytest.approx((1 / 7 + 2 / 8) / 8)
    assert value("commonest", given)[0] == pytest.approx(4 / 8)
    surer = given | {"unsure_below": np.array([0.65])}
    assert value("answered", surer)[0] == pytest.approx(6 / 8)
    assert value("answered_right", surer)[:1] + value("answered_right", surer)[3:] == [1.0, 6]
    nothing = given | {name: np.array([np.nan]) for name in ("threshold", "temperature", "unsure_below")}
    for key in ("tpr", "fpr", "threshold_moved", "ece_scaled", "answered", "answered_right"):
        assert np.isnan(value(key, nothing)[0]), key


def test_a_constant_a_perfect_and_a_guessing_predictor_get_what_theory_says() -> None:
    truth = np.arange(400) % 2
    constant = rows(two([0.9] * 400), truth)
    expected = {"accuracy": 0.5, "auc": 0.5, "eer": 0.5, "tpr": 1, "fpr": 1, "ece": 0.4, "aurc": 0.5}
    assert {key: value(key, constant)[0] for key in expected} == pytest.approx(expected)
    assert value("commonest", constant)[0] == 1
    perfect = rows(two([0.05 + 0.9 * one for one in truth]), truth)
    expected = {"accuracy": 1, "auc": 1, "eer": 0, "tpr": 1, "fpr": 0, "ece": 0.05, "aurc": 0, "drop": 0}
    assert {key: value(key, perfect)[0] for key in expected} == pytest.approx(expected, abs=1e-12)
    assert 0.95 < value("auc", perfect)[1] < 1, "perfect on these pictures is not sure to be perfect on all"
    rng = np.random.default_rng(3)
    coin = rows(two(rng.random(400).tolist()), truth)
    for key, guess in (("accuracy", 0.5), ("auc", 0.5), ("eer", 0.5), ("aurc", 0.5)):
        _, low, high, _ = value(key, coin)
        assert low < guess < high, key
    many = rows(np.full((400, 3), 1 / 3), truth)
    assert all(np.isnan(value(key, many)[0]) for key in ("auc", "eer", "tpr", "threshold_moved"))
    one_class = rows(two([0.3, 0.6]), np.array([1, 1]))
    assert np.isnan(value("auc", one_class)[0])
    assert np.isnan(value("fpr", one_class)[0])


def test_areas_and_temperatures_are_those_of_scikit_learn_and_ties_count_half() -> None:
    rng = np.random.default_rng(1)
    positive = rng.random(300) < 0.3
    scores = np.round(rng.normal(positive, 1), 1)
    roc = Roc.of(scores, positive)
    assert roc is not None
    area, adds = roc.auc()
    assert area == pytest.approx(roc_auc_score(positive, scores))
    statistic = mannwhitneyu(scores[positive], scores[~positive]).statistic
    assert area == pytest.approx(statistic / positive.sum() / (~positive).sum())
    assert adds.sum() == pytest.approx(0)
    logits = rng.normal(size=(4000, 4)) * 2
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(4, p=one) for one in true])
    assert temperature_of(truth, scaled(true, 0.5)) == pytest.approx(2, rel=0.06)
    some = truth < 3
    assert temperature_of(truth[some], scaled(true[some], 0.5)) is not None, "a class may have no pictures"
    assert temperature_of(np.array([0, 1]), two([0.1, 0.9])) is None, "no finite one is best"


def held(interval: list[tuple[float, float]], truth: float) -> float:
    return float(np.mean([low <= truth <= high for low, high in interval]))


def test_95_per_cent_intervals_hold_the_truth_in_93_to_97_of_100_with_and_without_groups() -> None:
    """200 pictures; 40 groups of 2 to 12, and 100, whose pictures are little and much alike (correlation 0.2 and 0.6)."""
    rng = np.random.default_rng(7)
    for share in (0.1, 0.5, 0.8, 0.95):
        hits = rng.random((TRIALS, 200)) < share
        alone = [wilson(number, 200) for number in hits.sum(axis=1).tolist()]
        assert 0.93 <= held(alone, share) <= 0.975, share
        for number, alike in ((40, 0.2), (40, 0.6), (100, 0.2)):
            shares, means = [], []
            rest = (1 - alike) / alike
            for _ in range(TRIALS):
                sizes = rng.integers(2, 13, number)
                own = np.repeat(rng.beta(rest * share, rest * (1 - share), number), sizes)
                right = rng.random(len(own)) < own
                groups = np.repeat(np.arange(number), sizes)
                shares.append(share_of(right, groups)[1:])
                if share == 0.8:  # as of a difference of two runs
                    means.append(mean_of(right * 1.0 - (rng.random(len(own)) < 0.5), groups)[1:])
            # Of so few groups as are wrong at 0.95, how many is a whole number: Wilson's holds it a bit more often.
            assert 0.93 <= held(shares, share) <= (0.985 if share == 0.95 else 0.975), (share, number, alike)
            assert not means or 0.93 <= held(means, share - 0.5) <= 0.97, (share, number, alike)


def test_intervals_of_curves_hold_the_truth_too() -> None:
    """Normal scores a standard deviation apart: the area is 0.760, the equal error 0.309."""
    rng = np.random.default_rng(11)
    areas, errors, covered, moved = [], [], [], []
    for _ in range(400):
        truth = (np.arange(240) % 3 == 0).astype(np.int64)
        score = 1 / (1 + np.exp(-rng.normal(truth, 1)))
        given = rows(two(score.tolist()), truth)
        areas.append(tuple(value("auc", given)[1:3]))
        errors.append(tuple(value("eer", given)[1:3]))
        before = fixed_on(truth, two((1 / (1 + np.exp(-rng.normal(truth, 1)))).tolist()), Fixed())
        known = {name: np.array([getattr(before, name)]) for name in FIXED}
        moved.append(tuple(value("threshold_moved", given | known)[1:3]))
        sure = rng.random(240) / 2 + 0.5
        calibrated = rows(
            two(np.where(rng.random(240) < sure, sure, 1 - sure).tolist()), np.ones(240, np.int64)
        )
        covered.append(tuple(value("aurc", calibrated)[1:3]))
    assert 0.92 <= held(areas, 0.76025) <= 0.98
    assert 0.92 <= held(errors, 0.30854) <= 0.985
    assert 0.92 <= held(moved, 0.0) <= 0.99, "without noise no threshold moves"
    # Of confidence even over 1/2 to 1, right as often: the mean of (1 - s) / 2 over all s is 1/8.
    assert 0.92 <= held(covered, 0.125) <= 0.98


def test_a_picture_copied_into_its_group_leaves_every_interval_as_it_was() -> None:
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 200)
    given = rows(two(np.clip(rng.normal(0.3 + 0.4 * truth, 0.2), 0.01, 0.99).tolist()), truth)
    given["clean_prediction"] = truth
    copied = {
        name: np.repeat(column, 20, axis=0) if len(column) == 200 else column
        for name, column in given.items()
    }
    groups = np.repeat(np.arange(200), 20)
    for key in MEASURES:
        once = value(key, given)
        near = 1e-6 if key != "aurc" else 0.01  # which is of steps of one picture, and these are smaller
        assert value(key, copied, groups)[:3] == pytest.approx(once[:3], rel=near), key
        assert value(key, copied)[2] - value(key, copied)[1] <= once[2] - once[1], key
    change = rng.integers(-1, 2, 60).astype(np.float64)
    alone = mean_of(change, None)
    assert mean_of(np.repeat(change, 20), np.repeat(np.arange(60), 20)) == pytest.approx(alone)
    theirs = ttest_1samp(change, 0).confidence_interval()
    assert alone[1:] == pytest.approx((theirs.low, theirs.high))
    assert mean_of(np.array([0.5]), None) == (0.5, -1.0, 1.0)
    answers = table({("clean", 0): 90, ("fog", 1): 60})
    twenty = pd.concat([answers.assign(image=answers["image"] + 1000 * copy) for copy in range(20)])
    once, often = Answers.of(answers), Answers.of(twenty, (), {i: i % 1000 for i in twenty["image"]})
    assert often.cells[["low", "high"]].to_numpy() == pytest.approx(once.cells[["low", "high"]].to_numpy())


def test_a_group_counts_as_the_class_that_is_likeliest_by_its_mean_probability() -> None:
    frame = pd.DataFrame(
        {
            "image": [0, 1, 2, 3, 0, 1, 2, 3],
            "noise": ["clean"] * 4 + ["fog"] * 4,
            "severity": [0] * 4 + [2] * 4,
            "truth": [0, 0, 1, 1] * 2,
            "probabilities": list(two([0.6, 0.1, 0.8, 0.7, 0.6, 0.6, 0.4, 0.4])),
        }
    )
    cells = cell_table(of_groups(frame, {0: 7, 1: 7, 2: 7, 3: 9}), ["a", "b"])
    # Group 7 has pictures of both classes: it is one group of each.
    assert cells["images"].tolist() == [3, 3]
    assert cells["right"].tolist() == [3, 0]


def test_pairs_count_each_picture_once_and_each_change_of_an_answer() -> None:
    first = Answers.of(table({("clean", 0): 90, ("fog", 1): 50, ("fog", 3): 40, ("snow", 1): 70}))
    second = Answers.of(
        table({("clean", 0): 80, ("fog", 1): 70, ("fog", 3): 60, ("snow", 1): 70, ("rain", 1): 9})
    )
    clean, fog, snow = pairs_of(first, second)
    assert (clean.noise, clean.difference, clean.repaired, clean.broken) == (
        "clean",
        pytest.approx(-0.1),
        0,
        10,
    )
    assert (clean.test, clean.p) == ("mcnemar", pytest.approx(2 * 0.5**10))
    assert clean.p_holm is None
    assert (fog.n, fog.difference, fog.repaired, fog.broken) == (100, pytest.approx(0.2), 40, 0)
    gained = np.concatenate(
        [np.zeros(40), np.full(10, 0.5), np.full(10, 1.0), np.full(10, 0.5), np.zeros(30)]
    )
    theirs = ttest_1samp(gained, 0)
    assert (fog.test, fog.p) == ("paired", pytest.approx(theirs.pvalue))
    assert (fog.low, fog.high) == pytest.approx(tuple(theirs.confidence_interval()))
    assert (snow.p, snow.difference) == (1.0, 0.0)
    assert fog.p_holm == pytest.approx(2 * fog.p)
    # Holm 1979: the smallest times three, the next times two, and never below one before it.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    groups = {number: number // 10 for number in range(100)}
    grouped = Answers.of(table({("fog", 1): 50}), (), groups), Answers.of(table({("fog", 1): 70}), (), groups)
    (fog,) = pairs_of(*grouped)
    expected = ttest_1samp(np.repeat([0, 1, 0], [5, 2, 3]), 0).pvalue
    assert (fog.test, fog.p) == ("paired", pytest.approx(expected)), (
        "two groups of ten pictures changed, not twenty pictures"
    )


def test_corruption_errors_are_sums_of_errors_over_those_of_the_baseline() -> None:
    base = {
        ("clean", 0): 90,
        ("gaussian_noise", 1): 60,
        ("gaussian_noise", 5): 40,
        ("fog", 1): 80,
        ("pca", 1): 50,
    }
    mine = {
        ("clean", 0): 80,
        ("gaussian_noise", 1): 70,
        ("gaussian_noise", 5): 60,
        ("fog", 1): 70,
        ("pca", 1): 75,
    }
    found = corruption_errors(Answers.of(table(mine)), Answers.of(table(base)))
    assert {noise: one.ce for noise, one in found.by_noise.items()} == pytest.approx(
        {"gaussian_noise": 70 / 100, "fog": 30 / 20, "pca": 25 / 50}
    )
    assert set(found.noises) == {"gaussian_noise", "fog"}, "pca is none of the fifteen"
    assert found.mean is not None
    assert found.mean.ce == pytest.approx((0.7 + 1.5) / 2)
    # Lost against their own clean: (35 - 20) / (50 - 10) and (30 - 20) / (20 - 10).
    assert found.mean.relative == pytest.approx((15 / 40 + 10 / 10) / 2)
    itself = corruption_errors(Answers.of(table(base)), Answers.of(table(base))).mean
    assert itself is not None
    assert (itself.ce, itself.low, itself.high, itself.relative) == pytest.approx((1, 1, 1, 1))
    perfect = corruption_errors(Answers.of(table(mine)), Answers.of(table(dict.fromkeys(base, 100)))).mean
    assert perfect is not None
    assert perfect.ce is None, "there is no error to divide by"


def test_the_severity_at_which_accuracy_falls_under_a_limit_is_found_with_an_interval_that_holds_it() -> None:
    """Accuracy 0.5 + 0.45 / (1 + exp((s - 2.5) / 0.6)): 0.725 at severity 2.5."""
    rng = np.random.default_rng(2)
    severities = np.arange(6)
    curve = 0.5 + 0.45 / (1 + np.exp((severities - 2.5) / 0.6))
    found = [falls_under(rng.random((6, 400)) < curve[:, None], severities, 0.725, 0.5) for _ in range(100)]
    places = [one.severity for one in found if one and one.severity is not None]
    assert len(places) == 100
    assert np.mean(places) == pytest.approx(2.5, abs=0.05)
    inside = [one.low <= 2.5 <= (one.high or 5) for one in found if one and one.low is not None]
    assert 0.9 <= np.mean(inside) <= 0.99
    stands = falls_under(rng.random((6, 400)) < 0.9, severities, 0.7, 0.5)
    assert stands is not None
    assert stands.severity is None
    assert falls_under(np.zeros((6, 400), bool), severities, 0.7, 0.5).severity == 0  # type: ignore[union-attr]
    assert falls_under(rng.random((2, 400)) < 0.9, severities[:2], 0.7, 0.5) is None


def test_classes_whose_names_are_numbers_sort_oddly_or_differ_by_case_keep_their_own_counts() -> None:
    truth = np.array([0, 0, 1, 2, 2, 2])
    found = by_class(truth, np.array([0, 1, 1, 2, 2, 0]), ["10", "9", "Cat", "cat"])
    assert [(one.name, one.images, one.right, one.answers) for one in found] == [
        ("10", 2, 1, 2),
        ("9", 1, 1, 2),
        ("Cat", 3, 2, 2),
        ("cat", 0, 0, 0),
    ]
    assert np.isnan(found[3].accuracy), "a class without test pictures has no accuracy, and no 0"
    assert (found[3].low, found[3].high) == (0.0, 1.0)
    assert sum(one.share for one in found) == pytest.approx(1)
    assert numbered(np.array([9, 3, 9])).tolist() == [1, 0, 1]
