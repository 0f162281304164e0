"""Noise mixes: how often which noise falls, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from core.errors import NotUnderstood, OutOfRange, UnknownName, UserMistake
from core.noise.catalogue import all_noises
from core.noise.mix import Mix
from core.noise.stack import Layer

PICTURE = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)


def test_a_mix_falls_on_its_shares_with_severities_drawn_evenly() -> None:
    mix = Mix.from_texts(["gaussian_noise:0.5:1-5", "salt_pepper:0.3:2-3"])
    generator = np.random.default_rng(0)
    drawn = [mix.draw(generator, "tiny_imagenet_c") for _ in range(6000)]
    count = Counter(layer.noise if layer else "clean" for layer in drawn)
    assert count["gaussian_noise"] / 6000 == pytest.approx(0.5, abs=0.03)
    assert count["salt_pepper"] / 6000 == pytest.approx(0.3, abs=0.03)
    assert count["clean"] / 6000 == pytest.approx(0.2, abs=0.03)
    for noise, severities in (("gaussian_noise", range(1, 6)), ("salt_pepper", (2, 3))):
        layers = [layer for layer in drawn if layer and layer.noise == noise]
        for severity in severities:
            same = sum(layer == Layer.at_severity(noise, severity, "tiny_imagenet_c") for layer in layers)
            assert same / len(layers) == pytest.approx(1 / len(severities), abs=0.05)


def test_a_mix_says_which_of_its_noises_are_kept_for_tests() -> None:
    assert Mix.from_texts(["gaussian_noise:0.5:1-5"]).held_out_sentence() is None
    said = Mix.from_texts(["gaussian_noise:0.5:1-5", "ripple:0.2:1-5"]).held_out_sentence()
    assert said is not None
    assert said["en"].startswith("Kept for tests: Ripple.")
    assert said["ko"].startswith("시험 전용 노이즈입니다: 물결 왜곡.")
    assert any(noise.held_out for noise in all_noises())


def test_what_falls_on_a_picture_depends_on_seed_and_index_alone() -> None:
    mix = Mix.from_texts(["gaussian_noise:0.5:1-5"])
    forth = [mix.apply(PICTURE, 3, index, "imagenet_c") for index in range(20)]
    back = [mix.apply(PICTURE, 3, index, "imagenet_c") for index in reversed(range(20))][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(forth, back, strict=True))
    clean = sum(np.array_equal(noisy, PICTURE) for noisy in forth)
    assert 0 < clean < 20
    other_seed = [mix.apply(PICTURE, 4, index, "imagenet_c") for index in range(20)]
    assert not all(np.array_equal(a, b) for a, b in zip(forth, other_seed, strict=True))


def test_the_empty_mix_is_clean() -> None:
    assert np.array_equal(Mix().apply(PICTURE, 0, 0, "imagenet_c"), PICTURE)
    assert Mix().noises == []


def test_a_mix_comes_back_from_json() -> None:
    mix = Mix.from_texts(["fog:0.25:2-4", "pca:0.75:5"])
    assert Mix.read(mix.to_json()) == mix
    assert mix.parts[1].lowest == mix.parts[1].highest == 5
    assert mix.noises == ["fog", "pca"]


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        (["fog:0.7:1-5", "pca:0.4:1-5"], OutOfRange),
        (["fog:1.2:1-5"], OutOfRange),
        (["fog:-0.1:1-5"], OutOfRange),
        (["fog:nan:1-5"], OutOfRange),
        (["fog:0.5:0-5"], OutOfRange),
        (["fog:0.5:4-2"], OutOfRange),
        (["fog:0.5:1-6"], OutOfRange),
        (["mist:0.5:1-5"], UnknownName),
        (["fog:0.5"], NotUnderstood),
        (["fog:half:1-5"], NotUnderstood),
        (["fog:0.5:low"], NotUnderstood),
    ],
)
def test_a_mix_that_cannot_be_drawn_is_refused(texts: list[str], error: type[UserMistake]) -> None:
    with pytest.raises(error):
        Mix.from_texts(texts)
