"""Known answers of sensor noises and faults, and of the normal field under them."""

import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.shared.draws import NORMAL_UNIT, whole_normal_field
from core.noise.shared.light_curve import level_of_light, linear_light
from core.noise.stack import generator_for
from core.pixels import Image


def grey(level: int, height: int = 64, width: int = 64) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


def test_a_normal_field_has_the_moments_of_the_normal_curve_and_goes_on_with_a_shorter_ones_draw() -> None:
    field = whole_normal_field(np.random.default_rng(0), 1000, 1000) / NORMAL_UNIT
    moments = [(field**power).mean() for power in (1, 2, 3, 4)]
    assert moments == pytest.approx([0, 1, 0, 3], abs=0.02)
    assert np.abs(field).max() == pytest.approx(4.325, abs=0.01)
    short, long = (whole_normal_field(np.random.default_rng(5), count) for count in (10, 1001))
    assert np.array_equal(short, long[:10])


def test_levels_survive_the_way_to_linear_light_and_back() -> None:
    light = linear_light()
    assert np.array_equal(level_of_light(light), np.arange(256))
    assert light[188] == pytest.approx(0.503, abs=0.001)  # half the light is level 188


def test_iso_grain_has_the_spreads_asked_and_coarser_colour() -> None:
    luma = apply("iso_noise", grey(128, 300, 300), luminance=0.05, colour=0).astype(float)
    assert luma.std() == pytest.approx(0.05 * 255, rel=0.02)
    assert np.ptp(luma, axis=2).max() == 0
    colour = apply("iso_noise", grey(128, 300, 300), luminance=0, colour=0.05).astype(float) - 128
    blue = colour[..., 2] / 1.772
    assert blue.std() == pytest.approx(0.05 * 255, rel=0.05)
    beside = np.corrcoef(blue[:, 1:].ravel(), blue[:, :-1].ravel())[0, 1]
    assert beside > 0.7
    assert np.abs(colour @ [0.299, 0.587, 0.114]).max() < 1.5


def test_low_light_has_the_photons_chance() -> None:
    light = linear_light()[188]
    noisy = apply("low_light", grey(188, 200, 200), stops=5, gained=1)
    seen = linear_light()[noisy]
    electrons = 6000 / 32
    expected = np.sqrt(light * electrons * 31 / 32 + 4 * (1 - 1 / 1024)) / electrons
    assert seen.mean() == pytest.approx(light, rel=0.01)
    assert seen.std() == pytest.approx(expected, rel=0.03)


def test_low_light_not_made_up_for_is_darker_by_its_stops() -> None:
    noisy = apply("low_light", grey(255, 200, 200), stops=1, gained=0)
    assert noisy.mean() == pytest.approx(188, abs=0.6)


def test_a_fixed_pattern_is_the_same_along_every_column() -> None:
    noisy = apply("fixed_pattern_noise", grey(128, 400, 400), strength=0.04, columns=1).astype(float)
    assert np.ptp(noisy, axis=0).max() == 0
    assert noisy.std() == pytest.approx(0.04 * 255, rel=0.12)
    both = apply("fixed_pattern_noise", grey(128, 400, 400), strength=0.04, columns=0.5).astype(float)
    down, across = both[..., 0].mean(axis=1).std(), both[..., 0].mean(axis=0).std()
    assert [down, across] == pytest.approx([0.04 * 255 / np.sqrt(2)] * 2, rel=0.15)


@pytest.mark.parametrize("size", [0, 0.003, 0.01])
def test_film_grain_keeps_its_spread_at_every_size_and_is_strongest_in_middle_tones(size: float) -> None:
    spreads = [
        apply("film_grain", grey(level, 400, 400), strength=0.08, size=size).astype(float).std()
        for level in (13, 128, 242)
    ]
    assert spreads[1] == pytest.approx(0.08 * 255, rel=0.06)
    # 2 sqrt(u (1 - u)) at 13 of 255 is 0.44; some of it is cut off at black.
    assert spreads[0] < 0.5 * spreads[1]
    assert spreads[2] < 0.5 * spreads[1]


def test_larger_film_grain_is_smoother() -> None:
    steps = [
        np.abs(np.diff(apply("film_grain", grey(128, 200, 200), size=size).astype(int), axis=1)).mean()
        for size in (0, 0.005, 0.02)
    ]
    assert steps == sorted(steps, reverse=True)


def test_a_flat_colour_comes_through_a_colour_filter_unchanged() -> None:
    image = np.full((30, 41, 3), (200, 120, 40), np.uint8)
    for method in ("bilinear", "gradients", "edges"):
        assert (
            np.abs(apply("bayer_demosaic", image, side=1, sd=0, method=method).astype(int) - image).max() <= 1
        )


def test_the_colour_filter_is_red_green_green_blue() -> None:
    image = grey(0, 8, 8)
    image[2, 4] = (255, 255, 255)  # a red site: even row, even column
    noisy = apply("bayer_demosaic", image, side=1, sd=0)
    assert noisy[2, 4, 0] == 255
    assert noisy[..., 1:].max() == 0


def test_hot_pixels_are_of_one_colour_half_of_them_green() -> None:
    noisy = apply("hot_pixels", grey(0, 300, 300), share=0.002)
    peaks = noisy.reshape(-1, 3)[noisy.max(axis=2).ravel() > 128]
    assert (np.sort(peaks, axis=1)[:, 1] < 128).mean() > 0.9
    which = np.bincount(peaks.argmax(axis=1), minlength=3) / len(peaks)
    assert which == pytest.approx([0.25, 0.5, 0.25], abs=0.12)


def test_a_larger_share_of_hot_pixels_keeps_the_smaller_ones() -> None:
    small, large = (apply("hot_pixels", grey(0), share=share).astype(int) for share in (0.01, 0.1))
    assert (large >= small).all()


@pytest.mark.parametrize(("lines", "dead"), [("columns", (0, 6)), ("rows", (4, 0)), ("both", (4, 6))])
def test_dead_lines_are_as_many_as_asked_and_reach_the_end(lines: str, dead: tuple[int, int]) -> None:
    noisy = apply("dead_lines", grey(128, 40, 60), share=0.1, lines=lines)
    hit = (noisy != 128).any(axis=2)
    if lines == "columns":
        assert hit[-1].sum() == dead[1]
    elif lines == "rows":
        assert hit[:, -1].sum() == dead[0]
    else:
        assert hit[:, -1].sum() >= dead[0]
        assert hit[-1].sum() >= dead[1]
    assert set(np.unique(noisy)) <= {0, 128, 255}


def test_a_rolling_shutter_moves_each_row_by_its_time() -> None:
    image = grey(0, 101, 200)
    image[:, 100] = 255
    noisy = apply("rolling_shutter", image, skew=0.4, wobble=0)[..., 0].astype(float)
    places = (noisy * np.arange(200)).sum(axis=1) / noisy.sum(axis=1)
    assert places[50] == pytest.approx(100, abs=0.1)
    assert abs(places[100] - places[0]) == pytest.approx(0.4 * 200 * 100 / 101, abs=0.2)


def test_a_rolling_shutter_takes_a_picture_wider_than_remap_can() -> None:
    image = np.random.default_rng(0).integers(0, 256, (2, 40_000, 3), dtype=np.uint8)
    noisy = apply("rolling_shutter", image, skew=0.5, wobble=0)
    # Rows at a quarter and three quarters of the time: 0.125 of the width either way, whole pixels.
    moved = {5000, -5000}
    found = {
        by
        for row in (0, 1)
        for by in moved
        if np.array_equal(noisy[row, 6000:34_000], image[row, 6000 + by : 34_000 + by])
    }
    assert found == moved


def test_flicker_darkens_rows_to_its_depth_and_no_further() -> None:
    noisy = apply("light_flicker", grey(200, 400, 30), depth=0.5, bands=4)
    assert np.ptp(noisy, axis=1).max() == 0
    assert noisy.min() == pytest.approx(100, abs=1)
    assert noisy.max() == pytest.approx(200, abs=1)
    assert noisy.mean() == pytest.approx(150, abs=1)


def test_blooming_runs_along_the_columns_of_bright_light_only() -> None:
    image = grey(50, 60, 60)
    image[28:32, 28:32] = 255
    noisy = apply("blooming", image, strength=2, threshold=0.6, length=1)
    assert np.array_equal(noisy[:, :28], image[:, :28])
    assert (noisy[10:50, 28:32] > 55).all()
