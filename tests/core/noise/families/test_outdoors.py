"""Known answers of the noises of air, water and night."""

import cv2
import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def plain(*colour: int, height: int = 128, width: int = 128) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 128)


def test_rain_falls_along_its_slant() -> None:
    image = plain(40, 40, 40, height=256, width=256)
    for slant in (-30, 0, 30):
        noisy = apply("rain", image, amount=0.5, slant=slant)[..., 0].astype(np.float64)
        # Differences of neighbours favour 45 degrees on lines a pixel wide: widen them first.
        down, across = np.gradient(cv2.GaussianBlur(noisy, (0, 0), 2))
        # The direction in which the picture changes least, by its structure tensor.
        _, directions = np.linalg.eigh(
            [[(across * across).sum(), (across * down).sum()], [(across * down).sum(), (down * down).sum()]]
        )
        x, y = directions[:, 0] * np.sign(directions[1, 0])
        assert np.rad2deg(np.arctan2(-x, y)) == pytest.approx(slant, abs=4)


def test_heavier_rain_keeps_the_streaks_of_lighter_rain() -> None:
    image = plain(0, 0, 0)
    light, heavy = (apply("rain", image, amount=amount)[..., 0].astype(int) for amount in (0.2, 0.8))
    light_streaks, heavy_streaks = light > light.min() + 30, heavy > heavy.min() + 30
    assert heavy_streaks.sum() > 1.5 * light_streaks.sum() > 0
    assert heavy_streaks[light_streaks].mean() > 0.9


def test_haze_is_koschmieders_law_with_depth_by_height() -> None:
    noisy = apply("haze", plain(40, 40, 40), thickness=1.5, air=0.8)[..., 0].astype(float)
    assert np.ptp(noisy, axis=1).max() == 0
    row = (np.arange(128) + 0.5) / 128
    kept = np.exp(-1.5 / (1 + 3 * row))
    assert np.abs(noisy[:, 0] - (40 * kept + 204 * (1 - kept))).max() <= 0.6


def test_air_turbulence_moves_pixels_by_about_its_shift_and_no_value_is_made_up(cat: Image) -> None:
    ramp = np.repeat(np.arange(0, 256, 2, dtype=np.uint8)[None, :, None], 128, axis=0) + np.zeros(3, np.uint8)
    noisy = apply("air_turbulence", ramp, shift=0.03)
    moves = (noisy.astype(float) - ramp)[16:-16, 16:-16] / 2  # two levels a pixel
    assert moves.std() == pytest.approx(0.03 * 128 * 0.75, rel=0.3)
    still = apply("air_turbulence", cat, shift=0.01)
    assert still.min() >= cat.min()
    assert still.max() <= cat.max()


def test_a_thick_sandstorm_is_ochre_and_its_swaths_lie_along_the_wind() -> None:
    assert (
        np.abs(apply("sandstorm", plain(0, 0, 0), thickness=4).mean(axis=(0, 1)) - [196, 148, 92]).max() < 12
    )
    noisy = apply("sandstorm", plain(0, 0, 0), thickness=1)[..., 0].astype(float)
    assert np.abs(np.diff(noisy, axis=1)).mean() < 0.6 * np.abs(np.diff(noisy, axis=0)).mean()


def test_smoke_covers_a_part_in_grey_and_leaves_a_part_clear() -> None:
    noisy = apply("smoke", plain(0, 90, 0), thickness=3).astype(int)
    covered = np.ptp(noisy, axis=2) < 45
    assert 0.1 < covered.mean() < 0.9
    assert (noisy == (0, 90, 0)).all(axis=2).mean() > 0.05


def test_night_is_dark_and_blue_and_a_lamp_shines_on_with_a_warm_halo() -> None:
    image = plain(110, 110, 110)
    image[60:68, 60:68] = 255
    noisy = apply("night", image, amount=0.9).astype(int)
    far = noisy[10, 10]
    assert far[2] > far[0]
    assert far.max() < 60
    assert noisy[63, 63].min() > 240
    halo = noisy[63, 73] - far
    assert halo[0] > halo[2] > 0


def test_water_takes_red_first_and_ends_in_its_own_colour() -> None:
    near = apply("underwater", plain(200, 200, 200), distance=2)[0, 0].astype(int)
    assert near[0] < near[1] - 30
    assert near[1] < 200
    row = apply("underwater", plain(200, 200, 200), distance=12)[:, 0].astype(int)
    assert np.abs(row[0] - [13 + 1, 107 + 14, 128 + 15]).max() <= 6
    assert (row[0] > row[-1]).all()
