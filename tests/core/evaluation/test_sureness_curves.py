"""Curves of sureness against numbers reckoned by hand."""

import numpy as np
import pytest

from core.charts.drawing import Palette
from core.charts.runs import Mark, Series
from core.charts.sureness import Curve, reliability_chart, selective_chart
from core.evaluation.sureness_curves import FEWEST, mean_selective, reliability, selective
from core.statistics import wilson


def test_reliability_groups_answers_by_sureness_and_leaves_out_what_is_too_few() -> None:
    confidence = np.repeat([0.55, 0.95, 1.0, 0.25], [20, 30, 10, FEWEST - 1])
    right = np.r_[
        np.arange(20) < 8, np.arange(30) < 27, np.ones(10, bool), np.zeros(FEWEST - 1, bool)
    ].astype(bool)
    found = reliability(confidence, right)
    assert found["n"].tolist() == [20, 40]  # 1.0 is of the last part
    assert found["accuracy"].tolist() == [8 / 20, 37 / 40]
    assert found["confidence"].tolist() == pytest.approx([0.55, (30 * 0.95 + 10) / 40])
    assert tuple(found.loc[0, ["low", "high"]]) == pytest.approx(wilson(8, 20))
    pictures = np.arange(len(right))
    ends = ["low", "high"]
    often = reliability(np.repeat(confidence, 5), np.repeat(right, 5), np.repeat(pictures, 5))
    np.testing.assert_allclose(often[ends], found[ends], err_msg="the same answers under five noises")


def test_the_surest_answers_are_told_apart_and_equally_sure_ones_count_as_their_mean() -> None:
    confidence = np.linspace(1, 0.5, 100)
    right = np.arange(100) < 60
    found = selective(confidence, right).set_index("share")["accuracy"]
    assert found[0.5] == 1
    assert found[1.0] == pytest.approx(0.6)
    shuffled = np.random.default_rng(0).permutation(100)
    np.testing.assert_allclose(selective(confidence[shuffled], right[shuffled])["accuracy"], found)
    alike = selective(np.full(100, 0.7), right[shuffled])["accuracy"]
    np.testing.assert_allclose(alike, 0.6)
    mean = mean_selective([selective(confidence, right), selective(confidence, ~right)])
    np.testing.assert_allclose(mean["accuracy"], 0.5)
    assert mean["share"].tolist() == found.index.tolist()
    assert len(selective(np.array([]), np.array([], bool))) == 0


def test_charts_show_the_numbers_of_the_tables() -> None:
    confidence, right = np.linspace(0.5, 1, 200), np.arange(200) % 4 > 0
    one = Series("<b>run</b>", Mark("#2E4AEA"), selective(confidence, right))
    tables = reliability(confidence, right), selective(confidence, right)
    for draw, table, up in (
        (reliability_chart, tables[0], "accuracy"),
        (selective_chart, tables[1], "accuracy"),
    ):
        faint = table.assign(accuracy=0.5)
        figure = draw(Palette(), [Curve(one, table, [faint])], "ko")
        line = next(trace for trace in figure.data if trace.hovertext)
        assert list(line.y) == pytest.approx((100 * table[up]).tolist())
        assert "&lt;b&gt;run" in line.hovertext[0]
        (seed,) = (trace for trace in figure.data if trace.opacity)
        assert set(seed.y) == {50.0}
