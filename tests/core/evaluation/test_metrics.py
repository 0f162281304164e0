"""Accuracy cells and their intervals: known answers."""

import pandas as pd
import pytest
from scipy.stats import binomtest

from core.evaluation.metrics import cell_columns, cell_table, clean_and_noisy, pooled
from core.statistics import enough_for, widest, wilson


@pytest.mark.parametrize("n", [1, 2, 10, 97, 4000])
def test_wilsons_interval_is_that_of_scipy(n: int) -> None:
    for right in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        for confidence in (0.9, 0.95):
            theirs = binomtest(right, n).proportion_ci(confidence, method="wilson")
            assert wilson(right, n, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilsons_interval_of_parts_of_pictures_lies_between_those_of_whole_ones() -> None:
    below, between, above = wilson(4, 10), wilson(4.5, 10), wilson(5, 10)
    assert below[0] < between[0] < above[0]
    assert below[1] < between[1] < above[1]


@pytest.mark.parametrize("half", [0.05, 0.1, 0.3])
def test_enough_pictures_are_the_fewest_that_make_the_widest_interval_so_narrow(half: float) -> None:
    n = enough_for(half)
    assert widest(n) <= half < widest(n - 1)


def test_about_a_hundred_pictures_tell_an_accuracy_to_ten_points() -> None:
    assert enough_for(0.1) == 93
    assert widest(8) == pytest.approx(0.285, abs=0.001)


def test_nothing_seen_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def table() -> pd.DataFrame:
    rows = [("fog", 2, 0, 0), ("fog", 2, 1, 0), ("fog", 1, 0, 0), ("fog", 1, 1, 1)]
    rows += [("blend", 1, 0, 1), ("blend", 1, 1, 0), ("clean", 0, 0, 0), ("clean", 0, 1, 1)]
    return pd.DataFrame(rows, columns=["noise", "severity", "truth", "prediction"])


def test_cells_come_clean_first_then_in_the_evaluations_order() -> None:
    cells = cell_table(table())
    assert list(cells.columns) == cell_columns()
    found = list(zip(cells["noise"], cells["severity"], cells["right"], cells["accuracy"], strict=True))
    assert found == [("clean", 0, 2, 1.0), ("fog", 1, 2, 1.0), ("fog", 2, 1, 0.5), ("blend", 1, 0, 0.0)]
    assert (cells["images"] == 2).all()


def test_pooling_adds_up_the_severities_of_a_noise_but_its_interval_counts_each_picture_once() -> None:
    whole = pooled(cell_table(table())).set_index("noise")
    assert whole.index.tolist() == ["clean", "fog", "blend"]
    assert (whole.loc["fog", "right"], whole.loc["fog", "images"]) == (3, 4)
    assert whole.loc["fog", "low"] == pytest.approx(wilson(1.5, 2)[0])


def test_noise_by_noise_counts_each_noise_once_whatever_its_severities() -> None:
    cells = cell_table(table())
    assert clean_and_noisy(cells, [("fog", 1), ("fog", 2), ("blend", 1)]) == (1.0, (0.75 + 0) / 2)
    assert clean_and_noisy(cells, [("fog", 1)]) == (1.0, 1.0)
    assert clean_and_noisy(cells, [("snow", 1)]) == (1.0, None)
