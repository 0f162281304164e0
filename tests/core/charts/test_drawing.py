import html

import pandas as pd
import pytest

from core.charts.data_sets import class_counts
from core.charts.drawing import Palette, add_grid, cell_colour, new_figure, readable_on
from core.charts.measured import confusion, measured_by_noise, measured_by_severity, trained_by_tested
from core.charts.names import in_lines, short_names, wide
from core.charts.rows import by_cost, drop_rows, measured_rows
from core.charts.runs import Mark, Series
from core.evaluation.measures.accuracy import ACCURACY
from core.noise.catalogue import get_noise
from pages.parts.theme import DARK, LIGHT
from tests.core.charts.series import BLUE, CELLS, PALETTE, POOLED, lost, luminance, many, some_runs, told_by


def test_words_on_a_bar_can_be_read() -> None:
    assert readable_on("#3D5AFE") == "#FFFFFF"
    assert readable_on("#F0E442") == "#000000"


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
