import numpy as np
import pandas as pd
import pytest

from core.evaluation.galleries import (
    BLIND,
    CLEAN_GROUPS,
    FEWEST,
    GROUPS,
    Pairs,
    chance_overlap,
    overlap,
    places,
    something_counts,
)
from core.explanation.overlay import counted_area

PREDICTIONS = pd.DataFrame(
    {
        "image": [0, 1, 2, 3] * 2,
        "noise": ["clean"] * 4 + ["fog"] * 4,
        "severity": [0] * 4 + [2] * 4,
        "truth": [0, 0, 1, 1] * 2,
        "prediction": [0, 0, 0, 0, 1, 0, 0, 1],
        "confidence": [0.9, 0.8, 0.7, 0.6, 0.55, 0.65, 0.75, 0.85],
        "map": [bytes([i]) for i in range(8)],
    }
)


def grouped(groups: list[str]) -> Pairs:
    """The pictures of PREDICTIONS, in these groups."""
    table = Pairs.of(PREDICTIONS, "fog", 2).table
    return Pairs(table.assign(group=pd.Categorical(groups, GROUPS)))


def test_each_picture_is_in_the_group_that_noise_put_it_in() -> None:
    table = Pairs.of(PREDICTIONS, "fog", 2).table.set_index("image")
    assert table["group"].to_dict() == {
        0: "became_wrong",
        1: "stayed_right",
        2: "stayed_wrong",
        3: "became_right",
    }
    assert Pairs(table.reset_index()).counts == dict.fromkeys(GROUPS, 1)


def test_at_severity_nought_a_clean_picture_is_right_or_wrong_and_became_nothing() -> None:
    table = Pairs.of(PREDICTIONS, "fog", 0).table.set_index("image")
    assert table["group"].to_dict() == {0: "right", 1: "right", 2: "wrong", 3: "wrong"}
    assert list(table["confidence"]) == list(table["clean_confidence"]) == [0.9, 0.8, 0.7, 0.6]
    assert list(table["map"]) == list(table["clean_map"]) == list(PREDICTIONS["map"][:4])
    clean = Pairs(table.reset_index())
    assert clean.counts == dict.fromkeys(CLEAN_GROUPS, 2)
    assert clean.alike_when_clean("right") == 4
    assert clean.first_to_show == 2


def test_a_pair_keeps_both_answers_and_the_maps_of_its_own_picture() -> None:
    row = Pairs.of(PREDICTIONS, "fog", 2).table.set_index("image").loc[2]
    assert (row.clean_confidence, row.confidence) == (0.7, 0.75)
    assert (row.clean_map, row["map"]) == (bytes([2]), bytes([6]))


def test_a_severity_that_was_not_evaluated_gives_no_pictures() -> None:
    none = Pairs.of(PREDICTIONS, "fog", 5)
    assert len(none.table) == 0
    assert none.first_to_show is None
    assert sum(none.counts.values()) == 0


def test_the_most_confident_answer_of_a_group_comes_first() -> None:
    found = grouped(["became_wrong"] * 4)
    assert list(found.members("became_wrong")["image"]) == [3, 2, 1, 0]
    assert list(found.members("became_wrong", 1, 2)["image"]) == [2, 1]
    assert found.first_to_show == 3


def test_pictures_that_became_wrong_are_shown_before_others() -> None:
    assert Pairs.of(PREDICTIONS, "fog", 2).first_to_show == 0


def test_the_first_gallery_that_has_pictures_is_opened() -> None:
    found = Pairs.of(PREDICTIONS, "fog", 2)
    for wanted in ("became_wrong", "stayed_wrong", "became_right", "stayed_right"):
        assert found.first_group == wanted
        assert found.first_to_show == found.members(wanted)["image"].iloc[0]
        found = Pairs(found.table[found.table["group"] != wanted])
    assert found.first_group == "became_wrong"


def test_a_group_is_a_part_of_the_pictures_that_were_like_it_when_clean() -> None:
    found = grouped(["became_wrong", "stayed_right", "became_wrong", "became_right"])
    assert found.alike_when_clean("became_wrong") == found.alike_when_clean("stayed_right") == 3
    assert found.alike_when_clean("stayed_wrong") == found.alike_when_clean("became_right") == 1


def test_words_speak_of_the_area_that_the_white_line_is_around() -> None:
    """As large as it is drawn, whatever the grid of the map."""
    generator = np.random.default_rng(0)
    for side in (7, 8, 8, 8, 16):
        a, b = generator.normal(size=(2, side, side))
        lines = [counted_area(one, 280, 280) > 0 for one in (a, a + b)]
        drawn = (lines[0] & lines[1]).sum() / (lines[0] | lines[1]).sum()
        assert overlap(a, a + b) == pytest.approx(drawn, abs=0.03)


def test_a_map_without_a_positive_place_has_no_area() -> None:
    nothing = np.full((4, 4), -1.0)
    assert not something_counts(nothing)
    assert not counted_area(nothing, 64, 64).any()
    assert overlap(nothing, np.ones((4, 4))) is None


def test_the_overlap_is_one_for_equal_maps_and_nought_for_apart_ones() -> None:
    left = np.zeros((10, 10))
    left[:, :2] = 1
    assert overlap(left, left) == 1
    assert overlap(left, left[:, ::-1]) == 0
    half = np.zeros((10, 10))
    half[:, 1:3] = 1
    assert overlap(left, half) == pytest.approx(1 / 3, abs=0.04)  # a fifth in whole columns of pixels


def test_the_chance_level_compares_a_picture_with_the_next_one() -> None:
    left = np.zeros((10, 10))
    left[:, :2] = 1
    right = left[:, ::-1]
    enough = FEWEST // 2
    assert chance_overlap([left, right] * enough, [left, right] * enough) == 0
    assert chance_overlap([left, left] * enough, [left, left] * enough) == 1


def test_few_pictures_have_no_chance_level() -> None:
    maps = [np.eye(4)] * (FEWEST - 1)
    assert chance_overlap(maps, maps) is None


def test_maps_that_the_eye_sees_overlap_do_not_lie_elsewhere() -> None:
    assert places(0.6, (7, 7)) == "same"
    assert places(5 / 21, (7, 7)) == "partly"  # five of thirteen places are shared
    assert places(1 / 25, (7, 7)) == "elsewhere"  # one is


@pytest.mark.parametrize("shape", [(4, 4), (6, 6), (4, 12)])
def test_of_maps_of_fewer_than_seven_by_seven_places_is_not_said_where_they_lie(
    shape: tuple[int, int],
) -> None:
    assert [places(same, shape) for same in (0.0, 0.3, 1.0)] == [None] * 3


def test_areas_thrown_blindly_lie_elsewhere() -> None:
    generator = np.random.default_rng(0)
    overlaps = [overlap(*generator.random((2, 8, 8))) for _ in range(400)]
    assert np.mean([one for one in overlaps if one is not None]) == pytest.approx(BLIND, abs=0.02)
