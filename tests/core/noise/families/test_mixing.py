"""Known answers of noises that mix in a second picture."""

import cv2
import numpy as np
import pytest

from core.noise.catalogue import Value, get_noise
from core.noise.families.mixing import covering
from core.noise.stack import generator_for
from core.pixels import Image
from core.resizing import square
from core.samples import sample_picture


def apply(key: str, image: Image, second: Image, index: int = 0, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, index, key, 0), params, second)


@pytest.fixture(scope="module")
def cat() -> Image:
    return square(sample_picture("chelsea"), 64)


@pytest.fixture(scope="module")
def cup() -> Image:
    return square(sample_picture("coffee"), 64)


def flat(level: int, height: int = 80, width: int = 80) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def test_a_cutmix_patch_comes_from_the_same_place_of_the_second_picture(cat: Image, cup: Image) -> None:
    for index in range(5):
        noisy = apply("cutmix", cat, cup, index, area=0.25)
        changed = (noisy != cat).any(axis=2)
        assert np.array_equal(noisy[changed], cup[changed])
        assert changed.sum() == pytest.approx(32 * 32, rel=0.05)
    assert np.array_equal(apply("cutmix", cat, cup, area=1), cup)


def test_a_cutmix_patch_has_the_shape_of_the_picture() -> None:
    changed = (apply("cutmix", flat(0, 40, 120), flat(200), area=0.25) == 200).all(axis=2)
    assert (changed.any(axis=1).sum(), changed.any(axis=0).sum()) == (20, 60)


@pytest.mark.parametrize("shape", [(40, 40), (30, 90), (90, 30)])
def test_a_second_picture_covers_without_being_squeezed(shape: tuple[int, int]) -> None:
    second = np.zeros((200, 300, 3), np.uint8)
    cv2.circle(second, (150, 100), 50, (255, 255, 255), -1)
    disc = covering(second, *shape)[..., 0] > 127
    assert disc.shape == shape
    tall, across = disc.any(axis=1).sum(), disc.any(axis=0).sum()
    if max(shape) == min(shape):
        assert tall == pytest.approx(across, abs=1)
        assert tall == pytest.approx(20, abs=1)
    assert disc[shape[0] // 2, shape[1] // 2]


def test_a_double_exposure_adds_light_as_film_does() -> None:
    assert (apply("double_exposure", flat(100), flat(200), exposure=1) == 222).all()
    assert (apply("double_exposure", flat(100), flat(0), exposure=1) == 100).all()
    assert (apply("double_exposure", flat(255), flat(90), exposure=0.5) == 255).all()
    assert (apply("double_exposure", flat(0), flat(200), exposure=0.5) == 100).all()


def spectrum(image: Image) -> np.ndarray:
    return np.fft.fft2(image[..., 1].astype(float))


def test_low_amplitudes_come_from_the_second_picture_and_phases_stay(cat: Image, cup: Image) -> None:
    # Of little contrast, so that nothing is cut off at black or white.
    image, second = cat // 4 + 90, cup // 4 + 90
    noisy = spectrum(apply("frequency_mix", image, second, strength=1, beta=0.05))
    low = np.abs(np.fft.fftfreq(64) * 64) <= 3
    block = np.ix_(low, low)
    strong = np.abs(spectrum(second))[block] > 500
    assert np.abs(noisy[block])[strong] == pytest.approx(np.abs(spectrum(second)[block])[strong], rel=0.1)
    turned = np.angle(noisy[block] / spectrum(image)[block])[strong]
    assert np.abs(turned).max() < 0.1
    rest = ~(low[:, None] & low)
    assert noisy[rest] == pytest.approx(spectrum(image)[rest], abs=120), "rounding alone"


def test_a_frequency_mix_of_half_strength_has_the_mean_amplitude() -> None:
    noisy = apply("frequency_mix", flat(60), flat(200), strength=0.5, beta=0.0)
    assert (noisy == 130).all()


def test_colour_transfer_brings_mean_and_spread_to_the_second_picture_s(cat: Image, cup: Image) -> None:
    image, second = cat // 2 + 60, cup // 3 + 80

    def facts(picture: Image) -> np.ndarray:
        lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).reshape(-1, 3)
        return np.concatenate([lab.mean(axis=0), lab.std(axis=0)])

    noisy = apply("colour_transfer", image, second, strength=1)
    assert facts(noisy) == pytest.approx(facts(second), abs=1.0)
    half = facts(apply("colour_transfer", image, second, strength=0.5))
    assert half == pytest.approx((facts(image) + facts(second)) / 2, abs=1.0)


def test_a_flat_picture_takes_the_second_s_mean_colour_without_blowing_up() -> None:
    second = np.zeros((50, 50, 3), np.uint8)
    second[:, ::2] = (250, 40, 40)
    noisy = apply("colour_transfer", flat(128), second, strength=1)
    assert np.ptp(noisy.reshape(-1, 3), axis=0).max() == 0
