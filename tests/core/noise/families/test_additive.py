"""Known answers of grain."""

import numpy as np
import pytest
from scipy import stats

from core.noise.catalogue import Value, get_noise
from core.noise.shared.draws import normal_field, uniform16
from core.noise.stack import generator_for
from core.pixels import Image

GRAINS = [
    ("gaussian_noise", {}),
    ("uniform_noise", {}),
    ("speckle_noise", {}),
    ("shot_noise", {}),
    ("impulse_noise", {}),
]


def grey(level: int, height: int = 300, width: int = 300) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def apply(key: str, image: Image, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, 0, key, 0), params)


def test_uniform_numbers_use_all_sixteen_bits_evenly() -> None:
    numbers = uniform16(np.random.default_rng(0), (7, 30_001))
    assert numbers.shape == (7, 30_001)
    assert numbers.dtype == np.uint16
    for bit in range(16):
        assert np.mean(numbers >> bit & 1) == pytest.approx(0.5, abs=0.005)
    assert abs(np.corrcoef(numbers.ravel()[:-1], numbers.ravel()[1:])[0, 1]) < 0.01


def test_normal_values_follow_the_normal_law() -> None:
    values = normal_field(np.random.default_rng(1), 200_000)
    assert stats.kstest(values, "norm").pvalue > 0.001
    assert np.mean(np.abs(values) > 3) == pytest.approx(0.0027, rel=0.15)


def test_gaussian_noise_has_the_shares_of_a_cut_off_normal_value() -> None:
    changes = apply("gaussian_noise", grey(128), sd=0.05).astype(int) - 128
    sd = 0.05 * 255
    for level in range(-40, 41, 8):
        expected = stats.norm.cdf((level + 1) / sd) - stats.norm.cdf(level / sd)
        assert np.mean(changes == level) == pytest.approx(expected, abs=0.0015)
    saturated = apply("gaussian_noise", grey(250), sd=0.1)
    assert np.mean(saturated == 255) == pytest.approx(stats.norm.sf(5 / 25.5), abs=0.005)


@pytest.mark.parametrize("table", ["imagenet_c", "tiny_imagenet_c", "cifar_10_c"])
@pytest.mark.parametrize("severity", [1, 3, 5])
def test_uniform_noise_is_flat_and_as_wide_as_gaussian_noise(table: str, severity: int) -> None:
    sd = float(get_noise("gaussian_noise").at_severity(severity, table)["sd"])
    assert get_noise("uniform_noise").at_severity(severity, table) == {"sd": sd}
    reach = 255 * sd * 3**0.5
    for level in (0, 128, 255):  # what is past black or white stays there
        noisy = apply("uniform_noise", grey(level), sd=sd).astype(float)
        values = np.arange(65536) / 65535 * 2 * reach - reach + level
        assert noisy.mean() == pytest.approx(np.floor(values.clip(0, 255)).mean(), abs=0.02 * reach + 0.5)
        assert noisy.std() == pytest.approx(values.clip(0, 255).std(), rel=0.02, abs=0.3)
    if reach < 127:
        changes = noisy_changes(sd)
        assert changes.std() == pytest.approx(255 * sd, rel=0.01)
        assert changes.min() == pytest.approx(-reach, abs=1.01)
        assert changes.max() == pytest.approx(reach, abs=1.01)
        counts = np.bincount((changes - changes.min()).ravel())[1:-1]
        assert counts.std() / counts.mean() < 0.1


def noisy_changes(sd: float) -> np.ndarray:
    return apply("uniform_noise", grey(128), sd=sd).astype(int) - 128


def test_speckle_grows_with_the_value_and_leaves_black() -> None:
    assert (apply("speckle_noise", grey(0), sd=0.6) == 0).all()
    dark, bright = (apply("speckle_noise", grey(level), sd=0.1).std() for level in (50, 150))
    assert dark == pytest.approx(5, rel=0.02)
    assert bright == pytest.approx(15, rel=0.02)


@pytest.mark.parametrize(("level", "photons"), [(0, 12), (40, 3), (100, 12), (200, 60), (255, 5), (128, 500)])
def test_shot_noise_has_the_shares_of_a_poisson_count(level: int, photons: int) -> None:
    noisy = apply("shot_noise", grey(level), photons=photons)
    counts = np.arange(photons + 1)
    shares = stats.poisson.pmf(counts, level / 255 * photons)
    shares[-1] = 1 - shares[:-1].sum()  # more photons than white has are white too
    levels = np.floor(counts * 255 / photons + 1e-9).astype(int)
    expected = np.bincount(levels, shares, 256)
    assert np.bincount(noisy.ravel(), minlength=256) / noisy.size == pytest.approx(expected, abs=0.003)


def test_more_photons_go_on_with_the_same_draw() -> None:
    fewer, more = (apply("shot_noise", grey(128), photons=count).ravel() for count in (100, 400))
    assert np.corrcoef(fewer, more)[0, 1] > 0.98


def test_impulse_noise_hits_its_share_of_values_half_of_them_white() -> None:
    noisy = apply("impulse_noise", grey(128), fraction=0.2)
    assert np.mean(noisy == 255) == pytest.approx(0.1, abs=0.003)
    assert np.mean(noisy == 0) == pytest.approx(0.1, abs=0.003)
    assert np.mean(noisy == 128) == pytest.approx(0.8, abs=0.004)
    everything = apply("impulse_noise", grey(128), fraction=1)
    assert set(np.unique(everything)) == {0, 255}


def test_a_larger_impulse_fraction_keeps_the_smaller_ones_specks() -> None:
    small, large = (apply("impulse_noise", grey(128), fraction=fraction) for fraction in (0.05, 0.4))
    hit = small != 128
    assert np.array_equal(large[hit], small[hit])


@pytest.mark.parametrize(("key", "params"), GRAINS)
def test_a_large_picture_in_strips_gets_grain_of_the_same_law(
    key: str, params: dict[str, Value], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (256, 1, 3))
    whole = apply(key, image, **params).astype(float) - image
    for module in ("additive", "impulse"):
        monkeypatch.setattr(f"core.noise.families.{module}.AT_ONCE", 256 * 3 * 4)
    parts = apply(key, image, **params).astype(float) - image
    # A strip of four rows takes whole 64-bit words, so that even the pixels are the same.
    assert np.array_equal(parts, whole)
