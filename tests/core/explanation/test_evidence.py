"""How much a part of a picture gave."""

from itertools import pairwise

import numpy as np
import pytest

from core.explanation.evidence import against_even, evidence

MAP = np.array([[1.0, 2.0], [-4.0, 6.0]])


def test_parts_of_a_picture_add_up_to_the_whole_and_cut_places_count_in_part() -> None:
    cuts = (0.0, 0.3, 0.55, 1.0)
    parts = [
        evidence(MAP, (left, top, right, bottom)).here
        for left, right in pairwise(cuts)
        for top, bottom in pairwise(cuts)
    ]
    assert sum(parts) == pytest.approx(5.0)
    assert evidence(MAP, (0.0, 0.0, 0.25, 0.25)).here == pytest.approx(0.25)
    assert evidence(MAP, (-1.0, -1.0, 2.0, 2.0)) == pytest.approx((5.0, 5.0))
    assert evidence(MAP, (0.8, 0.0, 0.8, 1.0)).here == 0


def test_what_speaks_against_the_class_is_told_and_a_share_is_of_something_positive() -> None:
    against = evidence(MAP, (0.0, 0.5, 0.5, 1.0))
    assert against.here == pytest.approx(-4.0)
    assert against.share == pytest.approx(-0.8)
    assert evidence(MAP, (0.5, 0.5, 1.0, 1.0)).share == pytest.approx(1.2)
    assert evidence(-MAP, (0.0, 0.0, 1.0, 1.0)).share is None
    assert evidence(MAP, (0.5, 0.5, 1.0, 1.0), positive=True).share == pytest.approx(6 / 9)


def test_beside_an_even_spread_maps_of_other_units_are_one_and_a_peak_is_told_from_a_spread() -> None:
    drawn = against_even(MAP)
    assert np.maximum(drawn, 0).mean() == pytest.approx(1)
    assert against_even(1000 * MAP) == pytest.approx(drawn)
    assert against_even(np.ones((7, 7))) == pytest.approx(np.ones((7, 7)))
    peak = np.zeros((8, 8))
    peak[2, 3] = 0.1
    assert against_even(peak).max() == pytest.approx(64)
    assert not against_even(-np.ones((4, 4))).any()
