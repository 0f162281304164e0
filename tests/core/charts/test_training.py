import pandas as pd
import pytest

from core.charts.runs import Mark
from core.charts.training import curves_beside, loss_curve, rate_curve, training_curves
from tests.core.charts.series import PALETTE


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
