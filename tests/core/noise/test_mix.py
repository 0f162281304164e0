"""Noise mixes: how often which noise falls, and what is refused."""

from collections import Counter

import numpy as np
import pytest

from core.errors import NotUnderstood, OnlyTested, OutOfRange, UnknownName, UserMistake
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


def test_drawn_for_many_pictures_together_it_falls_as_on_each_alone() -> None:
    texts = [
        "gaussian_noise:0.3:1-2",
        "salt_pepper:0.3:2-3",
        "gaussian_noise:0.2:sd=0.1..0.4",
        "glass_blur:0.1:reach=1..3",
    ]
    drawn = Mix.from_texts(texts).draw_all(np.random.default_rng(0), 6000, "tiny_imagenet_c")
    assert [one.noise for one in drawn] == ["gaussian_noise", "salt_pepper", "glass_blur"]
    assert [len(one.places) / 6000 for one in drawn] == pytest.approx([0.5, 0.3, 0.1], abs=0.03)
    places = np.concatenate([one.places for one in drawn])
    assert len(np.unique(places)) == len(places), "at most one noise falls on a picture"
    assert places.max() < 6000
    for severity in (2, 3):
        wanted = Layer.at_severity("salt_pepper", severity, "tiny_imagenet_c")
        same = sum(layer == wanted for _, layer in drawn[1].layers)
        assert same / len(drawn[1].places) == pytest.approx(0.5, abs=0.05)
    ranged = [float(row["sd"]) for row in drawn[0].rows[-1200:]]
    assert [np.mean(ranged), np.std(ranged)] == pytest.approx([0.25, 0.3 / 12**0.5], abs=0.02)
    assert {row["reach"] for row in drawn[2].rows} == {1, 2, 3}
    assert Layer("glass_blur", drawn[2].rows[0]).checked == drawn[2].rows[0]


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


def test_a_range_of_a_parameter_is_drawn_from_evenly_and_the_others_keep_their_defaults() -> None:
    texts = ["gaussian_noise:0.5:sd=0.1..0.3", "pixelate:0.5:kept=0.5"]
    mix = Mix.from_texts(texts)
    assert mix.to_texts() == texts
    assert Mix.read(mix.to_json()) == mix
    generator = np.random.default_rng(0)
    layers = [layer for layer in (mix.draw(generator, "cifar_10_c") for _ in range(2000)) if layer]
    usual = {entry.key: entry.checked({}) for entry in all_noises()}
    for layer in layers:
        assert {**layer.params} | {"sd": 0, "kept": 0} == usual[layer.noise] | {"sd": 0, "kept": 0}
    drawn = [float(layer.params["sd"]) for layer in layers if layer.noise == "gaussian_noise"]
    assert 0.1 <= min(drawn) < 0.11
    assert 0.29 < max(drawn) <= 0.3
    assert np.mean(drawn) == pytest.approx(0.2, abs=0.01)
    assert {layer.params["kept"] for layer in layers if layer.noise == "pixelate"} == {0.5}


def test_a_whole_number_is_drawn_as_one_with_both_ends() -> None:
    mix = Mix.from_texts(["jpeg_compression:1:quality=10..12"])
    generator = np.random.default_rng(0)
    drawn = Counter(
        layer.params["quality"] for layer in (mix.draw(generator, "") for _ in range(300)) if layer
    )
    assert set(drawn) == {10, 11, 12}
    assert all(isinstance(quality, int) for quality in drawn)


def test_an_easier_mix_lacks_the_hard_end_whichever_that_is() -> None:
    mix = Mix.from_texts(
        ["fog:0.2:2-5", "gaussian_noise:0.2:sd=0.1..0.3", "jpeg_compression:0.2:quality=10..90"]
    )
    table = "tiny_imagenet_c"
    assert mix.eased(1.0, table) == mix
    fog, gaussian, jpeg = mix.eased(0.0, table).parts
    assert (fog.lowest, fog.highest) == (2, 2)
    assert gaussian.parameters["sd"] == (0.1, 0.1)
    assert jpeg.parameters["quality"] == (90, 90), "a high quality is the mild one"
    fog, gaussian, jpeg = mix.eased(0.5, table).parts
    assert (fog.highest, gaussian.parameters["sd"][1], jpeg.parameters["quality"][0]) == (4, 0.2, 50)


def test_what_a_file_says_of_ranges_is_read_where_it_can_be() -> None:
    part = {"noise": "fog", "probability": 0.5, "lowest": 1, "highest": 5}
    for odd in (3, [1], {"strength": 3}, {"strength": [1, "x"]}):
        assert Mix.read([part | {"parameters": odd}]).parts[0].parameters == {}
    assert "parameters" not in Mix.read([part]).to_json()[0], "as older versions wrote it"


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        (["gaussian_noise:0.5:sd=0.3..0.1"], OutOfRange),
        (["gaussian_noise:0.5:sd=0.1..30"], OutOfRange),
        (["gaussian_noise:0.5:width=0.1"], UnknownName),
        (["gaussian_noise:0.5:sd="], NotUnderstood),
        (["gaussian_noise:0.5:sd=0.1,sd=0.2"], NotUnderstood),
        (["jpeg_compression:0.5:quality=10.5"], NotUnderstood),
        (["fog:0.7:1-5", "pca:0.4:1-5"], OutOfRange),
        (["fog:1.2:1-5"], OutOfRange),
        (["fog:-0.1:1-5"], OutOfRange),
        (["fog:nan:1-5"], OutOfRange),
        (["fog:0.5:0-5"], OutOfRange),
        (["fog:0.5:4-2"], OutOfRange),
        (["fog:0.5:1-6"], OutOfRange),
        (["mist:0.5:1-5"], UnknownName),
        (["fog:0.5:1-5", "resaved_jpeg:0.2:1-1"], OnlyTested),
        (["fog:0.5"], NotUnderstood),
        (["fog:half:1-5"], NotUnderstood),
        (["fog:0.5:low"], NotUnderstood),
    ],
)
def test_a_mix_that_cannot_be_drawn_is_refused(texts: list[str], error: type[UserMistake]) -> None:
    with pytest.raises(error):
        Mix.from_texts(texts)
