"""Any measure: a second one, which no file of the product knows, is found wherever accuracy is."""

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.charts.drawing import Palette
from core.charts.measured import measured_by_noise, trained_by_tested
from core.charts.rows import by_cost, measured_rows
from core.charts.runs import Mark, Series
from core.data.dataset import DataSet
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import compare
from core.evaluation.joined import joined_evaluations
from core.evaluation.measures import all_measures
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.metrics import cell_table, pooled
from core.evaluation.stored_answers import joined_answers, stored_answers, stored_cells, write_groups
from core.evaluation.tables import csv
from core.measure import MEASURES, Groups, Measure, Rows, Value
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.statistics import wilson
from core.store import Workspace
from core.words import plain
from tests.core.evaluation.conftest import CLEAN_RIGHT, MISSED, stored_evaluation, table


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> Measure:
    monkeypatch.setitem(MEASURES.known, MISSED.key, MISSED)
    return MISSED


def test_accuracy_is_the_first_measure_and_no_key_is_taken_twice() -> None:
    assert all_measures()[0] is ACCURACY
    with pytest.raises(ValueError, match="accuracy"):
        MEASURES.add(ACCURACY)


def test_a_second_measure_has_columns_of_its_own_behind_those_of_accuracy(missed: Measure) -> None:
    assert all_measures()[-1] is missed
    cells = cell_table(table(CLEAN_RIGHT), ["a", "b"])
    assert list(cells.columns[:7]) == ["noise", "severity", "images", "right", "accuracy", "low", "high"]
    assert list(cells.columns[-4:]) == ["missed", "missed_low", "missed_high", "missed_n"]
    # Of 100 pictures every second is of the last class; the first so many are right.
    assert cells["missed"].tolist() == [0.1, 0.3, 0.5, 0.2, 0.4]
    assert cells["missed_n"].tolist() == [50] * 5
    whole = pooled(cells).set_index("noise")
    assert whole.loc["gaussian_noise", "missed"] == pytest.approx(0.4)
    ends = [wilson(15, 50)[0], wilson(25, 50)[0]]
    assert whole.loc["gaussian_noise", "missed_low"] == pytest.approx(np.mean(ends))
    assert whole.loc["gaussian_noise", "missed_n"] == 100


def test_a_table_of_cells_without_a_measure_of_today_is_made_anew_and_one_of_tomorrow_is_read(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(workspace, "r", Recipe(tiny_data_set.id, "", "small_cnn"))
    folder = stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, *_: truth).folder
    before = stored_cells(folder)
    monkeypatch.setitem(MEASURES.known, MISSED.key, MISSED)
    assert stored_cells(folder)["missed"].tolist() == [0.0, 0.0]
    assert stored_answers(folder).cells["missed"].tolist() == [0.0, 0.0]
    monkeypatch.delitem(MEASURES.known, MISSED.key)
    assert "missed" in pd.read_parquet(folder.cells)
    pd.testing.assert_frame_equal(stored_cells(folder), before)


def test_a_second_measure_is_in_the_comparison_and_its_csv(
    workspace: Workspace, tiny_data_set: DataSet, missed: Measure
) -> None:
    run = create_run(workspace, "r", Recipe(tiny_data_set.id, "", "small_cnn"))
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda *_: 0, created=1.0)
    stored_evaluation(workspace, tiny_data_set, run, ["rain"], [1], lambda truth, *_: truth, created=2.0)
    (both,) = joined_evaluations(workspace, run)
    comparison = compare([evaluated_run(run, both, joined_answers(both))])
    (arm,) = comparison.arms
    assert arm.rate("fog", missed.columns.value) == 1
    assert arm.rate("rain", missed.columns.value) == 0
    rows = pd.read_csv(io.BytesIO(csv(comparison)), encoding="utf-8-sig").set_index("noise")
    assert rows["missed"].to_dict() == {"clean": 0, "fog": 1, "rain": 0}


def test_a_measure_is_told_which_pictures_belong_together_also_after_the_data_set_is_gone(
    workspace: Workspace, tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def number_of_groups(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
        assert groups is not None
        assert len(groups) == len(rows["truth"])
        return Value(len(np.unique(groups)), 0, 1, len(groups))

    measure = Measure("videos", *[plain("videos")] * 3, of=number_of_groups)
    monkeypatch.setitem(MEASURES.known, measure.key, measure)
    run = create_run(workspace, "r", Recipe(tiny_data_set.id, "", "small_cnn"))
    folder = stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1], lambda truth, *_: truth).folder
    images = tiny_data_set.indices("test")
    write_groups(folder, images, np.arange(images.max() + 1) // 2)
    wanted = len(set((images // 2).tolist()))
    assert stored_cells(folder)["videos"].tolist() == [wanted, wanted]


def test_charts_draw_any_measure_with_its_own_words_the_worst_noise_first() -> None:
    cells = pooled(cell_table(table(CLEAN_RIGHT), ["a", "b"]))
    with_it = cells.assign(missed=[0.1, 0.4, 0.3], missed_low=0.1, missed_high=[0.2, 0.5, 0.4], missed_n=50)
    series = [Series("run", Mark("#3D5AFE"), with_it)]
    assert by_cost(MISSED, series) == ["gaussian_noise", "fog"]
    assert by_cost(ACCURACY, series) == ["gaussian_noise", "fog"]
    bars = measured_by_noise(Palette(), MISSED, series, None)
    assert list(bars.data[0].y) == pytest.approx([10, 40, 30])
    assert bars.layout.yaxis.title.text == "missed, %"
    assert "40.0 % (10.0 – 50.0 %)<br>50 pictures" in bars.data[0].hovertext[1]
    rows = measured_rows(Palette(), MISSED, series, None, ["gaussian_noise", "fog"])
    assert list(rows.data[0].x) == pytest.approx([10, 40, 30])
    assert rows.layout.xaxis.range[1] == pytest.approx(52)
    grid = trained_by_tested(Palette(), MISSED, series, None)
    assert grid.data[0].reversescale, "the strongest colour is the best"
    assert grid.data[0].text is None
    assert list(grid.data[1].text) == ["10", "40", "30"]
    assert "missed" not in str(measured_by_noise(Palette(), ACCURACY, series, 0.5))


def test_what_cannot_be_measured_is_a_gap_and_not_a_number() -> None:
    nothing = replace(MISSED, of=lambda rows, classes, groups: Value(np.nan, np.nan, np.nan, 0))
    assert nothing.said(np.nan) == "–"
    cells = pooled(cell_table(table(CLEAN_RIGHT), ["a", "b"]))
    unknown = cells.assign(missed=np.nan, missed_low=np.nan, missed_high=np.nan, missed_n=0)
    series = [Series("run", Mark("#3D5AFE"), unknown)]
    assert list(measured_by_noise(Palette(), nothing, series, None).data[0].text) == ["–"] * 3
    assert len(measured_rows(Palette(), nothing, series, None, ["fog"]).data) > 0
    assert list(trained_by_tested(Palette(), nothing, series, None).data[1].text) == ["–"] * 3
