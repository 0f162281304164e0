"""Overlays: what the picture keeps, and what the colours say."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.explanation.overlay import overlay, shared_scale, strength
from core.pixels import Image

PHOTO = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)


def is_grey(image: Image) -> NDArray[np.bool_]:
    return np.ptp(image, axis=2) == 0


def test_a_map_without_positive_influence_leaves_the_picture_grey() -> None:
    for values in (0.0, -3.0):
        assert is_grey(overlay(PHOTO, np.full((4, 6), values))).all()


def test_the_strongest_place_is_the_yellow_end_of_viridis_on_dark_and_on_bright() -> None:
    for photo in (np.zeros_like(PHOTO), np.full_like(PHOTO, 255)):
        red, green, blue = overlay(photo, np.ones((4, 6)))[20, 30].astype(int)
        assert min(red, green) > 150 + blue


def test_what_the_network_did_not_see_is_dark_around_a_thin_light_frame() -> None:
    whole = overlay(PHOTO, np.zeros((2, 2)))
    covered = overlay(PHOTO, np.zeros((2, 2)), region=(0.5, 0.25, 0.9, 0.75))
    np.testing.assert_array_equal(covered[10:30, 30:54], whole[10:30, 30:54])
    assert (covered[9:31, [29, 54]] == 255).all()
    assert (covered[[9, 30], 29:55] == 255).all()
    outside = np.ones(PHOTO.shape[:2], bool)
    outside[9:31, 29:55] = False
    np.testing.assert_allclose(covered[outside], whole[outside] * 0.35, atol=0.51)


def test_a_shared_scale_keeps_a_weak_map_weak() -> None:
    weak, strong = np.full((2, 2), 0.1), np.full((2, 2), -1.0)
    strong[0, 0] = 0.4
    scale = shared_scale([weak, strong])
    assert scale == pytest.approx(0.4)
    assert strength(weak, 8, 8, scale).max() == pytest.approx(0.25)
    assert strength(weak, 8, 8).max() == pytest.approx(1.0)


def test_no_maps_have_no_scale() -> None:
    assert shared_scale([]) == 0.0
    np.testing.assert_array_equal(
        overlay(PHOTO, np.ones((2, 2)), scale=0.0), overlay(PHOTO, np.zeros((2, 2)))
    )


def test_the_input_picture_is_not_changed() -> None:
    before = PHOTO.copy()
    overlay(PHOTO, np.ones((2, 2)))
    np.testing.assert_array_equal(PHOTO, before)
