import pytest

from core.charts.measured import as_bars, measured_by_noise, measured_by_severity, trained_by_tested
from core.charts.rows import measured_rows
from core.charts.runs import Mark, Series
from core.evaluation.measures.accuracy import ACCURACY
from core.words import Language
from tests.core.charts.series import BLUE, CELLS, PALETTE, POOLED, many, some_runs
from tests.core.charts.test_rows import MANY_NOISES


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
