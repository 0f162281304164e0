import numpy as np
import pandas as pd
import pytest

from core.charts.classes import MOST, confusion_change, right_and_wrong
from core.charts.data_sets import class_counts
from core.charts.measured import confusion, whole_percents
from core.charts.names import wide
from tests.core.charts.series import PALETTE


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
    seeds = [COUNTS, pd.DataFrame([[9, 1], [5, 5]], index=COUNTS.index, columns=COUNTS.columns)]
    of_seeds = right_and_wrong(PALETTE, sum(seeds[1:], seeds[0]) / 2, "en", seeds)
    assert [list(one.x) for one in of_seeds.data] == [[8.5, 5], [1.5, 5], [8, 5], [9, 5]]
    assert of_seeds.layout.annotations[0].text == "✓ 8.5 ✗ 1.5"
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
