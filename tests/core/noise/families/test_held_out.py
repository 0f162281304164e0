"""Known answers of ImageNet-C-bar's ten noises, where their definition is easily missed; figures: test_cbar.py."""

import cv2
import numpy as np
import pytest
from scipy.stats import kstest, norm

from core.noise.catalogue import Value, get_noise
from core.noise.families import caustics, perlin
from core.noise.families.random_fields import _random_field, _squared_distances
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def grey(level: int, height: int = 64, width: int = 64) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def apply(key: str, image: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 96)


@pytest.mark.parametrize("size", [(64, 64), (63, 63), (40, 90), (33, 50)])
def test_a_random_fields_frequencies_have_the_weights_that_are_asked_for(size: tuple[int, int]) -> None:
    height, width = size
    weights = np.sqrt(_squared_distances(height, width))
    power = np.zeros((height, width // 2 + 1))
    for seed in range(200):
        field = _random_field(np.random.default_rng(seed), weights, width)
        assert field.shape == size
        assert field.std() == pytest.approx(1)
        power += np.abs(np.fft.rfft2(field)) ** 2
    # A frequency and its opposite share one wave, the four that are their own opposite have twice its power.
    rest = np.ones_like(power, bool)
    rest[:: height // 2 if height % 2 == 0 else height, :: width // 2 if width % 2 == 0 else width] = False
    ratio = power[rest] / weights[rest] ** 2
    assert ratio.std() / ratio.mean() < 0.12
    assert power[0, 0] == pytest.approx(0, abs=1e-9)


def test_a_random_fields_amplitudes_vary_as_the_real_part_of_a_drawn_spectrum_does() -> None:
    flat = np.ones((64, 33))
    spectrum = np.abs(np.fft.rfft2(_random_field(np.random.default_rng(0), flat, 64)))[:, 1:-1].ravel()
    share = spectrum / spectrum.max()
    # |cos| of an even angle.
    assert kstest(share, lambda value: 1 - 2 / np.pi * np.arccos(np.clip(value, 0, 1))).pvalue > 0.01


def test_blue_noise_blackens_as_many_pixels_as_lie_under_the_threshold_and_seldom_neighbours(
    cat: Image,
) -> None:
    noisy = apply("blue_noise_sample", grey(200, 224, 224), threshold=-1.3)
    black = (noisy == 0).all(axis=2)
    assert black.mean() == pytest.approx(norm.cdf(-1.3), rel=0.05)
    assert (noisy[~black] == 200).all()
    beside = (black[:, 1:] & black[:, :-1]).mean()
    assert beside < 0.5 * black.mean() ** 2
    milder = apply("blue_noise_sample", grey(200, 224, 224), threshold=-1.8) == 0
    assert (noisy[milder] == 0).all()


def test_brownish_noise_casts_a_colour_of_its_own_over_each_picture() -> None:
    casts = np.array(
        [
            apply("brownish_noise", grey(128), index, strength=20).mean(axis=(0, 1)) - 127.5
            for index in range(150)
        ]
    )
    assert (casts / 20).std() == pytest.approx(0.7, rel=0.1)
    assert np.abs(casts / 20).max() < 1.5
    assert np.abs(np.corrcoef(casts.T) - np.eye(3)).max() < 0.3


def test_caustics_are_those_of_the_definition() -> None:
    height, width, time, tile = 60, 70, 1.3, 55.0
    row, column = np.mgrid[:height, :width]
    p0, p1 = (2 * np.pi * (place / tile % 1) - 250 for place in (row, column))
    a, b, k = p0, p1, np.ones((height, width))
    for n in range(1, 6):
        w = time * (1 - 3.5 / n)
        a, b = p0 + np.cos(w - a) + np.sin(w + b), p1 + np.sin(w - b) + np.cos(w + a)
        k = k + 1 / np.sqrt((0.005 * p0 / np.sin(a + w)) ** 2 + (0.005 * p1 / np.cos(b + w)) ** 2)
    net = np.clip(np.abs(1.17 - (k / 5) ** 1.4) ** 8, 0, 1)
    assert net.max() > 0.5
    assert np.abs(caustics._net(height, width, time, tile) - net).max() < 1e-4


def test_caustics_light_and_bend_the_outermost_pixels_most() -> None:
    frame = np.ones((96, 96), bool)
    frame[1:-1, 1:-1] = False
    # Twice the row: what is read from another row shows by how far.
    ramp = np.repeat(np.arange(0, 192, 2, dtype=np.uint8)[:, None, None], 96, axis=1) + np.zeros(3, np.uint8)
    for image, bend, light in ((grey(128, 96, 96), 0, 1), (ramp, 0.25, 0)):
        changes = [
            np.abs(apply("caustic_refraction", image, index, bend=bend, light=light) - image.astype(float))
            for index in range(8)
        ]
        change = np.mean(changes, axis=(0, 3))
        assert change[frame].mean() > 2 * change[~frame].mean()


def test_sight_through_caustics_is_read_between_pixels_to_a_hundredth_of_a_level(cat: Image) -> None:
    slope = np.random.default_rng(0).uniform(-0.3, 0.3, (2, 96, 96)).astype(np.float32)
    seen = caustics._bent(cat, slice(0, 96), *slope, 20.0)
    steep = np.sqrt((slope.astype(np.float64) ** 2).sum(axis=0))
    angle = np.arctan(steep)
    shift = 20 * np.sin(angle - np.arcsin(np.sin(angle) / 4)) * (np.cos(angle) < 0.999) / steep
    at = np.round(shift * slope, 3) + np.mgrid[:96, :96]
    corner = np.floor(at).astype(int)
    part = (at - corner)[..., None]
    black = np.pad(cat.astype(float), ((30, 31), (30, 31), (0, 0)))

    def pixel(down: int, across: int) -> np.ndarray:
        return black[corner[0] + 30 + down, corner[1] + 30 + across]

    wanted = (1 - part[0]) * ((1 - part[1]) * pixel(0, 0) + part[1] * pixel(0, 1))
    wanted += part[0] * ((1 - part[1]) * pixel(1, 0) + part[1] * pixel(1, 1))
    # A thousandth may be rounded either way.
    assert np.quantile(np.abs(seen - wanted), 0.99) < 0.01
    assert np.abs(seen - wanted).max() < 0.3


def test_checkerboard_cutout_hides_half_its_share_in_grey_and_keeps_all_else(cat: Image) -> None:
    few, many = (apply("checkerboard_cutout", cat, share=share) for share in (0.3, 0.7))
    hidden = (few != cat).any(axis=2)
    assert (few[hidden] == 128).all()
    assert (many[hidden] == 128).all()
    shares = [(apply("checkerboard_cutout", grey(0), index, share=0.6) == 128).mean() for index in range(100)]
    assert np.mean(shares) == pytest.approx(0.3, abs=0.03)
    assert (apply("checkerboard_cutout", grey(0), share=1) == 128).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("height", [2, 50])
def test_cells_of_a_checkerboard_turn_about_the_top_left_corner_and_are_a_pixel_or_more(height: int) -> None:
    row, column = np.mgrid[:height, :90]
    for index in range(5):
        generator = generator_for(0, index, "checkerboard_cutout", 0)
        angle, size = generator.uniform(0, 2 * np.pi), max(1, generator.uniform(0.1, 0.25) * height)
        u = np.floor((row * np.cos(angle) + column * np.sin(angle)) / size)
        w = np.floor((column * np.cos(angle) - row * np.sin(angle)) / size)
        hidden = apply("checkerboard_cutout", grey(0, height, 90), index, share=1)[..., 0] == 128
        # A corner of a cell may be rounded into its neighbour.
        assert (hidden != ((u + w) % 2 == 0)).mean() < 0.01


def test_concentric_waves_are_a_saw_tooth_from_minus_to_plus_half_their_strength() -> None:
    values = np.concatenate(
        [
            apply("cocentric_sine_waves", grey(128, 200, 200), i, strength=100)[..., 0].ravel()
            for i in range(8)
        ]
    )
    assert (values.min(), values.max()) == (78, 177)
    assert np.bincount(values, minlength=256)[78:178].std() < 0.1 * len(values) / 100


def test_a_star_keeps_the_picture_inside_and_loses_it_to_white_outside(cat: Image) -> None:
    noisy = apply("inverse_sparkles", cat, falloff=3)
    assert (noisy >= cat).all()
    kept = (noisy == cat).all(axis=2)
    assert 0.02 < kept.mean() < 0.4
    white = (noisy >= 250).all(axis=2)
    assert white.mean() > 0.3
    softer = apply("inverse_sparkles", cat, falloff=0.3)
    assert (softer <= noisy.astype(int) + 1).mean() > 0.7


@pytest.mark.parametrize("size", [224, 210])
def test_perlin_noise_is_nought_on_its_lattice_and_only_lightens(size: int) -> None:
    veil = apply("perlin_noise", grey(0, size, size), alpha=0.5)[..., 0]
    step = size // 7
    # Half of the veil's share of white, its fraction cut off.
    assert (veil[::step, ::step] == int(255 * 0.5 * 0.5)).all()
    assert veil.min() == veil[0, 0]
    assert veil.max() > veil[0, 0] + 30


def test_perlin_noise_is_the_gradient_noise_of_its_octaves() -> None:
    side = 45
    gradients, order = perlin._drawn_gradients(np.random.default_rng(4))
    assert np.linalg.norm(gradients, axis=1) == pytest.approx(np.ones(256), abs=1e-6)

    def fade(t: float) -> float:
        return 3 * t * t - 2 * t**3

    def noise(x: float, y: float) -> float:
        i, j = int(np.floor(x)), int(np.floor(y))
        total = 0.0
        for across in (0, 1):
            for down in (0, 1):
                gradient = gradients[order[(order[(i + across) % 256] + j + down) % 256]]
                away = x - i - across, y - j - down
                total += fade(1 - abs(away[0])) * fade(1 - abs(away[1])) * float(gradient @ away)
        return 1.5 * total

    found = perlin._turbulence(gradients, order, slice(0, side), slice(0, side), side)
    for row, column in ((0, 0), (3, 41), (17, 5), (44, 44), (30, 22)):
        x, y = 7 * column / side, 7 * row / side
        wanted = sum(abs(noise(f * x, f * y)) / f for f in (1, 2, 4, 8, 16))
        assert found[row, column] == pytest.approx(wanted, abs=1e-5)


def test_plasma_darkens_the_picture_and_adds_its_three_fields_in_the_order_of_the_channels() -> None:
    height, width, strength = 20, 24, 100
    generator = generator_for(0, 3, "plasma_noise", 0)
    t, bends = generator.uniform(0, 6 * np.pi), int(generator.integers(4, 7))
    h, scale = generator.uniform(0.5, 1), generator.uniform(0.075, 0.2) * height
    noisy = apply("plasma_noise", grey(180, height, width), 3, strength=strength)
    for row, column in ((0, 0), (7, 19), (19, 2)):
        x, y, a, b, c = column / scale, row / scale, 1.0, 1.0, 1.0
        for _ in range(bends):
            p, q = np.cos(a * y + t / b) / c, np.sin(a * x + t / b) / c
            p, q = p - 0.3 * q, q + 0.3 * p
            x, y = x + p, y + q
            a, b, c = a * 1.93, b * 1.15, c * (2.25 - h)
        fields = np.array([np.sin(x - t), np.sin((x + y + np.sin(t)) / 2), np.sin(y + t)])
        wanted = np.floor(np.clip((1 - strength / 255) * 180 + strength * fields, 0, 255))
        assert np.abs(noisy[row, column] - wanted).max() <= 1


def test_a_single_wave_is_one_plane_wave_of_any_frequency() -> None:
    slowest, fastest = [], []
    for index in range(60):
        noisy = apply("single_frequency_greyscale", grey(128), index, strength=100)
        assert np.ptp(noisy, axis=2).max() == 0
        wave = noisy[..., 0] - 127.5
        turns = []
        for neighbours in (wave, wave.T):
            # Of a wave the two neighbours' sum is 2 cos(frequency) times the value between them.
            sums, middle = neighbours[2:] + neighbours[:-2], neighbours[1:-1]
            twice = (sums * middle).sum() / (middle * middle).sum()
            assert np.abs(sums - twice * middle).max() < 3
            turns.append(np.arccos(np.clip(twice / 2, -1, 1)))
        slowest.append(min(turns))
        fastest.append(max(turns))
    # One is even in 0..pi, the other even in 0..the first.
    assert kstest(np.array(fastest) / np.pi, "uniform").pvalue > 0.01
    assert kstest(np.array(slowest) / fastest, "uniform").pvalue > 0.01


def test_rays_of_sparkles_are_at_least_a_pixel_long(cat: Image) -> None:
    small = cv2.resize(cat, (32, 32), interpolation=cv2.INTER_AREA)
    none, short = (apply("sparkles", small, radius=radius) for radius in (0, 0.007))
    assert np.array_equal(none, short)
    assert (none > small).mean() > 0.5


def test_sparkles_lighten_the_whole_picture_one_star_over_the_other(cat: Image) -> None:
    noisy = apply("sparkles", grey(0, 96, 96), radius=0.1)
    assert noisy.min() > 0
    assert (noisy == 255).mean() > 0.02
    assert (apply("sparkles", cat, radius=0.1) >= cat).all()
