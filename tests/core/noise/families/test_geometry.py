"""Known answers of noises that move pixels."""

import numpy as np
import pytest

from core.noise.catalogue import Value, all_noises, get_noise
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture

projective = pytest.mark.parametrize(
    "key", [entry.key for entry in all_noises() if entry.matrix is not None and entry.key != "flip"]
)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


def spot(height: int, width: int, y: float, x: float) -> Image:
    """A smooth bright spot on black."""
    rows, columns = np.mgrid[:height, :width]
    level = 255 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * 3.0**2))
    return np.repeat(np.rint(level).astype(np.uint8)[..., None], 3, axis=2)


def centre(image: Image) -> tuple[float, float]:
    weights = image[..., 0].astype(float)
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    return (rows * weights).sum() / weights.sum(), (columns * weights).sum() / weights.sum()


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 64)


@pytest.fixture(scope="module")
def wide() -> Image:
    return np.ascontiguousarray(sample_picture("chelsea")[:90, :160])


@projective
@pytest.mark.parametrize("which", ["severity 1", "defaults"])
@pytest.mark.parametrize("index", [0, 1])
def test_a_spot_lands_where_the_matrix_says(key: str, which: str, index: int) -> None:
    entry = get_noise(key)
    height, width = 120, 200
    params = entry.at_severity(1) if which == "severity 1" else entry.checked({})
    if "border" in params:
        params["border"] = "black"
    matrix = entry.matrix(height, width, generator_for(0, index, key, 0), **params)  # type: ignore[misc]
    # A place of the clean picture that is seen near the middle of the noisy one.
    back = np.linalg.solve(matrix, (width / 2, height / 2, 1))
    x, y = back[:2] / back[2]
    noisy = entry.apply(spot(height, width, y, x), generator_for(0, index, key, 0), params)
    assert centre(noisy) == pytest.approx((height / 2, width / 2), abs=0.35)


def test_a_quarter_turn_clockwise_is_exact(cat: Image) -> None:
    turned = apply("rotation", cat, angle=90, way="plus")
    assert np.abs(turned.astype(int) - np.rot90(cat, -1)).max() <= 1
    other = apply("rotation", cat, angle=90, way="minus")
    assert np.abs(other.astype(int) - np.rot90(cat, 1)).max() <= 1


def test_a_drawn_turn_goes_both_ways_by_at_most_the_angle() -> None:
    matrix = get_noise("rotation").matrix
    assert matrix is not None
    angles = []
    for index in range(200):
        found = matrix(50, 80, generator_for(0, index, "rotation", 0), angle=40, way="either")
        angles.append(np.rad2deg(np.arctan2(found[1, 0], found[0, 0])))
    assert 30 <= np.abs(angles).min() < 31
    assert 39 < np.abs(angles).max() <= 40
    assert 70 < (np.array(angles) > 0).sum() < 130


def test_a_shift_moves_by_its_distance_and_shows_the_border_that_was_chosen(cat: Image) -> None:
    noisy = apply("translation", spot(100, 100, 50, 50), distance=0.2)
    assert np.hypot(*(np.array(centre(noisy)) - 50)) == pytest.approx(20, abs=0.3)
    bright = np.full((60, 60, 3), 200, np.uint8)
    assert (apply("translation", bright, distance=0.4, border="black") == 0).any()
    for border in ("reflect", "replicate"):
        assert (apply("translation", bright, distance=0.4, border=border) == 200).all()


def test_a_smaller_picture_is_averaged_not_thinned_out() -> None:
    lines = np.zeros((200, 200, 3), np.uint8)
    lines[:, ::2] = 255
    noisy = apply("scale", lines, factor=0.25)
    assert noisy[80:120, 80:120].mean() == pytest.approx(127.5, abs=2)
    assert noisy[80:120, 80:120].std() < 5
    assert (noisy[:70] == 0).all()


def test_a_shear_leaves_the_middle_row_and_moves_the_others_by_their_distance() -> None:
    noisy = apply("shear", spot(101, 201, 20, 100), amount=0.5, way="plus", border="black")
    assert centre(noisy) == pytest.approx((20, 100 - 0.5 * 30), abs=0.2)
    noisy = apply("shear", spot(201, 101, 100, 80), amount=0.5, axis="vertical", way="minus", border="black")
    assert centre(noisy) == pytest.approx((100 - 0.5 * 30, 80), abs=0.2)


def test_a_tilted_picture_has_a_near_and_a_far_side() -> None:
    noisy = apply("perspective", np.full((200, 200, 3), 255, np.uint8), tilt=60)
    covered = noisy[..., 0] > 127
    spans = [covered.sum(axis=axis) for axis in (0, 1)]
    assert covered.mean() < 0.75
    assert max(np.ptp(span[span > 0]) for span in spans) > 40


@pytest.mark.parametrize(("axis", "expected"), [("horizontal", np.s_[:, ::-1]), ("vertical", np.s_[::-1])])
def test_a_flip_is_exact(axis: str, expected: tuple[slice, ...], wide: Image) -> None:
    assert np.array_equal(apply("flip", wide, axis=axis), wide[expected])
    assert np.array_equal(apply("flip", wide, axis="both"), wide[::-1, ::-1])


def test_a_crop_keeps_its_share_of_pixels_inside_the_picture() -> None:
    matrix = get_noise("crop_zoom").matrix
    assert matrix is not None
    for index in range(20):
        found = matrix(90, 160, generator_for(0, index, "crop_zoom", 0), kept=0.3)
        corners = np.linalg.inv(found) @ np.array([[-0.5, 159.5], [-0.5, 89.5], [1, 1]])
        (left, right), (top, bottom) = corners[:2] + 0.5
        assert (right - left) * (bottom - top) == pytest.approx(0.3 * 90 * 160, rel=1e-6)
        assert min(left, top) >= -1e-6
        assert right <= 160 + 1e-6
        assert bottom <= 90 + 1e-6
        assert 0.74 < (bottom - top) / (right - left) < 1.34


@pytest.mark.parametrize("shape", [(64, 64), (60, 100)])
def test_a_swirl_is_that_of_scikit_image(shape: tuple[int, int]) -> None:
    from skimage.transform import swirl

    image = np.ascontiguousarray(sample_picture("coffee")[100 : 100 + shape[0], 100 : 100 + shape[1]])
    noisy = apply("swirl", image, strength=4, radius=0.8)
    expected = swirl(
        image,
        center=((shape[1] - 1) / 2, (shape[0] - 1) / 2),
        strength=4,
        radius=0.8 * min(shape),
        mode="symmetric",
        preserve_range=True,
    )
    assert np.abs(noisy - expected).max() <= 2


def test_a_very_long_picture_is_swirled_too() -> None:
    assert apply("swirl", np.zeros((3, 40_000, 3), np.uint8)).shape == (3, 40_000, 3)


def test_shuffled_tiles_change_places_and_none_is_lost() -> None:
    numbers = np.arange(36, dtype=np.uint8).reshape(6, 6)
    image = np.repeat(np.kron(numbers, np.ones((5, 7), np.uint8))[..., None], 3, axis=2)
    noisy = apply("patch_shuffle", image, tiles=6, share=1)
    assert sorted(noisy.ravel()) == sorted(image.ravel())
    assert (noisy != image).all(), "every tile moves"
    half = (apply("patch_shuffle", image, tiles=6, share=0.5) != image).all(axis=2)
    assert half.sum() == 18 * 35
