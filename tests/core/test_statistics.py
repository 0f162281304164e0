import pytest

from core.data.dataset import DataSet
from core.statistics import guessing_share


def test_guessing_is_as_right_as_the_commonest_class_is_common() -> None:
    assert guessing_share([55, 45]) == pytest.approx(0.55)
    assert guessing_share([10, 10, 10, 10]) == pytest.approx(0.25)


def test_guessing_on_a_data_set_is_of_its_test_pictures(tiny_data_set: DataSet) -> None:
    """Many of one class are for training: that says nothing of a test."""
    tiny_data_set.card.counts["train"]["left"] = 1000
    assert tiny_data_set.guessing == pytest.approx(0.5)
    tiny_data_set.card.counts["test"]["left"] *= 3
    assert tiny_data_set.guessing == pytest.approx(0.75)
