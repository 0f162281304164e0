from dataclasses import replace
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts.measured import as_bars
from core.charts.rows import Means, by_cost, drop_rows, measured_rows
from core.charts.runs import Mark, Seed, Series
from core.evaluation.measures.accuracy import ACCURACY
from core.noise.catalogue import all_noises
from tests.core.charts.series import BLUE, PALETTE, POOLED, lost, many, some_runs


def drawn_runs(figure: go.Figure, runs: int) -> list[go.Scatter]:
    """Their marks; not their numbers, nor their names in the legend."""
    found = [one for one in figure.data if one.customdata is not None]
    assert len(found) == runs
    return found


MANY_NOISES = len(all_noises())


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("runs", "noises"), [(1, 8), (2, 23), (3, 8), (4, 23), (8, MANY_NOISES)])
def test_in_a_row_every_run_has_a_lane_of_its_own(runs: int, noises: int, narrow: bool) -> None:
    series = some_runs(runs, noises)
    rows = by_cost(ACCURACY, series)
    assert len(rows) == noises
    for figure in (
        measured_rows(PALETTE, ACCURACY, series, 0.5, rows, narrow=narrow),
        drop_rows(PALETTE, lost(series), rows, narrow=narrow),
    ):
        marks = drawn_runs(figure, runs)
        names = figure.layout.yaxis.ticktext
        assert len(names) == len(set(names)) == len(marks[0].y)
        height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
        px = height / len(names)
        lanes = sorted(y for one in marks for y in one.y)
        assert min(b - a for a, b in pairwise(lanes)) * px > 8.9
        assert all(round(y) == place for one in marks for place, y in enumerate(one.y))
        assert px <= 26 + 9 * runs
        assert all(one.error_x.array is not None for one in marks)


@pytest.mark.parametrize("narrow", [False, True])
def test_eight_runs_under_as_many_noises_as_are_drawn_at_once_are_no_endless_chart(narrow: bool) -> None:
    series = some_runs(8, 24)
    rows = by_cost(ACCURACY, series)
    assert measured_rows(PALETTE, ACCURACY, series, 0.5, rows, narrow=narrow).layout.height < 2500
    assert drop_rows(PALETTE, lost(series), rows, narrow=narrow).layout.height < 2500


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("runs", [1, 3, 8])
def test_the_legend_names_all_runs_and_has_its_own_room(runs: int, narrow: bool) -> None:
    series = some_runs(runs, 8)
    figure = measured_rows(PALETTE, ACCURACY, series, 0.5, by_cost(ACCURACY, series), narrow=narrow)
    named = [one for one in figure.data if one.showlegend is not False]
    assert len({one.name for one in named}) == runs + 1
    assert [one.marker.symbol for one in named[-runs:]] == [one.mark.symbol for one in series]
    lines = runs + 1 if narrow else 1  # without what they share, the names of eight fit in one
    # Of several each takes 30 px, and the first of them stands below the download button's corner.
    assert figure.layout.margin.t >= 28 + (19 if lines == 1 else 28 + 30 * lines)


def test_a_mean_over_seeds_has_a_dot_for_each_and_says_them_and_a_mean_over_noises_of_how_many_it_is() -> (
    None
):
    cells = pd.concat([many(0.9, 0.5), many(0.9, 0.6).assign(noise="family:weather").iloc[[1]]])
    seeds = [Seed(str(value), many(0.9, value)) for value in (0.4, 0.6)]
    one = Series("a", BLUE, cells, seeds=seeds)
    means = Means({"family:weather": "<b>Weather (3)</b>"}, {"family:weather": 3})
    keys = ["fog", "family:weather"]
    figure = measured_rows(PALETTE, ACCURACY, [one], 0.5, keys, means=means)
    assert list(figure.layout.yaxis.ticktext) == ["clean", "Fog", "<b>Weather (3)</b>"]
    dots, marks = figure.data[:2]
    lanes = dict(zip((key for key, _ in marks.customdata), marks.y, strict=True))
    assert {(x, y) for x, y in zip(dots.x, dots.y, strict=True) if y == lanes["fog"]} == {
        (40, lanes["fog"]),
        (60, lanes["fog"]),
    }
    assert "2 seeds: 40.0, 60.0 (sd 14.1)" in marks.hovertext[1]
    alone = measured_rows(PALETTE, ACCURACY, [replace(one, seeds=())], 0.5, keys, means=means)
    assert "mean of 3 noises" in alone.data[0].hovertext[2]
    assert not as_bars([one]), "a bar has no room for dots"


def test_a_lane_is_hollow_where_its_own_run_saw_the_noise_in_training() -> None:
    series = some_runs(3, 8)
    rows = by_cost(ACCURACY, series)
    seen = series[1].seen[0]
    for figure in (
        measured_rows(PALETTE, ACCURACY, series, 0.5, rows),
        drop_rows(PALETTE, lost(series), rows),
    ):
        for place, one in enumerate(drawn_runs(figure, 3)):
            hollow = {
                noise
                for (noise, _), symbol in zip(one.customdata, one.marker.symbol, strict=True)
                if "open" in symbol
            }
            assert hollow == ({seen} if place == 1 else set())


def test_the_last_tick_has_room() -> None:
    series = some_runs(2, 8)
    for narrow in (False, True):
        figure = measured_rows(PALETTE, ACCURACY, series, 0.5, by_cost(ACCURACY, series), narrow=narrow)
        start, end = figure.layout.xaxis.range
        assert start % figure.layout.xaxis.dtick == 0
        assert (100 - start) % figure.layout.xaxis.dtick == 0
        assert end > 100
        assert start <= 45
        assert figure.layout.margin.r >= 20


def test_the_drop_has_an_interval_and_its_number_behind_it() -> None:
    series = lost([Series("run", BLUE, POOLED)])
    marks, words = drop_rows(PALETTE, series, ["fog"]).data[:2]
    assert list(marks.x) == pytest.approx([40])
    assert (list(marks.error_x.array), list(marks.error_x.arrayminus)) == (
        [pytest.approx(4)],
        [pytest.approx(3)],
    )
    assert "40.0 points (37.0 – 44.0)" in marks.hovertext[0]
    assert (list(words.x), list(words.text)) == ([pytest.approx(44)], [" 40"])


def test_many_noises_are_rows_with_what_costs_most_on_top_below_clean() -> None:
    series = [
        Series("a", Mark("#000000"), many(0.9, 0.5, 0.8, 0.6)),
        Series("b", Mark("#ffffff"), many(0.9, 0.9, 0.7, 0.6)),
    ]
    rows = by_cost(ACCURACY, series)
    assert rows == ["pca", "fog", "blend"]
    figure = measured_rows(PALETTE, ACCURACY, series, 0.5, rows)
    first, second = figure.data[:2]
    assert list(figure.layout.yaxis.ticktext) == ["clean", "PCA reduction", "Fog", "Blend"]
    assert [tuple(data) for data in second.customdata] == [("clean", 1), ("pca", 1), ("fog", 1), ("blend", 1)]
    assert list(first.x) == pytest.approx([90, 60, 50, 80])
    assert list(second.x) == pytest.approx([90, 60, 90, 70])
    assert list(first.error_x.array) == pytest.approx([10] * 4)
