"""Known answers of light and colour."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import hsv2rgb, rgb2hsv

from core.noise.catalogue import Value, get_noise
from core.noise.stack import generator_for
from core.pixels import Image


def apply(key: str, image: Image, **params: Value) -> Image:
    return get_noise(key).apply(image, generator_for(0, 0, key, 0), params)


def colours(seed: int) -> Image:
    generator = np.random.default_rng(seed)
    image = generator.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    image[:10] = image[:10, :, :1]  # grey ones
    image[10] = 0
    image[11] = 255
    return image


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), added=st.sampled_from([0.05, 0.1, 0.25, 0.3, 0.5, 1.0]))
def test_brightness_is_an_addition_to_the_v_of_hsv(seed: int, added: float) -> None:
    image = colours(seed)
    hsv = rgb2hsv(image / 255.0)
    hsv[..., 2] = np.clip(hsv[..., 2] + added, 0, 1)
    expected = 255 * hsv2rgb(hsv)
    noisy = apply("brightness", image, added=added)
    assert np.abs(noisy - np.floor(expected + 1e-6)).max() <= 1
    assert np.mean(noisy == np.floor(expected + 1e-6)) > 0.99


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 99),
    factor=st.sampled_from([0.0, 0.1, 0.3, 1.0, 1.5, 2.0, 5.0, 30.0]),
    offset=st.sampled_from([0.0, 0.1, 0.2, 1.0]),
)
def test_saturation_is_a_line_in_the_s_of_hsv(seed: int, factor: float, offset: float) -> None:
    image = colours(seed)
    hsv = rgb2hsv(image / 255.0)
    hsv[..., 1] = np.clip(hsv[..., 1] * factor + offset, 0, 1)
    expected = np.floor(255 * hsv2rgb(hsv) + 1e-6)
    noisy = apply("saturate", image, factor=factor, offset=offset)
    assert np.abs(noisy - expected).max() <= 1
    assert np.mean(noisy == expected) > 0.98


def test_contrast_moves_each_channel_towards_its_own_mean() -> None:
    image = np.zeros((2, 2, 3), np.uint8)
    image[0, :, 0], image[1, :, 0] = 100, 200
    image[..., 1] = 40
    image[:, 0, 2], image[:, 1, 2] = 0, 255
    noisy = apply("contrast", image, factor=0.1)
    assert noisy[:, 0, 0].tolist() == [145, 155]
    assert (noisy[..., 1] == 40).all()
    assert noisy[0, :, 2].tolist() == [114, 140]  # 127.5 -+ 12.75, cut off


@pytest.mark.parametrize("key", ["brightness", "contrast", "saturate"])
def test_light_has_no_chance_in_it(key: str) -> None:
    image = colours(3)
    entry = get_noise(key)
    first, second = (
        entry.apply(image, generator_for(seed, 0, key, 0), entry.at_severity(3)) for seed in (0, 1)
    )
    assert np.array_equal(first, second)
