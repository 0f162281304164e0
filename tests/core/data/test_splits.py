"""Who is trained on, validated with, tested with."""

from itertools import pairwise

import numpy as np
import pytest

from core.data.splits import TEST, TRAIN, VALIDATION, divisible, part_of, periodic, stratified


def counts(splits: np.ndarray) -> list[int]:
    return [int((splits == split).sum()) for split in (TRAIN, VALIDATION, TEST)]


def test_shares_are_the_same_in_every_class() -> None:
    labels = np.array([0] * 100 + [1] * 20 + [2] * 40)
    splits = stratified(labels, (0.15, 0.15), seed=0)
    assert counts(splits[labels == 0]) == [70, 15, 15]
    assert counts(splits[labels == 1]) == [14, 3, 3]
    assert counts(splits[labels == 2]) == [28, 6, 6]


def test_the_seed_decides_and_nothing_else() -> None:
    labels = np.arange(60) % 2
    first = stratified(labels, (0.15, 0.15), seed=1)
    assert np.array_equal(first, stratified(labels, (0.15, 0.15), seed=1))
    assert not np.array_equal(first, stratified(labels, (0.15, 0.15), seed=2))


@pytest.mark.parametrize(("pictures", "expected"), [(1, [1, 0, 0]), (2, [1, 0, 1]), (3, [1, 1, 1])])
def test_small_classes_train_first_then_test_then_validate(pictures: int, expected: list[int]) -> None:
    assert counts(stratified(np.zeros(pictures, np.int64), (0.15, 0.15), seed=0)) == expected


def test_exact_copies_share_a_split_even_across_classes() -> None:
    labels = np.arange(40) % 2
    groups = [number % 12 for number in range(40)]
    for seed in range(5):
        splits = stratified(labels, (0.15, 0.15), seed, groups)
        for group in set(groups):
            assert len({int(s) for s, g in zip(splits, groups, strict=True) if g == group}) == 1
        assert all(counts(splits))


def test_a_class_of_one_picture_many_times_stays_in_training() -> None:
    splits = stratified(np.zeros(10, np.int64), (0.15, 0.15), 0, groups=["same"] * 10)
    assert counts(splits) == [10, 0, 0]


def test_a_share_of_zero_leaves_a_split_empty() -> None:
    assert counts(stratified(np.zeros(20, np.int64), (0.0, 0.15), seed=0)) == [17, 0, 3]


def test_drawn_pictures_keep_their_split_however_many_are_drawn() -> None:
    splits = periodic(np.arange(100))
    assert counts(splits) == [70, 10, 20]
    assert np.array_equal(periodic(np.arange(35)), splits[:35])


def test_videos_of_any_length_come_into_the_test() -> None:
    lengths = [4] * 20 + [12] * 20
    groups = np.repeat(np.arange(40), lengths)
    labels = np.zeros(len(groups), np.int64)
    long = 0
    for seed in range(20):
        splits = stratified(labels, (0.15, 0.15), seed, groups.tolist(), np.ones(len(groups), bool))
        tested = {int(group) for group in groups[splits == TEST]}
        long += sum(lengths[group] == 12 for group in tested)
        assert all(len(set(splits[groups == group].tolist())) == 1 for group in range(40))
        assert abs(counts(splits)[2] - 0.15 * len(groups)) <= 6
    assert long > 20, "not the shortest only"


def test_one_picture_many_times_is_not_most_of_a_split() -> None:
    groups = [*range(30), *[30] * 20]
    for seed in range(20):
        splits = stratified(np.zeros(50, np.int64), (0.15, 0.15), seed, groups)
        assert set(splits[30:].tolist()) == {TRAIN}


def test_a_class_that_is_one_group_is_divided_by_the_finer_ones() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    assert divisible(labels, [7, 7, 7, 8, 9], ["a", "a", "b", "c", "d"]) == ["a", "a", "b", 8, 9]


def test_a_part_is_even_over_classes_keeps_groups_whole_and_lies_within_a_larger_one() -> None:
    labels = np.array([0] * 40 + [1] * 20 + [2])
    groups = np.array([*(number // 4 for number in range(60)), 99])
    rows = np.arange(61)
    parts = [part_of(rows, labels, share, 3, groups) for share in (0.01, 0.25, 0.5, 1.0)]
    assert [np.bincount(labels[part]).tolist() for part in parts] == [
        [4, 4, 1],
        [12, 8, 1],
        [20, 12, 1],
        [40, 20, 1],
    ]
    for smaller, larger in pairwise(parts):
        assert set(smaller) < set(larger)
        assert set(groups[smaller]).isdisjoint(groups[np.setdiff1d(rows, smaller)])
    assert np.bincount(labels[part_of(rows, labels, 0.25, 3)]).tolist() == [10, 5, 1]
    assert part_of(rows, labels, 0.25, 3).tolist() != part_of(rows, labels, 0.25, 4).tolist()
