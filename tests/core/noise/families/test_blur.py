"""Blurs against slow referees that follow their definitions step by step."""

import cv2
import numpy as np
import pytest
from scipy.ndimage import zoom as enlarge
from skimage.filters import gaussian

from core.noise.catalogue import Value, get_noise
from core.noise.families.blur import smeared
from core.noise.shared import draws
from core.noise.shared.draws import uniform16
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def apply(key: str, image: Image, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, 0, key, 0), params)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 64)


@pytest.mark.parametrize("sigma", [0.4, 0.7, 1, 2.5, 6])
def test_gaussian_blur_is_that_of_scikit_image_with_fractions_cut_off(sigma: float, cat: Image) -> None:
    expected = 255 * gaussian(cat / 255.0, sigma=sigma, channel_axis=2)
    noisy = apply("gaussian_blur", cat, sigma=sigma)
    assert np.abs(noisy - np.floor(expected)).max() <= 1
    assert np.mean(noisy == np.floor(expected)) > 0.98


@pytest.mark.parametrize("key", ["gaussian_blur", "defocus_blur", "glass_blur", "zoom_blur"])
@pytest.mark.parametrize("level", [0, 77, 254, 255])
def test_a_flat_picture_stays_flat(key: str, level: int) -> None:
    flat = np.full((50, 70, 3), level, np.uint8)
    for severity in (1, 2, 3):
        entry = get_noise(key)
        assert np.array_equal(
            entry.apply(flat, generator_for(0, 0, key, 0), entry.at_severity(severity)), flat
        )


def test_defocus_spreads_a_dot_to_a_disc_with_a_soft_rim() -> None:
    dot = np.zeros((41, 41, 3), np.uint8)
    dot[20, 20] = 255
    hard = apply("defocus_blur", dot, radius=3, softness=0)[..., 0]
    assert (hard > 0).sum() == 29  # places with whole coordinates in a circle of radius 3
    assert set(np.unique(hard)) == {0, 255 // 29}
    soft = apply("defocus_blur", dot, radius=6, softness=0.5)[..., 0]
    assert soft[20, 20] == 255 // 113
    assert (soft > 0).sum() <= 113 + 56


@pytest.mark.parametrize(
    ("radius", "softness"),
    [(0.5, 0.6), (1, 0), (2.5, 0.01), (3, 0.1), (6, 0.5), (6.5, 2), (7, 0.5), (8, 0.5), (10, 0.5)],
)
def test_defocus_is_the_plain_sum_over_the_softened_disc(radius: float, softness: float, cat: Image) -> None:
    half = 8 if radius <= 8 else int(radius)
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    disc = (x**2 + y**2 <= radius**2).astype(np.float64)
    side = 3 if radius <= 8 else 5
    disc /= disc.sum()
    if softness > 0:
        disc = cv2.GaussianBlur(disc, (side, side), softness)
    padded = np.pad(cat.astype(np.float64), ((half, half), (half, half), (0, 0)), mode="reflect")
    expected = sum(
        disc[b, a] * padded[b : b + 64, a : a + 64] for b in range(len(disc)) for a in range(len(disc))
    )
    noisy = apply("defocus_blur", cat, radius=radius, softness=softness)
    assert np.abs(noisy - np.floor(np.minimum(expected, 255))).max() <= 1


@pytest.mark.parametrize("shape", [(64, 64), (20, 45), (45, 9), (1, 30), (3, 3)])
@pytest.mark.parametrize(("reach", "rounds"), [(1, 1), (2, 3), (4, 2)])
def test_glass_blur_moves_pixels_one_after_the_other(
    shape: tuple[int, int], reach: int, rounds: int, cat: Image
) -> None:
    image = cv2.resize(cat, shape[::-1])
    height, width = shape
    expected = image.copy()
    generator = generator_for(0, 0, "glass_blur", 0)
    for _ in range(rounds):
        down, right = uniform16(generator, (2, height, width)).astype(int) * 2 * reach // 65536 - reach
        for y in range(height - reach, reach, -1):
            for x in range(width - reach, reach, -1):
                expected[y, x] = expected[y + down[y, x], x + right[y, x]]
    assert np.array_equal(apply("glass_blur", image, sigma=0, reach=reach, rounds=rounds), expected)


def test_glass_blur_of_a_large_picture_moves_its_pixels_strip_by_strip_from_below(
    cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draws, "_STRIP", 64 * 3 * 10)
    expected = cat.copy()
    generator = generator_for(0, 0, "glass_blur", 0)
    for _ in range(2):
        parts = [uniform16(generator, (2, min(64, top + 10) - top, 64)) for top in reversed(range(0, 64, 10))]
        down, right = np.concatenate(parts[::-1], axis=1).astype(int) * 6 // 65536 - 3
        for y in range(64 - 3, 3, -1):
            for x in range(64 - 3, 3, -1):
                expected[y, x] = expected[y + down[y, x], x + right[y, x]]
    assert np.array_equal(apply("glass_blur", cat, sigma=0, reach=3, rounds=2), expected)


@pytest.mark.parametrize("key", ["gaussian_blur", "defocus_blur", "motion_blur", "zoom_blur"])
def test_a_large_picture_is_blurred_across_the_strips_it_is_worked_on_in(
    key: str, cat: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = get_noise(key).at_severity(3)
    whole = apply(key, cat, **params).astype(int)
    monkeypatch.setattr(draws, "_STRIP", 64 * 3 * 10)
    parts = apply(key, cat, **params)
    assert np.abs(parts - whole).max() <= 1
    assert np.mean(parts == whole) > 0.999


def test_more_rounds_of_glass_go_on_with_the_first_ones(cat: Image) -> None:
    once, twice = (apply("glass_blur", cat, sigma=0, reach=1, rounds=rounds) for rounds in (1, 2))
    assert np.mean((once == twice).all(axis=2)) > 0.1


@pytest.mark.parametrize(("largest", "step"), [(1.11, 0.01), (1.31, 0.03), (1.26, 0.01)])
@pytest.mark.parametrize("size", [64, 100])
def test_zoom_blur_is_the_mean_of_enlarged_middles(largest: float, step: float, size: int) -> None:
    image = square(sample_picture("coffee"), size)
    clean = image.astype(np.float64)
    total, zooms = clean.copy(), np.arange(1, largest, step)
    for zoom in zooms:
        used = int(np.ceil(size / zoom))
        first = (size - used) // 2
        middle = clean[first : first + used, first : first + used]
        large = enlarge(middle, (zoom, zoom, 1), order=1)
        first = (len(large) - size) // 2
        total += large[first : first + size, first : first + size]
    noisy = apply("zoom_blur", image, largest=largest, step=step)
    difference = noisy - np.floor(total / (len(zooms) + 1))
    assert np.abs(difference).mean() < 0.5
    assert np.abs(difference).max() <= 8, "a sixth of a pixel at a hard edge"


@pytest.mark.parametrize("degrees", [-130, -90, -45, 0, 30, 45])
def test_a_smear_takes_each_place_along_its_line(degrees: float) -> None:
    values = np.random.default_rng(0).integers(0, 256, (12, 17)).astype(np.float32)
    angle = np.deg2rad(degrees)
    weights = np.exp(-((np.arange(9) / 3) ** 2) / 2)
    weights /= weights.sum()
    expected = np.zeros_like(values)
    for step, weight in enumerate(weights):
        right, down = np.ceil(step * np.cos(angle) - 0.5), np.ceil(step * np.sin(angle) - 0.5)
        y = np.clip(np.arange(12) + int(down), 0, 11)
        x = np.clip(np.arange(17) + int(right), 0, 16)
        expected += weight * values[y][:, x]
    assert np.allclose(smeared(values, 4, 3, degrees), expected + 1 / 256, atol=1e-3)
