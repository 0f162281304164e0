import html
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from core.charts.classes import MOST, confusion_change, right_and_wrong
from core.charts.data_sets import class_counts
from core.charts.drawing import (
    Palette,
    add_grid,
    cell_colour,
    in_lines,
    new_figure,
    readable_on,
    short_names,
    wide,
)
from core.charts.frequencies import BETTER, WORSE, change_colours, frequency_map, frequency_picture
from core.charts.measured import (
    as_bars,
    confusion,
    measured_by_noise,
    measured_by_severity,
    trained_by_tested,
    whole_percents,
)
from core.charts.pictures import errors_by_pictures
from core.charts.rows import Means, by_cost, drop_rows, measured_rows
from core.charts.runs import Mark, Seed, Series, run_marks
from core.charts.severities import severity_panels
from core.charts.training import curves_beside, loss_curve, rate_curve, training_curves
from core.evaluation.measures.accuracy import ACCURACY
from core.noise.catalogue import all_noises, get_noise
from core.words import Language
from pages.parts.theme import DARK, LIGHT

PALETTE = Palette()
CELLS = pd.DataFrame(
    {
        "noise": ["clean", "fog", "fog"],
        "severity": [0, 1, 5],
        "images": [100] * 3,
        "right": [90, 80, 50],
        "accuracy": [0.9, 0.8, 0.5],
        "low": [0.83, 0.71, 0.4],
        "high": [0.94, 0.87, 0.6],
    }
)
POOLED = CELLS.iloc[[0, 2]]


BLUE = Mark("#3D5AFE")


def test_a_run_looks_the_same_whatever_stands_beside_it() -> None:
    runs = [("a", False), ("b", True), ("c", True), ("d", False)]
    alone = [run_marks(PALETTE, runs, [run_id])[run_id] for run_id, _ in runs]
    together = run_marks(PALETTE, runs, ["a", "b", "c", "d"])
    assert alone == list(together.values())
    assert together["a"].colour == together["d"].colour == PALETTE.reference
    assert together["b"].colour == PALETTE.accent


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_eight_runs_differ_in_colour_or_shape_whichever_they_are(palette: Palette) -> None:
    runs = [(str(i), i % 3 > 0) for i in range(90)]
    marks = run_marks(palette, runs)
    looks = [(mark.colour, mark.symbol) for mark in marks.values()]
    trained = [look for look, (_, noise_trained) in zip(looks, runs, strict=True) if noise_trained]
    assert len(set(trained[:42])) == 42
    for shown in ([str(i) for i in range(0, 90, 3)][:8], ["1", "2", "64", "65", "88", "89", "0", "21"]):
        some = run_marks(palette, runs, shown)
        assert len({(some[key].colour, some[key].symbol) for key in shown}) == 8


# How people see without one kind of cone, Machado, Oliveira and Fernandes 2009, on linear RGB.
VISION = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("vision", VISION)
def test_the_colours_of_runs_are_told_apart_by_every_colour_vision(palette: Palette, vision: str) -> None:
    colours = [palette.reference, *palette.wheel]
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(VISION[vision]).T, 0, 1)
    lab = rgb2lab(np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)[None])[0]
    apart = [deltaE_ciede2000(lab[i], lab[j]) for i in range(len(lab)) for j in range(i)]
    assert min(apart) > 11


def test_words_on_a_bar_can_be_read() -> None:
    assert readable_on("#3D5AFE") == "#FFFFFF"
    assert readable_on("#F0E442") == "#000000"


def test_bars_carry_values_and_whiskers_and_are_hollow_where_their_own_run_saw_the_noise() -> None:
    series = [Series("run", BLUE, POOLED, ["fog"]), Series("other", Mark("#E69F00", "square"), POOLED)]
    bars, other, guessing = measured_by_noise(PALETTE, ACCURACY, series, 0.55).data[:3]
    assert list(bars.x) == ["clean", "Fog"]
    assert list(bars.y) == pytest.approx([90, 50])
    assert list(bars.text) == ["90", "50"]
    assert list(bars.error_y.array) == pytest.approx([4, 10])
    assert list(bars.error_y.arrayminus) == pytest.approx([7, 10])
    filled, hollow = bars.marker.color
    assert (filled, bars.marker.line.color) == (BLUE.colour, BLUE.colour)
    assert hollow != BLUE.colour
    assert list(other.marker.color) == ["#E69F00"] * 2
    assert guessing.name == "guessing: 55 %"


def test_the_line_of_guessing_stands_at_the_share_it_is_given_and_nowhere_without_one() -> None:
    series = [Series("run", BLUE, POOLED)]
    for level, places in ((0.5, [50]), (None, [])):
        across = measured_by_noise(PALETTE, ACCURACY, series, level)
        by_severity = measured_by_severity(PALETTE, ACCURACY, [Series("run", BLUE, CELLS)], "fog", level)
        upright = measured_rows(PALETTE, ACCURACY, series, level, ["fog"])
        assert [shape.y0 for shape in across.layout.shapes] == places
        assert [shape.y0 for shape in by_severity.layout.shapes] == places
        assert [shape.x0 for shape in upright.layout.shapes if shape.type == "line"] == places
        assert trained_by_tested(PALETTE, ACCURACY, series, level).data[0].zmin == (
            places[0] if places else 0
        )


def test_values_stand_on_their_bars_above_the_whiskers_unless_these_are_long() -> None:
    short = POOLED.assign(low=POOLED["accuracy"] - 0.03, high=POOLED["accuracy"] + 0.03)
    bars = measured_by_noise(PALETTE, ACCURACY, [Series("run", BLUE, short)], 0.5).data[0]
    assert (list(bars.text), bars.textposition) == (["90<br>\u00a0", "50<br>\u00a0"], "outside")
    bars = measured_by_noise(PALETTE, ACCURACY, [Series("run", BLUE, POOLED)], 0.5).data[0]
    assert (list(bars.text), bars.textposition) == (["90", "50"], "inside")


@pytest.mark.parametrize(("runs", "noises"), [(1, 0), (3, 0), (2, 1), (1, 8), (3, 12)])
def test_a_bar_is_never_giant_and_never_on_another(runs: int, noises: int) -> None:
    figure = measured_by_noise(PALETTE, ACCURACY, some_runs(runs, noises), 0.5)
    wide_each = (1 - figure.layout.bargap) / runs / (noises + 1)
    assert 0.01 < wide_each <= 0.0601
    assert 0 <= figure.layout.bargap < 1


def test_bars_are_for_few_noises_and_few_runs_of_different_colours() -> None:
    assert as_bars(some_runs(3, 12))
    assert not as_bars(some_runs(3, 13))
    assert not as_bars(some_runs(4, 8))
    cells = some_runs(1, 8)[0].cells
    greys = [Series("a", Mark("#999999"), cells), Series("b", Mark("#999999", "square"), cells)]
    assert not as_bars(greys)


def test_lines_go_from_clean_to_the_strongest_severity_side_by_side_with_intervals() -> None:
    series = [Series("run", BLUE, CELLS, ["fog"]), Series("other", Mark("#E69F00", "square"), CELLS)]
    first, second = measured_by_severity(PALETTE, ACCURACY, series, "fog", 0.5).data[:2]
    assert [round(x) for x in first.x] == [round(x) for x in second.x] == [0, 1, 5]
    assert set(first.x).isdisjoint(second.x)
    assert list(first.y) == pytest.approx([90, 80, 50])
    assert list(first.error_y.array) == pytest.approx([4, 7, 10])
    assert (first.marker.symbol, second.marker.symbol) == ("circle-open", "square")


def some_runs(runs: int, noises: int) -> list[Series]:
    """Runs with long names, tested under so many noises; the second has seen the first noise."""
    keys = [noise.key for noise in all_noises()][:noises]
    palette_marks = list(run_marks(PALETTE, [(str(i), True) for i in range(runs)]).values())
    made = []
    for place in range(runs):
        right = np.linspace(95, 50, noises + 1) - place
        cells = pd.DataFrame(
            {"noise": ["clean", *keys], "images": 100, "right": right, "accuracy": right / 100}
        )
        cells = cells.assign(low=cells["accuracy"] - 0.05, high=cells["accuracy"] + 0.02)
        name = f"small_cnn · every noise there is, evenly · faces of the class · seed {place}"
        made.append(Series(name, palette_marks[place], cells, keys[:1] if place == 1 else []))
    return made


def lost(series: list[Series]) -> list[Series]:
    """The same runs with what the noises cost them."""
    made = []
    for one in series:
        noisy = one.cells[one.cells["noise"] != "clean"]
        drop = 100 * (one.cells["accuracy"].iloc[0] - noisy["accuracy"])
        table = pd.DataFrame({"noise": noisy["noise"], "drop": drop, "low": drop - 3, "high": drop + 4})
        made.append(replace(one, lost=table))
    return made


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


@pytest.mark.parametrize("letters", [12, 18, 30])
def test_shortened_names_still_differ_and_keep_both_ends(letters: int) -> None:
    names = [f"small_cnn · faces of the class of 2026 · seed {seed}" for seed in range(12)]
    short = short_names([*names, "brief"], letters)
    assert len(set(short)) == 13
    assert short[-1] == "brief"
    assert all(wide(name) <= letters for name in short)
    assert all(name.startswith("sm") and name.endswith(str(seed)) for seed, name in enumerate(short[:-1]))
    alike = ["a" * 40 + middle + "b" * 40 for middle in "123"]
    assert len(set(short_names(alike, letters))) == 3
    assert len(set(short_names(["same"] * 2, letters))) == 2
    assert max(map(wide, short_names(["우리 반 얼굴 사진으로 학습한 모델", "둘"], letters))) <= letters


def test_a_name_is_shortened_by_what_all_share_first_and_then_between_words() -> None:
    names = [f"Small CNN(처음부터) · 내얼굴 · {mix}" for mix in ("원본만", "가우시안 노이즈", "안개 + 눈")]
    assert short_names(names, 18) == ["원본만", "가우시안 노이즈", "안개 + 눈"]
    assert short_names(names[:1], 40) == names[:1], "what fits is left alone"
    (short,) = short_names(["faces of the whole class with frost and elastic transform"], 30)
    assert short == "faces of the whole…transform"


def test_the_legend_of_bars_has_no_shapes() -> None:
    series = [
        Series("clean run", Mark("#9AA3B8", "triangle-up"), POOLED),
        Series("noisy run", Mark("#2E4AEA", "diamond"), POOLED),
    ]
    figure = measured_by_noise(PALETTE, ACCURACY, series, None)
    named = [one for one in figure.data if one.showlegend is not False]
    assert [one.marker.symbol for one in named] == ["square", "square"]


@pytest.mark.parametrize(
    ("language", "clean", "noisy"),
    [
        ("en", "90 of 100 right", "130 of 200 right (100 pictures at 2 severities)"),
        ("ko", "100장 중 90장 맞힘", "200장 중 130장 맞힘 (사진 100장 × 강도 2가지)"),
    ],
)
def test_answers_counted_once_a_severity_are_said_to_be(language: Language, clean: str, noisy: str) -> None:
    pooled = POOLED.assign(images=[100, 200], right=[90, 130])
    bars = measured_by_noise(PALETTE, ACCURACY, [Series("run", BLUE, pooled)], None, language).data[0]
    assert clean in bars.hovertext[0]
    assert "×" not in bars.hovertext[0]
    assert noisy in bars.hovertext[1]


def told_by(figure: go.Figure) -> str:
    """What the first marks that can be pointed at say."""
    return str(next(one.hovertext for one in figure.data if one.hovertext is not None))


def test_a_long_name_is_whole_where_it_is_pointed_at() -> None:
    series = some_runs(2, 8)
    rows = by_cost(ACCURACY, series)
    for figure in (
        measured_by_noise(PALETTE, ACCURACY, series, 0.5),
        measured_rows(PALETTE, ACCURACY, series, 0.5, rows),
        drop_rows(PALETTE, lost(series), rows),
        trained_by_tested(PALETTE, ACCURACY, series, 0.5),
        trained_by_tested(PALETTE, ACCURACY, series, 0.5, narrow=True),
    ):
        assert series[0].name in told_by(figure).replace("<br>", " ")


def test_a_name_in_lines_is_whole_and_no_line_is_too_long() -> None:
    for name in ("small_cnn · every noise & more", "우리 반 얼굴 사진으로 학습한 모델", "x" * 40):
        lines = in_lines(name, 12).split("<br>")
        assert all(wide(html.unescape(line)) <= 12 for line in lines)
        assert html.unescape("".join(lines)).replace(" ", "") == name.replace(" ", "")


def test_curves_can_be_drawn_before_the_first_line_was_written() -> None:
    assert len(training_curves(PALETTE, pd.DataFrame(), 8, True).data) == 3
    assert len(loss_curve(PALETTE, pd.DataFrame(), 8).data) == 2


@pytest.mark.parametrize(("epochs", "step"), [(1, 1), (2, 1), (8, 1), (11, 2), (50, 5), (1000, 100)])
def test_the_axis_of_epochs_has_whole_ticks_only(epochs: int, step: int) -> None:
    for figure in (
        training_curves(PALETTE, pd.DataFrame(), epochs, True),
        loss_curve(PALETTE, pd.DataFrame(), epochs),
    ):
        assert (figure.layout.xaxis.tick0, figure.layout.xaxis.dtick) == (0, step)


def test_curves_show_steps_and_epochs_apart() -> None:
    metrics = pd.DataFrame(
        [
            {"kind": "step", "epoch": 0.5, "loss": 1.0, "accuracy": 0.5},
            {"kind": "epoch", "epoch": 1.0, "validation_loss": 0.4, "validation_accuracy": 0.9},
        ]
    )
    training, validation = training_curves(PALETTE, metrics, 8, False).data
    assert (list(training.x), list(training.y)) == ([0.5], [50])
    assert (list(validation.x), list(validation.y)) == ([1.0], [90])


def test_where_epochs_are_shorter_than_the_steps_of_a_line_training_is_drawn_by_epochs() -> None:
    epochs = [
        {"kind": "epoch", "epoch": n, "loss": 1 / n, "accuracy": n / 10, "validation_accuracy": 0.9}
        for n in (1.0, 2.0, 3.0)
    ]
    metrics = pd.DataFrame([*epochs, {"kind": "step", "epoch": 2.5, "loss": 1.0, "accuracy": 0.5}])
    assert list(training_curves(PALETTE, metrics, 8, False).data[0].y) == pytest.approx([10, 20, 30])
    assert list(loss_curve(PALETTE, metrics, 8).data[0].x) == [1.0, 2.0, 3.0]


def test_curves_of_several_runs_have_a_line_each_of_the_accuracy_that_is_asked_for() -> None:
    metrics = pd.DataFrame(
        [
            {"kind": "step", "epoch": 0.5, "accuracy": 0.5},
            {"kind": "epoch", "epoch": 1.0, "accuracy": 0.6, "validation_accuracy": 0.8},
        ]
    )
    marks = [Mark("#111111", "square"), Mark("#222222", "circle", "dot")]
    runs = [("<b>one", marks[0], metrics), ("two", marks[1], metrics)]
    lines = curves_beside(PALETTE, runs, "validation_accuracy", 4).data
    assert [line.name for line in lines] == ["&lt;b&gt;one", "two"]
    assert [(line.line.color, line.line.dash, line.marker.symbol) for line in lines] == [
        ("#111111", "solid", "square"),
        ("#222222", "dot", "circle"),
    ]
    assert [(list(line.x), list(line.y)) for line in lines] == [([1.0], [80.0])] * 2
    assert list(curves_beside(PALETTE, runs, "accuracy", 4).data[0].x) == [0.5]


@pytest.mark.parametrize("sure", [True, False])
def test_the_curve_over_numbers_of_pictures_is_dotted_beyond_what_was_tried_and_banded_where_an_interval_is_known(
    sure: bool,
) -> None:
    runs = pd.DataFrame({"pictures": [100, 200], "error": [0.2, 0.1], "seed": [0, 0]})
    line = pd.DataFrame(
        {"pictures": [100, 200, 400], "error": [0.2, 0.1, 0.05], "ahead": [False, False, True]}
    )
    low, high = (line["error"] - 0.01, line["error"] + 0.01) if sure else (np.nan, np.nan)
    *band, tried, beyond, points = errors_by_pictures(PALETTE, runs, line.assign(low=low, high=high)).data
    assert len(band) == sure
    assert (list(tried.x), tried.line.dash) == ([100, 200], "solid")
    assert (list(beyond.x), beyond.line.dash) == ([200, 400], "dot")
    assert list(points.y) == pytest.approx([20, 10])


def test_the_confusion_is_in_per_cent_of_each_true_class() -> None:
    counts = pd.DataFrame([[8, 2], [0, 0]], index=["a", "b"], columns=["a", "b"])
    assert [list(row) for row in confusion(PALETTE, counts).data[0].z] == [[80, 20], [0, 0]]


@pytest.mark.parametrize("classes", [2, 8, 30, 300])
def test_a_confusion_has_words_where_they_fit_and_a_height_that_does(classes: int) -> None:
    names = [f"class number {number}, which has a long name" for number in range(classes)]
    figure = confusion(PALETTE, pd.DataFrame(1, index=names, columns=names))
    assert len(figure.data) == (2 if classes <= 8 else 1)
    assert 320 <= figure.layout.height <= 720
    assert len(set(figure.data[0].x)) == classes
    assert names[0] in figure.data[0].hovertext[0][0]


COUNTS = pd.DataFrame([[8, 2], [5, 5]], index=["cat", "dog"], columns=["cat", "dog"])


def test_right_and_wrong_answers_are_stacked_by_class_each_with_its_sign_and_of_many_the_worst_are_shown() -> (
    None
):
    figure = right_and_wrong(PALETTE, COUNTS)
    right, wrong = figure.data
    assert (list(right.y), list(right.x), list(wrong.x)) == (["cat", "dog"], [8, 5], [2, 5])
    assert [(one.y, one.text) for one in figure.layout.annotations] == [
        ("cat", "✓ 8 ✗ 2"),
        ("dog", "✓ 5 ✗ 5"),
    ]
    assert right.hovertext[0] == "cat: 8 of 10 right (80 %)"
    names = [f"class {number}" for number in range(MOST + 5)]
    many_counts = pd.DataFrame(np.eye(len(names), dtype=int) * 9, index=names, columns=names)
    many_counts.iloc[-1, 0] = 3
    few, missed = right_and_wrong(PALETTE, many_counts).data
    assert len(few.y) == MOST
    assert missed.x[list(few.y).index(names[-1])] == 3


def test_the_difference_of_two_confusions_is_in_points_of_each_true_class_and_signed() -> None:
    second = pd.DataFrame([[18, 2], [2, 18]], index=COUNTS.index, columns=COUNTS.columns)
    heat, words = confusion_change(PALETTE, COUNTS, second).data
    assert heat.z.tolist() == [[10, -10], [-40, 40]]
    assert list(words.text) == ["+10", "−10", "−40", "+40"]
    assert heat.hovertext[1][0] == "dog → cat: 50.0 % → 10.0 % (−40.0 points)"
    assert (heat.zmin, heat.zmax) == (-40, 40), "no difference is the ground's colour"


def test_a_name_in_a_chart_is_no_markup() -> None:
    name, written = "<b>a</b> & <a>", "&lt;b&gt;a&lt;/b&gt; &amp; &lt;a&gt;"
    counts = pd.DataFrame([[3]], index=[name], columns=[name])
    heat = confusion(PALETTE, counts).data[0]
    assert (heat.x[0], heat.y[0]) == (written, written)
    assert class_counts(PALETTE, pd.DataFrame([[3, 1, 1]], index=[name])).data[0].y[0] == written
    by_severity = measured_by_severity(PALETTE, ACCURACY, [Series(name, BLUE, CELLS)], "fog", 0.5)
    assert by_severity.data[0].name == written
    pooled = [Series(name, BLUE, POOLED)]
    for figure in (
        measured_by_noise(PALETTE, ACCURACY, pooled, 0.5),
        measured_rows(PALETTE, ACCURACY, pooled, 0.5, ["fog"]),
        drop_rows(PALETTE, lost(pooled), ["fog"]),
    ):
        assert figure.data[-1].name == written
        assert written in figure.data[0].hovertext[0]
    assert written in trained_by_tested(PALETTE, ACCURACY, pooled, 0.5).data[0].y


def test_charts_speak_korean() -> None:
    figure = measured_by_noise(PALETTE, ACCURACY, [Series("run", BLUE, POOLED)], 0.5, language="ko")
    assert figure.data[0].x[0] == "원본"
    counts = pd.DataFrame({"학습": [3], "검증": [1], "시험": [1]}, index=["cat"])
    assert len(class_counts(PALETTE, counts, "ko").data) == 3


def many(*accuracies: float) -> pd.DataFrame:
    """Cells of clean and then a noise an accuracy."""
    noises = ["clean", "fog", "blend", "pca"][: len(accuracies)]
    rows = [
        (noise, 100, 100 * value, value, value - 0.1, value + 0.1)
        for noise, value in zip(noises, accuracies, strict=True)
    ]
    return pd.DataFrame(rows, columns=["noise", "images", "right", "accuracy", "low", "high"])


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


def test_trained_on_by_tested_on_marks_what_each_run_has_seen() -> None:
    series = [
        Series("a", Mark("#000000"), many(0.9, 0.5)),
        Series("b", Mark("#ffffff"), many(0.9, 0.876), ["fog"]),
    ]
    heat, words, unseen = trained_by_tested(PALETTE, ACCURACY, series, 0.5).data
    assert list(zip(words.y, words.x, words.text, strict=True)) == [
        ("a", "clean", "90"),
        ("a", "Fog", "50"),
        ("b", "clean", "90"),
        ("b", "Fog", "88 •"),
    ]
    assert list(zip(unseen.y, unseen.x, map(tuple, unseen.customdata), strict=True)) == [
        ("a", "clean", ("clean", 0)),
        ("a", "Fog", ("fog", 0)),
        ("b", "clean", ("clean", 1)),
        ("b", "Fog", ("fog", 1)),
    ]
    assert unseen.marker.opacity == unseen.unselected.marker.opacity == 0
    upright, words, _ = trained_by_tested(PALETTE, ACCURACY, series, 0.5, narrow=True).data
    assert list(words.text) == ["90", "90", "50", "88 •"]
    assert (list(upright.x), list(upright.y)) == (list(heat.y), list(heat.x))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("runs", "noises"), [(1, 8), (8, 8), (2, 23), (8, MANY_NOISES)])
def test_in_the_grid_a_number_has_room(runs: int, noises: int, narrow: bool) -> None:
    figure = trained_by_tested(PALETTE, ACCURACY, some_runs(runs, noises), 0.5, narrow=narrow)
    heat, words, _ = figure.data
    assert len(set(heat.x)) * len(set(heat.y)) == runs * (noises + 1)
    room = 1000 if not narrow else 200  # px of the plot, beside the names
    assert room / len(heat.x) >= words.textfont.size * max(map(len, words.text)) * 0.5
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert 1.5 * words.textfont.size <= plot / len(heat.y) <= 44
    assert figure.layout.height - plot <= 300, "nearly all of it is the grid"


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2), 0..1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def placed(**values: float) -> pd.DataFrame:
    """Cells by severity: of each noise clean and its severities 1 and 5."""
    rows = [("clean", 0, 0.9)]
    rows += [(noise, level, value / level) for noise, value in values.items() for level in (1, 5)]
    numbers = [
        (noise, level, 100, 100 * value, value, value - 0.1, value + 0.1) for noise, level, value in rows
    ]
    return pd.DataFrame(numbers, columns=["noise", "severity", "images", "right", "accuracy", "low", "high"])


@pytest.mark.parametrize("narrow", [False, True])
def test_small_charts_over_severities_have_one_scale_and_legend_and_none_lies_on_another(
    narrow: bool,
) -> None:
    cells = placed(fog=0.8, blend=0.7, pca=0.6, snow=0.5, frost=0.4)
    cells = pd.concat([cells, cells[cells["noise"] == "fog"].assign(noise="family:weather")])
    series = [Series("a", BLUE, cells, ["fog"]), Series("b", BLUE, cells)]
    keys = ["family:weather", "fog", "blend", "pca", "snow"]
    figure = severity_panels(
        PALETTE, ACCURACY, series, 0.5, keys, narrow=narrow, labels={keys[0]: "<b>Weather (2)</b>"}
    )
    lines = [one for one in figure.data if one.mode == "lines+markers"]
    assert [one.text for one in figure.layout.annotations][:2] == ["<b>Weather (2)</b>", "<b>Fog</b>"]
    assert len(lines) == 2 * len(keys)
    fog = next(one for one in lines if one.customdata[-1][0] == "fog")
    assert list(fog.y) == pytest.approx([90, 80, 16])
    assert [tuple(one) for one in fog.customdata] == [("fog", 0, 0), ("fog", 0, 1), ("fog", 0, 5)]
    assert fog.marker.symbol.endswith("-open")
    axes = [figure.layout[f"{way}axis{number or ''}"] for way in "xy" for number in ("", 2, 3, 4, 5)]
    boxes = [(*x.domain, *y.domain) for x, y in zip(axes[:5], axes[5:], strict=True)]
    apart = [
        a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
        for a in boxes
        for b in boxes
        if a is not b
    ]
    assert all(apart)
    assert all(0 <= end <= 1 for box in boxes for end in box)
    assert len({tuple(y.range) for y in axes[5:]}) == 1
    assert len([one for one in figure.data if one.showlegend is not False]) == 2


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_words_in_a_cell_of_any_colour_can_be_read(palette: Palette) -> None:
    figure = new_figure(palette, 300)
    shares = [[float(share) for share in range(101)]]
    names = [str(share) for share in range(101)]
    add_grid(figure, palette, shares, names, ["row"], [names])
    heat, words = figure.data
    assert [colour for _, colour in heat.colorscale] == [cell_colour(palette, 0), cell_colour(palette, 1)]
    for share, written in enumerate(words.textfont.color):
        faint, strong = sorted((luminance(written), luminance(cell_colour(palette, share / 100))))
        assert (strong + 0.05) / (faint + 0.05) >= 4.5, share


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([0, 0], [0, 0]),
        ([199, 1], [100, 0]),
        ([5, 995], [0, 100]),
        ([3, 5], [37, 63]),
        ([3], [100]),
    ],
)
def test_whole_per_cents_add_up_to_a_hundred(counts: list[int], expected: list[int]) -> None:
    assert sorted(whole_percents(counts)) == sorted(expected)
    assert sum(whole_percents(counts)) in (0, 100)


def test_pointing_at_a_noise_says_what_it_does_and_at_clean_nothing_more() -> None:
    series = [Series("a", Mark("#000000"), many(0.9, 0.5))]
    for figure in (
        measured_by_noise(PALETTE, ACCURACY, series, 0.5),
        measured_rows(PALETTE, ACCURACY, series, 0.5, ["fog"]),
        trained_by_tested(PALETTE, ACCURACY, series, 0.5),
        drop_rows(PALETTE, lost(series), ["fog"]),
    ):
        told = told_by(figure).replace("<br>", " ")
        assert get_noise("fog").sentence["en"] in told
        assert told.count("<i>") == 1


def test_a_tall_chart_has_its_numbers_at_the_top_as_well() -> None:
    figure = measured_rows(PALETTE, ACCURACY, [Series("a", Mark("#000000"), many(0.9, 0.5))], 0.5, ["fog"])
    assert figure.layout.xaxis2.side == "top"
    assert figure.layout.xaxis2.range == figure.layout.xaxis.range
    assert figure.layout.xaxis2.dtick == figure.layout.xaxis.dtick
    assert any(one.xaxis == "x2" for one in figure.data), "an axis without a trace is not drawn"


def test_a_half_is_written_the_same_on_a_bar_and_in_its_hover_label() -> None:
    bars = measured_by_noise(PALETTE, ACCURACY, [Series("a", Mark("#000000"), many(0.625))], 0.5).data[0]
    assert bars.text[0].startswith("63")
    assert "62.5 %" in bars.hovertext[0]


def test_long_names_of_classes_leave_their_bars_room_and_are_whole_where_pointed_at() -> None:
    names = [f"class number {number}, which has a long name" for number in range(30)]
    counts = pd.DataFrame([[3, 1, 1]] * 30, index=names, columns=["train", "validation", "test"])
    bars = class_counts(PALETTE, counts).data[0]
    assert len(set(bars.y)) == 30
    assert max(map(wide, bars.y)) <= 22
    assert list(bars.hovertext) == names


def test_cells_of_a_confusion_of_very_many_classes_are_not_eaten_by_their_gaps() -> None:
    for classes, gap in ((30, 2), (31, 0)):
        names = [str(number) for number in range(classes)]
        assert confusion(PALETTE, pd.DataFrame(1, index=names, columns=names)).data[0].xgap == gap


def test_the_first_measurement_of_a_training_is_seen_before_there_is_a_line() -> None:
    metrics = pd.DataFrame([{"kind": "step", "epoch": 0.1, "accuracy": 0.4, "loss": 2.0}])
    for figure in (training_curves(PALETTE, metrics, 8, False), loss_curve(PALETTE, metrics, 8)):
        assert "markers" in figure.data[0].mode
        assert len(figure.data[0].x) == 1


def test_the_rate_that_is_suggested_is_marked_on_the_curve_of_a_range_test_without_a_legend() -> None:
    curve, mark = rate_curve(PALETTE, [0.001, 0.01, 0.1], [2.0, 1.0, 3.0], 0.012).data
    assert (list(curve.x), list(curve.y)) == ([0.001, 0.01, 0.1], [2.0, 1.0, 3.0])
    assert (list(mark.x), list(mark.y), list(mark.text)) == ([0.012], [1.0], ["0.012"])
    assert (curve.showlegend, mark.showlegend) == (False, False)
    assert len(rate_curve(PALETTE, [], [], None).data) == 1


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_map_of_frequencies_has_the_coarse_in_its_middle_and_says_how_many_answers_were_wrong(
    language: Language,
) -> None:
    plane = np.zeros((65, 65))
    plane[32 - 20, 32 + 12] = 0.75
    figure = frequency_map(PALETTE, plane, 64, language=language)
    (heat,) = figure.data
    assert (heat.x[44], heat.y[12], heat.z[12][44]) == (12, -20, 75)
    assert (heat.x[0], heat.x[32], heat.x[64], heat.zmin, heat.zmax) == (-32, 0, 32, 0, 100)
    assert "%{z:.0f}" in heat.hovertemplate
    assert figure.layout.yaxis.scaleanchor == "x"
    changed = frequency_map(PALETTE, -plane, 64, change=True, language=language).data[0]
    assert (changed.zmin, changed.zmax) == (-75, 75)
    assert changed.colorscale[0][1].upper() == BETTER
    assert changed.colorscale[-1][1].upper() == WORSE
    middle = changed.colorscale[len(changed.colorscale) // 2]
    assert middle == (0.5, PALETTE.ground.lower())
    assert len(change_colours(PALETTE)) % 2 == 1
    picture = frequency_picture(plane, 64)
    same = frequency_picture(np.zeros((65, 65)), 64)
    rows, columns = np.nonzero((picture != same).any(axis=2))
    assert rows.max() < picture.shape[0] // 2 < picture.shape[1] // 2 < columns.min() + 40
