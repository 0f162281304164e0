"""Chance in bulk: what a drawn number is turned into."""

import numpy as np
import pytest

from core.noise.shared.draws import looked_up


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32, np.float64, np.complex64])
def test_each_place_gets_its_own_entry_of_the_table(kind):
    table = np.arange(65536).astype(kind)
    table.flags.writeable = False
    places = np.array([[[0, 1, 65535], [255, 256, 40000]]], np.uint16)
    found = looked_up(table, places)
    assert found.dtype == kind
    assert np.array_equal(found, table[places])
    assert np.array_equal(looked_up(table[:7], places[:, :1, :2]), table[:2][None, None])
    assert np.array_equal(looked_up(table[:256], np.uint8([3, 255])), table[[3, 255]])
