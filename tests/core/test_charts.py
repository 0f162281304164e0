import pandas as pd
import pytest

from core.charts.accuracy import (
    Series,
    accuracy_by_noise,
    accuracy_by_severity,
    accuracy_dots,
    confusion,
    drop_from_clean,
    run_colours,
    trained_by_tested,
    whole_percents,
)
from core.charts.data_sets import class_counts
from core.charts.drawing import Palette, add_grid, cell_colour, new_figure, readable_on
from core.charts.training import loss_curve, training_curves
from core.noise.catalogue import get_noise
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


def test_the_same_run_has_the_same_colour_whatever_is_shown() -> None:
    runs = [("a", False), ("b", True), ("c", True)]
    alone, together = run_colours(PALETTE, runs, ["c"]), run_colours(PALETTE, runs, ["a", "b", "c"])
    assert alone == together
    assert alone["a"] == PALETTE.reference
    assert alone["b"] == PALETTE.accent


def test_runs_in_one_chart_differ_in_colour() -> None:
    runs = [("a", False), ("b", False), ("c", True), *[(str(i), True) for i in range(20)]]
    colours = run_colours(PALETTE, runs, ["a", "b", "c", "9"])
    assert len({colours[key] for key in ("a", "b", "c", "9")}) == 4


def test_words_on_a_bar_can_be_read() -> None:
    assert readable_on("#3D5AFE") == "#FFFFFF"
    assert readable_on("#F0E442") == "#000000"


def test_bars_carry_values_whiskers_and_a_mark_on_noises_seen_in_training() -> None:
    figure = accuracy_by_noise(PALETTE, [Series("run", "#3D5AFE", POOLED)], 0.5, ["fog"])
    bars, guessing = figure.data
    assert list(bars.x) == ["clean", "Fog •"]
    assert list(bars.y) == pytest.approx([90, 50])
    assert list(bars.text) == ["90", "50"]
    assert list(bars.error_y.array) == pytest.approx([4, 10])
    assert list(bars.error_y.arrayminus) == pytest.approx([7, 10])
    assert guessing.name == "guessing: 50 %"
    assert any(shape.y0 == 50 for shape in figure.layout.shapes)


def test_values_stand_on_their_bars_above_the_whiskers_unless_these_are_long() -> None:
    short = POOLED.assign(low=POOLED["accuracy"] - 0.03, high=POOLED["accuracy"] + 0.03)
    (bars, _) = accuracy_by_noise(PALETTE, [Series("run", "#3D5AFE", short)], 0.5).data
    assert (list(bars.text), bars.textposition) == (["90<br>\u00a0", "50<br>\u00a0"], "outside")
    (bars, _) = accuracy_by_noise(PALETTE, [Series("run", "#3D5AFE", POOLED)], 0.5).data
    assert (list(bars.text), bars.textposition) == (["90", "50"], "inside")


def test_lines_go_from_clean_to_the_strongest_severity() -> None:
    figure = accuracy_by_severity(PALETTE, [Series("run", "#3D5AFE", CELLS)], "fog", 0.5)
    line = figure.data[1]
    assert list(line.x) == [0, 1, 5]
    assert list(line.y) == pytest.approx([90, 80, 50])


def test_the_drop_is_measured_against_the_same_run() -> None:
    figure = drop_from_clean(PALETTE, [Series("run", "#3D5AFE", POOLED)])
    assert list(figure.data[0].x) == pytest.approx([40])


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


def test_the_confusion_is_in_per_cent_of_each_true_class() -> None:
    counts = pd.DataFrame([[8, 2], [0, 0]], index=["a", "b"], columns=["a", "b"])
    assert [list(row) for row in confusion(PALETTE, counts).data[0].z] == [[80, 20], [0, 0]]


def test_a_name_in_a_chart_is_no_markup() -> None:
    name, written = "<b>a</b> & <a href='x'>", "&lt;b&gt;a&lt;/b&gt; &amp; &lt;a href='x'&gt;"
    counts = pd.DataFrame([[3]], index=[name], columns=[name])
    heat = confusion(PALETTE, counts).data[0]
    assert (heat.x[0], heat.y[0]) == (written, written)
    assert class_counts(PALETTE, pd.DataFrame([[3, 1, 1]], index=[name])).data[0].y[0] == written
    series = [Series(name, "#3D5AFE", CELLS)]
    assert accuracy_by_severity(PALETTE, series, "fog", 0.5).data[1].name == written
    for chart in (accuracy_by_noise, drop_from_clean):
        pooled = [Series(name, "#3D5AFE", POOLED)]
        figure = chart(PALETTE, pooled, 0.5) if chart is accuracy_by_noise else chart(PALETTE, pooled)
        assert figure.data[0].name == written


def test_charts_speak_korean() -> None:
    figure = accuracy_by_noise(PALETTE, [Series("run", "#3D5AFE", POOLED)], 0.5, language="ko")
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


def test_many_noises_are_rows_with_the_first_runs_best_on_top_and_clean_first() -> None:
    series = [
        Series("a", "#000000", many(0.9, 0.5, 0.8, 0.6)),
        Series("b", "#ffffff", many(0.9, 0.9, 0.7, 0.6)),
    ]
    figure = accuracy_dots(PALETTE, series, 0.5, ["fog"])
    lines, first, second = figure.data[:3]
    assert list(first.y) == ["clean", "Blend", "PCA reduction", "Fog •"]
    assert [tuple(data) for data in second.customdata] == [("clean", 1), ("blend", 1), ("pca", 1), ("fog", 1)]
    assert list(first.x) == pytest.approx([90, 80, 60, 50])
    assert list(second.x) == pytest.approx([90, 70, 60, 90])
    assert list(first.error_x.array) == pytest.approx([10] * 4)
    assert list(lines.x)[:2] == pytest.approx([90, 90])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_row_of_a_tall_chart_is_without_a_dot(language: Language) -> None:
    figure = accuracy_dots(PALETTE, [Series("a", "#000000", many(0.9, 0.5, 0.8))], 0.5, (), language)
    rows = {name for one in figure.data for name in one.y if name is not None}
    assert rows == set(figure.data[0].y)


def test_trained_on_by_tested_on_marks_what_each_run_has_seen() -> None:
    series = [Series("a", "#000000", many(0.9, 0.5)), Series("b", "#ffffff", many(0.9, 0.876))]
    heat, words = trained_by_tested(PALETTE, series, [(), ("fog",)], 0.5).data
    assert list(zip(words.y, words.x, words.text, strict=True)) == [
        ("a", "clean", "90"),
        ("a", "Fog", "50"),
        ("b", "clean", "90"),
        ("b", "Fog", "88 •"),
    ]
    assert heat.zmin == 50
    upright, words = trained_by_tested(PALETTE, series, [(), ("fog",)], 0.5, upright=True).data
    assert list(words.text) == ["90", "90", "50", "88 •"]
    assert (list(upright.x), list(upright.y)) == (list(heat.y), list(heat.x))


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2), 0..1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
    series = [Series("a", "#000000", many(0.9, 0.5))]
    for figure in (
        accuracy_by_noise(PALETTE, series, 0.5),
        accuracy_dots(PALETTE, series, 0.5),
        trained_by_tested(PALETTE, series, [()], 0.5),
        drop_from_clean(PALETTE, series),
    ):
        told = str(figure.data[0].hovertext).replace("<br>", " ")
        assert get_noise("fog").sentence["en"] in told
        assert told.count("<i>") == 1


def test_a_tall_chart_has_its_numbers_at_the_top_as_well() -> None:
    figure = accuracy_dots(PALETTE, [Series("a", "#000000", many(0.9, 0.5))], 0.5)
    assert figure.layout.xaxis2.side == "top"
    assert figure.layout.xaxis2.range == figure.layout.xaxis.range
    assert any(one.xaxis == "x2" for one in figure.data), "an axis without a trace is not drawn"


def test_a_half_is_written_the_same_on_a_bar_and_in_its_hover_label() -> None:
    (bars, _) = accuracy_by_noise(PALETTE, [Series("a", "#000000", many(0.625))], 0.5).data
    assert bars.text[0].startswith("63")
    assert bars.hovertext[0].startswith("62.5 %")
